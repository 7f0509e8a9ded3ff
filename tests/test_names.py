"""A file bears no name of the standard library's, and what a variable holds has a noun."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# They say what was done to a thing, or whose it is, and leave open which thing: `tables`,
# `issues`, `rows` say it. Beside a noun they are fine (`own_unit`, `known_columns`).
BARE = {
    *("asked", "chosen", "done", "found", "given", "got", "held", "kept", "known", "made", "meant"),
    *("mine", "named", "own", "read", "said", "seen", "shown", "taken", "told", "used", "wanted"),
}
# How many returns are read, beside how many are expected; and, a verb, what reads a value.
ALLOWED = {"pipeline/core/intake.py: read", "schemas/fields.py: read"}


def files(*folders: str) -> list[Path]:
    """The modules of these folders of the project."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def named_as_standard(paths: list[Path]) -> list[str]:
    """Modules, and folders that hold any, whose name is one of the standard library's."""
    names = {path.stem: path for path in paths} | {path.parent.name: path for path in paths}
    return sorted(str(names[name]) for name in names.keys() & sys.stdlib_module_names)


def bare_names(source: str) -> Iterator[str]:
    """Variables, parameters and fields that are a bare word; one that is declared a truth value
    may be: ``read: bool``."""
    tree = ast.parse(source)
    truths = set()
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None)
        if isinstance(annotation, ast.Name) and annotation.id == "bool":
            truths.add(node.target if isinstance(node, ast.AnnAssign) else node)
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            name = node.name or ""
        if name.strip("_") in BARE and node not in truths:
            yield name


def test_no_file_is_named_as_a_standard_module() -> None:
    assert named_as_standard(files("pipeline", "schemas", "tests", "bench")) == []


def test_variables_are_nouns() -> None:
    faults = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in files("pipeline", "schemas", "bench")
        for name in bare_names(path.read_text(encoding="utf-8"))
    }
    assert faults == ALLOWED


@pytest.mark.parametrize("name", ["model/trace.py", "csv/rows.py", "json.py"])
def test_a_planted_file_fails(name: str) -> None:
    planted = ROOT / "pipeline" / name
    assert named_as_standard([*files("pipeline"), planted]) == [str(planted)]


@pytest.mark.parametrize(
    "planted",
    [
        "found = 1",
        "made: list[int] = []",
        "told += 1",
        "for own in lines: pass",
        "[seen for seen in lines]",
        "if given := lines: pass",
        "with lines as said: pass",
        "known, rows = lines",
        "def work(*, kept: bool | None) -> None: pass",
        "lambda wanted: lines",
        "class Row:\n    read: int",
        "self.taken = 1",
        "try: pass\nexcept ValueError as held: pass",
        "match lines:\n    case [*shown]: pass",
        "_found = 1",
    ],
)
def test_a_planted_name_fails(planted: str) -> None:
    assert len(list(bare_names(planted))) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "own_unit, known_columns = lines",
        "def found() -> None: pass",
        "class Row:\n    read: bool = False",
        "def work(*, done: bool) -> None: pass",
        "work(known=lines)",
    ],
)
def test_what_comes_close_is_fine(planted: str) -> None:
    assert list(bare_names(planted)) == []
