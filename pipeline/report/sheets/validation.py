"""The validation report: what was found, by return, and why it matters."""

from collections import Counter

import pandas as pd

from pipeline.core.results import tally_of_rows
from pipeline.core.rules import RULES, Severity
from pipeline.report.sheets.checks import SEVERITY_TONES, found, issues_table
from pipeline.report.spec import Sheet
from pipeline.report.tables import RECORDS, Looks, table
from pipeline.report.wording import in_pence
from schemas.outputs import ISSUES, RESUBMITTED, RULES_TABLE, WORKBOOKS

_RULE_LOOKS = Looks(filtered=True, banded=True, tones=SEVERITY_TONES)


def sheets(
    name: str,
    issues: pd.DataFrame,
    sources: pd.DataFrame,
    resubmitted: pd.DataFrame | None = None,
) -> tuple[Sheet, ...]:
    """An overview by workbook, the issues workbook by workbook, and the rules that were broken;
    then what the returns change against the last report, where they change anything. ``issues``:
    rows of the table Issues."""
    whose = f"{name}. " if name else ""
    in_words = found(tally_of_rows(issues))
    workbooks = issues["workbook"].tolist()
    by_return = issues.iloc[sorted(range(len(issues)), key=workbooks.__getitem__)]
    return (
        Sheet(
            WORKBOOKS.sheet,
            "Validation: errors and warnings by workbook",
            (table(WORKBOOKS, _overview(issues, sources), looks=RECORDS),),
            (
                f"{whose}{in_words}",
                "An error keeps a row, or the whole file, out of the figures; a warning leaves it "
                "in. Numbers of rows blank: not a return, or not read.",
            ),
            keep_columns=1,
        ),
        Sheet(
            ISSUES.sheet,
            "Issues: what is wrong in each workbook, and how to put it right",
            (issues_table(by_return),),
            (
                f"{whose}{in_words}",
                "Workbook by workbook, errors first. Cell blank: the fault is of the whole sheet "
                "or file.",
            ),
            keep_columns=2,
        ),
        Sheet(
            RULES_TABLE.sheet,
            "Rules: why each of them matters",
            (table(RULES_TABLE, _rules(issues), looks=_RULE_LOOKS),),
            (f"{whose}The rules that are broken here.",),
            keep_columns=1,
        ),
        *(() if resubmitted is None or resubmitted.empty else (_changes(whose, resubmitted),)),
    )


def _changes(whose: str, resubmitted: pd.DataFrame) -> Sheet:
    return Sheet(
        RESUBMITTED.sheet,
        "Changes: what the returns change against the last report",
        (table(RESUBMITTED, resubmitted, looks=RECORDS),),
        (
            f"{whose}{in_pence()}",
            "A row is a line in a scenario; amounts are those of all years. Blank: the line was "
            "not in the figures, or is not now.",
        ),
        keep_columns=2,
    )


def _overview(issues: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The files with their issues counted; a workbook that only issues name comes last."""
    is_error, is_answered = issues["severity"] == Severity.ERROR.value, issues["answer"] != ""
    workbook = issues["workbook"]
    errors = Counter(workbook[is_error])
    warnings = Counter(workbook[~is_error & ~is_answered])
    answered = Counter(workbook[is_answered])
    files = set(sources["workbook"])
    others = sorted(set(workbook) - files)
    frame = sources
    if others:
        more = pd.DataFrame({"workbook": others}).reindex(columns=sources.columns)
        frame = pd.concat([sources.astype(object), more.astype(object)], ignore_index=True)
    names = frame["workbook"].tolist()
    return frame.assign(
        errors=[errors[name] for name in names],
        warnings=[warnings[name] for name in names],
        answered=[answered[name] for name in names],
    )


def _rules(issues: pd.DataFrame) -> pd.DataFrame:
    counts = Counter(issues["rule"])
    rows = [
        (rule.name, rule.severity.value, counts[rule.name], rule.why, rule.example)
        for rule in RULES.values()
        if counts[rule.name]
    ]
    return pd.DataFrame(rows, columns=[column.name for column in RULES_TABLE.columns])
