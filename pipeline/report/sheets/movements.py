"""What moved since the last issued version: the waterfall, the bridges, each movement, and the list
of versions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from pipeline.core.money import unit_name
from pipeline.core.phrases import counted
from pipeline.core.programme import Programme
from pipeline.core.versions import Issued, Moved
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.measure import text_width
from pipeline.report.spec import Purpose, Role, Sheet
from pipeline.report.tables import RECORDS, Looks, records, table
from pipeline.report.wording import about, cost_or_saving, in_pence, in_short, in_units
from schemas.outputs import (
    MOVEMENTS,
    PARTNER_BRIDGE,
    SERVICE_BRIDGE,
    VERSIONS,
    WATERFALL,
)
from schemas.vocabulary import ANNUAL_MEASURE, ONE_OFF_MEASURE

_ENDS = ("before_pence", "now_pence")
_MOVED = (ANNUAL_MEASURE, ONE_OFF_MEASURE)
_STEP_WIDTHS = (24, 52, 18)
_PIXELS_BESIDE, _PIXELS_A_STEP = 150, 30
_STEPS = SERVICE_BRIDGE.columns[3:]
_KINDS = tuple(column.name for column in _STEPS if column.name not in _ENDS)


def sheets(moved: Moved | None) -> tuple[Sheet, ...]:
    """The waterfall, the bridges and the movements; none where nothing was issued before."""
    if moved is None:
        return ()
    return waterfall(moved), bridges(moved), movements(moved)


def span(moved: Moved) -> str:
    """From which version to which."""
    after = f"to {moved.after.title}" if moved.after else "to this report"
    return f"From {moved.before.title} {after}"


def movements(moved: Moved) -> Sheet:
    """One row for each thing that changed."""
    frame, programme = moved.lines, moved.programme
    return Sheet(
        MOVEMENTS.sheet,
        "Movements: what has changed, and with which effect",
        (table(MOVEMENTS, frame, programme, RECORDS, organisations=moved.organisations),),
        (
            about(programme),
            in_pence(),
            f"{span(moved)}. Lines are matched by Line ref and Scenario, wherever they stand. "
            "Effects are on the total programme, in each scenario that is named, and add up to the "
            "difference between the two Summaries; so do those on each partner, the lines at the "
            "old shares, then other shares on the new amounts. Line ref blank: a setting of the "
            "programme, its effect with the lines, or what the lines are shared by. Scenario, "
            "Before, After or Where blank: none in particular, or nothing stood or stands there.",
        ),
        f"{_count(frame)}.",
        note=MOVEMENTS.question,
        keep_columns=2,
        purpose=Purpose.EVIDENCE,
    )


def _count(frame: pd.DataFrame) -> str:
    """How many lines are new, removed, changed, rejected."""
    of_lines = frame[frame["line_ref"] != ""].drop_duplicates(["line_ref", "change"])
    numbers = of_lines["change"].value_counts()
    parts = [
        f"{int(numbers[change]):,} {change.lower()}"
        for change in ("New", "Removed", "Changed", "Rejected")
        if change in numbers
    ]
    settings = frame.loc[frame["line_ref"] == "", "what"].nunique()
    of_settings = f"; {counted(settings, 'setting')} or weights changed" if settings else ""
    return f"Lines: {', '.join(parts) or 'nothing changed'}{of_settings}"


def bridges(moved: Moved) -> Sheet:
    """From Before to After, by service and by organisation."""
    programme = moved.programme
    services = table(SERVICE_BRIDGE, moved.services, programme, _looks(moved.services, "service"))
    partners = table(
        PARTNER_BRIDGE, moved.partners, programme, _looks(moved.partners, "organisation")
    )
    return Sheet(
        SERVICE_BRIDGE.sheet,
        "Bridges: from the last issued figures to these",
        (
            replace(services, caption="By service"),
            replace(
                partners,
                caption="By organisation: each one's share",
                description=PARTNER_BRIDGE.question,
            ),
        ),
        (
            about(programme),
            in_units(programme),
            f"{span(moved)}. Moved: a line leaves its old service and comes to its new one. A "
            "line is taken at the old shares through all that changed it; Changed shares are what "
            "other weights, bases and partners come to on the new amounts.",
        ),
        _finding(moved, programme.plan_scenario, ANNUAL_MEASURE) + ".",
        note="How does each service, and each organisation, get from the old figure to the new?",
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )


def _looks(frame: pd.DataFrame, column: str) -> Looks:
    roles = {row: Role.TOTAL for row, name in enumerate(frame[column]) if name == "All services"}
    return Looks(labels=2, groups=1, roles=roles)


def waterfall(moved: Moved) -> Sheet:
    """The total programme in the plan scenario, step by step, as charts and their table."""
    programme = moved.programme
    frame = _waterfall_frame(moved)
    plain = table(WATERFALL, frame, programme, Looks(labels=1, groups=1, roles=_figure_rows(frame)))
    # The charts are as wide as their table: room for the names of steps, and for bars.
    columns = zip(plain.columns, _STEP_WIDTHS, strict=True)
    step_table = replace(
        plain,
        columns=tuple(replace(column, width=width) for column, width in columns),
        caption="The steps from one figure to the other",
    )
    return Sheet(
        WATERFALL.sheet,
        "What moved: from the last issued total to this one",
        (
            *_charts(moved, frame),
            step_table,
        ),
        (
            about(programme),
            f"{in_units(programme)} {span(moved)}; the total programme, {programme.plan_scenario}. "
            "A kind of change that comes to nil is left out.",
        ),
        "\n".join(f"{_finding(moved, programme.plan_scenario, each)}." for each in _MOVED),
        note=WATERFALL.question,
        upright=True,
        purpose=Purpose.DECIDE,
    )


def _waterfall_frame(moved: Moved) -> pd.DataFrame:
    """By measure the figure before, each step that is not nil, the figure now."""
    rows = []
    for measure in _MOVED:
        bridge = _whole(moved, moved.programme.plan_scenario, measure)
        for column in _STEPS:
            if column.name in _ENDS:
                rows.append((measure, _end(moved, column.name), bridge[column.name]))
            elif bridge[column.name]:
                rows.append((measure, column.heading, bridge[column.name]))
    return pd.DataFrame(rows, columns=["measure", "step", "amount"], dtype=object)


def _figure_rows(frame: pd.DataFrame) -> dict[int, Role]:
    """The rows of figures, the first and the last of each measure."""
    measures = frame["measure"].tolist()
    return {
        row: Role.TOTAL
        for row, measure in enumerate(measures)
        if row in (measures.index(measure), len(measures) - 1 - measures[::-1].index(measure))
    }


def _end(moved: Moved, name: str) -> str:
    if name == _ENDS[0]:
        return f"Version {moved.before.number}"
    return f"Version {moved.after.number}" if moved.after else "This report"


def _column(start: int, end: int) -> tuple[int, int, int, int, int]:
    """A floating column from ``start`` to ``end``: what it stands on, then its parts that are
    higher and lower above nil, and higher and lower below nil. Columns are stacked from nil
    upwards and downwards, so that one which crosses nil has a part on either side."""
    low, high = min(start, end), max(start, end)
    above, below = max(high, 0) - max(low, 0), min(low, 0) - min(high, 0)
    base = max(low, 0) + min(high, 0)
    if end >= start:
        return base, above, 0, below, 0
    return base, 0, above, 0, below


def _whole(moved: Moved, scenario: str, measure: str) -> dict[str, int]:
    """The total programme's bridge."""
    frame = moved.services
    of_measure = frame[(frame["scenario"] == scenario) & (frame["measure"] == measure)]
    row = records(of_measure)[0]
    return {column.name: _pence(row[column.name]) for column in _STEPS}


def _pence(value: object) -> int:
    return value if isinstance(value, int) else 0


def _charts(moved: Moved, frame: pd.DataFrame) -> Iterator[Chart]:
    """What moved each measure; no picture of a measure that nothing moved."""
    for colour, measure in ((1, ANNUAL_MEASURE), (0, ONE_OFF_MEASURE)):
        rows = [row for row, name in enumerate(frame["measure"]) if name == measure]
        steps = rows[1:-1]
        if steps:
            yield _chart(moved, measure, [str(frame["step"][row]) for row in steps], steps, colour)


def _chart(
    moved: Moved, measure: str, names: Sequence[str], steps: Sequence[int], colour: int
) -> Chart:
    """Bars of the steps in ``steps``, the rows of their table: set beside whole figures as the
    pieces of a staircase they would be too short to be seen."""
    programme = moved.programme
    series = Series(
        Range(WATERFALL.name, "Amount", HEADINGS),
        Range(WATERFALL.name, "Step", steps[0], last_row=steps[-1]),
        Range(WATERFALL.name, "Amount", steps[0], last_row=steps[-1]),
        colour=colour,
        pattern=colour,
    )
    finding = _finding(moved, programme.plan_scenario, measure)
    return Chart(
        Drawn.BARS,
        f"What moved {measure.lower()}?",
        finding,
        (series,),
        f"{unit_name(programme.report_unit)}, what lowers cost or adds to savings in brackets",
        "Step",
        f"Drawn from {WATERFALL.name} below, its steps.",
        f"Bars of what each kind of change comes to, from {_end(moved, _ENDS[0])} to "
        f"{_end(moved, _ENDS[1])}. {finding}.",
        _PIXELS_BESIDE + _PIXELS_A_STEP * len(steps),
        max(map(text_width, names)),
    )


def _finding(moved: Moved, scenario: str, measure: str) -> str:
    """What became of the total, and what did most of it."""
    bridge, unit = _whole(moved, scenario, measure), moved.programme.report_unit
    old, new = (bridge[name] for name in _ENDS)
    what = measure.lower()
    if not any(bridge[kind] for kind in _KINDS):
        return f"{scenario}: {cost_or_saving(new, what, unit)}, as before"
    main = max(_KINDS, key=lambda kind: abs(bridge[kind]))
    sign = "+" if bridge[main] > 0 else "−"
    return (
        f"{scenario}: {cost_or_saving(new, what, unit)}, before it {in_short(old, unit)}"
        f"{_side(old, new)}; most through: {main.lower()}, {sign}{in_short(bridge[main], unit)}"
    )


def sentence_of(moved: Moved) -> str:
    """What has become of the plan scenario's totals since the version before, and why most."""
    clauses = [_clause(moved, measure) for measure in (ONE_OFF_MEASURE, ANNUAL_MEASURE)]
    scenario = moved.programme.plan_scenario
    return f"Since {moved.before.title}, {' and '.join(clauses)} ({scenario})."


def _clause(moved: Moved, measure: str) -> str:
    bridge, unit = (
        _whole(moved, moved.programme.plan_scenario, measure),
        moved.programme.report_unit,
    )
    old, new = (bridge[name] for name in _ENDS)
    if old == new:
        return f"{measure.lower()} costs and savings have not changed"
    main = max(_KINDS, key=lambda kind: abs(bridge[kind]))
    change = "risen" if abs(new) > abs(old) else "fallen"
    if old and new and (old > 0) != (new > 0):
        change = "turned"
    what = f"{'cost' if (old or new) > 0 else 'saving'}"
    headings = {column.name: column.heading for column in _STEPS}
    return (
        f"the {measure.lower()} {what} has {change} from {in_short(old, unit)} to "
        f"{cost_or_saving(new, 'a', unit) if change == 'turned' else in_short(new, unit)}, mostly "
        f"by {headings[main].lower()}"
    )


def _side(old: int, new: int) -> str:
    """What the old figure was, where it was not the same as the new one."""
    if not old or not new or (old > 0) == (new > 0):
        return ""
    return " of cost" if old > 0 else " of saving"


def versions(issued: list[Issued], programme: Programme) -> Sheet | None:
    """Every version issued so far; none where there is none."""
    if not issued:
        return None
    frame = pd.DataFrame(list(_version_rows(issued)), columns=[c.name for c in VERSIONS.columns])
    last = issued[-1]
    return Sheet(
        VERSIONS.sheet,
        "Versions: what was issued before this report",
        (table(VERSIONS, frame.astype(object), looks=Looks()),),
        (about(programme), "Signed off by blank: nobody is named."),
        f"{counted(len(issued), 'version')} issued, the last one {last.title} on {last.when_text}.",
        note=VERSIONS.question,
        keep_columns=1,
        purpose=Purpose.CHECKS,
    )


def _version_rows(issued: list[Issued]) -> Iterator[tuple[object, ...]]:
    for one in issued:
        signed = "\n".join(one.signed_off)
        yield one.number, one.name, one.when_text, signed or None, one.errors
