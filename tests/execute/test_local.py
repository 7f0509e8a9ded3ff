"""Reading on this machine: the same returns in the same order, whatever the number of processes."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import msgspec
import pytest

from pipeline.execute import local
from pipeline.execute.local import LocalExecutor
from pipeline.ingest.discover import discover
from pipeline.reading import read
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


def read_by(inputs: Path, processes: int) -> bytes:
    with LocalExecutor(processes, worth=1) as executor:
        found = read(discover(inputs).programmes[0], executor=executor).returns
    return msgspec.msgpack.encode(found, enc_hook=lambda array: array.tolist())


def test_the_number_of_processes_makes_no_difference(inputs: Path) -> None:
    assert read_by(inputs, 1) == read_by(inputs, 3)


def test_the_cache_makes_no_difference_to_several_processes(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_by(inputs, 1)
    monkeypatch.setenv("SAVINGS_CACHE", str(tmp_path / "cache"))
    assert read_by(inputs, 2) == expected
    assert len(list((tmp_path / "cache" / "returns").iterdir())) == 19
    assert read_by(inputs, 2) == expected


def test_processes_that_are_brought_down_cost_time_only(
    inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read_by(inputs, 1)

    def broken(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(ProcessPoolExecutor, "submit", broken)
    assert read_by(inputs, 2) == expected


@pytest.mark.parametrize(("each", "others"), [(0.6, []), (0.4, [1]), (0.3, [2]), (0.01, [3])])
def test_so_many_processes_as_there_are_bytes_for(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, each: float, others: list[int]
) -> None:
    started: list[int] = []

    def start(number: int, *_: object) -> ThreadPoolExecutor:
        started.append(number)
        return ThreadPoolExecutor(number)

    monkeypatch.setattr(local, "ProcessPoolExecutor", start)
    monkeypatch.setattr(local, "_read_batch", lambda _: [])
    size = sum(path.stat().st_size for path in inputs.glob("return*.xlsx"))
    with LocalExecutor(4, worth=int(size * each)) as executor:
        found = read(discover(inputs).programmes[0], executor=executor).returns
    assert len(found) == 20
    assert started == others
