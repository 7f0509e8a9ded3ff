"""Pandera schemas from the tables' fields: one pass over the records of all returns."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pandera.pandas as pa

from pipeline.core.quantity import is_quantity
from pipeline.core.text import match_key
from schemas.fields import Field, Kind, Table

MISSING = "missing-value"
# The type "str", named so that a column's own is compared with it; by that name each of its cells
# would be looked at.
_TEXT = pd.StringDtype(na_value=np.nan)


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
        checks.append(pa.Check(lambda cells: cells.map(is_quantity), name=field.rule))
    elif field.refused:
        says_nothing = _says_nothing(field, vocabularies.get("this programme", ()))
        checks.append(pa.Check(lambda cells: ~cells.map(says_nothing), name=field.rule))
    return pa.Column(_TEXT, checks, nullable=True)
