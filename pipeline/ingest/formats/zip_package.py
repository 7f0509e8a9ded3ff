"""The zip archive that a workbook is: its parts, their sizes looked at before any is inflated.

Names are compared as Windows does: case and the direction of slashes make no difference. Nothing
is ever written to disk, so a part's name can't lead anywhere.
"""

import struct
import zipfile
import zlib
from io import BytesIO

from pipeline.ingest.formats.faults import WorkbookError, beyond, damaged
from pipeline.ingest.formats.limits import Limits, size_text

ZIP = b"PK"
# What a damaged directory makes of Python's reader.
_DAMAGED = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, struct.error)
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<4s22xHH")
# Pictures and the like are never read, whatever their size.
_NEVER_READ = (".bmp", ".emf", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".tiff", ".wmf")


class ZipPackage:
    """A workbook's archive, open for reading its parts.

    ``plain``: nothing about it is such that another program might see other parts in it.
    """

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Read the archive's directory; raises WorkbookError."""
        self.content = content
        try:
            archive = zipfile.ZipFile(BytesIO(content))
        except (*_DAMAGED, NotImplementedError) as fault:
            raise damaged("it is no whole zip archive, as .xlsx, .xlsb and .ods are") from fault
        self._entries = archive.infolist()
        self._by_name: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in self._entries:
            self._by_name.setdefault(_folded(entry.filename), []).append(entry)
        if any(entry.flag_bits & _ENCRYPTED for entry in self._entries):
            raise WorkbookError("encrypted-workbook", "its archive is encrypted")
        self.size = sum(
            entry.file_size
            for entry in self._entries
            if not entry.filename.casefold().endswith(_NEVER_READ)
        )
        if self.size > limits.unpacked:
            raise beyond(limits, "unpacked", f"it unpacks to {size_text(self.size)}")
        self.plain = self._is_plain(archive)

    def _is_plain(self, archive: zipfile.ZipFile) -> bool:
        """One directory, right at the end of the parts, and each part's name but once."""
        once = len(self._by_name) == len(self._entries)
        slashes = not any("\\" in entry.orig_filename for entry in self._entries)
        one_directory = self.content.count(b"PK\5\6") == 1 and b"PK\6\7" not in self.content
        starts = min((entry.header_offset for entry in self._entries), default=0) == 0
        return once and slashes and one_directory and starts and not archive.comment

    @property
    def names(self) -> list[str]:
        """All parts' names as the archive spells them."""
        return [entry.filename for entry in self._entries]

    def name(self, part: str) -> str:
        """A part's name as the archive spells it; empty where there is none."""
        entries = self._by_name.get(_folded(part))
        return entries[0].filename if entries else ""

    def __contains__(self, part: str) -> bool:
        return _folded(part) in self._by_name

    def read(self, part: str) -> bytes:
        """A part's bytes, proved whole by size and checksum; raises WorkbookError."""
        entries = self._by_name.get(_folded(part), [])
        if not entries:
            raise damaged(f"its part {part} is missing")
        if len(entries) > 1:
            raise damaged(f"two of its parts are named {part}, so which one counts can't be told")
        entry = entries[0]
        content = self._inflated(entry)
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise damaged(f"its part {part} is not what its checksum says")
        return content

    def _inflated(self, entry: zipfile.ZipInfo) -> bytes:
        """A part's bytes, never more than a byte above the size that the directory gives."""
        start = entry.header_offset
        header = self.content[start : start + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\3\4"):
            raise damaged(f"its part {entry.filename} is not where its directory says")
        _, name, extra = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + name + extra
        packed = self.content[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            return packed
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise damaged(f"its part {entry.filename} is packed in a way that workbooks never are")
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, entry.file_size + 1)
        except zlib.error as fault:
            raise damaged(f"its part {entry.filename} can't be unpacked") from fault


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def packed(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts, not compressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()
