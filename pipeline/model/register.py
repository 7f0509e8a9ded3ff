"""The register: one row per line and scenario in the model; the same lines by partner; and the
lines that another programme counts."""

import numpy as np
import pandas as pd

from pipeline.core.lines import Lines, Mask
from pipeline.core.programme import Programme
from pipeline.core.returns import Pence
from pipeline.model.apportion import apportion
from schemas.model import MEASURES, REGISTER, SAID_OF_PARTS
from schemas.vocabulary import NOT_YET_APPORTIONED


def register(lines: Lines, annual: Pence, mask: Mask, programme: Programme) -> pd.DataFrame:
    """REGISTER of the lines of ``mask``, one row per scenario (a blank one written out)."""
    places = np.flatnonzero(mask)
    scenarios = programme.scenarios
    every = lines.frame["scenario"].isna().to_numpy()[places]
    repeats = np.where(every, len(scenarios), 1)
    place = np.repeat(places, repeats)
    frame = lines.frame.iloc[place].reset_index(drop=True)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    written_out = np.array(scenarios, dtype=object)[nth]
    frame["scenario"] = frame["scenario"].where(frame["scenario"].notna(), written_out)
    strands = {service.name: service.strand for service in programme.services}
    frame["strand"] = frame["service"].map(strands).astype("str")
    frame["basis"] = frame["applied_basis"]
    _add_amounts(frame, annual[place], programme)
    frame["line"] = place
    return frame[REGISTER.names(programme.year_labels, programme.tags)].copy()


def apportioned(rows: pd.DataFrame, programme: Programme) -> pd.DataFrame:
    """APPORTIONED: the register's rows by partner."""
    row, organisation, pence = _parts(rows, programme)
    names = np.array([*(p.name for p in programme.partners), NOT_YET_APPORTIONED], dtype=object)
    codes = np.array([*programme.codes, ""], dtype=object)
    frame = rows[list(SAID_OF_PARTS)].iloc[row].reset_index(drop=True)
    frame.insert(0, "register_row", row)
    frame["partner"] = pd.Series(codes[organisation], dtype="str")
    frame["organisation"] = pd.Series(names[organisation], dtype="str")
    _add_amounts(frame, pence, programme)
    return frame


def _add_amounts(frame: pd.DataFrame, amounts: Pence, programme: Programme) -> None:
    """Give lines their pence by year, their total and what they count in each measure."""
    for column, label in enumerate(programme.year_labels):
        frame[label] = amounts[:, column]
    frame["total_pence"] = amounts.sum(axis=1)
    for measure in MEASURES:
        frame[measure.column] = measure.of(frame["category"], amounts, programme.steady_index)


def _parts(rows: pd.DataFrame, programme: Programme) -> tuple[Pence, Pence, Pence]:
    """The parts of the register's rows that are not nil in every year: the place of the row, that
    of the organisation (the partners in order, then what is not yet apportioned), and pence by
    year. What they were picked from is many times as large, and goes here."""
    shares, unshared = apportion(rows, programme)
    amounts = np.concatenate([shares, unshared[:, :, None]], axis=2)
    del shares, unshared
    row, organisation = np.nonzero(amounts.any(axis=1))
    return row, organisation, amounts[row, :, organisation]
