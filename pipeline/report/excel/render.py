"""Books to files: the only module that knows xlsxwriter.

Every return code is checked and every warning raised: nothing is lost in silence. The same book
gives the same bytes: no clock, no author, no machine in it.
"""

import io
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from functools import partial
from math import ceil
from types import NoneType
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from pipeline.core.source import column_letters
from pipeline.report import layout
from pipeline.report.archive import Archive
from pipeline.report.chart import Chart, Drawn
from pipeline.report.columns import Texts, kinds_of
from pipeline.report.excel.bulk_rows import (
    Bulk,
    BulkColumn,
    FirstUses,
    FormulaTails,
    NumberTails,
    Style,
    Tails,
    TextTails,
    own_tails,
)
from pipeline.report.excel.charts import Drawing, kind, state_defaults
from pipeline.report.excel.errors import RenderError, must
from pipeline.report.excel.formats import Look
from pipeline.report.excel.open_workbook import LiveFormula, OpenWorkbook, PlacedChart
from pipeline.report.excel.paging import Stretch, page_breaks
from pipeline.report.excel.picture import picture_size
from pipeline.report.excel.worksheet import ReadyWorksheet
from pipeline.report.formula import (
    Pieces,
    TableRange,
    all_same,
    names_in,
)
from pipeline.report.measure import BOLDER, text_width, wrapped
from pipeline.report.safe import (
    cell_safe,
    one_line,
    print_safe,
    unique_headings,
)
from pipeline.report.spec import (
    DRAFT,
    Book,
    Broken,
    Column,
    Entry,
    Facts,
    FilePlace,
    Form,
    Formatted,
    FormColumn,
    Lists,
    Role,
    Setting,
    Settings,
    Sheet,
    Table,
    Tone,
)
from pipeline.report.theme import HOUSE, NUMBERS, Properties, Theme
from schemas.fields import Kind
from schemas.outputs import Show

NOTHING = "None"
# Drop-downs go on below the ruled rows.
_ENTRY_ROWS = 2_000
_MESSAGE_TITLE, _MESSAGE = 32, 255

_A4 = 9
_MARGIN_INCHES = 0.5
_PORTRAIT_INCHES, _LANDSCAPE_INCHES = 7.27, 10.69
_UPRIGHT_HIGH, _LYING_HIGH = 10.19, 6.77
_PIXELS_AN_INCH = 96
# Of a screen of 768 pixels, ribbon and bars apart, two thirds.
_MOST_IN_VIEW = 310
# Viewers differ in how much goes on a page: breaks are set as if it were a little less.
_SAFE_PART = 0.97
_FOOTER_ROOM = 250
# Fewer letters of a sentence beside the tab say nothing.
_LEAST_BELOW = 20
# A digit of the headers and footers, which are set in 9 points.
_DIGIT_INCHES = 9 * 0.556 / 72
_NUMBER_DIGITS = 20
# Digits in a line of text above the tables, which must not run off a screen; and the characters
# of all of them.
_LONGEST_LINE, _LONGEST = 130, 2_000
# The line below a chart, with room above it.
_SOURCE_LINES = 1.3
# The most that a logo takes of the cover's first rows, across and down.
_LOGO_PIXELS = (240, 64)
# Of a link to another file, in characters: less than Excel's 2,080.
_LONGEST_ADDRESS = 2_000
_AIR_PIXELS, _HIGHEST_PIXELS = 6, 545
# Below this scale a printed page can't be read: the sheet goes on to the right instead.
_LEAST_SCALE = 0.5
# Tables of so many rows are written as ready XML; shorter ones aren't worth a second way.
_BULK_ROWS = 256
_TEXTS, _AMOUNTS = {str, NoneType}, {int, float}
_ENTERED_NUMBERS = (Kind.AMOUNT, Kind.WEIGHT, Kind.QUANTITY)
_NUMBERS = {int, float, Fraction, NoneType}


def render(book: Book, theme: Theme = HOUSE) -> bytes:
    """The book as the bytes of an .xlsx file. Raises RenderError."""
    stream = io.BytesIO()
    write(book, stream, theme)
    return stream.getvalue()


def write(book: Book, stream: IO[bytes], theme: Theme = HOUSE) -> None:
    """The book into an .xlsx file that is open. Raises RenderError, and OSError of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with Archive(stream) as archive:
                _write(OpenWorkbook(book, theme, archive))
        except (UserWarning, ValueError, XlsxWriterException) as error:
            raise RenderError(f"{book.path}: {error}") from error


def _write(workbook: OpenWorkbook) -> None:
    """All sheets, then what waited for them."""
    book = workbook.book
    workbook.xlsx.set_properties(
        {
            "title": one_line(book.title),
            "subject": one_line(book.subject),
            "created": book.created,
        }
    )
    tables = [table.name.casefold() for _, sheet in workbook.sheets for table in sheet.tables]
    if len(set(tables)) < len(tables):
        raise RenderError(f"{book.path} has two tables of one name")
    for tab, sheet in workbook.sheets:
        worksheet = workbook.xlsx.add_worksheet(tab, ReadyWorksheet)
        if not isinstance(worksheet, ReadyWorksheet):
            raise RenderError(f"{tab} is not a worksheet of ours")
        _SheetWriter(workbook, sheet, worksheet).write()
    _write_formulas(workbook)
    _draw_charts(workbook)
    _name_form_columns(workbook)
    workbook.xlsx.close()


def _write_formulas(workbook: OpenWorkbook) -> None:
    """The formulas, and the names that they call columns by."""
    live = workbook.formulas
    sources = {id(each): each for each in (*workbook.bulk_formulas, *(f.formula for f in live))}
    for name, columns in sorted(names_in(sources.values()).items()):
        workbook.define_name(name, workbook.definition(columns))
    for worksheet, table, row, column, formula, style, value in live:
        text = workbook.text(table, formula, row, column)
        must(worksheet.write_formula(row, column, text, style, value), f"formula at row {row + 1}")


def _draw_charts(workbook: OpenWorkbook) -> None:
    theme = workbook.theme
    drawing = Drawing(workbook.references.places, theme, workbook.book.report_unit)
    for worksheet, row, width, chart in workbook.charts:
        drawn_chart = workbook.xlsx.add_chart(kind(chart.way))
        if drawn_chart is None:
            raise RenderError(f"{chart.way} is no kind of chart")
        for series in chart.series:
            drawn_chart.add_series(drawing.series(chart, series))
        drawn_chart.set_title(drawing.title(chart))
        axes = [drawing.labels_axis(chart), drawing.amounts_axis(chart)]
        drawn_chart.set_x_axis(axes[chart.way is Drawn.BARS])
        drawn_chart.set_y_axis(axes[chart.way is not Drawn.BARS])
        drawn_chart.set_plotarea(drawing.plot(chart, width))
        drawn_chart.set_legend(drawing.legend(chart))
        drawn_chart.set_chartarea({"border": {"color": theme.rule}})
        drawn_chart.set_size({"width": width, "height": chart.pixels_high})
        state_defaults(drawn_chart, chart.way)
        words = {"description": one_line(chart.description), "object_position": 1}
        must(worksheet.insert_chart(row, 0, drawn_chart, words), f"chart at row {row + 1}")


def _name_form_columns(workbook: OpenWorkbook) -> None:
    """The names that drop-downs call the filled cells of a form's column by."""
    for name, place in workbook.book.names.items():
        tab, row, column = workbook.form_columns[place]
        cells = f"'{tab}'!{xl_range_abs(row, column, row + _ENTRY_ROWS - 1, column)}"
        first = cells.partition(":")[0]
        # As far down as there is an entry, so that the drop-down has no blanks.
        workbook.define_name(name, f"={first}:INDEX({cells},MAX(1,COUNTA({cells})))")


def _fitted(lines: Iterable[str], room: float) -> list[str]:
    """Lines of text, each on as many lines as it needs."""
    return [part for line in lines for part in wrapped(one_line(line, _LONGEST), room)]


class _Text(str):
    """A formula's result. The writer stores none at all for a text that equals an empty one."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def _differs_by_row(column: Column) -> bool:
    """Whether single cells of a column are more than their values."""
    led = column.files and not all(column.files)
    return bool(column.shows or column.links or column.names or column.entries or led)


class _RowKind(NamedTuple):
    """What sets rows of a table off from others."""

    role: Role = Role.BODY
    starts: bool = False
    muted: bool = False


_ROLES, _BODY = tuple(Role), _RowKind()


def _row_kinds(table: Table, column: Column) -> tuple[list[_RowKind], npt.NDArray[np.integer]]:
    """The kinds of a column's rows, and by row the place of its own among them."""
    codes = np.zeros(table.rows, dtype=np.int8)
    if not (table.roles or table.starts or column.muted):
        return [_BODY], codes
    for row, role in table.roles.items():
        codes[row] = 4 * _ROLES.index(role)
    codes[list(table.starts)] += 2
    codes[list(column.muted)] += 1
    numbers, places = np.unique(codes, return_inverse=True)
    kinds = [_RowKind(_ROLES[n // 4], bool(n & 2), bool(n & 1)) for n in numbers.tolist()]
    return kinds, places


class _SheetWriter:
    """One sheet in the making, from the top down."""

    def __init__(self, workbook: OpenWorkbook, sheet: Sheet, worksheet: ReadyWorksheet) -> None:
        self.workbook = workbook
        self.theme = workbook.theme
        self.sheet = sheet
        self.worksheet = worksheet
        self.widths = layout.widths(sheet.blocks, workbook.book.report_unit)
        if sheet.strip:
            self.widths[0] = max(self.widths[0], layout.longest_word(sheet.strip.back))
        self.lines = {
            table.name: lines
            for table, lines in zip(
                sheet.tables, layout.row_lines(sheet.tables, self.widths), strict=True
            )
        }
        self.row = 0
        self.header_rows: list[int] = []
        self.heights: dict[int, int] = {}
        # Rows at the top that stay in view where no table's headings do.
        self.strip_rows = 0
        self.stretches: list[Stretch] = []

    def write(self) -> None:
        """Title, lines, blocks, then what a page and a screen need."""
        self._columns()
        self._title()
        self._strip()
        self._write_answer()
        for block in self.sheet.blocks:
            match block:
                case Table():
                    self._table(block)
                case Form():
                    self._form(block)
                case Settings():
                    self._settings(block)
                case Lists():
                    self._lists(block)
                case Chart():
                    self._chart(block)
                case Facts():
                    self._facts(block)
        self._page()

    # Cells

    def _format(self, properties: Properties) -> Format:
        return self.workbook.formats.of(properties)

    def _text(self, row: int, column: int, text: str, properties: Properties) -> None:
        self._string(row, column, text, self._format(properties))

    def _string(self, row: int, column: int, text: str, style: Format) -> None:
        self.worksheet.claim(row, row, column)
        self.worksheet.put_text(row, column, cell_safe(text), style)

    def _number(self, row: int, column: int, number: float, style: Format) -> None:
        self.worksheet.claim(row, row, column)
        self.worksheet.put_number(row, column, number, style)

    def _value(self, row: int, column: int, value: object, style: Format) -> None:
        """Any value as what it is; a text stays a text whatever it looks like."""
        match value:
            case None:
                self._string(row, column, "", style)
            case date():
                moment = datetime.combine(value, time())
                code = self.worksheet.write_datetime(row, column, moment, style)
                must(code, f"date at row {row + 1}")
            case int() | float():
                self._number(row, column, value, style)
            case _:
                self._string(row, column, str(value), style)

    def _height(self, lines: float, extra: int = 0) -> None:
        self._row_pixels(self.row, ceil(lines * self.theme.row_pixels) + extra)

    def _row_pixels(self, row: int, pixels: int) -> None:
        self.heights[row] = pixels
        must(self.worksheet.set_row_pixels(row, pixels), f"height of row {row + 1}")

    def _given(self, row: int, column: int, value: object, style: Properties) -> None:
        """What somebody typed into a cell that people fill in, faults and all."""
        match value:
            case Formatted():
                own_style = self._format(style | {"num_format": value.code})
                self._number(row, column, value.number, own_style)
            case Broken():
                formula = f"={value.error or 'NA()'}"
                code = self.worksheet.write_formula(
                    row, column, formula, self._format(style), value.error
                )
                must(code, f"formula at row {row + 1}")
            case _:
                self._value(row, column, value, self._format(style))

    # Parts of a sheet

    def _columns(self) -> None:
        for column, width in enumerate(self.widths):
            must(self.worksheet.set_column(column, column, width), f"width of column {column}")

    def _title(self) -> None:
        """The title in A1, smaller where it is long, and on further lines where it is very long."""
        theme, room = self.theme, sum(self.widths)
        if self.sheet.cover and theme.logo:
            room -= self._logo() / theme.digit_pixels
        title = one_line(self.sheet.title)
        largest = theme.cover_size if self.sheet.cover else theme.title_size
        size = layout.title_size(title, room * theme.size, largest)
        style = theme.title(cover=self.sheet.cover) | {"font_size": size}
        parts = wrapped(title, room * theme.size / size, bold=True)
        height = (size if len(parts) > 1 else largest) / theme.size
        if self.sheet.cover and theme.logo:
            height = max(height, _LOGO_PIXELS[1] / theme.row_pixels / len(parts))
        self._lines([(parts, style, height)])

    def _logo(self) -> float:
        """The logo, at the right of the title; how wide it is, in pixels."""
        wide, high = picture_size(self.theme.logo)
        scale = min(_LOGO_PIXELS[0] / wide, _LOGO_PIXELS[1] / high)
        options = {
            "x_offset": self._pixels() - wide * scale,
            "x_scale": scale,
            "y_scale": scale,
            "description": self.theme.logo_words,
            "object_position": 2,
        }
        picture = io.BytesIO(self.theme.logo)
        must(self.worksheet.insert_image(0, 0, picture, options), "logo")
        return wide * scale

    def _strip(self) -> None:
        """Whether the figures hold, set off as bad by itself once they don't; then the way back,
        and the version."""
        strip, top = self.sheet.strip, self.row
        if strip is None:
            return
        style = self._format(self.theme.strip())
        if strip.formula:
            live = LiveFormula(self.worksheet, "", top, 0, strip.formula, style, _Text(strip.says))
            self.workbook.formulas.append(live)
            self._alarm(top, top, 0, strip.alarms)
        else:
            self._string(top, 0, strip.says, style)
        is_back = strip.back != self.sheet.name
        if is_back:
            link = self._format(self.theme.strip() | self.theme.link_text())
            self._link(top + 1, 0, strip.back, strip.back, link)
        self._string(top + 1, int(is_back), strip.version, style)
        self._row_pixels(top + 1, self.theme.row_pixels + _AIR_PIXELS)
        self.row = self.strip_rows = top + 2

    def _alarm(self, first: int, last: int, column: int, words: Iterable[str]) -> None:
        """Set texts off as bad that hold one of these words."""
        style = self._format(self.theme.alarm())
        for word in words:
            condition = {"type": "text", "criteria": "containing", "value": word, "format": style}
            code = self.worksheet.conditional_format(first, column, last, column, condition)
            must(code or 0, f"condition of column {column + 1}")

    def _write_answer(self) -> None:
        """The answer, then the lines under it; on the cover what it is, then the headline."""
        theme, sheet = self.theme, self.sheet
        room, larger = min(sum(self.widths), _LONGEST_LINE), theme.answer_size / theme.size
        if sheet.live_answer:
            self._live_answer()
        spoken = (
            []
            if sheet.live_answer
            else [self._spoken(line, room / larger) for line in sheet.answer.splitlines()]
        )
        answer = [part for parts in spoken for part in parts]
        lines = _fitted(sheet.lines, room)
        groups = [(answer, theme.answer(), larger), (lines, theme.line(), 1)]
        row = self.row + (len(lines) if sheet.cover else 0)
        for parts in spoken:
            self._stale(row, 0)
            row += len(parts)
        self._lines(groups[::-1] if sheet.cover else groups)

    def _spoken(self, line: str, room: float) -> list[str]:
        """A line of the answer in as many as it needs, with room for what sets it off later."""
        before = layout.AS_REPORTED if self.sheet.stale else ""
        first, *others = _fitted([before + line], room)
        return [first.removeprefix(before), *others]

    def _stale(self, row: int, column: int) -> None:
        """Have a text say on its face that it is as reported, once the figures are not."""
        if self.sheet.stale:
            style = self._format({"num_format": f'"{layout.AS_REPORTED}"@'})
            condition = {"type": "formula", "criteria": f"={self.sheet.stale}", "format": style}
            code = self.worksheet.conditional_format(row, column, row, column, condition)
            must(code or 0, f"condition of column {column + 1}")

    def _live_answer(self) -> None:
        """The answer line by line, each a formula that goes on over the empty cells beside it."""
        theme, texts = self.theme, self.sheet.answer.splitlines()
        style = self._format(theme.answer())
        for number, (source, says) in enumerate(zip(self.sheet.live_answer, texts, strict=True), 1):
            live = LiveFormula(self.worksheet, "", self.row, 0, source, style, _Text(says))
            self.workbook.formulas.append(live)
            air = _AIR_PIXELS if number == len(texts) else 0
            self._height(theme.answer_size / theme.size, air)
            self.row += 1

    def _lines(self, groups: Sequence[tuple[Sequence[str], Properties, float]]) -> None:
        """Groups of lines in column A, with their looks and heights; room after each group."""
        for lines, style, height in groups:
            for number, text in enumerate(lines, 1):
                self._text(self.row, 0, text, style)
                self._height(height, _AIR_PIXELS if number == len(lines) else 0)
                self.row += 1

    def _caption(self, caption: str) -> None:
        if caption:
            self._text(self.row, 0, one_line(caption), self.theme.caption())
            # Room above it by its height, never by a blank row.
            self._height(3 if self.header_rows else 1.6)
            self.row += 1

    def _heading_height(
        self, headings: Sequence[str], *, filtered: bool, larger: bool = False
    ) -> None:
        factor = layout.LARGER if larger else 1
        rows = factor * layout.heading_lines(headings, [width / factor for width in self.widths])
        # The filter buttons stand below the words, not on them.
        self._height(rows, 18 if filtered else 6)

    def _table(self, table: Table) -> None:
        start = self.row
        self._caption(table.caption)
        top = self.row
        headings = unique_headings(column.heading for column in table.columns)
        larger = {"font_size": self.theme.size * layout.LARGER} if table.large else {}
        self._heading_height(headings, filtered=table.filtered, larger=table.large)
        last = top + max(1, table.rows)
        code = self.worksheet.add_table(
            top,
            0,
            top + 1,
            len(headings) - 1,
            {
                "name": table.name,
                "columns": [
                    {
                        "header": heading,
                        "header_format": self._format(
                            self.theme.heading(column.show, indented=number > 0, quiet=table.quiet)
                            | larger
                        ),
                    }
                    for number, (heading, column) in enumerate(
                        zip(headings, table.columns, strict=True)
                    )
                ],
                "autofilter": table.filtered,
                "banded_rows": table.banded,
                "style": self.theme.table_style if table.banded else None,
                "description": one_line(table.description or self.sheet.title),
            },
        )
        must(code, f"table {table.name}")
        self.worksheet.stretch_table(top, last, len(headings) - 1)
        self.header_rows.append(top)
        self.workbook.references.places[table.name] = TableRange(
            self.workbook.tabs[self.sheet.name],
            top,
            last,
            [column.heading for column in table.columns],
            headings,
        )
        if table.rows:
            self._rows(table, top + 1)
        else:
            self._no_rows(table, top + 1)
        # References such as 012 are texts on purpose, and so do formulas differ from row to row:
        # no green corners.
        cells = xl_range(0, 0, last, len(self.widths) - 1)
        marks = ("number_stored_as_text", "formula_differs", "formula_range")
        must(self.worksheet.ignore_errors(dict.fromkeys(marks, cells)), "error marks")
        groups = tuple(top + 1 + row for row in sorted(table.starts))
        self.stretches.append(Stretch(start, top + 1, last + 1, groups))
        self.row = last + 1

    def _no_rows(self, table: Table, row: int) -> None:
        style = self.theme.cell(Show.TEXT)
        for number in range(len(table.columns)):
            self._text(row, number, "" if number else NOTHING, style)

    def _rows(self, table: Table, first: int) -> None:
        """A table's rows, cell by cell; of a large table as ready XML, column by column."""
        pixels = self._pixels_of_rows(table)
        for number, column in enumerate(table.columns):
            self._conditions(table, column, first, number)
        charts = any(isinstance(block, Chart) for block in self.sheet.blocks)
        if table.rows < _BULK_ROWS or charts or table.name in self.workbook.charted:
            for number, column in enumerate(table.columns):
                self._table_column(table, column, first, number)
            for place in np.flatnonzero(pixels).tolist():
                self._row_pixels(first + place, int(pixels[place]))
        else:
            self.worksheet.bulk.append(self._bulk(table, first, pixels))

    def _bulk(self, table: Table, first: int, pixels: npt.NDArray[np.int16]) -> Bulk:
        bulk = Bulk(first, pixels, self.worksheet.height_xml)
        for number, column in enumerate(table.columns):
            tails_and_styles = self._cells(table, column, first, number)
            if tails_and_styles is None:
                self._table_column(table, column, first, number)
                styles = self.worksheet.own_styles(first, table.rows, number)
                tails_and_styles = own_tails(partial(self._cell_xml, first, number)), styles
            else:
                self.worksheet.claim(first, first + table.rows - 1, number)
            bulk.columns.append(BulkColumn(column_letters(number + 1), *tails_and_styles))
        return bulk

    def _cell_xml(self, first: int, number: int, place: int) -> str:
        return self.worksheet.cell_xml(first + place, number)

    def _cells(
        self, table: Table, column: Column, first: int, number: int
    ) -> tuple[Tails, FirstUses] | None:
        """The cells of a column of texts alone, or of numbers; None for a column of any other
        kind."""
        if _differs_by_row(column):
            return None
        kinds = kinds_of(column.values)
        numeric = column.show in NUMBERS
        if column.formulas:
            alike = not (table.roles or table.starts or column.muted)
            if kinds <= _AMOUNTS and numeric and alike:
                return self._formula_cells(table, column, first, number)
        elif kinds <= _TEXTS:
            self._lead(first, number, column.files or ())
            return self._text_cells(table, column, number)
        elif kinds <= _NUMBERS and numeric and not column.files:
            return self._number_cells(table, column, number)
        return None

    def _style(self, column: Column, number: int, kind: "_RowKind", tone: Tone) -> Style:
        """The format of a column's cells in rows of a kind."""
        look = Look(column.show, kind.role, tone, kind.starts, number > 0)
        index: Callable[[], int] = self.workbook.formats.of_cell(look)._get_xf_index
        return index

    def _text_cells(self, table: Table, column: Column, number: int) -> tuple[Tails, FirstUses]:
        texts = Texts.of(column.values)
        kinds, kind_codes = _row_kinds(table, column)
        # By distinct cell its text and what its rows are like, and by row the place of its cell.
        words, codes, firsts = np.arange(len(texts.words)), texts.codes, texts.first_rows()
        cell_kinds = np.zeros_like(words)
        if len(kinds) > 1:
            pairs = texts.codes.astype(np.int64) * len(kinds) + kind_codes
            distinct, firsts, codes = np.unique(pairs, return_index=True, return_inverse=True)
            words, cell_kinds = np.divmod(distinct, len(kinds))
        # Words that may be set off, and before them any that is not.
        samples = [None, *column.tones]
        sample_of = {word: place for place, word in enumerate(samples)}
        looks = np.array([sample_of.get(word, 0) for word in texts.words])[words] * len(kinds)
        distinct_looks, looks = np.unique(looks + cell_kinds, return_inverse=True)
        first_uses = np.full(len(distinct_looks), table.rows)
        np.minimum.at(first_uses, looks, firsts)
        styles = []
        for sample, place in zip(*np.divmod(distinct_looks, len(kinds)), strict=True):
            tone = layout.tone_of_kind(column, samples[sample], muted=kinds[place].muted)
            styles.append(self._style(column, number, kinds[place], tone))
        shared = self._shared(texts)
        tails = TextTails(codes, styles, looks.tolist(), [shared[word] for word in words.tolist()])
        return tails, list(zip(first_uses.tolist(), styles, strict=True))

    def _shared(self, texts: Texts) -> list[int | None]:
        """The places of a column's distinct texts among the shared strings, None for a blank."""
        filled = [word for word in texts.words if word]
        counts = np.bincount(texts.codes, minlength=len(texts.words))
        times = counts[[bool(word) for word in texts.words]].sum()
        places = iter(self.worksheet.shared(map(cell_safe, filled), int(times)))
        return [next(places) if word else None for word in texts.words]

    def _number_cells(self, table: Table, column: Column, number: int) -> tuple[Tails, FirstUses]:
        kinds, codes = _row_kinds(table, column)
        styles = [
            self._style(column, number, each, Tone.MUTED if each.muted else Tone.PLAIN)
            for each in kinds
        ]
        firsts = [int(np.argmax(codes == code)) for code in range(len(kinds))]
        tails = NumberTails(column.values, column.show, codes, styles)
        return tails, list(zip(firsts, styles, strict=True))

    def _formula_cells(
        self, table: Table, column: Column, first: int, number: int
    ) -> tuple[Tails, FirstUses] | None:
        """Cells with one formula for all rows; None where the rows have several."""
        formulas = column.formulas or ()
        source = formulas[0]
        if source is None or not all_same(formulas):
            return None

        self.workbook.bulk_formulas.append(source)

        def pieces() -> Pieces:
            return tuple(
                self.worksheet.formula_xml(piece) if isinstance(piece, str) else first + piece
                for piece in self.workbook.pieces(table.name, source, number)
            )

        style = self._style(column, number, _BODY, Tone.PLAIN)
        return FormulaTails(column.values, column.show, style, pieces), [(0, style)]

    def _table_column(self, table: Table, column: Column, first: int, number: int) -> None:
        self.worksheet.claim(first, first + table.rows - 1, number)
        if column.formulas or _differs_by_row(column):
            self._differing_cells(table, column, first, number)
        else:
            self._plain_cells(table, column, first, number)
        for row, name in enumerate(column.names or (), first):
            tab = self.workbook.tabs[self.sheet.name].replace("'", "''")
            cell = f"='{tab}'!{xl_rowcol_to_cell(row, number, row_abs=True, col_abs=True)}"
            self.workbook.define_name(name, cell)

    def _plain_cells(self, table: Table, column: Column, first: int, number: int) -> None:
        """Cells that are their values, all of which lead to other files or none."""
        self._lead(first, number, column.files or ())
        kinds, codes = _row_kinds(table, column)
        styles: dict[tuple[int, Tone], Format] = {}
        put_text, put_number = self.worksheet.put_text, self.worksheet.put_number
        for row, (value, code) in enumerate(zip(column.values, codes.tolist(), strict=True), first):
            kind = kinds[code]
            tone = layout.tone_of_kind(column, value, muted=kind.muted)
            style = styles.get((code, tone))
            if style is None:
                look = Look(column.show, kind.role, tone, kind.starts, number > 0, table.large)
                style = styles[code, tone] = self.workbook.formats.of_cell(look)
            stored = layout.stored(value, column.show)
            match stored:
                case None:
                    put_text(row, number, "", style)
                case str():
                    put_text(row, number, cell_safe(stored), style)
                case int() | float():
                    put_number(row, number, stored, style)
                case _:
                    self._value(row, number, stored, style)

    def _differing_cells(self, table: Table, column: Column, first: int, number: int) -> None:
        """Cells with formulas, links, entries or looks of their own."""
        for place, value in enumerate(column.values):
            show = column.show_of(place)
            row, entry = first + place, column.entries[place] if column.entries else None
            look = Look(
                show,
                table.roles.get(place, Role.BODY),
                layout.tone(column, place, value),
                place in table.starts,
                number > 0,
                table.large,
                entry is not None,
            )
            style = self.workbook.formats.of_cell(look)
            if entry:
                self._entry(row, row, number, entry, column.heading)
            stored = layout.stored(value, show)
            if column.formulas and (formula := column.formulas[place]):
                where = (self.worksheet, table.name, row, number)
                result = stored if isinstance(stored, int | float) else _Text(stored or "")
                self.workbook.formulas.append(LiveFormula(*where, formula, style, result))
            elif column.links and (target := column.links[place]):
                self._link(row, number, str(value), target, style)
            else:
                if column.files and (outside := column.files[place]):
                    self._lead(row, number, [outside])
                self._value(row, number, stored, style)

    def _conditions(self, table: Table, column: Column, first: int, number: int) -> None:
        """What a cell looks like once its formula comes to something else."""
        last = first + table.rows - 1
        if column.formulas:
            self._alarm(first, last, number, column.alarms)
            for word, tone in column.tones.items():
                style = self._format(self.theme.alarm(tone))
                equal = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
                code = self.worksheet.conditional_format(first, number, last, number, equal)
                must(code or 0, f"condition of {column.heading}")
        for place in column.stale:
            self._stale(first + place, number)
        if column.below is not Tone.PLAIN:
            style = self._format(self.theme.alarm(column.below))
            below = {"type": "cell", "criteria": "<", "value": 0, "format": style}
            code = self.worksheet.conditional_format(first, number, last, number, below)
            must(code or 0, f"condition of {column.heading}")

    def _pixels_of_rows(self, table: Table) -> npt.NDArray[np.int16]:
        """By row how high it must be for its wrapped text; 0 where the usual height will do."""
        lines = self.lines.pop(table.name)
        larger = layout.LARGER if table.large else 1
        pixels: npt.NDArray[np.float64] = np.ceil(lines * self.theme.row_pixels * larger)
        if table.airy:
            pixels += _AIR_PIXELS
        else:
            pixels[lines == 1] = 0
        highest: npt.NDArray[np.int16] = np.minimum(pixels, _HIGHEST_PIXELS).astype(np.int16)
        return highest

    def _link(self, row: int, column: int, text: str, sheet: str, style: Format) -> None:
        tab = self.workbook.tabs[sheet].replace("'", "''")
        where = f"internal:'{tab}'!A1"
        code = self.worksheet.write_url(row, column, where, style, cell_safe(text))
        must(code, f"link at row {row + 1}")

    def _lead(self, first: int, column: int, files: Sequence[FilePlace | None]) -> None:
        """Let cells one under the other lead to those of other files; not where the address is too
        long for a link."""
        self.worksheet.file_links += [
            (row, column, to)
            for row, to in enumerate(files, first)
            if to and len(to.address) + len(to.sheet) <= _LONGEST_ADDRESS
        ]

    # Forms

    def _form(self, form: Form) -> None:
        theme = self.theme
        self._caption(form.caption)
        top = self.row
        headings = [column.heading for column in form.columns]
        self._heading_height(headings, filtered=False)
        for number, column in enumerate(form.columns):
            show = Show.MONEY if column.entry.kind in _ENTERED_NUMBERS else Show.TEXT
            style = theme.heading(show, required=column.required)
            if column.heading:
                self._text(top, number, column.heading, style)
            else:
                self._text(top, number, column.typed, theme.typed_heading())
                typed = Entry(Kind.TEXT, column.heading_message)
                self._entry(top, top, number, typed, "Heading")
                continue
            where = (self.workbook.tabs[self.sheet.name], top + 1, number)
            self.workbook.form_columns[self.sheet.name, column.heading] = where
        self.header_rows.append(top)
        for number, column in enumerate(form.columns):
            self._entry_column(top + 1, number, column, form.rows)
            last = top + max(_ENTRY_ROWS, 2 * form.rows)
            self._entry(top + 1, last, number, column.entry, column.heading or "Value")
        for place, lines in enumerate(layout.form_lines(form.columns, self.widths)):
            if lines > 1:
                high = min(lines * theme.row_pixels + _AIR_PIXELS, _HIGHEST_PIXELS)
                self._row_pixels(top + 1 + place, high)
        self.row = top + 1 + form.rows

    def _entry_column(self, first: int, number: int, column: FormColumn, rows: int) -> None:
        style = self.theme.entry(column.entry.kind)
        for place, value in enumerate(column.values):
            self._given(first + place, number, value, style)
        for row in range(first + len(column.values), first + rows):
            self._text(row, number, "", style)
        for place, note in column.notes.items():
            code = self.worksheet.write_comment(first + place, number, cell_safe(note))
            must(code, f"note at row {first + place + 1}")
        # Below the ruled rows the column's number format goes on, the rules don't.
        plain = {name: value for name, value in style.items() if not name.startswith("border")}
        width = self.widths[number]
        code = self.worksheet.set_column(number, number, width, self._format(plain))
        must(code, f"format of column {number}")

    def _settings(self, block: Settings) -> None:
        theme, top = self.theme, self.row
        self._height(1, 6)
        for number, (heading, _) in enumerate(layout.SETTING_COLUMNS):
            style = theme.heading(Show.TEXT, required=number < 2)
            self._text(top, number, heading, style)
        self.header_rows.append(top)
        for row, setting in enumerate(block.settings, top + 1):
            self._setting(row, setting)
        self.row = top + 1 + len(block.settings)

    def _setting(self, row: int, setting: Setting) -> None:
        theme, kind = self.theme, setting.entry.kind
        self._text(row, 0, setting.name, theme.label() | {"bold": setting.required})
        self._given(row, 1, setting.value, theme.entry(kind) | {"align": "left"})
        self._text(row, 2, setting.meaning, theme.label())
        self._text(row, 3, setting.default, theme.label())
        sample = self._format(theme.sample(kind) | {"align": "left"})
        self._value(row, 4, setting.example, sample)
        self._entry(row, row, 1, setting.entry, setting.name)
        number = layout.lines(setting.meaning, self.widths[2])
        code = self.worksheet.set_row_pixels(row, number * theme.row_pixels + _AIR_PIXELS)
        must(code, f"height of row {row + 1}")

    def _entry(self, first: int, last: int, column: int, entry: Entry, heading: str) -> None:
        """The drop-down, the limits and the message of cells that people fill in."""
        options: dict[str, Any] = {
            **layout.limits(entry),
            "input_title": one_line(heading, _MESSAGE_TITLE),
            "input_message": one_line(entry.message, _MESSAGE),
            "error_type": "stop" if entry.strict else "warning",
        }
        code = self.worksheet.data_validation(first, column, last, column, options)
        must(code, f"drop-down or message of {heading}")

    def _lists(self, block: Lists) -> None:
        top = self.row
        self._heading_height([one.heading for one in block.lists], filtered=False)
        tab = self.workbook.tabs[self.sheet.name]
        for column, one in enumerate(block.lists):
            self._text(top, column, one.heading, self.theme.heading(Show.TEXT))
            style = self._format(self.theme.entry(Kind.TEXT) | {"align": "left"})
            for row, word in enumerate(one.words, top + 1):
                self._value(row, column, word, style)
            cells = xl_range_abs(top + 1, column, top + max(1, len(one.words)), column)
            self.workbook.define_name(one.name, f"='{tab}'!{cells}")
        self.header_rows.append(top)
        self.row = top + 1 + max(len(one.words) for one in block.lists)

    # Facts and charts

    def _facts(self, block: Facts) -> None:
        """Each on lines of its own, which go on over the empty cells beside them."""
        room, columns = sum(self.widths[1:]), range(2, len(self.widths))
        start = self.row
        self._caption(block.caption)
        for fact in block.facts:
            before = layout.AS_REPORTED if fact.follows and self.sheet.stale else ""
            first, *others = _fitted([before + fact.text], room)
            if before:
                self._stale(self.row, 1)
            parts = [first.removeprefix(before), *others]
            for number, text in enumerate(parts, 1):
                style = self.theme.fact(last=number == len(parts))
                self._text(self.row, 0, "" if number > 1 else fact.label, style | {"bold": True})
                self._text(self.row, 1, text, style)
                for column in columns:
                    self._text(self.row, column, "", style)
                self._height(1, _AIR_PIXELS if number == len(parts) else 0)
                self.row += 1
        self.stretches.append(Stretch(start, start, self.row))

    def _chart(self, chart: Chart) -> None:
        """The question, then one high row: the chart, and under it what it is drawn from."""
        start = self.row
        self._caption(chart.caption)
        self.header_rows.append(self.row)
        self._text(self.row, 0, chart.source, self.theme.source())
        height = self.theme.row_pixels * _SOURCE_LINES
        pixels = chart.pixels_high + ceil(height)
        self._row_pixels(self.row, pixels)
        placed = PlacedChart(self.worksheet, self.row, self._pixels(), chart)
        self.workbook.charts.append(placed)
        self.stretches.append(Stretch(start, self.row, self.row + 1))
        self.row += 1

    def _pixels(self, unprinted: int = 0) -> int:
        """The width of all columns, or of all but the last ones."""
        digit = self.theme.digit_pixels
        widths = self.widths[: len(self.widths) - unprinted]
        return sum(round(width * digit) + 5 for width in widths)

    # Page and screen

    def _page(self) -> None:
        worksheet, sheet = self.worksheet, self.sheet
        worksheet.hide_gridlines(2)
        worksheet.set_paper(_A4)
        worksheet.set_margins(_MARGIN_INCHES, _MARGIN_INCHES, 0.75, 0.75)
        inches = self._pixels(sheet.unprinted) / _PIXELS_AN_INCH
        wide = inches > _PORTRAIT_INCHES / 0.8 and not sheet.upright
        if wide:
            worksheet.set_landscape()
        room = _LANDSCAPE_INCHES if wide else _PORTRAIT_INCHES
        across = ceil(inches * _LEAST_SCALE / room)
        printed = self._printed_rows()
        # A cover is one page, whatever stands on it.
        worksheet.fit_to_pages(across, 1 if sheet.cover else 0)
        top = 0
        if len(self.header_rows) == 1:
            header = self.header_rows[0]
            worksheet.repeat_rows(header)
            worksheet.freeze_panes(self._rows_in_view(header), sheet.keep_columns)
            if across > 1:
                top = header
                self._across()
        else:
            if self.strip_rows:
                worksheet.freeze_panes(self.strip_rows, 0)
            if across > 1:
                self._across()
        if sheet.purpose:
            worksheet.set_tab_color(self.theme.tab(sheet.purpose))
        if not top and not sheet.cover:
            self._page_breaks(
                inches / room / across, high=_UPRIGHT_HIGH if not wide else _LYING_HIGH
            )
        last = len(self.widths) - 1 - sheet.unprinted
        must(worksheet.print_area(top, 0, printed - 1, last), "print area")
        self._margins(room / _DIGIT_INCHES, titled=top > 0)

    def _printed_rows(self) -> int:
        """How many rows pages have: all, or those above a last table that is on none."""
        last = self.sheet.blocks[-1]
        if isinstance(last, Table) and not last.on_paper:
            return self.stretches.pop().start
        return self.row

    def _rows_in_view(self, header: int) -> int:
        """How many rows stay in view: down to the headings, where these leave a small screen room
        for rows; Excel shows a table's headings in place of the columns' letters then."""
        high = sum(self.heights.get(row, self.theme.row_pixels) for row in range(header + 1))
        return self.strip_rows if self.strip_rows and high > _MOST_IN_VIEW else header + 1

    def _page_breaks(self, shrunk: float, *, high: float) -> None:
        """New pages where groups, tables or charts would be parted; ``shrunk``: by how much the
        sheet is too wide, ``high``: a page's room in inches."""
        if not self.stretches or (len(self.stretches) == 1 and not self.stretches[0].groups):
            return
        first, *others = self.stretches
        # The title stays with what follows it.
        stretches = [replace(first, start=0), *others]
        *_, last = stretches
        one = len(self.header_rows) == 1
        header = self.header_rows[-1] if one else last.body - 1

        page, heights = high * _PIXELS_AN_INCH * max(1.0, shrunk) * _SAFE_PART, self._heights()

        def breaks(repeated: int) -> list[int]:
            return page_breaks(stretches, heights, page, repeated)

        rows = breaks(heights[header] if one else 0)
        # The headings of the last table, too, go on with it: pages before it don't have them. Those
        # of a table with others behind it would stand above these as well.
        if (
            not one
            and header in self.header_rows
            and any(last.body < row < last.stop for row in rows)
        ):
            self.worksheet.repeat_rows(header)
            rows = breaks(heights[header])
        if rows:
            self.worksheet.set_h_pagebreaks(rows)

    def _heights(self) -> list[int]:
        """How high each row is, in pixels."""
        heights = [self.heights.get(row, self.theme.row_pixels) for row in range(self.row)]
        for bulk in self.worksheet.bulk:
            pixels = np.where(bulk.pixels, bulk.pixels, self.theme.row_pixels)
            heights[bulk.first : bulk.stop] = pixels.tolist()
        return heights

    def _across(self) -> None:
        """Pages side by side: the first columns on each, the right one after the left one."""
        self.worksheet.print_across()
        if self.sheet.keep_columns:
            self.worksheet.repeat_columns(0, self.sheet.keep_columns - 1)

    def _margins(self, across: float, *, titled: bool) -> None:
        """Header and footer, ``across`` digits wide; ``titled``: with the sheet's title and its
        second line, where the rows above the table are not printed: on the right one of two pages
        they would be cut."""
        sheet, book = self.sheet, self.workbook.book
        marking = print_safe(book.marking, 30 if titled else 50)
        plain, strong = layout.face(self.theme.font), layout.face(self.theme.font, "Bold")
        marked = text_width(marking) * BOLDER
        draft = f"{strong} {DRAFT}  " if book.draft else ""
        beside = across - marked - text_width(DRAFT if book.draft else "") * BOLDER
        title = print_safe(book.title, min(60 if titled else 90, int(beside) - 4))
        tab, below = print_safe(sheet.name, 40), ""
        # A footer holds no more than 255 characters: the version's own line comes first.
        spare = _FOOTER_ROOM - len(layout.page_lines(self.theme.font, marking, tab)[1])
        issued = f"\n{print_safe(book.issued, spare)}" if book.issued else ""
        if titled:
            title += f"\n{strong} {print_safe(sheet.title, 70)}"
            # As far as the marking in the middle, else the page's number.
            room = (across - marked) / 2 if marking else across - _NUMBER_DIGITS
            line = " ".join(sheet.lines[1:2])
            letters = (room - text_width(tab) - 3) * len(line) / max(1.0, text_width(line))
            letters = min(110, int(letters), spare - len(issued) - len(". "))
            below = f". {print_safe(line, letters)}" if letters > _LEAST_BELOW else ""
        head = f"&L{draft}{plain} {title}"
        foot = f"{tab}{below}{issued}"
        header, footer = layout.page_lines(self.theme.font, marking, foot, head)
        # As large as it says, however small the page is printed.
        self.worksheet.set_header(header, {"scale_with_doc": False})
        self.worksheet.set_footer(footer, {"scale_with_doc": False})
