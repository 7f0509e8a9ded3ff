"""What a sheet says in sentences: its title, whether its figures hold, the answer, the lines under
it, and facts."""

import io
from collections.abc import Iterable, Sequence

from pipeline.report import layout
from pipeline.report.excel.conditions import set_off_stale, set_off_words
from pipeline.report.excel.errors import must
from pipeline.report.excel.open_sheet import AIR_PIXELS, OpenSheet
from pipeline.report.excel.paging import Stretch
from pipeline.report.excel.picture import picture_size
from pipeline.report.measure import wrapped
from pipeline.report.safe import one_line
from pipeline.report.spec import Facts
from pipeline.report.theme import Properties

# Digits in a line of text above the tables, which must not run off a screen; and the characters
# of all of them.
_LONGEST_LINE, _LONGEST = 130, 2_000
# The most that a logo takes of the cover's first rows, across and down.
_LOGO_PIXELS = (240, 64)


def write_title(sheet: OpenSheet) -> None:
    """The title in A1, smaller where it is long, and on further lines where it is very long."""
    theme, room, cover = sheet.theme, sum(sheet.widths), sheet.spec.cover
    if cover and theme.logo:
        room -= _insert_logo(sheet) / theme.digit_pixels
    title = one_line(sheet.spec.title)
    largest = theme.cover_size if cover else theme.title_size
    size = layout.title_size(title, room * theme.size, largest)
    style = theme.title(cover=cover) | {"font_size": size}
    parts = wrapped(title, room * theme.size / size, bold=True)
    height = (size if len(parts) > 1 else largest) / theme.size
    if cover and theme.logo:
        height = max(height, _LOGO_PIXELS[1] / theme.row_pixels / len(parts))
    _write_lines(sheet, [(parts, style, height)])


def _insert_logo(sheet: OpenSheet) -> float:
    """The logo, at the right of the title; how wide it is, in pixels."""
    theme = sheet.theme
    wide, high = picture_size(theme.logo)
    scale = min(_LOGO_PIXELS[0] / wide, _LOGO_PIXELS[1] / high)
    options = {
        "x_offset": sheet.pixels() - wide * scale,
        "x_scale": scale,
        "y_scale": scale,
        "description": theme.logo_words,
        "object_position": 2,
    }
    must(sheet.worksheet.insert_image(0, 0, io.BytesIO(theme.logo), options), "logo")
    return wide * scale


def write_strip(sheet: OpenSheet) -> None:
    """Whether the figures hold, set off as bad by itself once they don't; then the way back, and
    the version."""
    strip, top, theme = sheet.spec.strip, sheet.row, sheet.theme
    if strip is None:
        return
    style = sheet.formats.of(theme.strip())
    if strip.formula:
        sheet.cells.formula(top, 0, strip.formula, style, strip.says)
        set_off_words(sheet, (top, top, 0), strip.alarms)
    else:
        sheet.cells.value(top, 0, strip.says, style)
    is_back = strip.back != sheet.spec.name
    if is_back:
        link = sheet.formats.of(theme.strip() | theme.link_text())
        sheet.cells.link(top + 1, 0, strip.back, strip.back, link)
    sheet.cells.value(top + 1, int(is_back), strip.version, style)
    sheet.set_pixels(top + 1, theme.row_pixels + AIR_PIXELS)
    sheet.row = sheet.strip_rows = top + 2


def write_answer(sheet: OpenSheet) -> None:
    """The answer, then the lines under it; on the cover what it is, then the headline."""
    theme, spec = sheet.theme, sheet.spec
    room, larger = min(sum(sheet.widths), _LONGEST_LINE), theme.answer_size / theme.size
    if spec.live_answer:
        _write_live_answer(sheet)
    spoken = (
        []
        if spec.live_answer
        else [_spoken(line, room / larger, stale=spec.stale) for line in spec.answer.splitlines()]
    )
    answer = [part for parts in spoken for part in parts]
    lines = [part for line in spec.lines for part in _fitted(line, room)]
    groups = [(answer, theme.answer(), larger), (lines, theme.line(), 1)]
    row = sheet.row + (len(lines) if spec.cover else 0)
    for parts in spoken:
        set_off_stale(sheet, row, 0)
        row += len(parts)
    _write_lines(sheet, groups[::-1] if spec.cover else groups)


def _write_live_answer(sheet: OpenSheet) -> None:
    """The answer line by line, each a formula that goes on over the empty cells beside it."""
    theme, texts = sheet.theme, sheet.spec.answer.splitlines()
    style = sheet.formats.of(theme.answer())
    for number, (source, says) in enumerate(zip(sheet.spec.live_answer, texts, strict=True), 1):
        sheet.cells.formula(sheet.row, 0, source, style, says)
        air = AIR_PIXELS if number == len(texts) else 0
        sheet.set_height(theme.answer_size / theme.size, air)
        sheet.row += 1


def write_facts(sheet: OpenSheet, block: Facts) -> None:
    """Each on lines of its own, which go on over the empty cells beside them."""
    room, columns = sum(sheet.widths[1:]), range(2, len(sheet.widths))
    start = sheet.row
    sheet.write_caption(block.caption)
    for fact in block.facts:
        stale = sheet.spec.stale if fact.follows else ""
        if stale:
            set_off_stale(sheet, sheet.row, 1)
        parts = _spoken(fact.text, room, stale=stale)
        for number, text in enumerate(parts, 1):
            style = sheet.theme.fact(last=number == len(parts))
            label = "" if number > 1 else fact.label
            sheet.cells.text(sheet.row, 0, label, style | {"bold": True})
            sheet.cells.text(sheet.row, 1, text, style)
            for column in columns:
                sheet.cells.text(sheet.row, column, "", style)
            sheet.set_height(1, AIR_PIXELS if number == len(parts) else 0)
            sheet.row += 1
    sheet.stretches.append(Stretch(start, start, sheet.row))


def _spoken(text: str, room: float, *, stale: str) -> list[str]:
    """A sentence on as many lines as it needs, with room for what sets it off later, if it may be
    ``stale``."""
    before = layout.AS_REPORTED if stale else ""
    first, *others = _fitted(before + text, room)
    return [first.removeprefix(before), *others]


def _fitted(line: str, room: float) -> Sequence[str]:
    """A line of text on as many lines as it needs."""
    return wrapped(one_line(line, _LONGEST), room)


def _write_lines(
    sheet: OpenSheet, groups: Iterable[tuple[Sequence[str], Properties, float]]
) -> None:
    """Groups of lines in column A, with their looks and heights; room after each group."""
    for lines, style, height in groups:
        for number, text in enumerate(lines, 1):
            sheet.cells.text(sheet.row, 0, text, style)
            sheet.set_height(height, AIR_PIXELS if number == len(lines) else 0)
            sheet.row += 1
