"""Rules of programme.xlsx and of the programme's folder."""

from pipeline.core.rules.rule import Rule, Severity

RULES = (
    Rule(
        "bad-baseline",
        Severity.ERROR,
        when=(
            "Baseline weights in programme.xlsx can't serve: a weight is negative or text, all are "
            "nil, a partner's column is missing, a row is repeated or there is none. Where there "
            "is no row, the issue stands at the Basis cell that asks for it. The lines that rely "
            "on them are not yet apportioned; none is lost."
        ),
        problem="{what}",
        remedy="{fix}",
        advice=(
            "Put the row right as the issue says: a number of nil or more for each partner, not "
            "all of them nil, and one row for a service and year."
        ),
        why="Shares rest on the weights; a wrong weight would move every partner's figures.",
        example="A negative baseline cost.",
    ),
    Rule(
        "bad-driver",
        Severity.ERROR,
        when=(
            "A driver's weights in programme.xlsx can't serve: a weight is negative or text, all "
            "are nil, a partner's column is missing, a row is repeated or there is none. Where "
            "there is no row, the issue stands at the Basis cell that asks for it. The lines that "
            "rely on them are not yet apportioned; none is lost."
        ),
        problem="{what}",
        remedy="{fix}",
        advice=(
            "Put the row right as the issue says: a number of nil or more for each partner, not "
            "all of them nil, and one row for a driver, service and year."
        ),
        why="Shares rest on the weights; a wrong weight would move every partner's figures.",
        example="Text in a driver's partner column.",
    ),
    Rule(
        "bad-setting",
        Severity.ERROR,
        when=(
            "A setting, a partner, a service or a row of Layouts in programme.xlsx is missing or "
            "can't be what it says. Where no model can be built without it the programme stops, "
            "and its last report stays."
        ),
        problem="{what}",
        remedy="{fix}",
        advice=(
            "Put it right in programme.xlsx as the issue says, which names what can stand there."
        ),
        why="A setting that is misread would change figures in silence.",
        example="Units: thousands of pounds.",
    ),
    Rule(
        "unused-layout",
        Severity.WARNING,
        when=(
            "A row of Layouts in programme.xlsx serves nothing in any workbook that it names: no "
            "workbook or sheet is called so, the sheets have no such heading, the Cover gives the "
            "setting itself, or no row has the value that is to be left out. The issue stands at "
            "the cell that finds nothing."
        ),
        problem="{what}",
        remedy=(
            "Write the name as it stands in the workbook; delete the row where it is needed no "
            "more."
        ),
        why=(
            "A row with a name that has changed since, or is mistyped, does nothing, and what it "
            "was to read is lost or read otherwise."
        ),
        example="Their heading Counted elswhere, where the return has Counted elsewhere.",
    ),
    Rule(
        "unused-answer",
        Severity.WARNING,
        when=(
            "An answer, in Answers of programme.xlsx or in the Issues of a checked copy that was "
            "sent back, fits no warning: the value that it was given for has changed, the warning "
            "is gone, or it is an error, which can't be answered."
        ),
        problem="The answer {value} fits no warning ({rule}) as the workbooks stand now.",
        remedy=(
            "Look whether the warning is still there with another value, and answer it again; or "
            "delete the answer."
        ),
        why=(
            "An answer holds for what was seen. When the amounts change, somebody should look at "
            "them again."
        ),
        example="A saving above zero was answered; then its amount was changed.",
    ),
    Rule(
        "late-return",
        Severity.WARNING,
        when=(
            "A return is dated after the day on which it was due, by the sheet Departments of "
            "programme.xlsx; or it bears no date, and another return is dated after that day."
        ),
        problem="The return {what}.",
        remedy=(
            "Ask the department whether it is its last word, and answer this warning with what it "
            "says; or correct the Date on its Cover, or Due in Departments."
        ),
        why=(
            "What comes late may not have been looked at as the others were. A version is not "
            "issued over it unless somebody answers for it."
        ),
        example="Due is 30 March 2012, and the Cover says 4 April 2012.",
    ),
    Rule(
        "return-missing",
        Severity.WARNING,
        when=(
            "A department on the Departments sheet of programme.xlsx has sent nothing. The issue "
            "stands at its cell there."
        ),
        problem="No return has come from {value}.",
        remedy="Ask the department{contact}, or take it off the list in Departments.",
        advice="Ask the department, or take it off the list in Departments.",
        why="A total without a department's savings looks complete and is not.",
        example="Six departments expected, five returns in the folder.",
    ),
)
