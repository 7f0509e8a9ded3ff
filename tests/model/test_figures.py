"""A programme worked out by hand, table by table, and the controls that prove it (contract,
sections 4 and 6)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.core.results import Results
from pipeline.model.controls import controls_table, intake_controls, model_controls
from pipeline.model.intake import ReturnTotals
from tests.builders import Programme, Return, error_cell
from tests.ingest.reading import issues, plan, results, run
from tests.long import quick_cases


def worked(folder: Path) -> Results:
    """Two strands, two partners, two scenarios; all in pounds.

    ICT (3 : 1): one-off cost 1,000 then 200 in all scenarios; cashable saving (400) and (800) a
    year in the best, half of it in the worst. Legal, not agreed: recurring cost 50 in 2013/14,
    income (30) a year. Never added: avoided 999, not cashable 77. Elsewhere: 5,000.
    """
    one = Programme(steady_state_year="2014/15", discount_rate="0%")
    one.partner("A", "Alpha Council")
    one.partner("B", "Beta Police")
    one.service("ICT", "Corporate", "Baseline")
    one.service("Legal", "Blueprints", "Not agreed")
    one.service("Fleet", "Corporate", "Equal")
    one.baseline("ICT", A=30_000, B=10_000)
    one.write(folder)
    finance, legal = Return("Finance"), Return("Legal")
    finance.line([1_000, 200], line_ref="F1")
    finance.line([0, -400, -800], line_ref="F2", category="Cashable saving", scenario="Best case")
    finance.line([0, -200, -400], line_ref="F2", category="Cashable saving", scenario="Worst case")
    finance.line([-999, -999, -999], line_ref="F3", category="Cost avoidance")
    finance.line([-5_000], line_ref="F4", category="Income", counted_in="Corporate Services Review")
    finance.line([1, "TBC", 3], line_ref="F5")
    finance.write(folder, "finance.xlsx")
    legal.cover("Savings sign", "Positive")
    legal.line([0, 50], line_ref="L1", service="Legal", category="Recurring cost")
    legal.line([30, 30, 30], line_ref="L2", service="Legal", category="Income")
    legal.line([0, 77], line_ref="L3", service="Legal", category="Non-cashable saving")
    legal.write(folder, "legal.xlsx")
    return results(folder)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return worked(tmp_path_factory.mktemp("worked"))


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows with pence as pounds and blanks as None."""

    def plain(name: str, value: object) -> object:
        if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
            return None
        pence = name.endswith("_pence") or "/" in name
        return int(value) / 100 if pence else value  # type: ignore[call-overload]

    return [tuple(plain(name, row[name]) for name in columns) for row in frame.to_dict("records")]


YEARS = ("2012/13", "2013/14", "2014/15")


def test_the_register_writes_a_blank_scenario_out(figures: Results) -> None:
    assert rows(figures.register, "line_ref", "scenario", *YEARS, "total_pence") == [
        ("F1", "Best case", 1_000, 200, 0, 1_200),
        ("F1", "Worst case", 1_000, 200, 0, 1_200),
        ("F2", "Best case", 0, -400, -800, -1_200),
        ("F2", "Worst case", 0, -200, -400, -600),
        ("F3", "Best case", -999, -999, -999, -2_997),
        ("F3", "Worst case", -999, -999, -999, -2_997),
        ("L1", "Best case", 0, 50, 0, 50),
        ("L1", "Worst case", 0, 50, 0, 50),
        ("L2", "Best case", -30, -30, -30, -90),
        ("L2", "Worst case", -30, -30, -30, -90),
        ("L3", "Best case", 0, -77, 0, -77),
        ("L3", "Worst case", 0, -77, 0, -77),
    ]


def test_the_apportioned_lines(figures: Results) -> None:
    best = figures.apportioned[figures.apportioned["scenario"] == "Best case"]
    assert rows(best, "line_ref", "partner", "organisation", *YEARS, "total_pence") == [
        ("F1", "A", "Alpha Council", 750, 150, 0, 900),
        ("F1", "B", "Beta Police", 250, 50, 0, 300),
        ("F2", "A", "Alpha Council", 0, -300, -600, -900),
        ("F2", "B", "Beta Police", 0, -100, -200, -300),
        ("F3", "A", "Alpha Council", -749.25, -749.25, -749.25, -2_247.75),
        ("F3", "B", "Beta Police", -249.75, -249.75, -249.75, -749.25),
        ("L1", "", "Not yet apportioned", 0, 50, 0, 50),
        ("L2", "", "Not yet apportioned", -30, -30, -30, -90),
        ("L3", "", "Not yet apportioned", 0, -77, 0, -77),
    ]


def test_excluded_lines_are_listed_and_in_no_total(figures: Results) -> None:
    assert rows(figures.excluded, "line_ref", "scenario", "counted_in", "2012/13") == [
        ("F4", "Best case", "Corporate Services Review", -5_000),
        ("F4", "Worst case", "Corporate Services Review", -5_000),
    ]
    assert "F4" not in set(figures.register["line_ref"])


def test_the_summary(figures: Results) -> None:
    got = rows(
        figures.summary,
        "strand",
        "organisation",
        "scenario",
        "one_off_pence",
        "annual_cashable_pence",
        "payback_years",
        "return_on_investment",
    )
    best, worst = "Best case", "Worst case"
    corporate = [
        ("Total programme", best, 1_200, -800, Fraction(3, 2), "2 – 3 years"),
        ("Total programme", worst, 1_200, -400, Fraction(3), "2 – 3 years"),
        ("Alpha Council", best, 900, -600, Fraction(3, 2), "2 – 3 years"),
        ("Alpha Council", worst, 900, -300, Fraction(3), "2 – 3 years"),
        ("Beta Police", best, 300, -200, Fraction(3, 2), "2 – 3 years"),
        ("Beta Police", worst, 300, -100, Fraction(3), "2 – 3 years"),
    ]
    blueprints = [
        ("Total programme", best, 0, -30, Fraction(0), "0 years"),
        ("Total programme", worst, 0, -30, Fraction(0), "0 years"),
        *(
            (name, case, 0, 0, None, "n/a")
            for name in ("Alpha Council", "Beta Police")
            for case in (best, worst)
        ),
        ("Not yet apportioned", best, 0, -30, Fraction(0), "0 years"),
        ("Not yet apportioned", worst, 0, -30, Fraction(0), "0 years"),
    ]
    everything = [
        ("Total programme", best, 1_200, -830, Fraction(1200, 830), "2 – 3 years"),
        ("Total programme", worst, 1_200, -430, Fraction(1200, 430), "2 – 3 years"),
        *corporate[2:],
        ("Not yet apportioned", best, 0, -30, Fraction(0), "0 years"),
        ("Not yet apportioned", worst, 0, -30, Fraction(0), "0 years"),
    ]
    assert got == [
        *(("Corporate", *row) for row in corporate),
        *(("Blueprints", *row) for row in blueprints),
        *(("All strands", *row) for row in everything),
    ]


def test_by_service_keeps_services_strand_by_strand(figures: Results) -> None:
    got = rows(
        figures.by_service[figures.by_service["scenario"] == "Best case"],
        "strand",
        "service",
        "organisation",
        "one_off_pence",
        "annual_cashable_pence",
    )
    assert got == [
        ("Corporate", "ICT", "Total programme", 1_200, -800),
        ("Corporate", "ICT", "Alpha Council", 900, -600),
        ("Corporate", "ICT", "Beta Police", 300, -200),
        ("Corporate", "Fleet", "Total programme", 0, 0),
        ("Corporate", "Fleet", "Alpha Council", 0, 0),
        ("Corporate", "Fleet", "Beta Police", 0, 0),
        ("Blueprints", "Legal", "Total programme", 0, -30),
        ("Blueprints", "Legal", "Alpha Council", 0, 0),
        ("Blueprints", "Legal", "Beta Police", 0, 0),
        ("Blueprints", "Legal", "Not yet apportioned", 0, -30),
    ]


def test_by_year(figures: Results) -> None:
    table = figures.by_year
    chosen = table[
        (table["organisation"] == "Total programme") & (table["scenario"] == "Best case")
    ]
    assert rows(chosen, "measure", *YEARS, "total_pence") == [
        ("One-off cost", 1_000, 200, 0, 1_200),
        ("One-off saving", 0, 0, 0, 0),
        ("Recurring cost", 0, 50, 0, 50),
        ("Cashable saving", 0, -400, -800, -1_200),
        ("Income", -30, -30, -30, -90),
        ("Non-cashable saving", 0, -77, 0, -77),
        ("Cost avoidance", -999, -999, -999, -2_997),
        ("Net cashable", 970, -180, -830, -40),
        ("Cumulative net cashable", 970, 790, -40, None),
    ]
    assert list(dict.fromkeys(table["organisation"])) == [
        "Total programme",
        "Alpha Council",
        "Beta Police",
        "Not yet apportioned",
    ]


def test_the_appraisal(figures: Results) -> None:
    got = rows(
        figures.appraisal,
        "organisation",
        "scenario",
        "one_off_pence",
        "annual_cashable_pence",
        "payback_years",
        "break_even_year",
        "net_present_pence",
    )
    assert got == [
        ("Total programme", "Best case", 1_200, -830, Fraction(120, 83), "2014/15", -40),
        ("Total programme", "Worst case", 1_200, -430, Fraction(120, 43), None, 560),
        ("Alpha Council", "Best case", 900, -600, Fraction(3, 2), "2014/15", 0),
        ("Alpha Council", "Worst case", 900, -300, Fraction(3), None, 450),
        ("Beta Police", "Best case", 300, -200, Fraction(3, 2), "2014/15", 0),
        ("Beta Police", "Worst case", 300, -100, Fraction(3), None, 150),
        ("Not yet apportioned", "Best case", 0, -30, Fraction(0), "2012/13", -40),
        ("Not yet apportioned", "Worst case", 0, -30, Fraction(0), "2012/13", -40),
    ]


def test_the_sources(figures: Results) -> None:
    columns = ("workbook", "department", "status", "rows_read", "accepted", "rejected", "excluded")
    assert rows(figures.sources, *columns) == [
        ("finance.xlsx", "Finance", "Final", 6, 4, 1, 1),
        ("legal.xlsx", "Legal", "Final", 3, 3, 0, 0),
        ("programme.xlsx", "", "", None, None, None, None),
    ]


def test_the_steady_state_year_decides_the_annual_amount(tmp_path: Path) -> None:
    plan(steady_state_year="2013/14").write(tmp_path)
    finance = Return()
    finance.line([-1, -20, -300], category="Cashable saving")
    finance.line([4, 5, 6], category="Recurring cost")
    finance.line([7, 8, 9])
    finance.write(tmp_path)
    total = results(tmp_path).summary.iloc[-3]
    assert (total["one_off_pence"], total["annual_cashable_pence"]) == (2_400, -1_500)


def test_the_net_present_cost_is_each_figures_own(tmp_path: Path) -> None:
    """Rounded for each organisation: the parts need not add up to the whole."""
    one = plan(discount_rate="100%")
    one.service("ICT", basis="Equal")
    one.none_of("Baseline")
    one.write(tmp_path)
    finance = Return()
    finance.line([0, 0.02], category="Recurring cost")
    finance.line([0, 0, 0.02], category="Recurring cost")
    finance.write(tmp_path)
    # In all: 2 ÷ 2 + 2 ÷ 4 = 1.5 pence; each half: 1 ÷ 2 + 1 ÷ 4 = 0.75 of a penny.
    assert results(tmp_path).appraisal["net_present_pence"].tolist() == [2, 1, 1]


def test_not_yet_apportioned_is_shown_where_its_amounts_add_up_to_nil(tmp_path: Path) -> None:
    plan().write(tmp_path)
    finance = Return()
    finance.line([5], basis="Not agreed", category="Recurring cost")
    finance.line([-5], basis="Not agreed", category="Income")
    finance.line([0], service="Fleet", basis="Not agreed")
    finance.write(tmp_path)
    shown = results(tmp_path).summary
    waiting = shown[shown["organisation"] == "Not yet apportioned"]["strand"].tolist()
    assert waiting == ["Corporate", "All strands"]


# Controls


def tables(figures: Results) -> pd.DataFrame:
    """The controls of the model's tables, worked out anew from the tables as they are."""
    nothing = np.zeros((0, 3), dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    return controls_table(model_controls(nothing, none.astype(bool), none, figures)[1:])


def test_every_control_passes(figures: Results) -> None:
    controls = figures.controls
    assert (controls["expected"] == controls["actual"]).all()
    assert controls["control"].is_unique
    money = controls[controls["control"].str.contains("finance.xlsx: money")]
    # 1,200 − 1,200 − 600 − 2,997 accepted, 1 + 3 rejected, (5,000) excluded.
    assert money["expected"].tolist() == [(1_200 - 1_200 - 600 - 2_997 + 4 - 5_000) * 100]
    entered = controls[controls["control"].str.startswith("Accepted money")]
    assert entered["expected"].tolist() == [int(figures.register["total_pence"].sum())]


@quick_cases(4)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("summary", c) for c in ("one_off_pence", "annual_cashable_pence")),
        *(("appraisal", c) for c in ("one_off_pence", "annual_cashable_pence")),
        *(("by_service", c) for c in ("one_off_pence", "annual_cashable_pence")),
        *(("by_year", c) for c in ("2012/13", "2014/15", "total_pence")),
        *(("apportioned", c) for c in ("2012/13", "2013/14")),
    ],
)
def test_a_penny_more_anywhere_fails_a_control(figures: Results, table: str, column: str) -> None:
    frame: pd.DataFrame = getattr(figures, table)
    assert (tables(figures)["expected"] == tables(figures)["actual"]).all()
    # Of the many rows of By_year, those of the programme, a partner and what waits, in turn.
    for row in range(0, len(frame), 5 if table == "by_year" else 1):
        if column == "total_pence" and frame[column].iat[row] is None:
            continue
        changed = frame.copy()
        changed[column] = changed[column].astype(object)
        changed.iat[row, changed.columns.get_loc(column)] += 1
        tampered = Results(**{**vars(figures), table: changed})
        controls = tables(tampered)
        assert (controls["expected"] != controls["actual"]).any(), f"{table} row {row}"


def test_a_penny_moved_from_one_year_to_another_fails_controls_of_both(figures: Results) -> None:
    frame = figures.by_year
    for row in range(len(frame)):
        changed = frame.copy()
        changed["2012/13"] = changed["2012/13"].astype(object)
        changed["2014/15"] = changed["2014/15"].astype(object)
        changed.iat[row, changed.columns.get_loc("2012/13")] += 1
        changed.iat[row, changed.columns.get_loc("2014/15")] -= 1
        controls = tables(Results(**{**vars(figures), "by_year": changed}))
        failed = controls.loc[controls["expected"] != controls["actual"], "control"]
        whose = "programme" if frame["organisation"].iat[row] == "Total programme" else "partners"
        measure, scenario = frame["measure"].iat[row], frame["scenario"].iat[row]
        words = measure if "et cashable" in measure else "all categories"
        assert failed.tolist() == [
            f"By_year, {whose}, {year}: {words}, {scenario} = the register"
            for year in ("2012/13", "2014/15")
        ]


def test_a_line_lost_from_the_register_fails_the_control_of_accepted_money(tmp_path: Path) -> None:
    figures = worked(tmp_path)
    controls = controls_table(
        model_controls(
            np.array([[100_000, 20_000, 0]]),
            np.array([False]),
            np.array([2]),
            Results(**{**vars(figures), "register": figures.register.iloc[:1]}),
        )[:1]
    )
    assert controls[["expected", "actual"]].to_numpy().tolist() == [[240_000, 120_000]]


def test_an_incremental_amount_counts_in_its_own_year_and_every_later_one(tmp_path: Path) -> None:
    plan(profile="Incremental").write(tmp_path)
    finance = Return()
    finance.line([-100, -10, -1], category="Income")
    finance.write(tmp_path)
    controls = results(tmp_path).controls
    entered = controls[controls["control"].str.startswith("Accepted money")]
    assert entered[["expected", "actual"]].to_numpy().tolist() == [[-32_100, -32_100]]
    money = controls[controls["control"].str.contains("money read")]
    assert money["expected"].tolist() == [-11_100]


TOTALS = {
    "read_rows": 15,
    "accepted_rows": 7,
    "rejected_rows": 2,
    "excluded_rows": 1,
    "left_out_rows": 5,
    "read_pence": 1_002,
    "accepted_pence": 600,
    "rejected_pence": 300,
    "excluded_pence": 60,
    "left_out_pence": 2,
    "outside_pence": 40,
}


def failed(files: tuple[int, int, int], totals: dict[str, int]) -> list[str]:
    controls = intake_controls(*files, [ReturnTotals("return.xlsx", **totals)])
    return [c.control for c in controls if c.expected != c.actual]


def test_what_came_in_is_accounted_for() -> None:
    assert failed((5, 3, 2), TOTALS) == []
    assert failed((5, 3, 1), TOTALS) == ["Files found = read + not read"]


@pytest.mark.parametrize("figure", list(TOTALS))
def test_a_row_or_a_penny_lost_on_the_way_fails_a_control(figure: str) -> None:
    (control,) = failed((5, 3, 2), {**TOTALS, figure: TOTALS[figure] + 1})
    assert ("rows" if figure.endswith("rows") else "money") in control


def test_money_of_each_fate_is_in_the_controls(tmp_path: Path) -> None:
    """A positive, incremental return in thousands: accepted 5 − 5 − 7, rejected 3 + 9 and 2 (an
    unreadable cell nil, a year outside with it), excluded 2, outside 11."""
    plan(units="£000", savings_sign="Positive", profile="Incremental").write(tmp_path)
    finance = Return(years=("2012/13", "2013/14", "2030/31"))
    finance.line([5, -5, 11])
    finance.line([0, 7], category="Cashable saving")
    finance.line([3, "TBC", 9])
    finance.line([2, error_cell()], line_ref="X")
    finance.line([2], category="Recurring cost", counted_in="Elsewhere")
    finance.write(tmp_path)
    outcome = run(tmp_path)
    (totals,) = outcome.totals
    assert totals.read_rows == 5
    assert totals.accepted_pence == -700_000
    assert totals.rejected_pence == (3 + 9 + 2) * 100_000
    assert totals.excluded_pence == 200_000
    assert totals.outside_pence == 1_100_000
    assert totals.read_pence == (5 - 5 + 11 - 7 + 3 + 9 + 2 + 2) * 100_000
    controls = results(tmp_path).controls
    assert (controls["expected"] == controls["actual"]).all()


@pytest.mark.parametrize("lines", [0, 1])
def test_a_programme_without_an_accepted_line_has_its_tables(tmp_path: Path, lines: int) -> None:
    plan().write(tmp_path)
    finance = Return()
    for _ in range(lines):
        finance.line(["TBC"])
    if lines:
        finance.write(tmp_path)
    figures = results(tmp_path)
    assert len(issues(tmp_path)) == lines
    assert figures.register.empty
    assert set(figures.summary["one_off_pence"]) == {0}
    assert set(figures.summary["return_on_investment"]) == {"n/a"}
    assert figures.appraisal["break_even_year"].isna().all()
    assert (figures.controls["expected"] == figures.controls["actual"]).all()
