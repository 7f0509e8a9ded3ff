"""Projects, risks, benefits, dependencies, milestones and assumptions, where there are any."""

from pipeline.core.results import Results
from pipeline.report import findings
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import table
from pipeline.report.wording import programme_name
from schemas.outputs import NARRATIVE

_TITLES = {
    "Projects": "Projects: the business cases in the departments' words",
    "Risks": "Risks: what may go wrong, and what is done about it",
    "Benefits": "Benefits: what gets better beside the money",
    "Dependencies": "Dependencies: what each project waits for",
    "Milestones": "Milestones: what is to be reached, and when",
    "Assumptions": "Assumptions: what the figures take for granted",
}


def sheet(results: Results, name: str) -> Sheet | None:
    """The sheet of one of the narrative tables; None where no return says anything."""
    frame = results.narrative.get(name)
    if frame is None or frame.empty:
        return None
    return Sheet(
        NARRATIVE[name].sheet,
        _TITLES[name],
        (table(NARRATIVE[name], frame),),
        (
            f"{programme_name(results.programme)}.",
            "As the workbooks say it; the last columns name the workbook, its sheet and row. "
            "Blank: nothing said.",
        ),
        f"{findings.narrative(results, name)}.",
        note=NARRATIVE[name].question,
        keep_columns=2 if name == "Projects" else 1,
        purpose=Purpose.DECIDE if name == "Risks" else Purpose.EVIDENCE,
    )
