"""Answers to warnings: of the programme's own Answers, and of checked copies that are sent back."""

import re
from collections.abc import Iterable

from pipeline.core.answers import Answer
from pipeline.core.returns import Records
from pipeline.core.text import match_key
from pipeline.ingest.formats.workbook import Sheet
from pipeline.ingest.records import append, filled_rows, texts
from pipeline.ingest.tables import find_tables, own_finder
from schemas.programme import ANSWERS

# A copy's own sheet of this name is "Issues (2)" where the return had one already.
_ISSUES = re.compile(r"issues\d*")
_SAID = ("rule", "sheet", "heading", "value", "line_ref", "scenario", "department")


def may_hold_answers(sheet: str) -> bool:
    """Whether a sheet of a return may be the Issues sheet of a checked copy, by its name."""
    return _ISSUES.fullmatch(match_key(sheet)) is not None


def answers_of(records: Records, workbook: str = "") -> list[Answer]:
    """The rows that bear an answer; ``workbook``: whose they are, whatever the rows say."""
    answers = []
    columns = records.columns
    for place, answer in enumerate(columns["answer"]):
        if not answer:
            continue
        source = records.sources[records.source[place]]
        words = {name: columns[name][place] or "" for name in _SAID}
        whose = workbook or columns["workbook"][place] or ""
        by = columns["answered_by"][place] or ""
        at = source.cell(records.row[place], "answer")
        answers.append(Answer(**words, workbook=whose, answer=answer, answered_by=by, at=at))
    return answers


def answers_sent_back(workbook: str, sheets: Iterable[Sheet]) -> list[Answer]:
    """The answers of a checked copy: whatever it was called when it was made, they are this
    return's; a sheet of Issues without Rule and Answer is the department's own."""
    records = Records(columns={field.name: [] for field in ANSWERS.fields})
    for sheet in sheets:
        for found_table in find_tables(sheet, own_finder(ANSWERS)):
            if {"rule", "answer"} <= set(found_table.columns.fields):
                source = found_table.source(workbook, -1)
                rows = filled_rows(ANSWERS, found_table)
                of_sheet = texts(found_table, ANSWERS, rows, {})
                append(records, source, [place + 1 for place, _ in rows], of_sheet)
    return answers_of(records, workbook)
