"""The frames that the model and the history hand on: what a row of each is, and what its columns
hold. The one source of their columns' names, their order and their types.

Amounts are whole pence, costs positive, the effect in the year. A year's column bears the year's
label, a partner's its code behind words that no other column begins with: a code may be called as
a column is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from pipeline.core.programme import Tag
from schemas.fields import Field
from schemas.returns import DELIVERY, NARRATIVE_TABLES, SAVINGS, TAGS_BEFORE, tag_field
from schemas.vocabulary import ANNUAL_CASHABLE, ANNUAL_MEASURE, ONE_OFF, ONE_OFF_MEASURE, RAG

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.core.lines import Mask
    from pipeline.core.returns import Pence


class Holds(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    PENCE = "whole pence"
    COUNT = "whole number"
    FLAG = "true or false"
    SHARE = "part of 1, not exact"
    RATIO = "exact ratio"
    DATE = "date"
    DECIMAL = "text of decimals"
    FIGURE = "whole pence, or an exact ratio in a row of shares"
    SUBJECT = "what a control compares"


class Per(Enum):
    """What a column of a declaration stands for more than once: one column for each."""

    SCENARIO = "scenario"
    YEAR = "financial year"
    PARTNER = "partner code"
    ORGANISATION = "partner of either version"
    PLAN = "plan scenario"
    TAG = "heading in Tags"


@dataclass(frozen=True)
class FrameColumn:
    """A column, or one for each year, partner or column of the team's own, whose names begin with
    ``name`` then. ``blank``: a value may be missing. ``meaning``: what name and type don't say."""

    name: str
    holds: Holds = Holds.TEXT
    meaning: str = ""
    blank: bool = False
    per: Per | None = None


@dataclass(frozen=True)
class Frame:
    """A frame, by its name in what is handed on; ``grain`` is what one row is.

    ``typed``: its rows are those of the returns, so many that each column is an array of one type,
    texts pandas' categories (``grouping.categories``); else the columns keep Python's own whole
    numbers, fractions and None.
    """

    name: str
    grain: str
    columns: tuple[FrameColumn, ...]
    typed: bool = False

    def names(self, each: Iterable[str] = (), tags: Iterable[Tag] = ()) -> list[str]:
        """Its columns' names in order; ``each``: the years' labels, or the partners' codes;
        ``tags``: the columns of the team's own."""
        return [name for name, _ in self.named_columns(each, tags)]

    def named_columns(
        self, each: Iterable[str] = (), tags: Iterable[Tag] = ()
    ) -> Iterator[tuple[str, FrameColumn]]:
        """Its columns by their names, in order."""
        repeated, tag_columns = list(each), tag_names(tags)
        for column in self.columns:
            if column.per is None:
                yield column.name, column
            elif column.per is Per.TAG:
                yield from ((name, column) for name in tag_columns)
            else:
                yield from ((column.name + name, column) for name in repeated)

    def holding(self, *kinds: Holds) -> list[str]:
        """The names of the columns that hold such values, those for each year or partner apart."""
        return [c.name for c in self.columns if c.holds in kinds and c.per is None]


def tag_columns(tags: Iterable[Tag]) -> Iterator[FrameColumn]:
    """The columns of the team's own, each by itself."""
    for tag in tags:
        holds = Holds.DECIMAL if tag.is_number else Holds.TEXT
        field = tag_field(tag)
        yield FrameColumn(field.name, holds, f"{tag.heading}: {field.meaning}", blank=True)


def tag_names(tags: Iterable[Tag]) -> tuple[str, ...]:
    """The columns of the team's own, as frames have them."""
    return tuple(tag_field(tag).name for tag in tags)


@dataclass(frozen=True)
class Measure:
    """A figure of a line (contract, section 4, rule 5): what its amounts come to where its category
    is one of ``categories``, else nil; those of all years, or the steady-state year's.

    ``heading`` is what it is printed as, ``column`` where frames have it, in pence.
    """

    heading: str
    column: str
    categories: tuple[str, ...]
    all_years: bool

    def years(self, steady: int) -> slice:
        """Which years count; ``steady``: the place of the steady-state year."""
        return slice(None) if self.all_years else slice(steady, steady + 1)

    def of(self, category: "pd.Series", amounts: "Pence", steady: int) -> "Pence":
        """The figure of each line: pence, from its category and its pence by year."""
        return self.counted(amounts, self.counts(category), steady)

    def counts(self, category: "pd.Series") -> "Mask":
        """Whether each line counts, by its category."""
        return category.isin(self.categories).to_numpy(dtype=bool)

    def counted(self, amounts: "Pence", counts: "Mask", steady: int) -> "Pence":
        """The figure of each line, where it is known which count."""
        figure: Pence = amounts[:, self.years(steady)].sum(axis=1) * counts
        return figure


ONE_OFF_FIGURE = Measure(ONE_OFF_MEASURE, "one_off_pence", ONE_OFF, all_years=True)
ANNUAL_FIGURE = Measure(ANNUAL_MEASURE, "annual_cashable_pence", ANNUAL_CASHABLE, all_years=False)
MEASURES = (ONE_OFF_FIGURE, ANNUAL_FIGURE)


def _text(name: str, meaning: str = "", *, blank: bool = False) -> FrameColumn:
    return FrameColumn(name, Holds.TEXT, meaning, blank)


def _pence(name: str, meaning: str = "", *, blank: bool = False) -> FrameColumn:
    return FrameColumn(name, Holds.PENCE, meaning, blank)


def _counts(*names: str, blank: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Holds.COUNT, blank=blank) for name in names)


def _of_fields(fields: Iterable[Field], *, blank: bool = False) -> Iterator[FrameColumn]:
    """A table's fields; ``blank``: any may be, before the rows in error are left out."""
    for field in fields:
        yield _text(field.name, field.meaning, blank=blank or not field.required)


# Where a record was read, and how its return enters amounts.
PLACE = (_text("workbook"), _text("sheet"), *_counts("row"))
_RECORD = (*PLACE[:2], *_counts("table", "row", "source"))
_SIGNS = (
    FrameColumn("savings_positive", Holds.FLAG, "savings are entered above zero"),
    FrameColumn("costs_positive", Holds.FLAG, "so are costs"),
)
_READING = (
    *_SIGNS,
    FrameColumn("incremental", Holds.FLAG, "a year states the change on the one before"),
    FrameColumn("pounds_per_unit", Holds.COUNT),
)
_TAGS = FrameColumn("", meaning="as the sheet Tags says", blank=True, per=Per.TAG)
_YEARS = FrameColumn("", Holds.PENCE, per=Per.YEAR)
_TOTAL = _pence("total_pence")
_MEASURES = tuple(_pence(measure.column) for measure in MEASURES)
_ORGANISATION = _text("organisation", "the whole programme, a partner, or what nobody bears yet")
_SCENARIO, _STRAND, _SERVICE = _text("scenario"), _text("strand"), _text("service")
_YEAR = _text("year", "its label")
_SHARED_BY = _text("partner", "the code; empty where not yet apportioned")
_PAYBACK = FrameColumn("payback_years", Holds.RATIO, blank=True)
_RETURN_ON_INVESTMENT = _text("return_on_investment", "the same in each scenario")

LINES = Frame(
    "lines",
    "a row of Savings, as it was read",
    (
        *_of_fields(SAVINGS.fields, blank=True),
        _TAGS,
        *_RECORD,
        *_READING,
        _text("applied_basis", "the line's own, else its service's", blank=True),
    ),
    typed=True,
)

DELIVERY_ROWS = Frame(
    "delivery_rows",
    "a row of Delivery, as it was read",
    (
        *_of_fields(DELIVERY.fields, blank=True),
        *_RECORD,
        *_SIGNS,
        FrameColumn("dated", Holds.DATE, "its Cover's", blank=True),
    ),
    typed=True,
)


def _of_line(fields: Iterable[Field]) -> Iterator[FrameColumn]:
    """A line's fields in the template's order, the strand beside the service and the team's own
    columns at their place. In the model the scenario is written out."""
    for column in _of_fields(fields):
        if column.name == SAVINGS.field(TAGS_BEFORE).name:
            yield _TAGS
        yield replace(column, blank=column.blank and column.name != _SCENARIO.name)
        if column.name == _SERVICE.name:
            yield _STRAND


COUNTED_IN = "counted_in"
SAID = tuple(_of_line(SAVINGS.fields))
SAID_OF_LINES = tuple(column.name for column in SAID if not column.per)

REGISTER = Frame(
    "register",
    "a line and a scenario",
    (
        *SAID,
        _YEARS,
        _TOTAL,
        *_MEASURES,
        *PLACE,
        FrameColumn("line", Holds.COUNT, "the record's place: rows of one record share it"),
        *_READING,
        FrameColumn("source", Holds.COUNT, "the place of its table"),
    ),
    typed=True,
)
EXCLUDED = replace(REGISTER, name="excluded", grain="a line that is counted elsewhere, a scenario")

# What is said of a line's parts as it is of the line: the fields that the model needs (Partner is
# the part's own there, and none is counted elsewhere), and the place.
_OF_PART = (
    *_of_line(f for f in SAVINGS.fields if f.needed and f.name not in ("partner", COUNTED_IN)),
    *PLACE,
)
SAID_OF_PARTS = tuple(column.name for column in _OF_PART)

APPORTIONED = Frame(
    "apportioned",
    "a line, a scenario and a partner; parts that are nil in every year are left out",
    (
        FrameColumn("register_row", Holds.COUNT, "the line's place in the register"),
        *_OF_PART,
        _SHARED_BY,
        _ORGANISATION,
        _YEARS,
        _TOTAL,
        *_MEASURES,
    ),
    typed=True,
)

LEFT_OUT = Frame(
    "left_out",
    "a row of Savings that is in no total",
    (
        _text("line_ref"),
        _text("scenario", "empty: all of them"),
        FrameColumn("rejected", Holds.FLAG, "else excluded"),
        _text("heading", "of the cell for which; empty for a whole return"),
        _text("value"),
        _text("where"),
    ),
)

ISSUES = Frame(
    "issues",
    "an issue, as the table Issues shows it; all of them in order",
    tuple(
        map(
            _text,
            (
                *("severity", "rule", "workbook", "sheet", "cell", "heading", "value", "problem"),
                *("remedy", "line_ref", "scenario", "answer", "answered_by", "department"),
            ),
        )
    ),
    typed=True,
)

SUMMARY = Frame(
    "summary",
    "a strand (then all of them), an organisation and a scenario",
    (_STRAND, _ORGANISATION, _SCENARIO, *_MEASURES, _PAYBACK, _RETURN_ON_INVESTMENT),
)

_APPRAISED = (
    _ORGANISATION,
    _SCENARIO,
    *_MEASURES,
    _PAYBACK,
    _text("break_even_year", blank=True),
    _pence("net_present_pence"),
)
_RISK_WEIGHTED = _pence("risk_weighted_pence", "none without ratings of Confidence", blank=True)
APPRAISAL = Frame("appraisal", "an organisation and a scenario", (*_APPRAISED, _RISK_WEIGHTED))

BY_YEAR = Frame(
    "by_year",
    "an organisation, a scenario and a measure",
    (
        _ORGANISATION,
        _SCENARIO,
        _text("measure"),
        _YEARS,
        _pence("total_pence", "none for the cumulative", blank=True),
    ),
)

BY_SERVICE = Frame(
    "by_service",
    "a service, strand by strand, an organisation and a scenario",
    (_STRAND, _SERVICE, _ORGANISATION, _SCENARIO, *_MEASURES),
)

BUDGET = Frame(
    "budget",
    "an organisation, a scenario and a measure: changes on the year before",
    (_ORGANISATION, _SCENARIO, _text("measure"), _YEARS),
)
BUDGET_GAP = Frame(
    "budget_gap",
    "a partner, a scenario and a measure",
    (
        _text("partner", "its code"),
        _SCENARIO,
        _text("measure", "one of GAP_MEASURES, of GAP_TOTALS, or ONE_OFF_SHARE"),
        FrameColumn("", Holds.FIGURE, blank=True, per=Per.YEAR),
    ),
)

BY_TAG = Frame(
    "by_tag",
    "a list of the team's own, a value of it (or none) and a scenario",
    (
        *map(_text, ("tag", "value")),
        _SCENARIO,
        *_MEASURES,
        FrameColumn("lines", Holds.COUNT, "line refs, in any scenario"),
    ),
)
TAG_NUMBERS = Frame(
    "tag_numbers",
    "a number of the team's own, a service, an organisation and a scenario",
    (
        _text("tag"),
        _SERVICE,
        _ORGANISATION,
        _SCENARIO,
        FrameColumn("amount", Holds.COUNT, "in thousandths"),
    ),
)

# What a partner's column begins with, its code or its name behind it.
SHARE_OF, EFFECT_ON = "share of ", "effect on "

SHARES = Frame(
    "shares",
    "a service, a basis and a year",
    (
        _SERVICE,
        _text("basis", blank=True),
        _YEAR,
        FrameColumn(SHARE_OF, Holds.SHARE, blank=True, per=Per.PARTNER),
        _text("evidence", "the cells that the weights come from, or why there are none"),
    ),
)

SHARE_CHANGES = Frame(
    "share_changes",
    "a weight set, a year, a comparison (Estimate and Actual, or before and after a day) and a "
    "partner",
    (
        _text("driver", "the basis"),
        _text("service", "none for every service without a row of its own", blank=True),
        _YEAR,
        FrameColumn("from", Holds.DATE, "of a change within the year", blank=True),
        _text("partner", "the code"),
        FrameColumn("estimate", Holds.SHARE, "or the share before", blank=True),
        FrameColumn("actual", Holds.SHARE, "or the one after", blank=True),
        FrameColumn("difference", Holds.SHARE, blank=True),
        _text("holds", "Estimate or Actual"),
        _pence("effect_pence", "by what holds less by the other", blank=True),
        _text("why"),
        _text("organisation", "the partner's name"),
    ),
)

_DUE = (
    _SCENARIO,
    _YEAR,
    _text("partner", "the code"),
    _pence("books_pence", "what falls in its books, as far as it is apportioned"),
    _pence("share_pence", "what it bears of such amounts, whoever pays"),
    _pence("due_pence", "books less share: to receive, below nil to pay"),
    _text("organisation", "the partner's name"),
)
SETTLEMENT = Frame("balances", "a scenario, a year and a partner", _DUE)
SETTLEMENT_DELIVERED = Frame(
    "delivered", "the plan scenario, a year of which Delivered is reported, and a partner", _DUE
)
TRANSFERS = Frame(
    "transfers",
    "a scenario, a year and a payment between two partners",
    (
        _SCENARIO,
        _YEAR,
        _text("payer", "the code of who pays"),
        _text("payee", "the code of who is paid"),
        _pence("amount_pence"),
        _text("payer_name"),
        _text("payee_name"),
    ),
)
SETTLED = (SETTLEMENT, SETTLEMENT_DELIVERED, TRANSFERS)

CONTROLS = Frame(
    "controls",
    "two figures that must agree",
    (
        _text("control"),
        _text("unit", "pence or count"),
        *_counts("expected", "actual"),
        FrameColumn(
            "subject", Holds.SUBJECT, "none where the figures are of the intake", blank=True
        ),
    ),
)

SOURCES = Frame(
    "sources",
    "a file",
    (
        *map(_text, ("workbook", "sha256", "department", "status")),
        *_counts("rows_read", "accepted", "rejected", "excluded", blank=True),
        _text("result"),
    ),
)

RETURNS = Frame(
    "returns",
    "a department expected, or a further return",
    (
        _text("department"),
        _text("workbook", blank=True),
        _text("state", "one of core.board.State"),
        _text("certified_by", blank=True),
        FrameColumn("dated", Holds.DATE, "its Cover's", blank=True),
        FrameColumn("due", Holds.DATE, blank=True),
        FrameColumn("expected", Holds.FLAG, "whether Departments names it"),
        *_counts("days_late", "lines", blank=True),
        _pence(
            "annual_cashable_pence", "of the plan scenario, in the steady-state year", blank=True
        ),
        *_counts("errors", "warnings", "answered"),
        _text("counts", "one of core.board.Counts", blank=True),
        _text("prepared_by", blank=True),
        _text("contact", "its Cover's, else as in Departments", blank=True),
    ),
)

_PROJECT = _text("project", "the key of its code; empty for lines without a business case")
PROJECT_APPRAISAL = Frame(
    "project_appraisal",
    "a project, an organisation that has a part in it, and a scenario",
    (_PROJECT, _RETURN_ON_INVESTMENT, *_APPRAISED),
)
PROJECT_YEARS = Frame(
    "project_years",
    "a whole project, a scenario and a measure",
    (_PROJECT, *BY_YEAR.columns),
)

SWITCHING = Frame(
    "switching",
    "what changes, until when, and a scenario",
    (
        *map(_text, ("change", "until", "scenario")),
        _pence("amount_pence", "what changes: as payback counts it, or its present value"),
        FrameColumn(
            "switching",
            Holds.RATIO,
            "by which part of itself it may; below nil where the point is passed already",
            blank=True,
        ),
        _text("reason", "why there is no switching value"),
    ),
)

LARGEST_LINES = Frame(
    "largest_lines",
    "a scenario and one of its lines that move the net present cost most",
    (
        *map(_text, ("description", "scenario", "line_ref")),
        *_counts("rank"),
        *map(_text, ("category", "service")),
        _pence("net_present_pence", "what the programme's is less without the line"),
    ),
)

NARRATIVE = {
    table.name: Frame(
        table.name, "a row of a return", (*_of_fields(table.fields), *_RECORD), typed=True
    )
    for table in NARRATIVE_TABLES
}

# Delivery: what the returns say has become of the lines. Amounts that nobody states are blank.
_KIND = _text("kind", "what the line is followed by: one of KINDS")
_DELIVERED_PART = FrameColumn("delivered_part", Holds.RATIO, "delivered by plan", blank=True)
_PLAN = _pence("plan_pence")
_STATED = (_pence("forecast_pence", blank=True), _pence("delivered_pence", blank=True))
_AMOUNTS = (_PLAN, *_STATED, _pence("variance_pence", "forecast less plan", blank=True))
_RATED = _counts(*(rag.casefold() for rag in RAG), "not_rated", "no_forecast")
_REPORTED = (_text("line_ref"), _text("description"), _SERVICE, _YEAR)
AMOUNTS = tuple(column.name for column in _AMOUNTS)
RATINGS = tuple(column.name for column in _RATED)
REPORTED = tuple(column.name for column in _REPORTED)
_SIGN = FrameColumn(
    "sign", Holds.COUNT, "-1 where the return enters the amounts the other way round"
)
_RAG, _COMMENTARY = _text("rag", blank=True), _text("commentary", blank=True)

DELIVERY_LINES = Frame(
    "lines",
    "a line and a year that a return reports on, in register order",
    (
        *_REPORTED,
        *_AMOUNTS,
        _RAG,
        _COMMENTARY,
        _KIND,
        _text("weighed_by", "the rating that the weight comes from", blank=True),
        FrameColumn("weight", Holds.RATIO, "none without ratings of Confidence", blank=True),
        _RISK_WEIGHTED,
        *PLACE,
        FrameColumn("register_row", Holds.COUNT, "the line's place, in the plan scenario"),
        _SIGN,
    ),
)

DELIVERY_PARTS = Frame(
    "parts",
    "a row of lines and a partner; parts that are nil throughout are left out",
    (
        FrameColumn("delivery_row", Holds.COUNT, "the place in lines"),
        *_REPORTED,
        _SHARED_BY,
        _ORGANISATION,
        *_AMOUNTS,
        _RAG,
        _KIND,
        _text("paid_by", "the code of who pays the line", blank=True),
    ),
)

_TRACKED = (_YEAR, replace(_PLAN, blank=True), *_AMOUNTS[1:], *_RATED, _DELIVERED_PART)
TRACKER = Frame(
    "tracker",
    "a kind, a year and a service (then all of them)",
    (_KIND, _SERVICE, *_TRACKED, _RISK_WEIGHTED),
)
DELIVERY_ORGANISATIONS = Frame(
    "organisations", "an organisation, a kind and a year", (_ORGANISATION, _KIND, *_TRACKED)
)
DELIVERY_OVERDUE = Frame(
    "overdue",
    "a saving or income of a year that is over, reported on by some return, of which less than "
    "planned is delivered, or nothing is said",
    (
        *_REPORTED,
        _PLAN,
        _STATED[1],
        _pence("outstanding_pence", "delivered less plan: above zero is still to come"),
        _RAG,
        _KIND,
        _text("owner", blank=True),
    ),
)
DELIVERY_DUE = Frame(
    "due", "a line with an amount in the year now reported on, and no row", (*_REPORTED, _PLAN)
)
DELIVERY_LEFT_OUT = Frame(
    "left_out",
    "a row of Delivery that doesn't count; its amounts turned round by its line's category, as "
    "entered where there is none",
    (
        *(replace(column, blank=True) for column in (*_REPORTED, *_AMOUNTS)),
        _RAG,
        _COMMENTARY,
        _text("reason"),
        *PLACE,
        _SIGN,
    ),
)

# Those of Results and of Delivery, by their names there.
RESULTS = (
    *(REGISTER, APPORTIONED, EXCLUDED, SUMMARY, APPRAISAL, BY_YEAR, BY_SERVICE, SHARES, CONTROLS),
    *(SOURCES, RETURNS, PROJECT_APPRAISAL, PROJECT_YEARS, SWITCHING, LARGEST_LINES, LEFT_OUT),
    *(BUDGET, BUDGET_GAP, BY_TAG, TAG_NUMBERS, ISSUES),
)
REPORTED_DELIVERY = (
    *(DELIVERY_LINES, DELIVERY_PARTS, TRACKER, DELIVERY_ORGANISATIONS, DELIVERY_DUE),
    *(DELIVERY_OVERDUE, DELIVERY_LEFT_OUT),
)

TRACED = Frame(
    "traced",
    "a line behind a figure",
    (
        *map(_text, ("line_ref", "description", "service", "scenario", "category")),
        _text("basis", blank=True),
        FrameColumn("share", Holds.RATIO, "the part of the line's amount that counts", blank=True),
        _pence("line_pence"),
        _pence("amount_pence"),
        *map(_text, ("workbook", "sheet")),
        _text("cells", "such as C7, D7"),
    ),
)

MOVEMENTS = Frame(
    "movements",
    "a thing that changed on a line and scenario, or a setting",
    (
        _text("line_ref", "empty for a setting of the programme"),
        *map(_text, ("scenario", "change", "what", "before", "after")),
        *_MEASURES,
        _text("where", "the cell as it is now"),
        _text("kind", "in the bridges; empty without effect"),
        _text("service"),
    ),
)

RESUBMITTED = Frame(
    "resubmitted",
    "a line and scenario that a return changes against the last report",
    (
        *map(_text, ("workbook", "line_ref", "scenario")),
        _text("change", "New, Changed, Gone, Rejected or Excluded"),
        _text("what", "the headings of what differs"),
        _pence("before_pence", "in all years; none where it was not in the figures", blank=True),
        _pence("after_pence", "likewise", blank=True),
        _pence("effect_pence"),
    ),
)
