"""Whether a workbook still says what was reported: its inputs and its figures beside those of the
report, and the sentence that stands at the top of every sheet whose figures follow them.

Two numbers stand for the figures of a table: their sum, to the penny, and their size (the root of
the sum of their squares), which also moves where changes cancel out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC
from math import fsum, sqrt

import pandas as pd

from pipeline.core.results import Delivery, Results
from pipeline.core.text import date_text
from pipeline.core.versions import Versions
from pipeline.report import formulas, layout
from pipeline.report.chart import Chart
from pipeline.report.delivered import WEIGHTED
from pipeline.report.formula import Formula, FormulaPart, Name, This, Whole, formula, rounded
from pipeline.report.safe import one_line
from pipeline.report.settlement import BOOKS, DUE
from pipeline.report.sheets.checks import failures, scope, verdict, verdict_on
from pipeline.report.spec import Sheet, Strip, Table, Tone
from pipeline.report.tables import Looks, table
from schemas.model import AMOUNTS, RATINGS
from schemas.outputs import (
    APPRAISAL,
    BY_SERVICE,
    BY_YEAR,
    CATEGORIES_TABLE,
    CHECKS,
    DELIVERY_BY_PARTNER,
    INPUTS,
    REPORTED,
    SETTLEMENT,
    SETTLEMENT_DELIVERED,
    SUMMARY,
    TRACKER,
    Show,
)
from schemas.vocabulary import ANNUAL_MEASURE, CUMULATIVE_MEASURE, ONE_OFF_MEASURE

TOLERANCE = Name("Tolerance")
_INPUTS_CHECK, _FLAGS_CHECK = Name("Inputs_check"), Name("Flags_check")
_FIGURES_CHECK, _ALL_CHECK = Name("Figures_check"), Name("All_check")
_WORDS_SAME, _WORDS_CHANGED = Name("Words_as_reported"), Name("Words_changed")
_WORDS_BROKEN = Name("Words_broken")
REPORTED_CHECK, WORKBOOK_CHECK = Name("Reported_check"), Name("Workbook_check")
_USES = {
    formulas.CONTROLS_NUMBER: "How many controls there are",
    formulas.CONTROLS_FAILED: "How many of them don't pass",
    formulas.CONTROLS_SCOPE: "What that leaves out",
    formulas.ALL_PASS: "What is said where all pass",
    formulas.CONTROLS_CHECK: "What the controls come to",
    _INPUTS_CHECK: "Are the inputs as reported?",
    _FLAGS_CHECK: "Are the categories' flags?",
    _FIGURES_CHECK: "Are the figures?",
    _ALL_CHECK: "Are all three?",
    REPORTED_CHECK: "What inputs and figures come to",
    WORKBOOK_CHECK: "What stands at the top",
}
SAME, DIFFERS = "As reported", "Differs"
AS_REPORTED = "Inputs and figures are as reported."
# Short, for they stand on one line; Notes name what stays.
CHANGED = "Inputs differ from those reported. Notes say what does not follow them."
VALUES = "Figures are values, as reported."
WORKING_COPY = "Working copy, not an issued version."
BROKEN = "Inputs differ from those reported: some figures can't be worked out from them."
LONGEST = max(AS_REPORTED, CHANGED, BROKEN, key=len)
# The three by what each says, for Inputs.
WORDS = (
    ("all that is as reported", AS_REPORTED, _WORDS_SAME),
    ("what is not as reported", CHANGED, _WORDS_CHANGED),
    ("figures that are errors", BROKEN, _WORDS_BROKEN),
)
# What the words on a sheet are once something was changed: as reported, which they say then.
STALE = f'{REPORTED_CHECK.name}<>"{AS_REPORTED}"'
ALARMS = ("FAIL", "differ")
# Digits of a version's name beside the link.
_LONGEST_NAME = 40
_SETTLED = ("books_pence", "share_pence", "due_pence")
_FLAGS = (ONE_OFF_MEASURE, ANNUAL_MEASURE, "Net cashable")


def strip(results: Results, back: str, *, whole: bool, is_live: bool) -> Strip:
    """The lines at the top of each sheet, with a link ``back`` to a sheet; ``whole``: the book has
    the programme's controls; ``is_live``: it has formulas."""
    of_controls, version = verdict(results), _version(results.versions)
    if not is_live:
        return Strip(f"{of_controls} {VALUES}", back, version)
    if whole:
        says = f"{of_controls} {AS_REPORTED}"
        return Strip(says, back, version, formula(WORKBOOK_CHECK), ALARMS)
    beside = f"{layout.AS_REPORTED}{verdict(results, short=True)} {version}"
    return Strip(AS_REPORTED, back, beside, formula(WORKBOOK_CHECK), ALARMS)


def _version(versions: Versions) -> str:
    """Which version a workbook is of, short enough to stand on a line with a link."""
    issued = versions.version
    if issued is None:
        return WORKING_COPY
    when = date_text(issued.when.astimezone(UTC).date())
    return f"Version {issued.number}: {one_line(issued.name, _LONGEST_NAME)}, issued {when}."


def _longest(results: Results, *, whole: bool) -> str:
    """The longest that may stand at the top of a sheet."""
    every = len(results.controls)
    words = (verdict_on(failed, every, scope(results)) for failed in (0, every))
    return f"{max(words, key=len)} {LONGEST}" if whole else LONGEST


def with_strips(sheets: Iterable[Sheet], everywhere: Strip, *, is_live: bool) -> Iterator[Sheet]:
    """The sheets of a book, each with the strip at its top, which leads to the contents from
    ``everywhere``, and from there to the first sheet; words on those whose figures follow the
    inputs say once they are stale."""
    sheets = list(sheets)
    there = replace(everywhere, back=sheets[0].name)
    for each in sheets:
        line = there if each.name == everywhere.back else everywhere
        stale = STALE if is_live and follows(each) else each.stale
        yield replace(each, strip=line, stale=stale)


def follows(sheet: Sheet) -> bool:
    """Whether figures of a sheet follow the inputs."""
    live = any(column.formulas for table in sheet.tables for column in table.columns)
    return live or any(isinstance(block, Chart) for block in sheet.blocks)


def tables(results: Results, *, whole: bool) -> tuple[Table, Table]:
    """Reported: the figures beside those of the report; Checks: what that, and the controls of a
    ``whole`` programme, come to."""
    return _reported(results), _checks(results, whole=whole)


def _reported(results: Results) -> Table:
    names, columns, pence = zip(*_figures(results), strict=True)
    sums = [sum(each) for each in pence]
    sizes = [sqrt(fsum((one / 100) ** 2 for one in each)) for each in pence]
    frame = pd.DataFrame(
        {
            "subject": names,
            "sum_pence": pd.Series(sums, dtype=object),
            "sum_now_pence": pd.Series(sums, dtype=object),
            "size": sizes,
            "size_now": sizes,
            "result": [SAME] * len(names),
        }
    )
    by_heading = {
        "Sum now": [formula(*rounded("SUM(", *_listed(each), ")")) for each in columns],
        "Size now": [formula("SQRT(SUMSQ(", *_listed(each), "))") for each in columns],
        "Result": [_same()] * len(names),
    }
    looks = Looks(airy=True, tones={"Result": {SAME: Tone.GOOD, DIFFERS: Tone.BAD}})
    figures = table(REPORTED, frame, looks=looks, formulas=by_heading)
    return replace(figures, caption="The figures beside those reported")


def _figures(results: Results) -> list[tuple[str, tuple[Whole, ...], list[int]]]:
    """By table its columns of money, and their pence as reported; a count is so many pounds."""
    programme, years = results.programme, results.programme.year_labels
    first, last = programme.scenarios[0], programme.scenarios[-1]
    headlines = (f"{ONE_OFF_MEASURE}: {first}", f"{ANNUAL_MEASURE}: {last}")
    of_year = results.by_year
    totals = of_year.loc[of_year["measure"] != CUMULATIVE_MEASURE, "total_pence"]
    measures = ["one_off_pence", "annual_cashable_pence"]
    figures = [
        (SUMMARY.name, (_amounts(SUMMARY.name, *headlines),), _pence(results.summary, measures)),
        (
            BY_YEAR.name,
            (Whole(BY_YEAR.name, years[0], formulas.TOTAL),),
            [*_pence(of_year, years), *map(int, totals)],
        ),
        (
            BY_SERVICE.name,
            (_amounts(BY_SERVICE.name, *headlines),),
            _pence(results.by_service, measures),
        ),
        (
            APPRAISAL.name,
            (
                Whole(APPRAISAL.name, ONE_OFF_MEASURE, ANNUAL_MEASURE),
                Whole(APPRAISAL.name, formulas.NET_PRESENT),
            ),
            _pence(results.appraisal, [*measures, "net_present_pence"]),
        ),
    ]
    if results.delivery is not None:
        figures += _delivery_figures(results.delivery)
    if results.settlement is not None:
        for table_of, frame in (
            (SETTLEMENT, results.settlement.balances),
            (SETTLEMENT_DELIVERED, results.settlement.delivered),
        ):
            if len(frame):
                columns = (Whole(table_of.name, BOOKS, DUE),)
                figures.append((table_of.name, columns, _pence(frame, _SETTLED)))
    return figures


def _amounts(table: str, first: str, last: str) -> Whole:
    """One-off and annual cashable of all scenarios, by a name that doesn't grow with theirs."""
    return Whole(table, first, last, f"{table}_amounts")


def _delivery_figures(delivery: Delivery) -> Iterator[tuple[str, tuple[Whole, ...], list[int]]]:
    """The amounts of delivery, then each RAG value's counts for themselves: a line that passes from
    one value to another moves no sum over all of them."""
    name, frame = DELIVERY_BY_PARTNER.name, delivery.organisations
    yield name, (Whole(name, "Plan", "Variance"),), _pence(frame, AMOUNTS)
    for rating in RATINGS:
        heading = next(each.heading for each in DELIVERY_BY_PARTNER.columns if each.name == rating)
        counts = [int(count) * 100 for count in frame[rating]]
        yield f"{name}: {heading}", (Whole(name, heading),), counts
    if delivery.tracker["risk_weighted_pence"].notna().any():
        weighted = _pence(delivery.tracker, ["risk_weighted_pence"])
        yield f"{TRACKER.name}: {WEIGHTED}", (Whole(TRACKER.name, WEIGHTED),), weighted


def _pence(frame: pd.DataFrame, names: Sequence[str]) -> list[int]:
    return [int(pence or 0) for name in names for pence in frame[name]]


def _listed(columns: Sequence[Whole]) -> tuple[FormulaPart, ...]:
    first, *rest = columns
    return (first, *(part for each in rest for part in (",", each)))


def _same() -> Formula:
    """Both numbers as reported: the sum to the penny, the size as near as its digits go."""
    gap = ("ABS(", This("Size now"), "-", This("Size as reported"), ")")
    return formula(
        *("IF(ISERROR(", This("Size now"), f'),"{DIFFERS}",'),
        *("IF(AND(", This("Sum now"), "=", This("Sum as reported"), ",", *gap),
        *("<=", TOLERANCE, "*", This("Size as reported"), f'),"{SAME}","{DIFFERS}"))'),
    )


def _checks(results: Results, *, whole: bool) -> Table:
    rows = ("ROWS(", Whole(REPORTED.name, "Result"), ")")
    same = ("COUNTIF(", Whole(REPORTED.name, "Result"), f',"{SAME}")=', *rows)
    says: dict[Name, tuple[object, Formula | None]] = {
        **(_controls(results) if whole else {}),
        _INPUTS_CHECK: (
            SAME,
            _check(*_equal(Whole(INPUTS.name, "Value"), Whole(INPUTS.name, "As reported"))),
        ),
        _FLAGS_CHECK: (SAME, _check(*_equal(_flags("now"), _flags("reported", " as reported")))),
        _FIGURES_CHECK: (SAME, _check(*same)),
        _ALL_CHECK: (SAME, _all_same()),
        REPORTED_CHECK: (AS_REPORTED, _as_reported()),
        WORKBOOK_CHECK: (AS_REPORTED, formula(REPORTED_CHECK)),
    }
    if whole:
        joined = formula(formulas.CONTROLS_CHECK, '&" "&', REPORTED_CHECK)
        says[WORKBOOK_CHECK] = (f"{verdict(results)} {AS_REPORTED}", joined)
    frame = pd.DataFrame(
        {
            "name": [name.name for name in says],
            "says": pd.Series([value for value, _ in says.values()], dtype=object),
            "use": [_USES[name] for name in says],
        }
    )
    checks = table(CHECKS, frame, looks=Looks(airy=True))
    words = replace(
        checks.columns[1],
        shows=[Show.COUNT if isinstance(value, int) else Show.TEXT for value, _ in says.values()],
        formulas=[each for _, each in says.values()],
        names=[name.name for name in says],
        alarms=ALARMS,
        longest={len(says) - 1: _longest(results, whole=whole)},
    )
    return replace(
        checks,
        columns=(checks.columns[0], words, *checks.columns[2:]),
        caption="What stands at the top of every sheet",
    )


def _controls(results: Results) -> dict[Name, tuple[object, Formula | None]]:
    """How many controls there are and fail, and the sentence on that."""
    every, failed, how_far = len(results.controls), failures(results.controls), scope(results)
    return {
        formulas.CONTROLS_NUMBER: (every, formulas.controls_number()),
        formulas.CONTROLS_FAILED: (failed, formulas.controls_failed()),
        **({formulas.CONTROLS_SCOPE: (f"{how_far}.", None)} if how_far else {}),
        formulas.ALL_PASS: (
            verdict_on(0, every, how_far),
            formulas.all_pass(in_part=bool(how_far)),
        ),
        formulas.CONTROLS_CHECK: (verdict(results), formulas.verdict()),
    }


def _flags(when: str, which: str = "") -> Whole:
    """What each category counts in, now or as reported."""
    first, last = (f"{flag}{which}" for flag in (_FLAGS[0], _FLAGS[-1]))
    return Whole(CATEGORIES_TABLE.name, first, last, f"Flags_{when}")


def _check(*holds: FormulaPart) -> Formula:
    """As reported where the condition holds; an error value holds nothing."""
    return formula("IF(IFERROR(", *holds, f',FALSE),"{SAME}","{DIFFERS}")')


def _all_same() -> Formula:
    """Whether every input, every flag of a category and every figure is as reported."""
    checks = (_INPUTS_CHECK, _FLAGS_CHECK, _FIGURES_CHECK)
    holds = [part for check in checks for part in (",", check, f'="{SAME}"')][1:]
    return formula("IF(AND(", *holds, f'),"{SAME}","{DIFFERS}")')


def _as_reported() -> Formula:
    """What is said of inputs and figures."""
    broken = ("SUMPRODUCT(--ISERROR(", Whole(REPORTED.name, "Size now"), "))>0")
    words = ("IF(", *broken, ",", _WORDS_BROKEN, ",", _WORDS_CHANGED, ")")
    return formula("IF(", _ALL_CHECK, f'="{SAME}",', _WORDS_SAME, ",", *words, ")")


def _equal(now: Whole, reported: Whole) -> tuple[FormulaPart, ...]:
    return ("SUMPRODUCT(--(", now, "<>", reported, "))=0")
