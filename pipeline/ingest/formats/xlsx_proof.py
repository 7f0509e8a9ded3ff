"""Whether a part of an .xlsx is written the way that spreadsheet programs write it, and which of
its cells read as empty though they are not.

calamine is fast because it trusts: it passes over what it doesn't know, and checks no end tag. So
each sheet's bytes are held against a strict pattern first, at a fraction of calamine's own time.
What fits the pattern calamine reads rightly; what doesn't fit is put into plain words by
``pipeline.ingest.formats.xlsx_rewrite``.

What follows is proved: that the rows are made of cells of known forms and nothing else, that no
address stands twice, that texts and numbers are whole, and that the rest is well-formed.
"""

import html
import re
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from pipeline.core.text import is_blank
from pipeline.ingest.formats.appearance import Appearance, Styles
from pipeline.ingest.formats.faults import Fault, OutOfTheOrdinaryError
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.formats.look import SheetLook
from pipeline.ingest.formats.ooxml import proof_of, prove_namespace
from pipeline.ingest.formats.xlsx_styles import TAKEN, is_hidden, take_frame
from pipeline.ingest.formats.xml_events import parse

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

_PLAIN = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos|#10|#13|#9|#160|#xA|#xa|#xD|#xd);"
_TEXT = _PLAIN + rb"{0,32767}+(?:" + _ENTITY + _PLAIN + rb"{0,32767}+)*+"
_NUMBER = rb"-?+(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]{1,2}+)?+"
_FORMULA = (
    rb"(?:<f(?:>|(?: [^<>]*+)(?<!/)>)" + _TEXT + rb"</f>|<f(?: [^<>]*+(?<=/)|/)>)"
)  # fmt: skip
_T = rb'<t(?: xml:space="preserve")?+>' + _TEXT + rb"</t>"
_PROPERTIES = rb"(?:<rPr>(?:<[a-zA-Z]++(?:/| [^<>]*+(?<=/))>)*+</rPr>|<rPr ?/>)?+"
_RUNS = rb"(?:" + _T + rb"|<t ?/>|(?:<r>" + _PROPERTIES + _T + rb"</r>)++)?+"
_NOTHING = rb"(?: ?/>|></c>)"
_STYLE = rb'(?: s="[0-9]{1,5}+")?+'
_META = rb'(?: (?:cm|vm|ph)="[0-9]{1,5}+")*+'
_MORE = _STYLE + _META
_RESULT = rb"(?:" + _FORMULA + rb")?+<v>"
_ATTRIBUTES = rb'(?: [A-Za-z0-9]++(?::[A-Za-z0-9]++)?="[^"<>&]*+")*+'

# What follows a cell's address and style. First what nearly all cells are: a shared text, a number,
# blank, true or false.
_SIMPLE = (
    rb' t="s"><v>[0-9]{1,7}+</v></c>'
    + rb"|>" + _RESULT + _NUMBER + rb"</v></c>"
    + rb"|/>"
    + rb'| t="n"' + _MORE + rb">" + _RESULT + _NUMBER + rb"</v></c>"
    + rb'| t="s"' + _MORE + rb"><v>[0-9]{1,7}+</v></c>"
    + rb'| t="b"' + _MORE + rb">" + _RESULT + rb"[01]</v></c>"
    + rb'|(?: t="(?:n|s|str)")?+' + _MORE + _NOTHING
)  # fmt: skip
_NO_NUMBER = rb">(?:" + _FORMULA + rb"(?:<v></v>|<v ?/>)?+</c>|(?:<v></v>|<v ?/>)</c>)"
_ANY = (
    _SIMPLE
    # a number beside marks of newer versions; a formula without a result
    + rb"|" + _META + rb">" + _RESULT + _NUMBER + rb"</v></c>"
    + rb'|(?: t="n")?+' + _MORE + _NO_NUMBER
    # the text that a formula gives
    + rb'| t="str"' + _MORE + rb">(?:" + _FORMULA + rb')?+(?:<v(?: xml:space="preserve")?+>' + _TEXT
    + rb"</v>|<v ?/>)?+</c>"
    # text that stands in the cell
    + rb'| t="inlineStr"' + _MORE + rb"><is>" + _RUNS + rb"</is></c>"
    # an error; a date as text
    + rb'| t="e"' + _MORE + rb">" + _RESULT + rb"#[A-Z0-9/?!_]{2,20}+</v></c>"
    + rb'| t="d"' + _MORE + rb">" + _RESULT + rb"[0-9][0-9TZ:.+-]{0,40}+</v></c>"
)  # fmt: skip


def _rows_of(cells: bytes) -> re.Pattern[bytes]:
    """All rows of a sheet, each cell of which is one of the forms and bears its row's number."""
    return re.compile(
        rb'\s*+(?:<row r="([1-9][0-9]{0,6}+)"' + _ATTRIBUTES
        + rb' ?(?:/>|>\s*+(?:<c r="[A-Z]{1,3}+\1"' + _STYLE + rb"(?:" + cells
        + rb")\s*+)*+</row>)\s*+)*+</sheetData>"
    )  # fmt: skip


_SIMPLE_ROWS, _ROWS = _rows_of(_SIMPLE), _rows_of(_ANY)
_NO_CELLS = re.compile(rb"<sheetData ?/>")
_ERROR = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"[^<>]* t="e"[^<>]*>' + _RESULT + rb"([^<]*)</v>"
)  # fmt: skip
_NO_VALUE = re.compile(rb'<c r="([A-Z]+)([0-9]+)"([^<>]*)>' + _FORMULA + rb"(<v></v>|<v ?/>)?+</c>")

_DECLARED = rb"(?:\xef\xbb\xbf)?+(?:<\?xml [^<>]*?\?>)?+\s*+"
_FOREIGN = re.compile(rb"""\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
_ROW = re.compile(rb'<row r="([0-9]+)"([^<>]*+)>')
_ATTRIBUTE = re.compile(r'([A-Za-z]+)="([^"]*+)"')
_STRINGS = re.compile(
    _DECLARED + rb"(<sst[^<>]*+)(?:(?<=/)>|>\s*+("
    rb"(?:<si(?: ?/>|>" + _RUNS + rb"(?:<phoneticPr[^<>]*+(?<=/)>)?+</si>)\s*+)*+)</sst>)\s*+"
)  # fmt: skip
_CLAIM = re.compile(rb'uniqueCount="([0-9]+)"')
# Neither a letter nor a digit nor a sign that can be seen, so far as ASCII goes.
_UNSEEN = rb"(?:[^!-%'-;=-~<&]|&[^;<]*;)*+"
_BLANK_TEXT = re.compile(rb'<t(?: xml:space="preserve")?+>' + _UNSEEN + rb"</t>")
_BLANK_RESULT = re.compile(rb"<v[^<>]*+>" + _UNSEEN + rb"</v>")
_EMPTY_VALUES = (b"<v></v>", b"<v/>", b"<v />", b'<v xml:space="preserve"></v>')
_TEXT_OF = re.compile(rb"<t[^<>]*+>([^<]*+)</t>")
_REFERENCE = re.compile(rb' t="s"[^<>]*+><v>([0-9]+)</v>')


@dataclass
class Strings:
    """What is known of a workbook's shared texts: those that are blank, by number, the length of
    the longest (in bytes, with its markup), and whether any has escaped characters (_x0020_)."""

    blank: set[int] = field(default_factory=set)
    longest: int = 0
    escaped: bool = False


def look_at_strings(content: bytes, limits: Limits) -> Strings:
    """Prove the part of shared texts ordinary; raises OutOfTheOrdinaryError, WorkbookError."""
    _prove_encoding(content)
    whole = _STRINGS.fullmatch(content)
    if whole is None:
        raise OutOfTheOrdinaryError("its texts are written in an odd way")
    claim = _CLAIM.search(whole[1])
    # calamine makes room for as many texts as are claimed; the shortest has five characters.
    if claim and (len(claim[1]) > 9 or int(claim[1]) > len(content)):
        raise OutOfTheOrdinaryError("it claims more texts than it can hold")
    head = content[: whole.end(1)].removesuffix(b"/") + b"/>"
    prove_namespace("xl/sharedStrings.xml", head)
    pieces = (whole[2] or b"").split(b"<si")[1:]
    strings = Strings(longest=max(map(len, pieces), default=0), escaped=b"_x" in content)
    # Of a rich text the pattern allows so many characters for each run.
    if strings.longest > limits.text:
        raise OutOfTheOrdinaryError("it has a very long text")
    perhaps = set(_BLANK_TEXT.findall(content))
    if any(map(_is_blank, perhaps)) or b"<si/>" in content or b"<t/>" in content:
        strings.blank = {n for n, piece in enumerate(pieces) if _is_blank(piece)}
    return strings


def _is_blank(piece: bytes) -> bool:
    return is_blank(html.unescape(b"".join(_TEXT_OF.findall(piece)).decode()))


def look_at_sheet(
    part: str, content: bytes, strings: Strings, styles: Styles, limits: Limits
) -> SheetLook:
    """Prove a sheet's part ordinary, and find its faulty cells and how its cells are shown; raises
    OutOfTheOrdinaryError, WorkbookError."""
    _prove_encoding(content)
    start, last = content.find(b"<sheetData"), content.rfind(b"</sheetData>")
    if start < 0:
        raise OutOfTheOrdinaryError("its cells begin in an odd way")
    first = start + len(b"<sheetData>")
    if _NO_CELLS.match(content, start):
        if content.count(b"sheetData") != 1:
            raise OutOfTheOrdinaryError("it has cells in two places")
        parse(part, content, root=proof_of(part))
        return SheetLook()
    simple = _SIMPLE_ROWS.match(content, first)
    if not simple and not _ROWS.match(content, first):
        raise OutOfTheOrdinaryError("its cells are written in an odd way")
    frame = content[:first] + content[last:]
    if frame.count(b"sheetData") != 2:
        raise OutOfTheOrdinaryError("it has cells in two places")
    look = SheetLook(blanks=strings.escaped)
    # Most frames say nothing of columns, and many nothing of cells.
    take = partial(take_frame, look.appearance) if TAKEN.search(frame) else None
    parse(part, frame, take, root=proof_of(part))
    look.filled = _prove_order(content, first, last, limits)
    if not simple:
        _look_closer(look, content, first)
    _look_at_texts(look, content, first, strings)
    _look_at_styles(look.appearance, content, first, last, styles)
    return look


def _look_at_styles(
    look: Appearance, content: bytes, first: int, last: int, styles: Styles
) -> None:
    """Find the rows that are hidden, and the filled cells of styles that show something else than
    what they hold."""
    # A single letter is found at once, and most sheets have none: texts stand apart, and rows have
    # the usual height.
    if content.find(b"h", first, last) >= 0 and (
        content.find(b' hidden="', first, last) >= 0 or content.find(b' ht="0', first, last) >= 0
    ):
        for row, attributes in _ROW.findall(content, first, last):
            by_name = dict(_ATTRIBUTE.findall(attributes.decode()))
            if is_hidden(by_name, "ht"):
                look.hidden_rows.append((int(row) - 1, int(row) - 1))
    numbers = [n for n, style in enumerate(styles) if style is not None]
    # A cell without a style has the first one.
    if not numbers or (numbers[0] and content.find(b' s="', first, last) < 0):
        return
    style = b' s="(0*+(?:%b))"' % b"|".join(b"%d" % number for number in numbers)
    style = b"(?:%b)?+" % style if numbers[0] == 0 else style
    cells = re.compile(rb'<c r="([A-Z]+)([0-9]+)"' + style + rb"(?! s=)[^<>]*+(?<!/)>")
    for cell in cells.finditer(content, first, last):
        column, row, number = cell.groups()
        look.add_style(*_place(column, row), styles[int(number or b"0")])


def _prove_order(content: bytes, first: int, last: int, limits: Limits) -> int:
    """See that rows and cells follow one another, so that no address stands twice, and that they
    don't reach further than can be laid out in memory; raises OutOfTheOrdinaryError.

    Gives how many cells have a value. The pattern has proved each cell's form, and that its row is
    its row's.
    """
    data = np.frombuffer(content, dtype=np.uint8, count=last - first, offset=first)
    opens = np.flatnonzero(data[:-1] == ord("<"))
    letters = data[opens + 1]
    values = int(np.count_nonzero(letters == ord("v")))
    cells = opens[letters == ord("c")]
    if not cells.size:
        return values
    columns, ends = _columns(data, cells)
    # Where columns go back a row must have begun: its tag ends in a quote, a cell's never does.
    going_back = (columns[1:] <= columns[:-1]).nonzero()[0] + 1
    begin = cells[going_back]
    if ((data[begin - 1] != ord(">")) | (data[begin - 2] != ord('"'))).any():
        raise OutOfTheOrdinaryError("its cells are out of order")
    # Behind each number stands a quote.
    numbers = (first + ends[[0, *going_back.tolist()]]).tolist()
    rows = [int(content[place : content.index(b'"', place)]) for place in numbers]
    if rows != sorted(set(rows)):
        raise OutOfTheOrdinaryError("its rows are out of order")
    widest = int(columns.max())
    if widest > limits.columns or widest * rows[-1] > limits.cells:
        raise OutOfTheOrdinaryError("its cells reach very far")
    return values


def _columns(data: Bytes, cells: Places) -> tuple[Places, Places]:
    """The column of each cell that begins at a place, and where the letters of its address end."""
    ends = cells + len('<c r="A')
    columns = data[ends - 1].astype(np.int64) - ord("@")
    for _ in range(2):
        more = (data[ends] >= ord("A")).nonzero()[0]
        if not more.size:
            break
        columns[more] = columns[more] * 26 + data[ends[more]] - ord("@")
        ends[more] += 1
    return columns, ends


def _look_closer(look: SheetLook, content: bytes, first: int) -> None:
    """Find the faulty cells of a proved sheet, and those whose text may be blank."""
    if content.find(b' t="e"', first) >= 0:
        for column, row, error in _ERROR.findall(content, first):
            look.faults[_place(column, row)] = Fault(error.decode())
        look.filled -= len(look.faults)
    if content.find(b"<f", first) >= 0:
        for column, row, attributes, value in _NO_VALUE.findall(content, first):
            # A stored empty text is a result; no value at all is none.
            if not (value and b' t="str"' in attributes):
                look.faults[_place(column, row)] = Fault()
    look.filled -= sum(content.count(nothing, first) for nothing in _EMPTY_VALUES)
    inline = content.count(b"<is>", first)
    if inline:
        look.filled += inline
        for nothing in (b"<is></is>", b"<t/>", b"<t />"):
            look.unsure += content.count(nothing, first)
        look.unsure += len(_BLANK_TEXT.findall(content, first))
    if content.find(b' t="str"', first) >= 0:
        look.unsure += len(_BLANK_RESULT.findall(content, first))
    look.blanks = look.blanks or look.unsure > 0


def _look_at_texts(look: SheetLook, content: bytes, first: int, strings: Strings) -> None:
    """Count the shared texts that are blank; raises OutOfTheOrdinaryError where all texts together
    may be more than can be held."""
    if strings.blank:
        references = _REFERENCE.findall(content, first)
        blank = sum(1 for number in references if int(number) in strings.blank)
        look.unsure += blank
        look.blanks = look.blanks or blank > 0
    if strings.longest * (len(content) // 20) > _MOST_TEXT:
        texts = content.count(b' t="s"', first)
        if strings.longest * texts > _MOST_TEXT:
            raise OutOfTheOrdinaryError("its texts may repeat very often")


# Bytes of text that a sheet's cells may come to before they are counted more exactly.
_MOST_TEXT = 100_000_000


def _prove_encoding(content: bytes) -> None:
    if _FOREIGN.match(content):
        raise OutOfTheOrdinaryError("it is not in UTF-8")
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError as fault:
            raise OutOfTheOrdinaryError("it is not in UTF-8") from fault


def _place(column: bytes, row: bytes) -> tuple[int, int]:
    """An address as row and column, counted from 0."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return int(row) - 1, number - 1
