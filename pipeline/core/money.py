"""Money is whole pence. Units, the reading of amounts, rounding and the printing of sums.

Rules: contract, section 4, rules 1 and 2.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.core.text import plain_text

POUND, THOUSAND, MILLION = 1, 1_000, 1_000_000

# Far above any council's budget; keeps every sum of a programme within 64 bits.
LARGEST_POUNDS = 1_000_000_000_000

_UNITS = {"": POUND, "000": THOUSAND, "000s": THOUSAND, "k": THOUSAND, "m": MILLION}
_UNITS |= {"thousand": THOUSAND, "thousands": THOUSAND, "million": MILLION, "millions": MILLION}
# Not £500k, nor £2.5m, nor lengths in m.
_WITHIN = re.compile(
    r"£\s*(['’]?\s*000s?|k|m|thousands?|millions?)\b|\bin\s+(000s|thousands|millions)\b",
    re.IGNORECASE,
)
# The ways in which people write the unit of a whole table above it: £'000, (£,000), £ in 000's,
# £ x 1,000, GBP thousands, pounds thousand, ('000), 000s, £mn.
_CURRENCY = r"(?:£|\bGBP|\bpounds?\b|\bsterling\b)"
_OTHERS = r"(?!\s*of\s+(?!£|GBP|pounds?|sterling))"
# No figures go on after it, but for a year: "£ thousands, 2024 prices".
_NO_FIGURES = r"(?!,?\s*(?!(?:19|20)[0-9]{2}\b)[0-9])"
_SAID = {
    THOUSAND: (
        rf"{_CURRENCY}[s\s(,]*(?:in\s+)?['’‘`,]*(?:000(?:['’]?s)?|ks?|thousands?)\b{_NO_FIGURES}",
        rf"\bk£{_NO_FIGURES}",
        rf"{_CURRENCY}?\s*[x×*]\s*£?\s*1,?000(?:['’]?s)?\b(?!,)",
        rf"{_CURRENCY}\s*1,?000['’]?s\b",
        rf"\b(?:in\s+)?thousands?\s+(?:of\s+)?{_CURRENCY}",
        rf"(?:\bin\s+|\(\s*)(?:thousands?|['’‘`]?000['’]?s?)\b(?!\)?\s*[0-9]){_OTHERS}",
        rf"(?<![0-9,.\w])(?:['’‘`]000['’]?s?|000['’]?s)\b(?!\s*[0-9]){_OTHERS}",
    ),
    MILLION: (
        rf"{_CURRENCY}[s\s(,]*(?:in\s+)?['’‘`,]*(?:m|mn|mln|mil|mio|millions?|000,000s?)\b",
        rf"{_CURRENCY}?\s*[x×*]\s*£?\s*1,?000,?000\b",
        rf"\b(?:in\s+)?millions?\s+(?:of\s+)?{_CURRENCY}",
        rf"(?:\bin\s+|\(\s*)millions?\b{_OTHERS}",
    ),
    POUND: (
        r"(?:\bin|\bare|\bwhole|\bfull)\s+(?:£(?:['’]?s)?|GBP|pounds)(?![\w.,'’]*[0-9])(?!\w)",
        r"£(?=\s*(?:and|or)\s+[£\0])|(?:\band|\bor)\s+£(?![\w'’,])",
        r"\(\s*(?:£['’]?s?|GBP|pounds)\s*\)|^\s*£['’]?s?\s*$",
    ),
}
_UNITS_SAID = {unit: re.compile("|".join(ways), re.IGNORECASE) for unit, ways in _SAID.items()}
# An amount has its number before the unit, or words for it; a year is none.
_NUMBER_BEFORE = re.compile(
    r"(?:(?<![0-9/\-\u2013])[0-9][0-9.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|few"
    r"|hundred|several|many))\s*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"\b(?:19|20)[0-9]{2}(?:\s*[/\-\u2013]\s*[0-9]{2,4})?\s*$")
_OF_OTHER_THINGS = re.compile(
    r"\b(?:FTEs?|headcount|head count|staff|employees|people|hours|vehicles|miles|population)\b",
    re.IGNORECASE,
)
_UNIT_NAMES = {POUND: "£", THOUSAND: "£000", MILLION: "£m"}
_MINUS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_NIL = re.compile(rf"[{_MINUS}]|nil", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"""(?P<open>\()?\s*
    (?P<minus>[{_MINUS}])?\s*£?\s*(?P<inner>[{_MINUS}])?(?P<late>\()?\s*
    (?P<number>(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)
    \s*(?P<scale>[mk])?\s*(?P<trail>[{_MINUS}])?\s*(?P<close>\))?""",
    re.IGNORECASE | re.VERBOSE,
)

# Three thousand on the continent, three here.
_DOT_OF_THOUSANDS = re.compile(r"(?!0\.)[0-9]{1,3}\.[0-9]{3}")
_GAPS = re.compile(rf"[({_MINUS}£ ]*[0-9]{{1,3}}(?: [0-9]{{3}})+(?:\.[0-9]*)?[) {_MINUS}]*")


def parse_unit(text: str) -> int | None:
    """Pounds in one unit: ``£`` 1, ``£000``, ``£'000``, ``£k`` 1,000, ``£m`` 1,000,000."""
    bare = re.sub(r"[\s'’‘`,.()\[\]]", "", plain_text(text)).casefold()
    if not bare.startswith("£"):
        return None
    return _UNITS.get(bare[1:])


def unit_within(text: str) -> int | None:
    """Pounds in one of the units that a sentence speaks of first (“All figures in £000s”)."""
    match = _WITHIN.search(text)
    return parse_unit(f"£{match[1] or match[2]}") if match else None


@lru_cache(maxsize=4096)  # the same words stand on every Cover and above every table
def unit_said(text: str) -> int | None:
    """Pounds in one of the unit that a text states for what stands below it, in any of the ways
    that people write it. None where a number stands before it (an amount), where it speaks of two
    units, or of what is no money."""
    if _OF_OTHER_THINGS.search(text):
        return None
    units: dict[int, int] = {}
    for unit, ways in sorted(_UNITS_SAID.items(), reverse=True):
        for mention in ways.finditer(text):
            before = text[: mention.start()]
            is_amount = _NUMBER_BEFORE.search(before) and not _YEAR_BEFORE.search(before)
            if not is_amount:
                units.setdefault(mention.start(), unit)
        text = ways.sub(lambda mention: "\0" * len(mention[0]), text)
    return units.popitem()[1] if len(set(units.values())) == 1 else None


def unit_name(pounds: int) -> str:
    """The unit as the contract writes it: £, £000 or £m."""
    return _UNIT_NAMES[pounds]


def excel_decimal(value: float) -> Decimal:
    """A number to 15 significant digits, as Excel shows it."""
    return Decimal(f"{value:.15g}")


def round_pence(pounds: Decimal | Fraction) -> int:
    """Pounds to whole pence, half away from zero."""
    if isinstance(pounds, Fraction):
        doubled = abs(pounds) * 200
        whole = (doubled.numerator // doubled.denominator + 1) // 2
        return whole if pounds >= 0 else -whole
    return int((pounds * 100).to_integral_value(ROUND_HALF_UP))


def parse_amount(text: str) -> tuple[Decimal, bool] | None:
    """The amount that a text plainly is, and whether it is in pounds whatever the units (it has
    its own ``m`` or ``k``); None for anything else. Nil for a lone dash or ``nil``."""
    text = plain_text(text).strip()
    if _NIL.fullmatch(text):
        return Decimal(0), False
    match = _AMOUNT.fullmatch(text)
    if match is None or (_DOT_OF_THOUSANDS.fullmatch(match["number"]) and not match["scale"]):
        return None
    brackets = [match["open"] or match["late"], match["close"]]
    signs = [match["minus"], match["inner"], match["trail"], brackets[0]]
    if bool(brackets[0]) != bool(brackets[1]) or sum(map(bool, signs)) > 1:
        return None
    if match["open"] and match["late"]:
        return None
    scale = {"k": THOUSAND, "m": MILLION}.get((match["scale"] or "").casefold(), POUND)
    value = Decimal(match["number"].replace(",", "")) * scale
    return (-value if any(signs) else value), scale != POUND


def why_no_amount(text: str) -> str:
    """Why a text that looks like a number is no amount, as an issue goes on after "is not an
    amount"; empty where it doesn't look like one."""
    text = plain_text(text).strip()
    match = _AMOUNT.fullmatch(text)
    if match is not None and _DOT_OF_THOUSANDS.fullmatch(match["number"]):
        number = match["number"]
        return f": this text may be {number.replace('.', ',')} or {number.rstrip('0').rstrip('.')}"
    if text.endswith("%"):
        return ": it is a percentage"
    if _GAPS.fullmatch(text):
        return ": it is text that looks like a number, with a space between its figures"
    return ""


def pence_from_numbers(
    numbers: npt.NDArray[np.float64], pounds_per_unit: int | npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Whole pence of many numbers at once, and which of them are exactly so.

    Where a whole number of pence, put back into the units, is the very same double, it is the
    number's 15-digit reading and nothing was rounded. The rest needs the decimal road
    (``round_pence(excel_decimal(number) * pounds_per_unit)``) and comes back as 0, False.
    """
    scale = 100 * pounds_per_unit
    with np.errstate(over="ignore", invalid="ignore"):
        nearest = np.rint(numbers * scale)
        exact = (nearest / scale == numbers) & (np.abs(nearest) <= LARGEST_POUNDS * 100)
    return np.where(exact, nearest, 0).astype(np.int64), exact


def money_text(pence: int) -> str:
    """A sum for a sentence: ``£1,804,000``, ``(£1,804,000)``, ``£12.34``."""
    pounds, rest = divmod(abs(pence), 100)
    text = f"£{pounds:,}" + (f".{rest:02d}" if rest else "")
    return f"({text})" if pence < 0 else text


def rate_text(rate: Fraction) -> str:
    """A rate as a percentage: ``3.5%``."""
    return f"{float(rate * 100):.6g}%"


def share_text(share: Fraction | None) -> str:
    """Which part of an amount counts: ``60.000%``; ``part`` where that can't be said."""
    return "part" if share is None else f"{float(share):.3%}"
