"""A setting is declared once: a changed default is applied, and said wherever defaults are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.bases import FIXED_BASES
from pipeline.core.results import Results
from pipeline.core.returns import Cover
from pipeline.history.packing import packed, settings_text, unpacked
from pipeline.history.terms import settings as moved_settings
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.returns import read_return
from pipeline.report.sheets import inputs, notes
from pipeline.report.spec import Table
from pipeline.report.template import template_programme, template_return
from schemas.fields import Setting, Standing
from schemas.programme import COSTS_SIGN, PROGRAMME
from schemas.returns import COVER, OF_NEXT_RETURNS, OWN_COSTS_SIGN
from tests.builders import Programme, Return
from tests.history import figures
from tests.make_settings_page import PAGE, page
from tests.report import fake
from tests.report.fake import opened
from tests.running import outcome_of

# By setting: another default, how it is written, and what then holds in a programme.
DEFAULTS: dict[str, tuple[object, str, object]] = {
    "Reference": ("R1", "R1", "R1"),
    "Years": (7, "7", 7),
    "Steady-state year": (Standing.FIRST, "the first year", 2012),
    "Scenarios": (("Low", "High"), "Low, High", ("Low", "High")),
    "Plan scenario": (Standing.FIRST, "the first scenario", "Best case"),
    "Units": (1_000, "£000", 1_000),
    "Savings sign": (True, "Positive", True),
    "Costs sign": (False, "Negative", False),
    "Profile": (True, "Incremental", True),
    "Discount rate": (Fraction(6, 100), "6%", Fraction(6, 100)),
    "Price base": ("2020 prices", "2020 prices", "2020 prices"),
    "Payback limit": (Fraction(4), "4", Fraction(4)),
    "Report units": (1_000_000, "£m", 1_000_000),
    "Other programmes": (("Review", "Fleet"), "Review, Fleet", ("Review", "Fleet")),
    "Share tolerance": (Fraction(3), "3", Fraction(3)),
    "Marking": ("OFFICIAL", "OFFICIAL", "OFFICIAL"),
    "Contact": ("Head of Finance", "Head of Finance", "Head of Finance"),
    "Note": ("Illustrative.", "Illustrative.", "Illustrative."),
}
OWN_DEFAULTS: dict[str, tuple[object, str, str]] = {
    "Department": ("Unnamed", "Unnamed", "department"),
    "Prepared by": ("Nobody", "Nobody", "prepared_by"),
    "Contact": ("Finance team", "Finance team", "contact"),
    "Date": (date(2012, 4, 1), "1 April 2012", "dated"),
    "Status": ("Draft", "Draft", "status"),
    "Units": (1_000_000, "£m", "pounds_per_unit"),
    "Savings sign": (True, "Positive", "savings_positive"),
    "Costs sign": (False, "Negative", "costs_positive"),
    "Profile": (True, "Incremental", "incremental"),
    "Certified by": ("J Smith", "J Smith", "certified_by"),
}
ON_INPUTS = ("Steady-state year", "Discount rate", "Plan scenario", "Payback limit")


def with_default(patch: pytest.MonkeyPatch, setting: Setting[Any], default: object) -> None:
    patch.setitem(vars(setting), "default", default)


def results_without(setting: Setting[Any], folder: Path) -> Results:
    """The figures that come of a control workbook in which the setting is left blank."""
    control = Programme(savings_sign="Positive" if setting is COSTS_SIGN else None)
    control.setting(setting.heading, None)
    control.write(folder)
    outcome = outcome_of(folder)
    assert outcome.issues == []
    assert outcome.results is not None
    return outcome.results


def stated(content: bytes, sheet: str) -> dict[object, object]:
    """What a template says under If left blank."""
    rows = opened(content)[sheet].iter_rows(values_only=True)
    return {row[0]: row[3] for row in rows}


def messages(content: bytes, sheet: str) -> str:
    rules = opened(content)[sheet].data_validations.dataValidation
    return "\n".join(str(rule.prompt) for rule in rules)


def in_dictionary(file: str, heading: str) -> list[object]:
    """What the data dictionary says of a setting: each cell of its row."""
    (table,) = notes.dictionary(fake.programme()).blocks
    assert isinstance(table, Table)
    rows = zip(*(column.values for column in table.columns), strict=True)
    (row,) = (each for each in rows if each[0] == file and each[2] == heading and is_setting(each))
    return list(row)


def is_setting(row: tuple[object, ...]) -> bool:
    return row[1] in (PROGRAMME.name, COVER.name)


def row_of_page(section: str, heading: str) -> str:
    text = page().partition(f"## {section}\n")[2].partition("\n## ")[0]
    (row,) = (line for line in text.splitlines() if line.startswith(f"| {heading} |"))
    return row


def test_every_setting_that_may_be_blank_is_tried() -> None:
    assert set(DEFAULTS) == {one.heading for one in PROGRAMME.settings if not one.required}
    asked = [one for one in COVER.settings if one not in OF_NEXT_RETURNS]
    assert set(OWN_DEFAULTS) == {one.heading for one in asked}


@pytest.mark.parametrize("heading", DEFAULTS)
def test_another_default_is_applied_and_said_everywhere(
    heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = next(one for one in PROGRAMME.settings if one.heading == heading)
    default, words, value = DEFAULTS[heading]
    before = (results_without(setting, tmp_path).programme, setting.default_text)
    with_default(monkeypatch, setting, default)

    results = results_without(setting, tmp_path)
    programme = results.programme
    assert setting.value_in is not None
    assert setting.value_in(programme) == value != setting.value_in(before[0])
    assert stated(template_programme(), "Programme")[heading] == words != before[1]
    assert f"Left blank: {words}." in messages(template_programme(), "Programme")
    assert words in in_dictionary("programme.xlsx", heading)
    assert f"| {words} |" in row_of_page("Programme", heading)
    if heading in ON_INPUTS:
        shown = setting.text_in(programme)
        table = inputs.sheet(results).blocks[0]
        assert isinstance(table, Table)
        at = list(table.columns[0].values).index(heading)
        assert table.columns[1].values[at] in (value, shown)


@pytest.mark.parametrize("heading", OWN_DEFAULTS)
def test_another_default_of_the_cover_is_applied_and_said_everywhere(
    heading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = next(one for one in COVER.settings if one.heading == heading)
    default, words, attribute = OWN_DEFAULTS[heading]
    finance = Return()
    finance.cover("Savings sign", "Positive" if setting is OWN_COSTS_SIGN else None)
    finance.cover(heading, None)
    path = finance.write(tmp_path, "finance.xlsx")
    context = ReadingContext.of(fake.programme(), FIXED_BASES)

    def value() -> object:
        cover = read_return("finance.xlsx", path.read_bytes(), "", context).cover
        assert isinstance(cover, Cover)
        return getattr(cover, attribute)

    before = value()
    with_default(monkeypatch, setting, default)
    assert value() == default != before
    for template in (template_return(), template_return(fake.programme())):
        assert stated(template, "Cover")[heading] == words
        assert f"Left blank: {words}." in messages(template, "Cover")
    assert words in in_dictionary("Return", heading)
    assert f"| {words} |" in row_of_page("Cover", heading)


def test_a_cover_left_blank_takes_what_the_programme_says() -> None:
    programme = fake.programme(savings_positive=True, incremental=True, pounds_per_unit=1_000)
    said = stated(template_return(programme), "Cover")
    assert [said[one] for one in ("Units", "Savings sign", "Profile")] == [
        *("£000", "Positive", "Incremental")
    ]
    assert stated(template_return(), "Cover")["Units"] == "as in the programme"


def test_the_page_of_settings_is_what_they_are_declared_as() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "The page of settings is stale: make rules"


@pytest.mark.parametrize("heading", DEFAULTS)
def test_what_is_written_reads_back_as_the_same_value(heading: str) -> None:
    default, words, _ = DEFAULTS[heading]
    setting = next(one for one in PROGRAMME.settings if one.heading == heading)
    assert isinstance(default, Standing) or setting.values.read(words) == default


COMPARED = {one.heading: one for one in PROGRAMME.settings if one.compared}


@pytest.mark.parametrize("heading", COMPARED)
def test_a_changed_setting_is_kept_with_a_version_and_is_a_movement(heading: str) -> None:
    first = figures.programme()
    other = replace(
        first,
        steady_year=first.years[0],
        scenarios=("Low", *first.scenarios[1:]),
        plan_scenario=first.scenarios[0],
        pounds_per_unit=1_000_000,
        savings_positive=not first.savings_positive,
        costs_positive=not first.costs_positive,
        incremental=not first.incremental,
        discount_rate=first.discount_rate + 1,
        price_base="2020 prices",
        share_tolerance=Fraction(3),
    )
    setting = COMPARED[heading]
    assert setting.value_in is not None
    assert setting.value_in(other) != setting.value_in(first)
    now = figures.snapshot(other, [])
    records = {name: content for name, (_, content) in packed(now).items()}
    kept = unpacked(settings_text(now), records, now.summary)
    assert setting.value_in(kept.programme) == setting.value_in(other)
    rows = {row[3]: row[4:6] for row in moved_settings(figures.snapshot(first, []), kept)}
    assert rows[heading] == (setting.text_in(first), setting.text_in(other))
