"""Sheets of settings: Setting in one column, Value in another."""

from dataclasses import dataclass

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, match_key
from pipeline.ingest.tables import HeadingFinder, find_tables, header_issues
from pipeline.ingest.workbook import Cell, Sheet
from schemas.fields import Table


@dataclass(frozen=True)
class Setting:
    """A setting as the sheet has it; ``name`` is as typed, ``cell`` the value."""

    name: str
    cell: Cell
    at: SourceRef

    @property
    def text(self) -> str:
        """The value as text."""
        return cell_text(self.cell)


@dataclass
class Settings:
    """A sheet's settings by field name; ``others`` are names that the table doesn't know,
    ``repeated`` further values of a setting that has one already."""

    values: dict[str, Setting]
    others: list[Setting]
    repeated: list[tuple[Setting, Setting]]
    issues: list[Issue]
    faults: dict[str, str]

    def text(self, name: str) -> str:
        """A setting's value as text, empty where it isn't given."""
        return self.values[name].text if name in self.values else ""


def read_settings(sheet: Sheet, table: Table, workbook: str) -> Settings:
    """Every setting on a sheet; the first value of each counts."""
    found_settings = Settings({}, [], [], [], {})
    names = {match_key(field.heading): field.name for field in table.fields}
    for found in find_tables(sheet, HeadingFinder(table)):
        source = found.source(workbook, -1)
        found_settings.issues += header_issues(found, source, table)
        if len(found.columns.fields) < 2:
            continue
        name_column, value_column = found.columns.fields["setting"], found.columns.fields["value"]
        for place, row in found.rows:
            label, cell = cell_text(row[name_column]), row[value_column]
            setting = Setting(label, cell, source.at(place + 1, value_column + 1))
            name = names.get(match_key(label))
            fault = sheet.faults.get((place, value_column))
            if name is None:
                if label and setting.text:
                    found_settings.others.append(setting)
            elif fault is not None and name not in found_settings.values:
                found_settings.faults[name] = fault.error
                found_settings.values[name] = setting
            elif setting.text and name in found_settings.values:
                found_settings.repeated.append((setting, found_settings.values[name]))
            elif setting.text:
                found_settings.values[name] = setting
    return found_settings
