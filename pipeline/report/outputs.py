"""The outputs: workbooks, declared in ``sheets`` and ``books`` and written by ``excel``; documents,
declared in ``documents`` and written by ``word``; data."""

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pipeline.core import outputs
from pipeline.core.finished_file import Chunk, FinishedFile
from pipeline.core.issue import Issue
from pipeline.core.programme import Programme
from pipeline.core.results import Results, issue_rows
from pipeline.core.versions import Moved
from pipeline.processes import Helpers, Make
from pipeline.report.books import (
    case_book,
    comparison,
    pack_path,
    partner_pack,
    programme_summary,
    suggested_layouts,
    validation_report,
)
from pipeline.report.casebooks import Casebooks, casebooks
from pipeline.report.data_csv import WriteData, data_files
from pipeline.report.documents.business_cases import case_document
from pipeline.report.documents.committee_paper import committee_paper
from pipeline.report.documents.document import Document
from pipeline.report.excel.render import render, write
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.sheets.case_table import Casebook
from pipeline.report.spec import Book
from pipeline.report.theme import HOUSE, Theme

# Among the outputs in the making what of the results changes when they are compared, for other
# processes, which hold the rest already.
_COMPARED = "compared"
# So many files are on their way to the disk at once, beside those that are made.
_AT_ONCE = 2
# Fewer rows are written before another process has started.
_ROWS_FOR_OTHERS = 20_000
# Every process needs all rows; so many, in all copies together, take about 2 GB.
_ROWS_HELD = 6_000_000


@dataclass(frozen=True)
class Made:
    """An output that is made. For the next report: ``key``, of what it was made of, empty where
    there is none; ``chunks``: what of it stands by itself, by key."""

    file: FinishedFile
    key: str = ""
    chunks: Mapping[str, Chunk] = field(default_factory=dict)


# Makes an output as a file, at a path.
MakeFile = Callable[[Path], Made]


@dataclass(frozen=True)
class Outputs:
    """By path within the programme's outputs folder: where each output is, and what of it the next
    report may take over: the key of what it was made of, and its chunks."""

    files: dict[str, FinishedFile]
    made_of: dict[str, str]
    chunks: dict[str, Mapping[str, Chunk]]


@contextmanager
def writing(
    folder: Path,
    results: Results,
    theme: Theme = HOUSE,
    returns_at: str = "",
    helpers: Helpers | None = None,
    last: LastOutputs | None = None,
) -> Iterator["Writing"]:
    """Every output of a programme, into a folder, flat; what helpers need for it is there from now
    on. Raises RenderError and OSError.

    ``returns_at``: the folder of its inputs by an address relative to that of its outputs, with
    ``/`` behind it and percent-encoded; empty: no workbook links to the returns.
    ``helpers``: who else writes where it is worth it. ``last``: what is taken over where it is of
    the same workbook.
    """
    plain, last = _marked(results, theme), last or LastOutputs()
    data = _data_makers(plain, last)
    there = partial(_maker, folder, plain, theme, returns_at, last)
    rows = len(results.register) + 2 * len(results.apportioned)
    # The system begins with a file's way to the disk, which publishing waits for, while others are
    # made.
    with (
        ThreadPoolExecutor(_AT_ONCE) as disk,
        (helpers or Helpers(0)).sharing(len(data), there, _others(rows), begins=False) as work,
    ):
        syncs: list[Future[None]] = []

        def begin_sync(output: Made) -> None:
            # What is taken over stays untouched.
            if output.file.path.parent == folder:
                syncs.append(disk.submit(_sync, output.file.path))

        work.listener = begin_sync

        def finished(compared: Results) -> Outputs:
            changes = _changes(results, compared)
            (folder / _COMPARED).write_bytes(pickle.dumps(changes, pickle.HIGHEST_PROTOCOL))
            others = _other_makers(replace(plain, **changes), theme, returns_at, last)
            work.add(len(others))
            makers = data | others
            every = work.finished(partial(_make, folder, tuple(makers.values())))
            last.let_go()
            for sync in syncs:
                sync.result()
            by_path = dict(zip(makers, every, strict=True))
            return Outputs(
                {path: each.file for path, each in by_path.items()},
                {path: each.key for path, each in by_path.items() if each.key},
                {path: each.chunks for path, each in by_path.items() if each.chunks},
            )

        yield Writing(work.begin, finished)


class Writing(NamedTuple):
    """Outputs in the making. ``begin``: has helpers begin with the data, which need nothing of what
    the results are compared with; ``finished`` takes the results once they are compared, makes
    with helpers what is left, and gives all."""

    begin: Callable[[], None]
    finished: Callable[[Results], Outputs]


def _sync(path: Path) -> None:
    """Let a file outlive a power cut. Raises OSError."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _changes(before: Results, now: Results) -> dict[str, Any]:
    """What of the results is no longer what it was, by name."""
    names = [each.name for each in fields(Results)]
    return {
        name: getattr(now, name)
        for name in names
        if getattr(now, name) is not getattr(before, name)
    }


def _others(rows: int) -> int:
    """By how many further processes so many rows are written."""
    return max(0, _ROWS_HELD // rows - 1) if rows >= _ROWS_FOR_OTHERS else 0


def _books(
    results: Results, cases: Casebooks, returns_at: str = ""
) -> dict[str, Callable[[], Book | Casebook]]:
    """What the workbooks are made of by path, put together when it is called for; the largest first
    (see Helpers.sharing)."""
    programme = results.programme
    packs: dict[str, Callable[[], Book]] = {
        pack_path(each, programme.partners): partial(partner_pack, results, each)
        for each in programme.partners
    }
    return {
        outputs.SUMMARY: partial(programme_summary, results, returns_at),
        **cases,
        **packs,
        outputs.VALIDATION: partial(validation_report, programme, results.issues, results.sources),
    }


def _documents(results: Results, cases: Casebooks) -> dict[str, Callable[[], Document | Casebook]]:
    """What the documents are made of by path, put together when it is called for."""
    return {**cases, outputs.PAPER: partial(committee_paper, results)}


def _book(source: Book | Casebook) -> Book:
    return case_book(source) if isinstance(source, Casebook) else source


def _document(source: Document | Casebook) -> Document:
    return case_document(source) if isinstance(source, Casebook) else source


def _data_makers(results: Results, last: LastOutputs) -> dict[str, MakeFile]:
    """By path what makes each file under data/."""
    return {
        path: partial(_make_data, path, write_data, last)
        for path, write_data in data_files(results).items()
    }


def _other_makers(
    results: Results, theme: Theme, returns_at: str, last: LastOutputs
) -> dict[str, MakeFile]:
    """By path what makes each workbook and document."""
    of_workbooks, of_documents = casebooks(results)
    books = _books(results, of_workbooks, returns_at)
    documents = _documents(results, of_documents)
    workbook_makers: dict[str, MakeFile] = {
        path: partial(_make_workbook, path, source, theme, last) for path, source in books.items()
    }
    document_makers: dict[str, MakeFile] = {
        path: partial(_make_document, path, source, theme, last)
        for path, source in documents.items()
    }
    makers = workbook_makers | document_makers
    if not last.made_of:
        return makers
    # Most are taken over, and whoever has seen to that of a workbook has what its document is made
    # of.
    pairs = [(path, outputs.document_of(path)) for path in workbook_makers]
    paths = [*chain.from_iterable(pairs), *makers]
    return {path: makers[path] for path in paths if path in makers}


def _make_workbook(
    path: str, of_book: Callable[[], Book | Casebook], theme: Theme, last: LastOutputs, target: Path
) -> Made:
    source = of_book()
    # The summary tells the SHA-256 of each return, so that it is another whenever anything is.
    made_of = last.key_once(source) if isinstance(source, Casebook) else source
    key = last.key(path, made_of, theme) if path != outputs.SUMMARY else ""
    if there := _standing(path, key, last):
        return there
    with target.open("wb") as stream, last.chunks_of(path) as chunks:
        write(_book(source), stream, theme, chunks)
    return Made(FinishedFile.at(target), key, chunks.by_key)


def _make_document(
    path: str,
    of_document: Callable[[], Document | Casebook],
    theme: Theme,
    last: LastOutputs,
    target: Path,
) -> Made:
    source = of_document()
    # To see that the committee paper is the last report's would take as long as to write it.
    key = last.key(path, last.key_once(source), theme) if isinstance(source, Casebook) else ""
    if there := _standing(path, key, last):
        return there
    target.write_bytes(_rendered(_document(source), theme))
    return Made(FinishedFile.at(target), key)


def _standing(path: str, key: str, last: LastOutputs) -> Made | None:
    """The last report's output, if it was made of the same and stands as it was left."""
    if key and last.made_of.get(path) == key and (file := last.standing(path)):
        return Made(file, key, last.chunks.get(path, {}))
    return None


def _rendered(document: Document, theme: Theme) -> bytes:
    # A list of issues, which this module writes too, need not wait for python-docx.
    from pipeline.report.word.render import render as render_document  # noqa: PLC0415

    return render_document(document, theme)


def _make_data(path: str, write_data: WriteData, last: LastOutputs, target: Path) -> Made:
    with target.open("wb") as stream, last.chunks_of(path) as chunks:
        write_data(stream, chunks)
    return Made(FinishedFile.at(target), chunks=chunks.by_key)


def _maker(
    folder: Path, results: Results, theme: Theme, returns_at: str, last: LastOutputs
) -> Make[Made]:
    """Makes an output by its place, in another process: the data, then what needs the results as
    they are once they are compared."""
    data = tuple(_data_makers(results, last).values())

    @cache
    def every() -> tuple[MakeFile, ...]:
        changes = pickle.loads((folder / _COMPARED).read_bytes())
        others = _other_makers(replace(results, **changes), theme, returns_at, last)
        return (*data, *others.values())

    return lambda place: _make(folder, data if place < len(data) else every(), place)


def _make(folder: Path, makers: Sequence[MakeFile], place: int) -> Made:
    """An output by its place."""
    return makers[place](folder / str(place))


def build_validation(
    programme: Programme | None,
    issues: Sequence[Issue],
    sources: pd.DataFrame,
    title: str,
    resubmitted: pd.DataFrame | None = None,
) -> bytes:
    """validation-report.xlsx alone. Of a whole ``programme`` it is the report's own, to the byte,
    where nothing has changed since (``resubmitted``: what has); without one ``title`` says what
    was checked."""
    rows = issue_rows(issues)
    return render(validation_report(programme, rows, sources, title, resubmitted))


def build_suggested_layouts(rows: Sequence[tuple[str, ...]], title: str) -> bytes:
    """layouts-suggested.xlsx: rows for the sheet Layouts."""
    return render(suggested_layouts(rows, title))


def _marked(results: Results, theme: Theme) -> Results:
    """The results with the theme's marking where the programme has none."""
    programme = results.programme
    return replace(
        results, programme=replace(programme, marking=programme.marking or theme.marking)
    )


def build_issued(results: Results, theme: Theme = HOUSE) -> dict[str, bytes]:
    """The workbooks and documents of a version, which say on each page which it is and link to no
    return."""
    results = _marked(results, theme)
    version = results.versions.version
    words = version.line if version else ""
    of_workbooks, of_documents = casebooks(results)
    books = {
        path: render(replace(_book(source()), issued=words), theme)
        for path, source in _books(results, of_workbooks).items()
    }
    documents = {
        path: _rendered(_document(source()), theme)
        for path, source in _documents(results, of_documents).items()
    }
    return books | documents


def build_comparison(moved: Moved, theme: Theme = HOUSE) -> bytes:
    """A workbook of what moved between two issued versions."""
    return render(comparison(moved), theme)
