"""The amounts of a Delivery table's rows, in the return's units (contract, section 3)."""

from dataclasses import replace

import numpy as np

from pipeline.core.issue import Issue
from pipeline.core.returns import DELIVERY_MEASURES, Cover, DeliveryAmounts, TableSource
from pipeline.core.text import cell_text
from pipeline.ingest.cells import AmountReader, column_pence
from pipeline.ingest.layouts import Layout
from pipeline.ingest.records import column_cells
from pipeline.ingest.tables import FoundTable, Rows
from schemas.fields import Field
from schemas.returns import DELIVERY

_FIELDS = {field.name: field for field in DELIVERY.fields if field.name in DELIVERY_MEASURES}


def read_delivery(
    found: FoundTable, source: TableSource, rows: Rows, cover: Cover, layout: Layout | None
) -> tuple[DeliveryAmounts, list[Issue]]:
    """Forecast and delivered amounts of the rows, and what is wrong with their cells.

    An amount that can't be read is an issue, nil and not filled.
    """
    readers, filled = [], []
    issues: list[Issue] = []
    rounded: dict[int, list[Issue]] = {}
    for name in DELIVERY_MEASURES:
        cells = column_cells(found, name, rows, layout)
        reader = AmountReader(cells, cover.pounds_per_unit)
        readers.append(reader)
        filled.append(
            [cell_text(cell) != "" and n not in reader.faulty for n, cell in enumerate(cells)]
        )

        def issue(rule: str, n: int, field: Field, value: object, details: dict[str, str]) -> Issue:
            at = source.cell(rows[n][0] + 1, field.name)
            return Issue(rule, at, field.heading, cell_text(value), details, source.number)

        field = _FIELDS[name]
        for n, (rule, details) in reader.faulty.items():
            issues.append(issue(rule, n, field, cells[n], details))
        for n in reader.rounded:
            rounded.setdefault(n, []).append(issue("sub-penny", n, field, cells[n], {}))
    for each in rounded.values():
        count = "One amount was" if len(each) == 1 else f"{len(each)} amounts were"
        issues.append(replace(each[0], details={"count": count}))
    shape = (len(rows), len(DELIVERY_MEASURES))
    stated = np.array(filled, dtype=bool).T.reshape(shape)
    return DeliveryAmounts(column_pence(readers, len(rows)), stated), issues


def stack_delivery(parts: list[DeliveryAmounts]) -> DeliveryAmounts:
    """The amounts of several tables, one after the other."""
    return DeliveryAmounts(
        np.concatenate([part.pence for part in parts]),
        np.concatenate([part.filled for part in parts]),
    )
