"""Pandera schemas from the tables' fields: one pass over the records of all returns."""

import pandera.pandas as pa

from schemas.fields import Field, Table

MISSING = "missing-value"


def frame_schema(table: Table, vocabularies: dict[str, tuple[str, ...]]) -> pa.DataFrameSchema:
    """The schema of a table's frame (columns by field name, text, blank missing).

    Each check bears the name of the rule that it holds. Cells are typed before, so nothing is
    coerced: one faulty cell hides no other.
    """
    columns = {field.name: _column(field, vocabularies) for field in table.fields}
    return pa.DataFrameSchema(columns, strict=False, coerce=False)


def _column(field: Field, vocabularies: dict[str, tuple[str, ...]]) -> pa.Column:
    checks = []
    if field.required:
        checks.append(pa.Check(lambda cells: cells.notna(), name=MISSING, ignore_na=False))
    words = vocabularies.get(field.vocabulary, ()) if field.vocabulary else field.choices
    if words or field.vocabulary:
        checks.append(pa.Check.isin(list(words), name=field.rule))
    return pa.Column("str", checks, nullable=True)
