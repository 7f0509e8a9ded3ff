"""The words of ``wording`` for figures that move: each step of a sentence has a cell on Inputs,
which comes to what its namesake says of the figure as reported."""

from collections.abc import Sequence
from fractions import Fraction

from pipeline.core.money import MILLION, THOUSAND
from pipeline.report.formula import FormulaPart, RowRange, This, Whole, formula
from pipeline.report.spec import Column, Table
from pipeline.report.wording import in_short, round_half_up
from schemas.outputs import Show

SCALE, AMOUNTS = "Amount_scale", "Amounts_in_words"
_FROM, _UNIT, _DECIMALS, _FORMAT = "From", "Divided by", "Decimals", "Format"
_POUNDS, _SIZE, _ROUNDED, IN_WORDS = "Pounds", "Size", "Rounded", "In words"


def _scale(unit: int) -> list[tuple[int, int, int, str]]:
    """From which size on amounts are divided by what, and said with how many decimals and in which
    format; ``unit``: pounds in one unit of the reports."""
    rows = [(0, 1, 2, "0.00"), (1, 1, 0, "#,##0")]
    rows += [(10 * THOUSAND, THOUSAND, 0, '#,##0",000"')] if unit >= THOUSAND else []
    return rows + ([(MILLION, MILLION, 2, '#,##0.00"m"')] if unit >= MILLION else [])


def amounts(rows: Sequence[tuple[str, FormulaPart, int | None]], unit: int) -> tuple[Table, Table]:
    """How amounts are put into words, and the amounts that sentences name: what each is, the cell
    with its pounds, its pence as reported."""
    labels, sources, pence = zip(*rows, strict=True)
    sizes = [abs(each or 0) for each in pence]
    pounds_cell, size = This(_POUNDS), This(_SIZE)
    by_scale = {
        heading: ("LOOKUP(", size, ",", _of_scale(_FROM), ",", _of_scale(heading), ")")
        for heading in (_UNIT, _DECIMALS, _FORMAT)
    }
    number = len(rows)
    scale = Table(
        SCALE,
        tuple(
            Column(heading, values, Show.TEXT if heading == _FORMAT else Show.COUNT, 24)
            for heading, values in zip(
                (_FROM, _UNIT, _DECIMALS, _FORMAT), zip(*_scale(unit), strict=True), strict=True
            )
        ),
        airy=True,
        caption="How amounts are put into words, by their size in pounds",
        description="By size of an amount in pounds: its divisor, decimals and format in words",
    )
    in_sentences = Table(
        AMOUNTS,
        (
            Column("Amount", labels, width=34),
            Column(
                _POUNDS,
                pence,
                Show.PENCE,
                formulas=[formula("IF(", each, '="","",', each, ")") for each in sources],
            ),
            Column(
                _SIZE,
                sizes,
                Show.PENCE,
                formulas=[formula("IF(", pounds_cell, '="",0,ABS(', pounds_cell, "))")] * number,
            ),
            Column(
                _ROUNDED,
                [_rounded(each, unit) for each in sizes],
                Show.WEIGHT,
                formulas=[
                    formula("ROUND(", size, "/", *by_scale[_UNIT], ",", *by_scale[_DECIMALS], ")")
                ]
                * number,
            ),
            Column(
                IN_WORDS,
                [in_short(each, unit) if each else "£0.00" for each in sizes],
                formulas=[formula('"£"&TEXT(', This(_ROUNDED), ",", *by_scale[_FORMAT], ")")]
                * number,
            ),
        ),
        airy=True,
        caption="Amounts in words, for the sentences below",
        description="Amounts that sentences name, in words, step by step",
    )
    return scale, in_sentences


def _of_scale(heading: str) -> Whole:
    return Whole(SCALE, heading, name=f"Scale_{heading.partition(' ')[0].lower()}")


def _rounded(pence: int, unit: int) -> Fraction:
    """A size as it is said, in units of its row of the scale."""
    pounds = Fraction(pence, 100)
    _, divisor, decimals, _ = [row for row in _scale(unit) if row[0] <= pounds][-1]
    return Fraction(round_half_up(pounds * 10**decimals / divisor), 10**decimals)


def pounds(row: int) -> RowRange:
    """The cell with the pounds of a row of ``amounts``, blank where there are none."""
    return RowRange(AMOUNTS, row, _POUNDS, _POUNDS)


def in_words(row: int) -> RowRange:
    """The cell with an amount of ``amounts`` in words, without its sign."""
    return RowRange(AMOUNTS, row, IN_WORDS, IN_WORDS)
