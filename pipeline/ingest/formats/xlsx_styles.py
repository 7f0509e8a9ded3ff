"""What of an .xlsx's styles and of a sheet's frame says how cells are seen."""

import re
from functools import lru_cache

from pipeline.ingest.formats.appearance import Appearance, CellStyle, cell_style
from pipeline.ingest.formats.xml_events import parse

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_FALSE = ("0", "false")


# Many a return comes from one template: its styles are read once.
@lru_cache(maxsize=64)
def read_styles(part: str, content: bytes) -> tuple[CellStyle | None, ...]:
    """The cell styles of a workbook by number; raises WorkbookError."""
    reader = _StylesReader()
    parse(part, content, reader.start, reader.end)
    struck = dict(enumerate(reader.struck))
    return tuple(
        cell_style(number, reader.codes.get(number), struck.get(font, False))
        for number, font in reader.cells
    )


class _StylesReader:
    """Takes the events of the part."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.struck: list[bool] = []
        self.cells: list[tuple[int, int]] = []
        self.inside = [""]

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self.inside[-1]
        if tag == "numFmt" and parent == "numFmts":
            self.codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "font" and parent == "fonts":
            self.struck.append(False)
        elif tag == "strike" and parent == "font" and self.inside[-2:-1] == ["fonts"]:
            self.struck[-1] = attributes.get("val", "1") not in _FALSE
        elif tag == "xf" and parent == "cellXfs":
            numbers = (_whole(attributes.get(name)) for name in ("numFmtId", "fontId"))
            self.cells.append((next(numbers), next(numbers)))
        self.inside.append(tag)

    def end(self, _: str) -> None:
        self.inside.pop()


# What ``take_frame`` looks for, as it is written, with or without a prefix.
TAKEN = re.compile(rb"[<:](?:col|mergeCell)\s")


def take_frame(look: Appearance, tag: str, attributes: dict[str, str]) -> None:
    """Take note of an element beside a sheet's cells: columns that are hidden, merged cells."""
    if tag == "col" and is_hidden(attributes, "width"):
        first, last = (_whole(attributes.get(name)) for name in ("min", "max"))
        look.hidden_columns.append((first - 1, last - 1))
    elif tag == "mergeCell" and (area := _AREA.fullmatch(attributes.get("ref", ""))) and area[3]:
        look.merge(int(area[2]) - 1, _column(area[1]), int(area[4]) - 1, _column(area[3]))


def is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or a column isn't shown: hidden, or of no height or width (``size``)."""
    return attributes.get("hidden", "0") not in _FALSE or _is_nil(attributes.get(size, ""))


def _is_nil(text: str) -> bool:
    return re.fullmatch(r"0+(?:\.0*)?", text) is not None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
