"""Text, headings and names that Excel takes as they are: nothing from a return becomes a formula,
a link, markup or a broken workbook."""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, takewhile

CELL_CHARACTERS = 32_767
HEADING_CHARACTERS = 255
SHEET_CHARACTERS = 31
FILE_CHARACTERS = 60
# So many texts are looked at together: enough to cost little, few enough to take little memory.
_TOGETHER = 1_024

# Controls, direction overrides, half surrogates and non-characters: a file may not hold them, or
# they make a text read otherwise than it is.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BREAKS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\s]+")
# What of ASCII can be shown.
_SHOWN = bytes(range(0x20, 0x7F)) + b"\n"
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*]')


# Windows takes a file of such a name for a device, whatever its ending; raised digits count too.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device."""
    return name.partition(".")[0].strip().casefold() in _DEVICES


def file_name(name: str, others: Iterable[str]) -> str:
    """A partner's code as the name of a file: one that Windows keeps for itself has an underscore
    behind it, and as many as tell it from the other codes."""
    if name.casefold() not in _DEVICES:
        return name
    others_folded = {other.casefold() for other in others}
    while name.casefold() in _DEVICES | others_folded:
        name += "_"
    return name


def file_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as every system takes them for files: on one line, without what Windows forbids, not
    too long for a folder that is deep already, no device's, none twice whatever the case."""
    in_use: set[str] = set()
    unique_names = []
    for number, name in enumerate(names, 1):
        plain = " ".join(_NO_FILE_NAME.sub(" ", one_line(name)).split())
        short = plain[:FILE_CHARACTERS].strip(" .") or f"File {number}"
        # What stands before the first dot makes the device.
        stem, dot, rest = short.partition(".")
        unique_names.append(_unique(f"{file_name(stem, ())}{dot}{rest}", FILE_CHARACTERS, in_use))
    return tuple(unique_names)


def excel_length(text: str) -> int:
    """Characters as Excel counts them: those beyond U+FFFF are two."""
    return len(text) if text.isascii() else len(text) + sum(ord(c) > 0xFFFF for c in text)


def cut(text: str, room: int, mark: str = "…") -> str:
    """The text, or as much of it as ``room`` holds with the mark behind it."""
    if 2 * len(text) <= room or excel_length(text) <= room:
        return text
    room -= excel_length(mark)
    lengths = accumulate(2 if ord(c) > 0xFFFF else 1 for c in text)
    return text[: sum(1 for _ in takewhile(lambda length: length <= room, lengths))] + mark


def visible(text: str) -> str:
    """The text with what can't be shown, or would mislead, as ``�``; line breaks as one kind."""
    if _is_plain(text):
        return text
    if _UNSAFE.search(text) or _BREAKS.search(text):
        return _UNSAFE.sub("\ufffd", _BREAKS.sub("\n", text))
    return text


def all_visible(texts: Sequence[str]) -> list[str]:
    """``visible`` of each text: asked of many at once, as nearly always nothing is amiss."""
    visible_texts: list[str] = []
    for start in range(0, len(texts), _TOGETHER):
        some = texts[start : start + _TOGETHER]
        visible_texts += some if are_plain("".join(some)) else map(visible, some)
    return visible_texts


def _is_plain(text: str) -> bool:
    # What Python calls printable can all be shown; it tells that many times as fast.
    return text.isprintable() or text.replace("\n", "").isprintable()


def are_plain(texts: str) -> bool:
    """Whether ``visible`` leaves many texts, put together, as they are."""
    # Of ASCII alone this takes a fifth of the time.
    return not texts.encode().translate(None, _SHOWN) if texts.isascii() else _is_plain(texts)


def has(texts: str, part: str) -> bool:
    """Whether many texts, put together, have a part that begins with a rare character."""
    # Python finds a single character many times as fast.
    return part[0] in texts and part in texts


def all_cell_safe(texts: Sequence[str]) -> list[str]:
    """``cell_safe`` of each text: asked of many at once."""
    safe: list[str] = []
    for start in range(0, len(texts), _TOGETHER):
        some = texts[start : start + _TOGETHER]
        joined = "".join(some)
        longest = len(joined) if 2 * len(joined) <= CELL_CHARACTERS else max(map(len, some))
        same = 2 * longest <= CELL_CHARACTERS and not has(joined, "<r>") and are_plain(joined)
        safe += some if same else map(cell_safe, some)
    return safe


def cell_safe(text: str) -> str:
    """A text as a cell holds it: visible, and cut with a mark where it is too long."""
    text = visible(text)
    if 2 * len(text) > CELL_CHARACTERS and (length := excel_length(text)) > CELL_CHARACTERS:
        text = cut(text, CELL_CHARACTERS, f"… [cut: the text has {length:,} characters]")
    # The writer would take a text in these tags for markup of its own.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def one_line(text: str, room: int = HEADING_CHARACTERS) -> str:
    """The text on one line, cut to ``room``."""
    return cut(" ".join(visible(text).split()), room)


def unique_headings(headings: Iterable[str]) -> tuple[str, ...]:
    """Headings as a table takes them: one line each, none empty, none twice whatever the case."""
    in_use: set[str] = set()
    unique_names = []
    for number, heading in enumerate(headings, 1):
        unique_names.append(
            _unique(one_line(heading) or f"Column {number}", HEADING_CHARACTERS, in_use)
        )
    return tuple(unique_names)


def unique_sheet_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as tabs take them: no forbidden character, 31 at most, none twice whatever the case."""
    in_use = {"history"}
    unique_names = []
    for number, name in enumerate(names, 1):
        plain = _SHEET_NAME.sub(" ", visible(name)).strip("' ")
        short = cut(plain, SHEET_CHARACTERS).rstrip("' ") or f"Sheet {number}"
        unique_names.append(_unique(short, SHEET_CHARACTERS, in_use))
    return tuple(unique_names)


def _unique(name: str, room: int, in_use: set[str]) -> str:
    candidate, number = name, 1
    while candidate.casefold() in in_use:
        number += 1
        tail = f" ({number})"
        candidate = cut(name, room - len(tail)) + tail
    in_use.add(candidate.casefold())
    return candidate


def print_safe(text: str, room: int) -> str:
    """A text in a page's header or footer, where ``&`` starts a command; ``room`` holds it."""
    text = one_line(text, room)
    return cut(text, room - text.count("&")).replace("&", "&&")
