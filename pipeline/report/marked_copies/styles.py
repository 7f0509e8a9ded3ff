"""The formats that a copy needs beside the return's own: those of marked cells, each the cell's
own with another fill, and those of the Issues sheet."""

import re
from collections.abc import Mapping

from pipeline.report.marked_copies.package import MAIN, EditablePackage
from pipeline.report.marked_copies.xmlpart import Element, XmlPart, attributes, retagged
from pipeline.report.theme import Theme

ERROR_FILL, WARNING_FILL = "#F8D2D2", "#FCE4B6"

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_NO_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="0"/><fills count="0"/><borders count="0"/>'
    '<cellXfs count="0"/></styleSheet>'
).encode()
# In the order of the format; the first of each is what a cell without a format has.
_GROUPS = {
    "numFmts": "",
    "fonts": '<font><sz val="11"/><name val="Calibri"/><family val="2"/></font>',
    "fills": '<fill><patternFill patternType="none"/></fill>',
    "borders": "<border><left/><right/><top/><bottom/><diagonal/></border>",
    "cellStyleXfs": "",
    "cellXfs": '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    "cellStyles": "",
    "dxfs": "",
    "tableStyles": "",
    "colors": "",
    "extLst": "",
}
_COLOUR = re.compile(r"<(?:[\w.-]+:)?color\b[^>]*?/>")
_BLACK = {("auto", "1"), ("indexed", "8"), ("indexed", "64"), ("theme", "1")}
_BLACKS = {("rgb", "FF000000"), ("rgb", "00000000")}


class Styles:
    """The stylesheet of a workbook, with what is added to it."""

    def __init__(self, package: EditablePackage, theme: Theme) -> None:
        """Reads the stylesheet, or makes one where there is none."""
        self.theme = theme
        stylesheets = package.related(package.main, "styles")
        if stylesheets:
            self.part = package.xml(stylesheets[0].target)
        else:
            package.put("xl/styles.xml", _NO_STYLES, _TYPE)
            package.relate(package.main, "styles", "xl/styles.xml")
            self.part = package.xml("xl/styles.xml")
        self._groups = {name: _Group(self.part, name) for name in _GROUPS}
        self._number_of: dict[tuple[object, ...], int] = {}

    def marked(self, base: int, *, error: bool) -> int:
        """The format number of a faulty cell that has the ``base`` one in the return."""
        key = ("marked", base, error)
        if key not in self._number_of:
            source = self._groups["cellXfs"].source(base)
            tag = source[: source.index(">") + 1]
            font = int(attributes(tag).get("fontId", "0"))
            changes: dict[str, str | None] = {
                "fillId": str(self._fill(ERROR_FILL if error else WARNING_FILL)),
                "applyFill": "1",
                "fontId": str(self._readable(font)),
                "applyFont": "1",
            }
            marked = retagged(tag, changes) + source[len(tag) :]
            self._number_of[key] = self._groups["cellXfs"].add(marked)
        return self._number_of[key]

    def issues_cell(self, properties: Mapping[str, object]) -> int:
        """The format number of a cell of the Issues sheet; properties as the theme names them."""
        key = tuple(sorted(properties.items()))
        if key not in self._number_of:
            font = self._add("fonts", self._font_xml(properties))
            ground = str(properties.get("bg_color", ""))
            fill = self._fill(ground) if ground else 0
            line = str(properties.get("bottom_color", ""))
            border = self._add("borders", _border_xml(line)) if line else 0
            alignment = "".join(
                f' {attribute}="{value}"'
                for attribute, value in (
                    ("horizontal", properties.get("align")),
                    ("vertical", _VERTICAL.get(str(properties.get("valign", "")))),
                    ("wrapText", "1" if properties.get("text_wrap") else None),
                    ("indent", properties.get("indent")),
                )
                if value
            )
            self._number_of[key] = self._add(
                "cellXfs",
                f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" '
                'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
                f"<alignment{alignment}/></xf>",
            )
        return self._number_of[key]

    def finish(self) -> None:
        """Put what was added into the stylesheet."""
        for name, group in self._groups.items():
            if group.added:
                later = tuple(_GROUPS)[tuple(_GROUPS).index(name) + 1 :]
                group.finish(later)

    def _add(self, group: str, fragment: str) -> int:
        """The number of a font, fill, border or format, the same one for the same words."""
        key = (group, fragment)
        if key not in self._number_of:
            self._number_of[key] = self._groups[group].add(self.part.prefixed(fragment))
        return self._number_of[key]

    def _fill(self, colour: str) -> int:
        return self._add(
            "fills",
            f'<fill><patternFill patternType="solid"><fgColor rgb="{_argb(colour)}"/>'
            '<bgColor indexed="64"/></patternFill></fill>',
        )

    def _font_xml(self, properties: Mapping[str, object]) -> str:
        return (
            "<font>"
            + ("<b/>" if properties.get("bold") else "")
            + ("<u/>" if properties.get("underline") else "")
            + f'<sz val="{properties["font_size"]}"/>'
            f'<color rgb="{_argb(str(properties["font_color"]))}"/>'
            f'<name val="{properties["font_name"]}"/><family val="2"/></font>'
        )

    def _readable(self, font: int) -> int:
        """The font, or one like it in dark ink where its colour was chosen for another ground:
        white on pink can't be read."""
        source = self._groups["fonts"].source(font)
        colour = _COLOUR.search(source)
        if colour is None or _is_black(attributes(colour[0])):
            return font
        key = ("readable", font)
        if key not in self._number_of:
            ink = self.part.prefixed(f'<color rgb="{_argb(self.theme.ink)}"/>')
            dark = source[: colour.start()] + ink + source[colour.end() :]
            self._number_of[key] = self._groups["fonts"].add(dark)
        return self._number_of[key]


class _Group:
    """A list of fonts, fills, borders or formats, each known by its place in it."""

    def __init__(self, part: XmlPart, name: str) -> None:
        self.part, self.name = part, name
        self.element: Element | None = part.child(name)
        members = part.children(self.element) if self.element else []
        self.members = [part.source(each) for each in members]
        self.there = len(self.members)
        if not self.members and _GROUPS[name]:
            self.members.append(part.prefixed(_GROUPS[name]))

    @property
    def added(self) -> bool:
        return len(self.members) > self.there and len(self.members) > 1

    def source(self, number: int) -> str:
        return self.members[number] if 0 <= number < len(self.members) else self.members[0]

    def add(self, fragment: str) -> int:
        self.members.append(fragment)
        return len(self.members) - 1

    def finish(self, later: tuple[str, ...]) -> None:
        new, count = "".join(self.members[self.there :]), str(len(self.members))
        if self.element:
            self.part.append(self.element, new)
            self.part.change(self.element, count=count)
        else:
            name = f"{self.part.root.prefix}{self.name}"
            self.part.place(f'<{name} count="{count}">{new}</{name}>', later)


_VERTICAL = {"top": "top", "vcenter": "center", "bottom": "bottom"}


def _argb(colour: str) -> str:
    return f"FF{colour.removeprefix('#')}"


def _is_black(colour: dict[str, str]) -> bool:
    values = {(name, value) for name, value in colour.items() if name != "tint"}
    return "tint" not in colour and bool(values & (_BLACK | _BLACKS))


def _border_xml(colour: str) -> str:
    return (
        "<border><left/><right/><top/>"
        f'<bottom style="thin"><color rgb="{_argb(colour)}"/></bottom><diagonal/></border>'
    )
