"""Marking cells in a worksheet's XML, and how large its columns and rows are."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial

from pipeline.core.source import column_letters, column_number
from pipeline.report.marked_copies.xmlpart import (
    CannotMarkError,
    XmlPart,
    attribute,
    attributes,
    hides_nothing,
    retagged,
    tags,
    words,
)

# A place on a sheet: row and column, counted from 1.
GridCell = tuple[int, int]
# The format of a marked cell, from the one it has and whether there is an error.
Format = Callable[[int, bool], int]

ROWS, COLUMNS = 1_048_576, 16_384

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(slots=True)
class _Tag:
    """The start tag of a row or a cell: its number among its like, its address (``r``), its place
    in the text, and the text of its attributes, which most are not asked for."""

    number: int
    start: int
    inner: int
    address: str
    source: str


@dataclass(slots=True)
class _Row(_Tag):
    """A row: where its content ends, -1 where it has none; its cells, which are looked at in rows
    with marks alone."""

    close: int = -1
    cells: list[_Tag] = field(default_factory=list)


@dataclass(frozen=True)
class _ColumnWidths:
    """Columns of one width and format; ``width`` in characters, 0 for hidden, None for the
    sheet's own."""

    first: int
    last: int
    width: float | None
    style: int


class Grid:
    """A worksheet's cells, some of them to be marked."""

    def __init__(self, part: XmlPart) -> None:
        """``part``: the worksheet, its ``sheetData`` opaque."""
        self.part = part
        data = part.child("sheetData")
        if part.root.name != "worksheet" or data is None:
            raise CannotMarkError("a sheet is no worksheet")
        self._data = data
        self._columns = list(_columns(part))
        self._merged = list(_merged(part))
        self._row_tags: list[tuple[int, re.Match[str]]] = []

    def visible_cells(self, places: Iterable[GridCell]) -> dict[GridCell, GridCell]:
        """For each place the cell that shows what stands there: of merged ones the first."""
        in_order = sorted(set(places))
        visible_cell = {place: place for place in in_order}
        for top, left, bottom, right in self._merged:
            for place in in_order[bisect_left(in_order, (top, left)) :]:
                if place[0] > bottom:
                    break
                if left <= place[1] <= right:
                    visible_cell[place] = (top, left)
        return visible_cell

    def mark(self, marks: Mapping[GridCell, bool], style: Format) -> None:
        """Give cells the format of faulty ones; ``marks`` says of each whether it is an error.
        Cells and rows that aren't there are made."""
        marks_by_row: dict[int, dict[int, bool]] = {}
        for (number, column), error in sorted(marks.items()):
            marks_by_row.setdefault(number, {})[column] = error
        for row in self._read(set(marks_by_row)):
            self._mark_row(row, marks_by_row.pop(row.number, {}), style)
        new_rows = [self._new_row(number, cells, style) for number, cells in marks_by_row.items()]
        self._put_rows(new_rows)

    def sizes(self) -> "Sizes":
        """How large the columns and rows are; of the rows once the cells are marked."""
        form = self.part.child("sheetFormatPr")
        defaults = self.part.attributes(form) if form else {}
        columns = {
            number: each.width
            for each in self._columns
            if each.width is not None and each.last - each.first < COLUMNS // 2
            for number in range(each.first, each.last + 1)
        }
        rows = {number: _height(tag[2]) for number, tag in self._row_tags}
        return Sizes(
            columns,
            {number: height for number, height in rows.items() if height is not None},
            _number(defaults.get("defaultColWidth"), 8.43),
            _number(defaults.get("defaultRowHeight"), 15),
        )

    def _read(self, numbers: set[int]) -> list[_Row]:
        """Read the tag of every row; those of these numbers are given, and those that say none,
        which follow on those before: they are to say it, or they would become others."""
        self._row_tags.clear()
        rows: list[_Row] = []
        number = 0
        for tag in self._tags(self._name("row"), self._data.inner, self._data.close):
            address = tag[1] or _later_address(tag[2])
            number = int(address or number + 1)
            self._row_tags.append((number, tag))
            if number in numbers or not address:
                rows.append(_Row(number, tag.start(), tag.end(), address, tag[2]))
        for row in rows:
            if row.number in numbers and not row.source.endswith("/"):
                ends = self._tags(f"/{self._name('row')}", row.inner, self._data.close)
                row.close = next(ends).start()
                row.cells = self._cells(row)
        return rows

    def _cells(self, row: _Row) -> list[_Tag]:
        """The cells of a row. Those without an address follow on those before."""
        cells: list[_Tag] = []
        for tag in self._tags(self._name("c"), row.inner, row.close):
            address = tag[1] or _later_address(tag[2])
            place = place_of(address)
            column = place[1] if place else (cells[-1].number + 1 if cells else 1)
            cells.append(_Tag(column, tag.start(), tag.end(), address, tag[2]))
        return cells

    def _tags(self, name: str, start: int, stop: int) -> Iterator[re.Match[str]]:
        """The tags of a name in a stretch of the rows, with the text of their attributes."""
        return tags(name, self.part.text, start, stop, self._is_plain)

    @cached_property
    def _is_plain(self) -> bool:
        return hides_nothing(self.part.text, self._data.inner, self._data.close)

    def _mark_row(self, row: _Row, marks: dict[int, bool], style: Format) -> None:
        missing = dict(marks)
        for cell in row.cells:
            # An address of its own, or it would move when another cell is put in before it.
            new_attributes: dict[str, str | None] = {}
            if not cell.address:
                new_attributes["r"] = f"{column_letters(cell.number)}{row.number}"
            if cell.number in missing:
                base = int(attribute(cell.source, "s") or 0)
                new_attributes["s"] = str(style(base, missing.pop(cell.number)))
            if new_attributes:
                self._retag(cell, new_attributes)
        self._put_cells(
            row, [(n, self._new_cell(row.number, n, row, e, style)) for n, e in missing.items()]
        )

    def fill(self, texts: Mapping[GridCell, str], like: int) -> None:
        """Put texts into blank cells, each in the format that it has; one that isn't there is made
        in that of the row ``like``."""
        by_row: dict[int, dict[int, str]] = {}
        for (number, column), text in sorted(texts.items()):
            by_row.setdefault(number, {})[column] = text
        rows = self._read({like, *by_row})
        formats = {
            cell.number: attribute(cell.source, "s") or "0"
            for row in rows
            if row.number == like
            for cell in row.cells
        }
        for row in rows:
            self._fill_row(row, by_row.pop(row.number, {}), formats)
        name = self._name("row")
        new_rows = []
        for number, cells in by_row.items():
            filled = "".join(
                self._text_cell(f"{column_letters(n)}{number}", text, formats.get(n, "0"))
                for n, text in cells.items()
            )
            new_rows.append((number, f'<{name} r="{number}">{filled}</{name}>'))
        self._put_rows(new_rows)

    def _fill_row(self, row: _Row, texts: dict[int, str], formats: Mapping[int, str]) -> None:
        missing = dict(texts)
        for cell in row.cells:
            if cell.number not in missing:
                if not cell.address:
                    self._retag(cell, {"r": f"{column_letters(cell.number)}{row.number}"})
                continue
            source = self.part.text
            stop = cell.inner
            if not cell.source.endswith("/"):
                stop = next(self._tags(f"/{self._name('c')}", cell.inner, row.close)).end()
            if f"<{self._name('f')}" in source[cell.inner : stop]:
                raise CannotMarkError("a cell that looks blank holds a formula")
            address = f"{column_letters(cell.number)}{row.number}"
            text = missing.pop(cell.number)
            filled = self._text_cell(address, text, attribute(cell.source, "s") or "0")
            self.part.replace(cell.start, stop, filled)
        new = [
            (n, self._text_cell(f"{column_letters(n)}{row.number}", text, formats.get(n, "0")))
            for n, text in missing.items()
        ]
        self._put_cells(row, new)

    def _text_cell(self, address: str, text: str, style: str) -> str:
        return self.part.prefixed(text_cell(address, text, style))

    def _put_cells(self, row: _Row, new: Sequence[tuple[int, str]]) -> None:
        """Put further cells into a row, each before those to its right."""
        changes: dict[str, str | None] = {} if row.address else {"r": str(row.number)}
        if new:
            changes["spans"] = None
        if row.close < 0 and new:
            tag = retagged(self.part.text[row.start : row.inner], changes)
            cells = "".join(cell for _, cell in new)
            text = f"{tag.removesuffix('/>').rstrip()}>{cells}</{self._name('row')}>"
            self.part.replace(row.start, row.inner, text)
            return
        for column, cell in new:
            after = (each.start for each in row.cells if each.number > column)
            place = next(after, row.close)
            self.part.replace(place, place, cell)
        if changes:
            self._retag(row, changes)

    def _new_cell(self, row: int, column: int, tag: _Row | None, error: bool, style: Format) -> str:
        """A blank cell in the format of its row, or else of its column."""
        base = int((tag and attribute(tag.source, "s")) or self._column_style(column))
        address = f"{column_letters(column)}{row}"
        return f'<{self._name("c")} r="{address}" s="{style(base, error)}"/>'

    def _new_row(self, number: int, marks: dict[int, bool], style: Format) -> tuple[int, str]:
        cells = [self._new_cell(number, n, None, error, style) for n, error in marks.items()]
        name = self._name("row")
        return number, f'<{name} r="{number}">{"".join(cells)}</{name}>'

    def _put_rows(self, rows: list[tuple[int, str]]) -> None:
        if rows and self._data.inner == self._data.stop:
            self.part.append(self._data, "".join(text for _, text in rows))
            return
        for number, text in rows:
            after = (tag.start() for other, tag in self._row_tags if other > number)
            place = next(after, self._data.close)
            self.part.replace(place, place, text)

    def _retag(self, tag: _Tag, changes: dict[str, str | None]) -> None:
        self.part.retag(tag.start, tag.inner, changes)

    def _column_style(self, number: int) -> int:
        return next((c.style for c in self._columns if c.first <= number <= c.last), 0)

    def _name(self, local: str) -> str:
        return f"{self.part.root.prefix}{local}"


@dataclass(frozen=True)
class Sizes:
    """How large columns (in characters) and rows (in points) are where they differ from the
    sheet's ``width`` and ``height``; 0 for hidden ones."""

    columns: Mapping[int, float]
    rows: Mapping[int, float]
    width: float = 8.43
    height: float = 15

    def box(self, place: GridCell, width: int, height: int) -> str:
        """Where a comment's box of a size in pixels stands: beside its cell, as a VML anchor."""
        row, column = place
        left, top = min(column, COLUMNS - 12), min(max(row - 2, 0), ROWS - 60)
        right, across = self._columns_reached(left, width + 15)
        bottom, down = self._rows_reached(top, height + 4)
        return f"{left}, 15, {top}, 4, {right}, {across}, {bottom}, {down}"

    @cached_property
    def _columns_reached(self) -> Callable[[int, int], tuple[int, int]]:
        return cache(partial(_reached, self._column_pixels))

    @cached_property
    def _rows_reached(self) -> Callable[[int, int], tuple[int, int]]:
        return cache(partial(_reached, self._row_pixels))

    def _column_pixels(self, number: int) -> int:
        return int(self.columns.get(number + 1, self.width) * 7 + 5)

    def _row_pixels(self, number: int) -> int:
        return int(self.rows.get(number + 1, self.height) * 4 / 3)


def text_cell(address: str, text: str, style: str) -> str:
    """A cell that holds a text, whatever the text looks like."""
    xml = f'<t xml:space="preserve">{words(text)}</t>'
    return f'<c r="{address}" s="{style}" t="inlineStr"><is>{xml}</is></c>'


def place_of(address: str) -> GridCell | None:
    """The place that an address such as F7 names, None where it is none."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    return int(match[2]), column_number(match[1])


def _later_address(tag_attributes: str) -> str:
    """The address of a row or a cell that doesn't say it first; empty where it has none."""
    return attributes(tag_attributes).get("r", "")


def _reached(size: Callable[[int], int], start: int, pixels: int) -> tuple[int, int]:
    """The row or column in which a box of so many pixels ends, and how far into it."""
    number = start
    # Many hidden ones in a row are passed over without a look at each: the box is then smaller.
    while pixels > size(number) and number < start + 500:
        pixels -= size(number)
        number += 1
    return number, min(pixels, max(size(number) - 1, 0))


def _height(row_attributes: str) -> float | None:
    if attribute(row_attributes, "hidden") in ("1", "true"):
        return 0
    height = attribute(row_attributes, "ht")
    return _number(height, 15) if height else None


def _number(text: str | None, default: float) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default


def _columns(part: XmlPart) -> Iterator[_ColumnWidths]:
    columns = part.child("cols")
    for each in part.children(columns) if columns else []:
        tag_attributes = part.attributes(each)
        is_hidden = tag_attributes.get("hidden") in ("1", "true")
        width = 0.0 if is_hidden else _number(tag_attributes.get("width"), -1)
        style = int(tag_attributes.get("style") or 0)
        yield _ColumnWidths(
            int(tag_attributes["min"]),
            int(tag_attributes["max"]),
            None if width < 0 else width,
            style,
        )


def _merged(part: XmlPart) -> Iterator[tuple[int, int, int, int]]:
    """Areas of merged cells: top, left, bottom, right."""
    merges = part.child("mergeCells")
    for each in part.children(merges) if merges else []:
        first, _, last = part.attributes(each).get("ref", "").partition(":")
        start, stop = place_of(first), place_of(last)
        if start and stop:
            yield *start, *stop
