"""Answering a warning in place: a row of the programme's Answers."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipeline.core.issue import issue_cells
from pipeline.core.phrases import counted
from pipeline.page import works
from pipeline.page.desk import Desk, address_of
from pipeline.page.views.issues import id_of
from pipeline.page.views.progress import follow
from schemas.programme import ANSWERS

_MOST_LETTERS = 2_000


def write(desk: Desk, request: Request, form: FormData) -> Response:
    """Write the answer to one warning, or the same one to several."""
    folder = desk.folder(request.path_params["key"])
    address = address_of(folder.name)
    back = f"{address}/issues?{_text(form, 'back')}".rstrip("?")
    words, by = _text(form, "answer"), _text(form, "answered_by")
    if not words:
        return desk.pages.go(back, "Nothing was written: the answer was empty.")
    ids = {str(each) for each in form.getlist("issue")}
    if not ids:
        return desk.pages.go(back, "Nothing was written: no warning was ticked.")
    snapshot = desk.snapshots.get(folder.name)
    issues = [
        each
        for each in (snapshot.issues if snapshot else ())
        if each.is_open and id_of(each) in ids
    ]
    if not issues:
        return desk.pages.go(back, "Nothing was written: none of them is an open warning any more.")
    answered = {"answer": words, "answered_by": by}
    rows = [issue_cells(each) | answered for each in issues]
    then = desk.pages.noted(
        back, f"{counted(len(rows), 'warning')} answered. The older programme.xlsx is kept."
    )
    title = "Writing the answer"
    job = desk.ask(works.answer, folder.name, title, then, rows, by_hand=_to_paste(rows))
    return follow(desk, job)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip()[:_MOST_LETTERS] if isinstance(value, str) else ""


def _to_paste(rows: list[dict[str, str]]) -> str:
    """The rows as a spreadsheet takes them, below their headings."""
    fields = ANSWERS.fields
    lines = [[field.heading for field in fields]]
    lines += [[" ".join(row.get(field.name, "").split()) for field in fields] for row in rows]
    return "\n".join("\t".join(line) for line in lines)
