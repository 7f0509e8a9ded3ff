"""Outputs of equal results are written once by the tests of a process that are about something
else: what a command says, what it leaves alone, how it ends. Most of them report the same few
programmes, and it is writing that takes most of a report of so little.

Where a report stands before, and where a test puts something in the place of ours
(``monkeypatch``), all is written as ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import versions
from pipeline.core.finished_file import FinishedFile
from pipeline.core.results import Results
from pipeline.report import outputs
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.outputs import Outputs, Writing
from pipeline.report.theme import HOUSE, Theme

_writing = outputs.writing
_build_issued = outputs.build_issued
# By the key of what they are made of: the contents by path, and what the next report may take over.
_written: dict[str, tuple[dict[str, bytes], Outputs]] = {}
_issued: dict[str, dict[str, bytes]] = {}


@contextmanager
def _once(
    folder: Path,
    results: Results,
    theme: Theme = HOUSE,
    returns_at: str = "",
    helpers: Any = None,
    last: LastOutputs | None = None,
) -> Iterator[Writing]:
    if last is not None and last.files:
        with _writing(folder, results, theme, returns_at, helpers, last) as written:
            yield written
        return

    def finished(compared: Results) -> Outputs:
        key = (last or LastOutputs()).key(compared, theme, returns_at)
        if key not in _written:
            with _writing(folder, compared, theme, returns_at, helpers, last) as written:
                made = written.finished(compared)
            contents = {name: file.path.read_bytes() for name, file in made.files.items()}
            _written[key] = contents, made
            return made
        contents, made = _written[key]
        files = {}
        for place, (name, content) in enumerate(contents.items()):
            path = folder / str(place)
            path.write_bytes(content)
            files[name] = FinishedFile.at(path)
        return replace(made, files=files)

    yield Writing(lambda: None, finished)


def _issued_once(results: Results, theme: Theme = HOUSE) -> dict[str, bytes]:
    key = LastOutputs().key(results, theme)
    if key not in _issued:
        _issued[key] = _build_issued(results, theme)
    return dict(_issued[key])


@pytest.fixture
def written_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have outputs of results that other tests have had taken from them."""
    if "monkeypatch" in request.fixturenames:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "writing", _once)
        patch.setattr(versions, "build_issued", _issued_once)
        yield
