"""A partner's pack: complete for the partner, and nothing of another's in any of its parts."""

import io
import zipfile

from pipeline.core.results import Results
from pipeline.report.books import own_results
from tests.report import fake
from tests.report.fake import records_of, tables_of


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
    assert headings == ["Service", "Basis", "Year", "NORTH", "Evidence"]


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
    assert book["Cover"]["A1"].value == "Joint services"
    assert book["Cover"]["A2"].value == "Partner pack for Southshire Police. Reference 3506."


def test_a_share_of_a_line_that_is_nil_in_all_is_blank(fake_results: Results) -> None:
    register = fake_results.register.assign(total_pence=0)
    own = own_results(fake.results(register=register), fake.NORTH)
    assert own.apportioned["share"].tolist() == [None, None]


def test_the_partners_results_hold_no_register_weights_or_narrative(fake_results: Results) -> None:
    own = own_results(fake_results, fake.NORTH)
    assert own.register.empty
    assert own.excluded.empty
    assert own.narrative == {}
    assert own.programme.partners == (fake.NORTH,)
    assert own.programme.weights == {}
