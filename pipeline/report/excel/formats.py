"""The formats of a workbook, each made once: cells that look alike share theirs."""

from typing import NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from pipeline.report import layout
from pipeline.report.spec import Role, Tone
from pipeline.report.theme import Properties, Theme
from schemas.outputs import Show


class Look(NamedTuple):
    """What sets a cell of a table off."""

    show: Show
    role: Role
    tone: Tone
    starts: bool
    indented: bool
    large: bool = False
    changeable: bool = False


class HeadingLook(NamedTuple):
    """What sets a heading of a table off."""

    show: Show
    indented: bool
    quiet: bool
    large: bool


class Formats:
    """The formats of one workbook; ``report_unit``: pounds in one unit of its amounts."""

    def __init__(self, workbook: Workbook, theme: Theme, report_unit: int) -> None:
        self._workbook = workbook
        self._theme = theme
        self._report_unit = report_unit
        self._by_properties: dict[tuple[tuple[str, object], ...], Format] = {}
        self._by_look: dict[Look, Format] = {}
        self._by_heading_look: dict[HeadingLook, Format] = {}

    def of(self, properties: Properties) -> Format:
        """The format with these properties beside the font."""
        key = tuple(sorted(properties.items()))
        if key not in self._by_properties:
            self._by_properties[key] = self._workbook.add_format(self._theme.base | properties)
        return self._by_properties[key]

    def of_heading(self, look: HeadingLook) -> Format:
        """The format of a table's headings that look so."""
        if look not in self._by_heading_look:
            show, indented, quiet, large = look
            properties = self._theme.heading(show, indented=indented, quiet=quiet)
            if large:
                properties["font_size"] = self._theme.size * layout.LARGER
            self._by_heading_look[look] = self.of(properties)
        return self._by_heading_look[look]

    def of_cell(self, look: Look) -> Format:
        """The format of a table's cells that look so."""
        if look not in self._by_look:
            show, role, tone, starts, indented, large, changeable = look
            properties = self._theme.cell(
                show, role, tone, start=starts, indented=indented, report_unit=self._report_unit
            )
            if large:
                properties["font_size"] = self._theme.size * layout.LARGER
            if changeable:
                properties |= self._theme.changeable()
            self._by_look[look] = self.of(properties)
        return self._by_look[look]
