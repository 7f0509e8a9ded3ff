"""The workbooks that people fill in: programme.xlsx, blank, and a department's return, blank or
with what was read the last time.

Everything in them comes from the schemas; a programme gives a return its years and its lists.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pipeline.core.bases import FIXED_BASES
from pipeline.core.money import unit_name
from pipeline.core.programme import Programme
from pipeline.core.text import date_text
from pipeline.core.years import year_label
from pipeline.report.books import created
from pipeline.report.excel.render import render
from pipeline.report.spec import (
    Book,
    Column,
    Entry,
    Form,
    FormColumn,
    Lists,
    NamedList,
    Setting,
    Settings,
    Sheet,
    Table,
)
from pipeline.report.wording import programme_name
from schemas.fields import Field, Kind, Standing
from schemas.fields import Setting as Declared
from schemas.fields import Table as Schema
from schemas.outputs import Show
from schemas.programme import (
    ANSWERS,
    GAP,
    PROGRAMME,
    PROGRAMME_TABLES,
    SCENARIOS,
    SERVICES,
    YEARS,
)
from schemas.returns import OF_NEXT_RETURNS, RETURN_TABLES, SAVINGS, savings

PROGRAMME_PATH = "programme.xlsx"
RETURN_PATH = "return.xlsx"

_EXAMPLE_FIRST_YEAR = 2012
_PARTNER_COLUMNS, _GAP_COLUMNS = 6, 5
_RULED_ROWS, _RULED_LINES = 30, 100
_AMOUNT_WIDTH, _WEIGHT_WIDTH = 14, 15
_EXAMPLE_POUNDS = (0, -20_000, -40_000)
_EXAMPLE_WEIGHT = 5_400_000.0
# Where the schema's years go among the columns: behind the partner, before what is optional.
_YEARS_AFTER = "Partner"
_SERVICE_NAMES = "Names_services"
_LISTS = "Lists"
_NO_NAME = re.compile(r"[^A-Za-z0-9_]")


def template_programme(entries: "Entries | None" = None) -> bytes:
    """A control workbook, as .xlsx bytes: blank, or filled in."""
    return render(programme_book(entries))


def template_return(programme: Programme | None = None, filled: "Filled | None" = None) -> bytes:
    """A return, as .xlsx bytes: with the programme's years, services, scenarios, bases and
    partners where one is given; blank, or ``filled`` in."""
    return render(return_book(programme, filled))


Key = str | int


@dataclass(frozen=True)
class FilledTable:
    """What stands in a table, by the name of a field or by year: a value per row; and the notes on
    single cells, by row. ``typed``: columns whose headings are typed in, by these."""

    columns: Mapping[Key, Sequence[object]]
    notes: Mapping[Key, Mapping[int, str]] = field(default_factory=dict)
    typed: Mapping[str, Sequence[object]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows are filled."""
        return max(map(len, (*self.columns.values(), *self.typed.values())), default=0)


@dataclass(frozen=True)
class Entries:
    """What a workbook is filled in with: settings by name, and tables by name."""

    settings: Mapping[str, object]
    tables: Mapping[str, FilledTable]


@dataclass(frozen=True)
class Filled(Entries):
    """What a return is filled in with, ``settings`` being its Cover's: ``years`` of Savings,
    ``answers`` to warnings by the names of ANSWERS, and how it enters amounts. ``replaces``: the
    workbook that it takes the place of."""

    replaces: str
    pounds_per_unit: int
    savings_positive: bool
    incremental: bool
    years: tuple[int, ...]
    answers: tuple[Mapping[str, str], ...] = ()

    def entering(self, programme: Programme) -> Programme:
        """The programme as this return enters its amounts."""
        return replace(
            programme,
            years=self.years,
            pounds_per_unit=self.pounds_per_unit,
            savings_positive=self.savings_positive,
            incremental=self.incremental,
        )


@dataclass
class _Words:
    """The lists behind the drop-downs, each once; ``vocabularies`` by the name of a vocabulary, and
    whether a word outside it is refused."""

    vocabularies: Mapping[str, tuple[tuple[str, ...], bool]]
    lists: dict[tuple[str, ...], NamedList] = field(default_factory=dict)

    def entry(self, of: Field, blank: str = "", example: object = None) -> Entry:
        """What a cell of a field takes; ``blank``: what holds where it is left blank."""
        words, strict = self.vocabularies.get(of.vocabulary, (of.choices, True))
        message = " ".join(
            part
            for part in (
                "Required." if of.required else "",
                of.meaning,
                f"Left blank: {blank}." if blank else "",
                _for_example(example),
            )
            if part
        )
        return Entry(of.kind, message, self._list(of, words) if words else "", strict)

    def _list(self, of: Field, words: tuple[str, ...]) -> str:
        if words not in self.lists:
            values = tuple(int(w) for w in words) if of.kind is Kind.SCORE else words
            name = of.vocabulary or of.name
            heading = of.vocabulary.capitalize() or of.heading
            self.lists[words] = NamedList(self._name(name), heading, values)
        return self.lists[words].name

    def _name(self, of: str) -> str:
        """What a list is called in formulas: letters that a name may have, and no name twice."""
        plain = _NO_NAME.sub("_", f"List_{of}")
        names_in_use = {one.name.casefold() for one in self.lists.values()}
        return plain if plain.casefold() not in names_in_use else f"{plain}_{len(names_in_use) + 1}"

    def sheet(self) -> Sheet:
        """The sheet that shows all lists."""
        return Sheet(
            _LISTS,
            "Lists: the words that the drop-downs offer",
            (Lists(tuple(self.lists.values())),),
            ("Nothing is to be filled in here.",),
        )


def programme_book(entries: Entries | None = None) -> Book:
    """The control workbook, blank or filled in."""
    words = _Words({"bases": (FIXED_BASES, False)})
    sheets = tuple(_sheet(schema, words, entries=entries) for schema in PROGRAMME_TABLES)
    # The services are those that the sheet Services names.
    sheets = tuple(
        _with_services(sheet) if sheet.name != SERVICES.name else sheet for sheet in sheets
    )
    steps = (
        (
            "Programme",
            "Give the programme's title, its first year and whatever differs from what "
            "holds where a value is left blank.",
        ),
        ("Partners", "List the partner organisations in the order of the reports."),
        (
            "Services",
            "List the service areas, the strand of each, and how its lines are usually "
            "shared over the partners.",
        ),
        (
            "Baseline",
            "Give each service's current gross cost in pounds; type the partners' codes "
            "into the headings.",
        ),
        (
            "Drivers",
            "Only where a basis other than the baseline is used: headcount, vehicles, "
            "floor area, agreed shares.",
        ),
        (
            "Departments, Tags, Gap, Assumptions, Layouts",
            "Optional: the returns expected, columns of your own on Savings, the partners' budget "
            "gaps, what the figures take for granted, and how to read returns that don't follow "
            "the template.",
        ),
        (
            "Save",
            "Save this workbook as programme.xlsx in the programme's folder, and put the "
            "returns beside it or in folders below it.",
        ),
    )
    front = _front("Start here: the control workbook of a programme", steps)
    return Book(
        PROGRAMME_PATH,
        "Control workbook of a savings programme",
        (front, *sheets, words.sheet()),
        created(None),
        "Template",
        names={_SERVICE_NAMES: (SERVICES.name, "Service")},
    )


def return_book(programme: Programme | None, filled: Filled | None = None) -> Book:
    """A department's return, blank or filled in."""
    words = _Words(_vocabularies(programme))
    table = savings(programme.tags if programme else ())
    schemas = (table if schema is SAVINGS else schema for schema in RETURN_TABLES)
    entering = filled.entering(programme) if programme and filled else programme
    sheets = tuple(_sheet(schema, words, programme, filled, entering) for schema in schemas)
    about = programme_name(programme) if programme else "a savings programme"
    front = _front(
        f"Start here: a department's return for {about}", _return_steps(filled), _last_time(filled)
    )
    answers = (_answers(filled.answers),) if filled and filled.answers else ()
    return Book(
        RETURN_PATH,
        f"Savings return: {programme_name(programme)}" if programme else "Savings return",
        (front, *sheets, *answers, words.sheet()),
        created(programme),
        "Template",
        programme.marking if programme else "",
    )


def _return_steps(filled: Filled | None) -> tuple[tuple[str, str], ...]:
    cover = (
        "Say whose return this is. Units, Savings sign and Profile only where they differ from the "
        "programme's."
    )
    send = (
        "Save the workbook under a name of your own and send it in. Nothing in it is changed; what "
        "is wrong is reported cell by cell."
    )
    if filled:
        cover = "Give the Date, the Status and who certifies the return, and check the rest."
        send = (
            f"Save the workbook and send it in, in place of “{filled.replaces}”. Nothing in it is "
            "changed; what is wrong is reported cell by cell."
        )
    return (
        ("Cover", cover),
        (
            "Savings",
            "One row per line and scenario; leave Scenario blank where a line is the same "
            "in all of them. A blank amount is nil.",
        ),
        ("Projects", "The business cases that the lines belong to."),
        (
            "Delivery, Risks, Benefits, Dependencies, Milestones, Assumptions",
            "As far as there is anything to say; an empty sheet is no fault.",
        ),
        ("Send", send),
    )


def _last_time(filled: Filled | None) -> tuple[str, ...]:
    """What the front says of a return that is filled in."""
    if filled is None:
        return ()
    return (
        f"It holds what was read from “{filled.replaces}”. Change what has changed: a note on each "
        "amount says what it was.",
    )


def _answers(answers: Sequence[Mapping[str, str]]) -> Sheet:
    """What was answered to warnings, so that it goes on to hold."""
    columns = tuple(
        Column(
            each.heading,
            [answer.get(each.name) for answer in answers],
            Show.LONG_TEXT if each.kind is Kind.LONG_TEXT else Show.TEXT,
            each.width,
        )
        for each in ANSWERS.fields
        if any(answer.get(each.name) for answer in answers)
    )
    line = "An answer holds until the value that it speaks of changes. Nothing is to be filled in."
    table = Table("Issues", columns, description="Answers to warnings of the last return")
    return Sheet("Issues", "Issues: what was answered last time", (table,), (line,))


def _vocabularies(programme: Programme | None) -> dict[str, tuple[tuple[str, ...], bool]]:
    if programme is None:
        return {"scenarios": (SCENARIOS.default_of({}), False), "bases": (FIXED_BASES, False)}
    bases = dict.fromkeys((*FIXED_BASES, *programme.weights))
    return {
        "services": (tuple(service.name for service in programme.services), True),
        "scenarios": (programme.scenarios, True),
        "bases": (tuple(bases), True),
        "partners": (programme.codes, True),
        "other programmes": (programme.other_programmes, True),
    }


def _front(title: str, steps: tuple[tuple[str, str], ...], before: tuple[str, ...] = ()) -> Sheet:
    table = Table(
        "Steps",
        (
            Column("Sheet", [name for name, _ in steps], width=28),
            Column("What to do", [text for _, text in steps], Show.LONG_TEXT, 68),
        ),
        description="How to fill in this workbook",
    )
    lines = (
        *before,
        "Fill in below the headings of each sheet. Dark blue headings are required, grey ones may "
        "stay empty.",
        "Select a cell to see what goes there, with an example.",
    )
    return Sheet("Start here", title, (table,), lines)


def _sheet(
    schema: Schema,
    words: _Words,
    programme: Programme | None = None,
    entries: Entries | None = None,
    entering: Programme | None = None,
) -> Sheet:
    """A sheet to fill in; ``entering``: the programme as the workbook enters its amounts."""
    if schema.settings:
        settings = tuple(
            _setting(one, words, programme, entries)
            for one in schema.settings
            if one not in OF_NEXT_RETURNS or (entries and entries.settings.get(one.name))
        )
        how = "Fill in the column Value."
        return Sheet(schema.name, schema.name, (Settings(settings),), (schema.meaning, how))
    table = entries.tables.get(schema.name) if entries else None
    ruled = _RULED_LINES if schema.name == SAVINGS.name else _RULED_ROWS
    columns = _form_columns(schema, words, entering, table)
    form = Form(tuple(columns), max(ruled, table.rows + _RULED_ROWS if table else 0))
    lines = (schema.meaning, *_how_amounts_go(schema, entering))
    return Sheet(schema.name, schema.name, (form,), lines, keep_columns=1)


def _setting(
    of: Declared[Any], words: _Words, programme: Programme | None, entries: Entries | None
) -> Setting:
    blank = "required" if of.required else _if_blank(of, programme)
    entry = words.entry(of, "" if of.required else blank)
    value = entries.settings.get(of.name) if entries else None
    return Setting(of.heading, entry, of.meaning, blank, _example(of), of.required, value)


def _if_blank(of: Declared[Any], programme: Programme | None) -> str:
    """What holds where a setting is left blank, in words."""
    if of.default is Standing.PROGRAMME and programme is not None:
        (programmes,) = (one for one in PROGRAMME.settings if one.heading == of.heading)
        return programmes.text_in(programme)
    return of.default_text


def _how_amounts_go(schema: Schema, programme: Programme | None) -> tuple[str, ...]:
    if schema.partner_columns:
        return ("Type the partners' codes into the empty headings, one column for each partner.",)
    if schema is GAP:
        return ("Type the financial years into the empty headings, one column for each year.",)
    if not schema.year_columns or programme is None:
        return ()
    sign = "above" if programme.savings_positive else "below"
    profile = (
        "the change on the year before" if programme.incremental else "the effect in each year"
    )
    return (
        f"Amounts in {unit_name(programme.pounds_per_unit)}: {profile}, savings and income {sign} "
        "zero, unless the Cover says otherwise.",
    )


def _form_columns(
    schema: Schema, words: _Words, programme: Programme | None, filled: FilledTable | None
) -> list[FormColumn]:
    columns = []
    for one in schema.fields:
        example = _example(one)
        word_list = words.vocabularies.get(one.vocabulary)
        if word_list and example is not None and example not in word_list[0]:
            example = word_list[0][0]
        entry = words.entry(one, example=example)
        column = FormColumn(one.heading, entry, one.width, one.required)
        columns.append(_filled(column, one.name, filled))
        if schema.year_columns and one.heading == _YEARS_AFTER:
            columns += _typed_years(filled) if schema is GAP else _year_columns(programme, filled)
    return columns + (_partner_columns(filled) if schema.partner_columns else [])


def _filled(column: FormColumn, key: Key, filled: FilledTable | None) -> FormColumn:
    """The column with what stands in it."""
    if filled is None:
        return column
    return replace(column, values=filled.columns.get(key, ()), notes=filled.notes.get(key, {}))


def _year_columns(programme: Programme | None, filled: FilledTable | None) -> list[FormColumn]:
    years = programme.years if programme else _example_years()
    columns = []
    for place, year in enumerate(years):
        label = year_label(year)
        example = _for_example(_example_amount(place, programme))
        message = f"The amount in {label}, a number; blank is nil. {example}".strip()
        column = FormColumn(label, Entry(Kind.AMOUNT, message), _AMOUNT_WIDTH)
        columns.append(_filled(column, year, filled))
    return columns


def _typed(column: FormColumn, least: int, filled: FilledTable | None) -> list[FormColumn]:
    """Columns whose headings are typed in: those that are filled, at least so many in all."""
    typed = filled.typed if filled else {}
    columns = [replace(column, typed=name, values=values) for name, values in typed.items()]
    return columns + [column] * (least - len(columns))


def _typed_years(filled: FilledTable | None) -> list[FormColumn]:
    """Columns whose headings are typed in: the programme's years."""
    message = "The partner's gap in that year above the year before, in pounds; blank is nil."
    heading = "Type a financial year here, such as 2012/13: one column per year."
    column = FormColumn("", Entry(Kind.AMOUNT, message), _AMOUNT_WIDTH, heading_message=heading)
    return _typed(column, _GAP_COLUMNS, filled)


def _example_years() -> Sequence[int]:
    return range(_EXAMPLE_FIRST_YEAR, _EXAMPLE_FIRST_YEAR + YEARS.default_of({}))


def _example_amount(place: int, programme: Programme | None) -> float | None:
    """A saving that builds up over three years, the way the programme's returns state it."""
    effect = _EXAMPLE_POUNDS[min(place, len(_EXAMPLE_POUNDS) - 1)]
    if programme is None:
        return effect or None
    if programme.incremental and place:
        effect -= _EXAMPLE_POUNDS[min(place - 1, len(_EXAMPLE_POUNDS) - 1)]
    amount = effect / programme.pounds_per_unit
    return (-amount if programme.savings_positive else amount) or None


def _partner_columns(filled: FilledTable | None) -> list[FormColumn]:
    """Columns whose headings are typed in: the partners' codes."""
    message = "The partner's weight, a number not below zero; blank is nil."
    entry = Entry(Kind.WEIGHT, f"{message} {_for_example(_EXAMPLE_WEIGHT)}")
    heading = "Type a partner's code here, as on Partners: one column per partner."
    column = FormColumn("", entry, _WEIGHT_WIDTH, heading_message=heading)
    return _typed(column, _PARTNER_COLUMNS, filled)


def _with_services(sheet: Sheet) -> Sheet:
    """The sheet with the services typed on Services as the drop-down of its Service column."""
    blocks = tuple(
        replace(block, columns=tuple(map(_offering_services, block.columns)))
        if isinstance(block, Form)
        else block
        for block in sheet.blocks
    )
    return replace(sheet, blocks=blocks)


def _offering_services(column: FormColumn) -> FormColumn:
    if column.heading != "Service":
        return column
    entry = replace(column.entry, choices=_SERVICE_NAMES, strict=False)
    return replace(column, entry=entry)


def _for_example(example: object) -> str:
    """An example as a message gives it. It stands in no cell, where it might be typed over and
    somebody's line stay above the headings."""
    if example is None:
        return ""
    if isinstance(example, float):
        return f"For example {example:,.10g}."
    return f"For example {date_text(example) if isinstance(example, date) else example}."


def _example(of: Field) -> object:
    """The field's example as a cell holds it; None where there is none."""
    if of.example == "":
        return None
    if of.kind in (Kind.DATE, Kind.DATE_OR_TEXT):
        day = date.fromisoformat(str(of.example))
        return day if of.kind is Kind.DATE else date_text(day)
    return of.example
