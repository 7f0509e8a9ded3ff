"""Cases of whole workbooks: what can't be opened, sheets, headings, formats."""

import struct
from datetime import date
from pathlib import Path

import openpyxl

from tests.builders import BEFORE_YEARS, Formula, Programme, Return
from tests.check.case import case, place, programme
from tests.check.files import (
    EMPTY_RESULT,
    make_strict,
    without_worksheets,
    write_compound,
    write_ods,
    write_xls,
    write_xlsb,
)
from tests.hostile.formats import compound, record, sheets_of, with_password, xls_stream, zipped


def simple(folder: Path, name: str = "return.xlsx") -> Return:
    """A programme and a good return."""
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.write(folder, name)
    return finance


@case("unreadable-workbook", "nothing, words, half a workbook")
def unreadable(folder: Path) -> list[tuple[str, str]]:
    simple(folder, "good.xlsx")
    content = (folder / "good.xlsx").read_bytes()
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "words.xls").write_text("Line ref\tService\n")
    (folder / "half.xlsx").write_bytes(content[: len(content) // 2])
    write_compound(folder / "other.xls", {"Contents": b"words"})
    return [
        ("unreadable-workbook", name)
        for name in ("empty.xlsx", "half.xlsx", "other.xls", "words.xls")
    ]


@case("unreadable-workbook", "the content decides, not the extension", near=True)
def another_extension(folder: Path) -> list[tuple[str, str]]:
    simple(folder, "return.xls")
    return []


def xls_of(*records: bytes) -> bytes:
    """An .xls whose Savings are these records."""
    stream = xls_stream({"Savings": []})
    return compound("Workbook", stream[:-4] + b"".join(records) + record(0x000A))


@case("unreadable-cell", "an amount as Excel 2 wrote it, among cells of Excel 97")
def old_cell(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    number = record(0x0003, struct.pack("<HHBBBd", 6, 4, 0, 0, 0, -500.0))
    (folder / "old.xls").write_bytes(xls_of(number))
    return [("unreadable-cell", "old.xls, Savings!E7")]


@case("unreadable-cell", "a formula of Excel 4 is read", near=True)
def old_formula(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([Formula("=2*250", 500)])
    newer = struct.pack("<HH", 0x0006, 25)
    stream = xls_stream(sheets_of(finance)).replace(newer, b"\x06\x04" + newer[2:])
    (folder / "old.xls").write_bytes(compound("Workbook", stream))
    return []


@case("other-file", "what may have been sent as a return")
def sent_otherwise(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    table = zipped({"word/document.xml": "<w:tbl><w:tr/></w:tbl>"})
    files = {
        "Estates.PDF": b"%PDF-1.4",
        "Fleet.csv": b"Line ref,Description\nV1,Vans\n",
        "Fire.docx": table,
        "HR.numbers": b"PK",
        "ICT export.txt": b"Line ref\tDescription\nI1\tLaptops\n",
        "Legal.xlsx.bak": b"PK",
        "Police.zip": b"PK",
        "RE our return.msg": b"",
        "link to return.url": b"[InternetShortcut]",
        "sub/FW return.eml": b"From: a\nTo: b\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return [("other-file", name) for name in files]


@case("other-file", "notes, letters, pictures and what the system keeps", near=True)
def beside_the_returns(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    letter = zipped({"word/document.xml": "<w:p><w:t>Please find our return</w:t></w:p>"})
    files = {
        "README.txt": b"Put returns here, please.\nThanks, Ann\n",
        "notes.txt": b"Called Fleet, twice.\nThey promise Friday, or Monday.\n",
        "notes": b"",
        "Cover letter.docx": letter,
        "crest.png": b"\x89PNG",
        "Thumbs.db": b"",
        "desktop.ini": b"[.ShellClassInfo]\nIconResource=x\n",
        ".DS_Store": b"",
        "~$return.xlsx": b"",
        "README.md": b"# Returns\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return []


@case("encrypted-workbook", "a password to open")
def encrypted(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    write_compound(folder / "return.xlsx", {"EncryptedPackage": b"", "EncryptionInfo": b""})
    return [("encrypted-workbook", "return.xlsx")]


@case("encrypted-workbook", "a protected sheet needs no password to be read", near=True)
def protected(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    book = openpyxl.load_workbook(folder / "return.xlsx")
    book["Savings"].protection.set_password("secret")
    book["Savings"].protection.enable()
    book.save(folder / "return.xlsx")
    return []


@case("encrypted-workbook", "the password that Excel tries by itself", near=True)
def opened_without_asking(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    path = folder / "return.xlsx"
    path.write_bytes(with_password(path.read_bytes(), "VelvetSweatshop"))
    return []


@case("empty-workbook", "no worksheet")
def empty(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    without_worksheets(folder / "return.xlsx")
    return [("empty-workbook", "return.xlsx")]


@case("empty-workbook", "strict OOXML is read, not taken for empty", near=True)
def strict(folder: Path) -> list[tuple[str, str]]:
    simple(folder)
    make_strict(folder / "return.xlsx")
    return []


@case("empty-workbook", "blank sheets are sheets", near=True)
def blank_sheet(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.sheets["Savings"].has_header = False
    finance.write(folder)
    return [("missing-heading", place(""))]


@case("missing-sheet", "a return without Savings")
def no_savings(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(sheets={"Savings": "Sheet1"})
    finance.line([500])
    finance.write(folder)
    return [
        ("missing-sheet", "return.xlsx"),
        ("unread-amounts", place(finance.header_at("2012/13"), "Sheet1")),
    ]


@case("missing-sheet", "only Savings is required, in any spelling", near=True)
def only_savings(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(sheets={"Savings": " SAVINGS-"})
    finance.leave_out("Cover")
    finance.line([500])
    finance.write(folder)
    return []


@case("missing-heading", "no Category: at the header row's first cell")
def no_category(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(title_rows=2, blank_columns=1, headings={"Category": "Kind"})
    finance.line([500])
    finance.write(folder)
    return [("missing-heading", place("B3"))]


@case("missing-heading", "the header row's first cell is a heading of theirs")
def their_first_heading(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(columns=("No.", *BEFORE_YEARS, "2012/13"), headings={"Service": "Unit"})
    finance.line([500])
    finance.write(folder)
    return [("missing-heading", place("A1"))]


@case("missing-heading", "two headings and every year: one issue names them all")
def several_missing(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(years=(), headings={"Category": "Kind", "Service": "Unit"})
    finance.line([])
    finance.write(folder)
    return [("missing-heading", place("A1"))]


@case("missing-heading", "no row of headings within the first 50: no cell")
def header_too_low(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.sheets["Savings"].titles = [[None]] * 50
    finance.line([500])
    finance.write(folder)
    return [
        ("missing-heading", place("")),
        ("unread-amounts", place(finance.header_at("2012/13"))),
    ]


@case("missing-heading", "a Cover whose headings are other words", near=True)
def other_words(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(headings={"Value": "Answer", "Setting": "Question"})
    finance.line([500])
    finance.write(folder)
    return []


@case("missing-heading", "a Cover without a setting of ours")
def no_setting(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.leave_out("Cover")
    finance.sheet("COVER", [["Savings return", "2012/13"], ["Finance"]])
    finance.line([500])
    finance.write(folder)
    return [("missing-heading", place("", "COVER"))]


@case("missing-heading", "headings that aren't required, and row 50", near=True)
def needless_headings(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    years = ("2012/13", "2013/14", "2014/15")
    columns = ("Line ref", "Description", "Service", "Category", *years)
    finance = Return(columns=columns, title_rows=49)
    finance.line([500])
    finance.write(folder)
    return []


@case("duplicate-heading", "two columns for a service, two for a year")
def two_columns(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    years = ("2012/13", "2013/14", "2014/15")
    columns = (*BEFORE_YEARS, *years, "service ", "FY13 £000")
    finance = Return(columns=columns)
    finance.line([500], **{"service ": "Fleet", "FY13 £000": 7})
    finance.write(folder)
    at = [finance.header_at(heading) for heading in ("service ", "FY13 £000")]
    return [("duplicate-heading", place(cell)) for cell in at]


@case("duplicate-heading", "headings of theirs may stand twice; so may a year's total", near=True)
def their_headings_twice(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], Comment="so", **{"Comment ": "such", "Total": 500, "TOTAL 2012/13": 500})
    finance.write(folder)
    return []


@case("unknown-year-heading", "2012/14, a bare year, and a date that Excel made of 12/13")
def no_such_year(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    headings = {"2014/16": 5, "2013": "£5", "Thirteen": 5}
    finance.line([500], **headings)
    finance.sheets["Savings"].printed["Thirteen"] = date(2013, 12, 1)  # type: ignore[assignment]
    finance.write(folder)
    return [("unknown-year-heading", place(finance.header_at(each))) for each in headings]


@case("unknown-year-heading", "nothing below it but words", near=True)
def no_numbers_below(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], **{"2014/16": "see above", "2015": None})
    finance.write(folder)
    return []


@case("unread-amounts", "numbers under a heading of theirs, and under none")
def unread(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(headings={"No name": ""})
    finance.line([500], Budget=60, **{"No name": 1.5})
    finance.line([500], Budget=30)
    finance.write(folder)
    return [
        ("unread-amounts", place(finance.header_at(heading))) for heading in ("Budget", "No name")
    ]


@case("unread-amounts", "a second sheet of savings, under a name of its own")
def unread_copy(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    headings = ["Line ref", "Description", "Service", "Category", "2012/13", "2013/14"]
    line = ["FIN-9", "More", "Finance", "Cashable saving", -5, -7]
    finance.sheet("Savings (2)", [["More of them"], headings, line])
    finance.sheet("Savings notes", [["Line ref", "2012/13"], ["FIN-9", 7]])
    finance.sheet("Costs", [["Late costs"], headings, line])
    finance.write(folder)
    return [
        ("unread-amounts", place("E2", "Savings (2)")),
        ("unread-amounts", place("B1", "Savings notes")),
        ("unread-amounts", place("E2", "Costs")),
    ]


@case("unread-amounts", "amounts as text under a heading of theirs, and numbers in no line")
def unread_texts(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], **{"2016/17 saving": "(£1,200)"})
    finance.line([500], **{"2016/17 saving": "1.2m"})
    finance.row()
    lone = finance.row(*[None] * 20, 77)
    finance.sheet("Reserve", [["Set aside"], ["Redundancy", 9_000], [], ["Other", "£450k"]])
    finance.write(folder)
    return [
        ("unread-amounts", place(finance.header_at("2016/17 saving"))),
        ("unread-amounts", place(f"U{lone}")),
        ("unread-amounts", place("B2", "Reserve")),
        ("unread-amounts", place("B4", "Reserve")),
    ]


@case("unread-amounts", "totals, words, row numbers, dates, codes and years", near=True)
def nothing_unread(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    theirs = {"Total of all years": 500, "Budget": "60 or so", "Agreed": date(2012, 3, 1)}
    for number in (1, 2, 3):
        finance.line([500], Total=500, **{"No.": number, "Telephone": "01962841841"}, **theirs)
    finance.row()
    finance.row("1", "Figures are provisional")
    finance.row("2", "So are the dates")
    finance.sheet("Contents", [["Year", 2012], ["No.", "Sheet"], [1, "Savings"], [2, "Cover"]])
    finance.write(folder)
    return []


@case("unread-amounts", "summaries of the lines, in thousands and by scenario", near=True)
def summaries(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    for scenario, amount in (("Best case", 12_345.67), ("Worst case", 6_789.1)):
        line = {"line_ref": "R", "category": "Recurring cost", "description": "Vans"}
        finance.line([amount, 100_000, 0, 0, 0], scenario=scenario, **line)
        line = {"line_ref": "S", "service": "Fleet", "description": "Desks"}
        finance.line([2_000], scenario=scenario, **line)
    finance.row()
    finance.row(None, None, None, "Service", *[None] * 4, "2012/13", "2013/14")
    finance.row(None, None, None, "ICT", *[None] * 4, 19_134.77, 200_000)
    finance.row(None, None, None, "Fleet", *[None] * 4, 4_000)
    finance.sheet(
        "Summary",
        [
            ["£000", "Best case", "Worst case"],
            ["2012/13", 14.3, 8.8],
            ["All years", 114.3, 108.8],
            ["Recurring cost", 112.3, 106.8],
        ],
    )
    finance.write(folder)
    return []


@case("unread-amounts", "a summary that is a penny off")
def not_a_summary(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500.25, 100])
    finance.sheet("Summary", [["Service", "2012/13", "2013/14"], ["ICT", 500.26, 100]])
    finance.write(folder)
    return [("unread-amounts", place("B1", "Summary"))]


@case("duplicate-heading", "a summary beside the table is none of it", near=True)
def beside(folder: Path) -> list[tuple[str, str]]:
    Programme(years=2).write(folder)
    finance = Return(years=("2012/13", "2013/14"))
    headings = [*finance.sheets["Savings"].headings, None, "Service", "2012/13", "2013/14"]
    line = ["F1", None, "Vans", "ICT", "One-off cost", *[None] * 3, 500, 250, *[None] * 6]
    finance.sheet("Savings", [headings, [*line, None, "ICT", 500, 250]])
    finance.write(folder)
    return []


@case("duplicate-heading", "a summary at the left of the table is none of it", near=True)
def at_the_left(folder: Path) -> list[tuple[str, str]]:
    Programme(years=2).write(folder)
    finance = Return(years=("2012/13", "2013/14"))
    headings = ["Line ref", "Description", "Service", "Category", "2012/13", "2013/14"]
    rows = [
        ["Service", "2012/13", "2013/14", None, *headings],
        ["ICT", 507, 250, None, "F1", "Vans", "ICT", "One-off cost", 500, 250],
        [*[None] * 4, "F2", "Desks", "ICT", "One-off cost", 7, None],
    ]
    finance.sheet("Savings", rows)
    finance.write(folder)
    return []


@case("duplicate-heading", "years that stand again beside the table, with other amounts")
def years_again(folder: Path) -> list[tuple[str, str]]:
    Programme(years=2).write(folder)
    finance = Return(years=("2012/13", "2013/14"))
    headings = [*finance.sheets["Savings"].headings, None, "2012/13", "2013/14"]
    line = ["F1", None, "Vans", "ICT", "One-off cost", *[None] * 3, 500, 250, *[None] * 6]
    finance.sheet("Savings", [headings, [*line, None, 400, 150]])
    finance.write(folder)
    return [("duplicate-heading", place("R2")), ("duplicate-heading", place("S2"))]


@case("hidden-sheet", "hidden sheets that are read")
def hidden(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.add("Risks", risk="Delay", risk_ref="R1")
    finance.hide("Risks")
    finance.write(folder)
    return [("hidden-sheet", place("", "Risks"))]


@case("hidden-sheet", "a hidden sheet that isn't read", near=True)
def hidden_but_theirs(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.sheet("Workings", [["Service", "2012/13"], ["ICT", 5]])
    finance.hide("Workings")
    finance.write(folder)
    return []


GRID: list[list[str | float | None]] = [
    ["Line ref", "Description", "Service", "Category", "2012/13", "2013/14", "2014/15"],
    ["A", "In another format", "ICT", "One-off cost", 500, 1.5, None],
    ["B", "And another", "ICT", "One-off cost", 600, 0.5, None],
]


@case("undetectable-errors", "a binary workbook with a formula that may never have been worked out")
def binary(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    grid = [*GRID[:2], [*GRID[2][:5], EMPTY_RESULT]]
    write_xlsb(folder / "return.xlsb", {"Savings": grid})
    return [("undetectable-errors", "return.xlsb")]


@case("undetectable-errors", "other formats tell them apart, as far as they can", near=True)
def other_formats(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    for write in (write_xlsb, write_xls, write_ods):
        name = write.__name__.replace("write_", "return.")
        grid = [GRID[0], *([f"{name} {row[0]}", f"{name} {row[1]}", *row[2:]] for row in GRID[1:])]
        write(folder / name, {"Savings": grid})
    return []


@case("undetectable-errors", "a good .xlsx tells them apart, under any name", near=True)
def detectable(folder: Path) -> list[tuple[str, str]]:
    simple(folder, "return.xlsb")
    return []


@case("return-missing", "a department that has sent nothing: its cell in Departments")
def nothing_sent(folder: Path) -> list[tuple[str, str]]:
    one = programme()
    one.department("Finance", "Ann")
    row = one.department("Estates", "Bob", "30/04/2012")
    one.write(folder)
    finance = Return("Finance")
    finance.line([500])
    finance.write(folder)
    cell = one.sheets["Departments"].at(row, "Department")
    return [("return-missing", place(cell, "Departments", "programme.xlsx"))]


@case(
    "return-missing", "known by the Cover's Department, without one by the file's name", near=True
)
def all_sent(folder: Path) -> list[tuple[str, str]]:
    one = programme()
    for department in ("finance ", "Corporate-Estates", "Fire"):
        one.department(department)
    one.write(folder)
    for department, name in (("FINANCE", "x.xlsx"), (None, "sub/Corporate Estates.xlsx")):
        each = Return(str(department))
        each.cover("Department", department)
        each.line([500], line_ref=name, description=name)
        each.write(folder, name)
    (folder / "fire.xlsx").write_bytes(b"damaged, but sent")
    return [("unreadable-workbook", "fire.xlsx")]


@case("missing-sheet", "a control workbook without Services")
def no_services(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.leave_out("Services")
    one.none_of("Baseline")
    one.write(folder)
    return [("missing-sheet", "programme.xlsx"), ("bad-setting", "programme.xlsx, Services")]


@case("late-return", "dated after it was due: the date on its Cover")
def dated_late(folder: Path) -> list[tuple[str, str]]:
    one = programme()
    one.department("Finance", due="30/03/2012")
    one.write(folder)
    finance = Return("Finance")
    cell = finance.cover("Date", "02/04/2012")
    finance.line([500])
    finance.write(folder)
    return [("late-return", place(cell, "Cover"))]


@case("late-return", "without a date, where another return is dated after the day: no cell")
def undated_late(folder: Path) -> list[tuple[str, str]]:
    one = programme()
    one.department("Finance", due="30/03/2012")
    one.write(folder)
    finance, fire = Return("Finance"), Return("Fire")
    finance.cover("Date", None)
    finance.line([500])
    fire.cover("Date", "02/04/2012")
    fire.line([700])
    finance.write(folder, "finance.xlsx")
    fire.write(folder, "fire.xlsx")
    return [("late-return", "finance.xlsx")]


@case("late-return", "on the day, before it, a draft, and where no day is due", near=True)
def not_late(folder: Path) -> list[tuple[str, str]]:
    one = programme()
    one.department("Finance", due="30/03/2012")
    one.department("Fire", due="by Easter")
    one.department("Estates", due="30/03/2012")
    one.write(folder)
    for department, dated, status in (
        ("Finance", "30/03/2012", "Final"),
        ("Fire", "30/04/2012", "Final"),
        ("Estates", "30/04/2012", "Draft"),
    ):
        each = Return(department)
        each.cover("Date", dated)
        each.cover("Status", status)
        each.line([500], description=department)
        each.write(folder, f"{department}.xlsx")
    return []
