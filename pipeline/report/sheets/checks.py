"""Issues, Controls and Sources: what an auditor reads first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from pipeline.core.intake import shortfalls
from pipeline.core.phrases import counted, in_words, sentence
from pipeline.core.results import Results, Subject
from pipeline.report import findings, formulas
from pipeline.report.columns import values_of
from pipeline.report.formula import formula
from pipeline.report.spec import Purpose, Sheet, Table, Tone
from pipeline.report.tables import RECORDS, Looks, table
from pipeline.report.wording import programme_name
from schemas.outputs import APPORTIONED, CONTROLS, ISSUES, SOURCES, Show

SEVERITY_TONES = {"Severity": {"Error": Tone.BAD, "Warning": Tone.CAUTION}}
_RESULT_TONES = {"Result": {"Fail": Tone.BAD, "Pass": Tone.GOOD}}
_ROWS_ALONE = " for the rows that count"
_ISSUE_LOOKS = Looks(filtered=True, banded=True, tones=SEVERITY_TONES)


def issues_table(rows: pd.DataFrame) -> Table:
    """The Issues table, in the order given; ``rows`` as Results has them."""
    return table(ISSUES, rows, looks=_ISSUE_LOOKS)


def found(counts: Mapping[str, int]) -> str:
    """What was found, in a sentence; ``counts`` as ``tally`` has them."""
    errors, warnings, answered = counts.values()
    text = sentence(f"{counted(errors, 'error')} and {counted(warnings, 'warning')}")
    more = f"; {counted(answered, 'warning')} more answered" if answered else ""
    return f"{text}{more}."


def issues(results: Results) -> Sheet:
    """All issues, errors first."""
    return Sheet(
        ISSUES.sheet,
        "Issues: what is wrong in the workbooks, and how to put it right",
        (issues_table(results.issues),),
        (
            f"{programme_name(results.programme)}.",
            "A row with an error is left out of the figures, its money in Controls; a row with a "
            "warning stays in. Cell blank: the fault is of the whole sheet or file.",
        ),
        found(results.issue_counts),
        note=ISSUES.question,
        keep_columns=2,
        purpose=Purpose.CHECKS,
    )


def failures(controls: pd.DataFrame) -> int:
    """How many controls fail."""
    return int((controls["expected"] != controls["actual"]).sum())


def verdict(results: Results, *, short: bool = False) -> str:
    """What the controls say, in a sentence; ``short``: without what is not in the figures."""
    how_far = scope(results)
    if short and how_far:
        how_far = _ROWS_ALONE
    return verdict_on(failures(results.controls), len(results.controls), how_far)


def scope(results: Results) -> str:
    """How far it goes that all controls pass, where not all that was sent is in the figures."""
    missed = shortfalls(results.returns, results.issue_counts["error"])
    return f"{_ROWS_ALONE}, but {in_words(missed)}" if missed else ""


def verdict_on(failed: int, every: int, scope: str) -> str:
    """What so many failures among all controls come to, in a sentence."""
    if not failed:
        return f"All {every} controls pass{scope}."
    return f"{failed} of {every} controls FAIL: the figures do not add up."


def controls(results: Results) -> Sheet:
    """Expected and actual of each control total."""
    frame = results.controls
    subjects = formulas.subjects(results)
    difference = [
        actual - expected
        for expected, actual in zip(frame["expected"], frame["actual"], strict=True)
    ]
    complete = frame.assign(
        difference=pd.Series(difference, index=frame.index, dtype=object),
        result=pd.Series(
            ["Fail" if gap else "Pass" for gap in difference], index=frame.index, dtype="str"
        ),
        scenario=_texts(subject.scenario if subject else "" for subject in subjects),
        measure=_texts(_measure(subject) for subject in subjects),
    )
    looks = Looks(filtered=True, tones=_RESULT_TONES)
    plain = table(CONTROLS, complete, looks=looks, formulas=formulas.controls(results))
    shows = [
        Show.PENCE if unit == "pence" else Show.COUNT
        for unit in values_of(results.controls["unit"])
    ]
    return Sheet(
        CONTROLS.sheet,
        "Controls: does everything add up?",
        (_with_shows(plain, shows),),
        (
            f"{programme_name(results.programme)}.",
            "Amounts in £ and pence, savings in brackets; files and rows as numbers. What comes in "
            "is followed to what goes out; each control compares two figures found by different "
            "ways. Blank: a control of no single scenario or measure.",
            "Controls say that the totals agree with the rows that count, not that every return is "
            "in, or right: see Returns and Issues.",
        ),
        verdict(results),
        note=CONTROLS.question,
        keep_columns=1,
        live_answer=(formula(formulas.CONTROLS_CHECK),),
        purpose=Purpose.CHECKS,
    )


def _texts(texts: Iterable[str]) -> pd.Series:
    return pd.Series([text or None for text in texts], dtype=object)


def _measure(subject: Subject | None) -> str:
    """The measure that a control compares; a year is in its words already."""
    return subject.measure if subject and subject.table != APPORTIONED.name else ""


def _with_shows(plain: Table, shows: list[Show]) -> Table:
    """The table with each row's figures printed as what they are: money or a number."""
    columns = tuple(
        replace(column, shows=shows) if column.show is Show.PENCE else column
        for column in plain.columns
    )
    return replace(plain, columns=columns)


def sources(results: Results) -> Sheet:
    """Every file, read or not."""
    return Sheet(
        SOURCES.sheet,
        "Sources: every file, read or not",
        (table(SOURCES, results.sources, looks=RECORDS),),
        (
            f"{programme_name(results.programme)}.",
            "SHA-256 is the checksum of the file's bytes as they were read: a file that has the "
            "same one is the same file. Numbers blank: not a return, or not read.",
        ),
        f"{findings.in_files(results)}.",
        note=SOURCES.question,
        keep_columns=1,
        purpose=Purpose.CHECKS,
    )
