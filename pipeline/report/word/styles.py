"""The styles of a document: all looks are here, and none in its text. In a council's own template
the styles that it has, by name, stay as they are, and those that it lacks are added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from pipeline.report.documents.document import Style
from pipeline.report.theme import Theme

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LANGUAGE = "en-GB"
_AUTO = "auto"
# Half points: what tables and footnotes are set in where a template says nothing of them.
_SMALL = 18
# Numbers of lists: sections with their paragraphs, paragraphs alone, bullets.
SECTIONS, PARAGRAPHS, BULLETS = 1, 2, 3


@dataclass(frozen=True)
class Looks:
    """What the styles are made of; colours without ``#``. ``font`` and ``size`` (half points) are
    empty in a template, which has its own."""

    font: str
    size: int
    brand: str
    ink: str
    muted: str
    rule: str
    tint: str
    numbered: bool = True

    @classmethod
    def of(cls, theme: Theme, *, numbered: bool) -> "Looks":
        """The looks of a theme."""
        brand, ink, muted, rule, tint = (
            colour.removeprefix("#")
            for colour in (theme.brand, theme.ink, theme.muted, theme.rule, theme.strong_tint)
        )
        return cls(theme.font, round(theme.size * 2), brand, ink, muted, rule, tint, numbered)

    @property
    def within_template(self) -> "Looks":
        """The looks of styles that are added to a template: its own font, and no colours."""
        return replace(
            self, font="", size=0, brand=_AUTO, ink=_AUTO, muted=_AUTO, rule="808080", tint="EDEDED"
        )


@dataclass(frozen=True)
class _Rule:
    """A style: its id, its kind, what it is based on, and its properties."""

    style: Style | str
    based_on: Style | str = ""
    paragraph: str = ""
    run: str = ""
    kind: str = "paragraph"
    following: Style | str = ""
    is_default: bool = False
    rest: str = ""

    @property
    def name(self) -> str:
        """The style's name."""
        return _name(self.style)


_NORMAL, _DEFAULT_FONT, _NORMAL_TABLE = "Normal", "Default Paragraph Font", "Normal Table"


def _name(style: Style | str) -> str:
    return style.value if isinstance(style, Style) else style


def _id(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def _space(before: int, after: int, line: int = 0) -> str:
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else ""


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _list(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def _rules(looks: Looks, lists: Mapping[int, int]) -> tuple[_Rule, ...]:
    """Every style in use; ``lists``: the numbers of our lists in the document."""
    bold, size = "<w:b/><w:bCs/>", looks.size

    def larger(by: int) -> str:
        return _size(size + by if size else 0)

    if SECTIONS in lists:
        section = _list(lists[SECTIONS]) if looks.numbered else ""
        numbered = _list(lists[SECTIONS], 1)
    else:
        section, numbered = "", _list(lists[PARAGRAPHS])
    apart = "" if looks.numbered else "<w:pageBreakBefore/>"
    together = "<w:keepNext/><w:keepLines/>"

    def heading(level: int, before: int, by: int) -> _Rule:
        first = level == 1
        return _Rule(
            (Style.HEADING_1, Style.HEADING_2, Style.HEADING_3)[level - 1],
            _NORMAL,
            f"{together}{apart if first else ''}{section if first else ''}{_space(before, 120)}"
            f'<w:outlineLvl w:val="{level - 1}"/>',
            f"{bold}{_colour(looks.brand)}{larger(by)}",
            following=Style.NUMBERED if looks.numbered else Style.TEXT,
        )

    cell = _space(40, 40)
    return (
        _Rule(_NORMAL, paragraph=_space(0, 120, 264), is_default=True),
        _Rule(_DEFAULT_FONT, kind="character", is_default=True),
        _Rule(_NORMAL_TABLE, kind="table", is_default=True, rest=_NORMAL_TABLE_LOOK),
        _Rule(
            Style.TITLE,
            _NORMAL,
            f"{together}{_space(0, 80)}",
            f"{bold}{_colour(looks.brand)}{larger(18)}",
            following=_NORMAL,
        ),
        _Rule(
            Style.SUBTITLE,
            _NORMAL,
            f"{together}{_space(0, 240)}",
            f"{_colour(looks.muted)}{larger(4)}",
            following=_NORMAL,
        ),
        heading(1, 360, 8),
        heading(2, 280, 4),
        heading(3, 200, 0),
        _Rule(Style.TEXT, _NORMAL),
        _Rule(Style.NUMBERED, _NORMAL, f"{numbered}{_space(120, 120, 264)}"),
        _Rule(
            Style.BULLET, _NORMAL, f"{_list(lists[BULLETS])}{_space(0, 60)}<w:contextualSpacing/>"
        ),
        _Rule(Style.CAPTION, _NORMAL, _space(200, 80), f"{bold}{_colour(looks.brand)}"),
        # Few templates keep a caption with the table below it.
        _Rule(Style.KEPT_CAPTION, Style.CAPTION, together),
        _Rule(
            Style.AUTHOR_NOTE,
            _NORMAL,
            f"<w:pBdr>{_edges(('top', 'left', 'bottom', 'right'), looks.rule, 6)}</w:pBdr>"
            f'<w:shd w:val="clear" w:color="auto" w:fill="{looks.tint}"/>{_space(60, 120)}',
            "<w:i/><w:iCs/>",
        ),
        _Rule(Style.PICTURE, _NORMAL, f"<w:keepLines/>{_space(0, 120, 240)}"),
        _Rule(Style.CELL, _NORMAL, cell, _size(size - 4 if size else _SMALL)),
        _Rule(Style.FIGURE, Style.CELL, '<w:jc w:val="right"/>'),
        _Rule(Style.CELL_HEADING, Style.CELL, "<w:keepNext/>", f"{bold}{_colour(looks.brand)}"),
        _Rule(Style.FIGURE_HEADING, Style.CELL_HEADING, '<w:jc w:val="right"/>'),
        _Rule(Style.FOOTNOTE, _NORMAL, _space(0, 40), _size(size - 4 if size else _SMALL)),
        _Rule(Style.HEADER, _NORMAL, _space(0, 0), f"{_colour(looks.muted)}{larger(-4)}"),
        _Rule(Style.FOOTER, _NORMAL, _space(0, 0), f"{_colour(looks.muted)}{larger(-4)}"),
        _Rule(
            Style.FOOTNOTE_REFERENCE,
            _DEFAULT_FONT,
            kind="character",
            run='<w:vertAlign w:val="superscript"/>',
        ),
        _Rule(Style.STRONG, _DEFAULT_FONT, kind="character", run=bold),
        _Rule(Style.TABLE, _NORMAL_TABLE, kind="table", rest=_table_look(looks)),
    )


_NORMAL_TABLE_LOOK = (
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="60" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)


def _edges(names: Collection[str], colour: str, width: int) -> str:
    return "".join(
        f'<w:{name} w:val="single" w:sz="{width}" w:space="0" w:color="{colour}"/>'
        for name in names
    )


def _table_look(looks: Looks) -> str:
    """Rules between rows, a light row of headings."""
    borders = _edges(("top", "bottom", "insideH"), looks.rule, 4)
    heavy = looks.brand if looks.brand != _AUTO else looks.rule
    return (
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
        f"{_edges(('bottom',), heavy, 12)}</w:tcBorders>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{looks.tint}"/>'
        '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )


def new_styles(
    looks: Looks, lists: Mapping[int, int], ids: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """By name, in lower case: the id and the XML of each style that is not among ``ids``, the ids
    by name of those that are there already."""
    rules = [rule for rule in _rules(looks, lists) if rule.name.casefold() not in ids]
    in_use = {each.casefold() for each in ids.values()}
    own_ids: dict[str, str] = {}
    for rule in rules:
        style_id = _id(rule.name)
        while style_id.casefold() in in_use:
            style_id += "X"
        in_use.add(style_id.casefold())
        own_ids[rule.name.casefold()] = style_id
    every = {**ids, **own_ids}
    return {
        name: (own_ids[name], _style_xml(rule, own_ids[name], every))
        for rule in rules
        for name in [rule.name.casefold()]
    }


def _style_xml(rule: _Rule, style_id: str, ids: Mapping[str, str]) -> str:
    def refer(tag: str, style: Style | str) -> str:
        return f"<w:{tag} w:val={quoteattr(ids[_name(style).casefold()])}/>" if style else ""

    default = ' w:default="1"' if rule.is_default else ""
    custom = (
        ""
        if rule.is_default or rule.name[0].islower() or rule.name in _BUILT_IN
        else (' w:customStyle="1"')
    )
    return (
        f'<w:style w:type="{rule.kind}"{default}{custom} w:styleId={quoteattr(style_id)}>'
        f"<w:name w:val={quoteattr(rule.name)}/>{refer('basedOn', rule.based_on)}"
        f'{refer("next", rule.following)}<w:uiPriority w:val="{99 if rule.is_default else 1}"/>'
        f"{'' if rule.kind == 'table' else '<w:qFormat/>'}"
        + (f"<w:pPr>{rule.paragraph}</w:pPr>" if rule.paragraph else "")
        + (f"<w:rPr>{rule.run}</w:rPr>" if rule.run else "")
        + f"{rule.rest}</w:style>"
    )


_BUILT_IN = frozenset({"Title", "Subtitle", "Body Text", "List Bullet", "Strong"})


def defaults(looks: Looks) -> str:
    """What every text starts from: the font, its size and colour, British English."""
    font = quoteattr(looks.font)
    return (
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        f"<w:rFonts w:ascii={font} w:hAnsi={font} w:eastAsia={font} w:cs={font}/>"
        f"{_colour(looks.ink)}{_size(looks.size)}"
        f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )


def numbering(kind: int, heading_id: str, paragraph_id: str) -> str:
    """The levels of one of our lists; they name the styles that they are of, where these follow
    from it."""
    if kind == SECTIONS:
        return _level(0, "%1.", 0, 567, heading_id) + _level(1, "%1.%2.", 0, 567, paragraph_id)
    if kind == PARAGRAPHS:
        return _level(0, "%1.", 0, 567, paragraph_id)
    return _level(0, "\u2022", 567, 283, kind="bullet")


def _level(
    level: int, text: str, left: int, hanging: int, style_id: str = "", kind: str = "decimal"
) -> str:
    style = f"<w:pStyle w:val={quoteattr(style_id)}/>" if style_id else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{style}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left + hanging}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )
