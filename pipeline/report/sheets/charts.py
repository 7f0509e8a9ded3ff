"""Charts: who pays and who saves, when it is paid back, and which services it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.core.money import unit_name
from pipeline.core.phrases import in_words
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import delivered, findings, formulas, reported
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.excel.charts import chart_text
from pipeline.report.formula import This, Where, formula
from pipeline.report.measure import text_width
from pipeline.report.spec import Column, Purpose, Sheet, Table
from pipeline.report.tables import records, scenario_width
from pipeline.report.wording import about, in_units
from schemas.model import MEASURES
from schemas.outputs import BY_SERVICE, BY_YEAR, SUMMARY, OutputTable, Show
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_MEASURE,
    CUMULATIVE_MEASURE,
    NOT_YET_APPORTIONED,
    TOTAL_PROGRAMME,
)

NAME = "Charts"
SERVICES, PARTNERS = "Annual_by_service", "Headlines_by_partner"
TITLES = "Chart_titles"
WHEN = "When does it pay for itself?"
COVER_PIXELS = 380
_MEASURES = (findings.ONE_OFF, findings.ANNUAL)
# More names don't stand side by side under columns; more bars than that are no picture.
_MOST_COLUMNS, _MOST_BARS, _MOST_PARTNERS = 6, 12, 9
_WIDTH, _FIGURE = 88, 10
_PIXELS, _MOST_PIXELS = 320, 515
_PIXELS_A_BAR, _PIXELS_BESIDE = 10, 140


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """Questions, each answered by a chart of one of the tables."""
    programme = results.programme
    services = _services(results, partner)
    partners = None if partner else _partners(results)
    when, which = _years(results, partner), _service_chart(results, partner, services)
    charts = (*_headline_charts(results, partner, partners), when, which)
    titled, titles = with_titles((*charts, *delivered.charts(results, partner)))
    return Sheet(
        NAME,
        "Charts: " + ("your part in pictures" if partner else "the programme in pictures"),
        (
            *titled[: len(charts)],
            services,
            *([partners] if partners else []),
            *titled[len(charts) :],
            titles,
        ),
        (
            about(programme, partner),
            f"{in_units(programme)} Each chart is drawn from the table that is named below it.",
        ),
        f"{when.finding}. {which.finding}.",
        note="Who pays and who saves, when, and from which services?",
        upright=True,
        purpose=Purpose.DECIDE,
    )


def with_titles(charts: tuple[Chart, ...], name: str = TITLES) -> tuple[tuple[Chart, ...], Table]:
    """The charts, each with its title in a cell of a table of titles (``name``), which says so
    where the figures are no longer those that the title speaks of."""
    now = formula(
        *("IF(", reported.REPORTED_CHECK, f'="{reported.AS_REPORTED}","","As reported: ")&'),
        This("As reported"),
    )
    titles = [chart_text(chart.finding) for chart in charts]
    table = Table(
        name,
        (
            Column("Chart", [chart.caption for chart in charts], width=34),
            Column("As reported", titles, Show.LONG_TEXT, 30),
            Column("Title", titles, Show.LONG_TEXT, 30, formulas=[now] * len(titles)),
        ),
        airy=True,
        caption="The charts' titles, which say so once the figures are no longer those reported",
        description="The titles of the charts",
    )
    return tuple(
        replace(chart, title=Range(name, "Title", row)) for row, chart in enumerate(charts)
    ), table


def _headings(declared: OutputTable, name: str, programme: Programme) -> tuple[str, ...]:
    """The headings of a declared column, one per scenario or year."""
    column = next(each for each in declared.columns if each.name == name)
    return column.headings(programme.scenarios)


def _axis(programme: Programme) -> str:
    return f"{unit_name(programme.report_unit)}, savings in brackets"


def _drawn(names: int) -> Drawn:
    return Drawn.COLUMNS if names <= _MOST_COLUMNS else Drawn.BARS


def _height(way: Drawn, bars: int) -> int:
    """Pixels: bars that lie need room for each, as far as a row goes."""
    if way is Drawn.COLUMNS:
        return _PIXELS
    return min(_MOST_PIXELS, max(_PIXELS, _PIXELS_BESIDE + bars * _PIXELS_A_BAR))


# One-off against annual cashable


def _ends(programme: Programme) -> list[tuple[int, str]]:
    """The first and the last scenario with their numbers, as a rule the best and the worst."""
    numbered = list(enumerate(programme.scenarios))
    return [numbered[0], numbered[-1]] if len(numbered) > 1 else numbered


def _spoken_of(programme: Programme) -> str:
    """The scenario of the title, one of those that are drawn."""
    scenarios = [scenario for _, scenario in _ends(programme)]
    return programme.plan_scenario if programme.plan_scenario in scenarios else scenarios[-1]


def _partners(results: Results) -> Table | None:
    """The figures of partners that are too many for columns, under short names, the largest
    saving first."""
    programme = results.programme
    rows = [
        row
        for row in records(results.summary[results.summary["strand"] == ALL_STRANDS])
        if row["organisation"] != TOTAL_PROGRAMME
    ]
    figures_of = {(row["organisation"], row["scenario"]): row for row in rows}
    names = list(dict.fromkeys(str(row["organisation"]) for row in rows))
    if len(names) <= _MOST_COLUMNS:
        return None
    spoken = _spoken_of(programme)
    names.sort(
        key=lambda name: (
            name == NOT_YET_APPORTIONED,
            findings.pence(figures_of[name, spoken], findings.ANNUAL),
        )
    )
    codes = {each.name: each.code for each in programme.partners}
    width = scenario_width(programme.scenarios, _FIGURE)
    add = formulas.adder(results)
    where = (Where("Strand", formulas.TOGETHER), Where("Organisation", This("Organisation")))
    figures = [
        Column(
            _headings(SUMMARY, name, programme)[number],
            [figures_of[each, scenario][name] for each in names],
            Show.MONEY,
            width,
            formulas=[
                add.total(
                    SUMMARY.name,
                    formulas.of_scenario(SUMMARY.name, measure.heading, programme, scenario),
                    *where,
                )
            ]
            * len(names),
        )
        for measure in MEASURES
        for name in [measure.column]
        for number, scenario in _ends(programme)
    ]
    return Table(
        PARTNERS,
        (
            Column("Organisation", names, width=34),
            *figures,
            Column("Code", [codes.get(each, each) for each in names], width=22),
        ),
        airy=True,
        caption="One-off and annual cashable by partner, the largest saving as reported first",
        description="One-off and annual cashable amounts by partner, the largest saving first",
    )


def _headline_charts(
    results: Results, partner: Partner | None, partners: Table | None
) -> Iterator[Chart]:
    """By partner, in a partner's pack by strand; of many partners those that save most, from
    ``partners``."""
    programme = results.programme
    spoken = _spoken_of(programme)
    rows = records(results.summary[results.summary["scenario"] == programme.scenarios[0]])
    if partner:
        finding = findings.partner_totals(results, partner, spoken)
        strand_rows = [n for n, row in enumerate(rows) if row["strand"] != ALL_STRANDS]
        for start in range(0, len(strand_rows), _MOST_BARS):
            part = strand_rows[start : start + _MOST_BARS]
            names = [str(rows[n]["strand"]) for n in part]
            words = f"Drawn from {SUMMARY.name}, its strands."
            yield _headline_chart(programme, SUMMARY.name, "Strand", part, names, finding, words)
        return
    finding = findings.who(results, spoken)
    if partners:
        every = partners.rows
        part = list(range(min(every, _MOST_PARTNERS)))
        first = f", its first {len(part)} of {every} organisations" if len(part) < every else ""
        words = f"Drawn from {PARTNERS} below{first}."
        labels = [str(code) for code in partners.columns[-1].values]
        yield _headline_chart(programme, PARTNERS, "Code", part, labels, finding, words)
        return
    whole = [n for n, row in enumerate(rows) if row["strand"] == ALL_STRANDS]
    part = [n for n in whole if rows[n]["organisation"] != TOTAL_PROGRAMME]
    names = [str(rows[n]["organisation"]) for n in part]
    words = f"Drawn from {SUMMARY.name}, {ALL_STRANDS}."
    yield _headline_chart(programme, SUMMARY.name, "Organisation", part, names, finding, words)


def _headline_chart(
    programme: Programme,
    table: str,
    label: str,
    rows: Sequence[int],
    names: Sequence[str],
    finding: str,
    words: str,
) -> Chart:
    way = _drawn(len(rows)) if table == SUMMARY.name else Drawn.BARS
    series = tuple(
        Series(
            Range(table, heading, HEADINGS),
            Range(table, label, rows[0], last_row=rows[-1]),
            Range(table, heading, rows[0], last_row=rows[-1]),
            colour=measure,
            pattern=place,
        )
        for measure, name in enumerate(_MEASURES)
        for place, (number, _) in enumerate(_ends(programme))
        for heading in [_headings(SUMMARY, name, programme)[number]]
    )
    by_strand = label == "Strand"
    kind = "strand" if by_strand else "partner"
    return Chart(
        way,
        "What does it cost once, and what does it save a year?"
        if by_strand
        else "Who bears the one-off cost, and who saves?",
        finding,
        series,
        _axis(programme),
        "Strand" if by_strand else "Organisation",
        words,
        f"One-off and annual cashable amounts by {kind}, "
        f"{in_words([scenario for _, scenario in _ends(programme)])} side by side. {finding}.",
        _height(way, len(rows) * len(series)),
        max(map(text_width, names)),
    )


# The running total


def _years(results: Results, partner: Partner | None) -> Chart:
    """Cumulative net cashable by year, a line for each scenario, its break-even year marked."""
    programme = results.programme
    labels = programme.year_labels
    rows = records(results.by_year)
    whole = findings.whose(partner)
    even = {
        row["scenario"]: row["break_even_year"]
        for row in records(results.appraisal)
        if row["organisation"] == whole
    }
    series = []
    for number, row in enumerate(rows):
        if row["organisation"] == whole and row["measure"] == CUMULATIVE_MEASURE:
            year = even[row["scenario"]]
            place = programme.scenarios.index(str(row["scenario"]))
            series.append(
                Series(
                    Range(BY_YEAR.name, "Scenario", number),
                    Range(BY_YEAR.name, labels[0], HEADINGS, labels[-1]),
                    Range(BY_YEAR.name, labels[0], number, labels[-1]),
                    colour=place,
                    pattern=place,
                    marked=labels.index(str(year)) if year else None,
                    mark="Breaks even, as reported",
                    mark_at=_mark_at(place, len(programme.scenarios)),
                )
            )
    finding = findings.when(results, partner)
    return Chart(
        Drawn.LINES,
        WHEN,
        finding,
        tuple(series),
        _axis(programme),
        "Financial year",
        f"Drawn from {BY_YEAR.name}, {CUMULATIVE_MEASURE}" + ("." if partner else f" of {whole}."),
        f"Lines of cumulative net cashable from {labels[0]} to {labels[-1]}, "
        f"{in_words(programme.scenarios)}. {finding}.",
    )


def _mark_at(place: int, scenarios: int) -> str:
    """The words stand away from the other lines: the first scenario saves most, its line is the
    lowest."""
    if place == scenarios - 1:
        return "above"
    return "below" if place == 0 else "right"


# The services


def _services(results: Results, partner: Partner | None) -> Table:
    """Annual cashable by service, the largest saving of the plan scenario first."""
    programme = results.programme
    amounts = {
        (row["service"], row["scenario"]): row["annual_cashable_pence"]
        for row in records(results.by_service)
        if row["organisation"] == findings.whose(partner)
    }
    ranked = [name for name, _ in findings.ranked(results, partner)]
    width = scenario_width(programme.scenarios, _FIGURE)
    add = formulas.adder(results)
    where = [Where("Service", This("Service"))]
    if not partner:
        where.append(Where("Organisation", formulas.WHOLE))
    return Table(
        SERVICES,
        (
            Column("Service", ranked, width=max(34.0, _WIDTH - width * len(programme.scenarios))),
            *(
                Column(
                    heading,
                    [amounts[name, scenario] for name in ranked],
                    Show.MONEY,
                    width,
                    formulas=[
                        add.total(
                            BY_SERVICE.name,
                            formulas.of_scenario(
                                BY_SERVICE.name, ANNUAL_MEASURE, programme, scenario
                            ),
                            *where,
                        )
                    ]
                    * len(ranked),
                )
                for heading, scenario in zip(
                    _headings(SUMMARY, "annual_cashable_pence", programme),
                    programme.scenarios,
                    strict=True,
                )
            ),
        ),
        airy=True,
        caption="Annual cashable by service, the largest saving as reported first",
        description="Annual cashable amounts by service, the largest saving as reported first",
    )


def _service_chart(results: Results, partner: Partner | None, services: Table) -> Chart:
    programme = results.programme
    names, *amounts = services.columns
    bars = min(len(names.values), _MOST_BARS)
    series = tuple(
        Series(
            Range(SERVICES, column.heading, HEADINGS),
            Range(SERVICES, names.heading, 0, last_row=bars - 1),
            Range(SERVICES, column.heading, 0, last_row=bars - 1),
            colour=1,
            pattern=number,
        )
        for number, column in enumerate(amounts)
    )
    finding = findings.from_services(results, partner)
    rest = len(names.values) - bars
    return Chart(
        Drawn.BARS,
        "Which services does the annual saving come from?",
        finding,
        series,
        _axis(programme),
        "Service",
        f"Drawn from {SERVICES} below"
        + (f", its first {bars} of {len(names.values)} services." if rest else "."),
        f"Bars of annual cashable amounts in {year_label(programme.steady_year)} by service, "
        f"{in_words(programme.scenarios)} side by side. {finding}.",
        _height(Drawn.BARS, bars * len(series)),
        max((text_width(str(name)) for name in names.values[:bars]), default=0.0),
    )
