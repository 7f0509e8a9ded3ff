"""The package: a wheel is built and installed into an empty environment, and reports the samples;
the program's folder, unpacked, makes its own environment by a double click. ``make package``."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from start import needed
from tests.end_to_end.commands import ROOT, contents
from tests.wheels import planted_wheel

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("SAVINGS_TEST_PACKAGE"),
        reason="`make package` runs these: they install for a minute",
    ),
    pytest.mark.skipif(sys.platform == "win32", reason="they start a shell's script"),
]

# What the program would be: it says how it was begun, and which packages there are.
PROGRAM = """
import sys
def begin():
    import planted
    print(sys.argv, planted.WHOLE, sys.prefix)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as whoever installs the program builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT]
    subprocess.run(build, check=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that was empty, with the wheel in it and the
    lock's versions of what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("empty environment")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = needed((ROOT / "requirements.lock").read_text("utf-8"), project["dependencies"])
    (folder / "runtime.lock").write_text(lock, "utf-8")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    pip = [folder / "venv" / "bin" / "pip", "install", "-q", "--no-compile", "--no-deps"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", folder / "runtime.lock"]
    subprocess.run([*pip, *locked], check=True)
    subprocess.run([*pip, wheel], check=True)
    return folder / "venv" / "bin"


def savings(programs: Path, folder: Path, *arguments: object) -> str:
    """What the installed command says, in an empty folder; it must end well."""
    (folder / "elsewhere").mkdir(exist_ok=True)
    run = subprocess.run(
        [programs / "savings", *map(str, arguments)],
        cwd=folder / "elsewhere",
        env={**os.environ, "SAVINGS_CONFIG": str(folder / "settings"), "HOME": str(folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert not any((folder / "elsewhere").iterdir())
    return run.stdout + run.stderr


def test_the_wheel_holds_the_program_its_files_and_the_samples(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    folders = {"inputs/": "pipeline/samples/", "pipeline/": "pipeline/", "schemas/": "schemas/"}
    listed = subprocess.run(
        ["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = [name for name in listed.stdout.splitlines() if not name.endswith(".gitkeep")]
    assert names == {name.replace(*_first(name, folders), 1) for name in tracked}


def _first(name: str, folders: dict[str, str]) -> tuple[str, str]:
    """What a tracked file's folder is, and what it is in the wheel."""
    return next((old, new) for old, new in folders.items() if name.startswith(old))


def test_what_is_installed_fits_together_and_nothing_is_missing(programs: Path) -> None:
    check = [programs / "pip", "check"]
    run = subprocess.run(check, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_it_takes_less_than_300_mb(programs: Path) -> None:
    files = (path for path in programs.parent.rglob("*") if path.is_file())
    assert sum(path.lstat().st_size for path in files) < 300 * 10**6


def test_the_installed_command_reports_the_samples_that_it_carries(
    programs: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Économies 2026"
    savings(programs, tmp_path, "folders", folder)
    savings(programs, tmp_path, "samples", folder / "inputs")
    said = savings(programs, tmp_path, "report")
    assert said.startswith(f"Inputs: {folder / 'inputs'}; outputs: {folder / 'outputs'}")
    assert said.count("all pass") == 3
    # As the program does where it stands, byte for byte.
    here = [sys.executable, "-m", "pipeline", "report"]
    given = ["--inputs", folder / "inputs", "--outputs", folder / "here"]
    subprocess.run([*here, *given], cwd=ROOT, capture_output=True, check=True)
    assert contents(folder / "outputs") == contents(folder / "here")


def test_the_installed_command_names_itself(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    run = subprocess.run(
        [programs / "savings", "report", "--inputs", tmp_path / "inputs"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 2
    assert "`savings template` writes blank ones" in run.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's folder as somebody unpacked it: a small program that needs one package."""
    folder = tmp_path_factory.mktemp("unpacked") / "Économies & Co 100% 2026!"
    (folder / "pipeline" / "commands").mkdir(parents=True)
    (folder / "pipeline" / "commands" / "double_click.py").write_text(PROGRAM)
    (folder / "pyproject.toml").write_text('[project]\ndependencies = ["planted>=1"]\n')
    for name in ("start.py", "Savings.command"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
        (folder / name).chmod(0o755)
    write_lock(folder, "1.0")
    return folder


def write_lock(folder: Path, version: str) -> None:
    wheel = planted_wheel(folder.parent / "wheels", version)
    via = "# via savings-pipeline (pyproject.toml)"
    lock = f"planted=={version} \\\n    --hash=sha256:{wheel.sha256}\n    {via}\n"
    (folder / "requirements.lock").write_text(lock)


def started(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A double click; packages come from a folder, or from wherever ``variables`` say."""
    wheels = {"PIP_FIND_LINKS": str(folder.parent / "wheels"), "PIP_NO_INDEX": "1"}
    return subprocess.run(
        [folder / "Savings.command", *arguments],
        cwd=folder.parent,
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull, **wheels, **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def environments(folder: Path) -> list[Path]:
    return sorted((folder / ".savings").iterdir())


def test_a_double_click_makes_the_environment_once_and_anew_for_another_lock(
    folder: Path,
) -> None:
    no_network = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9"}
    refused = started(folder, **no_network)
    assert refused.returncode == 1
    assert "it needs the internet, once" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr

    first = started(folder, "--port", "8000")
    assert first.returncode == 0, first.stderr
    assert "Setting up" in first.stdout
    (environment,) = environments(folder)
    assert first.stdout.splitlines()[-1] == (f"['savings', '--port', '8000'] True {environment}")
    second = started(folder, **no_network)
    assert second.returncode == 0
    assert second.stdout == f"['savings'] True {environment}\n"

    write_lock(folder, "2.0")
    renewed = started(folder)
    assert "Setting up" in renewed.stdout
    (environment_now,) = environments(folder)
    assert environment_now != environment
