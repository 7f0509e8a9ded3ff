"""The circulated workbooks as .ods, for those who are to publish in an open format: LibreOffice
makes them of the .xlsx files, where it is there."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pipeline.core.finished_file import FinishedFile
from pipeline.core.outputs import is_circulated, ods_of
from pipeline.report.last_outputs import LastOutputs

_SECONDS = 900
# LibreOffice takes styles that name no language for American English.
_AMERICAN, _BRITISH = b'fo:country="US"', b'fo:country="GB"'
_STYLES = "styles.xml"


class OdsError(Exception):
    """Why there are no .ods files."""


def write_ods(
    files: Mapping[str, FinishedFile], folder: Path, last: LastOutputs
) -> tuple[dict[str, FinishedFile], dict[str, str]]:
    """The circulated workbooks among a report's ``files`` as .ods: where each is, and what it was
    made of, by path; those of the last report are taken over where their workbook is the same.
    Raises OdsError where LibreOffice isn't there or doesn't make them."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise OdsError("LibreOffice (soffice), which makes them, is not installed or not in PATH.")
    folder.mkdir()
    circulated = {path: file for path, file in files.items() if is_circulated(path)}
    copies: dict[str, FinishedFile] = {}
    made_of, waiting = {}, {}
    for number, (path, file) in enumerate(circulated.items()):
        key, target = last.key("ods", program, file.sha256), folder / f"{number}.ods"
        made_of[ods_of(path)] = key
        copy = last.standing(ods_of(path)) if last.path_of(key) == ods_of(path) else None
        if copy is None:
            waiting[ods_of(path)] = target, file.path
        else:
            copies[ods_of(path)] = copy
    if waiting:
        _convert(program, dict(waiting.values()), folder)
    return copies | {
        path: FinishedFile.at(target) for path, (target, _) in waiting.items()
    }, made_of


def _convert(program: str, waiting: Mapping[Path, Path], folder: Path) -> None:
    """Have LibreOffice make the .ods files, by their workbooks, in one go."""
    copies = []
    for target, file in waiting.items():
        copies.append(target.with_suffix(".xlsx"))
        shutil.copyfile(file, copies[-1])
    profile = (folder / "profile").resolve().as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
    command += ["--convert-to", "ods", "--outdir", str(folder), *map(str, copies)]
    try:
        subprocess.run(
            command, check=True, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
        for target in waiting:
            _settle(target)
    except subprocess.TimeoutExpired as fault:
        raise OdsError(f"LibreOffice was not ready after {_SECONDS // 60} minutes.") from fault
    except (OSError, subprocess.CalledProcessError, BadZipFile) as fault:
        raise OdsError(f"LibreOffice did not make them ({fault}).") from fault


def _settle(target: Path) -> None:
    """The file with its language put right, and without the clock of its parts."""
    part = target.with_suffix(".part")
    with ZipFile(target) as archive, ZipFile(part, "w") as settled:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename == _STYLES:
                content = content.replace(_AMERICAN, _BRITISH)
            clockless = ZipInfo(entry.filename)
            # The first part says what the file is, to be read as it stands.
            clockless.compress_type = ZIP_STORED if entry.filename == "mimetype" else ZIP_DEFLATED
            settled.writestr(clockless, content)
    part.replace(target)
