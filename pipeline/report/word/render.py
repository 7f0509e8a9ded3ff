"""The one renderer of documents for word processors: a declared document, in our own looks or in a
council's template, as a .docx file."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.numbering import NumberingPart

from pipeline.report.documents.document import Document, Style
from pipeline.report.safe import one_line
from pipeline.report.theme import HOUSE, Theme
from pipeline.report.word import charts, styles
from pipeline.report.word.body import Writer, Written
from pipeline.report.word.package import (
    HEAD,
    ROOM,
    SPACES,
    R,
    blank_package,
    core_properties,
    repacked,
)
from pipeline.report.word.styles import BULLETS, PARAGRAPHS, SECTIONS, Looks, W
from pipeline.report.word.template import cleared, opened

_SPACES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
_RUNNING = 255
_EMU_A_TWIP, _A4_TEXT = 635, 9_298
# What may stand behind the footnotes among the settings.
_BEHIND_FOOTNOTES = (
    *("w:endnotePr", "w:compat", "w:docVars", "w:rsids", "m:mathPr", "w:attachedSchema"),
    *("w:themeFontLang", "w:clrSchemeMapping", "w:doNotIncludeSubdocsInStats", "w:captions"),
    *("w:readModeInkLockDown", "w:smartTagType", "w:schemaLibrary", "w:shapeDefaults"),
    *("w:doNotEmbedSmartTags", "w:decimalSymbol", "w:listSeparator"),
)
_SEPARATORS = (-1, 0)


def render(document: Document, theme: Theme = HOUSE) -> bytes:
    """The .docx file of a document. Raises TemplateError where the theme's template can't serve."""
    return _Renderer(document, theme).file()


@dataclass
class _Renderer:
    document: Document
    theme: Theme

    def file(self) -> bytes:
        """All of it."""
        template = self.theme.document
        is_template = bool(template)
        word = cleared(template) if template else opened(blank_package(self.theme))
        ids = self._styles(word, is_template=is_template)
        _british(word)
        writer = Writer(ids, _text_width(word), lambda xml: _add_chart(word, xml))
        written = writer.write(self.document)
        _add_footnotes(word, written)
        # While the text is short: python-docx looks through all of it for sections.
        self._running(word, ids, is_template=is_template)
        self._properties(word)
        word.element.body.insert(0, parse_xml(f"<room><?{ROOM}?></room>")[0])
        stream = io.BytesIO()
        word.save(stream)
        return repacked(stream.getvalue(), word.part.partname.membername, "".join(written.blocks))

    def _styles(self, word: WordDocument, *, is_template: bool) -> Mapping[str, str]:
        """Every style that the document names is there; their ids by name, in lower case."""
        looks = Looks.of(self.theme, numbered=self.document.numbered)
        element = word.styles.element
        if is_template:
            looks = looks.within_template
        else:
            element.insert(0, _element(styles.defaults(looks)))
        ids = {
            each.name_val.casefold(): each.styleId
            for each in element.style_lst
            if each.name_val and each.styleId
        }
        in_sections = self.document.numbered and not is_template
        paragraphs = SECTIONS if in_sections else PARAGRAPHS
        numbering = _numbering(word)
        lists = _free_numbers(numbering, (paragraphs, BULLETS))
        new = styles.new_styles(looks, lists, ids)
        for _, xml in new.values():
            element.append(_element(xml))
        every = {**ids, **{name: style_id for name, (style_id, _) in new.items()}}
        heading, numbered = (
            every[style.value.casefold()] for style in (Style.HEADING_1, Style.NUMBERED)
        )
        for kind, style in ((paragraphs, Style.NUMBERED), (BULLETS, Style.BULLET)):
            if style.value.casefold() in new:
                _define(numbering, lists[kind], styles.numbering(kind, heading, numbered))
        return every

    def _running(self, word: WordDocument, ids: Mapping[str, str], *, is_template: bool) -> None:
        """What stands on every page: ours, or below what a template has there."""
        section, each = word.sections[-1], word.settings.odd_and_even_pages_header_footer
        is_first = section.different_first_page_header_footer
        heads = [section.header, *([section.first_page_header] if is_first else [])]
        feet = [section.footer, *([section.first_page_footer] if is_first else [])]
        if each:
            heads.append(section.even_page_header)
            feet.append(section.even_page_footer)
        for words, style, places in (
            (self.document.head, Style.HEADER, heads),
            (self.document.foot, Style.FOOTER, feet),
        ):
            paged = style is Style.FOOTER and not is_template
            for place in places if words else ():
                _put(place.part.element, words, ids[style.value.casefold()], paged=paged)
        _name_prefixes(word.element.body.sectPr)

    def _properties(self, word: WordDocument) -> None:
        document = self.document
        package = word.part.package
        content = core_properties(document.title, document.subject, document.created)
        part = Part(PackURI("/docProps/core.xml"), CT.OPC_CORE_PROPERTIES, content, package)
        package.relate_to(part, RT.CORE_PROPERTIES)


def _element(xml: str) -> BaseOxmlElement:
    """An element out of its XML, whose prefixes are known."""
    end = min(place for place in (xml.find(" "), xml.find(">"), xml.find("/>")) if place > 0)
    return parse_xml(f"{xml[:end]} {_SPACES}{xml[end:]}")


def _name_prefixes(section: BaseOxmlElement) -> None:
    """References to headers and footers with the prefixes that are known everywhere: python-docx
    leaves the one of r:id to what else has been imported into the process."""
    for reference in section.xpath("w:headerReference | w:footerReference"):
        kind = reference.tag.rpartition("}")[2]
        attributes = "".join(
            f" {'r' if name.startswith(f'{{{R}}}') else 'w'}:{name.rpartition('}')[2]}"
            f"={quoteattr(value)}"
            for name, value in reference.attrib.items()
        )
        section.replace(reference, _element(f"<w:{kind}{attributes}/>"))


def _text_width(word: WordDocument) -> int:
    """Between the margins, in twentieths of a point; as on A4 where a template doesn't say."""
    section = word.sections[-1]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    if page is None or left is None or right is None:
        return _A4_TEXT
    return round((page - left - right - (section.gutter or 0)) / _EMU_A_TWIP)


def _british(word: WordDocument) -> None:
    """British English where nothing else is said."""
    for language in word.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
        language.set(f"{{{W}}}val", styles.LANGUAGE)


def _add_chart(word: WordDocument, xml: bytes) -> str:
    """A chart's part; the relation that leads to it."""
    package = word.part.package
    name = package.next_partname("/word/charts/chart%d.xml")
    return word.part.relate_to(Part(name, charts.CONTENT_TYPE, xml, package), RT.CHART)


def _add_footnotes(word: WordDocument, written: Written) -> None:
    """The part of the footnotes, with the two rules that Word draws above them."""
    if not written.footnotes:
        return
    rules = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}">'
        f"<w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
        for kind, number in zip(("separator", "continuationSeparator"), _SEPARATORS, strict=True)
    )
    notes = "".join(written.footnotes)
    xml = f"{HEAD}<w:footnotes {_SPACES}>{rules}{notes}</w:footnotes>"
    package = word.part.package
    part = Part(PackURI("/word/footnotes.xml"), CT.WML_FOOTNOTES, xml.encode(), package)
    word.part.relate_to(part, RT.FOOTNOTES)
    settings = word.settings.element
    separators = "".join(f'<w:footnote w:id="{number}"/>' for number in _SEPARATORS)
    for earlier in settings.xpath("w:footnotePr"):
        settings.remove(earlier)
    settings.insert_element_before(
        _element(f"<w:footnotePr>{separators}</w:footnotePr>"), *_BEHIND_FOOTNOTES
    )


def _put(element: BaseOxmlElement, words: str, style_id: str, *, paged: bool) -> None:
    """A paragraph at the end of a header or footer; ``paged``: with the number of the page. An
    empty one, as a new header has, makes room for it."""
    paragraphs = element.xpath("w:p")
    if len(element) == 1 and paragraphs and not paragraphs[0].xpath(".//w:r"):
        element.remove(paragraphs[0])
    text = escape(one_line(words, _RUNNING))
    page = (
        '<w:r><w:t xml:space="preserve"> \u00b7 Page </w:t></w:r>'
        '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        if paged
        else ""
    )
    element.append(
        _element(
            f"<w:p><w:pPr><w:pStyle w:val={quoteattr(style_id)}/></w:pPr>"
            f"<w:r><w:t>{text}</w:t></w:r>{page}</w:p>"
        )
    )


# Lists


def _numbering(word: WordDocument) -> BaseOxmlElement:
    """The definitions of the document's lists."""
    part = word.part
    if not any(rel.reltype == RT.NUMBERING for rel in part.rels.values()):
        empty = _element("<w:numbering/>")
        name = PackURI("/word/numbering.xml")
        part.relate_to(NumberingPart(name, CT.WML_NUMBERING, empty, part.package), RT.NUMBERING)
    element: BaseOxmlElement = part.numbering_part.element
    return element


def _free_numbers(numbering: BaseOxmlElement, kinds: Sequence[int]) -> dict[int, int]:
    """For each kind of list a number that no other list has."""
    numbers = [int(n) for n in numbering.xpath("w:abstractNum/@w:abstractNumId | w:num/@w:numId")]
    return {kind: max(numbers, default=0) + n for n, kind in enumerate(kinds, 1)}


def _define(numbering: BaseOxmlElement, number: int, levels: str) -> None:
    """A list and its definition, which bear the same number."""
    several = "multilevel" if levels.count("<w:lvl ") > 1 else "singleLevel"
    definition = _element(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="{several}"/>'
        f"{levels}</w:abstractNum>"
    )
    numbering.insert_element_before(definition, "w:num", "w:numIdMacAtCleanup")
    in_use = _element(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
    numbering.insert_element_before(in_use, "w:numIdMacAtCleanup")
