"""Rules of a table's headings, its total rows and what stands around it."""

from pipeline.core.rules.rule import Rule, Severity

RULES = (
    Rule(
        "missing-heading",
        Severity.ERROR,
        when=(
            "A required heading isn't in the header row, or no column is headed by a financial "
            "year where amounts are wanted. The issue stands at the first cell of the header row; "
            "where no header row was found, it names the sheet."
        ),
        problem="{what}",
        remedy="Put the heading into the header row, spelt as in the template.",
        why="A column that is not found would be lost.",
        example="A Savings sheet without a Category column.",
    ),
    Rule(
        "duplicate-heading",
        Severity.ERROR,
        when=(
            "Two columns of a table have one heading, or one financial year however it is written. "
            "The first is read, the second is not; the issue stands at the heading of the second."
        ),
        problem="{value} stands in {first} already; this second column is not read{lost}.",
        remedy="Keep one column for each heading: delete or rename this one.",
        why="Two columns for one thing: which one counts would be a guess.",
        example="Two columns headed 2013/14.",
    ),
    Rule(
        "unknown-year-heading",
        Severity.ERROR,
        when=(
            "A heading looks much like a financial year but is none, and there are numbers below "
            "it. The column is not read; the issue stands at its heading."
        ),
        problem="{value} looks like a financial year but is none{lost}.",
        remedy="Write the year as 2012/13.",
        why="A mistyped year would leave a whole column out.",
        example="A column headed 2012/14.",
    ),
    Rule(
        "unread-amounts",
        Severity.WARNING,
        when=(
            "There are amounts, as numbers or text, under a heading that is not known, in a table "
            "on a sheet that isn't called Savings, or in a block of cells that nothing reads. A "
            "block whose every number is a sum of the return's lines is a summary of them, and "
            "says nothing; nor do row numbers, dates and Total columns. The issue stands at the "
            "heading, else at the first number, with their sum, once a block."
        ),
        problem="{what}",
        remedy=(
            "If they count, put them under a year's heading of the sheet Savings; if not, nothing "
            "needs to be done."
        ),
        why="Money under a heading or on a sheet of one's own is easily lost.",
        example="A column headed Budget with numbers in it.",
    ),
    Rule(
        "unit-conflict",
        Severity.WARNING,
        when=(
            "The heading of a year gives another unit than the return's own Cover. The heading's "
            "holds; the issue stands at the heading. Or a text above Savings or Delivery, "
            "below all numbers of its sheet, or on a Cover without Units speaks of a unit in which "
            "no amount is read; the issue stands at that text."
        ),
        problem="Here it says {value}, {what}.",
        remedy=(
            "Make the two agree: the unit of amounts is that of Units on the Cover, or stands "
            "behind the year (2012/13 £000)."
        ),
        why="One of the two is wrong, by a factor of a thousand.",
        example="2012/13 £m in a return whose Cover says £000.",
    ),
    Rule(
        "total-mismatch",
        Severity.WARNING,
        when=(
            "The amount of a total row is neither the sum of the rows since the last total nor "
            "that of all rows above. Rejected rows count; a column with a cell above that can't be "
            "read is not compared. Likewise the cell of a Total column that is not the sum of its "
            "row's years."
        ),
        problem="The total says {value}, {what}.",
        remedy="Check what it adds up, and the total's formula.",
        why="A total that differs from its rows shows that a row is missing or wrong.",
        example="A total of 100 under rows of 60 and 30.",
    ),
    Rule(
        "year-missing",
        Severity.WARNING,
        when=(
            "A table of Savings has columns for some years of the programme and not for others. "
            "Its lines are nil there; the issue stands at the first cell of the header row, and "
            "names the steady-state year first."
        ),
        problem="There is no column for {years}: no line has an amount of that year.",
        remedy="Add a column for each year of the programme; leave its cells blank for nil. A next "
        "return has the column already: type 0 there for nil.",
        why="Without the steady-state year a return adds nothing to the annual savings.",
        example="A return of last year's programme, which ended a year earlier.",
    ),
    Rule(
        "rows-above-headings",
        Severity.WARNING,
        when=(
            "Rows above the header row of Savings would be lines below it: typed over an example, "
            "or sorted there together with the headings. They are not read; the issue stands at "
            "the first."
        ),
        problem="{count} above the headings, from {value} on, would be lines below them: {sum}.",
        remedy="If they count, move them below the headings; if not, delete them.",
        why="What stands above the headings is not read.",
        example="A line typed over the example that stood above the headings.",
    ),
)
