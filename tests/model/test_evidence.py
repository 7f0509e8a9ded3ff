"""The cells that shares rest on, said shortly."""

from decimal import Decimal

import pytest

from pipeline.core.bases import BASELINE, PROGRAMME_BASELINE
from pipeline.core.programme import Service, WeightRow
from pipeline.core.source import SourceRef
from pipeline.model.apportion import share_of
from tests.report import fake


@pytest.mark.parametrize(
    ("rows", "evidence"),
    [
        ((5,), "Baseline!A5"),
        ((5, 6), "Baseline!A5:A6"),
        ((7, 5, 6, 9, 11, 12), "Baseline!A5:A7, Baseline!A9, Baseline!A11:A12"),
    ],
)
def test_cells_below_one_another_are_a_range(rows: tuple[int, ...], evidence: str) -> None:
    """The programme baseline rests on every service's row."""
    places = [SourceRef("programme.xlsx", "Baseline", row, 1, 4) for row in rows]
    names = [f"Service {row}" for row in rows]
    programme = fake.programme(
        services=tuple(
            Service(name, "One", PROGRAMME_BASELINE, at)
            for name, at in zip(names, places, strict=True)
        ),
        weights={
            BASELINE: {
                name: (WeightRow(None, (Decimal(1), Decimal(2)), at),)
                for name, at in zip(names, places, strict=True)
            }
        },
    )
    share = share_of(programme, PROGRAMME_BASELINE, names[0], "", 2012)
    assert share.evidence == f"Weights: {evidence}"
