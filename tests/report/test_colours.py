"""Colours told apart: by people who lack one kind of cones, and on a black-and-white printer."""

import pytest

from pipeline.report.theme import HOUSE, RAG_FILLS, WCAG_AA, contrast
from schemas.vocabulary import RAG
from tests.report.colour_vision import closest, distance, seen

# Twice what is seen at a glance: fills stand apart from one another, and small.
TOLD_APART = 20
FILLS = [fill for fill, _ in RAG_FILLS.values()]


def test_every_rating_has_a_fill_of_its_own() -> None:
    assert [tone.value for tone in RAG_FILLS] == list(RAG)
    assert len(set(FILLS)) == len(RAG)


@pytest.mark.parametrize("colours", [HOUSE.chart, FILLS], ids=["charts", "ratings"])
def test_colours_are_told_apart_without_any_kind_of_cones(colours: list[str]) -> None:
    for kind, nearest, first, second in closest(colours):
        assert nearest >= TOLD_APART, f"{first} and {second} look alike with {kind}"


@pytest.mark.parametrize(("fill", "ink"), RAG_FILLS.values())
def test_words_can_be_read_on_their_fills(fill: str, ink: str) -> None:
    assert contrast(fill, ink) >= WCAG_AA


def test_the_simulation_knows_colours_that_are_often_mixed_up() -> None:
    red, green = "#C00000", "#4F7A00"
    assert distance(red, green, "all cones") > 80
    assert distance(red, green, "deuteranopia") < TOLD_APART
    assert distance("#0000FF", "#FFFF00", "deuteranopia") > 80


@pytest.mark.parametrize("kind", ["protanopia", "deuteranopia", "tritanopia"])
def test_greys_look_the_same_to_everybody(kind: str) -> None:
    assert seen("#808080", kind) == pytest.approx(seen("#808080", "all cones"), abs=1e-3)
