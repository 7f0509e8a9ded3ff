"""What a file is that is no workbook, as its first bytes and its name tell, and the way out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from pipeline.ingest.formats import WORKBOOKS
from pipeline.ingest.formats.faults import SAVE_AGAIN, WorkbookError
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.zip_package import ZipPackage

HEAD = 2000
"""How many of a file's first bytes are enough."""

_SEND = "Ask for the figures in a workbook (.xlsx), and put that in place of this one."
_OPEN_AND_SAVE = (
    "Open it in Excel (File, Open), see that dates and codes are right, and save it as an Excel "
    "workbook (.xlsx) in place of this one."
)
_UNZIP = "Unzip it (right-click, Extract all), and put the workbook from inside in its place."
_UNPACK = "Unpack it, and put the workbook from inside in its place."
_DETACH = "Open the message, and save the workbook attached to it in place of this one."
_CLOUD = (
    "If it came from OneDrive or SharePoint, it may be a placeholder: open it there or wait until "
    "it has come down (Always keep on this device), and copy it again."
)
_FETCH = "Open what it points to, and save a copy of the workbook itself in place of this one."
_WAIT = "Wait until it has come down, or copy it again under its own name."
_EXPORT = "Export it as an Excel workbook (.xlsx) and put that in place of this one."


@dataclass(frozen=True)
class FileKind:
    """``what`` completes "the file is", ``fix`` says how to send what is in it."""

    what: str
    fix: str


EMPTY = FileKind("empty (0 bytes)", _CLOUD)
_ZEROS = FileKind("filled with zeros, as a copy that was cut short leaves it", _CLOUD)
_TEXT = FileKind("a text file (CSV, perhaps)", _OPEN_AND_SAVE)
_WORKBOOK = FileKind(
    "a workbook under another kind of name", "Rename it so that it ends in .xlsx, or save it so."
)
_ZIP = FileKind("a zip archive", _UNZIP)
_MESSAGE = FileKind("an e-mail message", _DETACH)
_WORD = FileKind("a Word document", _SEND)
_SLIDES = FileKind("a presentation", _SEND)
_TEXT_DOCUMENT = FileKind("a text document", _SEND)
_PDF = FileKind("a PDF document", _SEND)
_NUMBERS = FileKind("an Apple Numbers document", _EXPORT)
_DATABASE = FileKind("a database", _EXPORT)
_LINK = FileKind("a shortcut to a file elsewhere", _FETCH)
_PARTIAL = FileKind("a download or copy that isn't finished", _WAIT)
_ARCHIVE = FileKind("a packed archive", _UNPACK)

# By first bytes; the first that fits.
_BY_HEAD = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rb"%PDF", _PDF),
        (rb"\{\\rtf", FileKind("a text document (RTF)", _SEND)),
        (rb"(?:\x89PNG|\xff\xd8\xff|GIF8)", FileKind("a picture", _SEND)),
        (rb"\x1f\x8b|7z\xbc\xaf|Rar!", _ARCHIVE),
        (rb"\x09[\x00\x02\x04]", FileKind("a workbook of Excel 4 or older", SAVE_AGAIN)),
        (rb"ID;P", FileKind("a SYLK file", _OPEN_AND_SAVE)),
        (
            rb"(?s:\s*<\?xml.{0,600}(?:Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet))",
            FileKind("an XML spreadsheet of 2003", SAVE_AGAIN),
        ),
        (
            rb"(?is:\s*(?:<!doctype html|<html|<meta|<table).*)",
            FileKind("a web page, as some systems export tables", _OPEN_AND_SAVE),
        ),
        (rb"\s*<", FileKind("XML, but no workbook", _OPEN_AND_SAVE)),
        (
            rb"(?is:(?:(?:received|return-path|from|to|date|subject|mime-version|message-id|"
            rb"x-[a-z-]+|delivered-to|content-type):[^\n]*\n(?:[ \t][^\n]*\n)*){2})",
            _MESSAGE,
        ),
    )
)
# By what an archive or a compound file holds, in lower case.
_BY_PART = {
    "word/document.xml": _WORD,
    "ppt/presentation.xml": _SLIDES,
    "index/document.iwa": _NUMBERS,
    "index.zip": _NUMBERS,
    "worddocument": _WORD,
    "powerpoint document": _SLIDES,
    "__properties_version1.0": _MESSAGE,
    "mimetype": FileKind("an OpenDocument file, but no spreadsheet", _SEND),
}
_BY_ENDING = {
    "csv tsv tab prn": FileKind("a text file of values (CSV)", _OPEN_AND_SAVE),
    "pdf": _PDF,
    "zip": _ZIP,
    "7z rar gz tar tgz": _ARCHIVE,
    "eml msg mht mhtml": _MESSAGE,
    "doc docx docm dot dotx": _WORD,
    "odt rtf pages": _TEXT_DOCUMENT,
    "ppt pptx pptm odp key": _SLIDES,
    "numbers": _NUMBERS,
    "xlt xltx xltm ots fods xlw xla xlam": FileKind(
        "a template or another kind of spreadsheet file", "Save it as a workbook (.xlsx)."
    ),
    "htm html xml": FileKind("a web page or XML", _OPEN_AND_SAVE),
    "mdb accdb sqlite db3 dbf": _DATABASE,
    "lnk url webloc gsheet": _LINK,
    "part partial crdownload download filepart": _PARTIAL,
}
# A document is likely a letter, unless it has a table: the part to look in, and how one begins.
_TABLES = {
    "docx": ("word/document.xml", b"<w:tbl>"),
    "docm": ("word/document.xml", b"<w:tbl>"),
    "odt": ("content.xml", b"<table:table "),
}
_ENDINGS = {ending: kind for endings, kind in _BY_ENDING.items() for ending in endings.split()}
_WORKBOOK_NAME = re.compile(
    rf"(?:{'|'.join(map(re.escape, WORKBOOKS))})(?=[._ ~-]|$)", re.IGNORECASE
)
_SEPARATORS = ("\t", ";", "|", ",")
_FEWEST_ROWS = 2


def kind_of(head: bytes) -> FileKind:
    """What a file is that is neither an archive nor a compound file, by its first bytes."""
    if not head:
        return EMPTY
    if not head.strip(b"\0"):
        return _ZEROS
    text = _as_text(head)
    heads = [head] if text is None else [head, text.encode("utf-8", "replace")]
    for pattern, kind in _BY_HEAD:
        if any(map(pattern.match, heads)):
            return kind
    return FileKind("no spreadsheet file", SAVE_AGAIN) if text is None else _TEXT


def kind_by_parts(parts: Iterable[str]) -> FileKind | None:
    """What an archive or a compound file without a workbook is, by the names of what it holds; None
    where that can't be told."""
    parts = list(parts)
    for part in parts:
        if part.casefold() in _BY_PART:
            return _BY_PART[part.casefold()]
    within = [part for part in parts if _WORKBOOK_NAME.search(part)]
    if within:
        return FileKind(f"a zip archive that holds {within[0].rpartition('/')[2]}", _UNZIP)
    return None


def other_kind(name: str, stream: IO[bytes]) -> FileKind | None:
    """What a file is that lies among the returns under a name that no workbook has; None where
    nobody would look for savings in it (notes, letters, pictures, what the system keeps). Raises
    OSError."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending in _TABLES and not _has_table(stream.read(Limits().file), *_TABLES[ending]):
        return None
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if _WORKBOOK_NAME.search(name):
        return _WORKBOOK
    if ending in ("", "txt", "dat", "asc", "text") and _is_table(_as_text(stream.read(HEAD)) or ""):
        return FileKind("a text file with a table in it", _OPEN_AND_SAVE)
    return None


def _has_table(content: bytes, part: str, mark: bytes) -> bool:
    """Whether a document has a table, or can't be looked into."""
    try:
        return mark in ZipPackage(content, Limits()).read(part)
    except WorkbookError:
        return True


def _as_text(head: bytes) -> str | None:
    """The first bytes as text; None where they are none."""
    for mark, coding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(coding, "replace")
    if len(head) > 3 and set(head[1:200:2]) == {0}:
        return head.decode("utf-16-le", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf")
    return None if b"\0" in head else head.decode("utf-8", "replace")


def _is_table(text: str) -> bool:
    """Whether all lines but the last, which may be cut, have as many separators as the first."""
    lines = [line for line in text.splitlines() if line.strip()]
    lines = lines[: max(_FEWEST_ROWS, len(lines) - 1)]
    return len(lines) >= _FEWEST_ROWS and any(
        lines[0].count(each) > (each == ",") and len({line.count(each) for line in lines}) == 1
        for each in _SEPARATORS
    )
