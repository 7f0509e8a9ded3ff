"""What came of each return's rows and money, from lines made by hand."""

import numpy as np
import pandas as pd

from pipeline.core.lines import stack_lines
from pipeline.core.returns import Amounts, Cover, LeftOut, Records, Return, SourceFile, TableSource
from pipeline.core.verdict import Ground, Reason, Verdict
from pipeline.model.intake import ReturnTotals, return_totals, sources_table

CATEGORIES = ("One-off cost", "Cashable saving", None, "Income")


def sent(name: str, positive: bool, size: int) -> Return:
    """Four lines, each with an amount in two years and one outside them; all told apart."""
    source = TableSource(name, "Savings", 0, 0, 1, {"category": 1}, {2012: 2, 2013: 3})
    rows = Records([source], [0] * 4, [2, 3, 4, 5], {"category": list(CATEGORIES)})
    years = np.array([[1, 2], [4, 8], [16, 32], [64, 128]]) * size
    outside = np.array([256, 512, 1_024, 2_048]) * size
    cover = Cover("Finance", 1, positive, incremental=False)
    return Return(name, "", "Read", cover, {"Savings": rows}, Amounts(years, outside, years < 0))


def test_each_pound_is_in_one_place() -> None:
    returns = [sent("a.xlsx", False, 1), Return("b.xlsx", "", "Not read"), sent("c.xlsx", True, 10)]
    returns[2].left_out = LeftOut(2, 5)
    lines = stack_lines(returns, ["category"], 2)
    verdict = Verdict.of(8)
    verdict.leave_out([2, 6], Reason(Ground.ROW))
    verdict.leave_out([3, 7], Reason(Ground.COUNTED_IN, words="Another programme"))
    totals = return_totals(returns, lines, verdict)
    every = 3 + 12 + 48 + 192 + 256 + 512 + 1_024 + 2_048
    # In the second return savings stand above zero: the saving and the income are turned round.
    turned = 3 - 12 + 48 - 192 + 256 - 512 + 1_024 - 2_048
    assert totals == [
        ReturnTotals("a.xlsx", 4, 2, 1, 1, 0, every, 15, 48 + 1_024, 192, 0, 256 + 512 + 2_048),
        ReturnTotals(
            "c.xlsx", 6, 2, 1, 1, 2, turned * 10 + 5,
            -90, 480 + 10_240, -1_920, 5, 2_560 - 5_120 - 20_480,
        ),
    ]  # fmt: skip


def test_sources_are_blank_where_nothing_was_read() -> None:
    files = [
        SourceFile("a.txt", "", False, "Not read"),
        SourceFile("b.xlsx", "22", True, "Read", "Finance", "Final"),
    ]
    table = sources_table(files, [ReturnTotals("b.xlsx", 7, 4, 2, 1, 0, 0, 0, 0, 0, 0, 0)])
    assert list(table) == [
        "workbook", "sha256", "department", "status",
        "rows_read", "accepted", "rejected", "excluded", "result",
    ]  # fmt: skip
    assert table.to_numpy().tolist() == [
        ["a.txt", "", "", "", None, None, None, None, "Not read"],
        ["b.xlsx", "22", "Finance", "Final", 7, 4, 2, 1, "Read"],
    ]
    assert isinstance(table, pd.DataFrame)
    assert table.dtypes.tolist() == [object] * 9
