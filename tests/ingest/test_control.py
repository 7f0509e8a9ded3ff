"""programme.xlsx: settings, lists, and when a programme stops (contract, section 2)."""

from fractions import Fraction
from pathlib import Path

import pytest

from pipeline.core.programme import Programme as Built
from tests.builders import Cell, Formula, Programme, Return, error_cell
from tests.check.files import make_strict
from tests.ingest.reading import issues, problems, results, run


def built(one: Programme, folder: Path) -> Built:
    """The programme that a control workbook gives, without any issue."""
    one.write(folder)
    assert issues(folder) == []
    return results(folder).programme


def test_defaults(tmp_path: Path) -> None:
    one = Programme(years=None)
    programme = built(one, tmp_path)
    assert programme.year_labels == ("2012/13", "2013/14", "2014/15", "2015/16", "2016/17")
    assert programme.steady_year == 2016
    assert programme.scenarios == ("Best case", "Worst case")
    assert programme.plan_scenario == "Worst case"
    assert programme.pounds_per_unit == 1
    assert programme.report_unit == 1_000
    assert not programme.savings_positive
    assert not programme.incremental
    assert programme.discount_rate == Fraction("0.035")
    assert programme.payback_limit is None
    assert (programme.reference, programme.price_base, programme.marking) == ("", "", "")


def test_settings_of_its_own(tmp_path: Path) -> None:
    one = Programme(
        title="Joint working in Hampshire",
        reference=3506,
        first_year="FY2013",
        years="4",
        steady_state_year="2013-14",
        scenarios=" Low , High,Central ",
        plan_scenario="CENTRAL",
        units="£'000",
        savings_sign="positive",
        profile="INCREMENTAL",
        discount_rate="6%",
        price_base="2012/13 prices, excluding VAT",
        payback_limit=2.5,
        report_units="£m",
        marking="OFFICIAL",
        note="Figures are illustrative.",
    )
    programme = built(one, tmp_path)
    assert programme.title == "Joint working in Hampshire"
    assert programme.reference == "3506"
    assert programme.years == (2012, 2013, 2014, 2015)
    assert programme.steady_index == 1
    assert programme.scenarios == ("Low", "High", "Central")
    assert programme.plan_scenario == "Central"
    assert (programme.pounds_per_unit, programme.report_unit) == (1_000, 1_000_000)
    assert programme.savings_positive
    assert programme.incremental
    assert programme.discount_rate == Fraction(6, 100)
    assert programme.payback_limit == Fraction(5, 2)
    assert programme.price_base == "2012/13 prices, excluding VAT"
    assert (programme.marking, programme.note) == ("OFFICIAL", "Figures are illustrative.")


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        (0, 0),
        (0.035, Fraction("0.035")),
        (3.5, Fraction("0.035")),
        ("3.5", Fraction("0.035")),
        ("3.5%", Fraction("0.035")),
        ("3.5 %", Fraction("0.035")),
        ("0.5%", Fraction("0.005")),
        (0.5, Fraction("0.5")),
        (0.999, Fraction("0.999")),
        (1, Fraction("0.01")),
        ("1%", Fraction("0.01")),
        (100, 1),
        (0.1, Fraction("0.1")),
    ],
)
def test_a_discount_rate_of_1_or_more_is_per_cent(
    tmp_path: Path, cell: Cell, rate: Fraction
) -> None:
    assert built(Programme(discount_rate=cell), tmp_path).discount_rate == rate


def test_sheets_and_headings_are_found_as_leniently_as_in_returns(tmp_path: Path) -> None:
    one = Programme(
        title_rows=3,
        blank_columns=1,
        sheets={"Programme": "PROGRAMME ", "Partners": "partners-", "Baseline": "base-line"},
        headings={"Setting": "SETTING:", "Code": "code", "Strand": "Strand [note 1]", "A": " a "},
        **{"TITLE:": "Lenient", "STEADY STATE\nyear": "2013/14"},
    )
    one.setting("Title", None)
    programme = built(one, tmp_path)
    assert programme.title == "Lenient"
    assert programme.steady_year == 2013
    assert programme.codes == ("A", "B")


@pytest.mark.parametrize(
    ("setting", "value", "meant"),
    [
        ("Unit", "£000", "Units"),
        ("Year", 4, "Years"),
        ("Unist", "£000", "Units"),
        ("Savingssigns", "Positive", "Savings sign"),
        ("Cost sign", "Negative", "Costs sign"),
        ("Profil", "Incremental", "Profile"),
        ("Discount rates", "6%", "Discount rate"),
        ("Sign of savings", "Positive", "Savings sign"),
        ("Sign for the costs", "Negative", "Costs sign"),
        ("Units", Formula("=A1"), None),
        ("Unit", error_cell(), "Units"),
    ],
)
def test_a_setting_that_is_nearly_one_of_ours_stops_the_programme(
    tmp_path: Path, setting: str, value: Cell, meant: str | None
) -> None:
    one = Programme(report_units="£")
    cell = one.setting(setting, value)
    one.write(tmp_path)
    outcome = run(tmp_path)
    assert outcome.results is None
    (issue,) = outcome.issues
    assert issue.at.cell == cell
    if meant is not None:
        assert f"did you mean {meant}?" in issue.problem


def test_a_setting_a_letter_off_is_named_though_ours_stands_there_too(tmp_path: Path) -> None:
    one = Programme(units="£")
    same = one.setting("Unit", "£")
    one.write(tmp_path)
    assert issues(tmp_path) == []
    one.setting("Unit", "£000")
    one.write(tmp_path)
    assert issues(tmp_path) == [("bad-setting", same)]
    assert run(tmp_path).results is None


@pytest.mark.parametrize(
    ("setting", "stops"), [("Notes", False), ("Report unit", False), ("Tittle", True)]
)
def test_nearly_a_setting_that_does_not_interpret_amounts_lets_the_programme_go_on(
    tmp_path: Path, setting: str, stops: bool
) -> None:
    one = Programme()
    cell = one.setting(setting, "£000")
    one.write(tmp_path)
    assert issues(tmp_path) == [("bad-setting", cell)]
    assert (run(tmp_path).results is None) == stops


@pytest.mark.parametrize(
    "setting", ["Date", "Baseline year", "Version", "Author", "Status", "Lead", "Sponsor", "Region"]
)
def test_a_setting_of_their_own_is_a_note(tmp_path: Path, setting: str) -> None:
    one = Programme()
    one.setting(setting, "Anything")
    one.write(tmp_path)
    assert issues(tmp_path) == []


def test_costs_below_zero(tmp_path: Path) -> None:
    programme = built(Programme(savings_sign="Positive", costs_sign="Negative"), tmp_path)
    assert (programme.savings_positive, programme.costs_positive) == (True, False)


# What stops a programme


STOPS = [
    ("Title", None),
    ("First year", None),
    ("First year", "2012"),
    ("First year", error_cell()),
    ("Years", 0),
    ("Years", Formula("=2+1")),
    ("Steady-state year", "2015/16"),
    ("Scenarios", "Best, best"),
    ("Units", "pounds"),
    ("Units", error_cell("#NAME?")),
    ("Savings sign", "Minus"),
    ("Costs sign", "Negative"),
    ("Profile", "Yearly"),
    ("Discount rate", "low"),
]
GOES_ON = [
    ("Plan scenario", "Likely case"),
    ("Other programmes", ";"),
    ("Payback limit", "three"),
    ("Report units", "£bn"),
    ("Reference", error_cell()),
    ("Note", Formula("=A1")),
]


@pytest.mark.parametrize(
    ("setting", "value", "stops"),
    [*((*each, True) for each in STOPS), *((*each, False) for each in GOES_ON)],
)
def test_a_wrong_setting_is_at_its_cell_and_stops_where_it_interprets_amounts(
    tmp_path: Path, setting: str, value: Cell, stops: bool
) -> None:
    one = Programme()
    cell = one.setting(setting, value)
    one.write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.write(tmp_path)
    outcome = run(tmp_path)
    (issue,) = outcome.issues
    rule = {None: "formula-no-value"} if isinstance(value, Formula) else {}
    wanted = "bad-setting"
    if isinstance(value, Formula):
        wanted = rule.get(value.stored, "cell-error")  # type: ignore[arg-type]
    assert issue.rule == wanted
    assert issue.heading == setting
    assert issue.at.cell == ("" if value is None else cell)
    assert (outcome.results is None) is stops


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    one = Programme(
        title=None,
        first_year="soon",
        years=99,
        steady_state_year="2014/15",
        units="pounds",
        savings_sign="?",
        profile="?",
        discount_rate="?",
        plan_scenario="?",
        payback_limit="?",
        report_units="?",
    )
    one.partner("A", "Alpha")
    one.partner("B B", "Beta")
    one.service("ICT", None, "Equal")
    one.service("Fleet", basis="Floor area")
    one.baseline("Catering", A=1)
    one.baseline("Fleet", A=-1)
    one.write(tmp_path)
    outcome = run(tmp_path)
    assert outcome.results is None
    settings = [str(i.at) for i in outcome.issues if i.at.sheet == "Programme"]
    assert settings == [
        "programme.xlsx, Programme",
        *(f"programme.xlsx, Programme!B{row}" for row in (3, 4, 6, 7, 8, 9, 10, 11, 12)),
    ]
    lists = [(i.rule, f"{i.at.sheet}!{i.at.cell}") for i in outcome.issues]
    assert sorted(lists[len(settings) :]) == [
        ("bad-baseline", "Baseline!C3"),
        ("bad-setting", "Partners!A3"),
        ("bad-setting", "Services!B2"),
        ("unknown-basis", "Services!C3"),
        ("unknown-service", "Baseline!A2"),
    ]


def test_where_the_first_year_is_wrong_nothing_is_said_of_the_years_after_it(
    tmp_path: Path,
) -> None:
    one = Programme(steady_state_year="2014/15")
    cell = one.setting("First year", "2012")
    one.write(tmp_path)
    assert issues(tmp_path) == [("bad-setting", cell)]


@pytest.mark.parametrize("sheet", ["Programme", "Partners", "Services"])
def test_a_missing_sheet_stops_the_programme(tmp_path: Path, sheet: str) -> None:
    one = Programme()
    one.none_of("Baseline")
    one.leave_out(sheet)
    one.write(tmp_path)
    outcome = run(tmp_path)
    assert outcome.results is None
    assert [i.heading for i in outcome.issues if i.rule == "missing-sheet"] == [sheet]


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [
        ("Programme", "Setting"),
        ("Programme", "Value"),
        ("Partners", "Code"),
        ("Partners", "Name"),
        ("Services", "Service"),
        ("Services", "Strand"),
    ],
)
def test_a_missing_heading_stops_the_programme(tmp_path: Path, sheet: str, heading: str) -> None:
    one = Programme()
    one.sheets[sheet].printed[heading] = "Other"
    one.write(tmp_path)
    outcome = run(tmp_path)
    assert outcome.results is None
    found = [(str(i.at), i.heading) for i in outcome.issues if i.rule == "missing-heading"]
    assert found == [(f"programme.xlsx, {sheet}!A1", heading)]


def test_a_stopped_programme_says_what_waits(tmp_path: Path) -> None:
    Programme(units="pounds").write(tmp_path)
    Return().write(tmp_path)
    (tmp_path / "notes.txt").write_text("so")
    sources = {file.workbook: file.result for file in run(tmp_path).files}
    assert list(sources) == ["notes.txt", "programme.xlsx", "return.xlsx"]
    assert sources["programme.xlsx"] == "Read; 1 error"
    assert sources["return.xlsx"].startswith("Not read: the programme's control workbook")
    assert sources["notes.txt"].startswith("Not read: not a workbook")


@pytest.mark.parametrize("content", [b"", b"words", b"PK\x03\x04 and no more"])
def test_a_control_workbook_that_cant_be_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "programme.xlsx").write_bytes(content)
    outcome = run(tmp_path)
    assert outcome.results is None
    assert [(i.rule, str(i.at)) for i in outcome.issues] == [
        ("unreadable-workbook", "programme.xlsx")
    ]


def test_two_control_workbooks_stop_the_programme_and_name_both(tmp_path: Path) -> None:
    Programme().write(tmp_path, "Programme.xlsx")
    Programme().write(tmp_path, "programme.xlsx")
    outcome = run(tmp_path)
    assert outcome.results is None
    (problem,) = problems(tmp_path)
    assert "Programme.xlsx" in problem
    assert outcome.issues[0].at.workbook == "programme.xlsx"


def test_a_strict_control_workbook(tmp_path: Path) -> None:
    make_strict(Programme(title="Strict").write(tmp_path))
    assert results(tmp_path).programme.title == "Strict"


# Partners


def test_partners_in_reporting_order_with_codes_of_every_kind(tmp_path: Path) -> None:
    one = Programme()
    one.partner("z-9", "Zeta")
    one.partner("A_1", "Alpha")
    one.partner(7, "Seven")
    one.service("ICT")
    one.baseline("ICT", **{"Z-9": 1, "a_1": 2, "7": 3})
    programme = built(one, tmp_path)
    assert [(p.code, p.name) for p in programme.partners] == [
        ("z-9", "Zeta"),
        ("A_1", "Alpha"),
        ("7", "Seven"),
    ]
    (row,) = programme.weights["Baseline"]["ICT"]
    assert row.weights == (1, 2, 3)


@pytest.mark.parametrize(
    ("code", "name", "cell"),
    [
        (None, "Beta", "A3"),
        ("B", None, "B3"),
        ("B B", "Beta", "A3"),
        ("a", "Beta", "A3"),
        ("B", "alpha", "B3"),
        ("B", "Not yet apportioned", "B3"),
        (error_cell(), "Beta", "A3"),
        ("B", error_cell(), "B3"),
        (Formula("=B"), "Beta", "A3"),
    ],
)
def test_no_partner_is_lost_in_silence(tmp_path: Path, code: Cell, name: Cell, cell: str) -> None:
    """The others would get its shares."""
    one = Programme()
    one.partner("A", "Alpha")
    one.partner(code, name)
    one.none_of("Baseline")
    one.service("ICT", basis="Equal")
    one.write(tmp_path)
    outcome = run(tmp_path)
    assert outcome.results is None
    assert [i.at.cell for i in outcome.issues] == [cell]


def test_notes_below_the_partners_are_no_partners(tmp_path: Path) -> None:
    one = Programme()
    one.partner("A", "Alpha")
    one.partner("B", "Beta")
    one.sheets["Partners"].add_raw([])
    one.sheets["Partners"].add_raw(["Source: the agreement of 2011, schedule 2."])
    assert built(one, tmp_path).codes == ("A", "B")


@pytest.mark.parametrize(("count", "fine"), [(0, False), (1, True), (50, True), (51, False)])
def test_1_to_50_partners(tmp_path: Path, count: int, fine: bool) -> None:
    one = Programme()
    one.none_of("Partners", "Baseline")
    for number in range(count):
        one.partner(f"P{number}", f"Partner {number}")
    one.service("ICT", basis="Equal")
    one.write(tmp_path)
    assert (run(tmp_path).results is not None) is fine


# Services and bases


def test_services_keep_their_order_and_strands_one_spelling(tmp_path: Path) -> None:
    one = Programme()
    one.service("ICT", "Integrated services", "Equal")
    one.service("Fleet", "Blueprints", "not-agreed")
    one.service("Legal", "INTEGRATED  services", "direct")
    one.none_of("Baseline")
    programme = built(one, tmp_path)
    assert [(s.name, s.strand, s.basis) for s in programme.services] == [
        ("ICT", "Integrated services", "Equal"),
        ("Fleet", "Blueprints", "Not agreed"),
        ("Legal", "Integrated services", "Direct"),
    ]
    assert programme.strands == ("Integrated services", "Blueprints")


def test_a_blank_or_unknown_basis_doesnt_stop_the_programme(tmp_path: Path) -> None:
    one = Programme()
    one.service("ICT", basis=None)
    one.service("Fleet", basis="Floor area")
    one.none_of("Baseline")
    one.write(tmp_path)
    assert issues(tmp_path) == [("unknown-basis", "C2"), ("unknown-basis", "C3")]
    assert [service.basis for service in results(tmp_path).programme.services] == [None, None]


def test_no_services_stop_the_programme(tmp_path: Path) -> None:
    one = Programme()
    one.none_of("Services", "Baseline")
    one.write(tmp_path)
    assert run(tmp_path).results is None


# Assumptions and hidden sheets


def test_assumptions_of_the_programme_come_before_those_of_returns(tmp_path: Path) -> None:
    one = Programme()
    one.assumption(Ref="A1", Assumption="Pay awards of 1%", Owner="Ann")
    one.assumption(Ref="A2")
    one.write(tmp_path)
    finance = Return()
    finance.line([5])
    finance.add("Assumptions", ref="A9", assumption="Prices stand still")
    finance.write(tmp_path, "a.xlsx")
    table = results(tmp_path).narrative["Assumptions"]
    assert table[["ref", "assumption"]].to_numpy().tolist() == [
        ["A1", "Pay awards of 1%"],
        ["A9", "Prices stand still"],
    ]


def test_a_hidden_sheet_of_the_control_workbook_is_read_and_named(tmp_path: Path) -> None:
    one = Programme()
    one.baseline("ICT", A=1, B=1)
    one.baseline("Fleet", A=1, B=1)
    one.hide("Baseline")
    one.write(tmp_path)
    (issue,) = run(tmp_path).issues
    assert (issue.rule, str(issue.at)) == ("hidden-sheet", "programme.xlsx, Baseline")
    assert "Baseline" in results(tmp_path).programme.weights
