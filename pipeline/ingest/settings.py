"""Sheets of settings: Setting in one column, Value in another."""

from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text, without_marks
from pipeline.ingest.formats.workbook import Cell, Fault, Sheet
from pipeline.ingest.records import found_on
from pipeline.ingest.tables import header_issues
from schemas.fields import Setting, Table

Value = TypeVar("Value")


@dataclass(frozen=True)
class GivenSetting:
    """A setting as the sheet has it; ``name`` is as typed, at ``name_at``, ``cell`` the value."""

    name: str
    cell: Cell
    at: SourceRef
    name_at: SourceRef | None = None

    @property
    def text(self) -> str:
        """The value as text."""
        return cell_text(self.cell)


@dataclass
class Settings:
    """A sheet's settings by field name; ``others`` are names that the table doesn't know,
    ``repeated`` further values of a setting that has one already."""

    values: dict[str, GivenSetting]
    others: list[GivenSetting]
    repeated: list[tuple[GivenSetting, GivenSetting]]
    issues: list[Issue]
    faults: dict[str, str]

    def value(self, of: Setting[Value]) -> Value | None:
        """A setting's value; None where it isn't given, can't be read or is wrong."""
        setting = self.values.get(of.name)
        return None if setting is None or of.name in self.faults else of.values.read(setting.cell)

    def wrong(self, of: Setting[Value]) -> bool:
        """Whether it is given, and says nothing that it may."""
        is_given = of.name in self.values and of.name not in self.faults
        return is_given and self.value(of) is None


def read_settings(sheet: Sheet, table: Table, workbook: str) -> Settings:
    """Every setting on a sheet; the first value of each counts."""
    tables, issues = found_on(workbook, sheet, table)
    found_settings = Settings({}, [], [], issues, {})
    for found_table in tables:
        source = found_table.source(workbook, -1)
        found_settings.issues += header_issues(found_table, source, table)
        if len(found_table.columns.fields) < 2:
            if "setting" in found_table.columns.fields:
                what = f"There is no column for Value in {table.name}."
                at = source.cell(found_table.header + 1, "setting")
                missing = Issue("missing-heading", at, "Value", details={"what": what})
                found_settings.issues.append(missing)
            continue
        name_column, value_column = (
            found_table.columns.fields["setting"],
            found_table.columns.fields["value"],
        )
        for place, row in found_table.rows:
            label, cell = cell_text(row[name_column]), row[value_column]
            at, name_at = (source.at(place + 1, c + 1) for c in (value_column, name_column))
            setting = GivenSetting(label, cell, at, name_at)
            add_setting(found_settings, table, setting, sheet.faults.get((place, value_column)))
    return found_settings


def add_setting(
    settings: Settings, table: Table, setting: GivenSetting, fault: Fault | None
) -> None:
    """Take up a setting; ``fault``: of the cell of its value."""
    field = table.setting(setting.name)
    if field is None:
        bare = replace(setting, name=without_marks(setting.name))
        field, setting = table.setting(bare.name), bare
    if field is None:
        if setting.name and (setting.text or fault is not None):
            settings.others.append(setting)
    elif fault is not None and field.name not in settings.values:
        settings.faults[field.name] = fault.error
        settings.values[field.name] = setting
    elif setting.text and field.name in settings.values:
        settings.repeated.append((setting, settings.values[field.name]))
    elif setting.text:
        settings.values[field.name] = setting
