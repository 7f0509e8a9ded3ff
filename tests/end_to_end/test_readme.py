"""What the README promises is there."""

import re
from pathlib import Path

import openpyxl

from pipeline.core.bases import FIXED_BASES
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, report

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_command_is_a_target_and_every_word_a_variable_of_the_makefile() -> None:
    targets = set(re.findall(r"(?:`|    )make ([a-z]+)", README))
    assert {"report", "test", "template", "validate"} <= targets
    assert targets <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"\b([A-Z]{4,})=", README))
    assert {"INPUTS", "OUTPUTS", "PROGRAMME", "RETURN", "STRICT"} <= variables
    assert variables <= set(re.findall(r"^([A-Z]+) =", MAKEFILE, re.MULTILINE))


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_it_names_every_output_sheet_and_file(tmp_path: Path) -> None:
    Programme().write(tmp_path / "inputs")
    finance = Return()
    finance.line([1, 2, 3], project_code="P1")
    finance.project()
    finance.write(tmp_path / "inputs")
    assert report(tmp_path / "inputs", tmp_path / "outputs").status == 0
    for path in (tmp_path / "outputs").rglob("*.*"):
        name = path.relative_to(tmp_path / "outputs").as_posix()
        if not name.startswith("."):
            assert re.sub(r"partners/\w+", "partners/<code>", name) in README
    book = openpyxl.load_workbook(tmp_path / "outputs" / "programme-summary.xlsx", read_only=True)
    table = README.partition("| Sheets of the programme summary |")[2].partition("\n\n")[0]
    assert [sheet for sheet in book.sheetnames if sheet not in table] == []
    book.close()


def test_it_explains_every_basis_and_what_is_fact_in_the_samples() -> None:
    assert all(f"| {basis} |" in README for basis in FIXED_BASES)
    assert "Their totals are published facts; the lines beneath them are illustrative" in README
