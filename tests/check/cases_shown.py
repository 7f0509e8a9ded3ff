"""Cases of what a person sees in a cell: number formats, merged cells, what is hidden or struck
through."""

from datetime import date
from pathlib import Path

from tests.builders import Return, Shown
from tests.check.case import case, line, place, programme

IN_THOUSANDS = {"Units": "£000"}

FORMATS = [
    *(
        line("scaled-format", f"{says} ({cell.number_format})", (5, cell), at="2013/14")
        for says, cell in (
            ("thousands in a return in pounds", Shown(1_234_000, "#,##0,")),
            ("millions in a return in pounds", Shown(1_234_000, "0.0,,")),
            ("nothing of the number", Shown(500, ";;;")),
            ("words alone", Shown(500, '"see note"')),
            ("nothing of what is below nil", Shown(-500, "#,##0;;")),
            ("no sign below nil", Shown(-500, "#,##0;#,##0")),
            ("brackets above nil", Shown(500, "(#,##0)")),
        )
    ),
    line(
        "scaled-format",
        "thousands in a return in millions",
        (Shown(1_234_000, "#,##0,"),),
        at="2012/13",
        cover={"Units": "£m"},
    ),
    line("scaled-format", "the stated unit", (Shown(1_234_000, "#,##0,"),), cover=IN_THOUSANDS),
    line("scaled-format", "a k of its own", (Shown(1_234_000, '#,##0,"k"'), Shown(5, '0"k"'))),
    line("scaled-format", "an m of its own", (Shown(1.2, '0.0"m"'), Shown(1_200_000, '0.0,,"m"'))),
    line("scaled-format", "nil", (Shown(0, "#,##0,"), Shown(0, ";;;"))),
    line("scaled-format", "brackets", (Shown(500, "#,##0_);(#,##0)"), Shown(500, "#,##0;[Red]0"))),
    line("scaled-format", "hidden decimals", (Shown(1234.56, "#,##0"),)),
    *(
        line("amount-not-number", f"shown as {says}", (5, cell), at="2013/14")
        for says, cell in (
            ("a percentage", Shown(0.05, "0%")),
            ("euros", Shown(500, "[$€-407] #,##0")),
            ("dollars", Shown(500, '"USD" #,##0')),
            ("posts", Shown(500, '#,##0.0" FTE"')),
            ("a percentage of nil", Shown(0, "0.0%")),
        )
    ),
    *(
        line("amount-not-number", f"shown as {says}", (5, cell))
        for says, cell in (
            ("pounds", Shown(500, "£#,##0")),
            ("pounds by a code", Shown(500, "[$GBP] #,##0")),
            ("the country's currency", Shown(500, 5)),
            ("an exponent", Shown(500, "0.00E+00")),
            ("accountants do", Shown(500, '_-£* #,##0_-;-£* #,##0_-;_-£* "-"_-;_-@_-')),
        )
    ),
]

DATES = [
    line("ref-is-date", "a line", line_ref=date(2012, 2, 1), at="Line ref"),
    line(
        "ref-is-date",
        "as Excel shows it",
        line_ref=Shown(date(2012, 2, 1), "d-mmm"),
        at="Line ref",
    ),
    line(
        "ref-is-date",
        "a project",
        project_code=date(2012, 2, 1),
        at="Project code",
        also=[("unknown-project", "Project code")],
    ),
    line("ref-is-date", "text", line_ref="1-2"),
    line("ref-is-date", "a number", line_ref=Shown(1.2, "0-0")),
]


def _three(folder: Path) -> tuple[Return, list[int]]:
    """A return of three lines beside a programme."""
    programme().write(folder)
    finance = Return()
    return finance, [finance.line([5, 6, 7], category="Recurring cost") for _ in range(3)]


@case("hidden-cells", "two rows")
def hidden_rows(folder: Path) -> list[tuple[str, str]]:
    finance, rows = _three(folder)
    finance.sheets["Savings"].hidden_rows += rows[1:]
    finance.write(folder)
    return [("hidden-cells", place(finance.at(rows[1], "2012/13")))]


@case("hidden-cells", "a column, and rows apart from it")
def hidden_columns(folder: Path) -> list[tuple[str, str]]:
    finance, rows = _three(folder)
    finance.sheets["Savings"].hidden_rows.append(rows[2])
    finance.sheets["Savings"].hidden_columns.append("J")
    finance.write(folder)
    return [
        ("hidden-cells", place(finance.at(rows[0], "2013/14"))),
        ("hidden-cells", place(finance.at(rows[2], "2012/13"))),
    ]


@case("hidden-cells", "what holds no amounts", near=True)
def hidden_without_amounts(folder: Path) -> list[tuple[str, str]]:
    finance, _ = _three(folder)
    nil = finance.line([0, None, "-"])
    sheet = finance.sheets["Savings"]
    total = sheet.add({"Description": "Total", "2012/13": 15})
    sheet.hidden_rows += [nil, total, total + 1]
    sheet.hidden_columns += ["B", "H"]
    finance.write(folder)
    return []


@case("struck-through", "a description, a ref, an amount")
def struck_rows(folder: Path) -> list[tuple[str, str]]:
    finance, rows = _three(folder)
    finance.put(rows[0], "Description", Shown("Withdrawn idea", struck=True))
    finance.put(rows[1], "Line ref", Shown("F2", struck=True))
    finance.put(rows[2], "2014/15", Shown(9, struck=True))
    finance.write(folder)
    return [("struck-through", place(finance.at(rows[0], "2012/13")))]


@case("struck-through", "a note, a line without amounts", near=True)
def struck_elsewhere(folder: Path) -> list[tuple[str, str]]:
    finance, rows = _three(folder)
    finance.put(rows[0], "Notes", Shown("was £5", struck=True))
    finance.line([0], description=Shown("Nothing", struck=True))
    finance.write(folder)
    return []


@case("merged-amount", "over years")
def merged_over_years(folder: Path) -> list[tuple[str, str]]:
    finance, _ = _three(folder)
    row = finance.line([10_000, None, None])
    finance.sheets["Savings"].merged.append(f"I{row}:K{row}")
    finance.write(folder)
    return [("merged-amount", place(finance.at(row, "2012/13")))]


@case("merged-amount", "over rows")
def merged_over_rows(folder: Path) -> list[tuple[str, str]]:
    finance, rows = _three(folder)
    finance.put(rows[1], "2013/14", None)
    finance.sheets["Savings"].merged.append(f"J{rows[0]}:J{rows[1]}")
    finance.write(folder)
    return [("merged-amount", place(finance.at(row, "2013/14"))) for row in rows[:2]]


@case("merged-amount", "in words over years")
def merged_text_amount(folder: Path) -> list[tuple[str, str]]:
    finance, _ = _three(folder)
    row = finance.line(["£10,000", None, 5])
    finance.sheets["Savings"].merged.append(f"I{row}:J{row}")
    finance.write(folder)
    return [("merged-amount", place(finance.at(row, "2012/13")))]


@case("merged-amount", "a year and the notes beside it")
def merged_beyond_years(folder: Path) -> list[tuple[str, str]]:
    finance, _ = _three(folder)
    row = finance.line([5, 6, 7])
    finance.sheets["Savings"].merged.append(f"K{row}:L{row}")
    finance.write(folder)
    return [("merged-amount", place(finance.at(row, "2014/15")))]


@case("merged-amount", "rows merged in every filled column", near=True)
def merged_rows(folder: Path) -> list[tuple[str, str]]:
    finance, _ = _three(folder)
    first = finance.line([8, 9, 10], category="Recurring cost")
    finance.row(None, sheet="Savings")
    finance.sheets["Savings"].merged += [f"{c}{first}:{c}{first + 1}" for c in "ACDEIJK"]
    finance.write(folder)
    return []


@case("merged-amount", "nil over years, a title, a total's label", near=True)
def merged_nil(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return(title_rows=[["Savings of Finance", None]])
    rows = [finance.line(["-"]), finance.line([5])]
    sheet = finance.sheets["Savings"]
    total = sheet.add_raw(["Total", *[None] * 7, 5])
    sheet.merged += ["A1:K1", f"I{rows[0]}:K{rows[0]}", f"A{total}:H{total}"]
    finance.write(folder)
    return []
