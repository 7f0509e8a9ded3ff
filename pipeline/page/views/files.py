"""What there is to fetch: the files of the report and of issued versions, one by one or all as a
zip; nothing else of the disk."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from pipeline.core import outputs
from pipeline.core.text import same_name
from pipeline.issued import issued_folders
from pipeline.page.desk import Desk, address_of
from pipeline.publish import PublishError, manifest
from pipeline.report.safe import file_names

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_CHUNK = 1 << 20
REPORT = "report"
_PLAIN = (".csv", ".json")
# What a file of a report is, by its name or its folder.
_GROUPS = {
    outputs.SUMMARY: "Summary",
    outputs.PARTNERS: "Partners' packs",
    outputs.PAPER: "Committee paper",
    outputs.CASES: "Business cases",
    outputs.CASES_DOCUMENT: "Business cases",
    outputs.CASES_BY_STRAND: "Business cases",
    outputs.VALIDATION: "Issues",
    outputs.LAYOUTS_SUGGESTED: "Issues",
    outputs.RETURNS: "Checked copies of returns",
    outputs.DATA: "Data for other tools",
    outputs.COMPARISONS: "Comparisons of versions",
}


@dataclass(frozen=True)
class File:
    """A file that can be fetched."""

    name: str
    size: int
    address: str


@dataclass(frozen=True)
class Bundle:
    """Files that belong together: a report, or an issued version; by what they are."""

    title: str
    address: str
    groups: dict[str, list[File]]

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum(map(len, self.groups.values()))


def show(desk: Desk, request: Request) -> Response:
    """Everything that can be fetched."""
    folder = desk.folder(request.path_params["key"])
    address = f"{address_of(folder.name)}/files"
    where = desk.outputs_of(folder.name)
    bundles = [
        _bundle(title, root, names, f"{address}/{key}")
        for key, title, root, names in _sources(where)
    ]
    return desk.pages.render(
        "files.html",
        name=folder.name,
        address=address_of(folder.name),
        snapshot=desk.snapshots.get(folder.name),
        bundles=[each for each in bundles if each.count],
        notice=request.query_params.get("notice"),
    )


def fetch(desk: Desk, request: Request) -> Response:
    """A file of a bundle."""
    root, names = _named(desk, request)
    name = request.path_params["path"]
    if name not in names:
        raise HTTPException(404)
    return FileResponse(_inside(root, name), filename=PurePosixPath(name).name)


def fetch_all(desk: Desk, request: Request) -> Response:
    """A bundle as a zip, written while it is read."""
    root, names = _named(desk, request)
    title = desk.folder(request.path_params["key"]).name.replace("/", " ")
    (name,) = file_names([f"{title} {request.path_params['bundle']}".strip(". ")])
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}.zip"}
    return StreamingResponse(zipped(root, names), media_type="application/zip", headers=headers)


def _sources(where: Path) -> Iterator[tuple[str, str, Path, list[str]]]:
    """Key, title, folder and files of the report and of each issued version, the last first."""
    try:
        stands = manifest(where)
    except PublishError as fault:
        raise HTTPException(500, str(fault)) from fault
    names = [name for name in stands.files if (where / name).is_file()] if stands else []
    if (where / outputs.COMPARISONS).is_dir():
        names += _files_below(where, where / outputs.COMPARISONS)
    yield REPORT, "The report", where, names
    for number, folder in sorted(issued_folders(where).items(), reverse=True):
        yield str(number), f"Version {folder.name}", folder, _files_below(folder, folder)


def _files_below(root: Path, folder: Path) -> list[str]:
    return sorted(
        path.relative_to(root).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~$"))
    )


def _named(desk: Desk, request: Request) -> tuple[Path, list[str]]:
    """The folder and the files of the bundle that is asked for."""
    folder = desk.folder(request.path_params["key"])
    for key, _, root, names in _sources(desk.outputs_of(folder.name)):
        if key == request.path_params["bundle"]:
            return root, names
    raise HTTPException(404)


def _inside(root: Path, name: str) -> Path:
    """A file of a folder; “not found” where its path leads elsewhere."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise HTTPException(404)
    return path


def _bundle(title: str, root: Path, names: Iterable[str], address: str) -> Bundle:
    groups: dict[str, list[File]] = {each: [] for each in _GROUPS.values()}
    for name in sorted(names, key=same_name):
        first = PurePosixPath(name).parts[0]
        group = _GROUPS.get(first, "Other files")
        size = (root / name).stat().st_size
        groups.setdefault(group, []).append(File(name, size, f"{address}/{quote(name)}"))
    return Bundle(title, address, {group: files for group, files in groups.items() if files})


class _Pieces(io.RawIOBase):
    """Takes what a zip archive is made of, and gives it away again piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is written to, and can't be gone back in."""
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take a piece."""
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What came since it was last asked."""
        pieces, self._pieces = b"".join(self._pieces), []
        return pieces


def zipped(root: Path, names: Iterable[str]) -> Iterator[bytes]:
    """A zip of some files of a folder, piece by piece: no more than a piece of it is held at a
    time. Workbooks and documents are compressed already: they are stored as they are."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)  # without a clock
            if name.endswith(_PLAIN):
                entry.compress_type = zipfile.ZIP_DEFLATED
            with _inside(root, name).open("rb") as source, archive.open(entry, "w") as part:
                while piece := source.read(_CHUNK):
                    part.write(piece)
                    yield pieces.taken()
    yield pieces.taken()
