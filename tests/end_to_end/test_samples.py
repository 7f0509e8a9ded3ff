"""The sample programmes, from their workbooks to the published figures."""

import csv
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest

from tests import make_pictures, make_samples, reference
from tests.builders import issues_in, mismatches, read_table, read_tables
from tests.end_to_end.commands import ROOT, Said, contents, pipeline, report
from tests.long import long

CIRCULATED = "To circulate"
HAMPSHIRE, CAMBRIDGESHIRE = "joint-working-in-hampshire", "cambridgeshire-and-peterborough"
SOUTH_HAMS = "south-hams-and-west-devon"
SAMPLES = {
    HAMPSHIRE: "hampshire",
    CAMBRIDGESHIRE: "cambridgeshire",
    SOUTH_HAMS: "south_hams",
}
SUMMARY = "programme-summary.xlsx"
SIBC, BLUEPRINTS = "Strategic Integrated Business Case", "Individual Blueprints"
TOTAL, HCC = "Total programme", "Hampshire County Council"

Tables = dict[str, list[dict[str, object]]]


def copy_of_the_samples(folder: Path) -> Path:
    """The samples alone, whatever else somebody has put into inputs."""
    for name in SAMPLES:
        shutil.copytree(ROOT / "inputs" / name, folder / name)
    return folder


@dataclass(frozen=True)
class Reported:
    said: Said
    inputs: Path
    outputs: Path
    inputs_before: dict[str, str]

    def tables(self, programme: str) -> Tables:
        return tables_of(self.outputs / programme / SUMMARY)


@lru_cache
def tables_of(path: Path) -> Tables:
    return read_tables(path)


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    folder = tmp_path_factory.mktemp("samples")
    inputs, outputs = copy_of_the_samples(folder / "inputs"), folder / "outputs"
    before = contents(inputs)
    return Reported(report(inputs, outputs), inputs, outputs, before)


@pytest.fixture(scope="session")
def hampshire(reported: Reported) -> Tables:
    return reported.tables(HAMPSHIRE)


@pytest.fixture(scope="session")
def cambridgeshire(reported: Reported) -> Tables:
    return reported.tables(CAMBRIDGESHIRE)


# The reference's view of a sample: from the data files, not from the workbooks


def as_reference(sample: make_samples.Programme) -> reference.RefProgramme:
    years = sample.years
    first = int(sample.setting("First year")[:4])
    tolerance = sample.setting("Share tolerance")

    def weights(sheet: str) -> tuple[reference.RefWeights, ...]:
        headings = [*sample.headings_of(sheet), *sample.codes]
        rows = (dict(zip(headings, row, strict=True)) for row in sample.tables.get(sheet, ()))
        return tuple(
            reference.RefWeights(
                str(row.get("Driver", reference.BASELINE)),
                str(row["Service"]) or None,
                int(str(year)[:4]) if (year := row.get("Year")) else None,
                {c: Decimal(str(row[c])) if row[c] != "" else None for c in sample.codes},
                day if isinstance(day := row.get("From"), date) else None,
                str(row.get("Version", "")) or None,
            )
            for row in rows
        )

    return reference.RefProgramme(
        first_year=first,
        years=len(years),
        steady_state=years.index(sample.setting("Steady-state year", years[-1])),
        scenarios=tuple(sample.scenarios),
        partners=tuple(
            reference.RefPartner(str(code), str(name)) for code, name in sample.tables["Partners"]
        ),
        services=tuple(reference.RefService(*map(str, row)) for row in sample.tables["Services"]),
        baseline=weights("Baseline"),
        drivers=weights("Drivers"),
        units=sample.setting("Units"),
        sign=sample.setting("Savings sign"),
        profile=sample.setting("Profile"),
        discount_rate=Fraction(sample.setting("Discount rate")),
        share_tolerance=Fraction(tolerance) if tolerance else None,
    )


def lines_of(sample: make_samples.Programme) -> list[reference.RefLine]:
    return [
        reference.RefLine(
            line_ref=line["Line ref"],
            service=line["Service"],
            category=line["Category"],
            amounts=tuple(
                Decimal(pounds) / reference.POUNDS_IN[each.units]
                for pounds in [*amounts, *[0] * (len(sample.years) - len(amounts))]
            ),
            scenario=scenario or None,
            basis=line["Basis"] or None,
            partner=line["Partner"] or None,
            counted_in=line["Counted in"] or None,
            units=each.units,
            paid_by=line["Paid by"] or None,
        )
        for each in sample.returns
        for line in each.lines
        for scenario, amounts in line.amounts.items()
    ]


KEYS = {
    "Summary": ("Strand", "Organisation"),
    "Appraisal": ("Organisation", "Scenario"),
    "By_year": ("Organisation", "Scenario", "Measure"),
    "By_service": ("Strand", "Service", "Organisation"),
}
TABLES = {
    "Summary": reference.summary,
    "Appraisal": reference.appraisal,
    "By_year": reference.by_year,
    "By_service": reference.by_service,
}


# The published figures


@pytest.mark.parametrize(
    ("strand", "organisation", "one_off", "annual", "band"),
    [
        (SIBC, TOTAL, (3_045_000, 3_680_000), (-3_930_000, -1_970_000), "0 – 2 years"),
        (SIBC, HCC, (1_858_000, 2_197_000), (-1_804_000, -825_000), "2 – 3 years"),
        (BLUEPRINTS, TOTAL, (96_000, 124_000), (-337_000, -182_000), "0 – 1 years"),
    ],
)
def test_hampshire_summary_is_the_published_table(
    hampshire: Tables,
    strand: str,
    organisation: str,
    one_off: tuple[int, int],
    annual: tuple[int, int],
    band: str,
) -> None:
    (row,) = (
        row
        for row in hampshire["Summary"]
        if (row["Strand"], row["Organisation"]) == (strand, organisation)
    )
    assert (row["One-off: Best case"], row["One-off: Worst case"]) == one_off
    assert (row["Annual cashable: Best case"], row["Annual cashable: Worst case"]) == annual
    assert row["Return on investment"] == band
    for scenario, cost, saving in zip(("Best", "Worst"), one_off, annual, strict=True):
        assert row[f"Payback years: {scenario} case"] == pytest.approx(cost / -saving, rel=1e-12)


@pytest.mark.parametrize("programme", SAMPLES)
@pytest.mark.parametrize("table", TABLES)
def test_every_figure_is_the_reference_s(reported: Reported, programme: str, table: str) -> None:
    sample = make_samples.read_programme(SAMPLES[programme])
    expected = TABLES[table](as_reference(sample), lines_of(sample))
    actual = reported.tables(programme)[table]
    assert mismatches(expected, actual, KEYS[table]) == []


def test_one_baseline_cell_moves_the_county_council_as_the_reference_says(
    reported: Reported, tmp_path: Path
) -> None:
    inputs = tmp_path / "inputs"
    shutil.copytree(reported.inputs / HAMPSHIRE, inputs)
    control = inputs / "programme.xlsx"
    book = openpyxl.load_workbook(control)
    sheet = book["Baseline"]
    (row,) = (row for row in sheet.iter_rows() if row[0].value == "ICT")
    assert row[3].value == 13_525_026
    row[3].value = 9_000_000.25
    book.save(control)

    assert report(inputs, tmp_path / "outputs").status == 0
    actual = read_table(tmp_path / "outputs" / SUMMARY, "Summary")

    sample = make_samples.read_programme("hampshire")
    programme = as_reference(sample)
    moved = tuple(
        replace(each, weights={**each.weights, "HCC": Decimal("9000000.25")})
        if each.service == "ICT"
        else each
        for each in programme.baseline
    )
    lines = lines_of(sample)
    expected = reference.summary(replace(programme, baseline=moved), lines)
    assert mismatches(expected, actual, KEYS["Summary"]) == []

    def county(rows: list[dict[str, object]]) -> list[object]:
        return [row["Annual cashable: Best case"] for row in rows if row["Organisation"] == HCC]

    before = reported.tables(HAMPSHIRE)["Summary"]
    assert county(actual) != county(before)
    assert [row for row in actual if row["Organisation"] == TOTAL] == [
        row for row in before if row["Organisation"] == TOTAL
    ]


def test_lines_that_the_corporate_services_review_counts_are_left_out_and_listed(
    hampshire: Tables,
) -> None:
    excluded = hampshire["Excluded"]
    assert {row["Counted in"] for row in excluded} == {"Corporate Services Review"}
    assert {row["Scenario"] for row in excluded} == {"Best case", "Worst case"}
    refs = {row["Line ref"] for row in excluded}
    assert "FIN-13" in refs
    assert not refs & {row["Line ref"] for row in hampshire["Register"]}
    assert not refs & {row["Line ref"] for row in hampshire["Apportioned"]}


def test_blueprints_are_not_yet_apportioned(
    hampshire: Tables,
) -> None:
    rows = {row["Organisation"]: row for row in hampshire["Summary"] if row["Strand"] == BLUEPRINTS}
    assert rows["Not yet apportioned"] == {
        **rows[TOTAL],
        "Organisation": "Not yet apportioned",
    }
    assert rows[HCC]["Annual cashable: Best case"] == 0


def test_baselines_add_up_to_the_published_total(reported: Reported) -> None:
    book = openpyxl.load_workbook(reported.inputs / HAMPSHIRE / "programme.xlsx")
    numbers = [
        cell
        for row in book["Baseline"].iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, int)
    ]
    assert sum(numbers) == 90_000_000


# What the second sample says


def test_cambridgeshire_figures(cambridgeshire: Tables) -> None:
    annual = {
        (row["Strand"], row["Organisation"]): row["Annual cashable: Business plan"]
        for row in cambridgeshire["Summary"]
    }
    ccc = "Cambridgeshire County Council"
    assert annual["Shared Services Programme", ccc] == -500_000
    assert annual["Community Safety", ccc] == -30_000
    assert annual["All strands", TOTAL] == -530_000
    first_year = {
        row["Organisation"]: row["2019/20"]
        for row in cambridgeshire["By_year"]
        if row["Measure"] == "Net cashable"
    }
    assert first_year == {TOTAL: -530_000, ccc: -530_000, "Peterborough City Council": 0}


def test_cambridgeshire_projects_one_of_them_without_lines(
    cambridgeshire: Tables,
) -> None:
    projects = {
        row["Project code"]: row["Business planning reference"]
        for row in cambridgeshire["Projects"]
    }
    assert projects == {
        "TR001408": "C/R.6.101",
        "TR001432": "A/R.6.211",
        "TR001435": "A/R.6.212",
    }
    with_lines = {row["Project code"] for row in cambridgeshire["Register"]}
    assert with_lines == {"TR001408", "TR001432"}


# What the third sample says


@pytest.mark.skipif(
    any(shutil.which(name) is None for name in make_pictures.NEEDED),
    reason="LibreOffice or poppler is not installed: nothing makes pages of a workbook",
)
def test_what_is_to_be_circulated_takes_twelve_pages_at_most(
    reported: Reported, tmp_path: Path
) -> None:
    path = reported.outputs / HAMPSHIRE / "programme-summary.xlsx"
    sheets = [str(row["Sheet"]) for row in read_table(path, "Contents") if row["Set"] == CIRCULATED]
    pages = make_pictures.footers(make_pictures.pages_of(path.read_bytes(), tmp_path))
    of_set = [foot for foot in pages if foot.startswith(("Cover", "Contents", *sheets))]
    assert len(sheets) + 2 <= len(of_set) <= 12
    assert of_set == pages[: len(of_set)]
    assert len([foot for foot in of_set if foot.startswith("Cover")]) == 1


@pytest.fixture(scope="session")
def south_hams(reported: Reported) -> Tables:
    return reported.tables(SOUTH_HAMS)


@pytest.mark.parametrize(
    ("line", "south", "west"),
    [
        # 36,517 × (185 × 74 + 180 × 82) ÷ 36,500 = 28,463.2504…
        ("GOV-01", "-28463.25", "-8053.75"),
        ("GOV-02", "-19845.70", "-8505.30"),  # 28,351 × 70%
        ("GOV-03", "-6122.50", "-3752.50"),  # 9,875 × 62%
        ("GOV-04", "-3666.50", "-3666.50"),  # 7,333 ÷ 2
        ("GOV-05", "-11696.15", "-2512.85"),  # 14,209 × 512 ÷ 622 = 11,696.1543…
        ("GOV-06", "-24600.00", "-16400.00"),  # 41,000 × 812,400 ÷ 1,354,000
        ("GOV-07", "-24169.55", "-9163.45"),  # 33,333 × 1,936 ÷ 2,670: the Estimate
        ("GOV-08", "-8211.66", "-2899.34"),  # 11,111 × 439 ÷ 594 = 8,211.66498…: the Estimate
        ("CUS-01", "-42451.86", "-21869.14"),  # 64,321 × 66%: the Actual
        ("CUS-02", "-15854.97", "-9146.03"),  # 25,001 × 45,670 ÷ 72,015
        ("CUS-03", "-12895.24", "-4881.76"),  # 17,777 × 86,747,206 ÷ 119,587,185
        ("CUS-04", "-12839.38", "-9382.62"),  # 22,222 × 182 ÷ 315: the Estimate
        ("PLA-01", "-20000.67", "-10000.33"),  # 30,001 × 4 ÷ 6
        ("PLA-02", "-16260.58", "-10282.42"),  # 26,543 × 3,400 ÷ 5,550
        ("PLA-03", "-55000.00", "0"),
        ("PLA-04", "0", "-31000.00"),
    ],
)
def test_each_kind_of_split_by_hand(south_hams: Tables, line: str, south: str, west: str) -> None:
    shares = {
        row["Partner"]: Decimal(str(row["2022/23"]))
        for row in south_hams["Apportioned"]
        if row["Line ref"] == line
    }
    assert shares.get("SHDC", 0) == Decimal(south)
    assert shares.get("WDBC", 0) == Decimal(west)


def test_the_agreed_split_changes_in_october_and_three_points_are_let_pass(
    south_hams: Tables,
) -> None:
    rows = [row for row in south_hams["Share_changes"] if row["Partner"] == "SHDC"]
    holding = {row["Driver"]: (row["Holds"], row["Effect"]) for row in rows}
    assert holding == {
        "Agreed split": ("Actual", -1440.67),
        "Planning applications": ("Estimate", -2.84),
        "Enforcement cases": ("Estimate", -293.48),
        "Calls": ("Actual", 3216.05),
        "New claims": ("Estimate", 319.29),
    }
    waiting = [row for row in south_hams["Apportioned"] if not row["Partner"]]
    assert [row["Line ref"] for row in waiting] == ["PLA-05"]
    tables = ("Settlement", "Transfers", "By_tag", "Tag_numbers", "Budget_gap", "Tracker")
    assert all(south_hams[name] for name in tables)


def test_an_issued_version_is_compared_with_the_split_that_comes_after_it(
    reported: Reported, tmp_path: Path
) -> None:
    """The Actual of the calls is withdrawn after the report was issued."""
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    shutil.copytree(reported.inputs / SOUTH_HAMS, inputs)
    assert report(inputs, outputs).status == 0
    said = pipeline("issue", "--inputs", inputs, "--outputs", outputs, "--name", "March 2023")
    assert said.status == 0, said.err
    control = inputs / "programme.xlsx"
    book = openpyxl.load_workbook(control)
    sheet = book["Drivers"]
    (row,) = (each for each in sheet.iter_rows() if each[7].value == 66)
    assert (row[0].value, row[4].value) == ("Calls", "Actual")
    sheet.delete_rows(row[0].row)
    book.save(control)
    assert report(inputs, outputs).status == 0
    movements = read_table(outputs / SUMMARY, "Movements")
    (moved,) = movements
    assert (moved["What"], moved["Before"]) == ("Calls from 2022/23, Actual", "SHDC 66; WDBC 34")
    # 64,321 × 71% in place of 66%.
    assert moved["Annual cashable effect: South Hams District Council"] == -3216.05
    assert moved["Annual cashable effect: West Devon Borough Council"] == 3216.05


# What holds for all


def test_the_run_says_what_it_did(reported: Reported) -> None:
    said = reported.said
    assert (said.status, said.err) == (0, "")
    assert "Joint Working in Hampshire (joint-working-in-hampshire) Returns expected 8" in said.out
    assert "Lines excluded 3 Annual cashable: Best case (£4,267,000)" in said.out
    assert f"Reports: {reported.outputs / CAMBRIDGESHIRE}" in said.out


def test_the_readme_shows_what_the_run_says(reported: Reported) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown, found = re.subn(
        r".*    Joint Working in Hampshire \(.*?\)(.*?)Reports:.*", r"\1", readme, flags=re.DOTALL
    )
    assert found == 1
    shown_lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    assert len(shown_lines) > 5
    (said,) = re.findall(r"Joint Working in Hampshire \(.*?Reports:", reported.said.out, re.DOTALL)
    assert [line for line in shown_lines if line not in said] == []


@pytest.mark.parametrize("programme", SAMPLES)
def test_no_issue_and_every_control_passes(reported: Reported, programme: str) -> None:
    assert issues_in(reported.outputs / programme / SUMMARY) == []
    assert issues_in(reported.outputs / programme / "validation-report.xlsx") == []
    controls = reported.tables(programme)["Controls"]
    assert len(controls) > 20
    assert {row["Result"] for row in controls} == {"Pass"}
    assert {row["Difference"] for row in controls} == {0}


@pytest.mark.parametrize("programme", SAMPLES)
def test_apportioned_csv_adds_up_to_the_register(reported: Reported, programme: str) -> None:
    path = reported.outputs / programme / "data" / "apportioned.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfline_ref,project_code,service,strand,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        *("line_ref", "project_code", "service", "strand", "category", "scenario", "basis"),
        *("partner", "year", "amount"),
    ]
    added: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        assert Decimal(row["amount"]) != 0
        assert row["amount"].partition(".")[2].isdigit()
        assert len(row["amount"].partition(".")[2]) == 2
        added[row["line_ref"], row["scenario"], row["year"]] += Decimal(row["amount"])

    register = reported.tables(programme)["Register"]
    years = make_samples.read_programme(SAMPLES[programme]).years
    expected = {
        (row["Line ref"], row["Scenario"], year): Decimal(str(row[year]))
        for row in register
        for year in years
        if row[year]
    }
    assert added == expected


@pytest.mark.parametrize("programme", SAMPLES)
def test_partner_packs_show_the_partners_rows_of_the_summary(
    reported: Reported, programme: str
) -> None:
    partners = make_samples.read_programme(SAMPLES[programme]).tables["Partners"]
    folder = reported.outputs / programme / "partners"
    assert {path.stem for path in folder.iterdir()} == {code for code, _ in partners}
    summary = reported.tables(programme)["Summary"]
    for code, name in partners:
        own = [row for row in summary if row["Organisation"] == name]
        assert read_table(folder / f"{code}.xlsx", "Summary") == own


@pytest.mark.parametrize("programme", SAMPLES)
def test_every_output_says_that_the_lines_are_illustrative(
    reported: Reported, programme: str
) -> None:
    packs = (reported.outputs / programme / "partners").glob("*.xlsx")
    for path in (reported.outputs / programme / SUMMARY, *packs):
        book = openpyxl.load_workbook(path, read_only=True)
        notes = [str(cell) for row in book["Notes"].iter_rows(values_only=True) for cell in row]
        assert any("illustrative" in text for text in notes), path
        book.close()


@pytest.mark.parametrize("programme", SAMPLES)
def test_every_sample_s_cover_says_so_too(programme: str) -> None:
    for path in (ROOT / "inputs" / programme).rglob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        front = book["Programme" if path.name == "programme.xlsx" else "Cover"]
        words = [str(cell) for row in front.iter_rows(values_only=True) for cell in row]
        assert any("illustrative" in text for text in words), path
        book.close()


def test_inputs_are_what_the_script_writes(tmp_path: Path) -> None:
    make_samples.main([str(tmp_path)])
    for programme in SAMPLES:
        assert contents(ROOT / "inputs" / programme) == contents(tmp_path / programme)


def test_inputs_are_never_changed(reported: Reported) -> None:
    assert contents(reported.inputs) == reported.inputs_before


@long  # test_same_bytes has a quick one
def test_a_second_run_writes_the_same_bytes(reported: Reported) -> None:
    # Beside the inputs like the first: links to the returns say the same.
    again = reported.outputs.with_name("again")
    assert report(reported.inputs, again).status == 0
    assert contents(again) == contents(reported.outputs)
