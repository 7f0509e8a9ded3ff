"""Returns read on a Dask cluster: the same reports, whatever happens to its workers."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NoReturn

import pytest
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker

from pipeline.execute import ExecutorError
from pipeline.execute.cluster import ClusterExecutor
from pipeline.execute.worker import software
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import InputFile, discover
from pipeline.report.theme import HOUSE
from pipeline.run import model_programme
from tests.builders import Programme, Return
from tests.end_to_end.commands import ROOT, Said, contents, report, validate
from tests.fuzz.mutants import mutant
from tests.hostile import bombs
from tests.hostile.formats import WRITERS, sheets_of
from tests.long import long
from tests.report.built import build

SAMPLES = ROOT / "inputs"
HAMPSHIRE, CAMBRIDGESHIRE = "joint-working-in-hampshire", "cambridgeshire-and-peterborough"

CONTEXT = ReadingContext(
    (2012, 2013, 2014),
    1,
    False,
    True,
    False,
    {"services": ("ICT", "Fleet"), "scenarios": ("Plan",), "bases": (), "partners": ("A", "B")},
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two worker processes, as two machines would be."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    ) as made:
        yield made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' reports as one process makes them."""
    folder = tmp_path_factory.mktemp("here")
    assert report(SAMPLES, folder).status == 0
    return folder


def strange(folder: Path) -> Path:
    """A programme whose returns are of every format, damaged, harmful, or in error."""
    Programme().write(folder)
    for number, kind in enumerate(WRITERS):
        finance = Return(department=f"Finance {number}")
        finance.line([100 + number, "TBC" if number % 2 else 5], service="ICT")
        finance.line([-2000.555, "(1,804)"], service="Fleet", line_ref=f"{kind}-2")
        (folder / f"{kind}.xlsx").write_bytes(WRITERS[kind](sheets_of(finance)))
    for make in (bombs.far_cell, bombs.billion_laughs, bombs.xls_circle):
        (folder / f"{make.__name__}.xlsx").write_bytes(make())
    for seed in range(6):
        (folder / f"mutant {seed}.xlsx").write_bytes(mutant(seed).content)
    (folder / "notes.txt").write_text("not a workbook")
    return folder


@long
@long
def test_the_samples_reports_are_the_same_to_the_byte(
    cluster: LocalCluster, here: Path, tmp_path: Path
) -> None:
    before = contents(SAMPLES)
    there = report(SAMPLES, tmp_path, "--cluster", cluster.scheduler_address)
    assert (there.status, there.err) == (0, "")
    assert contents(tmp_path) == contents(here)
    assert contents(SAMPLES) == before


@long
def test_a_worker_killed_midway_costs_no_figure(
    cluster: LocalCluster, here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client(cluster) as client:
        client.wait_for_workers(2)
        pids = client.run(os.getpid)
    killed: list[int] = []

    def step(said: str) -> None:
        # All batches are given out, and no result has come back.
        if said.startswith("Reading on") and not killed:
            killed.append(min(pids.values()))
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr("pipeline.screen.progress", lambda _: nullcontext(step))
    there = report(
        *(SAMPLES, tmp_path, "--programme", HAMPSHIRE),
        *("--cluster", cluster.scheduler_address),
    )
    assert killed
    assert (there.status, there.err) == (0, "")
    assert contents(tmp_path / HAMPSHIRE) == contents(here / HAMPSHIRE)


@long
def test_inputs_in_a_store_are_read_by_the_workers(
    cluster: LocalCluster, here: Path, tmp_path: Path
) -> None:
    """A zip file is a store whose files no path of the machine reaches."""
    archive = tmp_path / "collection.zip"
    with zipfile.ZipFile(archive, "w") as store:
        for path in sorted((SAMPLES / CAMBRIDGESHIRE).rglob("*.xlsx")):
            store.write(path, f"autumn/{path.relative_to(SAMPLES).as_posix()}")
    there = report(
        *(f"zip://autumn::{archive.as_uri()}", tmp_path / "outputs"),
        *("--cluster", cluster.scheduler_address),
    )
    assert (there.status, there.err) == (0, "")
    assert contents(tmp_path / "outputs" / CAMBRIDGESHIRE) == contents(here / CAMBRIDGESHIRE)


@long
def test_strange_workbooks_are_read_by_the_same_rules(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = discover(strange(tmp_path)).programmes
    # A limit of the machine where the command is given holds on the workers.
    monkeypatch.setenv("SAVINGS_MAX_COLUMNS", "1999")
    here = model_programme(folder)
    with ClusterExecutor(cluster.scheduler_address, pytest.fail) as executor:
        there = model_programme(folder, executor=executor)
    assert there.issues == here.issues
    assert there.results is not None
    assert here.results is not None
    assert build(there.results, HOUSE) == build(here.results, HOUSE)
    assert any("1,999 (set by SAVINGS_MAX_COLUMNS)" in each.problem for each in here.issues)


def machines(folder: Path) -> list[Path]:
    """Two machines' views of one folder, in which they see the second return differently."""
    views = [folder / "one", folder / "two"]
    for view, amount in zip(views, (100, 999), strict=True):
        for name in ("a", "b"):
            finance = Return(department=name)
            finance.line([amount if name == "b" else 100])
            finance.write(view, f"{name}.xlsx")
    for path in views[0].iterdir():
        os.utime(path, (1_000_000, 1_000_000))
    for name in ("a.xlsx", "b.xlsx"):
        os.utime(views[1] / name, (2_000_000, 2_000_000))
    return views


@long
def test_a_file_that_a_worker_sees_otherwise_is_read_here_and_said(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, workers_ = machines(tmp_path)
    with Client(cluster) as client:
        client.wait_for_workers(2)  # one may be on its way back
        client.run(os.chdir, workers_)
    monkeypatch.chdir(own)
    # Relative paths lead each process into its own folder, as mounts of a share may.
    files = [InputFile(name, Path(name)) for name in ("a.xlsx", "b.xlsx")]
    said: list[str] = []
    with ClusterExecutor(cluster.scheduler_address, said.append) as executor:
        returns = list(executor.read_returns(files, CONTEXT))
    amounts = [each.amounts.years.tolist() for each in returns if each.amounts]
    assert amounts == [[[10000, 0, 0]]] * 2
    (remark,) = said
    assert "sees “b.xlsx” otherwise than this machine does: read here instead" in remark


@long
def test_a_worker_that_sees_no_inputs_is_named(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, workers_ = machines(tmp_path)
    (workers_ / "a.xlsx").unlink()
    with Client(cluster) as client:
        client.wait_for_workers(2)  # one may be on its way back
        client.run(os.chdir, workers_)
    monkeypatch.chdir(own)
    with (
        ClusterExecutor(cluster.scheduler_address, pytest.fail) as executor,
        pytest.raises(ExecutorError, match=r"The worker tcp://.* sees no file at a\.xlsx"),
    ):
        list(executor.read_returns([InputFile("a.xlsx", Path("a.xlsx"))], CONTEXT))


@long
def test_what_takes_one_worker_after_the_other_is_read_here(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finance = Return()
    finance.line([100])
    path = finance.write(tmp_path)

    def lost(*_: object) -> NoReturn:
        raise KilledWorker("read_batch", None, 3)

    monkeypatch.setattr(ClusterExecutor, "_result", lost)
    said: list[str] = []
    with ClusterExecutor(cluster.scheduler_address, said.append) as executor:
        (read,) = executor.read_returns([InputFile(path.name, path)], CONTEXT)
    assert read.amounts is not None
    assert read.amounts.years.tolist() == [[10000, 0, 0]]
    assert said == ["One worker after the other was lost over return.xlsx: read here instead."]


@long
def test_other_software_on_a_worker_is_named(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Return().write(tmp_path)
    own = {**software(), "python-calamine": "0.0.1"}
    monkeypatch.setattr("pipeline.execute.cluster.software", lambda: own)
    with (
        ClusterExecutor(cluster.scheduler_address, pytest.fail) as executor,
        pytest.raises(ExecutorError, match=r"has python-calamine .*, this machine .* 0\.0\.1:"),
    ):
        list(executor.read_returns([InputFile(path.name, path)], CONTEXT))


def test_without_workers_it_says_so(tmp_path: Path) -> None:
    path = Return().write(tmp_path)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=logging.CRITICAL) as empty,
        ClusterExecutor(empty.scheduler_address, pytest.fail, patience=0.1) as executor,
        pytest.raises(ExecutorError, match="has had no worker for"),
    ):
        list(executor.read_returns([InputFile(path.name, path)], CONTEXT))


def test_a_scheduler_that_is_lost_midway_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    path = Return().write(tmp_path)
    going = LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", silence_logs=logging.CRITICAL
    )

    def step(said: str) -> None:
        if said.startswith("Reading on"):
            going.close()

    with (
        going,
        ClusterExecutor(going.scheduler_address, pytest.fail) as executor,
        pytest.raises(ExecutorError, match=r"was lost\. Start it and its workers again"),
    ):
        list(executor.read_returns([InputFile(path.name, path)], CONTEXT, step))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("command", [report, validate])
def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[..., Said]
) -> None:
    monkeypatch.setattr("pipeline.execute.cluster.CONNECT", 0.5)
    said = command(SAMPLES, tmp_path, "--cluster", "tcp://127.0.0.1:1")
    assert said.status == 1
    assert "No scheduler answers at tcp://127.0.0.1:1." in said.err
    assert list(tmp_path.iterdir()) == []


def test_tls_without_certificates_is_explained(tmp_path: Path) -> None:
    said = report(SAMPLES, tmp_path, "--cluster", "tls://127.0.0.1:1")
    assert said.status == 1
    assert "Dask's configuration names none: set distributed.comm.tls.ca-file" in said.err


@pytest.mark.parametrize("address", ["scheduler", "http://scheduler:8786", "tcp://scheduler", ""])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    said = report(SAMPLES, tmp_path, "--cluster", address)
    assert said.status == 2
    assert f"“{address}” is no scheduler's address, such as tcp://scheduler:8786." in said.err


def test_without_dask_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "pipeline.execute.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = report(SAMPLES, tmp_path, "--cluster", "tcp://scheduler:8786")
    assert said.status == 2
    assert "pip install '.[cluster]'" in said.err


def test_nothing_of_dask_is_imported_without_need() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, pipeline.commands.report, pipeline.run, pipeline.report, pipeline.screen;"
            "print({'dask', 'distributed', 'fsspec', 'upath'} & {*sys.modules})",
        ],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == "set()\n"
