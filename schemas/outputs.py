"""The tables of the output workbooks (contract, section 6): the one source of their headings, their
order and the data dictionary."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain

from pipeline.core.phrases import sentence
from pipeline.core.programme import Tag
from schemas.fields import Field, Kind, Table
from schemas.model import (
    COUNTED_IN,
    EFFECT_ON,
    SAID,
    SAID_OF_PARTS,
    SHARE_OF,
    FrameColumn,
    Per,
)
from schemas.returns import NARRATIVE_TABLES, PAID_BY, SAVINGS, tag_field
from schemas.vocabulary import (
    ALL_PARTNERS,
    ANNUAL_CASHABLE,
    NON_CASHABLE,
    NOT_STATED,
    ONE_OFF,
    RAG,
    RISK_WEIGHTED_MEASURE,
    in_sentence,
)


class Show(Enum):
    """What the cells of a column hold, and with it how they are printed.

    Money is handed over in whole pence, a share as a part of 1, years as an exact ratio.
    """

    # Python hashes a member's name anew each time: too slow for what is asked of every cell.
    __hash__ = object.__hash__

    TEXT = "text"
    LONG_TEXT = "long text"
    MONEY = "amount in £, shown in the report units"
    PENCE = "amount in £ and pence"
    COUNT = "whole number"
    SHARE = "share of 1, shown as a percentage"
    PERCENT = "part of 1, shown as a whole percentage"
    RATE = "part of 1, shown as a percentage to one decimal"
    FLAG = "1 or 0, shown as Yes or No"
    YEARS = "years"
    WEIGHT = "exact number"
    QUANTITY = "number, in no unit of money"
    DATE = "date"


# What is handed over in whole pence.
IN_PENCE = (Show.MONEY, Show.PENCE)


@dataclass(frozen=True)
class OutputColumn:
    """One column, or one for each scenario, year or partner.

    ``heading`` has ``{each}`` where it bears the name of the scenario, year or partner.
    ``name`` is the column of the frame that it shows; the columns for each year or partner have
    the year's label or the partner's code or name behind it there. Width in characters.
    ``rated``: only where the programme rates Confidence; ``if_any``: only where some row has
    something in it.
    """

    heading: str
    meaning: str
    name: str = ""
    show: Show = Show.TEXT
    width: int = 16
    per: Per | None = None
    rated: bool = False
    if_any: bool = False

    def headings(self, each: tuple[str, ...]) -> tuple[str, ...]:
        """The headings it stands for, given the names it is repeated for."""
        if self.per is None:
            return (self.heading,)
        return tuple(self.heading.format(each=one) for one in each)

    @property
    def pattern(self) -> str:
        """The heading as the data dictionary writes it: ``One-off: <scenario>``."""
        return self.heading.format(each=f"<{self.per.value}>") if self.per else self.heading


@dataclass(frozen=True)
class OutputTable:
    """A table of an output workbook: an Excel table (ListObject) called ``name``.

    ``sheet`` is the tab it stands on, ``question`` what it answers, ``grain`` what one row is.
    """

    name: str
    sheet: str
    question: str
    grain: str
    columns: tuple[OutputColumn, ...]


MONEY_WIDTH, PENCE_WIDTH = 12, 15
# At least: so narrow that a heading breaks before the name of the scenario.
SCENARIO_WIDTH = 10


def _text(heading: str, name: str, meaning: str, width: int = 16) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.TEXT, width)


def _long(heading: str, name: str, meaning: str, width: int = 44) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.LONG_TEXT, width)


def _money(
    heading: str, name: str, meaning: str, per: Per | None = None, width: int = MONEY_WIDTH
) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.MONEY, width, per)


def _pence(heading: str, name: str, meaning: str, per: Per | None = None) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.PENCE, PENCE_WIDTH, per)


def _count(heading: str, name: str, meaning: str, width: int = 11) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.COUNT, width)


def _flag(heading: str, name: str, meaning: str, width: int = 16) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.FLAG, width)


def _date(heading: str, name: str, meaning: str) -> OutputColumn:
    return OutputColumn(heading, meaning, name, Show.DATE, 16)


_STRAND = _text("Strand", "strand", "The strand (workstream) that the service belongs to.", 34)
_SERVICE = _text("Service", "service", "The service area that the row is about.", 34)
_ORGANISATION = _text(
    "Organisation",
    "organisation",
    "Total programme, a partner, or Not yet apportioned: what no partner has been given yet.",
    32,
)
_SCENARIO = _text("Scenario", "scenario", "The scenario that the row is about.", 15)
_YEAR = _text("Year", "year", "The financial year that the row is about.", 10)
_ONE_OFFS = _money(
    "One-off: {each}",
    "one_off_pence",
    f"{sentence(in_sentence(ONE_OFF))} of all years, in the scenario.",
    Per.SCENARIO,
    SCENARIO_WIDTH,
)
_ANNUALS = _money(
    "Annual cashable: {each}",
    "annual_cashable_pence",
    f"{sentence(in_sentence(ANNUAL_CASHABLE))} in the steady-state year, in the scenario.",
    Per.SCENARIO,
    SCENARIO_WIDTH,
)
_YEARS = _pence("{each}", "", "The effect in the financial year.", Per.YEAR)
_WEIGHT = OutputColumn(
    "Weight",
    "Which part of it is counted on, by the sheet Confidence: 1 for costs and words not listed.",
    "weight",
    Show.WEIGHT,
    9,
    rated=True,
)
_SOURCE = (
    _text("Workbook", "workbook", "The return that the row was read from.", 30),
    _text("Sheet", "sheet", "The sheet of that workbook.", 14),
    _count("Row", "row", "The row of that sheet.", 8),
)
# How many of a table's last columns say where its rows come from.
SOURCE_COLUMNS = len(_SOURCE)

SUMMARY = OutputTable(
    "Summary",
    "Summary",
    "What does the programme cost, and what does it save?",
    "a strand (then All strands) and an organisation",
    (
        _STRAND,
        _ORGANISATION,
        _ONE_OFFS,
        _ANNUALS,
        OutputColumn(
            "Payback years: {each}",
            "One-off divided by the annual cashable saving, exactly; blank where nothing is paid "
            "back or there is nothing to pay back.",
            "payback_years",
            Show.YEARS,
            15,
            Per.SCENARIO,
        ),
        _text(
            "Return on investment",
            "return_on_investment",
            "The band of payback years over the scenarios, in whole years.",
            23,
        ),
    ),
)

APPRAISAL = OutputTable(
    "Appraisal",
    "Appraisal",
    "When does it pay back, and what is it worth today?",
    "an organisation and a scenario",
    (
        _ORGANISATION,
        _SCENARIO,
        _money("One-off", "one_off_pence", f"{sentence(in_sentence(ONE_OFF))} of all years."),
        _money(
            "Annual cashable",
            "annual_cashable_pence",
            f"{sentence(in_sentence(ANNUAL_CASHABLE))} in the steady-state year.",
        ),
        OutputColumn(
            "Payback years",
            "One-off divided by the annual cashable saving, exactly.",
            "payback_years",
            Show.YEARS,
            11,
        ),
        _text(
            "Break-even year",
            "break_even_year",
            "The first year from which the running total of net cashable is nil or a saving, and "
            "stays so; blank where there is none.",
            13,
        ),
        _money(
            "Net present cost / (saving)",
            "net_present_pence",
            "Net cashable of every year, discounted to the first year.",
            width=18,
        ),
        OutputColumn(
            RISK_WEIGHTED_MEASURE,
            "Annual cashable, each line weighted by its Confidence and rounded to the penny, half "
            "away from nil.",
            "risk_weighted_pence",
            Show.MONEY,
            15,
            rated=True,
        ),
    ),
)

SWITCHING_VALUES = OutputTable(
    "Switching_values",
    "Appraisal",
    "What would have to change before it no longer pays?",
    "a scenario, what changes, and what it would undo",
    (
        _text("Change", "change", "What changes, everything else staying, and until when.", 32),
        _text("What is varied", "varied", "The amounts that change, and of which years.", 30),
        _SCENARIO,
        _money(
            "Amount now",
            "amount_pence",
            "The costs or savings that change: one-off costs of all years and savings of the "
            "steady-state year, or their present values where the net present saving is meant.",
        ),
        OutputColumn(
            "Switching value",
            "By which part of themselves they may change until then; in brackets where that point "
            "is passed already.",
            "switching",
            Show.RATE,
            12,
        ),
        _money("Amount then", "then_pence", "What they come to at that point."),
        _text("Why blank", "reason", "Why there is no switching value.", 14),
    ),
)

LARGEST_LINES = OutputTable(
    "Largest_lines",
    "Appraisal",
    "Which lines does the net present cost depend on most?",
    "a scenario and one of the ten lines that move it most",
    (
        _text("Description", "description", "What is saved or spent, in words.", 32),
        _SCENARIO,
        _text("Line ref", "line_ref", "The line, as in Register.", 12),
        _count("Rank", "rank", "1 for the line that moves the net present cost most.", 12),
        _text("Category", "category", "The category of the line.", 14),
        _text("Service", "service", "The service area of the line.", 13),
        _money(
            "Net present cost / (saving)",
            "net_present_pence",
            "The line's own: without the line the programme's would be less by so much.",
            width=18,
        ),
    ),
)

BY_YEAR = OutputTable(
    "By_year",
    "By year",
    "What happens in which year?",
    "an organisation, a scenario and a measure",
    (
        _ORGANISATION,
        _SCENARIO,
        _text(
            "Measure",
            "measure",
            "A category; Net cashable: the cashable categories together; or its running total.",
            26,
        ),
        _money("{each}", "", "The effect in the financial year.", Per.YEAR),
        _money("Total", "total_pence", "All years; blank for the running total."),
    ),
)

BY_SERVICE = OutputTable(
    "By_service",
    "By service",
    "Which services does it come from?",
    "a service and an organisation",
    (_STRAND, _SERVICE, _ORGANISATION, _ONE_OFFS, _ANNUALS),
)

BUDGET = OutputTable(
    "Budget",
    "Budget",
    "What does it change in each year's budget?",
    "an organisation, a scenario and a measure",
    (
        _ORGANISATION,
        _SCENARIO,
        _text(
            "Measure",
            "measure",
            "One-off: one-off costs and savings; Recurring: recurring costs, cashable savings and "
            "income; Net: both together.",
            18,
        ),
        _money(
            "{each}",
            "",
            "The change on the year before: a one-off is reversed in the next year; the running "
            "total is the effect in the year, as in By_year.",
            Per.YEAR,
        ),
    ),
)

BUDGET_GAP = OutputTable(
    "Budget_gap",
    "Budget",
    "How much of each partner's budget gap is closed, and by what?",
    "a partner, a scenario and a measure",
    (
        _text("Partner", "partner", "The partner's code.", 12),
        _SCENARIO,
        _text(
            "Measure",
            "measure",
            "Gap before (as on the sheet Gap), Recurring and One-off (as in Budget) and Gap after, "
            "the three added; each again as a running total; and the part of what is closed so far "
            "that rests on one-offs: 0 where none does, blank where nothing is closed.",
            34,
        ),
        _money(
            "{each}",
            "",
            "The change on the year before, or the running total; of the one-off share a part "
            "of 1.",
            Per.YEAR,
        ),
    ),
)

GAP_TOGETHER = OutputTable(
    "Gap_together",
    "Budget",
    "How much of the gap is closed, all partners together?",
    "a running total",
    (
        _text("Partner", "partner", f"{ALL_PARTNERS}; in a pack the partner's code.", 12),
        replace(_SCENARIO, meaning="The plan scenario."),
        _text("Measure", "measure", "A running total of Budget_gap.", 34),
        _money("{each}", "", "All partners of the table together.", Per.YEAR),
    ),
)

_TAG = _text("Tag", "tag", "The column of the team's own, as the sheet Tags names it.", 20)

BY_TAG = OutputTable(
    "By_tag",
    "By tag",
    "What does it come to by the columns of our own?",
    "a list of the team's own and a value of it",
    (
        _TAG,
        _text("Value", "value", f"A value of the list; {NOT_STATED}: the lines without one.", 30),
        _ONE_OFFS,
        _ANNUALS,
        _count("Lines", "lines", "How many lines, by their refs, have the value."),
    ),
)

TAG_NUMBERS = OutputTable(
    "Tag_numbers",
    "By tag",
    "What do the numbers of our own come to, and whose are they?",
    "a number of the team's own, a service, an organisation and a scenario",
    (
        _TAG,
        _SERVICE,
        _ORGANISATION,
        _SCENARIO,
        OutputColumn(
            "Amount",
            "The numbers of the lines added up, to the thousandth; a partner's part of each is as "
            "its share of the line in the steady-state year.",
            "amount",
            Show.QUANTITY,
            14,
        ),
    ),
)

_WHO_PAYS = "Who pays whom"
_OWN_CODE = _text("Partner", "partner", "The code of the partner.", 12)
_NAME = _text("Organisation", "organisation", "The partner's name.", 32)
TRANSFERS = OutputTable(
    "Transfers",
    _WHO_PAYS,
    "Who pays whom, so that all are even?",
    "a scenario, a year and a payment",
    (
        _SCENARIO,
        _YEAR,
        _text("From", "payer", "The code of the partner that pays.", 12),
        _text("To", "payee", "The code of the partner that is paid.", 12),
        _pence("Amount", "amount_pence", "What is paid in that year."),
        replace(_NAME, heading="Payer", name="payer_name"),
        replace(_NAME, heading="Payee", name="payee_name"),
    ),
)

SETTLEMENT = OutputTable(
    "Settlement",
    _WHO_PAYS,
    "What does each partner pay, what does it bear, and what is between the two?",
    "a scenario, a year and a partner",
    (
        _SCENARIO,
        _YEAR,
        _OWN_CODE,
        _pence(
            "In its books",
            "books_pence",
            "Cashable amounts of the lines that it pays (Paid by), as far as they are apportioned.",
        ),
        _pence(
            "Its share",
            "share_pence",
            "What falls to it of all such lines, whoever pays them.",
        ),
        _pence(
            "To receive / (to pay)",
            "due_pence",
            "In its books less its share: in brackets what it owes the others. Nil over all "
            "partners.",
        ),
        _NAME,
    ),
)

SETTLEMENT_DELIVERED = replace(
    SETTLEMENT,
    name="Settlement_delivered",
    question="The same on what is delivered: what is between the partners?",
    grain="a year of which Delivered is reported, and a partner, in the plan scenario",
)
SETTLEMENT_TABLES = (TRANSFERS, SETTLEMENT, SETTLEMENT_DELIVERED)

SHARES = OutputTable(
    "Shares",
    "Shares",
    "How is each service shared over the partners?",
    "a service, a basis and a year",
    (
        _SERVICE,
        _text(
            "Basis",
            "basis",
            "The service's usual basis of apportionment, or another one that a line uses.",
            22,
        ),
        _YEAR,
        OutputColumn(
            "{each}",
            "The partner's share, 0 to 1; blank where the basis gives none.",
            SHARE_OF,
            Show.SHARE,
            13,
            Per.PARTNER,
        ),
        _long(
            "Evidence",
            "evidence",
            "The cells that the weights come from, or why there are no shares.",
            52,
        ),
    ),
)

SHARE_PERIODS = OutputTable(
    "Share_periods",
    SHARES.sheet,
    "From which year to which does each share hold?",
    "a service, a basis and years in a row of which all is the same",
    (
        *SHARES.columns[:2],
        replace(_YEAR, heading="From", name="first", meaning="The first of the years."),
        replace(_YEAR, heading="To", name="last", meaning="The last of the years."),
        *SHARES.columns[3:],
    ),
)

SHARE_CHANGES = OutputTable(
    "Share_changes",
    "Share changes",
    "Which shares change, which holds, and what does it cost whom?",
    "a set of weights, a year, a comparison and a partner",
    (
        _text("Driver", "driver", "The basis that the weights are of.", 16),
        _text(
            "Service",
            "service",
            "The service that they are for; blank: every service without a row of its own.",
            24,
        ),
        _text("Year", "year", "The financial year that the row is about.", 10),
        _date("From", "from", "The day of a change within the year; blank: the whole year."),
        _text("Partner", "partner", "The code of the partner.", 12),
        OutputColumn(
            "Estimate",
            "The partner's share by the Estimate; of a change within a year, the one before.",
            "estimate",
            Show.SHARE,
            11,
        ),
        OutputColumn(
            "Actual",
            "The partner's share by the Actual; of a change within a year, the one after.",
            "actual",
            Show.SHARE,
            11,
        ),
        OutputColumn("Difference", "Actual less Estimate.", "difference", Show.SHARE, 11),
        _text("Holds", "holds", "Which of the two holds; of a change, the one after.", 11),
        _pence(
            "Effect",
            "effect_pence",
            "Annual cashable of the plan scenario that the partner bears by what holds, less by "
            "the other; nil outside the steady-state year, and over all partners. Blank where "
            "either leaves anything unapportioned.",
        ),
        _long("Why", "why", "Why it holds, or for how many days of the year.", 40),
    ),
)

OWN_SHARES = OutputTable(
    SHARES.name,
    SHARES.sheet,
    "How is our share of each service found?",
    SHARES.grain,
    (
        *SHARES.columns[:3],
        OutputColumn(
            "Own weight",
            "The partner's own weight; blank where the basis gives no share.",
            "own_weight",
            Show.WEIGHT,
            16,
        ),
        OutputColumn(
            "All others",
            "The weights of all other partners together.",
            "other_weights",
            Show.WEIGHT,
            16,
        ),
        *SHARES.columns[3:],
    ),
)


_SHOWN = {
    Kind.LONG_TEXT: Show.LONG_TEXT,
    Kind.SCORE: Show.COUNT,
    Kind.QUANTITY: Show.QUANTITY,
}


def _of_field(field: Field) -> OutputColumn:
    show = _SHOWN.get(field.kind, Show.TEXT)
    optional = field.heading == PAID_BY
    return OutputColumn(
        field.heading, field.meaning, field.name, show, field.width, if_any=optional
    )


# In the model a line's blanks are filled in.
_IN_MODEL = {
    "Scenario": "The scenario; a line that is the same in all scenarios has a row for each.",
    "Basis": "The basis that is applied: the line's own, else its service's.",
}


_TAGS = OutputColumn("{each}", "A column of the team's own, as the sheet Tags says.", per=Per.TAG)


def with_tags(declared: OutputTable, tags: Iterable[Tag]) -> OutputTable:
    """A table with a programme's own columns in the place where it has them."""
    tag_columns = tuple(_of_field(tag_field(tag)) for tag in tags)
    columns = ((tag_columns if one.per is Per.TAG else (one,)) for one in declared.columns)
    return replace(declared, columns=tuple(chain.from_iterable(columns)))


def _line_columns(frame_columns: Iterable[FrameColumn]) -> Iterator[OutputColumn]:
    """The columns of a line, as the model has them."""
    fields = {field.name: _of_field(field) for field in SAVINGS.fields}
    for each in frame_columns:
        if each.per is Per.TAG:
            yield _TAGS
            continue
        column = fields.get(each.name, replace(_STRAND, width=24))
        yield replace(column, meaning=_IN_MODEL.get(column.heading, column.meaning))


_LINE_TOTAL = _pence("Total", "total_pence", "All years.")
_MEASURES = (
    _pence("One-off", "one_off_pence", "The total, where the category is a one-off; else nil."),
    _pence(
        "Annual cashable",
        "annual_cashable_pence",
        "The steady-state year's amount, where the category is annual and cashable; else nil.",
    ),
)
_LINE_WEIGHTED = (
    replace(_WEIGHT, meaning=f"By the line's Confidence. {_WEIGHT.meaning}"),
    OutputColumn(
        RISK_WEIGHTED_MEASURE,
        "Annual cashable times weight, rounded to the penny, half away from nil.",
        "risk_weighted_pence",
        Show.PENCE,
        PENCE_WIDTH,
        rated=True,
    ),
)
_FIGURES = (_YEARS, _LINE_TOTAL, *_MEASURES, *_LINE_WEIGHTED)

# What a reader needs beside an amount to know what it is: the rest of a line stands behind them.
_LABELS = ("line_ref", "description", "service", "category", "scenario")


def _of_lines(
    frame_columns: Iterable[FrameColumn], figures: tuple[OutputColumn, ...], *labels: OutputColumn
) -> tuple[OutputColumn, ...]:
    """The columns of a line with its ``figures`` beside its labels, ``labels`` the last of them;
    where it was read comes last."""
    columns = list(_line_columns(frame_columns))
    first = [each for name in _LABELS for each in columns if each.name == name]
    rest = [each for each in columns if each.name not in _LABELS]
    return (*first, *labels, *figures, *rest, *_SOURCE)


REGISTER = OutputTable(
    "Register",
    "Register",
    "Which lines is it made of?",
    "a line and a scenario",
    _of_lines((each for each in SAID if each.name != COUNTED_IN), _FIGURES),
)

_ALLOTTED_PARTNER = _text(
    "Partner",
    "partner",
    "The code of the partner that this part falls to; blank where it isn't apportioned yet.",
    12,
)

APPORTIONED = OutputTable(
    "Apportioned",
    "Apportioned",
    "Who bears which part of each line?",
    "a line, a scenario and a partner",
    _of_lines(
        (each for each in SAID if each.name in SAID_OF_PARTS),
        _FIGURES,
        _ALLOTTED_PARTNER,
        _ORGANISATION,
    ),
)

# The columns of data/apportioned.csv, of Apportioned's but the last two. Other tools rely on them:
# a further column of Savings is not among them until it is named here.
APPORTIONED_CSV = (
    *("line_ref", "project_code", "service", "strand", "category", "scenario", "basis", "partner"),
    *("year", "amount"),
)

OWN_LINES = OutputTable(
    "Apportioned",
    "Lines",
    "Which lines is it made of, and which part of each is ours?",
    "a line and a scenario",
    _of_lines(
        (each for each in SAID if each.name in SAID_OF_PARTS),
        _FIGURES,
        _ALLOTTED_PARTNER,
        _ORGANISATION,
        OutputColumn(
            "Share of line",
            "The partner's part of the line's total; blank where the total is nil.",
            "share",
            Show.SHARE,
            13,
        ),
    ),
)

EXCLUDED = OutputTable(
    "Excluded",
    "Excluded",
    "What is left out because another programme counts it already?",
    "a line and a scenario",
    _of_lines(SAID, (_YEARS, _LINE_TOTAL)),
)

ISSUES = OutputTable(
    "Issues",
    "Issues",
    "What is wrong in the workbooks, and how is it put right?",
    "a fault at a cell",
    (
        _text("Severity", "severity", "Error: left out of the figures. Warning: left in.", 12),
        _text("Rule", "rule", "The name of the rule that is broken.", 24),
        _text("Workbook", "workbook", "The file, by its path within the programme's folder.", 32),
        _text("Sheet", "sheet", "The sheet with the fault; blank where it is the whole file.", 14),
        _text("Cell", "cell", "The cell at fault; blank where it is the whole file.", 9),
        _text("Heading", "heading", "The heading of the column, or the name of the setting.", 20),
        _long(
            "Value",
            "value",
            "What stands in the cell; in brackets the amounts of the line or the block.",
            28,
        ),
        _long("Problem", "problem", "What is wrong.", 48),
        _long("Remedy", "remedy", "How to put it right.", 48),
        _text("Line ref", "line_ref", "The line that it is about, where it is about one.", 14),
        _text("Scenario", "scenario", "The scenario of that line's row; blank: all of them.", 14),
        _long("Answer", "answer", "What somebody has said of a warning: it is then closed.", 36),
        _text("Answered by", "answered_by", "Who has said so.", 20),
        _text("Department", "department", "Whose workbook it is; an answer goes by it.", 24),
    ),
)

CONTROLS = OutputTable(
    "Controls",
    "Controls",
    "Does everything add up?",
    "a check of the figures",
    (
        _long("Control", "control", "What is compared.", 72),
        _pence("Expected", "expected", "What it should be: an amount in £ and pence, or a number."),
        _pence("Actual", "actual", "What it is found to be."),
        _pence("Difference", "difference", "Actual less expected."),
        _text("Result", "result", "Pass where there is no difference, else Fail.", 10),
        _text("Scenario", "scenario", "The scenario that is compared; blank where all are.", 15),
        _text("Measure", "measure", "The measure that is compared; blank where all are.", 24),
    ),
)

INPUTS = OutputTable(
    "Inputs",
    "Inputs",
    "What do the formulas take from one place?",
    "a value that formulas refer to by its name",
    (
        _text("Input", "input", "What the value is.", 34),
        _text("Value", "value", "Its value; every figure that rests on it moves with it.", 24),
        _text("As reported", "reported", "The value that the report was made with.", 24),
        _text("Name in formulas", "name", "What formulas call the cell of the value.", 24),
        _text("Source", "source", "A setting of the programme, a formula, or fixed.", 16),
        _long("Use", "use", "What it is for.", 60),
    ),
)

CATEGORIES_TABLE = OutputTable(
    "Categories",
    "Inputs",
    "Which categories make up which measure?",
    "a category",
    (
        _text("Category", "category", "The category of a line.", 34),
        _flag("One-off", "one_off", "Whether it counts in One-off: 1 for Yes, 0 for No.", 24),
        _flag("Annual cashable", "annual_cashable", "The same of Annual cashable.", 24),
        _flag("Net cashable", "net_cashable", "The same of Net cashable.", 24),
        _flag("One-off as reported", "one_off_reported", "As the report was made with."),
        _flag("Annual cashable as reported", "annual_reported", "As the report was made with."),
        _flag("Net cashable as reported", "net_reported", "As the report was made with."),
    ),
)

REPORTED = OutputTable(
    "Reported",
    "Inputs",
    "Are the figures those that were reported?",
    "a table of figures",
    (
        _text("Table", "subject", "The table whose amounts are compared.", 34),
        _pence("Sum as reported", "sum_pence", "Its amounts added up, as they were reported."),
        _pence("Sum now", "sum_now_pence", "Its amounts added up, as they stand now."),
        OutputColumn(
            "Size as reported",
            "The root of the sum of the squares of its amounts: it also moves where changes cancel "
            "out.",
            "size",
            Show.WEIGHT,
            24,
        ),
        OutputColumn("Size now", "The same, as they stand now.", "size_now", Show.WEIGHT, 24),
        _text("Result", "result", "As reported, or Differs."),
    ),
)

CHECKS = OutputTable(
    "Checks",
    "Inputs",
    "What stands at the top of every sheet?",
    "a check of the whole workbook",
    (
        _text("Name in formulas", "name", "What formulas call the cell of the sentence.", 34),
        _long("Says", "says", "What the check comes to.", 72),
        _text("Use", "use", "What the cell is for.", 24),
    ),
)

COLUMN_NAMES = OutputTable(
    "Column_names",
    "Inputs",
    "What do formulas call the columns of other tables?",
    "a name of a column",
    (
        _text("Name in formulas", "name", "What formulas call the column.", 34),
        _text("Table", "of_table", "The table that it stands in.", 24),
        _text("Column", "columns", "Its heading; of several the first and the last one.", 24),
    ),
)

SOURCES = OutputTable(
    "Sources",
    "Sources",
    "Which files is it made from?",
    "a file",
    (
        _text("Workbook", "workbook", "The file, by its path within the programme's folder.", 40),
        _text("SHA-256", "sha256", "The checksum of its bytes as they were read.", 36),
        _text("Department", "department", "The department, as on the return's Cover.", 26),
        _text("Status", "status", "Draft or Final, as on its Cover.", 10),
        _count("Rows read", "rows_read", "Rows of Savings; blank where the file was not read."),
        _count("Accepted", "accepted", "Rows that are in the figures."),
        _count("Rejected", "rejected", "Rows with an error, left out."),
        _count("Excluded", "excluded", "Rows that another programme counts already, left out."),
        _long("Result", "result", "What came of it.", 52),
    ),
)

RETURNS = OutputTable(
    "Returns",
    "Returns",
    "Who has sent what, and what is still open?",
    "a department expected, or a further return",
    (
        _long("Department", "department", "The department, as in Departments or on its Cover.", 26),
        _long("Workbook", "workbook", "What it has sent; blank: nothing.", 26),
        _text(
            "State",
            "state",
            "Missing: nothing has come. Not read: it can't be opened, or its savings can't be "
            "found. Replaced: a later version of it counts. Draft: its Cover says so. Late: it "
            "came after it was due. Received: else.",
            11,
        ),
        _long("Certified by", "certified_by", "Who answers for the return.", 20),
        _date("Date", "dated", "The date on its Cover."),
        _date("Due", "due", "When it was due."),
        _count("Lines", "lines", "Lines of it that are in the figures.", 7),
        _money(
            "Annual cashable: {each}",
            "annual_cashable_pence",
            "What its lines come to in the steady-state year, in the plan scenario.",
            Per.PLAN,
            14,
        ),
        _count("Errors", "errors", "Faults that keep a row, or the whole file, out.", 10),
        _count("Warnings", "warnings", "Warnings that nobody has answered.", 10),
        _count("Answered", "answered", "Warnings that somebody has answered.", 10),
        _text(
            "Counts",
            "counts",
            "How much of it is in the figures. In full: no error. In part: errors keep some of it "
            "out. Not at all: errors keep all of it out. Blank: nothing was sent, or another "
            "version counts.",
            11,
        ),
        _count("Days late", "days_late", "By how many days it is dated after it was due.", 7),
        _long("Prepared by", "prepared_by", "Who has filled the return in.", 20),
        _long("Contact", "contact", "Whom to ask: as on its Cover, else as in Departments.", 24),
    ),
)

WORKBOOKS = OutputTable(
    "Workbooks",
    "Workbooks",
    "Which workbook has how many errors and warnings?",
    "a workbook",
    (
        SOURCES.columns[0],
        SOURCES.columns[2],
        _count("Errors", "errors", "Faults that keep a row, or the whole file, out."),
        _count("Warnings", "warnings", "Faults that leave the row in, and nobody has answered."),
        _count("Answered", "answered", "Warnings that somebody has answered."),
        *SOURCES.columns[4:],
    ),
)

RULES_TABLE = OutputTable(
    "Rules",
    "Rules",
    "Why does a rule matter?",
    "a rule that was broken",
    (
        _text("Rule", "rule", "The rule's name, as in Issues.", 26),
        _text("Severity", "severity", "Error or Warning.", 12),
        _count("Issues", "issues", "How many there are."),
        _long("Why", "why", "Why the rule exists.", 56),
        _long("Example", "example", "What breaks it.", 48),
    ),
)

RESUBMITTED = OutputTable(
    "Changes",
    "Changes",
    "What do the returns change against the last report?",
    "a line and scenario that a return changes",
    (
        _text("Workbook", "workbook", "The return that it stands in, or stood in.", 32),
        _text("Line ref", "line_ref", "The line.", 14),
        _text("Scenario", "scenario", "The scenario.", 14),
        _text(
            "Change",
            "change",
            "New, Changed or Gone; Rejected: it is in error now; Excluded: another programme "
            "counts it now.",
            11,
        ),
        _long("What", "what", "What of it differs.", 44),
        _pence("Before", "before_pence", "All years, in the last report; blank: it was not there."),
        _pence("After", "after_pence", "All years, now; blank: it is not in the figures."),
        _pence("Effect", "effect_pence", "After less before."),
    ),
)

_NARRATIVE_QUESTIONS = {
    "Projects": "What are the business cases?",
    "Risks": "What may go wrong, and what is done about it?",
    "Benefits": "What gets better, beside the money?",
    "Dependencies": "What does each project wait for?",
    "Milestones": "What is to be reached, and when?",
    "Assumptions": "What do the figures take for granted?",
}


_PROJECT_TITLE = replace(
    _text("Project title", "project_title", "The title of the project that the code names.", 30),
    if_any=True,
)
# What is worked out of a row, behind what the returns say.
_FURTHER = {
    "Risks": (
        replace(
            _count("Score", "score", "Likelihood times impact, 1 to 25; the highest first.", 9),
            if_any=True,
        ),
        _PROJECT_TITLE,
    ),
    "Benefits": (_PROJECT_TITLE,),
    "Dependencies": (_PROJECT_TITLE,),
    "Milestones": (
        replace(
            _count(
                "Slippage in days",
                "slippage_days",
                "Forecast less planned: above zero is late, in brackets early; blank where either "
                "is no date.",
                11,
            ),
            if_any=True,
        ),
        _PROJECT_TITLE,
    ),
}
# Where rows are high anyhow, a long name may be broken.
_NARROW_SOURCE = (replace(_SOURCE[0], show=Show.LONG_TEXT, width=20), *_SOURCE[1:])


def _narrative(table: Table) -> OutputTable:
    return OutputTable(
        table.name,
        table.name,
        _NARRATIVE_QUESTIONS[table.name],
        "a row of a return",
        (*map(_of_field, table.fields), *_FURTHER.get(table.name, ()), *_NARROW_SOURCE),
    )


_PLAN = _money(
    "Plan", "plan_pence", "The line's amount in that year, in the programme's plan scenario."
)
_FORECAST = _money(
    "Forecast", "forecast_pence", "The effect now expected in that year; blank: none is stated."
)
_DELIVERED = _money(
    "Delivered", "delivered_pence", "The effect delivered so far; blank: none is stated."
)
_VARIANCE = _money(
    "Variance",
    "variance_pence",
    "Forecast less plan: above zero is adverse; blank without a forecast.",
)
_RISK_WEIGHTED = OutputColumn(
    "Risk-weighted",
    "The forecast, each line's weighted by its RAG, else by its Confidence, and added up.",
    "risk_weighted_pence",
    Show.MONEY,
    MONEY_WIDTH,
    rated=True,
)
_AMOUNTS = (_PLAN, _FORECAST, _DELIVERED, _VARIANCE)
_RATED = (
    *(_count(rag, rag.casefold(), f"How many lines are {rag}.", 9) for rag in RAG),
    _count("Not rated", "not_rated", "How many lines have no RAG.", 10),
    _count("No forecast", "no_forecast", "How many lines have no forecast.", 12),
)
_KIND = _text(
    "Kind",
    "kind",
    f"Cashable: {in_sentence(ANNUAL_CASHABLE)}; One-off; Non-cashable: "
    f"{in_sentence(NON_CASHABLE)}. Kinds are never added.",
    14,
)
_DELIVERED_PART = OutputColumn(
    "Percentage delivered",
    "Delivered as a part of the plan; blank where nothing is planned or nothing said.",
    "delivered_part",
    Show.PERCENT,
    11,
)
_REF = _text("Line ref", "line_ref", "The line, as in Register.", 12)
_DESCRIPTION = _long("Description", "description", "What is saved or spent, in words.")
_RAG = _text(
    "RAG",
    "rag",
    "How delivery stands: Blue complete, Green, Amber, Red, Black undeliverable; blank: not said.",
    10,
)
_COMMENTARY = _long("Commentary", "commentary", "What the return says of the delivery.", 44)

DELIVERY = OutputTable(
    "Delivery",
    "Delivery",
    "Do we get the savings?",
    "a line and a year that a return reports on",
    (
        _REF,
        _DESCRIPTION,
        replace(_SERVICE, width=24),
        _YEAR,
        *_AMOUNTS,
        _RAG,
        _COMMENTARY,
        _KIND,
        replace(
            _text(
                "Weighed by",
                "weighed_by",
                "The RAG value or, where it has none that is rated, the line's Confidence by which "
                "its forecast is weighted; blank: it counts in full.",
                12,
            ),
            rated=True,
        ),
        _WEIGHT,
        replace(_RISK_WEIGHTED, meaning="Forecast times weight, rounded half away from nil."),
        *_SOURCE,
    ),
)

DELIVERY_DUE = OutputTable(
    "Delivery_due",
    "Delivery",
    "Which lines are due and not reported on?",
    "a line that has an amount in the year now reported on, and no row of Delivery in it",
    (_REF, _DESCRIPTION, replace(_SERVICE, width=24), _YEAR, _PLAN),
)

DELIVERY_OVERDUE = OutputTable(
    "Delivery_overdue",
    "Delivery",
    "Which savings are overdue?",
    "a saving or income of a year that is over, of which less than planned is delivered",
    (
        _REF,
        _DESCRIPTION,
        replace(_SERVICE, width=24),
        _YEAR,
        _PLAN,
        _money("Outstanding", "outstanding_pence", "Delivered less plan: what is still to come."),
        _DELIVERED,
        _text("Owner", "owner", "Who answers for the line.", 12),
        _RAG,
        replace(_KIND, width=44),
    ),
)

_LEFT_OUT_SIGN = "Turned round by the line's category; as entered where there is no such line."

DELIVERY_LEFT_OUT = OutputTable(
    "Delivery_left_out",
    "Delivery",
    "Which rows of the returns are not counted, and why?",
    "a row of a return's Delivery that is not in Delivery",
    (
        replace(_REF, meaning="The line, as the row names it."),
        _DESCRIPTION,
        replace(_SERVICE, width=24),
        replace(_YEAR, meaning="The year, as the row names it."),
        replace(_PLAN, meaning="The line's plan in that year; blank: it has none."),
        replace(_FORECAST, meaning=_LEFT_OUT_SIGN),
        replace(_DELIVERED, meaning=_LEFT_OUT_SIGN),
        _VARIANCE,
        _RAG,
        _COMMENTARY,
        _long("Reason", "reason", "Why the row is not counted."),
        *_SOURCE,
    ),
)

_PAID_BY = _of_field(SAVINGS.field(PAID_BY))

DELIVERY_APPORTIONED = OutputTable(
    "Delivery_apportioned",
    "Delivery apportioned",
    "Who bears which part of each forecast?",
    "a row of Delivery and a partner",
    (
        _REF,
        _DESCRIPTION,
        replace(_SERVICE, width=24),
        _YEAR,
        _text("Partner", "partner", "The partner's code; blank where not apportioned yet.", 12),
        _ORGANISATION,
        *_AMOUNTS,
        _RAG,
        _KIND,
        _PAID_BY,
    ),
)

OWN_DELIVERY = OutputTable(
    "Delivery",
    "Delivery",
    "Do we get our part of the savings?",
    "a line and a year that a return reports on",
    (_REF, _DESCRIPTION, replace(_SERVICE, width=24), _YEAR, *_AMOUNTS, _RAG, _KIND, _PAID_BY),
)

TRACKER = OutputTable(
    "Tracker",
    "Tracker",
    "Is each service on its plan?",
    "a kind, a year and a service (then all of them)",
    (
        _KIND,
        replace(_SERVICE, meaning="A service area; All services: the kind's total of the year."),
        _YEAR,
        *_AMOUNTS,
        _RISK_WEIGHTED,
        *_RATED,
        _DELIVERED_PART,
    ),
)

DELIVERY_BY_PARTNER = OutputTable(
    "Delivery_by_partner",
    "Tracker",
    "Whose plan is met?",
    "an organisation, a kind and a year",
    (
        _ORGANISATION,
        _KIND,
        _YEAR,
        *_AMOUNTS,
        *_RATED,
        _DELIVERED_PART,
    ),
)

DELIVERY_TABLES = (
    DELIVERY,
    DELIVERY_DUE,
    DELIVERY_OVERDUE,
    DELIVERY_LEFT_OUT,
    TRACKER,
    DELIVERY_BY_PARTNER,
    DELIVERY_APPORTIONED,
)

NARRATIVE = {table.name: _narrative(table) for table in NARRATIVE_TABLES}

VERSIONS = OutputTable(
    "Versions",
    "Versions",
    "Which versions were issued, and who signed them off?",
    "an issued version",
    (
        _count("Version", "number", "Its number; none is ever used twice.", 9),
        _text("Name", "name", "What it was issued as.", 40),
        _text("Issued", "issued", "When it was issued (UTC).", 26),
        _long("Signed off by", "signed_off_by", "Who signed it off; blank where nobody did.", 40),
        _count("Errors", "errors", "How many errors stood when it was issued.", 9),
    ),
)

MOVEMENTS = OutputTable(
    "Movements",
    "Movements",
    "What has changed since the last issued version, and with which effect?",
    "a thing that changed on a line and scenario, or a setting",
    (
        _text("Line ref", "line_ref", "The line; blank where a setting of the programme changed."),
        _text(
            "Scenario",
            "scenario",
            "The scenario, or those in each of which the very same has changed; blank: none in "
            "particular.",
            15,
        ),
        _text(
            "Change",
            "change",
            "New, Removed (no longer sent, or counted elsewhere now), Changed, or Rejected: in "
            "error now.",
            11,
        ),
        _text(
            "What",
            "what",
            "The heading or the setting that changed; or Basis: a service, Partners: a code, a set "
            "of weights (Baseline: a service, a driver), Shares: a basis.",
            22,
        ),
        _long("Before", "before", "What stood in the last issued version.", 30),
        _long("After", "after", "What stands now.", 30),
        _pence("One-off effect", "one_off_pence", "On the total programme's one-off."),
        _pence(
            "Annual cashable effect",
            "annual_cashable_pence",
            "On the total programme's annual cashable.",
        ),
        _long("Where", "where", "The cell as it is now; blank where it is no more.", 40),
        _pence(
            "Annual cashable effect: {each}",
            EFFECT_ON,
            "On what falls to that partner (or is not yet apportioned): lines at the old shares "
            "first, then other shares on the new amounts.",
            Per.ORGANISATION,
        ),
    ),
)

_MEASURE = _text("Measure", "measure", "One-off or Annual cashable.", 18)
_KINDS = (
    _money("New", "New", "Lines that were not in it.", width=11),
    _money("Removed", "Removed", "Lines that are no longer sent, or counted elsewhere.", width=11),
    _money("Changed amount", "Changed amount", "Other amounts on the same lines.", width=11),
    _money(
        "Moved strand or year",
        "Moved strand or year",
        "Lines that went to another service, or whose amounts went to other years.",
        width=11,
    ),
    _money("Changed category", "Changed category", "Lines of another category now.", width=11),
    _money(
        "Changed setting",
        "Changed setting",
        "Years, steady-state year, scenarios, units, savings sign or profile.",
        width=11,
    ),
    _money("Rejected now", "Rejected now", "Lines that are in error now.", width=11),
)
_BEFORE = _money("Before", "before_pence", "In the last issued version.")
_AFTER = _money("After", "now_pence", "Now: Before and all the changes added up.")

SERVICE_BRIDGE = OutputTable(
    "Bridge_by_service",
    "Bridges",
    "How does each service get from the last issued figure to this one?",
    "a service, a scenario and a measure",
    (_SERVICE, _SCENARIO, _MEASURE, _BEFORE, *_KINDS, _AFTER),
)

PARTNER_BRIDGE = OutputTable(
    "Bridge_by_partner",
    "Bridges",
    "How does each organisation's share get from the last issued figure to this one?",
    "an organisation, a scenario and a measure",
    (
        replace(_ORGANISATION, meaning="A partner, or Not yet apportioned."),
        _SCENARIO,
        _MEASURE,
        _BEFORE,
        *_KINDS,
        _money(
            "Changed shares",
            "Changed shares",
            "Lines whose amounts are the same, shared otherwise.",
            width=11,
        ),
        _AFTER,
    ),
)

WATERFALL = OutputTable(
    "Waterfall",
    "What moved",
    "What moved the total, step by step?",
    "a measure and a step from the last issued figure to this one",
    (
        _MEASURE,
        _text("Step", "step", "A figure of a version, or a kind of change.", 24),
        _money("Amount", "amount", "The figure, or the effect of the change."),
    ),
)

# In the order in which the circulated workbook shows them.
OUTPUT_TABLES = (
    RETURNS,
    SUMMARY,
    APPRAISAL,
    SWITCHING_VALUES,
    LARGEST_LINES,
    BY_YEAR,
    BY_SERVICE,
    BUDGET,
    BUDGET_GAP,
    GAP_TOGETHER,
    BY_TAG,
    TAG_NUMBERS,
    *SETTLEMENT_TABLES,
    SHARE_PERIODS,
    SHARES,
    SHARE_CHANGES,
    MOVEMENTS,
    SERVICE_BRIDGE,
    PARTNER_BRIDGE,
    WATERFALL,
    VERSIONS,
    *DELIVERY_TABLES,
    *NARRATIVE.values(),
    REGISTER,
    APPORTIONED,
    EXCLUDED,
    ISSUES,
    CONTROLS,
    SOURCES,
    INPUTS,
    CATEGORIES_TABLE,
    REPORTED,
    CHECKS,
    COLUMN_NAMES,
)
