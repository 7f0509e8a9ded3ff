"""What is installed is what was locked, each package has its reason, and CI holds the bar."""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from pipeline.ingest.code_hash import PACKAGES, with_versions
from tests.wheels import planted_wheel

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
LOCKS = sorted(ROOT.glob("requirements*.lock"))

# Hosts that tracked files may name: of XML namespaces, and of examples that lead nowhere.
HOSTS = {
    "127.0.0.1",
    "a.b",
    "a.org",
    "evil.example",
    "example.org",
    "openoffice.org",
    "purl.oclc.org",
    "purl.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "www.w3.org",
}


def locked(lock: Path) -> list[tuple[Requirement, str]]:
    """Each requirement of a lock, with the text of its whole entry."""
    text = lock.read_text(encoding="utf-8")
    entries = re.findall(r"^[^\s#].*\n(?:    .*\n)*", text, re.MULTILINE)
    return [(Requirement(entry.splitlines()[0].rstrip(" \\")), entry) for entry in entries]


def declared() -> list[Requirement]:
    """Every direct dependency that pyproject.toml names, of the program and of its development."""
    project = PYPROJECT["project"]
    groups = [
        project["dependencies"],
        *project.get("optional-dependencies", {}).values(),
        *PYPROJECT["dependency-groups"].values(),
    ]
    return [Requirement(text) for group in groups for text in group if isinstance(text, str)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_entry_of_a_lock_is_one_version_with_hashes(lock: Path) -> None:
    entries = locked(lock)
    assert entries
    for requirement, entry in entries:
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}", entry), requirement
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement


def test_every_dependency_is_locked() -> None:
    versions: dict[str, list[Version]] = {}
    for lock in LOCKS:
        for requirement, _ in locked(lock):
            (pin,) = requirement.specifier
            name = canonicalize_name(requirement.name)
            versions.setdefault(name, []).append(Version(pin.version))
    for requirement in declared():
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement} is not locked: make lock"
        # What is asked for on some systems alone is locked for these, beside what others take.
        holds = any if requirement.marker else all
        assert holds(version in requirement.specifier for version in found), requirement


def test_every_dependency_has_its_reason() -> None:
    """The page of dependencies names each package once, with what it is for."""
    text = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text, re.MULTILINE)[1:]
    reasons = {
        canonicalize_name(name): reason for names, reason in rows for name in names.split(", ")
    }
    wanted = {canonicalize_name(requirement.name) for requirement in declared()}
    assert set(reasons) == wanted
    assert all(len(reason.split()) > 1 for reason in reasons.values())


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address_and_no_folder(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.findall(r"://|--index-url|--find-links|^\s*-[ef]\b|/\w+/", text, re.MULTILINE)


def test_no_tracked_file_names_the_address_of_a_registry() -> None:
    """Nor any other address but those of XML namespaces and examples."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("a copy of the project without its git folder has no list of tracked files")
    found = set()
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        text = path.read_bytes().decode("utf-8", errors="ignore") if path.is_file() else ""
        if path.suffix != ".xlsx":
            hosts = set(re.findall(r"[a-z]+://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)", text))
            found |= {(name, host) for host in hosts - HOSTS}
    assert not found


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package of one line, and nothing else to install it from."""
    return planted_wheel(tmp_path).path


def set_up(lock: str, wheel: Path) -> subprocess.CompletedProcess[str]:
    """Install a lock as `make setup` does, from the wheel's folder alone."""
    found = re.search(r"-m pip install((?:[^;]|\n)*?) -r requirements\.lock", MAKEFILE)
    assert found, "make setup installs requirements.lock"
    flags = found[1].replace("\\\n", " ").split()
    given = wheel.parent / "requirements.lock"
    given.write_text(lock, encoding="utf-8")
    target = wheel.parent / "target"
    command = [sys.executable, "-m", "pip", "install", *flags, "-r", str(given), "--no-index"]
    command += ["--find-links", str(wheel.parent), "--target", str(target), "--no-cache-dir"]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=wheel.parent
    )


def test_set_up_installs_what_has_the_locked_hash_and_nothing_else(wheel: Path) -> None:
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wrong = "0" * 64
    refused = set_up(f"planted==1.0 --hash=sha256:{wrong}\n", wheel)
    assert refused.returncode
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    unhashed = set_up("planted==1.0\n", wheel)
    assert unhashed.returncode
    assert "require-hashes" in unhashed.stderr
    assert not (wheel.parent / "target").exists()
    assert set_up(f"planted==1.0 --hash=sha256:{right}\n", wheel).returncode == 0
    assert (wheel.parent / "target" / "planted.py").exists()


def test_ci_holds_style_architecture_types_and_tests() -> None:
    steps = re.findall(r"^make (\w+)", CI, re.MULTILINE)
    assert {"lint", "types"} <= set(steps)
    assert steps[-1] in ("test", "coverage")
    assert "set -euo pipefail" in CI
    assert re.search(r"^lint:.*\n(?:\t.*\n)*\t.*lint-imports", MAKEFILE, re.MULTILINE)
    assert PYPROJECT["tool"]["mypy"]["strict"] is True
    assert set(PYPROJECT["tool"]["mypy"]["files"]) == {"pipeline", "schemas"}


def test_warnings_are_errors_and_an_exception_has_its_reason() -> None:
    assert PYPROJECT["tool"]["pytest"]["filterwarnings"][0] == "error"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (block,) = re.findall(r"^filterwarnings = \[(.*?)\]$", text, re.MULTILINE | re.DOTALL)
    for line in block.replace('"error"', "").strip(" ,\n").splitlines():
        assert "#" in line, f"no reason beside {line.strip()}"


def test_a_report_stands_only_while_every_package_does() -> None:
    asked_for = {Requirement(each).name for each in PYPROJECT["project"]["dependencies"]}
    assert asked_for | {"lxml"} == set(PACKAGES)


def test_a_package_that_a_system_lacks_is_said_to_be_lacking() -> None:
    numpy, nothing = with_versions(("numpy", "no-such-package"))
    assert numpy.startswith("numpy 2")
    assert nothing == "no no-such-package"
