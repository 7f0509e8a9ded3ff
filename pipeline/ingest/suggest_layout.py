"""For a workbook that doesn't follow the template: rows for Layouts that would read it (contract,
section 2), with what only a person can know marked to be filled in.

A suggestion never loses money: quarters and months of a year are added up, scenarios side by side
are mapped apart, and a sheet whose amounts can't be told apart is not suggested. Before it is
given, a suggestion is tried on the sheet: it must find every column that it names.
"""

import glob
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from rapidfuzz import fuzz

from pipeline.core.issue import Issue
from pipeline.core.money import unit_name, unit_within
from pipeline.core.programme import Tag
from pipeline.core.returns import Records, TableSource
from pipeline.core.suggest import nearest
from pipeline.core.text import MONTHS, Vocabulary, cell_text, match_key
from pipeline.core.years import parse_year, year_label
from pipeline.ingest.cells import Vocabularies, stated_pounds
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.layouts import LayoutRow, read_layouts
from pipeline.ingest.sheet_layout import layouts_for
from pipeline.ingest.tables import HEADER_ROWS, HeadingFinder, find_tables, spread
from pipeline.ingest.totals import says_total
from schemas.programme import LAYOUTS
from schemas.returns import COVER, SAVINGS
from schemas.vocabulary import SIGNS

_ENOUGH = 80
_LONGEST_HEADING = 60
_MOST_VALUES = 30
_BANNER_ROWS = 3
_YEAR_WITHIN = re.compile(
    r"(?:FY\s*)?\b(?:19|20)?\d{2}\s*[/\-\u2013]\s*(?:20)?\d{2}\b|\bFY\s*\d{2,4}\b", re.IGNORECASE
)
_MONTH = re.compile(rf"\b({'|'.join(month[:3] for month in MONTHS)})[a-z]*\b", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:Q|Qtr|Quarter|H|Half)\s*[1-4]\b", re.IGNORECASE)
_CALENDAR_YEAR = re.compile(r"\b(?:20)?(\d{2})$")
# What else our headings are called.
_ALSO = {
    "line_ref": ("ref", "reference", "id", "no", "number", "code", "saving ref", "proposal ref"),
    "description": ("proposal", "saving", "savings", "initiative", "details", "narrative", "title"),
    "service": ("directorate", "department", "division", "portfolio", "service area", "unit"),
    "category": ("type", "kind", "type of saving", "classification", "saving type"),
    "notes": ("comments", "comment", "commentary", "status"),
}
_REQUIRED = tuple(each.name for each in SAVINGS.fields if each.required)
_FILLED_DOWN = ("service", "category")


class LayoutCells(NamedTuple):
    """A row of Layouts, as it is pasted."""

    workbook: str
    sheet: str
    table: str
    heading: str
    their_heading: str = ""
    constant: str = ""
    their_value: str = ""
    our_value: str = ""
    fill_down: str = ""
    map: str = ""


def fill_in(what: str) -> str:
    """A cell that only a person can fill in; as it stands it is no word of any vocabulary."""
    return f"(fill in: {what})"


@dataclass(frozen=True)
class Known:
    """What of the programme and of the return's own Cover a suggestion starts from."""

    words: Vocabularies
    pounds_per_unit: int
    cover: frozenset[str]


@dataclass(frozen=True)
class HeadedColumn:
    """A column below a header row: what heads it, what stands above that, its cells, and the name
    by which Layouts tell it from others (empty where they can't)."""

    place: int
    heading: Cell
    above: str
    cells: tuple[Cell, ...]
    name: str = ""

    @property
    def text(self) -> str:
        """What heads it."""
        return cell_text(self.heading)

    @property
    def numbers(self) -> list[float]:
        """Its numbers other than nil."""
        return [cell for cell in self.cells if isinstance(cell, float) and cell]

    @property
    def is_numeric(self) -> bool:
        """Whether it holds mostly numbers."""
        filled = [cell for cell in self.cells if cell != ""]
        return 2 * sum(isinstance(cell, float) for cell in filled) > len(filled)


@dataclass
class _Plan:
    """How a sheet would be read: columns by field, and those of amounts by map and by one of ours
    (a year's label, Amount, or a mark to be filled in)."""

    fields: dict[str, HeadedColumn] = field(default_factory=dict)
    amounts: dict[str, dict[str, list[HeadedColumn]]] = field(default_factory=dict)
    scenarios: dict[str, str] = field(default_factory=dict)
    year: HeadedColumn | None = None

    @property
    def score(self) -> int:
        """How much of the sheet it reads."""
        return len(self.fields) + sum(map(len, self.amounts.values()))


def suggest_layout(workbook: str, sheets: Iterable[Sheet], facts: Known) -> list[LayoutCells]:
    """Rows for Layouts that would read the workbook's sheets; none where its amounts can't be
    told apart. Of several sheets that can be read those with most headings of ours are offered."""
    offers = []
    for sheet in sheets:
        plan = _plan(sheet, facts)
        if plan is None:
            continue
        rows = _rows(workbook, sheet, plan, facts)
        if _finds_all(workbook, sheet, plan, rows):
            offers.append((plan.score, rows))
    most = max((score for score, _ in offers), default=0)
    return [row for score, rows in offers if score == most for row in rows]


# The sheet


def _plan(sheet: Sheet, facts: Known) -> _Plan | None:
    header = likely_header(sheet)
    if header is None:
        return None
    columns = headed_columns(sheet, header)
    plan = _Plan()
    if not _plan_amounts(plan, columns, facts) and not _plan_long(plan, columns):
        _plan_one(plan, columns)
    amount_places = {
        column.place for part in plan.amounts.values() for c in part.values() for column in c
    }
    amount_places |= {plan.year.place} if plan.year else set()
    plan.fields = _fields([column for column in columns if column.place not in amount_places])
    ref = plan.fields.get("line_ref")
    if ref is not None and not (plan.year or _tells_apart(ref)):
        del plan.fields["line_ref"]
    return plan if plan.amounts and plan.fields else None


def likely_header(sheet: Sheet) -> int | None:
    """The row that looks most like a header row: words of ours, or years."""
    best, most = None, 1
    for place, row in enumerate(sheet.rows[:HEADER_ROWS]):
        above = _banner(sheet, place)
        texts = [cell_text(cell) for cell in row]
        if sum(0 < len(text) <= _LONGEST_HEADING for text in texts) < 2:
            continue
        score = sum(bool(_best_field(text)) for text in texts)
        score += sum(
            _period(cell, group) is not None and not isinstance(cell, float)
            for cell, group in zip(row, above, strict=True)
        )
        if score > most:
            best, most = place, score
    return best


def headed_columns(sheet: Sheet, header: int) -> list[HeadedColumn]:
    """The columns below a header row that have a heading."""
    rows = [
        row
        for row in sheet.rows[header + 1 :]
        if sum(cell != "" for cell in row) >= 2
        and not any(isinstance(cell, str) and says_total(cell) for cell in row)
    ]
    above = _banner(sheet, header)
    columns = [
        HeadedColumn(place, cell, above[place], tuple(row[place] for row in rows))
        for place, cell in enumerate(sheet.rows[header])
        if 0 < len(cell_text(cell)) <= _LONGEST_HEADING
    ]
    once = Counter(match_key(column.text) for column in columns)
    both = Counter(match_key(f"{column.above} {column.text}") for column in columns)
    named_columns = []
    for column in columns:
        name, joined = column.text, f"{column.above} {column.text}"
        if once[match_key(name)] > 1:
            name = joined if column.above and both[match_key(joined)] == 1 else ""
        named_columns.append(
            HeadedColumn(column.place, column.heading, column.above, column.cells, name)
        )
    return named_columns


def _banner(sheet: Sheet, header: int) -> list[str]:
    """By column the nearest text in the rows above that names a period, spread to the right."""
    groups = [""] * len(sheet.rows[header])
    for row in sheet.rows[max(0, header - _BANNER_ROWS) : header]:
        for place, text in enumerate(spread(row)):
            if text and _period(text, "") is not None:
                groups[place] = text
    return groups


def _tells_apart(column: HeadedColumn) -> bool:
    """Whether every row has a value of its own in the column."""
    texts = [cell_text(cell) for cell in column.cells]
    return bool(texts) and all(texts) and len(set(texts)) == len(texts)


# Amounts


class _Period(NamedTuple):
    """A year (None: not said), and whether it is a part of it: a month or a quarter."""

    year: int | None
    is_part: bool


def _period(cell: Cell, above: str) -> _Period | None:
    """The period that a heading speaks of, by itself or with what stands above it."""
    if isinstance(cell, date):
        return _Period(cell.year - (cell.month < 4), True)
    text = cell_text(cell)
    month = _MONTH.search(text)
    is_part = bool(month or _QUARTER.search(text))
    for words in (text, above):
        year_match = _YEAR_WITHIN.search(words)
        if year_match and (year := parse_year(year_match[0])) is not None:
            return _Period(year, is_part)
    if month and (calendar := _CALENDAR_YEAR.search(text)):
        first = MONTHS.index(next(m for m in MONTHS if m[:3] == month[1].capitalize())) < 3
        return _Period(2000 + int(calendar[1]) - first, True)
    return _Period(None, True) if is_part else None


def _plan_amounts(plan: _Plan, columns: list[HeadedColumn], facts: Known) -> bool:
    """A column, or several, for each year. Whether the sheet has any; none are planned where they
    can't be told apart."""
    by_year: dict[int | None, list[tuple[HeadedColumn, _Period]]] = defaultdict(list)
    for column in columns:
        period = _period(column.heading, column.above)
        if period is not None and _may_be_amounts(column) and not says_total(column.text):
            by_year[period.year].append((column, period))
    if None in by_year and len(by_year) > 1:
        del by_year[None]
    if not by_year:
        return False
    groups = {_label(year): group for year, group in sorted(by_year.items(), key=_by_year)}
    if any(not column.name for group in groups.values() for column, _ in group):
        return True
    if all(len(group) == 1 or all(p.is_part for _, p in group) for group in groups.values()):
        plan.amounts[""] = {year: [column for column, _ in group] for year, group in groups.items()}
        return True
    _plan_scenarios(plan, groups, facts.words["scenarios"])
    return True


def _may_be_amounts(column: HeadedColumn) -> bool:
    """Whether a column is blank, or holds an amount, be it text."""
    filled = [cell for cell in column.cells if cell_text(cell)]
    return not filled or any(stated_pounds(cell, 1) is not None for cell in filled)


def _by_year(item: tuple[int | None, object]) -> int:
    return item[0] or 0


def _label(year: int | None) -> str:
    return fill_in("the financial year") if year is None else year_label(year)


def _plan_scenarios(
    plan: _Plan, groups: dict[str, list[tuple[HeadedColumn, _Period]]], scenarios: Sequence[str]
) -> None:
    """Map columns apart whose headings, the year set aside, are scenarios: one each a year."""
    maps: dict[str, dict[str, list[HeadedColumn]]] = defaultdict(dict)
    for year, group in groups.items():
        for column, _ in group:
            scenario = _scenario(_YEAR_WITHIN.sub("", column.text), scenarios)
            if scenario is None or year in maps[scenario]:
                return
            maps[scenario][year] = [column]
    if len({tuple(years) for years in maps.values()}) == 1:
        plan.amounts = dict(maps)
        plan.scenarios = {scenario: scenario for scenario in maps}


def _scenario(text: str, scenarios: Sequence[str]) -> str | None:
    """The scenario that a heading names, in full or by its first word (Best for Best case)."""
    exact = Vocabulary(scenarios).find(text)
    words = {match_key(word) for word in re.findall(r"\w+", text)}
    firsts = [name for name in scenarios if match_key(name.split()[0]) in words]
    return exact or (firsts[0] if len(firsts) == 1 else None)


def _plan_long(plan: _Plan, columns: list[HeadedColumn]) -> bool:
    """A column of years beside one of amounts. Whether there is a column of years."""
    years = [column for column in columns if column.name and _holds_years(column)]
    if len(years) != 1:
        return bool(years)
    amounts = _loose_amounts([column for column in columns if column is not years[0]])
    if len(amounts) == 1:
        plan.year, plan.amounts[""] = years[0], {"Amount": amounts}
    return True


def _holds_years(column: HeadedColumn) -> bool:
    texts = [cell_text(cell) for cell in column.cells if cell != ""]
    return len(texts) >= 2 and all(parse_year(text) is not None for text in texts)


def _plan_one(plan: _Plan, columns: list[HeadedColumn]) -> None:
    """A single column of amounts, of a year that nothing says."""
    amounts = _loose_amounts(columns)
    if len(amounts) == 1:
        plan.amounts[""] = {_label(None): amounts}


def _loose_amounts(columns: list[HeadedColumn]) -> list[HeadedColumn]:
    """Columns of numbers that are none of our fields."""
    return [
        column
        for column in columns
        if column.name and column.is_numeric and column.numbers and not _is_reference(column)
    ]


# Fields


def _fields(columns: list[HeadedColumn]) -> dict[str, HeadedColumn]:
    """Our fields and the columns whose headings look most like theirs, each once."""
    scores = sorted(
        (
            (score, -column.place, name, column)
            for column in columns
            if column.name and (not column.is_numeric or _is_reference(column))
            for name, score in _scores(column.text).items()
            if score >= _ENOUGH and (name == "line_ref" or not column.is_numeric)
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    fields: dict[str, HeadedColumn] = {}
    for _, _, name, column in scores:
        if name not in fields and column not in fields.values():
            fields[name] = column
    return fields


def _scores(text: str) -> dict[str, float]:
    """How much a heading looks like each of ours; what else one is called counts nearly as much."""
    key = match_key(text)
    scores: dict[str, float] = {}
    for each in SAVINGS.fields:
        scores[each.name] = fuzz.ratio(key, match_key(each.heading))
        if key in {match_key(word) for word in _ALSO.get(each.name, ())}:
            scores[each.name] = max(scores[each.name], 95)
    return scores


def _best_field(text: str) -> str | None:
    if not 0 < len(text) <= _LONGEST_HEADING:
        return None
    name, score = max(_scores(text).items(), key=lambda each: each[1])
    return name if score >= _ENOUGH else None


def _is_reference(column: HeadedColumn) -> bool:
    """Whether a column of numbers only counts its rows."""
    numbers = column.numbers
    whole = all(number == int(number) for number in numbers)
    return whole and len(set(numbers)) == len(numbers) and _best_field(column.text) == "line_ref"


# Rows


def _rows(workbook: str, sheet: Sheet, plan: _Plan, facts: Known) -> list[LayoutCells]:
    """The rows of Layouts by which a plan reads a sheet."""
    at = glob.escape(workbook), glob.escape(sheet.name)

    def of(heading: str, table: str = SAVINGS.name, **cells: str) -> LayoutCells:
        return LayoutCells(*at, table, heading, **cells)

    rows = [
        of(heading, COVER.name, constant=value) for heading, value in _settings(sheet, plan, facts)
    ]
    for each in SAVINGS.fields:
        column = plan.fields.get(each.name)
        words = facts.words.get(each.vocabulary, each.choices)
        if column is not None:
            fill_down = "Yes" if each.name in _FILLED_DOWN and _has_gaps(column) else ""
            rows.append(of(each.heading, their_heading=column.name, fill_down=fill_down))
            rows += [
                of(each.heading, their_value=theirs, our_value=ours)
                for theirs, ours in _translations(column, words, each.name == "service")
            ]
        elif each.name in _REQUIRED:
            rows.append(of(each.heading, constant=_constant(each.name, sheet, words)))
    if plan.year is not None:
        rows.append(of("Year", their_heading=plan.year.name))
    for name, years in plan.amounts.items():
        rows += [
            of(year, their_heading=" + ".join(column.name for column in columns), map=name)
            for year, columns in years.items()
        ]
        if name:
            rows.append(of("Scenario", constant=plan.scenarios[name], map=name))
    return rows


def _settings(sheet: Sheet, plan: _Plan, facts: Known) -> Iterable[tuple[str, str]]:
    """Units and sign, as far as the return's own Cover doesn't give them."""
    columns = [c for years in plan.amounts.values() for each in years.values() for c in each]
    units = [unit for row in sheet.rows[:HEADER_ROWS] for cell in row if (unit := _unit(cell))]
    if "units" not in facts.cover and not all(_unit(column.text) for column in columns):
        yield "Units", unit_name(units[0] if units else facts.pounds_per_unit)
    signs = [number > 0 for column in columns for number in column.numbers]
    if "savings_sign" not in facts.cover and signs:
        yield "Savings sign", SIGNS[2 * sum(signs) > len(signs)]


def _unit(cell: Cell) -> int | None:
    return unit_within(cell) if isinstance(cell, str) else None


def _has_gaps(column: HeadedColumn) -> bool:
    """Whether it says something once for several rows."""
    return bool(column.cells) and column.cells[0] != "" and "" in column.cells


def _translations(
    column: HeadedColumn, words: Sequence[str], names_things: bool
) -> Iterable[tuple[str, str]]:
    """The words of a column that are none of ours, each with ours or a mark; a name that is nearly
    one of ours is taken for it, a kind of saving never."""
    vocabulary = Vocabulary(words)
    distinct = dict.fromkeys(cell_text(cell) for cell in column.cells if cell != "")
    strange = [text for text in distinct if words and vocabulary.find(text) is None]
    for text in strange[:_MOST_VALUES]:
        ours = nearest(text, words, _ENOUGH) if names_things else None
        yield text, ours or fill_in("our word for it")


def _constant(name: str, sheet: Sheet, words: Sequence[str]) -> str:
    """What stands for a column that isn't there."""
    if name == "line_ref":
        return "{workbook}-{sheet}-{row}"
    if name == "description":
        return "{sheet}, row {row}"
    if name == "service" and Vocabulary(words).find(sheet.name) is not None:
        return "{sheet}"
    if len(words) == 1:
        return words[0]
    return fill_in("one of " + ", ".join(words) if 0 < len(words) <= 8 else name)


def read_cells(
    rows: Sequence[LayoutCells], tags: Sequence[Tag] = ()
) -> tuple[tuple[LayoutRow, ...], list[Issue]]:
    """The rows as they are read from the sheet Layouts, if they stood alone there."""
    names = [each.name for each in LAYOUTS.fields]
    source = TableSource("", LAYOUTS.name, 0, 0, 1, {}, {})
    columns: dict[str, list[str | None]] = {
        name: [row[place] for row in rows] for place, name in enumerate(names)
    }
    numbers = [0] * len(rows), list(range(2, len(rows) + 2))
    return read_layouts(Records([source], *numbers, columns), tags)


def _finds_all(workbook: str, sheet: Sheet, plan: _Plan, rows: list[LayoutCells]) -> bool:
    """Whether the rows find every column of the plan on the sheet, and nothing stands twice."""
    layout_rows, _ = read_cells(rows)
    planned = {
        column.place
        for years in plan.amounts.values()
        for year, each in years.items()
        if year != _label(None)
        for column in each
    }
    columns_read: set[int] = set()
    for layout in layouts_for(layout_rows, workbook, sheet.name, SAVINGS.name):
        tables = find_tables(sheet, HeadingFinder(SAVINGS, (), layout))
        if not tables or any(t.columns.second or t.columns.contradictions for t in tables):
            return False
        columns_read |= {each.column for each in tables[0].columns.amounts(1)}
    return planned <= columns_read
