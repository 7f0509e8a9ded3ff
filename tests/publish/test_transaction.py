"""A report is put in place as a whole or not at all, whatever happens in between."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.finished_file import FinishedFile
from pipeline.publish import (
    PublishError,
    manifest,
    outputs_lock,
    publish,
    put,
    put_file,
    scratch,
    unsettled,
)
from pipeline.publish.disk import Disk, OnlineOnlyError
from pipeline.publish.faults import why
from tests.long import long, quick_cases
from tests.publish.disks import (
    NEW,
    NEXT,
    OLD,
    OTHERS,
    SUMMARY,
    Faulty,
    KilledError,
    as_files,
    begin,
    full,
    is_report,
    killed,
    killed_midway,
    nothing_piles_up,
    putting,
    settled,
    standing,
    wholly_old_or_new,
)

ROOT = Path(__file__).parent.parent.parent
INPUTS = {"programme.xlsx": "1"}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power is cut here: what is written needn't be waited for."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def operations(tmp_path: Path) -> int:
    """How many file operations it takes to put the new report in the old one's place."""
    folder = tmp_path / "counted"
    begin(folder)
    disk = Faulty(10**9, KilledError())
    publish(folder, as_files(folder, NEW), INPUTS, 0, disk)
    assert is_report(folder, NEW)
    return disk.count


def cut_off(folder: Path, placed: int) -> None:
    with pytest.raises(KilledError):
        publish(folder, NEW, INPUTS, 0, killed_midway(placed))


@pytest.mark.parametrize("done", ["before", "half", "after"])
def test_killed_at_every_file_operation(tmp_path: Path, done: str) -> None:
    midway = 0
    of = operations(tmp_path)
    for at in range(of if done != "half" else len(NEW) + 1):  # files are written first
        folder = tmp_path / str(at)
        begin(folder)
        with pytest.raises(KilledError):
            publish(folder, as_files(folder, NEW), INPUTS, 0, killed(at, done))
        wholly_old_or_new(folder)
        mixed = not is_report(folder, OLD) and not is_report(folder, NEW)
        assert not mixed or unsettled(folder)
        midway += mixed
        said = settled(folder)
        assert not mixed or "An earlier run was cut off" in said[0]
        assert is_report(folder, OLD) or is_report(folder, NEW)
        nothing_piles_up(folder)
        publish(folder, NEXT, INPUTS, 0)
        assert is_report(folder, NEXT)
        nothing_piles_up(folder)
        shutil.rmtree(folder)
    assert (midway > 5) is (done != "half")


@quick_cases(1)
@pytest.mark.parametrize("then", [1, 10**9])
def test_a_disk_that_is_full_at_every_file_operation(tmp_path: Path, then: int) -> None:
    told: list[str] = []
    for at in range(operations(tmp_path)):
        folder = tmp_path / str(at)
        begin(folder)
        disk = full(at, then)
        try:
            publish(folder, as_files(folder, NEW), INPUTS, 0, disk)
        except PublishError as fault:
            told.append(str(fault))
            if then == 1:
                assert is_report(folder, OLD)
        else:
            assert is_report(folder, NEW)  # all that failed was tidying up
        wholly_old_or_new(folder)
        publish(folder, NEXT, INPUTS, 0)
        assert is_report(folder, NEXT)
        settled(folder)
        if disk.log[at][0] != "remove_folder":  # an empty folder may stay for good
            nothing_piles_up(folder)
        shutil.rmtree(folder)
    assert len(told) > 20
    assert all("No space left on device" in each for each in told)


@long
def test_killed_again_while_it_is_finished_or_taken_back(tmp_path: Path) -> None:
    """Two runs in a row go down, the second at every file operation of putting things right."""
    for first in range(operations(tmp_path)):
        for second in range(first % 9, 40, 9):
            folder = tmp_path / f"{first} {second}"
            begin(folder)
            with pytest.raises(KilledError):
                publish(folder, NEW, INPUTS, 0, killed(first, "after"))
            if not unsettled(folder):
                break
            disk = killed(second, "before")
            try:
                publish(folder, NEXT, INPUTS, 0, disk)
            except KilledError:
                now = standing(folder)
                for name, content in now.items():
                    every = (OLD, NEW, NEXT, OTHERS)
                    assert content in [report.get(name) for report in every], name
                settled(folder)
            assert any(is_report(folder, report) for report in (OLD, NEW, NEXT))
            nothing_piles_up(folder)
            shutil.rmtree(folder)


class Refusing(Disk):
    """A disk that doesn't replace a file, and whose process is killed so many operations later."""

    def __init__(self, name: str, after: int) -> None:
        self.name, self.left = name, after
        self.refused = False

    def replace(self, path: Path, target: Path) -> None:
        self._count()
        if target.name == self.name and not self.refused:
            self.refused = True
            raise PermissionError(errno.EACCES, "in use")
        super().replace(path, target)

    def remove(self, path: Path) -> None:
        self._count()
        super().remove(path)

    def sync(self, paths: Sequence[Path]) -> None:
        self._count()
        super().sync(paths)

    def _count(self) -> None:
        self.left -= self.refused
        if self.left < 0:
            raise KilledError


def test_killed_while_what_was_put_in_place_is_taken_back(tmp_path: Path) -> None:
    midway = 0
    for after in range(40):
        folder = tmp_path / str(after)
        begin(folder)
        try:
            publish(folder, NEW, INPUTS, 0, Refusing("C.xlsx", after))
        except PublishError:
            assert is_report(folder, OLD)
        except KilledError:
            midway += 1
            wholly_old_or_new(folder)
            settled(folder)
            # Before it is written down that the job is taken back, it can still be finished.
            assert is_report(folder, NEW if after == 0 else OLD)
            nothing_piles_up(folder)
    assert 4 < midway < 40


def test_killed_at_fifty_random_moments(tmp_path: Path) -> None:
    """Real processes and SIGKILL, at moments that no one chose."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.publish.killing", tmp_path, "50"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    killed_midway, _ = map(int, run.stdout.split())
    assert killed_midway == 50


# What is made sure of before the journal is written, so that a power cut loses nothing


def test_everything_outlives_a_power_cut_before_the_first_file_is_replaced(tmp_path: Path) -> None:
    begin(tmp_path)
    disk = Faulty(10**9, KilledError())
    publish(tmp_path, NEW, INPUTS, 0, disk)
    staging = tmp_path / ".savings-staging"
    did = [(what, path if isinstance(path, Path) else tuple(path)) for what, path in disk.log]
    journal = did.index(("replace", staging / "journal.json"))
    first = did.index(("replace", tmp_path / SUMMARY))
    last = did.index(("remove", staging / "journal.json"))

    def synced(start: int, end: int) -> set[Path]:
        return {path for what, paths in did[start:end] if what == "sync" for path in paths}

    new = {staging / "new" / name for name in (*NEW, ".manifest.json")}
    folders = {staging / "new" / "partners", staging / "old" / "partners", staging, tmp_path}
    assert {*new, *folders, staging / "journal.part"} <= synced(0, journal)
    assert staging in synced(journal, first)
    assert {tmp_path, tmp_path / "partners", tmp_path / "returns"} <= synced(first, last)


def test_files_and_folders_are_really_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    publish(tmp_path, NEW, INPUTS, 0)
    for name in (*NEW, ".manifest.json", "partners", "."):
        assert (tmp_path / name).stat().st_ino in synced


def test_a_share_that_can_t_sync_folders_is_no_fault_but_files_must_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(file: int, also_files: bool) -> None:
        if also_files or stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", lambda file: fsync(file, also_files=False))
    begin(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda file: fsync(file, also_files=True))
    with pytest.raises(PublishError, match=r"can't be written to \(Invalid argument\)"):
        publish(tmp_path, NEW, INPUTS, 0)
    assert is_report(tmp_path, OLD)


def test_staged_files_that_were_lost_after_all_are_not_put_in_place(tmp_path: Path) -> None:
    begin(tmp_path)
    cut_off(tmp_path, placed=0)
    (tmp_path / ".savings-staging" / "new" / "partners" / "A.xlsx").write_bytes(b"")
    (said,) = settled(tmp_path)
    assert "They were taken back" in said
    assert is_report(tmp_path, OLD)


def test_a_journal_that_can_t_be_read_is_told(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / ".savings-staging").mkdir()
    (tmp_path / ".savings-staging" / "journal.json").write_text("{")
    with pytest.raises(
        PublishError, match=r"journal\.json can't be read\. Delete .*\.savings-staging and"
    ):
        settled(tmp_path)


# A workbook that is open in Excel, or kept online


IN_USE = PermissionError(errno.EACCES, "The process cannot access the file")


@pytest.mark.parametrize(
    ("noticed", "name"),
    [
        *(("try_out", name) for name in OLD),
        *(("replace", name) for name in NEW),
        *(("remove", name) for name in OLD if name not in NEW),
    ],
)
def test_a_workbook_that_is_open_in_excel_leaves_everything_in_place(
    tmp_path: Path, noticed: str, name: str
) -> None:
    begin(tmp_path)
    held = tmp_path / name
    disk = Faulty(0, IN_USE, then=10**9, only=lambda what, path: (what, path) == (noticed, held))
    with pytest.raises(PublishError) as told:
        publish(tmp_path, NEW, INPUTS, 0, disk)
    done = "removed, as the report no longer makes it" if noticed == "remove" else "replaced"
    assert str(told.value) == (
        f"{held} can't be {done}: it is probably open in Excel. Close it and run the command again."
    )
    assert is_report(tmp_path, OLD)
    nothing_piles_up(tmp_path)


def test_a_workbook_opened_just_as_it_is_replaced_is_told_and_all_is_taken_back(
    tmp_path: Path,
) -> None:
    begin(tmp_path)
    with pytest.raises(PublishError, match=r"partners.C\.xlsx can't be replaced"):
        # The third of the files: two are in place by then.
        publish(tmp_path, NEW, INPUTS, 0, Faulty(2, IN_USE, only=putting))
    assert is_report(tmp_path, OLD)
    nothing_piles_up(tmp_path)


def test_what_can_t_be_taken_back_either_is_told_and_put_right_later(tmp_path: Path) -> None:
    begin(tmp_path)
    with pytest.raises(PublishError) as told:
        publish(tmp_path, NEW, INPUTS, 0, Faulty(2, IN_USE, then=10**9, only=putting))
    assert "partly new and partly old" in str(told.value)
    assert unsettled(tmp_path)
    wholly_old_or_new(tmp_path)
    assert "taken back" in settled(tmp_path)[0]
    assert unsettled(tmp_path) == ""
    assert is_report(tmp_path, OLD)


def test_a_workbook_that_is_kept_online_only_is_told(tmp_path: Path) -> None:
    begin(tmp_path)
    held = tmp_path / SUMMARY
    with pytest.raises(PublishError) as told:
        publish(
            tmp_path,
            NEW,
            INPUTS,
            0,
            Faulty(0, OnlineOnlyError(), only=lambda what, path: (what, path) == ("try_out", held)),
        )
    assert f"{held} can't be replaced: it is kept online only." in str(told.value)
    assert "Choose “Always keep on this device”" in str(told.value)
    assert is_report(tmp_path, OLD)


def test_placeholders_are_known_by_their_attributes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.xlsx").touch()
    Disk().try_out(tmp_path / "here.xlsx")

    class Status:
        st_file_attributes = stat.FILE_ATTRIBUTE_ARCHIVE | 0x400000

    monkeypatch.setattr(Path, "lstat", lambda _: Status())
    with pytest.raises(OnlineOnlyError):
        Disk().try_out(tmp_path / "here.xlsx")


def test_a_file_system_without_second_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    begin(tmp_path)
    cut_off(tmp_path, placed=2)
    (tmp_path / ".savings-staging" / "new" / "partners" / "C.xlsx").unlink()
    settled(tmp_path)
    assert is_report(tmp_path, OLD)
    publish(tmp_path, NEW, INPUTS, 0)
    assert is_report(tmp_path, NEW)


# Where files go


def test_one_file_in_anybody_s_folder(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_bytes(b"old")
    for done in ("before", "half", "after"):
        disk = Faulty(1, OSError(errno.ENOSPC, "No space left on device"), done)
        with pytest.raises(PublishError, match=r"lines\.csv can't be written \(No space left"):
            put_file(tmp_path / "lines.csv", b"new lines", disk)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
            "lines.csv": b"old"
        }
    put_file(tmp_path / "lines.csv", b"new lines")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "lines.csv": b"new lines"
    }


def test_files_of_the_run_s_own_are_moved_and_not_written_twice(tmp_path: Path) -> None:
    rows = b"rows" * 1_000_000
    with outputs_lock(tmp_path, print), scratch(tmp_path) as own:
        (own / "0").write_bytes(rows)
        file = (own / "0").stat().st_ino
        publish(
            tmp_path,
            {SUMMARY: b"figures", "data/apportioned.csv": FinishedFile.at(own / "0")},
            {},
            0,
        )
    at = tmp_path / "data" / "apportioned.csv"
    assert (at.read_bytes(), at.stat().st_ino) == (rows, file)
    now = manifest(tmp_path)
    assert now is not None
    assert now.files[f"data/{at.name}"] == hashlib.sha256(rows).hexdigest()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../out of it.xlsx", "it is outside"),
        ("/etc/passwd", "it is outside"),
        ("C:/x.xlsx", "it is outside"),
        ("elsewhere/x.xlsx", "it is outside"),
        ("issued/1 July/programme-summary.xlsx", "it is no file of a report's"),
        ("Issued/x.xlsx", "it is no file of a report's"),
        ("history.sqlite-wal", "it is no file of a report's"),
        (".manifest.json", "it is no file of a report's"),
    ],
)
def test_no_file_goes_where_a_report_has_no_business(tmp_path: Path, name: str, why: str) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    begin(folder)
    elsewhere.mkdir()
    (folder / "elsewhere").symlink_to(elsewhere)
    with pytest.raises(PublishError, match=why):
        publish(folder, {**NEW, name: b"mischief"}, INPUTS, 0)
    (folder / "elsewhere").unlink()
    assert is_report(folder, OLD)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("one", "other"), [("returns/Fire.xlsx", "returns/fire.XLSX"), ("r/é.xlsx", "r/e\u0301.xlsx")]
)
def test_two_files_that_windows_or_macos_take_for_one_are_refused(
    tmp_path: Path, one: str, other: str
) -> None:
    with pytest.raises(PublishError, match="it would replace"):
        put(tmp_path, {one: b"1", other: b"2"})
    assert standing(tmp_path) == {}


def test_a_folder_in_a_file_s_place_and_a_file_in_a_folder_s(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / "partners" / "C.xlsx").mkdir()
    with pytest.raises(PublishError, match="there is a folder of that name"):
        publish(tmp_path, NEW, INPUTS, 0)
    (tmp_path / "partners" / "C.xlsx").rmdir()
    with pytest.raises(PublishError, match=r"partners.A\.xlsx is not a folder"):
        publish(tmp_path, {"partners/A.xlsx/deeper.xlsx": b""}, INPUTS, 0)
    assert is_report(tmp_path, OLD)
    nothing_piles_up(tmp_path)


def test_a_link_in_a_file_s_place_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    begin(tmp_path / "out")
    mine = tmp_path / "mine.xlsx"
    mine.write_bytes(b"mine")
    (tmp_path / "out" / SUMMARY).unlink()
    (tmp_path / "out" / SUMMARY).symlink_to(mine)
    publish(tmp_path / "out", NEW, INPUTS, 0)
    assert is_report(tmp_path / "out", NEW)
    assert mine.read_bytes() == b"mine"


def test_a_damaged_manifest_stops_before_anything_is_written(tmp_path: Path) -> None:
    begin(tmp_path)
    (tmp_path / ".manifest.json").write_text("{}")
    with pytest.raises(PublishError, match="Delete it"):
        publish(tmp_path, NEW, INPUTS, 0)
    with pytest.raises(PublishError):
        manifest(tmp_path)
    assert standing(tmp_path) == {**OLD, **OTHERS}


# What the system says


class WinError(OSError):
    """As Windows raises it: with a number of its own."""

    winerror = 3


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("C:\\" + "n" * 300, "the path has more than the 259 characters that Windows takes"),
        ("C:\\gone\\summary.xlsx", "No such file or directory"),
    ],
)
def test_a_path_too_long_for_windows_is_said_to_be_that(path: str, words: str) -> None:
    fault = WinError(errno.ENOENT, "No such file or directory", path)
    assert why(fault) == words
    # Elsewhere it is what the system says it is.
    assert why(OSError(errno.ENOENT, "No such file", path)) == "No such file"
