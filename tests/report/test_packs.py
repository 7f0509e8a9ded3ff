"""A partner's pack: complete for the partner, and nothing of another's in any of its parts."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.core.programme import Partner, Service
from pipeline.core.results import Results
from pipeline.core.source import SourceRef
from pipeline.core.weights import WeightRow
from pipeline.model.apportion import shares_table
from pipeline.model.figures import appraisal, by_service, by_year, cube, summary
from pipeline.model.register import apportioned
from pipeline.report.books import own_results, pack_path, partner_pack
from pipeline.report.excel.render import render
from schemas.model import REGISTER
from tests.builders import Programme, Return, read_table
from tests.end_to_end.commands import report
from tests.frames import frame_of
from tests.report import fake
from tests.report.fake import records_of, tables_of
from tests.running import outcome_of


def raw(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def numbers(content: bytes) -> set[float]:
    return {
        abs(value)
        for rows in tables_of(content).values()
        for row in rows
        for value in row
        if isinstance(value, int | float)
    }


def test_a_pack_holds_the_partners_figures(outputs: dict[str, bytes]) -> None:
    pack = outputs["partners/NORTH.xlsx"]
    summary = records_of(pack, "Summary")
    assert [row["Strand"] for row in summary] == ["Corporate", "Blueprints", "All strands"]
    assert {row["Organisation"] for row in summary} == {fake.NORTH.name}
    assert summary[-1]["Annual cashable: Best case"] == -120.02
    assert {row["Organisation"] for row in records_of(pack, "By_year")} == {fake.NORTH.name}
    assert {row["Organisation"] for row in records_of(pack, "By_service")} == {fake.NORTH.name}
    assert len(records_of(pack, "Appraisal")) == 2


def test_its_lines_have_their_shares(outputs: dict[str, bytes]) -> None:
    lines = records_of(outputs["partners/NORTH.xlsx"], "Apportioned")
    assert [line["Line ref"] for line in lines] == ["FIN-01", "FIN-01"]
    assert lines[0]["Share of line"] == 18_003 / 30_004
    assert lines[0]["Total"] == -180.03
    assert lines[0]["Basis"] == "Baseline"


def test_the_shares_sheet_has_its_own_column_alone(outputs: dict[str, bytes]) -> None:
    headings = tables_of(outputs["partners/NORTH.xlsx"])["Shares"][0]
    assert headings == [
        "Service", "Basis", "Year", "Own weight", "All others", "NORTH", "Evidence",
    ]  # fmt: skip


def test_nothing_of_another_partner_is_in_a_pack(outputs: dict[str, bytes]) -> None:
    text = raw(outputs["partners/NORTH.xlsx"])
    assert fake.SOUTH.name not in text
    assert fake.SOUTH.code not in text
    assert "FIN-02" not in text
    found = numbers(outputs["partners/NORTH.xlsx"])
    for part in fake.PARTS:
        if part["partner"] != "NORTH":
            assert abs(part["total_pence"]) / 100 not in found
    assert not found & {0.4, 7_777.0, 2_345.67, 2_545.70}


def test_what_is_not_yet_apportioned_is_in_no_pack(outputs: dict[str, bytes]) -> None:
    for code in ("NORTH", "SOUTH"):
        lines = records_of(outputs[f"partners/{code}.xlsx"], "Apportioned")
        assert "FLT-01" not in {line["Line ref"] for line in lines}


def test_a_pack_names_its_partner_and_the_programme(outputs: dict[str, bytes]) -> None:
    book = fake.opened(outputs["partners/SOUTH.xlsx"])
    assert book.properties.title == "Southshire Police: Joint services (3506)"
    assert book["Cover"]["A1"].value == "Southshire Police: your share of Joint services"
    assert book["Cover"]["A4"].value == (
        "Partner pack for Southshire Police. Reference 3506. Marking: OFFICIAL."
    )


def test_a_share_of_a_line_that_is_nil_in_all_is_blank(fake_results: Results) -> None:
    register = fake_results.register.assign(total_pence=0)
    own = own_results(fake.results(register=register), fake.NORTH)
    assert own.apportioned["share"].isna().tolist() == [True, True]


def test_the_partners_results_hold_no_register_weights_or_narrative(fake_results: Results) -> None:
    own = own_results(fake_results, fake.NORTH)
    assert own.register.empty
    assert own.excluded.empty
    assert own.narrative == {}
    assert own.programme.partners == (fake.NORTH,)
    assert own.programme.weights == {}


@pytest.mark.parametrize("code", ["CON", "prn", "Aux", "NUL", "COM1", "lpt9", "COM²", "CONIN$"])
def test_a_code_that_windows_keeps_for_itself_is_no_file_name(code: str) -> None:
    reserved, near = Partner(code, "Console Council"), Partner(f"{code}_", "Its neighbour")
    assert pack_path(reserved, (reserved, fake.NORTH)) == f"partners/{code}_.xlsx"
    assert pack_path(reserved, (near, reserved)) == f"partners/{code}__.xlsx"
    assert pack_path(near, (near, reserved)) == f"partners/{code}_.xlsx"
    assert pack_path(fake.NORTH, (reserved, fake.NORTH)) == "partners/NORTH.xlsx"


def test_a_pack_under_another_name_says_why(tmp_path: Path) -> None:
    programme = Programme()
    programme.partner("NUL", "Nullshire Council")
    programme.partner("B", "Beta Police")
    programme.baseline("ICT", NUL=1, B=1)
    programme.write(tmp_path / "inputs")
    assert report(tmp_path / "inputs", tmp_path / "outputs").status == 0
    packs = tmp_path / "outputs" / "partners"
    assert sorted(path.name for path in packs.iterdir()) == ["B.xlsx", "NUL_.xlsx"]
    for name, says in (("NUL_", True), ("B", False)):
        notes = {
            str(row["Term"]): str(row["What it means"])
            for row in read_table(packs / f"{name}.xlsx", "Notes")
        }
        words = "The file is called NUL_, as Windows keeps the name NUL for itself."
        assert (words in notes["This pack"]) == says
        assert not re.search(r"Register|listed in (Issues|Excluded)[,.]", " ".join(notes.values()))


# Three partners: what is of each other one must be in no part of a pack, as number or as text.

EAST = Partner("EAST", "Eastshire Fire")
WEIGHTS = {"NORTH": Decimal("6100.25"), "SOUTH": Decimal("2277.5"), "EAST": Decimal("1713.75")}


@lru_cache
def three() -> Results:
    at = SourceRef("programme.xlsx", "Baseline", 5, 1, 4)
    partners = (fake.NORTH, fake.SOUTH, EAST)
    services = (
        Service("Finance", "Corporate", "Baseline", at),
        Service("Fleet", "Blueprints", "Equal", at),
        Service("Legal", "Blueprints", "Not agreed", at),
    )
    row = WeightRow(None, tuple(WEIGHTS.values()), at)
    programme = fake.programme(
        partners=partners, services=services, weights={"Baseline": {"Finance": (row,)}}
    )
    register = frame_of(
        REGISTER,
        [
            fake.line("FIN-01", "Best case", (-1_234_501, -7_654_321)),
            fake.line("FIN-02", "Best case", (777_799, 0), category="One-off cost",
                      basis="Direct", partner="SOUTH", line=1),
            fake.line("FIN-03", "Best case", (555_511, 0), category="One-off cost",
                      basis="Direct", partner="NORTH", line=2),
            fake.line("FLT-01", "Worst case", (-901, -902), service="Fleet",
                      strand="Blueprints", basis="Equal", line=3),
        ],
        fake.YEARS,
    )  # fmt: skip
    shared = apportioned(register, programme)
    figures = cube(register, shared, programme)
    used = {("Finance", "Baseline"), ("Finance", "Direct"), ("Fleet", "Equal")}
    return fake.results(
        programme=programme,
        register=register,
        apportioned=shared,
        summary=summary(figures),
        appraisal=appraisal(figures, register, shared),
        by_year=by_year(figures),
        by_service=by_service(figures),
        shares=shares_table(programme, used),
        rejected_pence=43_210_00,
    )


@pytest.fixture(params=["NORTH", "SOUTH", "EAST"])
def partner(request: pytest.FixtureRequest) -> Partner:
    return next(each for each in three().programme.partners if each.code == request.param)


def test_workings_show_its_own_weight_and_all_others(partner: Partner) -> None:
    rows = records_of(render(partner_pack(three(), partner)), "Shares")
    own, every = WEIGHTS[partner.code], sum(WEIGHTS.values())
    by_basis = {row["Basis"]: row for row in rows if row["Year"] == "2012/13"}
    assert by_basis["Baseline"]["Own weight"] == float(own)
    assert by_basis["Baseline"]["All others"] == float(every - own)
    assert by_basis["Baseline"][partner.code] == pytest.approx(float(own / every))
    assert (by_basis["Equal"]["Own weight"], by_basis["Equal"]["All others"]) == (1, 2)
    for basis in ("Direct", "Not agreed"):
        assert by_basis[basis]["Own weight"] is None
        assert by_basis[basis]["All others"] is None


def test_no_part_of_a_pack_has_anything_of_another_partner(partner: Partner) -> None:
    results = three()
    content = render(partner_pack(results, partner))
    text = raw(content)
    in_cells = set(re.findall(r"<v>([^<]*)</v>", text))
    for other in results.programme.partners:
        if other == partner:
            continue
        assert other.name not in text
        assert not re.search(rf"\b{other.code}\b", text)
        assert str(float(WEIGHTS[other.code])) not in text
        parts = results.apportioned[results.apportioned["partner"] == other.code]
        for name in (*fake.YEARS, "total_pence"):
            for pence in parts[name]:
                if abs(pence) > 1_000:
                    assert not {str(pence / 100), str(abs(pence) / 100)} & in_cells
        direct = parts.loc[parts["basis"] == "Direct", "line_ref"]
        assert not any(ref in text for ref in direct)
    assert "43,210" not in text


def test_what_is_not_apportioned_has_no_weights(partner: Partner) -> None:
    results = three()
    row = WeightRow(None, None, SourceRef("programme.xlsx", "Baseline", 5, 1, 4))
    programme = replace(results.programme, weights={"Baseline": {"Finance": (row,)}})
    shares = shares_table(programme, set())
    rows = records_of(
        render(partner_pack(replace(results, programme=programme, shares=shares), partner)),
        "Shares",
    )
    assert {row["Own weight"] for row in rows if row["Basis"] == "Baseline"} == {None}


def test_a_pack_reads_as_complete(partner: Partner) -> None:
    book = fake.opened(render(partner_pack(three(), partner)))
    assert book.sheetnames == [
        "Cover", "Contents", "Summary", "Charts", "Appraisal", "By year", "By service", "Shares",
        "Inputs", "Lines", "Status", "Notes",
    ]  # fmt: skip
    head = [row[0] for row in book["Cover"].iter_rows(values_only=True, max_row=6)]
    assert head[3] == f"Partner pack for {partner.name}. Reference 3506. Marking: OFFICIAL."
    assert "n Worst case, where you fare worst, your share is a net present " in str(head[5])


def test_the_answer_speaks_of_the_partner_alone(partner: Partner) -> None:
    sheets = {sheet.name: sheet.answer for sheet in partner_pack(three(), partner).sheets}
    others = [each for each in three().programme.partners if each != partner]
    for answer in sheets.values():
        assert not any(each.name in answer for each in others)


def first_line(folder: Path, scenarios: str, beta: int) -> str:
    """What the cover of Beta's pack says first, where it bears so much once and nothing else."""
    programme = Programme(scenarios=scenarios)
    programme.partner("A", "Alpha Council")
    programme.partner("B", "Beta Council")
    programme.baseline("ICT", A=1, B=1)
    programme.write(folder)
    finance = Return()
    finance.line([-500, -500, -500], line_ref="S", category="Cashable saving", basis="Direct",
                 partner="A")  # fmt: skip
    category = "One-off cost" if beta > 0 else "Cashable saving"
    for number, scenario in enumerate(scenarios.split(", ")):
        finance.line([beta + number, 0, 0], line_ref="C", category=category, basis="Direct",
                     partner="B", scenario=scenario)  # fmt: skip
    finance.write(folder)
    results = outcome_of(folder).results
    assert results is not None
    cover = fake.opened(render(partner_pack(results, results.programme.partners[1])))["Cover"]
    (title,), _, *lines = cover.iter_rows(values_only=True, max_col=1, max_row=8)
    assert str(title).startswith("Beta Council: your share of ")
    return next(str(text) for (text,) in lines if "our share is" in str(text))


@pytest.mark.parametrize(
    ("scenarios", "beta", "says"),
    [
        (
            "Best, Worst",
            9_000,
            "In Worst, where you fare worst, your share is a net present cost of £9,001, at 3.5% "
            "a year.",
        ),
        (
            "Best, Worst",
            -2_000,
            "Even in Worst, where you fare worst, your share is a net present saving of £1,999, "
            "at 3.5% a year.",
        ),
        (
            "Plan",
            9_000,
            "Your share is a net present cost of £9,000, at 3.5% a year (Plan).",
        ),
    ],
)
def test_a_pack_says_first_how_its_partner_fares_at_its_worst(
    tmp_path: Path, scenarios: str, beta: int, says: str
) -> None:
    assert first_line(tmp_path, scenarios, beta) == says


def test_by_the_users_route_a_pack_holds_nothing_of_another_partner(tmp_path: Path) -> None:
    partners = {"ZQA": "Ashire Council", "ZQB": "Beeshire Police", "ZQC": "Ceeshire Fire"}
    weights = {"ZQA": 61_013, "ZQB": 22_037, "ZQC": 17_099}
    heads = {"ZQA": 1_201, "ZQB": 733, "ZQC": 457}
    programme = Programme()
    for code, name in partners.items():
        programme.partner(code, name)
    programme.baseline("ICT", **weights)
    programme.driver("Headcount", **heads)
    programme.write(tmp_path / "inputs")
    finance = Return()
    finance.line([98_765.43, 0, 0], description="All bear this")
    finance.line([0, -45_678.91, -45_678.91], category="Cashable saving", basis="Headcount")
    for number, code in enumerate(partners, 1):
        finance.line(
            [number * 11_111.37, 0, 0], line_ref=f"OWN-{code}", basis="Direct", partner=code
        )
    finance.line([55_555.55, "TBC", 0], line_ref="WRONG", basis="Direct", partner="ZQB")
    finance.write(tmp_path / "inputs")
    outputs = tmp_path / "outputs"
    assert report(tmp_path / "inputs", outputs).status == 0
    text = (outputs / "data" / "apportioned.csv").read_text(encoding="utf-8-sig")
    parts = list(csv.DictReader(text.splitlines()))
    for own in partners:
        pack = raw((outputs / "partners" / f"{own}.xlsx").read_bytes())
        held = {abs(float(v)) for v in re.findall(r"<v>(-?[0-9.]+)</v>", pack)}
        assert {abs(float(p["amount"])) for p in parts if p["partner"] == own} <= held
        assert f"OWN-{own}" in pack
        assert "WRONG" not in pack
        assert not held & {55_555.55}
        for other in partners.keys() - {own}:
            assert not re.search(rf"{other}|{partners[other]}", pack)
            assert not held & {abs(float(p["amount"])) for p in parts if p["partner"] == other}
            assert not held & {weights[other], heads[other]}
