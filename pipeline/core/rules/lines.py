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
            "An annual amount is greater than the whole baseline of its service; it is raised once "
            "a line, at its first such year. Or the largest amount of a return is below a "
            "thousandth of the median of the others' largest, of three others or more; it is "
            "raised once a return, at that amount."
        ),
        problem="{what}.",
        remedy="Check the units: pounds entered as thousands, say, or thousands as pounds.",
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
            "stands for all of them. Within a workbook the first row stays; of two workbooks that "
            "with the later date on its Cover, else the one whose path doesn't say old, copy, "
            "archive or superseded, else the first by path. The other row is left out, with the "
            "issue at its Line ref. Rows with other errors don't count."
        ),
        problem=(
            "Line ref {value} with scenario {scenario} stands in {first} already; this row is left "
            "out."
        ),
        remedy="{ask} the line a reference of its own, or delete one of the two rows.",
        advice=(
            "Where the two stand in different workbooks, first ask which is the older copy, and "
            "take that one out of the folder. Else give the line a reference of its own, or delete "
            "one of the two rows."
        ),
        why="The same line twice would count its money twice.",
        example="FIN-01, Best case, on two rows.",
    ),
    Rule(
        "duplicate-return",
        Severity.ERROR,
        when=(
            "Two returns of one department share most of their line refs. The one with the later "
            "date on its Cover is read (where the dates don't tell, the one whose path doesn't say "
            "old, copy, archive or superseded, else the first by path), and every row of the other "
            "is left out. The issue names both."
        ),
        problem=(
            "{value} has sent two returns with mostly the same line refs: {other} is read, every "
            "row of {here} is left out."
        ),
        remedy=(
            "First ask which of the two is the older copy, {here} or {other}, and take that one "
            "out of the folder; if both hold, give their lines references of their own."
        ),
        advice=(
            "First ask which of the two is the older copy, and take that one out of the folder; if "
            "both hold, give their lines references of their own."
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
    Rule(
        "restated-rows",
        Severity.WARNING,
        when=(
            "A line equals, in every year, the sum of all lines of its scenario between it and the "
            "table's edge, a total row or another such line, above or below, or of all lines on "
            "another sheet of its workbook: at least two of them, nil ones apart. Both it and they "
            "are in the figures. The issue stands at its Line ref."
        ),
        problem=(
            "In every year the line {value} is the sum of {rows}, which are counted as well: {sum} "
            "may be counted twice."
        ),
        remedy=(
            "If it only adds them up, clear its Category and call it Total, or delete it; if it is "
            "a line of its own, nothing needs to be done."
        ),
        why="A sub-total that looks like a line counts everything above it twice.",
        example="“All cashable savings” with a Category below the savings that it adds up.",
    ),
    Rule(
        "looks-annual",
        Severity.WARNING,
        when=(
            "At least two thirds of the recurring lines of an incremental return (Recurring cost, "
            "Cashable saving, Income), and three of them, hold amounts from their second year on "
            "that are within 10% of one another and not nil. It is raised once a return, at the "
            "first such line's second year."
        ),
        problem=(
            "The return is read as the change on the year before, but {count} recurring lines hold "
            "nearly one amount year after year ({value} in {heading} here), which every year would "
            "add again."
        ),
        remedy=(
            "If the amounts are the effect in each year, set Profile on the Cover to Annual; if "
            "savings do grow so every year, nothing needs to be done."
        ),
        why="Annual amounts read as changes come out several times too large.",
        example="Twenty lines of 10,000, then 20,000 in each later year, in an incremental return.",
    ),
    Rule(
        "stops-early",
        Severity.WARNING,
        when=(
            "A recurring line of an annual return (Recurring cost, Cashable saving, Income) has "
            "amounts in its first years and is nil in the steady-state year, and a cell after its "
            "last amount is blank. It is raised once a line, at the first such cell."
        ),
        problem=(
            "The line recurs and has {sum} in {last}, but {heading} is blank: it is nil in "
            "{steady}, the steady-state year."
        ),
        remedy=(
            "If it goes on, fill in the later years; if it ends, enter 0 there; if it comes once, "
            "choose One-off cost or One-off saving as its Category."
        ),
        why="A saving whose later years were left blank is missing from the annual total.",
        example="A cashable saving of 100 in the first of three years and nothing after it.",
    ),
    Rule(
        "withdrawn",
        Severity.WARNING,
        when=(
            "A line has a cell, in a column that is not read, that says only Withdrawn, Deleted, "
            "Rejected or Superseded, or Yes under one of these as heading. The line is counted; "
            "the issue stands at that cell."
        ),
        problem="It says {value} here, and the line is counted.",
        remedy="If the line no longer holds, delete its row; if it does, clear the cell.",
        why="A proposal that was given up would still be counted.",
        example="Withdrawn in a column Status of the department's own.",
    ),
    Rule(
        "same-department",
        Severity.WARNING,
        when=(
            "The Covers of two returns that are read name one Department, and the returns share no "
            "line ref. Both are counted; the issue names both."
        ),
        problem=(
            "{value} has sent two returns, {other} and {here}, without a line ref in common; both "
            "are counted."
        ),
        remedy=(
            "If one is a later version of the other with new references, take the older one out; "
            "if both hold, nothing needs to be done."
        ),
        why="A return sent again with new references would count everything twice.",
        example="Estates v1.xlsx with E1 and Estates v2.xlsx with EST/01.",
    ),
)
