"""Each department's next return: a programme's returns are read and checked, and written anew in
the template's layout."""

from pipeline.assessing import Assessment, assess
from pipeline.core.board import State
from pipeline.core.programme import Programme
from pipeline.core.text import ref_key
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.reading import read
from pipeline.report.next_return import Plan, next_return, why_none
from pipeline.report.safe import file_names
from pipeline.report.template import template_return

RETURN = "return"


def next_returns(folder: ProgrammeFolder) -> tuple[dict[str, bytes], dict[str, str]]:
    """The next return of each department that has sent one, by file name; and by workbook why
    there is none. A department that has sent several has one for each; an earlier version of a
    return has none, nor has a programme whose control workbook can't be used."""
    reading = read(folder)
    programme = reading.control.programme
    if programme is None or not reading.returns:
        return {}, {}
    assessed = assess(reading, programme)
    replaced = {
        each.sent.workbook for each in assessed.board if each.sent and each.state is State.REPLACED
    }
    sent = [each for each in reading.returns if each.workbook not in replaced]
    reasons = {each.workbook: why for each in sent if (why := why_none(each))}
    sent = [each for each in sent if each.workbook not in reasons]
    plan = _plan(assessed, programme)
    names = file_names([RETURN, *(each.cover.department for each in sent if each.cover)])[1:]
    contents = {
        f"{name}.xlsx": template_return(programme, next_return(each, programme, plan))
        for name, each in zip(names, sent, strict=True)
    }
    return contents, reasons


def _plan(assessed: Assessment, programme: Programme) -> Plan:
    """What the lines come to in the plan scenario, those that count."""
    lines, plan = assessed.lines, programme.plan_scenario
    return {
        (ref_key(lines.text(place, "line_ref")), label): (lines.text(place, "category"), pence)
        for place in range(len(lines.frame))
        if assessed.verdict.accepted[place] and lines.text(place, "scenario") in ("", plan)
        for label, pence in zip(programme.year_labels, assessed.annual[place].tolist(), strict=True)
    }
