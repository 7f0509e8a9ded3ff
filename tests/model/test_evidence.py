"""What shares rest on, said shortly."""

from decimal import Decimal

import pytest

from pipeline.core.bases import BASELINE, DIRECT, EQUAL, NOT_AGREED, PROGRAMME_BASELINE
from pipeline.core.programme import Partner, Service
from pipeline.core.source import SourceRef
from pipeline.core.weights import WeightRow
from pipeline.model.apportion import NONE, Share, ShareBook, share_of
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


def _row(*weights: int | None, from_year: int | None = None) -> WeightRow:
    at = SourceRef("programme.xlsx", "Baseline", 5, 1, 4)
    known = tuple(Decimal(each) for each in weights if each is not None)
    return WeightRow(from_year, known if len(known) == len(weights) else None, at)


@pytest.mark.parametrize(
    ("basis", "partner", "rows", "share"),
    [
        (None, "", (), Share(None, "The basis is not known")),
        (NOT_AGREED, "", (), Share(None, "The basis is not agreed")),
        (EQUAL, "", (), Share((1, 1), "Equal shares")),
        (DIRECT, "FIRE", (), Share((0, 1), "All to FIRE")),
        (DIRECT, "", (), Share(None, "Each line goes to the partner that it names")),
        (BASELINE, "", (), Share(None, "There are no weights for it")),
        # Dated rows alone: nothing holds before the first.
        (BASELINE, "", (_row(1, 2, from_year=2013),), Share(None, "There are no weights for it")),
        (BASELINE, "", (_row(4, 6),), Share((2, 3), "Weights: Baseline!A5")),
        (BASELINE, "", (_row(0, 0),), Share(None, "The weights add up to nil: Baseline!A5")),
        (BASELINE, "", (_row(None, 1),), Share(None, "The weights can't serve: Baseline!A5")),
    ],
)
def test_each_share_says_what_it_rests_on_or_why_there_is_none(
    basis: str | None, partner: str, rows: tuple[WeightRow, ...], share: Share
) -> None:
    programme = fake.programme(
        partners=(Partner("CC", "County Council"), Partner("FIRE", "Fire and Rescue")),
        weights={BASELINE: {"ICT": rows}},
    )
    assert share_of(programme, basis, "ICT", partner, 2012) == share


def test_direct_lines_of_one_service_and_year_go_each_to_its_own_partner() -> None:
    programme = fake.programme(
        partners=(Partner("CC", "County Council"), Partner("FIRE", "Fire and Rescue"))
    )
    book = ShareBook(programme)
    whose = ("CC", "FIRE", "CC")
    places = [book.place(DIRECT, "ICT", partner, 2012) for partner in whose]
    assert [book.rows[place] for place in places] == [(1, 0), (0, 1), (1, 0)]
    # All other bases don't look at the partner, and unknown ones are shared by nobody.
    assert book.place(EQUAL, "ICT", "CC", 2012) == book.place(EQUAL, "ICT", "", 2012) == 2
    assert book.place(None, "ICT", "CC", 2012) == NONE
