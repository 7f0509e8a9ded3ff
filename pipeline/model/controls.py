"""Control totals: everything that came in is accounted for, and every table adds up to the
register (contract, section 6)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import pandas as pd

from pipeline.core.account import Account, NumberUse
from pipeline.core.grouping import number_rows
from pipeline.core.lines import Mask
from pipeline.core.money import money_text
from pipeline.core.programme import Programme, Tag
from pipeline.core.results import Results, Subject
from pipeline.core.returns import Pence
from pipeline.model.budget import NET_OF
from pipeline.model.intake import ReturnTotals
from pipeline.model.sums import sums_of
from pipeline.model.tags import stated_thousandths
from schemas.confidence import Weights, all_risk_weighted
from schemas.model import CONTROLS, MEASURES
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    ANNUAL_MEASURE,
    CATEGORIES,
    CUMULATIVE_MEASURE,
    GAP_TOTALS,
    NET_CASHABLE,
    NET_CASHABLE_MEASURE,
    NOT_YET_APPORTIONED,
    ONE_OFF,
    ONE_OFF_MEASURE,
    PAYBACK_MEASURE,
    RISK_WEIGHTED_MEASURE,
    TOTAL_PROGRAMME,
)

PENCE, COUNT = "pence", "count"
_WHOLE = "programme"


@dataclass(frozen=True)
class Check:
    """Two figures that must agree, found by different ways."""

    control: str
    unit: str
    expected: int
    actual: int
    subject: Subject | None = None


class _Sums:
    """The figures of a frame added up by what its rows say in some columns; a blank one is nil."""

    def __init__(self, frame: pd.DataFrame, names: Sequence[str], columns: Sequence[str]) -> None:
        numbered = [number_rows(frame[name]) for name in names]
        self._texts = [texts for _, texts in numbered]
        figures = frame[list(columns)].to_numpy()
        if figures.dtype == object:
            figures = np.where(pd.isna(figures), 0, figures)
        places = [numbers for numbers, _ in numbered]
        self._sums = sums_of(figures, places, [len(texts) for texts in self._texts])

    def of(self, *words: Collection[str]) -> list[int]:
        """The sums of each column over the rows that say one of these words in each of the columns
        of text; whatever they say in those for which there are none."""
        sums = self._sums
        for texts, allowed in zip(self._texts, words, strict=False):
            sums = sums[[place for place, text in enumerate(texts) if text in allowed]].sum(axis=0)
        added: list[int] = sums.sum(axis=tuple(range(sums.ndim - 1))).tolist()
        return added


def controls_table(controls: Iterable[Check]) -> pd.DataFrame:
    """CONTROLS."""
    rows = [(c.control, c.unit, c.expected, c.actual, c.subject) for c in controls]
    return pd.DataFrame(rows, columns=CONTROLS.names(), dtype=object)


def intake_controls(
    files: int, read_files: int, not_read: int, returns: Sequence[ReturnTotals]
) -> list[Check]:
    """Files, and per return rows and money: what came in against what became of it."""
    controls = [Check("Files found = read + not read", COUNT, files, read_files + not_read)]
    for r in returns:
        rows = r.accepted_rows + r.rejected_rows + r.excluded_rows + r.left_out_rows
        money = r.accepted_pence + r.rejected_pence + r.excluded_pence + r.left_out_pence
        kinds = "accepted + rejected + excluded + left out"
        title = f"{r.workbook}: rows read = {kinds}"
        controls.append(Check(title, COUNT, r.read_rows, rows))
        title = f"{r.workbook}: money read = {kinds} + outside the years"
        controls.append(Check(title, PENCE, r.read_pence, money + r.outside_pence))
    return controls


def account_control(workbook: str, account: Account) -> Check:
    """Every number on a return's sheets, counted without looking at what it is, against what each
    of them is; the control's name says how many there are of which kind, and their money as it
    stands there: nothing of it is a cost or saving yet, and brackets would say so."""
    kinds = [
        f"{cells:,} {place.words}, {'minus ' if pence < 0 else ''}{money_text(abs(pence))}"
        for place, cells, pence in zip(NumberUse, account.cells, account.pence, strict=True)
        if cells
    ]
    title = f"{workbook}: numbers on its sheets = {' + '.join(kinds) or 'none'}"
    return Check(title, COUNT, account.all_cells, sum(account.cells))


def model_controls(
    entered: Pence,
    incremental: Mask,
    scenarios: Pence,
    results: Results,
) -> list[Check]:
    """Accepted money to the model, shares to the programme, and every table to the register.

    ``entered``: pence of the accepted lines by year, before running totals; ``incremental`` and
    ``scenarios`` (how many each counts in) by line.
    """
    return [
        _accepted_to_model(entered, incremental, scenarios, results),
        *_shares(results),
        *_tables(results),
        *_paybacks(results),
        *_risk_weighted(results),
        *_budget(results),
        *_tags(results),
    ]


def _accepted_to_model(
    entered: Pence,
    incremental: Mask,
    scenarios: Pence,
    results: Results,
) -> Check:
    """A change on the year before counts in its own year and in every later one."""
    years = entered.shape[1]
    times = np.where(incremental[:, None], np.arange(years, 0, -1)[None, :], 1)
    expected = int((entered * times * scenarios[:, None]).sum())
    title = "Accepted money, with running totals and scenarios written out = the register"
    actual = int(results.register["total_pence"].sum())
    return Check(title, PENCE, expected, actual, Subject("Register"))


def _shares(results: Results) -> list[Check]:
    labels = results.programme.year_labels
    lines, parts = (
        _Sums(frame, ("scenario",), labels) for frame in (results.register, results.apportioned)
    )
    controls = []
    for scenario in results.programme.scenarios:
        years = zip(labels, lines.of([scenario]), parts.of([scenario]), strict=True)
        for label, expected, actual in years:
            title = f"{scenario}, {label}: shares + not yet apportioned = programme"
            subject = Subject("Apportioned", scenario, label)
            controls.append(Check(title, PENCE, expected, actual, subject))
    return controls


def _tables(results: Results) -> list[Check]:
    programme = results.programme
    lines = _Sums(results.register, ("scenario", "category"), programme.year_labels)
    tables = list(_headlines(results))
    years = _Sums(
        results.by_year,
        ("scenario", "organisation", "measure"),
        (*programme.year_labels, "total_pence"),
    )
    controls = []
    for scenario in programme.scenarios:
        one_off = sum(lines.of([scenario], ONE_OFF))
        annual = lines.of([scenario], ANNUAL_CASHABLE)[programme.steady_index]
        for place, measure, expected in (
            (0, ONE_OFF_MEASURE, one_off),
            (1, ANNUAL_MEASURE, annual),
        ):
            for whose, organisations in _sides(programme):
                for table, words, sums, together, strands in tables:
                    title = f"{words}, {whose}: {measure.lower()}, {scenario} = the register"
                    subject = Subject(table, scenario, measure, whose == _WHOLE, together)
                    actual = sums.of([scenario], organisations, *strands)[place]
                    controls.append(Check(title, PENCE, expected, actual, subject))
        controls += _years(programme, scenario, lines, years)
    return controls


def _headlines(
    results: Results,
) -> Iterator[tuple[str, str, _Sums, bool, tuple[Collection[str], ...]]]:
    """The tables with One-off and Annual cashable by scenario and organisation: their name, words
    for the rows that count, their sums, whether these are of all strands together, and the strands
    of the rows where they have any."""
    columns = [measure.column for measure in MEASURES]
    names = ("scenario", "organisation")
    sums = _Sums(results.summary, (*names, "strand"), columns)
    apart = [strand for strand in results.summary["strand"].unique() if strand != ALL_STRANDS]
    yield "Summary", "Summary, strands", sums, False, (apart,)
    yield "Summary", f"Summary, {ALL_STRANDS.lower()}", sums, True, ([ALL_STRANDS],)
    for frame, table in ((results.appraisal, "Appraisal"), (results.by_service, "By_service")):
        yield table, table, _Sums(frame, names, columns), True, ()


def _years(programme: Programme, scenario: str, lines: _Sums, years: _Sums) -> list[Check]:
    """By_year against the register: each category over all years and each year over all
    categories, so that an amount in a wrong row is found, and one in a wrong year too.

    ``lines``: the register's by scenario and category; ``years``: By_year's by scenario,
    organisation and measure, the column of totals last."""
    controls = []
    labels = programme.year_labels
    by_category = {each: lines.of([scenario], [each]) for each in CATEGORIES}
    every_year, net_years = lines.of([scenario]), lines.of([scenario], NET_CASHABLE)
    for whose, organisations in _sides(programme):
        whole = whose == _WHOLE
        categories, net, running = (
            years.of([scenario], organisations, measures)
            for measures in (CATEGORIES, [NET_CASHABLE_MEASURE], [CUMULATIVE_MEASURE])
        )
        table = f"By_year, {whose}"
        for measure, expected, actual in (
            *(
                (each, sum(pence), sum(years.of([scenario], organisations, [each])[:-1]))
                for each, pence in by_category.items()
            ),
            (NET_CASHABLE_MEASURE, sum(net_years), net[-1]),
            ("", sum(every_year), categories[-1]),
        ):
            title = f"{table}: {measure or 'totals of all categories'}, {scenario} = the register"
            about = Subject("By_year", scenario, measure, whole)
            controls.append(Check(title, PENCE, expected, actual, about))
        for words, measure, figures, sums in (
            ("all categories", "", categories, every_year),
            (NET_CASHABLE_MEASURE, NET_CASHABLE_MEASURE, net, net_years),
            (CUMULATIVE_MEASURE, CUMULATIVE_MEASURE, running, list(accumulate(net_years))),
        ):
            for label, expected, actual in zip(labels, sums, figures[:-1], strict=True):
                title = f"{table}, {label}: {words}, {scenario} = the register"
                about = Subject("By_year", scenario, measure, whole, year=label)
                controls.append(Check(title, PENCE, expected, actual, about))
    return controls


def _sides(programme: Programme) -> list[tuple[str, list[str]]]:
    """A table's figures twice over: the programme's own, and the organisations' added up."""
    names = [partner.name for partner in programme.partners]
    return [(_WHOLE, [TOTAL_PROGRAMME]), ("partners", [*names, NOT_YET_APPORTIONED])]


def _paybacks(results: Results) -> Iterable[Check]:
    """Where there is a payback it is shown, and nowhere else: a blank cell hides none."""
    columns = ["scenario", "one_off_pence", "annual_cashable_pence", "payback_years"]
    for name, frame in (("Summary", results.summary), ("Appraisal", results.appraisal)):
        rows = list(frame[columns].itertuples(index=False, name=None))
        for scenario in results.programme.scenarios:
            of_scenario = [row[1:] for row in rows if row[0] == scenario]
            expected = sum(
                annual < 0 or (annual == 0 and one_off < 0) for one_off, annual, _ in of_scenario
            )
            actual = sum(years is not None for _, _, years in of_scenario)
            title = f"{name}: rows that pay back, {scenario} = payback years shown"
            yield Check(title, COUNT, expected, actual, Subject(name, scenario, PAYBACK_MEASURE))


def _risk_weighted(results: Results) -> Iterable[Check]:
    """The programme's annual cashable weighted by risk, from the lines of each weight."""
    programme = results.programme
    if not programme.confidence:
        return
    weights = Weights(programme.confidence)
    for scenario in programme.scenarios:
        lines = results.register[results.register["scenario"] == scenario]
        expected = 0
        for (category, word), alike in lines.groupby(["category", "confidence"], dropna=False):
            weight = weights.of_line(str(category), word if isinstance(word, str) else "").weight
            annual = alike["annual_cashable_pence"].to_numpy(dtype=np.int64)
            expected += int(all_risk_weighted(annual, weight).sum())
        rows = results.appraisal
        whole = (rows["organisation"] == TOTAL_PROGRAMME) & (rows["scenario"] == scenario)
        actual = _added(rows[whole], "risk_weighted_pence")
        title = f"Appraisal, programme: {RISK_WEIGHTED_MEASURE.lower()}, {scenario} = the register"
        yield Check(
            title, PENCE, expected, actual, Subject("Appraisal", scenario, RISK_WEIGHTED_MEASURE)
        )


def _budget(results: Results) -> Iterable[Check]:
    """The running totals of Budget against By_year, and of the gaps against the sheet Gap and
    By_year."""
    programme, labels = results.programme, results.programme.year_labels
    if not programme.gap:
        return
    for scenario in programme.scenarios:
        years, changes = (
            frame[frame["scenario"] == scenario] for frame in (results.by_year, results.budget)
        )
        for whose, organisations in _sides(programme):
            effects = years[years["organisation"].isin(organisations)]
            changes_of_side = changes[changes["organisation"].isin(organisations)]
            subject = Subject("Budget", scenario, whole=whose == _WHOLE)
            for measure, categories in NET_OF.items():
                effects_of_measure = effects[effects["measure"].isin(categories)]
                running = accumulate(
                    _sums(changes_of_side[changes_of_side["measure"] == measure], labels)
                )
                for label, actual in zip(labels, running, strict=True):
                    words = f"running total of {measure.lower()}"
                    title = f"Budget, {whose}, {label}: {words}, {scenario} = By_year"
                    about = replace(subject, measure=measure, year=label)
                    yield Check(title, PENCE, _added(effects_of_measure, label), actual, about)
        yield from _gaps(results, scenario, years)


def _gaps(results: Results, scenario: str, years: pd.DataFrame) -> Iterable[Check]:
    programme, labels = results.programme, results.programme.year_labels
    names = [partner.name for partner in programme.partners]
    net = years[years["organisation"].isin(names) & (years["measure"] == NET_CASHABLE_MEASURE)]
    after = results.budget_gap[
        (results.budget_gap["scenario"] == scenario)
        & (results.budget_gap["measure"] == GAP_TOTALS[-1])
    ]
    before = accumulate(map(sum, zip(*programme.gap, strict=True)))
    for label, gap in zip(labels, before, strict=True):
        title = f"Budget_gap, {label}: gap after, {scenario} = gap before + By_year of the partners"
        yield Check(title, PENCE, gap + _added(net, label), _added(after, label))


def _tags(results: Results) -> Iterable[Check]:
    """The values of each list against the total programme of Summary; each number against the
    lines, and the organisations' against the programme's."""
    programme, summary = results.programme, results.summary
    whole = summary[
        (summary["strand"] == ALL_STRANDS) & (summary["organisation"] == TOTAL_PROGRAMME)
    ]
    for tag in programme.tags:
        for scenario in programme.scenarios:
            if tag.is_number:
                yield from _tag_numbers(results, tag, scenario)
                continue
            rows = results.by_tag[
                (results.by_tag["tag"] == tag.heading) & (results.by_tag["scenario"] == scenario)
            ]
            totals = whole[whole["scenario"] == scenario]
            for measure in MEASURES:
                expected, actual = (_added(each, measure.column) for each in (totals, rows))
                title = f"By_tag, {tag.heading}: {measure.heading.lower()}, {scenario} = Summary"
                subject = Subject("By_tag", scenario, measure.heading, kind=tag.heading)
                yield Check(title, PENCE, expected, actual, subject)


def _tag_numbers(results: Results, tag: Tag, scenario: str) -> Iterable[Check]:
    rows = results.tag_numbers[
        (results.tag_numbers["tag"] == tag.heading) & (results.tag_numbers["scenario"] == scenario)
    ]
    lines = results.register[results.register["scenario"] == scenario]
    expected = sum(stated_thousandths(lines, tag)[1].tolist())
    for whose, organisations in _sides(results.programme):
        actual = _added(rows[rows["organisation"].isin(organisations)], "amount")
        title = f"Tag_numbers, {tag.heading}, {whose}: thousandths, {scenario} = the register"
        yield Check(title, COUNT, expected, actual)


def _sums(rows: pd.DataFrame, labels: Iterable[str]) -> list[int]:
    """The sum of each year."""
    return [_added(rows, label) for label in labels]


def _added(rows: pd.DataFrame, column: str) -> int:
    return int(rows[column].sum())
