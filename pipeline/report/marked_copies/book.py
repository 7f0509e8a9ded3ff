"""The workbook part: its sheets, its names, and what it says about opening it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from pipeline.report.marked_copies.package import MAIN, RELATIONSHIPS, EditablePackage, Relation
from pipeline.report.marked_copies.xmlpart import CannotMarkError, linked, words

# The type that the workbook part must have under each ending, macros or not.
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
}
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_AFTER_CALCULATION = (
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
)
_AFTER_NAMES = ("calcPr", *_AFTER_CALCULATION)
# What a copy without macros, or with another sheet in it, can't have.
_MACROS = ("vbaProject", "extensibility")
_OF_THE_FILE_AS_IT_WAS = ("revisionHeaders", "usernames")
_TABLE_NAMES = re.compile(r"""\s(?:displayName|name)\s*=\s*["']([^"']*)["']""")
_TABLE_ID = re.compile(r"""\sid\s*=\s*["'](\d+)["']""")


@dataclass(frozen=True)
class BookSheet:
    """A sheet of the workbook: its name, its part, whether it can be seen."""

    name: str
    part: str
    kind: str
    hidden: bool


class MarkedWorkbook:
    """The workbook part of a package."""

    def __init__(self, package: EditablePackage) -> None:
        """Raises CannotMarkError where the workbook is of a kind that can't be marked."""
        self.package = package
        self.part = package.xml(package.main)
        if self.part.root.name != "workbook" or MAIN not in self.part.namespaces():
            raise CannotMarkError("it is no transitional OOXML workbook")
        sheets = self.part.child("sheets")
        if sheets is None:
            raise CannotMarkError("it lists no sheets")
        self._sheets = sheets
        relations = {each.id: each for each in package.relations(package.main)}
        self.sheets = [
            self._sheet(self.part.attributes(each), relations)
            for each in self.part.children(sheets)
        ]
        if any(each.kind == "xlMacrosheet" for each in self.sheets):
            raise CannotMarkError("it has sheets of macros")

    def _sheet(self, attributes: dict[str, str], relations: dict[str, Relation]) -> BookSheet:
        relation = relations.get(linked(attributes))
        if relation is None or not self.package.has(relation.target):
            raise CannotMarkError("a sheet is missing")
        is_hidden = attributes.get("state", "visible") != "visible"
        part = self.package.name(relation.target)
        return BookSheet(attributes.get("name", ""), part, relation.kind, is_hidden)

    def new_sheet(self) -> str:
        """The name that the part of another sheet may have."""
        return self.package.free("xl/worksheets/sheet{}.xml")

    def add_first(self, name: str, part: str, sheet: Iterable[str]) -> None:
        """Put a sheet in front of the others, and open the workbook there."""
        self._put_first(self._new_sheet(name, part, sheet))
        self._move_names()
        views = self.part.child("bookViews")
        for view in self.part.children(views) if views else []:
            self.part.change(view, activeTab="0", firstSheet="0", visibility=None)

    def add_last(self, name: str, sheet: bytes) -> None:
        """Put a sheet behind the others."""
        self.part.append(self._sheets, self._new_sheet(name, self.new_sheet(), sheet))

    def _new_sheet(self, name: str, part: str, sheet: bytes | Iterable[str]) -> str:
        """Add the part of another sheet; how the workbook lists it."""
        self.package.put(part, sheet, _SHEET_TYPE)
        link = self.package.relate(self.package.main, "worksheet", part)
        ids = [
            int(self.part.attributes(each).get("sheetId", "0"))
            for each in self.part.children(self._sheets)
        ]
        return (
            f'<{self.part.root.prefix}sheet xmlns:r="{RELATIONSHIPS}" name={quoteattr(name)} '
            f'sheetId="{max(ids, default=0) + 1}" r:id="{link}"/>'
        )

    def _put_first(self, tag: str) -> None:
        if self._sheets.inner == self._sheets.stop:
            self.part.append(self._sheets, tag)
        else:
            self.part.replace(self._sheets.inner, self._sheets.inner, tag)

    def _move_names(self) -> None:
        """Names that belong to a sheet say which by its place, which is now one further."""
        names = self.part.child("definedNames")
        for each in self.part.children(names) if names else []:
            place = self.part.attributes(each).get("localSheetId")
            if place is not None:
                self.part.change(each, localSheetId=str(int(place) + 1))

    def add_names(self, names: Mapping[str, str]) -> None:
        """Names of the first sheet. All at once: the part's elements are those that it came with,
        and a list of names that was added would be added again."""
        tags = "".join(
            f'<definedName name="{name}" localSheetId="0">{words(value)}</definedName>'
            for name, value in names.items()
        )
        there = self.part.child("definedNames")
        if there is not None:
            self.part.append(there, self.part.prefixed(tags))
        else:
            tags = self.part.prefixed(f"<definedNames>{tags}</definedNames>")
            self.part.place(tags, _AFTER_NAMES)

    def table_identity(self, name: str) -> tuple[int, str]:
        """A number and a name that no other table of the workbook has."""
        names, ids = self._names_in_use(), self._table_ids()
        candidates = (name, *(f"{name}_{number}" for number in range(2, len(names) + 3)))
        return max(ids, default=0) + 1, next(n for n in candidates if n.casefold() not in names)

    def add_table(self, sheet: str, table: str) -> str:
        """Add a table to the sheet in a part; the relation that the sheet names it by."""
        part = self.package.free("xl/tables/table{}.xml")
        self.package.put(part, table.encode(), _TABLE_TYPE)
        return self.package.relate(sheet, "table", part)

    def _tables(self) -> list[str]:
        """The start tags of the tables."""
        tags = []
        for sheet in self.sheets:
            for each in self.package.related(sheet.part, "table"):
                xml = self.package.xml(each.target)
                tags.append(xml.text[xml.root.start : xml.root.inner])
        return tags

    def _names_in_use(self) -> set[str]:
        names = self.part.child("definedNames")
        defined = [
            self.part.attributes(each).get("name", "")
            for each in (self.part.children(names) if names else [])
        ]
        tables = [name for tag in self._tables() for name in _TABLE_NAMES.findall(tag)]
        return {name.casefold() for name in (*defined, *tables)}

    def _table_ids(self) -> list[int]:
        return [int(number) for tag in self._tables() for number in _TABLE_ID.findall(tag)]

    def recalculate(self) -> None:
        """Have every formula worked out when the workbook is opened."""
        calculation = self.part.child("calcPr")
        if calculation is not None:
            self.part.change(calculation, fullCalcOnLoad="1")
        else:
            self.part.place(self.part.prefixed('<calcPr fullCalcOnLoad="1"/>'), _AFTER_CALCULATION)

    def drop_macros(self) -> bool:
        """Take macros and their buttons in the ribbon away; whether there were any."""
        any_dropped = False
        for owner in ("", self.package.main):
            for each in self.package.relations(owner):
                if each.kind in _MACROS:
                    self.package.forget(owner, each)
                    any_dropped = True
        return any_dropped

    def drop_threads(self) -> bool:
        """Leave threads of replies as the plain comments that the file holds beside them: Excel
        would not show what is added to those. Whether there were any."""
        any_dropped = False
        for sheet in self.sheets:
            for each in self.package.related(sheet.part, "threadedComment"):
                self.package.forget(sheet.part, each)
                any_dropped = True
        for each in self.package.related(self.package.main, "person") if any_dropped else []:
            self.package.forget(self.package.main, each)
        return any_dropped

    def drop_what_was(self) -> None:
        """Take away what is true of the file as it was sent alone: who made it, where it lay, its
        signature, and the record of changes of a shared workbook."""
        for each in self.package.relations(""):
            if each.kind in ("extended-properties", "custom-properties", "origin"):
                self.package.forget("", each)
            elif each.kind == "core-properties" and self.package.has(each.target):
                self._drop_persons(self.package.name(each.target))
        for each in self.package.relations(self.package.main):
            if each.kind in _OF_THE_FILE_AS_IT_WAS:
                self.package.forget(self.package.main, each)
        for element in self.part.root.children:
            if element.name == "AlternateContent" and "absPath" in self.part.source(element):
                self.part.remove(element)

    def _drop_persons(self, properties: str) -> None:
        part = self.package.xml(properties)
        for each in part.root.children:
            if each.name in ("creator", "lastModifiedBy"):
                part.remove(each)

    def say_type(self, ending: str) -> None:
        """Have the workbook say of itself what the ending of its file's name says."""
        self.package.types.set(self.package.main, _TYPES[ending])


def unused_name(first_choice: str, names_in_use: Collection[str]) -> str:
    """A sheet's name that no other has, whatever the capitals."""
    names = {name.casefold() for name in names_in_use}
    candidates = (
        first_choice,
        *(f"{first_choice} ({number})" for number in range(2, len(names) + 3)),
    )
    return next(name for name in candidates if name.casefold() not in names)
