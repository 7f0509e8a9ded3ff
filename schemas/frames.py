"""Pandera schemas from the tables' fields: one pass over the records of all returns.

To import this takes 0.15 s: whoever has something else to do leaves it to another process.
"""

import re
import sys
from collections.abc import Callable
from functools import partial

import pandas as pd

from pipeline.core.quantity import is_quantity
from pipeline.core.text import match_key
from schemas.fields import MISSING, Failure, Field, Kind, Table

# pandera imports hypothesis wherever it is there, as it is for the tests: 0.07 s, and we make no
# examples up. None says that it isn't there, until pandera has imported all that it ever does,
# some of it when it first validates.
_HIDDEN = "hypothesis"
_module: object = sys.modules.setdefault(_HIDDEN, None)  # type: ignore[arg-type] # Python's own way
import pandera.errors  # noqa: E402 # only once it is hidden, as the next two
import pandera.pandas as pa  # noqa: E402 # likewise
from pandera.api.checks import Check  # noqa: E402 # likewise

pa.DataFrameSchema().validate(pd.DataFrame())
if _module is None:
    del sys.modules[_HIDDEN]


def failures(
    table: Table, frame: pd.DataFrame, vocabularies: dict[str, tuple[str, ...]]
) -> list[Failure]:
    """The cells of a table's frame that its schema doesn't allow. A failure that is none of our
    rules is a fault of the program and is raised."""
    if frame.empty:
        return []
    try:
        frame_schema(table, vocabularies).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as faults:
        return [_failure(fault) for fault in faults.schema_errors]
    return []


def _failure(fault: pandera.errors.SchemaError) -> Failure:
    if not isinstance(fault.check, Check) or not isinstance(fault.failure_cases, pd.DataFrame):
        raise fault
    return Failure(
        str(fault.schema.name), str(fault.check.name), fault.failure_cases["index"].tolist()
    )


def frame_schema(table: Table, vocabularies: dict[str, tuple[str, ...]]) -> pa.DataFrameSchema:
    """The schema of a table's frame (columns by field name, text, blank missing).

    Each check bears the name of the rule that it holds. Cells are typed before, so nothing is
    coerced: one faulty cell hides no other.
    """
    columns = {field.name: _column(field, vocabularies) for field in table.fields}
    return pa.DataFrameSchema(columns, strict=False, coerce=False)


def _says_nothing(field: Field, programme_names: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a text is one of the words that a field refuses or begins with some, is a name of the
    programme itself (``programme_names``), or has no letter or figure."""
    refused = {match_key(word) for word in (*field.refused, *programme_names)} | {""}
    words = "|".join(map(re.escape, field.refused_beginnings))
    # “No 1 Hub” and “No. 2” are names.
    sentence = re.compile(rf"(?:{words})\b(?!\W*\d)", re.IGNORECASE)
    return lambda text: match_key(text) in refused or bool(words and sentence.match(text))


def _column(field: Field, vocabularies: dict[str, tuple[str, ...]]) -> pa.Column:
    checks = []
    if field.required:
        checks.append(pa.Check(lambda cells: cells.notna(), name=MISSING, ignore_na=False))
    words = vocabularies.get(field.vocabulary, ()) if field.vocabulary else field.choices
    if words or (field.vocabulary and not field.refused):
        checks.append(pa.Check.isin(list(words), name=field.rule))
    elif field.kind is Kind.QUANTITY:
        checks.append(pa.Check(partial(_are, is_quantity), name=field.rule))
    elif field.refused:
        says_nothing = _says_nothing(field, vocabularies.get("this programme", ()))
        checks.append(pa.Check(lambda cells: ~_are(says_nothing, cells), name=field.rule))
    return pa.Column(None, checks, nullable=True)


def _are(what: Callable[[str], bool], cells: pd.Series) -> pd.Series:
    """Which texts are something; each distinct one is looked at once."""
    return cells.isin([text for text in cells.unique() if what(text)])
