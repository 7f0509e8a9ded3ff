"""The rules that issues name: one entry a rule, with its severity, its words and its reason.

The templates are filled from an issue's heading, value and details; nowhere else does an issue
become text. Source: contract, section 5.
"""

from dataclasses import KW_ONLY, dataclass
from enum import Enum


class Severity(Enum):
    """Errors keep a row (or a file) out; warnings leave it in."""

    ERROR = "Error"
    WARNING = "Warning"


@dataclass(frozen=True)
class Rule:
    """A rule's stable name, how grave a breach is, what is said of it and why it exists.

    ``problem`` and ``remedy`` are templates that an issue fills. ``when``, ``why``, ``example``
    and ``advice`` are plain sentences for the page of rules; ``advice`` is the remedy where
    ``remedy`` alone doesn't say it. ``spares_row``: an error of this rule at a row doesn't keep it
    out of the model; lines that rely on faulty weights stay, not yet apportioned.
    """

    name: str
    severity: Severity
    _: KW_ONLY
    when: str
    problem: str
    remedy: str
    why: str
    example: str
    advice: str = ""
    spares_row: bool = False

    @property
    def rejects(self) -> bool:
        """Whether a breach at a row keeps the row out of the model."""
        return self.severity is Severity.ERROR and not self.spares_row


_RULES = (
    Rule(
        "unreadable-workbook",
        Severity.ERROR,
        when=(
            "The file can't be opened as a workbook, whatever its name says: it is empty, damaged, "
            "something else, or larger than is read. The issue names the file."
        ),
        problem="The file can't be read as a workbook: {what}.",
        remedy="{fix}",
        advice=(
            "Open it in Excel, save it again as .xlsx and put it in place of this one. Where it is "
            "too large, the issue names the limit, and the setting that raises it."
        ),
        why="A file that can't be opened may hold savings that nobody would miss.",
        example="A text file named savings.xlsx.",
    ),
    Rule(
        "encrypted-workbook",
        Severity.ERROR,
        when="The workbook can't be opened without a password. The issue names the file.",
        problem="The workbook needs a password to be opened.",
        remedy=(
            "Take the password off (File, Info, Protect Workbook, Encrypt with Password) and save "
            "it again."
        ),
        why="Nothing in an encrypted workbook can be read.",
        example="A return saved with a password to open.",
    ),
    Rule(
        "empty-workbook",
        Severity.ERROR,
        when="The workbook opens, but holds no worksheet. The issue names the file.",
        problem="The workbook opens, but there is no worksheet in it.",
        remedy="Send the workbook that holds the savings.",
        why="An empty workbook is seldom what a department meant to send.",
        example="A workbook that holds only a chart sheet.",
    ),
    Rule(
        "missing-sheet",
        Severity.ERROR,
        when=(
            "A sheet that is required isn't there: Savings in a return; Programme, Partners or "
            "Services in programme.xlsx. The issue names the file."
        ),
        problem="There is no sheet {heading}.",
        remedy="Name the sheet that holds this table {heading}, or start from the template.",
        advice=(
            "Give the sheet its name, say Savings, or start from the template. Layouts in "
            "programme.xlsx can also say what another layout calls it."
        ),
        why="Without the sheet there is nothing to read.",
        example="A return whose savings stand on Sheet1.",
    ),
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
        "missing-value",
        Severity.ERROR,
        when=(
            "A cell that must be filled is empty. In Savings these are Line ref, Description, "
            "Service and Category."
        ),
        problem="{heading} is empty.",
        remedy="Fill the cell{hint}.",
        advice="Fill the cell; where it takes one of a few words, the issue lists them.",
        why="A line without it can't be placed in the model.",
        example="A savings line without a Category.",
    ),
    Rule(
        "amount-not-number",
        Severity.ERROR,
        when=(
            "The cell of an amount holds neither a number nor text that plainly is an amount, such "
            "as £1,234.50, (1,804), 1.2m or a dash for nil."
        ),
        problem="{value} is not an amount{why}.",
        remedy="Enter a number; leave the cell blank for nil.",
        why="Text in a money column adds nothing to a total, in silence.",
        example="TBC in 2013/14.",
    ),
    Rule(
        "cell-error",
        Severity.ERROR,
        when="A cell that the model needs shows an error of Excel's, such as #REF! or #N/A.",
        problem="The cell shows the error {value}.",
        remedy="Mend the formula, or enter the number itself.",
        why="An error cell is no number, and most readers take it for an empty one.",
        example="#REF! in 2013/14.",
    ),
    Rule(
        "formula-no-value",
        Severity.ERROR,
        when=(
            "A cell that the model needs holds a formula, and the workbook was saved without its "
            "result. A formula whose result is an empty text is blank, and no error."
        ),
        problem="The cell holds a formula, but the file holds no result for it.",
        remedy=(
            "Open the workbook in Excel, let it calculate, and save it; or enter the number itself."
        ),
        why="A formula that was never calculated reads as an empty cell.",
        example="A workbook written by another program and never opened in Excel.",
    ),
    Rule(
        "unknown-service",
        Severity.ERROR,
        when=(
            "The service is not on the Services sheet of programme.xlsx. Capitals, spacing, "
            "hyphens and punctuation make no difference."
        ),
        problem="{value} is none of the programme's services{suggestion}.",
        remedy="Use a name from the Services sheet of programme.xlsx, or add the service there.",
        why="The service decides strand, baseline and basis.",
        example="Finanse for Finance.",
    ),
    Rule(
        "unknown-category",
        Severity.ERROR,
        when=(
            "The category is none of the seven that there are. Capitals, spacing, hyphens and "
            "punctuation make no difference."
        ),
        problem="{value} is no category{suggestion}.",
        remedy="Use one of: {choices}.",
        advice=(
            "Use One-off cost, One-off saving, Recurring cost, Cashable saving, Income, "
            "Non-cashable saving or Cost avoidance."
        ),
        why="The category decides which total a line belongs to.",
        example="Saving for Cashable saving.",
    ),
    Rule(
        "unknown-scenario",
        Severity.ERROR,
        when="The scenario is none of those under Scenarios in programme.xlsx.",
        problem="{value} is none of the programme's scenarios{suggestion}.",
        remedy="Use one of: {choices}; or leave the cell blank for all of them.",
        advice="Use one of the programme's scenarios, or leave the cell blank for all of them.",
        why="A line counts in its scenario alone.",
        example="Likely case, where there are Best case and Worst case.",
    ),
    Rule(
        "unknown-basis",
        Severity.ERROR,
        when=(
            "The basis of apportionment is neither a fixed one nor a driver of programme.xlsx. It "
            "is also raised where a service's own basis, on the Services sheet, is blank: its "
            "lines are then not yet apportioned."
        ),
        problem="{value} is no basis of apportionment{suggestion}.",
        remedy="Use one of: {choices}.",
        advice=(
            "Use Baseline, Programme baseline, Equal, Direct, Not agreed, or the name of a driver "
            "in programme.xlsx."
        ),
        why="The basis decides how the line is shared over the partners.",
        example="Head count for Headcount FTE.",
    ),
    Rule(
        "unknown-partner",
        Severity.ERROR,
        when="The partner code is not on the Partners sheet of programme.xlsx.",
        problem="{value} is no partner code{suggestion}.",
        remedy="Use one of: {choices}.",
        advice="Use a code from the Partners sheet of programme.xlsx.",
        why="A direct line must go to one of the partners.",
        example="HC1 for HC.",
    ),
    Rule(
        "unknown-value",
        Severity.ERROR,
        when=(
            "A cell that takes only certain words holds another one: Funding, RAG, a risk's "
            "scores, a Line ref in Delivery that no return has, and the like. A wrong Units, "
            "Savings sign or Profile on the Cover rejects every row of the return."
        ),
        problem="{value} is not what {heading} can hold{suggestion}.",
        remedy="Use {choices}.",
        advice="Use one of the words that the issue lists.",
        why="A word outside the list can't be counted or read by others.",
        example="Finished for Final.",
    ),
    Rule(
        "partner-required",
        Severity.ERROR,
        when=(
            "The basis of the line is Direct, its own or its service's, and no partner is named. "
            "The issue stands at the empty Partner cell."
        ),
        problem="The basis is Direct, but no partner is named.",
        remedy="Enter the code of the partner that bears the line: {choices}.",
        advice="Enter the code of the partner that bears the line.",
        why="A direct line without a partner can't be shared.",
        example="Basis Direct, Partner blank.",
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
        spares_row=True,
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
        spares_row=True,
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
        spares_row=True,
    ),
    Rule(
        "unknown-project",
        Severity.WARNING,
        when="The project code stands on no Projects sheet, of this return or any other.",
        problem="There is no project {value} in any return.",
        remedy="Use the code of a project in Projects, or add the project there.",
        why="The business cases show a project's lines by its code.",
        example="P-01 for P-001.",
    ),
    Rule(
        "year-outside-programme",
        Severity.WARNING,
        when=(
            "There is an amount other than nil in a year that the programme doesn't cover. The "
            "amount is out of the model, and stands in Controls."
        ),
        problem=(
            "There is an amount in {heading}, which the programme doesn't cover; it is left out."
        ),
        remedy=(
            "Move the amount to one of the programme's years, or change First year or Years in "
            "programme.xlsx."
        ),
        why="Money outside the programme's years would vanish from the totals.",
        example="An amount in 2030/31 in a programme that ends in 2016/17.",
    ),
    Rule(
        "unread-amounts",
        Severity.WARNING,
        when=(
            "There are numbers below a heading that is not known, and that isn't headed Total; or "
            "a whole table has the headings of Savings, and its sheet is called much like it "
            "(Savings (2)). They are not read; the issue stands at the heading, with their sum."
        ),
        problem="{column} is not read, and there are numbers in it, which add up to {sum}.",
        remedy=(
            "If they count, put them under a year's heading of the sheet Savings; if not, nothing "
            "needs to be done."
        ),
        why="A column of money under a heading of one's own is easily lost.",
        example="A column headed Budget with numbers in it.",
    ),
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
            "Check the sign: costs are entered above zero and savings below it, or both above zero "
            "where the Savings sign is Positive."
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
        "sub-penny",
        Severity.WARNING,
        when=(
            "Rounding to the penny changed an amount. It is raised once a line, with the number of "
            "cells."
        ),
        problem="{count} rounded to the penny, the first in {heading}.",
        remedy="Nothing needs to be done if the fraction of a penny is of no account.",
        why="The model counts whole pence; rounding is named, however small.",
        example="1234.567 in a return in pounds.",
    ),
    Rule(
        "unit-conflict",
        Severity.WARNING,
        when=(
            "The heading of a year gives another unit than the return's own Cover. The heading's "
            "holds; the issue stands at the heading. Or a text above the table speaks of a unit in "
            "which no amount is read; the issue stands at that text."
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
        "partner-ignored",
        Severity.WARNING,
        when="A partner is named, but the basis of the line isn't Direct.",
        problem=(
            "A partner is named, but the basis is {basis}: the line doesn't go to that partner "
            "alone."
        ),
        remedy="Set Basis to Direct, or clear Partner.",
        why="Somebody meant the line for one partner, and it isn't counted so.",
        example="Basis Baseline, Partner HC.",
    ),
    Rule(
        "total-mismatch",
        Severity.WARNING,
        when=(
            "The amount of a total row is neither the sum of the rows since the last total nor "
            "that of all rows above. Rejected rows count; a column with a cell above that can't be "
            "read is not compared."
        ),
        problem="The total says {value}, the rows above add up to {since}{top}.",
        remedy="Check the rows above and the total's formula.",
        why="A total that differs from its rows shows that a row is missing or wrong.",
        example="A total of 100 under rows of 60 and 30.",
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
        "hidden-sheet",
        Severity.WARNING,
        when="A sheet that was read is hidden. The issue names the sheet.",
        problem="The sheet is hidden, and it was read.",
        remedy="Unhide it, so that whoever reads the return sees what is counted, or delete it.",
        why="What nobody sees nobody checks.",
        example="A hidden Savings sheet.",
    ),
    Rule(
        "undetectable-errors",
        Severity.WARNING,
        when=(
            "The workbook is an .xls or .xlsb and holds a formula that shows nothing: in these "
            "formats its result may be blank, or it may never have been calculated. (Error cells "
            "are told apart in every format.) The issue names the file."
        ),
        problem=(
            "A formula in it shows nothing, and in this format one that was never calculated "
            "can't be told from one whose result is blank."
        ),
        remedy="Save the workbook as .xlsx.",
        why="A formula that was never calculated would be taken for nil.",
        example='A return sent as .xls in which =IF(B2=0,"",B2) shows nothing.',
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

RULES = {rule.name: rule for rule in _RULES}
