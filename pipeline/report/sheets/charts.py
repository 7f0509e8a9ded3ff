"""Charts: who pays and who saves, when it is paid back, and which services it comes from."""

from collections.abc import Iterator, Sequence

from pipeline.core.money import unit_name
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import delivered, findings, live
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.formula import This, Where
from pipeline.report.spec import Column, Sheet, Table
from pipeline.report.tables import records, scenario_width
from pipeline.report.wording import about, in_units, in_words
from schemas.outputs import BY_SERVICE, BY_YEAR, SUMMARY, OutputTable, Show
from schemas.vocabulary import (
    ALL_STRANDS,
    CUMULATIVE_MEASURE,
    TOTAL_PROGRAMME,
)

NAME = "Charts"
SERVICES = "Annual_by_service"
# More names don't stand side by side under columns; more bars than that are no picture.
_MOST_COLUMNS, _MOST_BARS = 6, 12
_WIDTH, _FIGURE = 88, 10
_PIXELS, _MOST_PIXELS = 320, 515
_PIXELS_A_BAR, _PIXELS_BESIDE = 10, 140


def sheet(results: Results, partner: Partner | None = None) -> Sheet:
    """Questions, each answered by a chart of one of the tables."""
    programme = results.programme
    services = _services(results, partner)
    drawn = (
        *_headline_charts(results, partner),
        _years(results, partner),
        _service_chart(results, partner, services),
    )
    return Sheet(
        NAME,
        "Charts: " + ("your part in pictures" if partner else "the programme in pictures"),
        (*drawn, services, *delivered.charts(results, partner)),
        (
            about(programme, partner),
            f"{in_units(programme)} Each chart is drawn from the table that is named below it.",
        ),
        f"{drawn[-2].finding}. {drawn[-1].finding}.",
        note="Who pays and who saves, when, and from which services?",
        upright=True,
    )


def _headings(declared: OutputTable, name: str, programme: Programme) -> tuple[str, ...]:
    """The headings of a declared column, one per scenario or year."""
    column = next(each for each in declared.columns if each.name == name)
    return column.headings(programme.scenarios)


def _axis(programme: Programme) -> str:
    return f"{unit_name(programme.report_unit)}, savings in brackets"


def _drawn(names: int) -> Drawn:
    return Drawn.COLUMNS if names <= _MOST_COLUMNS else Drawn.BARS


def _height(drawn: Drawn, bars: int) -> int:
    """Pixels: bars that lie need room for each, as far as a row goes."""
    if drawn is Drawn.COLUMNS:
        return _PIXELS
    return min(_MOST_PIXELS, max(_PIXELS, _PIXELS_BESIDE + bars * _PIXELS_A_BAR))


# One-off against annual cashable


def _headline_charts(results: Results, partner: Partner | None) -> Iterator[Chart]:
    """By partner; in a partner's pack by strand. Many names make several charts."""
    programme = results.programme
    rows = records(results.summary[results.summary["scenario"] == programme.scenarios[0]])
    if partner:
        shown = [n for n, row in enumerate(rows) if row["strand"] != ALL_STRANDS]
    else:
        whole = [n for n, row in enumerate(rows) if row["strand"] == ALL_STRANDS]
        shown = [n for n in whole if rows[n]["organisation"] != TOTAL_PROGRAMME]
    finding = findings.own(results, partner) if partner else findings.who(results)
    for start in range(0, len(shown), _MOST_BARS):
        part = shown[start : start + _MOST_BARS]
        yield _headline_chart(programme, part, finding, by_strand=partner is not None)


def _headline_chart(
    programme: Programme, rows: Sequence[int], finding: str, *, by_strand: bool
) -> Chart:
    label = "Strand" if by_strand else "Organisation"
    drawn = _drawn(len(rows))
    series = tuple(
        Series(
            Range(SUMMARY.name, heading, HEADINGS),
            Range(SUMMARY.name, label, rows[0], last_row=rows[-1]),
            Range(SUMMARY.name, heading, rows[0], last_row=rows[-1]),
            colour=measure,
            pattern=scenario,
        )
        for measure, name in enumerate(("one_off_pence", "annual_cashable_pence"))
        for scenario, heading in enumerate(_headings(SUMMARY, name, programme))
    )
    kind = "strand" if by_strand else "partner"
    return Chart(
        drawn,
        "What does it cost once, and what does it save a year?"
        if by_strand
        else "Who bears the one-off cost, and who saves?",
        finding,
        series,
        _axis(programme),
        "Strand" if by_strand else "Organisation",
        f"Drawn from {SUMMARY.name}, {ALL_STRANDS if not by_strand else 'its strands'}.",
        f"One-off and annual cashable amounts by {kind}, {in_words(programme.scenarios)} side by "
        f"side. {finding}.",
        _height(drawn, len(rows) * len(series)),
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
                    mark="Breaks even",
                    mark_above=place == len(programme.scenarios) - 1,
                )
            )
    finding = findings.when(results, partner)
    return Chart(
        Drawn.LINES,
        "When does it pay for itself?",
        finding,
        tuple(series),
        _axis(programme),
        "Financial year",
        f"Drawn from {BY_YEAR.name}, {CUMULATIVE_MEASURE} of {whole}.",
        f"Lines of cumulative net cashable from {labels[0]} to {labels[-1]}, "
        f"{in_words(programme.scenarios)}. {finding}.",
    )


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
    add = live.adder(results)
    where = [Where("Service", This("Service"))]
    if not partner:
        where.append(Where("Organisation", live.WHOLE))
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
                    formulas=[add.total(BY_SERVICE.name, heading, *where)] * len(ranked),
                )
                for heading, scenario in zip(
                    _headings(SUMMARY, "annual_cashable_pence", programme),
                    programme.scenarios,
                    strict=True,
                )
            ),
        ),
        airy=True,
        caption="Annual cashable by service, the largest saving first",
        description="Annual cashable amounts by service, the largest saving first",
    )


def _service_chart(results: Results, partner: Partner | None, services: Table) -> Chart:
    programme = results.programme
    names, *amounts = services.columns
    shown = min(len(names.values), _MOST_BARS)
    series = tuple(
        Series(
            Range(SERVICES, column.heading, HEADINGS),
            Range(SERVICES, names.heading, 0, last_row=shown - 1),
            Range(SERVICES, column.heading, 0, last_row=shown - 1),
            colour=1,
            pattern=number,
        )
        for number, column in enumerate(amounts)
    )
    finding = findings.from_services(results, partner)
    left = len(names.values) - shown
    return Chart(
        Drawn.BARS,
        "Which services does the annual saving come from?",
        finding,
        series,
        _axis(programme),
        "Service",
        f"Drawn from {SERVICES} below"
        + (f", its first {shown} of {len(names.values)} services." if left else "."),
        f"Bars of annual cashable amounts in {year_label(programme.steady_year)} by service, "
        f"{in_words(programme.scenarios)} side by side. {finding}.",
        _height(Drawn.BARS, shown * len(series)),
    )
