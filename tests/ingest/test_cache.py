"""Returns that were read before: whatever happens to workbooks and to the cache, what it gives is
what reading the workbooks gives."""

import os
import random
import shutil
import stat
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from pipeline.core.returns import Return as Found
from pipeline.execute.local import LocalExecutor
from pipeline.ingest import cache as cache_module
from pipeline.ingest.cache import Cache, user_cache
from pipeline.ingest.discover import discover
from pipeline.reading import read
from tests.builders import Programme, Return


def written(folder: Path, name: str, amount: float) -> Path:
    """A return of two lines, the second one's amount not a number."""
    one = Return()
    one.line([amount, 5.126], category="One-off cost")
    one.line(["TBC"], category="Recurring cost")
    one.write(folder, name)
    return folder / name


def plain(returns: list[Found]) -> bytes:
    """All that returns say, to be compared."""
    return msgspec.msgpack.encode(returns, enc_hook=lambda array: array.tolist())


def returns_in(folder: Path) -> bytes:
    return plain(read(discover(folder).programmes[0]).returns)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    Programme().write(folder)
    for number in range(4):
        written(folder, f"return {number}.xlsx", 100 + number)
    return folder


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of entries of a cache that is switched on."""
    monkeypatch.setenv("SAVINGS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "returns"


def without_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patched:
        patched.setenv("SAVINGS_CACHE", "off")
        return returns_in(folder)


def change(folder: Path, entries: Path, chance: random.Random) -> None:
    """Something that happens to workbooks, to the programme or to the cache."""
    books = sorted(path for path in folder.rglob("*.xlsx") if path.name != "programme.xlsx")
    one, other = chance.sample(books, 2)
    match chance.choice(("change", "rename", "touch", "swap", "copy", "restore", "units", "entry")):
        case "change":
            before = one.stat()
            written(folder, one.name, chance.randint(1, 10**6))
            # Who goes by a file's time would take it for the old one.
            os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))
        case "rename":
            one.rename(folder / f"renamed {chance.randint(1, 10**6)}.xlsx")
        case "touch":
            one.touch()
        case "swap":
            one.rename(folder / "aside")
            other.rename(one)
            (folder / "aside").rename(other)
        case "copy":
            shutil.copy(one, other)
        case "restore":
            written(folder, one.name, 100)
        case "units":
            Programme(units=chance.choice(("£", "£000"))).write(folder)
        case "entry":
            entry = chance.choice(sorted(entries.iterdir()))
            content = entry.read_bytes()
            cut = chance.randrange(len(content))
            flipped = content[:cut] + bytes([content[cut] ^ 1]) + content[cut + 1 :]
            entry.write_bytes(chance.choice((flipped, content[:cut])))


@pytest.mark.parametrize("seed", range(3))
def test_it_gives_what_reading_gives_whatever_happens(
    seed: int, inputs: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    assert returns_in(inputs) == without_cache(inputs, monkeypatch)
    for _ in range(12):
        change(inputs, cached, chance)
        assert returns_in(inputs) == without_cache(inputs, monkeypatch)


def test_only_what_changed_is_read_again(
    inputs: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    returns_in(inputs)
    written(inputs, "return 2.xlsx", 7)
    opened = []
    whole = cache_module.Cache.put
    monkeypatch.setattr(
        cache_module.Cache,
        "put",
        lambda self, key, made: opened.append(made.workbook) or whole(self, key, made),
    )
    returns_in(inputs)
    assert opened == ["return 2.xlsx"]


def test_an_entry_that_is_damaged_is_written_anew(inputs: Path, cached: Path) -> None:
    expected = returns_in(inputs)
    entries = {path: path.read_bytes() for path in cached.iterdir()}
    for path, content in entries.items():
        path.write_bytes(content[:-1])
    assert returns_in(inputs) == expected
    assert {path: path.read_bytes() for path in cached.iterdir()} == entries


def test_an_entry_whose_places_lead_nowhere_is_written_anew(
    inputs: Path, cached: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = returns_in(inputs)
    shutil.rmtree(cached)
    with monkeypatch.context() as patched:
        patched.setattr(cache_module, "_column", without_words)
        returns_in(inputs)
    damaged = {entry.name: entry.read_bytes() for entry in cached.iterdir()}
    assert returns_in(inputs) == before
    assert all((cached / name).read_bytes() != content for name, content in damaged.items())


def without_words(values: list[str | None]) -> Any:
    return cache_module._PackedTexts([], np.zeros(len(values), dtype=np.uint8))


def test_an_entry_under_another_ones_name_is_not_taken(inputs: Path, cached: Path) -> None:
    expected = returns_in(inputs)
    one, other, *_ = sorted(cached.iterdir())
    shutil.copy(one, other)
    assert returns_in(inputs) == expected


def test_other_code_reads_anew(inputs: Path, cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    returns_in(inputs)
    monkeypatch.setattr(cache_module, "software", lambda: ("another",))
    returns_in(inputs)
    assert len(list(cached.iterdir())) == 8


def test_what_cannot_be_read_is_tried_anew_each_time(inputs: Path, cached: Path) -> None:
    (inputs / "return 0.xlsx").write_bytes(b"PK no workbook")
    assert returns_in(inputs) == returns_in(inputs)
    assert len(list(cached.iterdir())) == 3


def test_beyond_its_size_what_was_not_asked_for_the_longest_goes(
    inputs: Path, cached: Path
) -> None:
    returns_in(inputs)
    entries = sorted(cached.iterdir())
    for age, path in enumerate(entries):
        os.utime(path, (10**9 - age, 10**9 - age))
    sizes = [path.stat().st_size for path in entries]
    Cache(cached, most=sum(sizes) - 1, left=sum(sizes[:2])).trim()
    assert sorted(cached.iterdir()) == entries[:2]
    Cache(cached, most=sum(sizes[:2])).trim()
    assert sorted(cached.iterdir()) == entries[:2]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the user's folders private by itself")
def test_nobody_else_can_look_into_it(inputs: Path, cached: Path) -> None:
    cached.mkdir(parents=True)
    cached.chmod(0o755)
    returns_in(inputs)
    assert stat.S_IMODE(cached.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in cached.iterdir()} == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_another_folder_is_no_cache(inputs: Path, cached: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cached.parent.mkdir()
    cached.symlink_to(tmp_path / "elsewhere")
    assert user_cache() is None
    returns_in(inputs)
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("said", ["off", "No", "0"])
def test_it_can_be_switched_off(said: str) -> None:
    assert user_cache({"SAVINGS_CACHE": said}) is None


def test_by_itself_it_is_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        cache_module.platformdirs, "user_cache_path", lambda name, _: tmp_path / name
    )
    found = user_cache({})
    assert found is not None
    assert found.folder == tmp_path / "savings-pipeline" / "returns"


def test_a_folder_that_cannot_be_written_costs_time_only(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = returns_in(inputs)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAVINGS_CACHE", str(tmp_path / "file"))
    assert returns_in(inputs) == expected


def test_two_runs_share_it(inputs: Path, cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = without_cache(inputs, monkeypatch)
    folder = discover(inputs).programmes[0]
    with LocalExecutor() as one, LocalExecutor() as other:
        first = iter(read(folder, executor=one).returns)
        second = iter(read(folder, executor=other).returns)
        both = [(next(first), next(second)) for _ in range(4)]
    assert plain([one for one, _ in both]) == plain([other for _, other in both]) == expected
