"""Colours hold up, number formats say what they should, text is measured well enough."""

import pytest

from pipeline.report.measure import line_count, text_width, wrapped
from pipeline.report.theme import HOUSE, WCAG_AA, contrast, number_format
from schemas.outputs import Show


@pytest.mark.parametrize(("text", "ground"), sorted(set(HOUSE.pairings())))
def test_every_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(getattr(HOUSE, text), getattr(HOUSE, ground)) >= WCAG_AA


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_money_is_in_brackets_below_zero_and_a_dash_at_nil() -> None:
    assert number_format(Show.MONEY, 1_000) == '#,##0,_);(#,##0,);"–"_);@_)'
    assert number_format(Show.PENCE) == '#,##0.00_);(#,##0.00);"–"_);@_)'
    assert number_format(Show.SHARE).startswith("0.000%")
    assert number_format(Show.YEARS).startswith("0.00")
    assert number_format(Show.TEXT) == "General"


def test_text_is_measured_in_digits() -> None:
    assert text_width("0123456789") == 10
    assert text_width("iiii") < 2 < text_width("WWWW")
    assert text_width("漢") > text_width("a")
    assert text_width("é") > 0


def test_wrapping_loses_nothing() -> None:
    text = "one two three " + "x" * 50 + " four"
    assert "".join(wrapped(text, 10)).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line) <= 10 for line in wrapped(text, 10))
    assert wrapped("a\nb", 10) == ("a", "b")
    assert line_count("Best case", 9.0) == 1
    assert line_count("Worst case, bold", 12.0, bold=True) == 2
