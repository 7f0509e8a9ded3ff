"""A workbook's package: each part goes into an archive of ours while it is made, for XlsxWriter
would hold them all.

XlsxWriter names no language in a workbook's properties, and American English in its charts: both
are put right here.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.workbook import Workbook

from pipeline.report.archive import Archive, Part
from pipeline.report.columns import Array
from pipeline.report.excel.bulk_rows import BulkChunk
from pipeline.report.safe import are_plain, has

LANGUAGE = "en-GB"

_PROPERTIES, _END = "docProps/core.xml", "</cp:coreProperties>"
_CHARTS, _AMERICAN = "xl/charts/", 'lang="en-US"'
# What a table's part begins with, and what bears its description.
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_EXTENSION = (
    '<ext uri="{504A1905-F514-4f6f-8877-14C23A59335A}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
)
_SHOWN = (
    ("showFirstColumn", "show_first_col"),
    ("showLastColumn", "show_last_col"),
    ("showRowStripes", "show_row_stripes"),
    ("showColumnStripes", "show_col_stripes"),
)
_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#xA;"}
# So many shared strings are looked at together: few enough that one which needs care, which nearly
# none does, has few others looked at one by one. Between them while they are together, in no text.
_TOGETHER, _BETWEEN = 256, "\0"


class ArchivePart(io.StringIO):
    """A part that XlsxWriter writes: text, and between it what is sent on at once."""

    def __init__(self, name: str, entry: Part) -> None:
        super().__init__()
        self._name = name
        self._entry = entry

    def send(self, rows: BulkChunk) -> None:
        """More of the part, behind what was written so far."""
        self._entry.write(self.getvalue().encode())
        self.seek(0)
        self.truncate()
        self._entry.write_chunk(rows.made_of, rows.xml)

    def finish(self) -> None:
        """The part is whole."""
        self._entry.write(british(self._name, self.getvalue()).encode())
        self._entry.close()


def british(name: str, xml: str) -> str:
    """A part with its language put right. ValueError where it isn't as XlsxWriter writes it."""
    if name.startswith(_CHARTS):
        return xml.replace(_AMERICAN, f'lang="{LANGUAGE}"')
    if name != _PROPERTIES:
        return xml
    if xml.count(_END) != 1:
        raise ValueError(f"{name} has no end of properties")
    return xml.replace(_END, f"<dc:language>{LANGUAGE}</dc:language>{_END}")


class ArchiveStrings(SharedStrings):
    """The shared strings; what needs no care goes without it."""

    # None at first, as XlsxWriter annotates nowhere.
    fh: Any
    string_table: Any

    def _write_sst_strings(self) -> None:
        strings = self.string_table.string_array
        for start in range(0, len(strings), _TOGETHER):
            some = strings[start : start + _TOGETHER]
            if _is_plain(some):
                texts = escape(_BETWEEN.join(some)).replace(_BETWEEN, "</t></si><si><t>")
                self.fh.write(f"<si><t>{texts}</t></si>")
            else:
                for string in some:
                    self._write_si(string)


def _is_plain(texts: list[str]) -> bool:
    """Whether XlsxWriter does no more to texts than XML asks for: they are of letters that can be
    shown and line breaks, without room at their ends, its own escapes or its markup."""
    together = "".join(texts)
    return (
        are_plain(together)
        and not has(together, "_x")
        and not has(together, "<r>")
        and list(map(str.strip, texts)) == texts
    )


def table_xml(table: Mapping[str, Any]) -> str:
    """The part of a table of which XlsxWriter keeps these properties, as XlsxWriter writes it where
    there is no total, no formula and no format of a column, and one text describes it. Tag by tag
    those of a few hundred business cases take four times as long."""
    name, style, columns = _quoted(table["name"]), table["style"], table["columns"]
    filtered = f'<autoFilter ref="{table["autofilter"]}"/>' if "autofilter" in table else ""
    listed = "".join(
        f'<tableColumn id="{each["id"]}" name={_quoted(each["name"])}/>' for each in columns
    )
    styled = f" name={_quoted(style)}" if style else ""
    look = "".join(f' {attribute}="{table[name]:d}"' for attribute, name in _SHOWN)
    return (
        f'{_HEAD}<table xmlns="{_SPACES}" id="{table["id"]}" name={name} displayName={name} '
        f'ref="{table["range"]}" totalsRowShown="0">{filtered}'
        f'<tableColumns count="{len(columns)}">{listed}</tableColumns>'
        f"<tableStyleInfo{styled}{look}/><extLst>{_EXTENSION}"
        f"<x14:table altTextSummary={_quoted(table['description'])}/></ext></extLst></table>"
    )


def _quoted(text: str) -> str:
    """A text as an attribute, as XlsxWriter writes it."""
    return f'"{escape(text, _IN_ATTRIBUTES)}"'


class ArchivePackager(Packager):
    """Puts each part into the archive as soon as it is whole."""

    workbook: Any  # None at first

    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self._archive = archive
        self._part: ArchivePart | None = None
        self.fault: Exception | None = None

    def _filename(self, name: str) -> ArchivePart:
        self._finish()
        self._part = ArchivePart(name, self._archive.open(name))
        return self._part

    def _finish(self) -> None:
        if self._part is not None:
            self._part.finish()
            self._part = None

    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if not table.count:
            return
        strings = ArchiveStrings()
        strings.string_table = table
        strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
        strings._assemble_xml_file()

    def _write_table_files(self) -> None:
        self._finish()
        sheets = self.workbook.worksheets()
        tables = (table for sheet in sheets for table in sheet.tables or ())
        for number, table in enumerate(tables, 1):
            self._archive.add(f"xl/tables/table{number}.xml", table_xml(table).encode())

    def _create_package(self) -> list[Any]:
        """All parts; pictures are left for the end. What is given back is left to XlsxWriter:
        nothing."""
        create: Callable[[], object] = super()._create_package
        try:
            create()
            self._finish()
            for stream, name, _ in self.filenames:
                self._archive.add(name, stream.getvalue())
        except Exception as fault:
            # PackedWorkbook.close raises it: raised here, whatever it is, it would have XlsxWriter
            # leave its own archive open, which complains when it is collected.
            self.fault = fault
        return []


class PackedWorkbook(Workbook):
    """A workbook whose parts go into an archive of ours; XlsxWriter's own stays empty."""

    str_table: Any  # as XlsxWriter annotates nowhere

    def __init__(self, archive: Archive, options: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(), {**options, "in_memory": True})
        self._parts = ArchivePackager(archive)

    def known_places_of(self, texts: Iterable[str | None]) -> Array:
        """The places of texts among the shared strings, -1 of what is not there."""
        places = map(self.str_table.string_table.get, texts, repeat(-1))
        return np.fromiter(places, dtype=np.int64)

    def places_of(self, texts: Iterable[str]) -> list[int]:
        """The places of texts among the shared strings, behind those that are there."""
        table = self.str_table.string_table
        places = [table.setdefault(text, len(table)) for text in texts]
        self.str_table.unique_count = len(table)
        return places

    def _prepare_sst_string_data(self) -> None:
        """The shared strings, which are in order already: XlsxWriter would sort them."""
        table = self.str_table
        table.string_array, table.string_table = list(table.string_table), {}

    def close(self) -> None:
        """Write all of it. Raises whatever stood in the way."""
        super().close()
        if self._parts.fault is not None:
            raise self._parts.fault

    def _get_packager(self) -> ArchivePackager:
        return self._parts

    def _check_sheetname(self, sheetname: str, is_chartsheet: bool = False) -> str:
        """The name as it is, for it is one of ``unique_sheet_names``: XlsxWriter compares each with
        all before it, 2 s for 2,000 sheets."""
        return sheetname
