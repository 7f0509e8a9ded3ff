"""What a run keeps when it is done."""

from pathlib import Path

from tests.builders import Programme, Return
from tests.running import outcome_of


def test_lines_are_held_but_once(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    finance = Return()
    finance.line([500, 400, 0])
    finance.write(tmp_path)
    outcome = outcome_of(tmp_path)
    (read,) = outcome.returns
    assert (read.amounts, "Savings" in read.tables) == (None, False)
    assert outcome.lines is not None
    assert len(outcome.lines.frame) == 1
    assert not outcome.lines._columns
    assert [each.read_rows for each in outcome.totals] == [1]
