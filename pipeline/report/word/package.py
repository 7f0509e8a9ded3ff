"""What a document starts from where no template is given, and how its parts are packed: the same
bytes for the same parts, and nothing in them of who made it, or where."""

import io
from datetime import datetime
from xml.sax.saxutils import escape
from zipfile import ZipFile, ZipInfo

from pipeline.report.archive import Archive
from pipeline.report.safe import one_line
from pipeline.report.theme import Theme
from pipeline.report.word.styles import LANGUAGE, W

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
# The prefixes of what is written into a document.
SPACES = {"w": W, "r": R, "wp": WP}
# Marks the place of the text in a document, as a processing instruction.
ROOM = "savings-text"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_WORD = f"{_OFFICE}.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# A4 with margins of 2.54 cm, in twentieths of a point.
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1304" '
    'w:bottom="1440" w:left="1304" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
)
_SETTINGS = (
    '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
)
_PARTS = {
    "document": ("document.main", "officeDocument"),
    "styles": ("styles", "styles"),
    "settings": ("settings", "settings"),
    "numbering": ("numbering", "numbering"),
}


def blank_package(theme: Theme) -> bytes:
    """An empty document on A4, with a theme of our colours, and no style yet."""
    word = {
        "document": f'<w:document xmlns:w="{W}"><w:body>{_PAGE}</w:body></w:document>',
        "styles": f'<w:styles xmlns:w="{W}"/>',
        "settings": f'<w:settings xmlns:w="{W}">{_SETTINGS}</w:settings>',
        "numbering": f'<w:numbering xmlns:w="{W}"/>',
    }
    parts = {f"word/{name}.xml": HEAD + xml for name, xml in word.items()}
    parts["word/theme/theme1.xml"] = HEAD + _theme(theme)
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for name, (kind, _) in _PARTS.items()
    )
    types += f'<Override PartName="/word/theme/theme1.xml" ContentType="{_OFFICE}.theme+xml"/>'
    relations = [("styles", "styles.xml"), ("settings", "settings.xml")]
    relations += [("numbering", "numbering.xml"), ("theme", "theme/theme1.xml")]
    every = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(relations),
        **parts,
    }
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, xml in every.items():
            archive.writestr(ZipInfo(name), xml)
    return stream.getvalue()


def _relations(pairs: list[tuple[str, str]]) -> str:
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(pairs, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def _theme(theme: Theme) -> str:
    """Our colours and font as a theme, which charts and whoever goes on writing take them from."""
    charts = [theme.chart[n % len(theme.chart)] for n in range(6)]
    colours = {
        "dk1": theme.ink,
        "lt1": theme.paper,
        "dk2": theme.brand,
        "lt2": theme.tint,
        **{f"accent{n}": colour for n, colour in enumerate(charts, 1)},
        "hlink": theme.link,
        "folHlink": theme.muted,
    }
    scheme = "".join(
        f'<a:{name}><a:srgbClr val="{colour[1:]}"/></a:{name}>' for name, colour in colours.items()
    )
    font = f'<a:latin typeface="{escape(theme.font)}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}<a:prstDash val="solid"/></a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Savings">'
        f'<a:themeElements><a:clrScheme name="Savings">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Savings"><a:majorFont>{font}</a:majorFont>'
        f"<a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Savings"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def core_properties(title: str, subject: str, created: datetime) -> bytes:
    """The properties of a document: what it is, in which language; nobody's name."""
    when = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    dated = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{when}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(one_line(title))}</dc:title>"
        f"<dc:subject>{escape(one_line(subject))}</dc:subject>"
        f"<dc:language>{LANGUAGE}</dc:language>{dated}</cp:coreProperties>"
    ).encode()


def repacked(package: bytes, main: str, text: str) -> bytes:
    """The same parts without a clock (each says 1 January 1980), the XML of the text in the part
    ``main``: as objects a few hundred business cases would take a second to be put there."""
    stream = io.BytesIO()
    with ZipFile(io.BytesIO(package)) as parts, Archive(stream) as archive:
        for name in parts.namelist():
            content = parts.read(name)
            archive.add(name, _filled(content, text) if name == main else content)
    return stream.getvalue()


def _filled(document: bytes, text: str) -> bytes:
    """The main part with its text; the prefixes of the latter are known from its root on."""
    before, behind = document.decode().split(f"<?{ROOM}?>")
    root = before.index("<", before.index("?>"))
    end = before.index(">", root)
    tag = before[root:end]
    more = "".join(
        f' xmlns:{prefix}="{space}"'
        for prefix, space in SPACES.items()
        if f' xmlns:{prefix}="' not in tag
    )
    return f"{before[:end]}{more}{before[end:]}{text}{behind}".encode()
