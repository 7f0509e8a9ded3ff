"""Projects, risks, benefits, dependencies, milestones and assumptions, where there are any."""

import pandas as pd

from pipeline.core.results import Results
from pipeline.core.text import ref_key
from pipeline.report import findings
from pipeline.report.columns import list_of
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import records, table
from pipeline.report.wording import programme_name
from schemas.outputs import NARRATIVE, SOURCE_COLUMNS

_TITLES = {
    "Projects": "Projects: the business cases in the departments' words",
    "Risks": "Risks: what may go wrong, and what is done about it",
    "Benefits": "Benefits: what gets better beside the money",
    "Dependencies": "Dependencies: what each project waits for",
    "Milestones": "Milestones: what is to be reached, and when",
    "Assumptions": "Assumptions: what the figures take for granted",
}

_SAID = {
    "Risks": "As the workbooks say it, the highest score (likelihood times impact) first",
    "Milestones": "As the workbooks say it; slippage is forecast less planned, early in brackets",
}


def sheet(results: Results, name: str) -> Sheet | None:
    """The sheet of one of the narrative tables; None where no return says anything."""
    frame = enriched(results, name)
    if frame is None:
        return None
    is_circulated = name == "Risks"
    return Sheet(
        NARRATIVE[name].sheet,
        _TITLES[name],
        (table(NARRATIVE[name], frame),),
        (
            f"{programme_name(results.programme)}.",
            f"{_SAID.get(name, 'As the workbooks say it')}; the last columns name the workbook, "
            "its sheet and row. Blank: nothing said.",
        ),
        f"{findings.narrative(results, name)}.",
        note=NARRATIVE[name].question,
        keep_columns=2 if name == "Projects" else 1,
        purpose=Purpose.DECIDE if is_circulated else Purpose.EVIDENCE,
        # On the sheet they say where a row comes from; a meeting has no use for them.
        unprinted=SOURCE_COLUMNS if is_circulated else 0,
    )


def enriched(results: Results, name: str) -> pd.DataFrame | None:
    """One of the narrative tables with what its rows come to: ``project_title`` where they name a
    project, the ``score`` of risks, which stand by it from the highest, the ``slippage_days`` of
    milestones. None where no return says anything."""
    frame = results.narrative.get(name)
    if frame is None or frame.empty:
        return None
    if "project_code" in frame and name != "Projects":
        titles = _titles(results)
        codes = list_of(frame["project_code"])
        project_titles = [titles.get(ref_key(str(code or ""))) for code in codes]
        frame = frame.assign(project_title=pd.Series(project_titles, frame.index, dtype=object))
    if name == "Risks":
        scores = list(map(findings.score, records(frame[["likelihood", "impact"]])))
        frame = frame.assign(score=pd.Series(scores, frame.index, dtype=object))
        frame = frame.iloc[sorted(range(len(scores)), key=lambda place: -(scores[place] or 0))]
    if name == "Milestones":
        rows = records(frame[["planned", "forecast"]])
        days = pd.Series(map(findings.slippage, rows), frame.index, dtype=object)
        frame = frame.assign(slippage_days=days)
    return frame


def _titles(results: Results) -> dict[str | None, str]:
    """The projects' titles by ref key of their codes."""
    projects = results.narrative.get("Projects")
    if projects is None:
        return {}
    codes, titles = list_of(projects["project_code"]), list_of(projects["project_title"])
    return {ref_key(str(code)): str(title) for code, title in zip(codes, titles, strict=True)}
