"""A reader of CSV on the Web that takes nothing on trust: what metadata.json says of each file must
be so, cell by cell (https://www.w3.org/TR/tabular-metadata/, https://www.w3.org/TR/tabular-data-model/).
It knows the parts of the standard that we use, refuses any other, and shares no code with the
pipeline."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

CONTEXT = "http://www.w3.org/ns/csvw"
Row = dict[str, object]

# RFC 6570, section 2.3: what a name may be made of; one that starts with _ is the standard's own.
_NAME = re.compile(r"(?:[A-Za-z0-9]|%[0-9A-Fa-f]{2})(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})*")
_PATTERNS: dict[str, tuple[str, Callable[[str], object]]] = {
    "string": (r".*", str),
    "integer": (r"-?[0-9]+", int),
    "boolean": (r"true|false", lambda text: text == "true"),
    "double": (r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?", float),
    "decimal": (r"-?[0-9]+(?:\.[0-9]+)?", Decimal),
    "decimal 0.00": (r"-?[0-9]+\.[0-9]{2}", Decimal),
    "date yyyy-MM-dd": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
}
_DIALECT = {
    "encoding": "utf-8",
    "delimiter": ",",
    "quoteChar": '"',
    "doubleQuote": True,
    "lineTerminators": ["\r\n"],
    "header": True,
}


def _known(described: Mapping[str, object], *terms: str) -> None:
    """Every term is one of the standard's, or a prefixed one of another vocabulary."""
    others = {term for term in described if not term.startswith(("dc:", "schema:"))}
    assert others <= set(terms), others - set(terms)


def read(files: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """The rows of each file that metadata.json describes, typed; AssertionError where one is not
    as described. ``files`` by name, metadata.json among them."""
    group = json.loads(files["metadata.json"].decode("utf-8"))
    _known(group, "@context", "dialect", "tables")
    assert group["@context"] == [CONTEXT, {"@language": "en"}]
    assert group["dialect"] == _DIALECT
    schemas = {table["url"]: table for table in group["tables"]}
    assert len(schemas) == len(group["tables"])
    assert {*schemas, "metadata.json"} == {*files}
    rows = {url: _rows(table, files[url]) for url, table in schemas.items()}
    for url, table in schemas.items():
        _check_keys(url, table["tableSchema"], rows)
    return rows


def _rows(table: Mapping[str, Any], content: bytes) -> list[Row]:
    _known(table, "url", "tableSchema")
    schema = table["tableSchema"]
    _known(schema, "columns", "primaryKey", "foreignKeys")
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert text.endswith("\r\n")
    columns = schema["columns"]
    assert header == [column["titles"] for column in columns]
    names = [column["name"] for column in columns]
    assert len(set(names)) == len(names)
    assert all(map(_NAME.fullmatch, names))
    for line in lines:
        assert len(line) == len(columns), line
    return [
        {column["name"]: _cell(column, text) for column, text in zip(columns, line, strict=True)}
        for line in lines
    ]


def _cell(column: Mapping[str, Any], text: str) -> object:
    _known(column, "name", "titles", "datatype", "null", "required")
    if text == column["null"]:
        assert not column["required"], f"{column['name']} is required"
        return None
    kind = column["datatype"]
    if isinstance(kind, dict):
        kind = f"{kind['base']} {kind['format']}"
    pattern, value = _PATTERNS[kind]
    assert re.fullmatch(pattern, text, re.DOTALL), f"{column['name']}: {text!r} is no {kind}"
    return value(text)


def _check_keys(url: str, schema: Mapping[str, Any], rows: Mapping[str, list[Row]]) -> None:
    own = _keys(rows[url], schema["primaryKey"])
    assert len(set(own)) == len(own), f"{url}: {schema['primaryKey']} tells not all rows apart"
    for key in schema.get("foreignKeys", ()):
        reference = key["reference"]
        there = Counter(_keys(rows[reference["resource"]], reference["columnReference"]))
        for each in _keys(rows[url], key["columnReference"]):
            # A row of nothing but blanks refers to nothing.
            assert there[each] == 1 or each == (None,) * len(each), f"{url}: {each}"


def _keys(rows: list[Row], names: list[str]) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows]
