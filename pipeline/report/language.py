"""The language of a written workbook: xlsxwriter names none in its properties, and American
English in its charts.

Parts that don't change are copied as they are, so that a large workbook is not compressed twice.
"""

import io
from collections.abc import Iterator
from copy import copy
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LANGUAGE = "en-GB"

_PROPERTIES, _END = "docProps/core.xml", b"</cp:coreProperties>"
_CHARTS, _AMERICAN = "xl/charts/", b'lang="en-US"'
# A local header: this many bytes, then the name and extra fields as long as two of them say.
_HEADER, _LENGTHS = 30, 26


def british(content: bytes) -> bytes:
    """The workbook with its language named. ValueError where it isn't as xlsxwriter writes it."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            if part.filename == _PROPERTIES or part.filename.startswith(_CHARTS):
                changed = _changed(part.filename, source.read(part))
                _add(target, part, changed)
            else:
                _copy(target, part, content)
    return stream.getvalue()


def _changed(name: str, xml: bytes) -> bytes:
    if name.startswith(_CHARTS):
        return xml.replace(_AMERICAN, f'lang="{LANGUAGE}"'.encode())
    if xml.count(_END) != 1:
        raise ValueError(f"{name} has no end of properties")
    return xml.replace(_END, f"<dc:language>{LANGUAGE}</dc:language>".encode() + _END)


def _add(target: ZipFile, part: ZipInfo, xml: bytes) -> None:
    made = ZipInfo(part.filename, part.date_time)
    made.compress_type, made.external_attr = part.compress_type, part.external_attr
    made.create_system = part.create_system
    target.writestr(made, xml)


def _copy(target: ZipFile, part: ZipInfo, content: bytes) -> None:
    """A part's bytes as they stand: header, name, compressed data."""
    start = part.header_offset
    name, extra = _lengths(content[start + _LENGTHS : start + _HEADER])
    end = start + _HEADER + name + extra + part.compress_size
    stream = target.fp
    if stream is None:
        raise ValueError("the archive is closed")
    moved = copy(part)
    moved.header_offset = target.start_dir
    stream.seek(target.start_dir)
    stream.write(content[start:end])
    target.start_dir = stream.tell()
    target.filelist.append(moved)
    target.NameToInfo[moved.filename] = moved


def _lengths(field: bytes) -> Iterator[int]:
    for place in (0, 2):
        yield int.from_bytes(field[place : place + 2], "little")
