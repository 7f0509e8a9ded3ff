"""Comments on cells: their words in one part, their boxes in another, older one."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import chain, count, starmap

from pipeline.core.issue import Issue
from pipeline.core.source import column_letters
from pipeline.report.marked_copies.cells import GridCell, Sizes, place_of
from pipeline.report.marked_copies.package import MAIN, RELATIONSHIPS, EditablePackage
from pipeline.report.marked_copies.xmlpart import CannotMarkError, Element, XmlPart, linked, words
from pipeline.report.measure import limit, line_count, line_counts
from pipeline.report.safe import cut, visible

AUTHOR = "Checked copy"

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NO_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_NAMESPACES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_NO_SHAPES = (
    f'<xml{_NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    f"</o:shapelayout>{_SHAPE_TYPE}</xml>"
)
_SHAPE = re.compile(r"<([\w.-]+:)shape\b.*?</\1shape>", re.DOTALL)
_OPENED = re.compile(r"^(<v:\w+)")
_SHAPE_ID = re.compile(r"_x0000_s(\d{1,9})\b")
_OF_CELL = re.compile(r"<([\w.-]+:)Row>\s*(\d+)\s*</\1Row>\s*<\1Column>\s*(\d+)\s*</\1Column>")
_MARKUP = re.compile(r"<[^>]*>")
_PLAIN = re.compile(r"(<(?:[\w.-]+:)?text\b[^>]*>)\s*(<((?:[\w.-]+:)?)t\b.*?</\3t>)", re.DOTALL)
# What must follow the boxes' place in a worksheet.
_AFTER_BOXES = (
    "legacyDrawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "AlternateContent",
    "tableParts",
    "extLst",
)

_WIDTH, _HIGHEST = 340, 620
_LINE, _AIR = 15, 14
# Digits of the comment's font on a line of the box.
_ROOM = 52.0
_LONGEST = 4_000
# Comments measured at once: enough to cost little, few enough to take little memory.
_TOGETHER = 1_024
# Fewer are sooner measured one by one.
_FEW = 256


@dataclass(frozen=True)
class Comment:
    """What a cell's comment says: paragraphs, each a bold heading and lines under it."""

    paragraphs: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "\n\n".join(f"{heading}\n{lines}" for heading, lines in self.paragraphs)


def _comment_on(issues: Iterable[Issue]) -> Comment:
    """One comment for all the issues of a cell."""
    return Comment(
        tuple(
            (
                f"{issue.severity.value}: {issue.rule}",
                cut(visible(f"{issue.problem}\nPut right: {issue.remedy}"), _LONGEST),
            )
            for issue in issues
        )
    )


def add_comments(
    package: EditablePackage, sheet: str, issues: Mapping[GridCell, Iterable[Issue]], sizes: Sizes
) -> None:
    """Put comments on cells of the sheet in part ``sheet``, each with the issues of its cell; where
    a cell has one already, the new words follow the old ones."""
    put = _comment_writer(_comments_part(package, sheet))
    boxes: dict[GridCell, str] = {}
    places = list(issues)
    for start in range(0, len(places), _TOGETHER):
        some = places[start : start + _TOGETHER]
        texts = [put(place, _comment_on(issues[place])) for place in some]
        for place, number in zip(some, _line_counts(texts), strict=True):
            boxes[place] = sizes.box(place, _WIDTH, min(number * _LINE + _AIR, _HIGHEST))
    _add_boxes(package, sheet, boxes)


def _line_counts(texts: Sequence[str]) -> Sequence[int]:
    """How many lines of a box each text takes. Of few, most are known from other copies."""
    if len(texts) < _FEW:
        return [line_count(text, _ROOM) for text in texts]
    counts: list[int] = line_counts(texts, limit(_ROOM)).tolist()
    return counts


def _comment_writer(part: XmlPart) -> Callable[[GridCell, Comment], str]:
    """Puts a comment on a cell, and gives all that the cell's comment says then."""
    authors, comment_list = part.child("authors"), part.child("commentList")
    if authors is None or comment_list is None:
        raise CannotMarkError("the comments part has no comments")
    there = {
        place_of(part.attributes(each).get("ref", "")): each for each in part.children(comment_list)
    }
    author = len(part.children(authors))
    part.append(authors, part.prefixed(f"<author>{words(AUTHOR)}</author>"))

    def put(place: GridCell, comment: Comment) -> str:
        old = there.get(place)
        if old is not None:
            _extend(part, old, comment)
            return f"{visible(unescape(_MARKUP.sub('', part.source(old))))}\n\n{comment.text}"
        address = f"{column_letters(place[1])}{place[0]}"
        tag = f'<comment ref="{address}" authorId="{author}">'
        new = f"{tag}<text>{_runs(comment)}</text></comment>"
        part.append(comment_list, part.prefixed(new))
        return comment.text

    return put


def _comments_part(package: EditablePackage, sheet: str) -> XmlPart:
    relations = package.related(sheet, "comments")
    if relations:
        return package.xml(relations[0].target)
    name = package.free("xl/comments{}.xml")
    package.put(name, _NO_COMMENTS, _COMMENTS_TYPE)
    package.relate(sheet, "comments", name)
    return package.xml(name)


def _runs(comment: Comment, start: str = "") -> str:
    """The comment as runs of text, the headings bold."""
    runs = []
    for number, (heading, lines) in enumerate(comment.paragraphs):
        gap = "\n\n" if number else start
        runs += [_heading_run(f"{gap}{heading}\n"), _run(lines, bold=False)]
    return "".join(runs)


@lru_cache(maxsize=64)  # headings are the names of rules
def _heading_run(text: str) -> str:
    return _run(text, bold=True)


def _run(text: str, *, bold: bool) -> str:
    weight = "<b/>" if bold else ""
    return (
        f'<r><rPr>{weight}<sz val="9"/><color indexed="81"/><rFont val="Tahoma"/>'
        f'<family val="2"/></rPr><t xml:space="preserve">{words(text)}</t></r>'
    )


def _extend(part: XmlPart, old: Element, comment: Comment) -> None:
    """Add our words to a comment that is there. A plain text becomes a run, or Excel would not
    show what follows it."""
    text = next((each for each in part.children(old) if each.name == "text"), None)
    if text is None:
        raise CannotMarkError("a comment has no text")
    new = part.prefixed(_runs(comment, "\n\n"))
    within = part.source(text)
    plain = _PLAIN.match(within)
    if plain:
        run = f"{part.root.prefix}r"
        within = f"{plain[1]}<{run}>{plain[2]}</{run}>{within[plain.end() :]}"
    end = within.rfind("</")
    # Readings of Japanese words stand last.
    phonetic = re.search(r"<(?:[\w.-]+:)?(?:rPh|phoneticPr)\b", within)
    at = phonetic.start() if phonetic else end
    part.replace(text.start, text.stop, within[:at] + new + within[at:])


def _add_boxes(package: EditablePackage, sheet: str, boxes: Mapping[GridCell, str]) -> None:
    """Put the comments' boxes into the sheet's drawing of the old kind, in the place of boxes
    that the same cells have."""
    name = _boxes_part(package, sheet)
    text = package.parts[name].decode("utf-8", "strict")
    end = text.rfind("</xml>")
    if end < 0:
        raise CannotMarkError("the boxes of the comments can't be read")
    body = _SHAPE.sub(lambda match: "" if _box_of(match[0]) in boxes else match[0], text[:end])
    first = max([1024, *map(int, _SHAPE_ID.findall(text))]) + 1
    shapes: Iterable[str] = starmap(_shape, zip(count(first), boxes, boxes.values(), strict=False))
    if 'id="_x0000_t202"' not in body:
        shapes = chain([_SHAPE_TYPE], shapes)
    if not all(f"xmlns:{prefix}=" in text for prefix in "vox"):
        shapes = (_OPENED.sub(rf"\1{_NAMESPACES}", shape, count=1) for shape in shapes)
    package.put(name, chain([body], shapes, [text[end:]]))


def _boxes_part(package: EditablePackage, sheet: str) -> str:
    part = package.xml(sheet, "sheetData")
    there = part.child("legacyDrawing")
    if there is not None:
        link = linked(part.attributes(there))
        for each in package.relations(sheet):
            if each.id == link:
                return package.name(each.target)
        raise CannotMarkError("the boxes of the comments are missing")
    name = package.free("xl/drawings/vmlDrawing{}.vml")
    package.put(name, _NO_SHAPES.encode())
    package.types.set_default("vml", _VML_TYPE)
    link = package.relate(sheet, "vmlDrawing", name)
    tag = f'<{part.root.prefix}legacyDrawing xmlns:r="{RELATIONSHIPS}" r:id="{link}"/>'
    part.place(tag, _AFTER_BOXES, after="sheetData")
    return name


def _box_of(shape: str) -> GridCell | None:
    """The cell whose comment's box a shape is."""
    match = _OF_CELL.search(shape) if 'ObjectType="Note"' in shape else None
    return (int(match[2]) + 1, int(match[3]) + 1) if match else None


def _shape(number: int, place: GridCell, anchor: str) -> str:
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        'margin-left:80pt;margin-top:2pt;width:255pt;height:120pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{place[0] - 1}</x:Row>"
        f"<x:Column>{place[1] - 1}</x:Column></x:ClientData></v:shape>"
    )
