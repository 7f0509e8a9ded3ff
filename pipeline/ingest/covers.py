"""Finding a return's Cover: a sheet with at least two of our settings beside values, whatever its
name and with or without the headings Setting and Value (contract, section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from string import ascii_letters, digits

from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, match_key, without_marks
from pipeline.ingest.formats.workbook import Cell, Sheet
from pipeline.ingest.settings import GivenSetting, Settings, add_setting, read_settings
from pipeline.ingest.tables import HEADER_ROWS, find_tables, own_finder
from schemas.fields import SETTING_HEADINGS
from schemas.returns import COVER, RETURN_TABLES

LEAST_SETTINGS = 2
# Words that explain a setting are no value of it.
_LONGEST_VALUE = 100
_NAMES = frozenset(match_key(setting.heading) for setting in COVER.settings)
# A text that ends in one of these bears no footnote mark.
_PLAIN_ENDS = frozenset(ascii_letters + digits)
_OF_OURS = {
    match_key(field.heading)
    for fields in (SETTING_HEADINGS, *(table.fields for table in RETURN_TABLES))
    for field in fields
}


@dataclass
class PossibleCover:
    """A sheet and its settings. ``is_called_so``: its name is Cover."""

    sheet: Sheet
    settings: Settings
    is_called_so: bool

    @cached_property
    def count(self) -> int:
        """How many of our settings stand there beside something that they may be."""
        return sum(self.settings.value(of) is not None for of in COVER.settings)


def possible_cover(sheet: Sheet, workbook: str) -> PossibleCover | None:
    """A sheet as a Cover; None where it has too few of our settings. The sheet called Cover is one
    where it has the headings, or any of our settings."""
    called_so = match_key(sheet.name) == match_key(COVER.name)
    if not called_so and _names_on(sheet) < LEAST_SETTINGS:
        return None
    has_headings = any(
        len(found_table.columns.fields) == len(SETTING_HEADINGS)
        for found_table in find_tables(sheet, own_finder(COVER))
    )
    settings = read_settings(sheet, COVER, workbook) if has_headings else _pairs(sheet, workbook)
    cover = PossibleCover(sheet, settings, called_so)
    least = 1 if called_so else LEAST_SETTINGS
    return cover if cover.count >= least or (called_so and has_headings) else None


def _names_on(sheet: Sheet) -> int:
    """How many of our settings any texts of a sheet name."""
    bare = {match_key(without_marks(text)) for text in sheet.keys if text[-1] not in _PLAIN_ENDS}
    return len(_NAMES.intersection(sheet.keys.values()) | (_NAMES & bare))


def the_cover(possible: list[PossibleCover]) -> PossibleCover | None:
    """The one that counts: the sheet called Cover, else that with most settings, the first on
    ties."""
    called_so = [each for each in possible if each.is_called_so]
    return max(called_so or possible, key=lambda each: (called_so == [], each.count), default=None)


def _pairs(sheet: Sheet, workbook: str) -> Settings:
    """Settings that stand first in their row, and ours further along it, each beside its value."""
    settings = Settings({}, [], [], [], {})
    for place, row in enumerate(sheet.rows[:HEADER_ROWS]):
        for first, second in _beside_one_another(sheet, place, row):
            label, value = cell_text(row[first]), cell_text(row[second])
            if match_key(value) in _OF_OURS or len(value) > _LONGEST_VALUE:
                continue
            at, name_at = (_at(sheet, workbook, place, column) for column in (second, first))
            setting = GivenSetting(label, row[second], at, name_at)
            add_setting(settings, COVER, setting, sheet.faults.get((place, second)))
    return settings


def _beside_one_another(sheet: Sheet, place: int, row: list[Cell]) -> Iterator[tuple[int, int]]:
    """The columns of a row's first two cells that hold anything, an error too; and of any further
    two of which only the first names a setting."""
    filled = [n for n, cell in enumerate(row) if cell != "" or (place, n) in sheet.faults]
    names = [_names_setting(row[n]) for n in filled]
    pair = 0
    while pair + 1 < len(filled):
        step = 2 if pair == 0 or names[pair : pair + 2] == [True, False] else 1
        if step == 2:
            yield filled[pair], filled[pair + 1]
        pair += step


def _names_setting(cell: Cell) -> bool:
    return isinstance(cell, str) and match_key(without_marks(cell)) in _NAMES


def _at(sheet: Sheet, workbook: str, place: int, column: int) -> SourceRef:
    return SourceRef(workbook, sheet.name, place + 1, column + 1, sheet.number)
