"""A council's house style: ``theme.toml``, or the .docx that documents are to look like, to a theme
(docs/house-style.md)."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.core.suggest import suggestion
from pipeline.report.excel.errors import RenderError
from pipeline.report.excel.picture import picture_size
from pipeline.report.safe import one_line
from pipeline.report.theme import HOUSE, WCAG_AA, WCAG_GRAPHICS, Theme, contrast

COLOURS = (
    "brand",
    "on_brand",
    "ink",
    "muted",
    "rule",
    "tint",
    "strong_tint",
    "bad",
    "caution",
    "good",
    "link",
)
CHARTS = "charts"
_TOP = ("font", "colours", "logo", "logo_words", "marking", "document")
_FONT = ("name", "size")
_SMALLEST, _LARGEST = 9, 12
_LARGEST_LOGO = _LARGEST_THEME = 1_000_000
_LARGEST_DOCUMENT = 10_000_000
_LONGEST_NAME, _LONGEST_MARKING = 31, 50

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_FONT_NAME = re.compile(r"\w[\w -]*")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# Per cent of the brand's colour in the grounds of rows that are set off, at most.
_TINT, _STRONG_TINT = 7, 16


class ThemeError(Exception):
    """A theme that can't be used; the message says why, a sentence a line."""


class _Letters(NamedTuple):
    """A font's digits and lines, in parts of its size."""

    digit: float
    line: float


_ARIAL = _Letters(0.556, 1.28)
_LETTERS = {
    "arial": _ARIAL,
    "calibri": _Letters(0.507, 1.36),
    "tahoma": _Letters(0.546, 1.28),
    "segoe ui": _Letters(0.539, 1.36),
    "trebuchet ms": _Letters(0.524, 1.36),
    "verdana": _Letters(0.636, 1.28),
    "times new roman": _Letters(0.5, 1.28),
}
# The width of a default column by that of a digit, as Excel has them.
_COLUMN_PIXELS = {6: 56, 7: 64, 8: 72, 9: 80}


def read_theme(path: Path) -> Theme:
    """The theme of a file; a .docx is the template of the documents alone. Raises ThemeError."""
    if path.suffix.casefold() == ".docx":
        return replace(HOUSE, document=_document(path, path))
    try:
        content = tomllib.loads(_content(path, path, "the theme", _LARGEST_THEME).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ThemeError(f"{path} is no TOML file: {fault}.") from fault
    problems = [f"{path}: {problem}" for problem in _unknown(content)]
    if problems:
        raise ThemeError("\n".join(problems))
    theme = replace(
        HOUSE,
        **_font(path, content.get("font", {})),
        **_colours(path, content.get("colours", {})),
        logo=_logo(path, content.get("logo", "")),
        logo_words=_text(path, content, "logo_words", 250) or HOUSE.logo_words,
        marking=_text(path, content, "marking", _LONGEST_MARKING),
        document=_document_beside(path, content.get("document", "")),
    )
    faint = [f"{path}: {sentence}" for sentence in faint_pairs(theme)]
    if faint:
        raise ThemeError("\n".join(faint))
    return theme


def _unknown(content: Mapping[str, object]) -> Iterator[str]:
    """What the file names that a theme hasn't got."""
    tables = {"font": _FONT, "colours": (*COLOURS, CHARTS)}
    for name, value in content.items():
        if name not in _TOP:
            yield f"there is no “{name}” in a theme{suggestion(name, _TOP)}."
        elif name in tables and not isinstance(value, dict):
            yield f"“{name}” must be a table: [{name}]."
        elif isinstance(value, dict) and name in tables:
            for key in value:
                if key not in tables[name]:
                    yield f"there is no “{key}” in [{name}]{suggestion(key, tables[name])}."


def _text(path: Path, content: Mapping[str, object], name: str, longest: int) -> str:
    value = content.get(name, "")
    if not isinstance(value, str):
        raise ThemeError(f"{path}: {name} must be a text in quotes.")
    return one_line(value, longest)


def _font(path: Path, content: Mapping[str, object]) -> dict[str, Any]:
    """The font, and the sizes that follow from it."""
    name = _text(path, content, "name", _LONGEST_NAME) or HOUSE.font
    if not _FONT_NAME.fullmatch(name):
        raise ThemeError(f"{path}: a font's name has letters, digits, spaces and hyphens only.")
    size = content.get("size", HOUSE.size)
    if not isinstance(size, int | float) or not _SMALLEST <= size <= _LARGEST:
        raise ThemeError(f"{path}: the font's size must be from {_SMALLEST} to {_LARGEST} points.")
    letters = _LETTERS.get(name.casefold(), _ARIAL)
    pixels = size * 96 / 72
    digit = min(max(round(pixels * letters.digit), min(_COLUMN_PIXELS)), max(_COLUMN_PIXELS))
    larger = size - HOUSE.size
    return {
        "font": name,
        "size": size,
        "digit_pixels": digit,
        "column_pixels": _COLUMN_PIXELS[digit],
        "row_pixels": ceil(pixels * letters.line),
        "answer_size": HOUSE.answer_size + larger,
        "title_size": HOUSE.title_size + larger,
    }


def _colours(path: Path, content: Mapping[str, object]) -> dict[str, Any]:
    """The colours; tints and the first chart colour follow the brand's unless they are named."""
    charts = content.get(CHARTS, list(HOUSE.chart))
    if not isinstance(charts, list) or not charts:
        raise ThemeError(f'{path}: {CHARTS} must be a list of colours: ["#12355B", "#C2570C"].')
    colours: dict[str, Any] = {name: value for name, value in content.items() if name != CHARTS}
    for name, value in [*colours.items(), *((CHARTS, value) for value in charts)]:
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise ThemeError(f"{path}: {name} is no colour: write it as #12355B.")
    brand = colours.get("brand")
    if isinstance(brand, str):
        branded = replace(HOUSE, **colours)
        mixed = {"tint": _ground(branded, _TINT), "strong_tint": _ground(branded, _STRONG_TINT)}
        colours = {**mixed, **colours}
        if CHARTS not in content:
            charts = [brand, *HOUSE.chart[1:]]
    return {**colours, "chart": tuple(str(colour) for colour in charts)}


def _ground(theme: Theme, most: int) -> str:
    """A tint of the brand's colour on which every text can be read: so many per cent at most."""
    texts = {text for text, _ in theme.pairings() if not text.startswith("on_")}
    tints = (mix(theme.brand, part / 100) for part in range(most, 0, -1))
    fitting = (
        ground
        for ground in tints
        if all(contrast(getattr(theme, text), ground) >= WCAG_AA for text in texts)
    )
    return next(fitting, theme.paper)


def mix(colour: str, part: float) -> str:
    """Paper with so much of a colour in it."""
    ground = HOUSE.paper
    pairs = ((int(ground[i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(paper + (ink - paper) * part):02X}" for paper, ink in pairs)


def _logo(path: Path, name: object) -> bytes:
    """The logo's bytes; it stands beside the theme."""
    if not isinstance(name, str):
        raise ThemeError(f"{path}: logo must be the name of a file in quotes.")
    if not name:
        return b""
    try:
        content = _content(path, path.parent / name, f"the logo {name}", _LARGEST_LOGO)
    except ValueError as fault:  # a name that no file can have
        raise ThemeError(f"{path}: the logo {name} can't be read ({fault}).") from fault
    if not content.startswith(_IMAGES):
        raise ThemeError(f"{path}: the logo {name} is neither a PNG nor a JPEG picture.")
    try:
        picture_size(content)
    except RenderError as fault:
        raise ThemeError(f"{path}: the logo {name} can't be shown ({fault}).") from fault
    return content


def _document_beside(path: Path, name: object) -> bytes:
    """The bytes of the template of the documents; it stands beside the theme."""
    if not isinstance(name, str):
        raise ThemeError(f"{path}: document must be the name of a .docx in quotes.")
    if not name:
        return b""
    try:
        return _document(path, path.parent / name)
    except ValueError as fault:  # a name that no file can have
        raise ThemeError(f"{path}: the template {name} can't be read ({fault}).") from fault


def _document(theme: Path, path: Path) -> bytes:
    """A template's bytes, once it is known that documents can be written with it."""
    # What reads it takes a tenth of a second to import: only where there is one.
    from pipeline.report.word.template import TemplateError, check  # noqa: PLC0415

    content = _content(theme, path, f"the template {path.name}", _LARGEST_DOCUMENT)
    try:
        check(content)
    except TemplateError as fault:
        raise ThemeError(
            f"{theme}: the template {path.name} can't serve: {fault}. Save it in Word as a "
            "document (.docx)."
        ) from fault
    return content


def _content(theme: Path, path: Path, what: str, most: int) -> bytes:
    """A file's bytes, ``most`` of them; ThemeError where it is no ordinary file, or a larger one:
    a pipe would never end, and a link may lead anywhere."""
    try:
        if path.is_symlink() or not path.is_file():
            path.lstat()
            kind = "a link" if path.is_symlink() else "no ordinary file"
            raise ThemeError(f"{theme}: {what} is {kind}: put the file itself there.")
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as fault:
        raise ThemeError(f"{theme}: {what} can't be read ({fault.strerror or fault}).") from fault
    if len(content) > most:
        size = "a megabyte" if most == _LARGEST_THEME else f"{most // 1_000_000} megabytes"
        raise ThemeError(f"{theme}: {what} has more than {size}; save it smaller.")
    return content


def faint_pairs(theme: Theme) -> list[str]:
    """A sentence for each pair of colours of which one is hard to see on the other."""
    sentences = []
    for text, ground in theme.pairings():
        ratio = contrast(getattr(theme, text), getattr(theme, ground))
        if ratio < WCAG_AA:
            sentences.append(
                f"text in {text} ({getattr(theme, text)}) on {ground} "
                f"({getattr(theme, ground)}) has a contrast of {ratio:.2f} to 1, and WCAG AA asks "
                f"for {WCAG_AA}. Make the darker of the two darker, or the lighter one lighter."
            )
    faint = {colour: contrast(colour, theme.paper) for colour in theme.chart}
    sentences += [
        f"charts in {colour} on white have a contrast of {ratio:.2f} to 1, and WCAG AA asks for "
        f"{WCAG_GRAPHICS:g}. Make the colour darker."
        for colour, ratio in faint.items()
        if ratio < WCAG_GRAPHICS
    ]
    return sentences
