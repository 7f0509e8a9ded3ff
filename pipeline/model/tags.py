"""The columns of the team's own added up: money by each value of a list, and numbers by service and
organisation (contract, section 6, By_tag and Tag_numbers)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.core.grouping import number_among, translate
from pipeline.core.lines import Mask
from pipeline.core.programme import Programme, Tag
from pipeline.core.quantity import quantity_of
from pipeline.core.returns import Pence
from pipeline.core.text import ref_key
from pipeline.model.apportion import apportion
from schemas.model import BY_TAG, MEASURES, TAG_NUMBERS
from schemas.returns import tag_field
from schemas.vocabulary import NOT_STATED, NOT_YET_APPORTIONED, TOTAL_PROGRAMME


def by_tag(register: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """BY_TAG: every value of a list in its order, then what states none, where a line does."""
    rows = [
        row
        for tag in programme.tags
        if not tag.is_number
        for row in _by_value(register, tag, programme.scenarios)
    ]
    return pd.DataFrame(rows, columns=BY_TAG.names(), dtype=object)


def _by_value(
    register: pd.DataFrame, tag: Tag, scenarios: tuple[str, ...]
) -> Iterator[tuple[object, ...]]:
    stated = translate(register[tag_field(tag).name], lambda text: text or NOT_STATED)
    for value in (*tag.values, NOT_STATED):
        lines_of_value = register[stated == value]
        if value == NOT_STATED and lines_of_value.empty:
            continue
        lines = len({ref_key(ref) for ref in lines_of_value["line_ref"].tolist()})
        for scenario in scenarios:
            of_scenario = lines_of_value[
                (lines_of_value["scenario"] == scenario).to_numpy(dtype=bool)
            ]
            figures = (int(of_scenario[measure.column].sum()) for measure in MEASURES)
            yield tag.heading, value, scenario, *figures, lines


def tag_numbers(register: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """TAG_NUMBERS of the services of which any line states a number: the whole programme, the
    partners in order, and what is not yet apportioned where there is any. A number is shared as its
    line is in the steady-state year, whole thousandths by the largest remainder."""
    rows = [
        row
        for tag in programme.tags
        if tag.is_number
        for row in _by_organisation(register, tag, programme)
    ]
    return pd.DataFrame(rows, columns=TAG_NUMBERS.names(), dtype=object)


def stated_thousandths(register: pd.DataFrame, tag: Tag) -> tuple[Mask, Pence]:
    """Which lines state a number, and the numbers of these in thousandths."""
    texts = register[tag_field(tag).name]
    stated = texts.notna().to_numpy(dtype=bool)
    numbers = [quantity_of(text) for text in texts[stated].tolist()]
    return stated, np.array(numbers, dtype=np.int64)


def _by_organisation(
    register: pd.DataFrame, tag: Tag, programme: Programme
) -> Iterator[tuple[object, ...]]:
    stated, numbers = stated_thousandths(register, tag)
    lines = register[stated]
    services = [service.name for service in programme.services]
    place = (
        number_among(lines["service"], services),
        number_among(lines["scenario"], programme.scenarios),
    )
    parts = _parts(lines, numbers, programme)
    sums = np.zeros((len(services), len(programme.scenarios), parts.shape[1]), dtype=np.int64)
    np.add.at(sums, place, parts)
    waiting = set(place[0][parts[:, -1] != 0].tolist())
    names = (TOTAL_PROGRAMME, *(one.name for one in programme.partners), NOT_YET_APPORTIONED)
    for service in sorted(set(place[0].tolist())):
        organisations = names if service in waiting else names[:-1]
        for organisation, name in enumerate(organisations):
            for scenario, word in enumerate(programme.scenarios):
                number = int(sums[service, scenario, organisation])
                yield tag.heading, services[service], name, word, number


def _parts(lines: pd.DataFrame, numbers: Pence, programme: Programme) -> Pence:
    """What falls to the programme, to each partner and to nobody yet: lines × organisations."""
    labels = programme.year_labels
    amounts = {label: np.zeros(len(lines), dtype=np.int64) for label in labels}
    amounts[labels[programme.steady_index]] = numbers
    shares, unshared = apportion(lines.assign(**amounts), programme)
    steady = programme.steady_index
    return np.column_stack([numbers, shares[:, steady], unshared[:, steady]])
