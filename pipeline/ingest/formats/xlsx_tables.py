"""The total rows of an .xlsx's Excel tables: the file says which they are, labelled or not."""

import posixpath
import re

from pipeline.core.source import column_number
from pipeline.ingest.formats.ooxml import relations
from pipeline.ingest.formats.zip_package import ZipPackage

_ROOT = re.compile(rb"<(?:\w+:)?table\s[^>]*>")
_TOTALS = re.compile(rb"""\stotalsRowCount\s*=\s*["']([1-9])["']""")
_AREA = re.compile(rb"""\sref\s*=\s*["']\$?([A-Z]{1,3})\$?\d+:\$?([A-Z]{1,3})\$?(\d{1,7})["']""")


def table_totals(package: ZipPackage, part: str) -> tuple[tuple[int, int, int], ...]:
    """The total row of each table on a sheet that has one, with the table's first and last column,
    all counted from 0; raises WorkbookError. ``part`` is the sheet's."""
    folder, base = posixpath.split(part)
    links = relations(package, f"{folder}/_rels/{base}.rels", folder).values()
    totals = []
    for link in links:
        if link.kind != "table" or link.target not in package:
            continue
        root = _ROOT.search(package.read(link.target))
        area = root and _TOTALS.search(root[0]) and _AREA.search(root[0])
        if area:
            first, last = (column_number(area[place].decode()) - 1 for place in (1, 2))
            totals.append((int(area[3]) - 1, first, last))
    return tuple(totals)
