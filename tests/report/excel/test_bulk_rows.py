"""Large tables are written as ready XML: the bytes are those of XlsxWriter's own cell-by-cell way.

Every part of the workbook is compared, not only the cells, so that a release of XlsxWriter that
changes what the ready rows lean on fails here.
"""

import inspect
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.core.results import Results
from pipeline.report.chunks import Chunks
from pipeline.report.columns import Numbers, Texts, values_of
from pipeline.report.excel import bulk_rows as ready_rows
from pipeline.report.excel import large_tables, tables
from pipeline.report.excel import worksheet as worksheet_module
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.render import render, write
from pipeline.report.excel.worksheet import ReadyTable, ReadyWorksheet
from pipeline.report.formula import Near, This, formula
from pipeline.report.layout import number_xml
from pipeline.report.spec import Book, Column, FilePlace, FilePlaces, Role, Sheet, Table, Tone
from pipeline.report.theme import HOUSE
from schemas.outputs import Show
from tests.long import on_examples
from tests.report.built import build
from tests.report.excel.test_render import book

HOSTILE = (
    *("", "=1+1", "<r>&\"'</r>", "_x0041_", " padded ", "a\r\nb", "\t", "#N/A", "TRUE", "012"),
    *("\x00\x1f", "\ud800", "\ufffe", "𝔘" * 20_000, "http://a.b", "{=1}", "\u202etxt", "None"),
)
texts = st.none() | st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=30)
pence = st.none() | st.integers(-(10**17), 10**17) | st.integers(-200, 200)
ratios = (
    st.none()
    | st.fractions(max_denominator=10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
)


def parts(content: bytes) -> dict[str, bytes]:
    """A file by its parts, as compression takes them in pieces of other sizes; whole where it is
    no package."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def by_xlsxwriter(patch: pytest.MonkeyPatch) -> None:
    """Let cells that are written one by one, rows, their heights and tables go XlsxWriter's own
    way, but for the digits of numbers."""

    def put_texts(
        self: Worksheet, first: int, column: int, texts: list[str], styles: list[Format]
    ) -> None:
        for row, (text, style) in enumerate(zip(texts, styles, strict=True), first):
            if text:
                assert self.write_string(row, column, text, style) == 0
            else:
                assert self.write_blank(row, column, None, style) == 0

    def put_number(self: Worksheet, row: int, column: int, number: float, style: Format) -> None:
        assert self.write_number(row, column, number, style) == 0

    def number_element(self: Worksheet, number: float, attributes: Any = ()) -> None:
        said = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{said}><v>{number_xml(number)}</v></c>")

    patch.setattr(ReadyWorksheet, "put_texts", put_texts)
    patch.setattr(ReadyWorksheet, "put_number", put_number)

    def set_heights(self: ReadyWorksheet, heights: dict[int, int]) -> None:
        for row, pixels in heights.items():
            assert self.set_row_pixels(row, pixels) == 0
        self.heights |= heights

    def put_table(self: Worksheet, rows: range, headings: Sequence[str], table: ReadyTable) -> None:
        options = {
            "name": table.name,
            "columns": [
                {"header": heading, "header_format": self.table[rows[0]][number].format}
                for number, heading in enumerate(headings)
            ],
            "autofilter": table.filtered,
            "banded_rows": bool(table.bands),
            "style": table.bands or None,
            "description": table.description,
        }
        self.str_table.count -= len(headings)  # they are written a second time
        assert self.add_table(rows[0], 0, rows[-1], len(headings) - 1, options) == 0

    patch.setattr(ReadyWorksheet, "set_heights", set_heights)
    patch.setattr(ReadyWorksheet, "put_table", put_table)
    patch.setattr(ReadyWorksheet, "_write_rows", Worksheet._write_rows)
    patch.setattr(ReadyWorksheet, "_calculate_spans", Worksheet._calculate_spans)
    patch.setattr(worksheet_module, "_tail", lambda _: "")
    patch.setattr(ReadyWorksheet, "_xml_number_element", number_element)


def every_way(made: Any, patch: pytest.MonkeyPatch) -> list[dict[str, bytes]]:
    """The parts of a workbook with ready rows, a few at a time; cell by cell; and by
    XlsxWriter."""
    patch.setattr(ready_rows, "CHUNK", 16)
    patch.setattr(large_tables, "_LARGE_ROWS", 1)
    ready = parts(render(made))
    patch.setattr(tables, "is_large", never)
    by_cells = parts(render(made))
    by_xlsxwriter(patch)
    return [ready, by_cells, parts(render(made))]


def never(*_: object) -> bool:
    return False


def drawn_sheet(data: st.DataObject, rows: int) -> Sheet:
    """A sheet with a large table of columns of every kind, and a small one below it."""

    def column(values: st.SearchStrategy[Any]) -> list[Any]:
        return data.draw(st.lists(values, min_size=rows, max_size=rows))

    def some_rows() -> set[int]:
        return data.draw(st.sets(st.integers(0, rows - 1)))

    money = [each or 0 for each in column(pence)]
    whole = [each or 0 for each in column(pence)]
    same = formula(This("Count"))
    cell = st.sampled_from(["A1", "B2"])
    address = st.sampled_from(["../a%20b.xlsx", "c" * 2_001])
    files = st.builds(FilePlace, address, st.sampled_from(["S'", "T"]), cell)
    columns = (
        Column("Text", column(texts), tones={"None": Tone.BAD, "TRUE": Tone.GOOD}, width=9),
        Column("Quiet", column(texts), tones={"TRUE": Tone.GOOD}, muted=some_rows()),
        Column("Quiet too", column(pence), Show.PENCE, muted=some_rows()),
        Column("Long", column(texts), Show.LONG_TEXT),
        Column("Held", Texts.of(column(texts)), tones={"TRUE": Tone.BAD}),
        Column("Categories", values_of(pd.Series(pd.Categorical(column(texts))))),
        Column("Pence", column(pence), Show.PENCE),
        Column("Whole", Numbers(np.array(whole)), Show.PENCE),
        Column("Counted", Numbers(np.array(whole)), Show.COUNT),
        Column("Money", column(pence), Show.MONEY),
        Column("Count", column(pence), Show.COUNT),
        Column("Share", column(ratios), Show.SHARE),
        Column("Mixed", column(texts | pence | ratios)),
        Column("Whole too", Numbers(np.array(whole)), Show.MONEY, formulas=[same] * rows),
        Column("Same", money, Show.PENCE, formulas=[formula(This("Pence"), '&"<"')] * rows),
        Column("Moves", money, Show.PENCE, formulas=[formula(Near(-1), "+", Near(0, -1))] * rows),
        Column("Some", money, Show.PENCE, formulas=[formula("1"), *[None] * (rows - 1)]),
        Column("Link", ["there"] * rows, links=["Sheet", *[None] * (rows - 1)]),
        Column("Files", Texts.of(column(texts)), files=column(files)),
        Column("Rows", Texts.of(column(texts)), files=FilePlaces.of(column(files))),
        Column("File", column(texts), files=[FilePlace("x.xlsx", '"', "A1"), *[None] * (rows - 1)]),
        Column("Named", ["it"] * rows, names=[f"Name_of_row_{row}" for row in range(rows)]),
    )
    small = Table("Small", (Column("After", ["x", "a & b"]),), caption="Below")
    roles = st.dictionaries(st.integers(0, rows - 1), st.sampled_from(Role), max_size=9)
    set_off = data.draw(st.sampled_from([{}, {"starts": some_rows(), "roles": data.draw(roles)}]))
    table = Table("T", columns, filtered=True, banded=data.draw(st.booleans()), **set_off)
    return Sheet("Sheet", "Title", (table, small), ("A line above it.",))


@given(
    st.lists(
        st.builds(FilePlace, st.sampled_from(["../a.xlsx", "b.xlsx"]), *[st.sampled_from("ab")] * 3)
    )
)
def test_places_in_other_files_are_their_list(places: list[FilePlace]) -> None:
    held = FilePlaces.of(places)
    assert list(held) == places
    assert list(held[1:3]) == places[1:3]
    assert None not in held
    assert all(place in held for place in places)

    def rendered(files: Sequence[FilePlace]) -> dict[str, bytes]:
        column = Column("Text", ["x"] * len(files), files=files)
        return parts(render(book(Sheet("Sheet", "Title", (Table("T", (column,)),)))))

    assert rendered(held) == rendered(places)


@on_examples(60, st.data(), quick=10)
def test_ready_rows_are_xlsxwriters_own_to_the_byte(data: st.DataObject) -> None:
    sheet = drawn_sheet(data, data.draw(st.integers(1, 40)))
    with pytest.MonkeyPatch.context() as patch:
        ready, by_cells, own = every_way(book(sheet), patch)
    assert ready == own
    assert by_cells == own


def written(made: Book, chunks: Chunks) -> bytes:
    stream = io.BytesIO()
    write(made, stream, HOUSE, chunks)
    return stream.getvalue()


@pytest.fixture
def in_chunks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Tables of 30 rows are large, in chunks of 16; where each of these starts that is made from
    now on, not taken over."""
    starts: list[int] = []
    xml = ready_rows.Bulk._xml

    def note(self: ready_rows.Bulk, spans: dict[int, str], start: int, stop: int) -> bytes:
        starts.append(start)
        return xml(self, spans, start, stop)

    monkeypatch.setattr(large_tables, "_LARGE_ROWS", 30)
    monkeypatch.setattr(ready_rows, "CHUNK", 16)
    monkeypatch.setattr(ready_rows.Bulk, "_xml", note)
    return starts


@on_examples(60, st.data(), quick=5)
def test_a_book_with_rows_taken_over_is_the_one_made_from_nothing(data: st.DataObject) -> None:
    """Of a book whose table has some columns of another's, or all its own."""
    rows = data.draw(st.integers(1, 40))
    sheet = drawn_sheet(data, rows)
    table, small = sheet.tables
    other = drawn_sheet(data, data.draw(st.sampled_from([rows, rows, rows + 1]))).tables[0]
    if other.rows == rows:
        whose = data.draw(st.lists(st.booleans(), min_size=30, max_size=30))
        pairs = zip(table.columns, other.columns, whose, strict=False)
        other = replace(table, columns=tuple(b if is_b else a for a, b, is_b in pairs))
    changed = replace(sheet, blocks=(other, small))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_tables, "_LARGE_ROWS", 1)
        patch.setattr(ready_rows, "CHUNK", 16)
        last = Chunks()
        stream = io.BytesIO(written(book(sheet), last))
        assert stream.getvalue() == render(book(sheet))
        chunks = Chunks(last.by_key, stream)
        assert written(book(changed), chunks) == render(book(changed))
        assert bool(chunks.by_key.keys() - last.by_key.keys()) <= (table.columns != other.columns)


def listed(texts: list[str], amounts: list[int], *before: str) -> Book:
    """A list of texts and amounts, behind a sheet that says something else."""
    columns = (
        Column("Text", Texts.of(texts), Show.LONG_TEXT),
        Column("Same text", Texts.of(texts)),
        Column("Amount", Numbers(np.array(amounts)), Show.PENCE),
    )
    front = Sheet("Front", "Title", (Table("F", (Column("Text", ["Says", *before]),)),))
    return book(front, Sheet("Sheet", "Title", (Table("T", columns),)))


@pytest.mark.parametrize(
    ("change", "made_again"),
    [
        (listed, []),
        (lambda texts, amounts: listed(texts, [*amounts[:20], 7, *amounts[21:]]), [16]),
        # Another text in the place of one that stands nowhere else.
        (lambda texts, amounts: listed([*texts[:20], "new", *texts[21:]], amounts), []),
        # One that stands higher, or before which there is one row, or one text, more.
        (lambda texts, amounts: listed([*texts[:20], "new\n" * 5, *texts[21:]], amounts), [16]),
        (lambda texts, amounts: listed(["new", *texts], [7, *amounts]), [0, 16, 32]),
        (
            lambda texts, amounts: listed(
                [*texts[:20], "new", *texts[20:]], [*amounts[:20], 7, *amounts[20:]]
            ),
            [16, 32],
        ),
        # What stands on a sheet before it, also in a large table of other texts.
        (lambda texts, amounts: listed(texts, amounts, "Said", "before"), []),
        (lambda texts, amounts: listed(texts, amounts, *map(str, range(35))), [0, 16, 32]),
        (lambda texts, amounts: listed(texts[::-1], amounts), []),
        (lambda texts, amounts: listed([texts[1], *texts[1:]], amounts), [0, 16, 32]),
    ],
)
def test_of_a_large_table_only_what_differs_is_made_again(
    in_chunks: list[int],
    change: Callable[[list[str], list[int]], Book],
    made_again: list[int],
) -> None:
    texts, amounts = [f"Text {row}" for row in range(40)], list(range(40))
    last = Chunks()
    stream = io.BytesIO(written(listed(texts, amounts), last))
    assert in_chunks == [0, 16, 32]
    in_chunks.clear()
    content = written(change(texts, amounts), Chunks(last.by_key, stream))
    assert in_chunks == made_again
    assert content == render(change(texts, amounts))


def test_every_workbook_is_the_same_either_way(
    fake_results: Results, outputs: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_tables, "_LARGE_ROWS", 1)
    ready = build(fake_results)
    monkeypatch.setattr(tables, "is_large", never)
    by_xlsxwriter(monkeypatch)
    own = build(fake_results)
    assert ready.keys() == own.keys() == outputs.keys()
    for path, content in ready.items():
        assert parts(content) == parts(own[path])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_the_same_double(number: float) -> None:
    assert float(number_xml(number)) == number


@given(st.integers(-(10**15), 10**15))
def test_pence_are_written_as_pounds_with_no_more_digits_than_they_have(amount: int) -> None:
    assert Decimal(number_xml(amount / 100)) == Decimal(amount) / 100


def test_a_number_that_no_cell_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_tables, "_LARGE_ROWS", 1)
    for values in ([0.5, float("inf")], [Fraction(1, 2), float("nan")]):
        with pytest.raises(RenderError, match="no number that a cell can hold"):
            render(book(Sheet("S", "T", (Table("T", (Column("A", values, Show.SHARE),)),))))


def test_xlsxwriter_has_what_the_ready_rows_lean_on() -> None:
    """Private, so that a release may change it: then this fails, and the bytes above."""
    signatures = {
        name: list(inspect.signature(getattr(Worksheet, name)).parameters)
        for name in (
            *("_assemble_xml_file", "_write_rows", "_write_cell", "_calculate_spans"),
            "_check_dimensions",
            *("_prepare_formula", "_escape_data", "_write_hyperlinks"),
            "_xml_formula_element",
        )
    }
    assert signatures == {
        "_assemble_xml_file": ["self"],
        "_write_rows": ["self"],
        "_write_cell": ["self", "row", "col", "cell"],
        "_calculate_spans": ["self"],
        "_check_dimensions": ["self", "row", "col", "ignore_row", "ignore_col"],
        "_prepare_formula": ["self", "formula", "expand_future_functions"],
        "_escape_data": ["self", "data"],
        "_write_hyperlinks": ["self"],
        "_xml_formula_element": ["self", "formula", "result", "attributes"],
    }
