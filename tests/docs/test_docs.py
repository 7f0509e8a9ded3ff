"""What README, docs/ and CONTRIBUTING.md promise is there."""

import re
from dataclasses import fields
from pathlib import Path, PurePath

import openpyxl
import pytest

from pipeline.commands import app
from pipeline.core.bases import FIXED_BASES
from pipeline.ingest.formats import WORKBOOKS
from pipeline.ingest.formats.limits import Limits
from pipeline.report.theme_file import CHARTS, COLOURS
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, report

DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md")),
    *sorted(DOCS.rglob("*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# As a heading is linked to: small letters, words apart by hyphens, no punctuation.
_NO_ANCHOR = re.compile(r"[^\w\- ]")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {_NO_ANCHOR.sub("", heading.casefold()).replace(" ", "-") for heading in headings}


def test_every_command_is_a_target_and_every_word_a_variable_of_the_makefile() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    targets = set(re.findall(r"(?:`|    )make ([a-z][a-z-]+)", text))
    assert {"report", "test", "template", "validate", "issue", "bench-cluster"} <= targets
    assert targets <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"(?<![\w$])([A-Z]{4,})=", text))
    assert {"INPUTS", "OUTPUTS", "PROGRAMME", "RETURN", "STRICT"} <= variables
    known = set(re.findall(r"^([A-Z]+) =", MAKEFILE, re.MULTILINE))
    known |= set(re.findall(r"\$\(or \$\(([A-Z]+)\)", MAKEFILE))
    known |= set(re.findall(r"\$\(if \$\(([A-Z]+)\)", MAKEFILE))
    assert variables <= known | {"PYTHON"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_of_the_docs_is_linked() -> None:
    for folder, index in ((DOCS, "README.md"), (DOCS / "decisions", "DECISIONS.md")):
        for page in folder.glob("*.md"):
            assert f"({page.relative_to(ROOT).as_posix()})" in text_of(index), page


CHANGES = text_of("CONTRIBUTING.md").partition("## Twelve changes\n")[2].partition("\n## ")[0]
# The files and folders of a step, and those that a command is given.
_NAMED = re.compile(r"`([\w./]+(?:/|\.\w+))`|(?<=ARGS=\")([^\"]+)")
# Made by whoever follows the steps.
_NEW = {"owners.py", "format-N.sqlite"}


def folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def test_the_steps_of_the_changes_name_what_is_there() -> None:
    sections = re.split(r"^### ", CHANGES, flags=re.MULTILINE)[1:]
    assert len(sections) == 12
    for section in sections:
        title, _, steps = section.partition("\n")
        # A file without a folder stands in the one that was named last.
        last = ROOT
        for path, arguments in _NAMED.findall(steps):
            for name in {*(arguments or path).split()} - _NEW:
                there = [one for one in (ROOT / name, last / name) if one.exists()]
                assert there, f"{title}: {name}"
                last = folder_of(there[0])
        assert re.search(r'^    make test ARGS="', steps, re.MULTILINE), title


def test_what_the_steps_of_the_changes_call_by_name_is_there() -> None:
    """Constants, classes and functions stand in the code under these names."""
    files = [
        path for top in ("pipeline", "schemas", "tests") for path in (ROOT / top).rglob("*.py")
    ]
    code = "\n".join([MAKEFILE, *(path.read_text("utf-8") for path in files)])
    names = set(re.findall(r"`(_?[A-Za-z]\w+)`", CHANGES))
    assert {"STEPS", "APPORTIONED_CSV", "_among_accepted"} <= names
    assert [name for name in sorted(names) if not re.search(rf"\b{name}\b", code)] == []


def test_every_module_of_the_pipeline_is_in_the_table_of_folders() -> None:
    table = text_of("CONTRIBUTING.md").partition("| Folder |")[2].partition("\n## ")[0]
    for path in (ROOT / "pipeline").iterdir():
        name = f"{path.name}/" if path.is_dir() else path.name
        assert name.startswith("__") or f"{name}`" in table, name


def test_the_outputs_are_named_file_by_file_and_sheet_by_sheet(tmp_path: Path) -> None:
    Programme().write(tmp_path / "inputs")
    finance = Return()
    finance.line([1, 2, 3], project_code="P1")
    finance.project()
    finance.write(tmp_path / "inputs")
    assert report(tmp_path / "inputs", tmp_path / "outputs").status == 0
    page = text_of("docs/outputs.md")
    for path in (tmp_path / "outputs").rglob("*.*"):
        name = path.relative_to(tmp_path / "outputs").as_posix()
        if not name.startswith("."):
            assert re.sub(r"partners/\w+", "partners/<code>", name) in page
    book = openpyxl.load_workbook(tmp_path / "outputs" / "programme-summary.xlsx", read_only=True)
    table = page.partition("| Sheets of the programme summary |")[2].partition("\n\n")[0]
    assert [sheet for sheet in book.sheetnames if sheet not in table] == []
    book.close()


def test_every_basis_is_explained() -> None:
    page = text_of("docs/reading.md")
    assert all(f"| {basis} |" in page for basis in FIXED_BASES)


def test_the_limits_are_those_of_the_program() -> None:
    rows = re.findall(
        r"^\| `(SAVINGS_MAX_\w+)` \| .+ \| ([\d,]+) \|$", text_of("docs/operating.md"), re.M
    )
    declared = {
        each.metadata["variable"]: f"{each.default // each.metadata['unit']:,}"
        for each in fields(Limits)
    }
    assert dict(rows) == declared


def test_the_colours_of_a_house_style_are_those_of_the_theme() -> None:
    page = text_of("docs/house-style.md")
    further = set(re.findall(r"`(\w+)`", page.partition("Further colours:")[2]))
    shown = set(re.findall(r"^    (\w+) = \"#", page, re.MULTILINE))
    assert further | shown == {*COLOURS, CHARTS}


def test_what_is_fact_in_the_samples_is_said() -> None:
    words = "Their totals are published facts; the lines beneath them are illustrative"
    assert words in text_of("README.md")


def test_every_command_has_a_target_that_runs_it_and_a_page_that_names_it() -> None:
    pages = text_of("README.md") + text_of("docs/operating.md")
    listed = text_of("Makefile").partition(".PHONY:")[2].partition("\n")[0].split()
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.callback.__name__
        named = (f"make {name}", f"savings {name}", f"`{name}`")
        assert any(each in pages for each in named), f"docs/operating.md: {name}"
        # make names both folders itself, and has the samples.
        if name in ("folders", "samples"):
            continue
        target = re.search(rf"^{name}: \.venv ##.+\n(?:\t.+\n)*", MAKEFILE, re.MULTILINE)
        assert target, f"Makefile: {name}"
        assert f"$(PIPELINE) {name} $(FOLDERS)" in target[0], f"Makefile: {name}"
        assert name in listed, f"Makefile, .PHONY: {name}"


def test_what_pages_name_in_the_code_is_there() -> None:
    """Paths of ours, and names of modules of ours with what stands in them: ``sharing.fits``."""
    sources = [*(ROOT / "pipeline").rglob("*.py"), *(ROOT / "schemas").rglob("*.py")]
    modules: dict[str, str] = {}
    for path in sources:
        modules[path.stem] = modules.get(path.stem, "") + path.read_text("utf-8")
    for page in PAGES:
        for name in re.findall(r"`([^`\n]+)`", page.read_text("utf-8")):
            if re.fullmatch(r"(?:pipeline|schemas|tests|bench|docs)/[\w./-]*", name):
                assert (ROOT / name).exists() or PurePath(name).name in _NEW, f"{page.name}: {name}"
            stem, _, what = name.partition(".")
            if re.fullmatch(r"[A-Za-z_]\w*", what) and what != "py" and stem in modules:
                assert re.search(rf"\b{what}\b", modules[stem]), f"{page.name}: {name}"


def test_every_format_is_named() -> None:
    page = text_of("docs/reading.md")
    assert [ending for ending in WORKBOOKS if f"`{ending}`" not in page] == []
