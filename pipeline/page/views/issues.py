"""The issues of a programme, workbook by workbook and cell by cell, and the marked copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.core.issue import Issue
from pipeline.ingest.discover import CONTROL
from pipeline.page import works
from pipeline.page.desk import Desk, address_of
from pipeline.page.snapshots import Snapshot
from pipeline.page.views import layouts
from pipeline.page.views.progress import unless_done
from pipeline.report.resubmitted import Resubmission

# On one page.
MOST = 100
# A download has no page on which to wait.
_PATIENCE = 120.0
KINDS = {"error": "Errors", "open": "Warnings", "answered": "Answered warnings"}


def id_of(issue: Issue) -> str:
    """Tells an issue from the others."""
    parts = (issue.rule, str(issue.at), issue.heading, issue.stated, issue.line_ref, issue.scenario)
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def kind_of(issue: Issue) -> str:
    """Which of KINDS it is."""
    return "error" if issue.is_error else "open" if issue.is_open else "answered"


@dataclass(frozen=True)
class Filter:
    """Which issues are looked at; empty: all of them."""

    workbook: str = ""
    kind: str = ""
    rule: str = ""
    text: str = ""

    @classmethod
    def of(cls, query: QueryParams) -> "Filter":
        """As the address says."""
        return cls(*(query.get(name, "").strip() for name in ("workbook", "kind", "rule", "text")))

    def takes(self, issue: Issue) -> bool:
        """Whether an issue is among them."""
        return (
            self.workbook in ("", issue.at.workbook)
            and self.kind in ("", kind_of(issue))
            and self.rule in ("", issue.rule)
            and self._says(issue)
        )

    def _says(self, issue: Issue) -> bool:
        if not self.text:
            return True
        words = (str(issue.at), issue.problem, issue.remedy, issue.heading, issue.value)
        text = self.text.casefold()
        return any(text in each.casefold() for each in (*words, issue.line_ref, issue.department))

    def query(self, page: int = 1) -> str:
        """As an address says it."""
        pairs = {name: value for name, value in vars(self).items() if value}
        return urlencode(pairs | ({"page": page} if page > 1 else {}))


@dataclass(frozen=True)
class Listed:
    """An issue with what tells it from the others."""

    id: str
    kind: str
    issue: Issue


@dataclass(frozen=True)
class OfWorkbook:
    """The issues of a workbook that are shown, whether there is a marked copy of it, and what it
    changes against the last report."""

    workbook: str
    issues: tuple[Listed, ...]
    has_copy: bool
    change: Resubmission | None

    @property
    def is_control(self) -> bool:
        """Whether it is the control workbook."""
        return self.workbook.casefold() == CONTROL

    @property
    def part(self) -> str:
        """Its name as part of an address."""
        return quote(self.workbook, safe="")


def show(desk: Desk, request: Request) -> Response:
    """The list of issues, errors first within each workbook."""
    folder = desk.folder(request.path_params["key"])
    snapshot = desk.snapshot(folder)
    filters = Filter.of(request.query_params)
    every = snapshot.by_workbook if snapshot else ()
    issues = [each for each in every if filters.takes(each)] if filters.query() else every
    last_page = max(1, -(-len(issues) // MOST))
    page = min(max(1, _number(request.query_params.get("page"))), last_page)
    on_page = issues[(page - 1) * MOST : page * MOST]
    return desk.pages.render(
        "issues.html",
        name=folder.name,
        address=address_of(folder.name),
        snapshot=snapshot,
        jobs=desk.jobs.of(folder.name),
        chosen=filters,
        is_file=filters.workbook in {file.name for file in folder.files},
        unread=set(layouts.unread(snapshot)) if snapshot else set(),
        kinds=KINDS,
        parts_shown=list(_parts(snapshot, on_page, filters)) if snapshot else [],
        count=len(issues),
        several=_several(on_page),
        page=page,
        last_page=last_page,
        notice=request.query_params.get("notice"),
    )


def _several(issues: Sequence[Issue]) -> int:
    """How many warnings may be answered at once; nil where there is only one."""
    many = sum(each.is_open for each in issues)
    return many if many > 1 else 0


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def _parts(snapshot: Snapshot, issues: Sequence[Issue], filters: Filter) -> Iterator[OfWorkbook]:
    changes = {each.workbook: each for each in snapshot.changes}
    readable = {file.workbook for file in snapshot.files if file.read and file.department}
    workbooks = []
    for workbook, group in groupby(issues, key=lambda each: each.at.workbook):
        listed = tuple(Listed(id_of(each), kind_of(each), each) for each in group)
        workbooks.append(workbook)
        yield OfWorkbook(workbook, listed, workbook in readable, changes.get(workbook))
    if filters.workbook and filters.workbook not in workbooks and filters.workbook in changes:
        yield OfWorkbook(filters.workbook, (), False, changes[filters.workbook])


def marked_copy(desk: Desk, request: Request) -> Response:
    """The marked copy of a return, to be sent back to its department."""
    folder = desk.folder(request.path_params["key"])
    workbook = request.query_params.get("workbook", "")
    if workbook not in {file.name for file in folder.files if not file.unread}:
        raise HTTPException(404)
    here = f"{request.url.path}?{request.url.query}"
    job = desk.look(works.marked_copy, folder.name, f"Marking {workbook}", here, workbook)
    if (waiting := unless_done(desk, job, _PATIENCE)) is not None:
        return waiting
    name, content = job.result
    return download(name, content)


def download(name: str, content: bytes) -> Response:
    """A file for the browser to keep."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition}
    return Response(content, headers=headers, media_type="application/octet-stream")
