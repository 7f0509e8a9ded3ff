"""Reading XML of unknown origin, as events: nothing is fetched, and no entity is declared."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn
from xml.parsers import expat

from pipeline.ingest.formats.faults import damaged

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]


def parse(
    part: str,
    content: bytes,
    start: Start | None = None,
    end: End | None = None,
    text: Callable[[str], Any] | None = None,
    root: Callable[[dict[str, str]], Any] | None = None,
) -> None:
    """Read a part's XML; its elements' local names go to ``start`` and ``end``, the attributes of
    the outermost one to ``root``, before all else.

    Raises WorkbookError where it isn't well-formed, or has a document type declaration: a workbook
    has none, and entities declared there could make gigabytes out of a few lines.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse(part)
    names = _LocalNames()
    handler = None if start is None else _by_local_name(start, names)
    parser.StartElementHandler = handler if root is None else _root_first(parser, root, handler)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(names[tag])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise damaged(f"its part {part} is no well-formed XML ({fault})") from fault


def _by_local_name(start: Start, names: "_LocalNames") -> Start:
    return lambda tag, attributes: start(names[tag], attributes)


def _root_first(
    parser: expat.XMLParserType, root: Callable[[dict[str, str]], Any], others: Start | None
) -> Start:
    """A handler that shows the outermost element's attributes and leaves all further elements to
    ``others``, so that they cost no call where there is none."""

    def first(tag: str, attributes: dict[str, str]) -> None:
        root(attributes)
        parser.StartElementHandler = others
        if others is not None:
            others(tag, attributes)

    return first


def _refuse(part: str) -> Callable[..., NoReturn]:
    def refuse(*_: object) -> NoReturn:
        raise damaged(f"its part {part} declares a document type, which no workbook may")

    return refuse


class _RootReadError(Exception):
    """The root has been read, and nothing more is wanted."""


def root_attributes(part: str, content: bytes) -> dict[str, str]:
    """The attributes of the outermost element; raises WorkbookError."""
    root: dict[str, str] = {}

    def start(_: str, attributes: dict[str, str]) -> None:
        root.update(attributes)
        raise _RootReadError

    with suppress(_RootReadError):
        parse(part, content, start)
    return root


class _LocalNames(dict[str, str]):
    """Names without their prefix, each worked out once."""

    def __missing__(self, name: str) -> str:
        self[name] = local(name)
        return self[name]


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def attribute(attributes: dict[str, str], name: str, missing: str = "") -> str:
    """An attribute by its local name, ``missing`` where there is none."""
    for key, value in attributes.items():
        if key.endswith(name) and local(key) == name:
            return value
    return missing
