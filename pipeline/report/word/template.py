"""A council's own template: its styles, page, headers and footers are kept, its text is not, nor
anything that says who made it or leads out of the file."""

import io
from zipfile import BadZipFile, ZipFile

import docx
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.package import OpcPackage
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from pipeline.report.word.package import SPACES

_LARGEST, _MOST_PARTS = 50_000_000, 1_000
_RELATIONS_KEPT = frozenset(
    (RT.STYLES, RT.NUMBERING, RT.SETTINGS, RT.THEME, RT.FONT_TABLE, RT.HEADER, RT.FOOTER)
)
# What settings say of the file's past, and of parts that are not kept.
_SETTINGS_LEFT = (
    *("w:attachedTemplate", "w:mailMerge", "w:rsids", "w:docVars", "w:endnotePr", "w:footnotePr"),
    *("w:trackRevisions", "w:documentProtection", "w:writeProtection", "w:saveThroughXslt"),
)
_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


class TemplateError(Exception):
    """A .docx that can't serve as a template; the message says why."""


def opened(content: bytes) -> WordDocument:
    """A document to be written into."""
    return docx.Document(io.BytesIO(content))


def check(content: bytes) -> None:
    """Raises TemplateError where a file can't serve as a template."""
    cleared(content)


def cleared(content: bytes) -> WordDocument:
    """A template without its text. Raises TemplateError."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(e.file_size for e in entries) > _LARGEST or len(entries) > _MOST_PARTS:
                raise TemplateError("it is larger than any template")
        word = opened(content)
        _clear(word)
    except (BadZipFile, PackageNotFoundError) as fault:
        raise TemplateError("it is no Word document") from fault
    except (KeyError, ValueError, SyntaxError, AttributeError, IndexError) as fault:
        # python-docx says in as many ways that parts are missing or not as they should be (lxml's
        # errors are SyntaxErrors).
        raise TemplateError(f"it can't be read as a .docx ({fault})") from fault
    return word


def _clear(word: WordDocument) -> None:
    spaces = word.element.nsmap
    if any(spaces.get(prefix, space) != space for prefix, space in SPACES.items()):
        raise TemplateError("it gives the names of another kind of file to what is in it")
    body = word.element.body
    section = body.sectPr
    if section is not None:
        _inherit(section, list(body.xpath("w:p/w:pPr/w:sectPr")))
    for block in list(body):
        if block is not section:
            body.remove(block)
    if section is None:
        word.add_section()
    relations = set(body.xpath("w:sectPr//@r:id"))
    _keep(word.part, relations)
    settings = word.settings.element
    for name in _SETTINGS_LEFT:
        for element in settings.findall(qn(name)):
            settings.remove(element)
    _keep(word.part.part_related_by(RT.SETTINGS), set())
    _drop(word.part.package)
    for part in word.part.package.iter_parts():
        if any(rel.is_external and rel.reltype != RT.HYPERLINK for rel in part.rels.values()):
            raise TemplateError(
                "its header or footer shows something that is in another file: put the picture "
                "itself into it"
            )


def _inherit(section: BaseOxmlElement, before: list[BaseOxmlElement]) -> None:
    """The last section gets the headers and footers that it takes from those ``before`` it."""
    for name in ("w:headerReference", "w:footerReference"):
        for earlier in reversed(before):
            kinds = {each.get(qn("w:type")) for each in section.findall(qn(name))}
            for reference in earlier.findall(qn(name)):
                if reference.get(qn("w:type")) not in kinds:
                    section.insert(0, reference)


def _keep(part: Part, running: set[str]) -> None:
    """The relations to what makes looks, of headers and footers the ``running`` ones."""
    for key, rel in list(part.rels.items()):
        by_name = rel.reltype in (RT.HEADER, RT.FOOTER)
        if rel.reltype not in _RELATIONS_KEPT or (by_name and key not in running):
            del part.rels[key]


def _drop(package: OpcPackage) -> None:
    """The properties of the file, its picture, whatever was tied to it."""
    for key, rel in list(package.rels.items()):
        if rel.reltype != _MAIN:
            del package.rels[key]
