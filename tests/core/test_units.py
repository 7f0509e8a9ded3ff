"""The unit that a text above a table states."""

import pytest

from pipeline.core.money import unit_said

THOUSANDS = """
Savings ('000)|All figures are 000s|(£,000)|GBP thousands|£ in 000's|pounds thousand|£ x 1,000
£000|£'000|£’000s|£k|(£K)|All amounts in thousands|Amounts in £ thousands|£ (000)|GBP 000|GBP'000
in thousands of pounds|figures in thousands of £|£ × 1000|£1,000s|£ thousand|Savings 2012/13 £000
Savings 2012/13 (£000)|£000 unless stated|Figures (000s)|£'000s (2012/13 prices)|in £k|GBPk
Budget: £2.5m; all figures in £000|pounds (thousands)|(x £1,000)|Thousands of pounds|£ '000|(000's)
k£|(K£)|£ thousands, 2024 prices|£000 2012/13 prices|GBP thousands 2024/25
""".strip()
MILLIONS = """
£mn|£m|£ million|GBP millions|in millions|£ x 1,000,000|millions of pounds|(£M)|pounds million|GBPm
All figures in £millions|£mn, 2012/13 prices|Savings (£m)
""".strip()
POUNDS = "All figures in £|Amounts in pounds|(£)|£|Whole pounds|figures are in £s|Savings (£s)"
NOTHING = """
3,000 staff|£m and £000 are both used|M1 1AA|SW1K 000|Savings of £2.5m|Target £500k|£3 million
Savings of 2.5 £m|Call 01234 000 000|(000) 1234 567|1990s and 2000s|Ref 000|Finance|2012/13
Three thousand pounds|rounded to the nearest £1,000|Thousands of hours saved|in thousands of hours
Headcount (000s)|£12,000|£1,000 or more|£000 or £m|in millions of journeys|Room 1000
£ and £000|£000 or £
Kent & Medway|Team K|Savings made in May|Version 1,000|km|Amount (£) or £k|£2,000s|£1,000,000
Mr K Pounds|Save £££|cost £5k a year|in £5 notes|FTE in thousands|5 x 1,000 vehicles
k£500 saved|Mark £|£000, 2,024 posts
""".strip()


def texts(listing: str) -> list[str]:
    return [text for line in listing.splitlines() for text in line.split("|")]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *((text, 1_000) for text in texts(THOUSANDS)),
        *((text, 1_000_000) for text in texts(MILLIONS)),
        *((text, 1) for text in texts(POUNDS)),
        *((text, None) for text in texts(NOTHING)),
    ],
)
def test_the_unit_that_a_text_states(text: str, unit: int | None) -> None:
    assert unit_said(text) == unit
