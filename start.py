"""Starts the page from this folder, for whoever has neither make nor an administrator's rights:
``Savings.cmd`` (Windows) and ``Savings.command`` (macOS, Linux) find a Python and run this.

What the program needs is installed into an environment beside it, once, and anew when the lock
changes. The standard library alone is used here: nothing else is there yet.
"""

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# A folder for each set of packages and Python, so that none is changed under a page that is open.
ENVIRONMENTS = ".savings"
# Written last into an environment: without it, making it was cut off.
WHOLE = "whole"
# As many characters as the path of a package's file has within an environment, and some more.
DEEPEST = 130
# Ends the name of an environment on its way out, so that none that is half there seems whole.
_LEAVING = ".leaving"

_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==.*\n(?: {4}.*\n)*", re.MULTILINE)
_PARENT = re.compile(r"^ {4}#(?: via)? +([A-Za-z0-9._-]+)", re.MULTILINE)

# The page says what is wrong where it can; this says it where there is no page yet.
_NOT_FETCHED = (
    "The program's packages were not installed: the lines above say why. The first start fetches "
    "them, so it needs the internet, once, and a 64-bit Python 3.11 to 3.15; where your "
    "organisation has a package mirror or a proxy, its IT can set pip up for it. Nothing was "
    "changed. Start again then."
)
_TOO_LONG = (
    "The path {folder} is too long for this computer (Windows takes 259 characters, those of the "
    "program's files counted). Put the program's folder nearer the drive, or shorten its name."
)
_NO_VENV = (
    "This Python comes without its venv module, which is needed. On Debian and Ubuntu: sudo apt "
    "install python3-venv; elsewhere install Python anew, or uv."
)


class StartError(Exception):
    """Why the page can't be started, and what to do."""


def canonical(name: str) -> str:
    """A package's name as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(lock: str, dependencies: Iterable[str]) -> str:
    """The entries of a lock that the program needs to run: its dependencies and, as the comments of
    the lock say of each, what these need; without those of development and of the extras."""
    entries = [(canonical(match[1]), match[0]) for match in _ENTRY.finditer(lock)]
    names: set[str] = set()
    further = {canonical(re.split(r"[^A-Za-z0-9._-]", each)[0]) for each in dependencies}
    while further:
        names |= further
        parents = ((name, set(map(canonical, _PARENT.findall(entry)))) for name, entry in entries)
        further = {name for name, of in parents if of & names} - names
    return "".join(entry for name, entry in entries if name in names)


def environment_of(folder: Path, requirements: str, python: str) -> Path:
    """Where the environment of these requirements and this Python (its version) is to be."""
    key = hashlib.sha256(f"{python}\n{requirements}".encode()).hexdigest()[:12]
    return folder / ENVIRONMENTS / key


def python_of(environment: Path) -> Path:
    """The Python of an environment."""
    windows = sys.platform == "win32"
    return environment / ("Scripts/python.exe" if windows else "bin/python")


def ready_environment(folder: Path, requirements: str) -> Path:
    """The environment, made where it isn't whole yet; older ones go. StartError where it can't be
    made."""
    environment = environment_of(folder, requirements, sys.version)
    if not (environment / WHOLE).is_file():
        print("Setting up, which takes a minute or two, once …", flush=True)
        _make(environment, requirements)
    for other in environment.parent.iterdir():
        if other != environment:
            _clear(other)
    return environment


def _clear(environment: Path) -> None:
    """Remove an environment. Where the system keeps one as it is in use (Windows), it stays, whole,
    until next time: its folder can't be renamed then, though most of its files could be removed."""
    leaving = environment.with_suffix(_LEAVING)
    with suppress(OSError):
        environment.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)


def _make(environment: Path, requirements: str) -> None:
    deepest = environment / ("n" * DEEPEST)
    try:
        environment.mkdir(parents=True, exist_ok=True)
        deepest.touch()
        deepest.unlink()
    except OSError as fault:
        if fault.errno in (errno.ENOENT, errno.ENAMETOOLONG):  # Windows says the former
            raise StartError(_TOO_LONG.format(folder=environment.parent)) from fault
        raise StartError(
            f"{environment.parent} can't be written ({fault.strerror}). Put the program's folder "
            "where you may write, into Documents, say."
        ) from fault
    make = [sys.executable, "-m", "venv", "--clear", str(environment)]
    if subprocess.run(make, check=False).returncode:
        raise StartError(_NO_VENV)
    listed = environment / "requirements.txt"
    listed.write_text(requirements, "utf-8")
    flags = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    # What is used is compiled when it first is; most of what is there never is.
    flags += ["--require-hashes", "--only-binary", ":all:", "--no-deps", "--no-compile"]
    install = [str(python_of(environment)), "-m", "pip", "install", *flags, "-r", str(listed)]
    if subprocess.run(install, check=False).returncode:
        raise StartError(_NOT_FETCHED)
    (environment / WHOLE).touch()


def serve_page(environment: Path, folder: Path, arguments: list[str]) -> int:
    """Serve the page until it is ended; the exit status."""
    begin = (
        "import sys; sys.argv[0] = 'savings'; "
        "from pipeline.commands.double_click import begin; begin()"
    )
    # The program is used where it stands, and nothing of the current folder in its place.
    command = [str(python_of(environment)), "-P", "-c", begin, *arguments]
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    try:
        return subprocess.run(command, env=variables, check=False).returncode
    except KeyboardInterrupt:
        return 0


def main(folder: Path = FOLDER) -> int:
    """Start the page; the exit status."""
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        lock = (folder / "requirements.lock").read_text("utf-8")
        environment = ready_environment(folder, needed(lock, project["dependencies"]))
    except FileNotFoundError as fault:
        print(f"{fault.filename} is missing: unpack the whole folder, and start there.")
        return 1
    except StartError as fault:
        print(fault)
        return 1
    return serve_page(environment, folder, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
