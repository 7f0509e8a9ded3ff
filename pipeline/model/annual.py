"""Amounts as the model counts them: costs positive, savings negative, the effect in each year
(contract, section 4, rules 1 and 3)."""

import numpy as np
import pandas as pd

from pipeline.core.lines import Lines
from pipeline.core.returns import Pence
from schemas.vocabulary import COSTS, SAVINGS_AND_INCOME


def signs(frame: pd.DataFrame) -> Pence:
    """-1 for the lines whose amounts are turned round: savings that their return enters above zero,
    costs that it enters below it; else 1."""
    negate = frame["savings_positive"] & frame["category"].isin(SAVINGS_AND_INCOME)
    negate |= ~frame["costs_positive"] & frame["category"].isin(COSTS)
    return np.where(negate.to_numpy(dtype=bool), -1, 1).astype(np.int64)


def entered(lines: Lines) -> Pence:
    """Pence by line and year after the sign, before running totals."""
    return lines.stated * signs(lines.frame)[:, None]


def annual(lines: Lines) -> Pence:
    """Pence by line and year, as the effect in each year: running totals of an incremental
    return's amounts."""
    amounts = entered(lines)
    incremental = lines.frame["incremental"].to_numpy(dtype=bool)[:, None]
    return np.where(incremental, np.cumsum(amounts, axis=1), amounts)
