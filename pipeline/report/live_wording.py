"""The words of ``wording`` for figures that move: the same sentences as parts of formulas, each of
which comes to what its namesake says of the figure as reported."""

from pipeline.core.money import MILLION, THOUSAND
from pipeline.report.formula import FormulaPart

Parts = tuple[FormulaPart, ...]


def in_short(amount: FormulaPart, unit: int) -> Parts:
    """A sum without its sign; ``amount``: the cell with its pounds."""
    size = ("ABS(", amount, ")")
    pence = ("TEXT(", *size, ',"0.00")')
    words: Parts = ("IF(", *size, ">=1,TEXT(ROUND(", *size, ',0),"#,##0"),', *pence, ")")
    if unit >= THOUSAND:
        thousands = ("TEXT(ROUND(", *size, f'/{THOUSAND},0),"#,##0")&",000"')
        words = ("IF(", *size, f">={10 * THOUSAND},", *thousands, ",", *words, ")")
    if unit >= MILLION:
        millions = ("TEXT(ROUND(", *size, f'/{MILLION},2),"#,##0.00")&"m"')
        words = ("IF(", *size, f">={MILLION},", *millions, ",", *words, ")")
    return ('"£"&', *words)


def cost_or_saving(amount: FormulaPart, what: str, unit: int) -> Parts:
    """An amount, its sign as a word; ``what`` is a word of ours."""
    side = ("IF(", amount, '>0,"cost","saving")')
    short = in_short(amount, unit)
    return ("IF(", amount, f'=0,"{what} nil","{what} "&', *side, '&" of "&', *short, ")")
