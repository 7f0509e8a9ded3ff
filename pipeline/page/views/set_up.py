"""A new programme by form: the settings and tables of programme.xlsx, each with what it means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from pipeline.core.issue import Issue
from pipeline.page import set_up
from pipeline.page.desk import Desk, address_of
from pipeline.page.set_up import Draft, NotSetUpError, Typed
from pipeline.publish import PublishError
from schemas.fields import Field, Setting, Table
from schemas.programme import PARTNERS, PROGRAMME, SERVICES

_LEAST_ROWS = {PARTNERS.name: 3, SERVICES.name: 4}
_FEW_ROWS, _MORE_ROWS = 2, 2
_NARROW, _WIDEST = 6, 32


@dataclass(frozen=True)
class Entry:
    """A field of the form. ``words``: those that it may hold, all of them where it is ``strict``.
    ``issues``: what is wrong with what stands there."""

    id: str
    name: str
    label: str
    hint: str
    value: str
    words: tuple[str, ...]
    is_strict: bool
    is_required: bool
    blank: str
    size: int
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Section:
    """A table of the form: its headings with what they mean, and its rows. ``hint``: what else is
    to be said."""

    name: str
    meaning: str
    hint: str
    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Entry, ...], ...]
    is_open: bool


@dataclass(frozen=True)
class Fault:
    """Something that is wrong, and the field's id, empty where it is about none."""

    id: str
    label: str
    issue: Issue


def show(desk: Desk, request: Request) -> Response:
    """The blank form."""
    return _form(desk, Typed(), "", None, request.query_params.get("notice"))


def take(desk: Desk, _: Request, form: FormData) -> Response:
    """Check what was typed, and make the programme of it when told to."""
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    draft = set_up.draft(set_up.typed(texts))
    title = draft.typed.settings.get("title", "")
    name = set_up.folder_name(texts.get("folder", "").strip(), title)
    if texts.get("action") != "create" or not draft.is_ready:
        return _form(desk, draft.typed, texts.get("folder", ""), draft)
    try:
        folder = set_up.create(desk.settings.inputs, name, draft)
    except (NotSetUpError, PublishError, OSError) as fault:
        return _form(desk, draft.typed, texts.get("folder", ""), draft, refusal=str(fault))
    desk.check(folder.name)
    return desk.pages.go(address_of(folder.name), f"“{title}” is set up, in the folder {name}.")


def _form(
    desk: Desk,
    typed: Typed,
    folder: str,
    draft: Draft | None,
    notice: str | None = None,
    refusal: str = "",
) -> Response:
    issues = draft.issues if draft else {}
    settings = [_setting(one, typed, issues) for one in PROGRAMME.settings]
    sections = [_section(table, typed, issues) for table in set_up.TABLES]
    entries = [*settings, *(entry for each in sections for row in each.rows for entry in row)]
    return desk.pages.render(
        "set_up.html",
        settings=settings,
        sections=sections,
        folder=folder,
        faults=list(_faults(issues, entries)),
        is_ready=draft is not None and draft.is_ready,
        is_checked=draft is not None,
        refusal=refusal,
        notice=notice,
    )


def _faults(issues: Mapping[str, Sequence[Issue]], entries: Sequence[Entry]) -> Iterator[Fault]:
    """What is wrong, in the order of the form, what is about no field first."""
    yield from (Fault("", "", issue) for issue in issues.get("", ()))
    for entry in entries:
        yield from (Fault(entry.id, entry.label, issue) for issue in entry.issues)


def _setting(one: Setting[object], typed: Typed, issues: Mapping[str, Sequence[Issue]]) -> Entry:
    name = set_up.setting_name(one.name)
    example = f" For example {one.example}." if one.example else ""
    blank = f"Left blank: {one.default_text}." if one.default_text else ""
    return Entry(
        f"setting-{one.name}",
        name,
        one.heading,
        f"{one.meaning}{example} {blank}".strip(),
        typed.settings.get(one.name, ""),
        typed.words(one),
        bool(one.choices),
        one.required,
        one.default_text,
        _WIDEST,
        tuple(issues.get(name, ())),
    )


def _section(table: Table, typed: Typed, issues: Mapping[str, Sequence[Issue]]) -> Section:
    headings = typed.typed_headings(table)
    filled = [number for number, row in enumerate(typed.rows(table)) if any(row.values())]
    least = _LEAST_ROWS.get(table.name, _FEW_ROWS)
    rows = max(least, filled[-1] + 1 + _MORE_ROWS if filled else 0)
    hint = ""
    if (table.partner_columns or table.year_columns) and not headings:
        what = "the partners" if table.partner_columns else "the years"
        hint = f"Its other columns are there once {what} are entered and checked."
    return Section(
        table.name,
        table.meaning,
        hint,
        (*((each.heading, each.meaning) for each in table.fields), *((h, "") for h in headings)),
        tuple(_row(table, number, headings, typed, issues) for number in range(rows)),
        table.required or bool(filled),
    )


def _row(
    table: Table,
    number: int,
    headings: Sequence[str],
    typed: Typed,
    issues: Mapping[str, Sequence[Issue]],
) -> tuple[Entry, ...]:
    rows = typed.rows(table)
    texts = rows[number] if number < len(rows) else {}

    def entry(column: str, heading: str, size: int, of: Field | None = None) -> Entry:
        name = set_up.field_name(table.name, number, column)
        return Entry(
            f"{table.name}-{number}-{column}".replace(set_up.TYPED, "_").replace("/", "-"),
            name,
            f"{table.name}, row {number + 1}, {heading}",
            "",
            texts.get(column, ""),
            typed.words(of) if of else (),
            bool(of and of.choices),
            False,
            "",
            min(max(size, _NARROW), _WIDEST),
            tuple(issues.get(name, ())),
        )

    return (
        *(entry(each.name, each.heading, each.width, each) for each in table.fields),
        *(entry(f"{set_up.TYPED}{each}", each, 12) for each in headings),
    )
