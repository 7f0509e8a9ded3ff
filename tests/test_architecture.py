"""The rules of pyproject.toml that keep the parts apart, each seen to fail when it is broken."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.long import quick_cases

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's code in a folder of its own, to plant an import in."""
    for package in ("pipeline", "schemas"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_rules(folder: Path) -> list[str]:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as check; check()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    # rich wraps a long line, so the words are put on one line again
    output = " ".join(run.stdout.split())
    assert "Contracts: " in output, run.stdout + run.stderr
    names = [contract["name"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"]]
    broken = [name for name in names if f"{name} BROKEN" in output]
    assert bool(broken) == bool(run.returncode), output
    return broken


LAYERS = "The command line calls run, run composes the stages, and the stages know only core"
SCHEMAS = "Schemas serve the stages and know only core"
READS = "Only the formats open workbooks"
WRITES = "Only report/excel knows xlsxwriter"
DOWNWARDS = "A workbook is written from the top down"
WORD = "Only report/word knows python-docx"
DECLARED = "Documents are declared, and know nothing of how they are written"
FORMATS = "The formats know nothing of ours but core"
TABLES = "The formats know no table of ours"
DASK = "Only the cluster's executor knows Dask"
DATABASE = "Only the history knows a database"
TYPED = "What workbooks say does not depend on how the command was typed"
WEB = "Only the page knows a web server"
INERT = "Core and schemas read nothing, write nothing and print nothing"


def test_the_project_keeps_its_rules(copy: Path) -> None:
    assert broken_rules(copy) == []


@quick_cases(6)
@pytest.mark.parametrize(
    ("module", "planted", "rules"),
    [
        ("pipeline/ingest/planted.py", "from pipeline.model import x", [LAYERS, FORMATS]),
        ("pipeline/model/planted.py", "import pipeline.report", [LAYERS]),
        ("pipeline/check/planted.py", "def late():\n    import pipeline.ingest", [LAYERS]),
        ("pipeline/core/planted.py", "from pipeline import check", [LAYERS, SCHEMAS]),
        ("pipeline/planted.py", "", [LAYERS]),
        ("pipeline/core/planted.py", "import schemas", [SCHEMAS]),
        ("schemas/planted.py", "import pipeline.ingest", [SCHEMAS]),
        ("pipeline/model/planted.py", "import python_calamine", [READS]),
        ("pipeline/ingest/planted.py", "", [FORMATS]),
        ("pipeline/ingest/formats/planted.py", "import pipeline.ingest.cells", [FORMATS, TABLES]),
        ("pipeline/ingest/formats/planted.py", "import schemas", [TABLES]),
        ("pipeline/report/planted.py", "from openpyxl import load_workbook", [READS]),
        ("pipeline/report/planted.py", "from xlsxwriter.utility import xl_col_to_name", [WRITES]),
        ("pipeline/report/excel/planted.py", "", [DOWNWARDS]),
        ("pipeline/report/excel/errors.py", "import pipeline.report.excel.cells", [DOWNWARDS]),
        ("pipeline/report/documents/planted.py", "from docx import Document", [WORD]),
        ("pipeline/report/documents/planted.py", "import pipeline.report.word.body", [DECLARED]),
        ("pipeline/report/documents/planted.py", "import pipeline.report.excel.cells", [DECLARED]),
        ("schemas/planted.py", "import xlsxwriter", [WRITES, INERT]),
        ("pipeline/core/planted.py", "import rich.console", [INERT]),
        ("pipeline/execute/planted.py", "from distributed import Client", [DASK]),
        ("pipeline/model/planted.py", "import sqlalchemy", [DATABASE]),
        ("pipeline/report/planted.py", "from psycopg import connect", [DATABASE]),
        ("pipeline/report/planted.py", "import jinja2", [WEB]),
        ("pipeline/check/planted.py", "from pipeline.core.invocation import command", [TYPED]),
        ("pipeline/report/planted.py", "import pipeline.core.invocation", [TYPED]),
    ],
)
def test_a_planted_violation_fails(copy: Path, module: str, planted: str, rules: list[str]) -> None:
    (copy / module).write_text(planted + "\n", encoding="utf-8")
    assert broken_rules(copy) == rules
