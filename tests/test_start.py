"""Starting by a double click: ``Savings.cmd`` and ``Savings.command`` find a Python, ``start.py``
makes the environment and opens the page."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from start import WHOLE, StartError, canonical, environment_of, needed, ready_environment

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "dependencies"
]
CMD = (ROOT / "Savings.cmd").read_bytes()


def names_of(lock: str) -> set[str]:
    return set(map(canonical, re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)))


def closure(names: set[str]) -> set[str]:
    """Packages and all that they need on this system, as what is installed says."""
    seen: set[str] = set()
    while further := names - seen:
        seen |= further
        for name in further:
            for each in map(Requirement, requires(name) or ()):
                if each.marker is None or each.marker.evaluate({"extra": ""}):
                    names.add(canonical(each.name))
    return seen


def test_what_the_program_needs_is_taken_from_the_lock_and_nothing_of_its_development() -> None:
    names = names_of(needed(LOCK, DEPENDENCIES))
    assert closure({canonical(Requirement(each).name) for each in DEPENDENCIES}) <= names
    assert not names & {"pytest", "mypy", "ruff", "playwright", "distributed", "psycopg-binary"}
    assert names < names_of(LOCK)


def test_of_a_package_with_two_versions_each_has_its_python() -> None:
    lock = (
        "big==1.0 ; python_full_version < '3.12' \\\n    --hash=sha256:0\n    # via pandas\n"
        "big==2.0 ; python_full_version >= '3.12' \\\n    --hash=sha256:1\n    # via pandas\n"
        "other==1.0 \\\n    --hash=sha256:2\n    # via\n    #   big\n    #   nobody\n"
        "pandas==3.0 \\\n    --hash=sha256:3\n    # via savings-pipeline (pyproject.toml)\n"
        "pytest==9.0 \\\n    --hash=sha256:4\n    # via savings-pipeline (pyproject.toml:dev)\n"
    )
    assert needed(lock, ["Pandas[extra]>=3"]) == lock[: lock.index("pytest")]


def test_each_lock_and_each_python_has_an_environment_of_its_own(tmp_path: Path) -> None:
    one = environment_of(tmp_path, "a==1\n", "3.11.7")
    assert one == environment_of(tmp_path, "a==1\n", "3.11.7")
    assert one != environment_of(tmp_path, "a==2\n", "3.11.7")
    assert one != environment_of(tmp_path, "a==1\n", "3.12.1")


def whole_environment(folder: Path, requirements: str) -> Path:
    """One that stands ready, with a package in it."""
    environment = environment_of(folder, requirements, sys.version)
    (environment / "Lib").mkdir(parents=True)
    (environment / "Lib" / "package.py").touch()
    (environment / WHOLE).touch()
    return environment


def test_the_environments_of_older_locks_go(tmp_path: Path) -> None:
    whole_environment(tmp_path, "a==1\n")
    environment = whole_environment(tmp_path, "a==2\n")
    assert ready_environment(tmp_path, "a==2\n") == environment
    assert list(environment.parent.iterdir()) == [environment]


def test_one_that_is_in_use_stays_whole_and_one_that_was_half_removed_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use = whole_environment(tmp_path, "a==1\n")
    environment = whole_environment(tmp_path, "a==2\n")
    half = environment.parent / "0123456789ab.leaving"
    (half / "Lib").mkdir(parents=True)
    rename = Path.rename

    def as_windows(path: Path, target: Path) -> Path:
        if path == in_use:
            raise PermissionError(13, "Access is denied", str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", as_windows)
    ready_environment(tmp_path, "a==2\n")
    assert set(environment.parent.iterdir()) == {environment, in_use}
    assert (in_use / "Lib" / "package.py").exists()


def test_a_path_too_long_for_the_packages_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("it began all the same"))
    touch = Path.touch

    def as_windows(path: Path) -> None:
        if len(str(path)) > 259:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        touch(path)

    monkeypatch.setattr(Path, "touch", as_windows)
    with pytest.raises(StartError, match=r"is too long for this computer.*nearer the drive"):
        ready_environment(tmp_path / ("n" * 130), "a==1\n")


def test_a_folder_that_can_t_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".savings").touch()  # where the environments' folder would be
    with pytest.raises(StartError, match=r"can't be written .*\. Put the program's folder where"):
        ready_environment(tmp_path, "a==1\n")


@pytest.mark.skipif(sys.platform == "win32", reason="it runs by sh, which Windows lacks")
def test_without_a_python_what_to_install_is_said(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("python3", "python", *(f"python3.{minor}" for minor in range(11, 16))):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\nexit 1\n")  # too old
        (tmp_path / "bin" / name).chmod(0o755)
    for name in ("sh", "dirname"):
        (tmp_path / "bin" / name).symlink_to(f"/bin/{name}")
    run = subprocess.run(
        ["/bin/sh", ROOT / "Savings.command"],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "uv" in run.stderr or run.returncode == 0:
        pytest.skip("this computer has uv where everybody looks for it")
    assert run.returncode == 1
    assert "Install Python from python.org, or uv" in run.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="it runs by sh, which Windows lacks")
@pytest.mark.parametrize(("tools", "program"), [("exit 2", "uv"), ("exit 0", "python3")])
def test_a_mac_without_developer_tools_is_not_asked_to_install_them(
    tools: str, program: str, tmp_path: Path
) -> None:
    """There /usr/bin/python3 opens a window for that, also where uv would do."""
    fakes = {"uname": "echo Darwin", "xcode-select": tools, "uv": "echo uv $2 $4"}
    for name, script in fakes.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    # As if it had a Python that is new enough, whichever this computer has.
    script = (ROOT / "Savings.command").read_text("utf-8")
    begin = f"python3() {{ echo python3 $1; }}\ncommand() {{ echo /usr/bin/$2; }}\n{script}"
    (tmp_path / "start.py").touch()
    (tmp_path / "Savings.command").write_text(begin.replace('exec "$python"', '"$python"'))
    run = subprocess.run(
        ["/bin/sh", tmp_path / "Savings.command"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split()[0] == program, run.stderr


@pytest.mark.parametrize("missing", ["pyproject.toml", "requirements.lock"])
def test_a_folder_that_was_not_unpacked_whole_is_said(missing: str, tmp_path: Path) -> None:
    for name in ("start.py", "pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / missing).unlink()
    run = subprocess.run(
        [sys.executable, tmp_path / "start.py"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert f"{missing} is missing: unpack the whole folder" in run.stdout


# Savings.cmd: no Windows runs these tests, so what can be seen in its text is held.


def test_windows_reads_the_lines_of_the_cmd_as_they_are_meant() -> None:
    assert CMD.count(b"\n") == CMD.count(b"\r\n") > 30
    assert CMD.isascii()
    attributes = (ROOT / ".gitattributes").read_text("utf-8")
    assert re.search(r"^\*\.cmd text eol=crlf$", attributes, re.MULTILINE)


def test_the_cmd_goes_to_places_that_are_there_and_waits_before_it_closes_over_a_message() -> None:
    lines = CMD.decode().splitlines()
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert {word for line in lines for word in re.findall(r"\bgoto (\w+)", line)} == labels
    for number, line in enumerate(lines):
        if line.startswith(":") and number:
            assert lines[number - 1].startswith(("goto ", "exit /b")), line
        if line == "exit /b 1":
            assert lines[number - 1] == "pause"
    assert lines[-2:] == ["if errorlevel 1 pause", "exit /b %ERRORLEVEL%"]


def test_the_cmd_takes_paths_with_spaces_and_needs_no_administrator() -> None:
    text = CMD.decode()
    assert 'set "START=%~dp0start.py"' in text
    # In quotes wherever it stands, so that spaces and ampersands are part of it.
    assert len(re.findall(r'"%START%"', text)) == text.count("%START%") >= 5
    # And exclamation marks, where the registry has them stand for variables.
    before, _, _ = text.partition("%~dp0")
    assert "setlocal DisableDelayedExpansion" in before
    assert not re.search(r"\b(runas|reg|setx|cd|pushd|powershell)\b", text, re.IGNORECASE)
    # Blocks in brackets are read as a whole, brackets within a path too: there are none.
    assert not re.search(r"^\s*(if|for)\b.*\(\s*$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["py", "python", "uv"])
def test_the_cmd_tries_each_python_before_it_takes_it(name: str) -> None:
    text = CMD.decode().replace("\r", "")
    assert re.search(rf"^{name}.exe .*>nul 2>nul && goto \w+$", text, re.MULTILINE)


def test_the_cmd_comes_back_from_a_python_that_is_a_batch_file() -> None:
    """Without ``call`` a batch file takes over, and the window closes without a word."""
    lines = CMD.decode().splitlines()
    tried = [line for line in lines if re.match(r"(call )?(py|python|uv)\b", line)]
    assert {line.split()[0] for line in tried} == {"py.exe", "python.exe", "uv.exe", "call"}
    # What is called is read twice, percent signs in a path too: it is not given the path.
    assert not [line for line in tried if line.startswith("call") and "%START%" in line]
