"""An amount is what its number format shows; a reference has its leading zeros and literal text
(contract, section 3)."""

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.ingest.cells import Doubt, shown_pounds
from pipeline.ingest.formats.number_format import NumberFormat, formatted, number_format
from tests.builders import Return, Shown
from tests.ingest.reading import issues, plan, pounds, problems

# What shows a number as the number that it is.
PLAIN = [
    "General",
    "0",
    "0.00",
    "#,##0",
    "#,###",
    "#,##0.00",
    "# ?/?",
    "0.00E+00",
    "@",
    "#,##0_);(#,##0)",
    "#,##0_);[Red](#,##0)",
    "#,##0;-#,##0",
    "#,##0;[Red]-#,##0",
    "#,##0;[Red]#,##0",
    "#,##0_ ;[Red]\\-#,##0\\ ",
    "[Blue]#,##0;[Red]-#,##0",
    "+#,##0;-#,##0;0",
    "£#,##0",
    '"£"#,##0;\\-"£"#,##0',
    "[$£-809]#,##0.00",
    "[$GBP] #,##0",
    '_-£* #,##0_-;-£* #,##0_-;_-£* "-"_-;_-@_-',
    '_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-',
    '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
    '#,##0;(#,##0);"nil"',
    "#,##0;(#,##0);",
]


@pytest.mark.parametrize("code", PLAIN)
@pytest.mark.parametrize("number", [1234.5, -1234.5, 0.0])
def test_formats_that_show_the_number_as_it_is(code: str, number: float) -> None:
    assert number_format(200, code) is None
    assert shown_pounds(formatted(number, NumberFormat(code)), 1000) == Decimal(number) * 1000


@pytest.mark.parametrize("number", [5, 6, 7, 8, 37, 38, 39, 40, 41, 42, 43, 44])
def test_the_built_in_currency_formats_are_pounds(number: int) -> None:
    assert number_format(number, '"$"#,##0_);\\("$"#,##0\\)') is None
    assert number_format(200, '"$"#,##0_);\\("$"#,##0\\)') is not None


@pytest.mark.parametrize(
    ("code", "number", "in_pounds"),
    [
        ('0.0"m"', -1.2, -1_200_000),
        ('£0.0"m"', -1.2, -1_200_000),
        ("0.0\\m", -1.2, -1_200_000),
        ('[$£-809]#,##0.0" M"', 1.2, 1_200_000),
        ('#,##0"k"', -500, -500_000),
        ('General" k"', 5, 5_000),
        ('0.0,,"m"', 1_250_000, 1_250_000),
        ('#,##0.0,"k"', 1_234_500, 1_234_500),
        ('0.0,"m"', 1_200, 1_200_000),
        ('[>999]#,##0,"k";0', 1_234_000, 1_234_000),
        ('[>=1000000]0.0,,"m";[>=1000]0,"k";0', 2_500, 2_500),
        ('[>=1000000]0.0,,"m";[>=1000]0,"k";0', 2_500_000, 2_500_000),
        ('0.0,,"m";[Red]-0.0,,"m"', -1_200_000, -1_200_000),
        ('_-£* #,##0,"k"_-;-£* #,##0,"k"_-', -1_234_000, -1_234_000),
        ('0.0" million"', 1.2, 1_200_000),
        ('#,##0" (£000)"', 5, 5_000),
        # Decimals that a format hides count.
        ('0"m"', 1.25, 1_250_000),
        ('0,"k"', 1_234.56, Decimal("1234.56")),
    ],
)
@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_a_k_or_m_that_the_format_writes_counts_as_it_does_in_text(
    code: str, number: float, in_pounds: int | Decimal, unit: int
) -> None:
    assert shown_pounds(formatted(number, NumberFormat(code)), unit) == in_pounds


@pytest.mark.parametrize(
    "code", ["#,##0,", "#,##0,_);(#,##0,)", "0.0,", "0,.0", "£#,##0,;-£#,##0,"]
)
def test_a_format_that_scales_to_the_stated_unit_has_pounds_below_it(code: str) -> None:
    cell = formatted(-1_234_000.0, NumberFormat(code))
    assert shown_pounds(cell, 1_000) == -1_234_000
    for unit in (1, 1_000_000):
        doubt = shown_pounds(cell, unit)
        assert isinstance(doubt, Doubt)
        assert doubt.rule == "scaled-format"
        assert "1,234" in doubt.details["shown"]
        assert shown_pounds(formatted(0.0, NumberFormat(code)), unit) == 0


def test_numbers_that_a_condition_leaves_as_they_are() -> None:
    shape = NumberFormat('[>999]#,##0,"k";0')
    assert shown_pounds(formatted(999.0, shape), 1) == 999
    assert shown_pounds(formatted(-5_000.0, shape), 1) == -5_000
    assert shown_pounds(formatted(5.0, shape), 1_000) == 5_000


@pytest.mark.parametrize(
    ("code", "number", "rule", "shown"),
    [
        ("0%", -0.05, "amount-not-number", "-5%"),
        ("0.00%", 0, "amount-not-number", "0%"),
        ('0"%"', 5, "amount-not-number", "5%"),
        ("[$€-407] #,##0", 5, "amount-not-number", "€ 5"),
        ("#,##0 [$€-1]", 5, "amount-not-number", "5 €"),
        ('"USD" #,##0', 1234, "amount-not-number", "USD 1,234"),
        ("$#,##0", 5, "amount-not-number", "$5"),
        ('#,##0" FTE"', 12, "amount-not-number", "12 FTE"),
        ('#,##0.0"bn"', 1.5, "amount-not-number", "1.5bn"),
        ('#,##0",000"', 5, "amount-not-number", "5,000"),
        (";;;", 5, "scaled-format", "nothing of it"),
        ('"see note"', 5, "scaled-format", "see note"),
        ("#,##0;;", -5, "scaled-format", "nothing of it"),
        ("#,##0;#,##0", -5, "scaled-format", "5"),
        ("[<0]#,##0;#,##0", -5, "scaled-format", "5"),
        ("-#,##0", 5, "scaled-format", "-5"),
        ("(#,##0);#,##0", 5, "scaled-format", "(5)"),
    ],
)
def test_what_is_no_amount_or_none_that_is_plain(
    code: str, number: float, rule: str, shown: str
) -> None:
    doubt = shown_pounds(formatted(number, NumberFormat(code)), 1)
    assert isinstance(doubt, Doubt)
    assert doubt.rule == rule
    assert shown in " ".join(doubt.details.values())


@pytest.mark.parametrize(
    ("code", "number"),
    [("#,##0;#,##0", 5), ("(#,##0)", -5), ("[Red]-#,##0", -5), (";;;", 0), ('#,##0" GBP"', 5)],
)
def test_what_comes_close_to_a_hidden_number(code: str, number: float) -> None:
    assert shown_pounds(formatted(number, NumberFormat(code)), 1) == number


@pytest.mark.parametrize(
    ("code", "cell", "text"),
    [
        ("000", 7.0, "007"),
        ('"FIN-"000', 7.0, "FIN-007"),
        ('"FIN-"000', 12345.0, "FIN-12345"),
        ('"FIN-"General', 7.0, "FIN-7"),
        ("\\A000\\B", 7.0, "A007B"),
        ("00-00", 1234.0, "12-34"),
        ('0"/"00', 1213.0, "12/13"),
        ('"FIN-"000', 7.5, "FIN-007.5"),
        ('"A-"00;"B-"00', -3.0, "-B-03"),
        ('"FIN-"@', "x7", "FIN-x7"),
        # Nothing else of it.
        ("0.00", 1.0, None),
        ("#,##0", 1234.0, None),
        ("0%", 0.07, None),
        ("£#,##0", 7.0, None),
        ("0,", 7000.0, None),
        ("@", 7.0, None),
        ("General", 7.0, None),
        ("@", "7", None),
    ],
)
def test_a_reference_as_a_person_sees_it(code: str, cell: float | str, text: str | None) -> None:
    assert NumberFormat(code).reference(cell) == text


def test_lines_are_told_apart_by_what_their_refs_show(tmp_path: Path) -> None:
    plan().write(tmp_path)
    for name in ("FIN", "ICT"):
        each = Return(name)
        each.line([100], line_ref=Shown(7, f'"{name}-"000'), description=f"{name} item")
        each.line([100], line_ref=Shown(8, "#,##0.00") if name == "FIN" else "9", description=name)
        each.write(tmp_path, f"{name}.xlsx")
    assert issues(tmp_path) == []
    assert set(pounds(tmp_path)) == {"FIN-007", "ICT-007", "8", "9"}


def test_a_year_that_is_a_number_with_literal_text(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([1, 2, 3])
    sheet = finance.sheet("Savings")
    sheet.titles.append(["Savings of Finance"])
    grid = sheet.grid()
    heads = [Shown(2013, '0"/14"') if cell == "2013/14" else cell for cell in grid[1]]
    other = finance.sheet("Sheet", [heads, *grid[2:]])
    finance.leave_out("Savings")
    other.name = "Savings"
    finance.write(tmp_path)
    assert issues(tmp_path) == []
    assert pounds(tmp_path) == {"FIN-1": (1, 2, 3)}


def test_amounts_as_their_formats_show_them(tmp_path: Path) -> None:
    plan(units="£000").write(tmp_path)
    finance = Return()
    finance.line([Shown(1.2, '0.0"m"'), Shown(1_234_000, "#,##0,"), Shown(5, "_-£* #,##0_-")])
    finance.line([Shown(0.05, "0%"), 1, 2])
    finance.line([Shown(1_234_000, "#,##0,,"), 1, 2])
    finance.sheet("Savings").add({"Description": "Total", "2013/14": Shown(1_236_000, "#,##0,")})
    finance.write(tmp_path)
    assert issues(tmp_path) == [("amount-not-number", "I3"), ("scaled-format", "I4")]
    assert pounds(tmp_path) == {"FIN-1": (1_200_000, 1_234_000, 5_000)}
    said = problems(tmp_path)
    assert said[0] == "“0.05” is not an amount: the cell shows it as the percentage 5%."
    assert said[1].startswith("The cell holds “1234000”, but its number format shows 1.234; ")


def test_a_time_is_no_amount(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([Shown(1.5, "[h]:mm"), Shown(0.5, "hh:mm"), Shown(41_000, "d-mmm")])
    finance.write(tmp_path)
    assert [problem.partition("amount")[2] for problem in problems(tmp_path)] == [
        ": it is a time.",
        ": it is a time.",
        ": it is a date.",
    ]
