"""The rules that issues name: one entry a rule, with its severity, its words and its reason.

The templates are filled from an issue's heading, value and details; nowhere else does an issue
become text. Source: contract, section 5.
"""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """Errors keep a row (or a file) out; warnings leave it in."""

    ERROR = "Error"
    WARNING = "Warning"


@dataclass(frozen=True)
class Rule:
    """A rule's stable name, how grave a breach is, what is said of it and why it exists.

    ``rejects``: an error of this rule at a row keeps the row out of the model. Faulty weights do
    not: the lines that rely on them stay, not yet apportioned.
    """

    name: str
    severity: Severity
    problem: str
    remedy: str
    why: str
    example: str
    rejects: bool = True


def _error(name: str, problem: str, remedy: str, why: str, example: str, **more: bool) -> Rule:
    return Rule(name, Severity.ERROR, problem, remedy, why, example, **more)


def _warning(name: str, problem: str, remedy: str, why: str, example: str) -> Rule:
    return Rule(name, Severity.WARNING, problem, remedy, why, example, rejects=False)


_RULES = (
    _error(
        "unreadable-workbook",
        "The file can't be read as a workbook: {what}.",
        "Open it in Excel, save it again as .xlsx and put it in place of this one.",
        "A file that can't be opened may hold savings that nobody would miss.",
        "A text file named savings.xlsx.",
    ),
    _error(
        "encrypted-workbook",
        "The workbook needs a password to be opened.",
        "Take the password off (File, Info, Protect Workbook, Encrypt with Password) and save it "
        "again.",
        "Nothing in an encrypted workbook can be read.",
        "A return saved with a password to open.",
    ),
    _error(
        "empty-workbook",
        "The workbook opens, but there is no worksheet in it.",
        "Send the workbook that holds the savings.",
        "An empty workbook is seldom what a department meant to send.",
        "A workbook that holds only a chart sheet.",
    ),
    _error(
        "missing-sheet",
        "There is no sheet {heading}.",
        "Name the sheet that holds this table {heading}, or start from the template.",
        "Without the sheet there is nothing to read.",
        "A return whose savings stand on Sheet1.",
    ),
    _error(
        "missing-heading",
        "{what}",
        "Put the heading into the header row, spelt as in the template.",
        "A column that is not found would be lost.",
        "A Savings sheet without a Category column.",
    ),
    _error(
        "duplicate-heading",
        "{heading} stands in {first} already; this second column is not read{lost}.",
        "Keep one column for each heading: delete or rename this one.",
        "Two columns for one thing: which one counts would be a guess.",
        "Two columns headed 2013/14.",
    ),
    _error(
        "unknown-year-heading",
        "{value} looks like a financial year but is none, and there are numbers below it{lost}.",
        "Write the year as 2012/13.",
        "A mistyped year would leave a whole column out.",
        "A column headed 2012/14.",
    ),
    _error(
        "missing-value",
        "{heading} is empty.",
        "Fill the cell{hint}.",
        "A line without it can't be placed in the model.",
        "A savings line without a Category.",
    ),
    _error(
        "amount-not-number",
        "{value} is not an amount{why}.",
        "Enter a number; leave the cell blank for nil.",
        "Text in a money column adds nothing to a total, in silence.",
        "TBC in 2013/14.",
    ),
    _error(
        "cell-error",
        "The cell shows the error {value}.",
        "Mend the formula, or enter the number itself.",
        "An error cell is no number, and most readers take it for an empty one.",
        "#REF! in 2013/14.",
    ),
    _error(
        "formula-no-value",
        "The cell holds a formula, but the file holds no result for it.",
        "Open the workbook in Excel, let it calculate, and save it; or enter the number itself.",
        "A formula that was never calculated reads as an empty cell.",
        "A workbook written by another program and never opened in Excel.",
    ),
    _error(
        "unknown-service",
        "{value} is none of the programme's services{suggestion}.",
        "Use a name from the Services sheet of programme.xlsx, or add the service there.",
        "The service decides strand, baseline and basis.",
        "Finanse for Finance.",
    ),
    _error(
        "unknown-category",
        "{value} is no category{suggestion}.",
        "Use one of: {choices}.",
        "The category decides which total a line belongs to.",
        "Saving for Cashable saving.",
    ),
    _error(
        "unknown-scenario",
        "{value} is none of the programme's scenarios{suggestion}.",
        "Use one of: {choices}; or leave the cell blank for all of them.",
        "A line counts in its scenario alone.",
        "Likely case, where there are Best case and Worst case.",
    ),
    _error(
        "unknown-basis",
        "{value} is no basis of apportionment{suggestion}.",
        "Use one of: {choices}.",
        "The basis decides how the line is shared over the partners.",
        "Head count for Headcount FTE.",
    ),
    _error(
        "unknown-partner",
        "{value} is no partner code{suggestion}.",
        "Use one of: {choices}.",
        "A direct line must go to one of the partners.",
        "HC1 for HC.",
    ),
    _error(
        "unknown-value",
        "{value} is not what {heading} can hold{suggestion}.",
        "Use {choices}.",
        "A word outside the list can't be counted or read by others.",
        "Finished for Final.",
    ),
    _error(
        "partner-required",
        "The basis is Direct, but no partner is named.",
        "Enter the code of the partner that bears the line: {choices}.",
        "A direct line without a partner can't be shared.",
        "Basis Direct, Partner blank.",
    ),
    _error(
        "duplicate-line",
        "Line ref {value} with scenario {scenario} stands in {first} already; this row is left "
        "out.",
        "Give the line a reference of its own, or delete one of the two.",
        "The same line twice would count its money twice.",
        "FIN-01, Best case, on two rows.",
    ),
    _error(
        "duplicate-return",
        "{value} has sent two returns with mostly the same line refs: {kept} is read, every row of "
        "this one is left out.",
        "Delete the one that no longer holds; if both do, give their lines references of their "
        "own.",
        "A return sent again beside the old one would count everything twice.",
        "Finance.xlsx and Finance v2.xlsx in one folder.",
    ),
    _error(
        "bad-baseline",
        "{what}",
        "{fix}",
        "Shares rest on the weights; a wrong weight would move every partner's figures.",
        "A negative baseline cost.",
        rejects=False,
    ),
    _error(
        "bad-driver",
        "{what}",
        "{fix}",
        "Shares rest on the weights; a wrong weight would move every partner's figures.",
        "Text in a driver's partner column.",
        rejects=False,
    ),
    _error(
        "bad-setting",
        "{what}",
        "{fix}",
        "A setting that is misread would change figures in silence.",
        "Units: thousands of pounds.",
        rejects=False,
    ),
    _warning(
        "unknown-project",
        "There is no project {value} in any return.",
        "Use the code of a project in Projects, or add the project there.",
        "The business cases show a project's lines by its code.",
        "P-01 for P-001.",
    ),
    _warning(
        "year-outside-programme",
        "There is an amount in {heading}, which the programme doesn't cover; it is left out.",
        "Move the amount to one of the programme's years, or change First year or Years in "
        "programme.xlsx.",
        "Money outside the programme's years would vanish from the totals.",
        "An amount in 2030/31 in a programme that ends in 2016/17.",
    ),
    _warning(
        "unread-amounts",
        "{column} is not a heading that is read, and there are numbers below it, which add up to "
        "{sum}.",
        "If they count, put them under a year's heading; if not, nothing needs to be done.",
        "A column of money under a heading of one's own is easily lost.",
        "A column headed Budget with numbers in it.",
    ),
    _warning(
        "sign",
        "{kind} in {heading}.",
        "Check the sign: {convention}.",
        "A saving with the wrong sign is counted as a cost.",
        "A cashable saving of 40,000 where savings are entered below zero.",
    ),
    _warning(
        "one-off-not-reversed",
        "A one-off is entered as a change on the year before, and is never taken back: it counts "
        "again in every later year, {sum} in all.",
        "Enter it again with the opposite sign in the year in which it ends.",
        "In an incremental profile a one-off of 250 is entered as 250, then -250.",
        "A one-off cost of 250 and nothing after it, in an incremental return.",
    ),
    _warning(
        "unlikely-amount",
        "The amount in {heading}, {sum}, is greater than the whole baseline of {service}, "
        "{baseline}.",
        "Check the units: pounds entered as thousands, say.",
        "An amount out of all proportion is mostly in the wrong units.",
        "40,000 entered where amounts are in £000.",
    ),
    _warning(
        "sub-penny",
        "{count} rounded to the penny, the first in {heading}.",
        "Nothing needs to be done if the fraction of a penny is of no account.",
        "The model counts whole pence; rounding is named, however small.",
        "1234.567 in a return in pounds.",
    ),
    _warning(
        "unit-conflict",
        "The heading says {value}, the Cover says {cover}; the heading's unit holds.",
        "Make the two agree.",
        "One of the two is wrong, by a factor of a thousand.",
        "2012/13 £m in a return whose Cover says £000.",
    ),
    _warning(
        "partner-ignored",
        "A partner is named, but the basis is {basis}: the line is shared over all partners.",
        "Set Basis to Direct, or clear Partner.",
        "Somebody meant the line for one partner, and it isn't counted so.",
        "Basis Baseline, Partner HC.",
    ),
    _warning(
        "total-mismatch",
        "The total says {value}, the rows above add up to {since}{top}.",
        "Check the rows above and the total's formula.",
        "A total that differs from its rows shows that a row is missing or wrong.",
        "A total of 100 under rows of 60 and 30.",
    ),
    _warning(
        "scenario-missing",
        "The line has no row for {missing}; it is nil there.",
        "Add the row, or leave Scenario blank if the line is the same in all of them.",
        "A cost that is left out of the worst case makes it look better than it is.",
        "A line with a row for Best case only.",
    ),
    _warning(
        "line-differs",
        "{heading} is {value} here, but {other} in {first}.",
        "Make the rows of the line agree.",
        "A line's scenarios should differ in their amounts alone.",
        "Best case under ICT, Worst case under Procurement.",
    ),
    _warning(
        "possible-double-count",
        "The same service, category, description and amounts stand in {first} already, in another "
        "return.",
        "If the two are one saving, delete one of them, or fill in Counted in.",
        "Two departments may both claim what they save together.",
        "“Shared payroll”, (40,000) in 2013/14, in the returns of Finance and of Human Resources.",
    ),
    _warning(
        "hidden-sheet",
        "The sheet is hidden, and it was read.",
        "Unhide it, so that whoever reads the return sees what is counted, or delete it.",
        "What nobody sees nobody checks.",
        "A hidden Savings sheet.",
    ),
    _warning(
        "undetectable-errors",
        "In this format error cells and formulas without a result can't be told from empty ones.",
        "Save the workbook as .xlsx.",
        "An error cell would be taken for nil.",
        "A return sent as .xlsb.",
    ),
    _warning(
        "return-missing",
        "No return has come from {value}.",
        "Ask the department{contact}, or take it off the list in Departments.",
        "A total without a department's savings looks complete and is not.",
        "Six departments expected, five returns in the folder.",
    ),
)

RULES = {rule.name: rule for rule in _RULES}
