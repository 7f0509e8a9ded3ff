"""Reading on this machine: the same returns in the same order, whatever the number of processes."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.execute import quietly
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.discover import discover
from pipeline.processes import Helpers, Result, Work
from pipeline.reading import read, read_control, read_returns
from tests.builders import Programme, Return


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A programme of twenty returns, one of which can't be read."""
    folder = tmp_path / "inputs"
    Programme().write(folder)
    for number in range(20):
        one = Return()
        one.line([number, "TBC"], category="One-off cost")
        one.write(folder, f"return {number}.xlsx")
    (folder / "return 7.xlsx").write_bytes(b"no workbook")
    return folder


def read_by(inputs: Path, helpers: Helpers) -> bytes:
    with helpers, LocalExecutor(helpers, worth=1) as executor:
        found = read(discover(inputs).programmes[0], executor=executor).returns
    return msgspec.msgpack.encode(found, enc_hook=lambda array: array.tolist())


def test_the_number_of_processes_makes_no_difference(inputs: Path) -> None:
    assert read_by(inputs, Helpers(0)) == read_by(inputs, Helpers(2))


def test_the_cache_makes_no_difference_to_several_processes(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_by(inputs, Helpers(0))
    monkeypatch.setenv("SAVINGS_CACHE", str(tmp_path / "cache"))
    assert read_by(inputs, Helpers(1)) == expected
    assert len(list((tmp_path / "cache" / "returns").iterdir())) == 19
    assert read_by(inputs, Helpers(1)) == expected


@pytest.mark.parametrize("others", [0, 1])
@pytest.mark.parametrize("kept", ["off", "cache"])
def test_what_is_to_be_done_meanwhile_is_done_once(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: int, kept: str
) -> None:
    monkeypatch.setenv("SAVINGS_CACHE", kept if kept == "off" else str(tmp_path / kept))
    for _ in range(2):  # the second time all is there
        deeds: list[str] = []
        with Helpers(others) as helpers, LocalExecutor(helpers, worth=1) as executor:
            reading = read_control(discover(inputs).programmes[0])
            assert reading.control.programme is not None
            meanwhile = partial(deeds.append, "ready")
            read_returns(reading, reading.control.programme, quietly, executor, meanwhile)
        assert (len(reading.returns), deeds) == (20, ["ready"])


@pytest.mark.parametrize("seconds", [0, 1], ids=["at once", "a while later"])
def test_a_process_that_is_brought_down_costs_time_only(inputs: Path, seconds: int) -> None:
    expected = read_by(inputs, Helpers(0))
    before = {*active_children()}
    helpers = Helpers(1, meanwhile="json")
    helpers.expect(1)
    for process in {*active_children()} - before:
        process.kill()
    time.sleep(seconds)
    assert read_by(inputs, helpers) == expected


class Counted(Helpers):
    """Notes how many processes are asked for, and asks none."""

    asked: int = 0

    def sharing(
        self,
        number: int,
        there: Callable[[], Callable[[Any], Result]],
        others: int,
        of_place: Callable[[int], object] = int,
        **manner: bool,
    ) -> AbstractContextManager[Work[Result]]:
        """All of it here."""
        self.asked = others
        return super().sharing(number, there, 0, of_place, **manner)


@pytest.mark.parametrize(("each", "others"), [(0.6, 0), (0.4, 1), (0.3, 2), (0.01, 3)])
def test_so_many_processes_as_there_are_bytes_for(inputs: Path, each: float, others: int) -> None:
    helpers = Counted(3)
    size = sum(path.stat().st_size for path in inputs.glob("return*.xlsx"))
    with helpers, LocalExecutor(helpers, worth=int(size * each)) as executor:
        found = read(discover(inputs).programmes[0], executor=executor).returns
    assert len(found) == 20
    assert helpers.asked == others
