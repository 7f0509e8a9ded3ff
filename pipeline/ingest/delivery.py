"""The amounts of a Delivery table's rows, in the return's units (contract, section 3)."""

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.returns import DELIVERY_MEASURES, Cover, DeliveryAmounts, TableSource
from pipeline.core.source import SourceRef
from pipeline.core.text import cell_text
from pipeline.ingest.cells import read_columns
from pipeline.ingest.formats.workbook import Cell
from pipeline.ingest.lines import once_a_line
from pipeline.ingest.records import column_cells
from pipeline.ingest.tables import FoundTable, Rows
from schemas.fields import Field
from schemas.returns import DELIVERY

_FIELDS = {field.name: field for field in DELIVERY.fields if field.name in DELIVERY_MEASURES}


def read_delivery(
    found_table: FoundTable, source: TableSource, rows: Rows, cover: Cover
) -> tuple[DeliveryAmounts, list[Issue]]:
    """Forecast and delivered amounts of the rows, and what is wrong with their cells.

    An amount that can't be read is an issue, nil and not filled.
    """
    pence = np.zeros((len(rows), len(DELIVERY_MEASURES)), dtype=np.int64)
    filled = np.zeros(pence.shape, dtype=bool)
    issues: list[Issue] = []
    rounded: dict[int, list[Issue]] = {}
    for measure, name in enumerate(DELIVERY_MEASURES):
        for cells, column, unit in _columns(found_table, name, rows, cover):
            (in_pence,) = read_columns([cells], [unit])
            pence[:, measure] += in_pence.pence
            stated = [
                cell_text(cell) != "" and n not in in_pence.faulty for n, cell in enumerate(cells)
            ]
            filled[:, measure] |= np.array(stated, dtype=bool)
            field = _FIELDS[name]
            for n, (rule, details) in in_pence.faulty.items():
                at, value = _cell(source, rows[n], field, column), cell_text(cells[n])
                issues.append(Issue(rule, at, field.heading, value, details, source.number))
            for n in in_pence.rounded:
                at, value = _cell(source, rows[n], field, column), cell_text(cells[n])
                rounded.setdefault(n, []).append(
                    Issue("sub-penny", at, field.heading, value, {}, source.number)
                )
    issues += map(once_a_line, rounded.values())
    return DeliveryAmounts(pence, filled), issues


def _cell(
    source: TableSource, row: tuple[int, list[Cell]], field: Field, column: int | None
) -> SourceRef:
    """The cell of a measure in a row: its own column's, or one that is added to it."""
    number = row[0] + 1
    return source.cell(number, field.name) if column is None else source.at(number, column + 1)


def _columns(
    found_table: FoundTable, name: str, rows: Rows, cover: Cover
) -> Iterator[tuple[Sequence[Cell], int | None, int]]:
    """The cells of a measure, the column that they stand in (None: the measure's own) and their
    units; then those of columns that Layouts add to it."""
    columns = found_table.columns
    unit = columns.units.get(name, cover.pounds_per_unit)
    yield column_cells(found_table, name, rows), None, unit
    for column in columns.added.get(name, ()):
        cells: Sequence[Cell] = rows.column(column)
        if found_table.layout is not None:
            cells = found_table.layout.translated(name, cells)
        yield cells, column, columns.added_units.get(column, cover.pounds_per_unit)


def measured_units(found_table: FoundTable, cover: Cover) -> set[int]:
    """The units of a table's measures."""
    columns = found_table.columns
    return {
        columns.units.get(name, cover.pounds_per_unit)
        for name in DELIVERY_MEASURES
        if name in columns.fields
    }


def stack_delivery(parts: list[DeliveryAmounts]) -> DeliveryAmounts:
    """The amounts of several tables, one after the other."""
    return DeliveryAmounts(
        np.concatenate([part.pence for part in parts]),
        np.concatenate([part.filled for part in parts]),
    )
