"""Rules of lines and returns as a whole: what they say together, and what stands twice."""

from pipeline.core.rules.rule import Rule, Severity

RULES = (
    Rule(
        "sign",
        Severity.WARNING,
        when=(
            "A saving or income is above zero, or a cost below it, in the line's annual amounts. "
            "It is raised once a line, at its first such year."
        ),
        problem="{kind} in {heading}.",
        remedy="Check the sign: {convention}.",
        advice=(
            "Check the sign: costs are entered above zero and savings below it, unless Savings "
            "sign and Costs sign say otherwise."
        ),
        why="A saving with the wrong sign is counted as a cost.",
        example="A cashable saving of 40,000 where savings are entered below zero.",
    ),
    Rule(
        "one-off-not-reversed",
        Severity.WARNING,
        when=(
            "In an incremental profile the running total of a one-off never returns to nil. It is "
            "raised once a line, at its first year."
        ),
        problem=(
            "A one-off is entered as a change on the year before, and is never taken back: it "
            "counts again in every later year, {sum} in all."
        ),
        remedy="Enter it again with the opposite sign in the year in which it ends.",
        why=(
            "In an incremental profile a one-off of 250 is entered as 250, then -250; without the "
            "second it counts in every later year."
        ),
        example="A one-off cost of 250 and nothing after it, in an incremental return.",
    ),
    Rule(
        "unlikely-amount",
        Severity.WARNING,
        when=(
            "An annual amount is greater than the whole baseline of its service. It is raised once "
            "a line, at its first such year."
        ),
        problem=(
            "The amount in {heading}, {sum}, is greater than the whole baseline of {service}, "
            "{baseline}."
        ),
        remedy="Check the units: pounds entered as thousands, say.",
        why="An amount out of all proportion is mostly in the wrong units.",
        example="40,000 entered where amounts are in £000.",
    ),
    Rule(
        "scenario-missing",
        Severity.WARNING,
        when=(
            "A line has rows for some scenarios and not for others, among the rows that are in the "
            "model. It is nil in the others; the issue stands at the line's first row."
        ),
        problem="The line has no row for {missing} in the figures; it is nil there.",
        remedy=(
            "Add the row, or put it right where it is in error; or leave Scenario blank if the "
            "line is the same in all of them."
        ),
        why="A cost that is left out of the worst case makes it look better than it is.",
        example="A line with a row for Best case only.",
    ),
    Rule(
        "line-differs",
        Severity.WARNING,
        when=(
            "The rows of a line differ in service, category, project, basis or partner from one "
            "scenario to another."
        ),
        problem="{heading} is {value} here, but {other} in {first}.",
        remedy="Make the rows of the line agree.",
        why="A line's scenarios should differ in their amounts alone.",
        example="Best case under ICT, Worst case under Procurement.",
    ),
    Rule(
        "duplicate-line",
        Severity.ERROR,
        when=(
            "The same Line ref and Scenario stand on two rows of the programme; a blank Scenario "
            "stands for all of them. The first by path stays, and the later one is left out, with "
            "the issue at its Line ref. Rows with other errors don't count."
        ),
        problem=(
            "Line ref {value} with scenario {scenario} stands in {first} already; this row is left "
            "out."
        ),
        remedy="Give the line a reference of its own, or delete one of the two.",
        why="The same line twice would count its money twice.",
        example="FIN-01, Best case, on two rows.",
    ),
    Rule(
        "duplicate-return",
        Severity.ERROR,
        when=(
            "Two returns of one department share most of their line refs. The one with the later "
            "date on its Cover is read (the first by path, where the dates don't tell), and every "
            "row of the other is left out."
        ),
        problem=(
            "{value} has sent two returns with mostly the same line refs: {kept} is read, every "
            "row of this one is left out."
        ),
        remedy=(
            "Delete the one that no longer holds; if both do, give their lines references of their "
            "own."
        ),
        why="A return sent again beside the old one would count everything twice.",
        example="Finance.xlsx and Finance v2.xlsx in one folder.",
    ),
    Rule(
        "possible-double-count",
        Severity.WARNING,
        when=(
            "Two returns hold lines with the same service, category and annual amounts, not all "
            "nil, in a scenario that both have, and with the same words in their descriptions. The "
            "issue stands at the Line ref of the later one. Both stay in the model."
        ),
        problem=(
            "The same service, category, description and amounts stand in {first} already, in "
            "another return."
        ),
        remedy="If the two are one saving, delete one of them, or fill in Counted in.",
        why="Two departments may both claim what they save together.",
        example=(
            "“Shared payroll”, (40,000) in 2013/14, in the returns of Finance and of Human "
            "Resources."
        ),
    ),
)
