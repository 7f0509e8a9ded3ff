"""The register: one row per line and scenario in the model; the same lines by partner; and the
lines that another programme counts."""

import numpy as np
import pandas as pd

from pipeline.core.grouping import categories, number_rows
from pipeline.core.lines import Lines, Mask
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.model.apportion import apportion_to_everyone
from schemas.model import MEASURES, REGISTER, SAID_OF_PARTS
from schemas.vocabulary import NOT_YET_APPORTIONED


def register(lines: Lines, annual: Pence, mask: Mask, programme: Programme) -> pd.DataFrame:
    """REGISTER of the lines of ``mask``, one row per scenario (a blank one written out)."""
    places = np.flatnonzero(mask)
    scenarios = programme.scenarios
    every = lines.frame["scenario"].isna().to_numpy()[places]
    repeats = np.where(every, len(scenarios), 1)
    place = np.repeat(places, repeats)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    scenario = lines.frame["scenario"].to_numpy(dtype=object)[place]
    scenario = np.where(np.repeat(every, repeats), np.array(scenarios, dtype=object)[nth], scenario)
    strands = {service.name: service.strand for service in programme.services}
    service, services = number_rows(lines.frame["service"])
    columns = {
        "scenario": categories(scenario),
        "strand": categories([strands.get(name) for name in services])[service[place]],
        "basis": lines.frame["applied_basis"].array[place],
        **_amounts(annual[place], lines.frame["category"], place, programme),
        "line": place,
    }
    names = REGISTER.names(programme.year_labels, programme.tags)
    as_read = {name: lines.frame[name].array[place] for name in names if name not in columns}
    return pd.DataFrame(as_read | columns, columns=names)


def apportioned(rows: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """APPORTIONED: the register's rows by partner."""
    row, organisation, pence = _parts(rows, programme)
    names = categories([*(p.name for p in programme.partners), NOT_YET_APPORTIONED])
    codes = categories([*programme.codes, ""])
    return pd.DataFrame(
        {
            "register_row": row,
            **{name: rows[name].array[row] for name in SAID_OF_PARTS},
            "partner": codes[organisation],
            "organisation": names[organisation],
            **_amounts(pence, rows["category"], row, programme),
        }
    )


def _amounts(
    pence: Pence, category: pd.Series, place: Pence, programme: Programme
) -> dict[str, Pence]:
    """The columns of lines with these pence by year: each year's, their total and what they count
    in each measure. ``place``: where each line's ``category`` stands."""
    figures = (
        measure.counted(pence, measure.counts(category)[place], programme.steady_index)
        for measure in MEASURES
    )
    return {
        **dict(zip(programme.year_labels, pence.T, strict=True)),
        "total_pence": pence.sum(axis=1),
        **{measure.column: figure for measure, figure in zip(MEASURES, figures, strict=True)},
    }


def _parts(rows: pd.DataFrame, programme: Programme) -> tuple[Pence, Pence, Pence]:
    """The parts of the register's rows that are not nil in every year: the place of the row, that
    of the organisation (the partners in order, then what is not yet apportioned), and pence by
    year. What they were picked from is many times as large, and goes here."""
    amounts = apportion_to_everyone(rows, programme)
    row, organisation = np.nonzero(amounts.any(axis=1))
    # Year by year, as the columns are that are made of them.
    return row, organisation, np.asfortranarray(amounts[row, :, organisation])
