"""Live formulas: well formed, short, over what is there, each with its stored value; and values
where they would take too long. ``test_recalculation`` has them computed."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.formula import Tokenizer
from openpyxl.workbook.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.core.results import Results, Subject
from pipeline.report import formulas, spec
from pipeline.report.books import partner_pack, programme_summary
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.render import render
from pipeline.report.formula import (
    Adder,
    Formula,
    Near,
    References,
    TableRange,
    This,
    Where,
    Whole,
    formula,
    is_plain,
)
from pipeline.report.reported import AS_REPORTED, BROKEN, CHANGED, DIFFERS, SAME
from pipeline.report.spec import Book, Column, Sheet, Table
from schemas.outputs import Show
from tests.builders import Programme, Return
from tests.report import fake
from tests.report.fake import opened, records_of, tables_of
from tests.running import outcome_of

FIGURES = ("Summary", "Appraisal", "By_year", "By_service")
LABELS = {"Strand", "Service", "Organisation", "Scenario", "Measure", "Return on investment"}
# Nothing volatile, nothing that LibreOffice 7.4 doesn't have.
FUNCTIONS = {
    *("ABS", "AND", "COLUMN", "COUNTIF", "IF", "IFERROR", "INDEX", "ISERROR", "ISNUMBER"),
    *("MATCH", "MAX", "NPV", "OR", "ROUND", "ROWS", "SQRT", "SUM", "SUMIFS", "SUMPRODUCT", "SUMSQ"),
}
WORDS = {
    *("", "<>", "Pass", "Fail", "All ", " of ", " ", "As reported: ", "None"),
    *(SAME, DIFFERS, AS_REPORTED, CHANGED, BROKEN),
}
LONGEST, MOST_OFTEN = 120, 4


@pytest.fixture(scope="module")
def results(fake_results: Results) -> Results:
    """The fake programme with a control of each kind."""
    kinds = (
        Subject("Register"),
        Subject("Apportioned", "Best case", "2012/13"),
        *(
            Subject(table, "Best case", "One-off", whole, together)
            for table in ("Summary", "Appraisal", "By_service")
            for whole in (True, False)
            for together in (True, False)
        ),
        *(Subject("By_year", "Worst case", each) for each in ("", "Income", "Net cashable")),
        *(
            Subject("By_year", "Worst case", each, year="2013/14")
            for each in ("", "Net cashable", "Cumulative net cashable")
        ),
        *(Subject(table, "Best case", "Payback years") for table in ("Summary", "Appraisal")),
    )
    rows = [
        {"control": f"C{n}", "unit": "pence", "expected": n, "actual": n, "subject": subject}
        for n, subject in enumerate(kinds)
    ]
    return replace(fake_results, controls=fake.frame(rows))


@pytest.fixture(scope="module")
def books(results: Results) -> list[bytes]:
    return [render(programme_summary(results)), render(partner_pack(results, fake.NORTH))]


def formulas_of(book: Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def operands(text: str, kind: str) -> list[str]:
    tokens = Tokenizer(text).items
    return [token.value for token in tokens if token.type == "OPERAND" and token.subtype == kind]


def test_the_figures_are_formulas(books: list[bytes]) -> None:
    for content in books:
        book = opened(content, formulas=True)
        for sheet in book.worksheets:
            for table in sheet.tables.values():
                if table.displayName not in FIGURES:
                    continue
                headings, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
                for row in rows:
                    for heading, value in zip(headings, row, strict=True):
                        if heading not in LABELS and value is not None:
                            assert str(value).startswith("="), (table.displayName, heading)


def test_the_programme_rests_on_the_register_and_the_partners_on_their_shares(
    books: list[bytes],
) -> None:
    for name in FIGURES:
        for row in records_of_formulas(books[0], name):
            own, other = "Line_scenario", "Part_"
            if row["Organisation"] != "Total programme":
                own, other = "Part_scenario", "Line_"
            texts = [str(value) for value in row.values() if "SUMIFS" in str(value)]
            assert all(own in text for text in texts)
            assert not any(other in text for text in texts)
    for name in FIGURES:
        for row in records_of_formulas(books[1], name):
            assert not any(
                "Register" in str(value) or "Line_" in str(value) for value in row.values()
            )


def records_of_formulas(content: bytes, name: str) -> list[dict[object, object]]:
    for sheet in opened(content, formulas=True).worksheets:
        if name in sheet.tables:
            headings, *rows = ([c.value for c in row] for row in sheet[sheet.tables[name].ref])
            return [dict(zip(headings, row, strict=True)) for row in rows]
    raise KeyError(name)


def test_formulas_are_well_formed_and_refer_to_what_is_there(books: list[bytes]) -> None:
    for content in books:
        book = opened(content, formulas=True)
        tables = {
            table.displayName: {column.name for column in table.tableColumns}
            for sheet in book.worksheets
            for table in sheet.tables.values()
        }
        names = set(book.defined_names)
        found = formulas_of(book)
        assert found
        for where, text in found.items():
            tokens = Tokenizer(text).items
            used = {t.value.rstrip("(") for t in tokens if t.type == "FUNC" and t.subtype == "OPEN"}
            assert used <= FUNCTIONS, (where, text)
            assert text.count("(") == text.count(")")
            assert len(text.removeprefix("=")) <= LONGEST, (where, text)
            referred = [*operands(text, "RANGE"), *operands(text, "TEXT")]
            assert max(map(referred.count, referred), default=0) <= MOST_OFTEN, (where, text)
            for reference in operands(text, "RANGE"):
                if "[" not in reference:
                    cell = re.fullmatch(
                        r"(?:'[^']+'!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", reference
                    )
                    assert cell or reference in names, (where, reference)
                    continue
                table, _, rest = reference.partition("[")
                headings = set(re.findall(r"[^\[\]]+", rest)) - {",", ":", "#This Row", "#Headers"}
                headings -= {"#This Row,", "#Headers,"}
                assert {h.strip(",:") for h in headings} - {""} <= tables[table], (where, text)


def everything(folder: Path, mark: str) -> Results:
    """A programme that uses all there is, under names as long as people choose them; ``mark``: ends
    names, so that they would be more than themselves as criteria."""
    scenarios = [
        f"The {each} case that the partners signed off{mark}" for each in ("best", "worst")
    ]
    one = Programme(scenarios=", ".join(scenarios), payback_limit=3)
    codes = ["ABCDEFGHIJKLMNOPQRS1", "ABCDEFGHIJKLMNOPQRS2", "ABCDEFGHIJKLMNOPQRS3"]
    for code in codes:
        one.partner(code, f"The Council of the Borough of {code} and its Surroundings{mark}")
    service = f"Information and communications technology{mark}"
    one.service(service, "Corporate and support services", "Baseline")
    one.service("Legal", "Corporate and support services", "Not agreed")
    one.baseline(service, **dict.fromkeys(codes, 1))
    one.tag("Stage of the business case in the gateway process", "List", "Idea, Approved")
    one.tag("Full-time equivalents", "Number")
    one.rating("Low", 0.5)
    for code in codes:
        one.gap(code, dict.fromkeys(("2012/13", "2013/14", "2014/15"), 100))
    one.write(folder)
    finance = Return("Finance")
    for number, category in enumerate(("One-off cost", "Cashable saving", "Cost avoidance")):
        amount = 3_000 if number == 0 else -2_000
        finance.line([amount, amount, 1], line_ref=f"F{number}", category=category,
                     service=service, paid_by=codes[number], confidence="Low")  # fmt: skip
    finance.line([5_000] * 3, line_ref="L", service="Legal", category="Recurring cost",
                 paid_by=codes[0])  # fmt: skip
    for number in range(3):
        finance.add("Delivery", line_ref=f"F{number}", year="2012/13", forecast=-2_500,
                    delivered=-1_500, rag="Amber")  # fmt: skip
    finance.write(folder)
    results = outcome_of(folder).results
    assert results is not None
    return results


@pytest.mark.parametrize("mark", ["", "*"])
def test_every_formula_can_be_read(tmp_path: Path, mark: str) -> None:
    results = everything(tmp_path, mark)
    assert results.settlement is not None
    assert results.delivery is not None
    for book in (programme_summary(results), partner_pack(results, results.programme.partners[0])):
        found = formulas_of(opened(render(book), formulas=True))
        assert len(found) > 300
        for where, text in found.items():
            assert len(text.removeprefix("=")) <= LONGEST, (where, text)
            referred = [*operands(text, "RANGE"), *operands(text, "TEXT")]
            assert max(map(referred.count, referred), default=0) <= MOST_OFTEN, (where, text)


def test_inputs_list_what_formulas_call_columns(books: list[bytes]) -> None:
    for content in books:
        defined = {
            name: str(each.attr_text)
            for name, each in opened(content, formulas=True).defined_names.items()
        }
        listed = {row["Name in formulas"]: row for row in records_of(content, "Column_names")}
        of_columns = {name for name, text in defined.items() if "[" in text}
        assert of_columns == set(listed)
        for name, row in listed.items():
            assert defined[str(name)].startswith(f"{row['Table']}[")


def test_no_amount_rate_year_or_name_is_inside_a_formula(books: list[bytes]) -> None:
    for content in books:
        for where, text in formulas_of(opened(content, formulas=True)).items():
            assert set(operands(text, "NUMBER")) <= {"0", "1"}, (where, text)
            words = {word.strip('"') for word in operands(text, "TEXT")}
            assert all(word in WORDS or "controls" in word for word in words), (where, text)


def test_every_formula_has_its_stored_value(books: list[bytes]) -> None:
    for content in books:
        stored = opened(content)
        for (sheet, address), text in formulas_of(opened(content, formulas=True)).items():
            value = stored[sheet][address].value
            assert value is not None or '""' in text, (sheet, address)


def test_the_writer_would_leave_our_formulas_as_they_are(books: list[bytes]) -> None:
    """The renderer spares it the search for functions that newer Excels call otherwise."""
    for content in books:
        for text in formulas_of(opened(content, formulas=True)).values():
            assert Worksheet()._prepare_formula(text) == text.removeprefix("=")


def place(*headings: str) -> TableRange:
    return TableRange("It's", 4, 9, headings, headings)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Total", "=T[Total]"),
        ("Annual cashable", "=T[Annual cashable]"),
        ("2012/13", "=T[[2012/13]]"),
        ("One-off: It's [x] #1", "=T[[One-off: It''s '[x'] '#1]]"),
        ("Chiefs'", "='It''s'!$B$6:$B$10"),
    ],
)
def test_headings_are_escaped(heading: str, text: str) -> None:
    references = References({"T": place("A", heading)})
    assert references.text("T", formula(Whole("T", heading)), 5, 0) == text


def test_the_cells_of_a_row_and_near_ones() -> None:
    references = References({"T": place("A", "Chiefs'", "2012/13", "2013/14")})
    spans = {
        This("A"): "=$A6",
        This("Chiefs'"): "=$B6",
        This("2012/13", "2013/14"): "=$C6:$D6",
        Near(-1): "=A5",
        Near(0, 2): "=C6",
    }
    for part, text in spans.items():
        assert references.text("T", formula(part), 5, 0) == text
    assert references.text("T", formula(Near(-1)), 6, 1) == "=B6"
    assert references.text("T", formula(This("Chiefs'")), 6, 1) == "=$B7"


@pytest.mark.parametrize("part", [Whole("X", "A"), Whole("T", "B"), This("B")])
def test_what_the_book_does_not_have_is_refused(part: Whole | This) -> None:
    column = Column("A", [1], Show.COUNT, formulas=[formula(part)])
    sheet = Sheet("T", "Title", (Table("T", (column,)),))
    with pytest.raises(RenderError):
        render(Book("test.xlsx", "Test", (sheet,), datetime(2012, 4, 1)))


@pytest.mark.parametrize(
    "name", ["Best case", "Worst: [x]", "Finance & HR", "Option 2", "Éire", "Truegrit"]
)
def test_plain_names_are_criteria(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize(
    "name",
    [
        *("A*", "B?", "C~", "<5", ">x", "=x", "1", "01", "2012/13", "50%", "£5", "-", ""),
        *("May 2013", "sept 12", "TRUE", "false", "(1)", "x" * 256),
    ],
)
def test_names_that_mean_more_are_compared_as_they_are(name: str) -> None:
    assert not is_plain(name)


def test_criteria_or_comparison() -> None:
    where = (Where("A", This("A")), Where("2012/13", This("A"), but=True))
    texts = [
        References({"T": place("A", "2012/13")}).text("T", made, 5, 0)
        for made in (
            Adder({"T": 5}).total("T", "A", *where),
            Adder({"T": 5}, exact=True).total("T", "A", *where),
            Adder({"T": 5}).total("T", "A"),
        )
    ]
    row = "$A6"
    assert texts == [
        f'=ROUND(SUMIFS(T[A],T[A],{row},T[[2012/13]],"<>"&{row}),Decimals)',
        f"=ROUND(SUMPRODUCT((T[A]={row})*(T[[2012/13]]<>{row})*T[A]),Decimals)",
        "=ROUND(SUM(T[A]),Decimals)",
    ]


def as_values(results: Results) -> bytes:
    content = render(programme_summary(results))
    assert formulas_of(opened(content, formulas=True)) == {}
    return content


def test_values_replace_formulas_that_would_take_too_long(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = programme_summary(results)
    before = tables_of(render(book))
    seconds = formulas.recalculation_seconds(book.sheets)
    assert 0 < seconds < formulas.LIMIT_SECONDS
    monkeypatch.setattr(formulas, "LIMIT_SECONDS", seconds / 2)
    content = as_values(results)
    after = tables_of(content)
    told = {row["Term"] for row in records_of(content, "Notes")}
    assert "Values, not formulas" in told
    assert "How to audit" not in told
    assert set(before) - set(after) == {
        "Inputs",
        "Categories",
        "Reported",
        "Checks",
        "Column_names",
        "Break_even",
    }
    for name in (*FIGURES, "Register", "Apportioned", "Controls"):
        assert after[name] == before[name]


def test_values_replace_formulas_over_a_table_that_goes_on_on_further_sheets(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = spec.SHEET_HEAD_ROWS + len(results.register)
    monkeypatch.setattr(formulas, "pages", lambda sheet: spec.pages(sheet, room))
    as_values(results)


def test_the_time_grows_with_rows_and_formulas(results: Results) -> None:
    def seconds(reads: int, count: int) -> float:
        made: list[Formula | None] = [formula("1", reads=reads)] * count
        column = Column("A", [1] * count, Show.COUNT, formulas=made)
        return formulas.recalculation_seconds([Sheet("T", "Title", (Table("T", (column,)),))])

    assert seconds(0, 1_000_000) > formulas.LIMIT_SECONDS > seconds(0, 300_000)
    assert seconds(1_000_000, 2_000) > formulas.LIMIT_SECONDS > seconds(1_000_000, 500)
