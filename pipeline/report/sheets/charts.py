"""Charts: who pays and who saves, when it is paid back, and which services it comes from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.money import unit_name
from pipeline.core.phrases import counted, in_words
from pipeline.core.programme import Partner, Programme
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report import delivered, findings, formulas, reported
from pipeline.report.chart import HEADINGS, Chart, Drawn, Range, Series
from pipeline.report.excel.charts import chart_text
from pipeline.report.formula import Formula, Near, This, Where, formula, rounded
from pipeline.report.measure import text_width
from pipeline.report.spec import Column, Purpose, Role, Sheet, Table
from pipeline.report.tables import records, scenario_width
from pipeline.report.wording import about, in_units, own_title
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
# More names, or longer ones, don't stand side by side under columns; more bars are no picture, and
# longer names leave them no room.
_MOST_COLUMNS, _LONGEST_BELOW, _MOST_BARS, _LONGEST_BESIDE = 4, 40, 20, 58
_WIDTH, _FIGURE = 88, 10
_PIXELS, _MOST_PIXELS = 320, 515
_PIXELS_A_BAR, _PIXELS_BESIDE = 18, 140
_SQUARE = "The square on a line is its year of break-even, as reported."


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
        own_title(partner, "your share in pictures", "Charts: the programme in pictures"),
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
        on_paper=False,
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


def _height(way: Drawn, bars: int) -> int:
    """Pixels: bars that lie need room for each, as far as a row goes."""
    if way is Drawn.COLUMNS:
        return _PIXELS
    return min(_MOST_PIXELS, max(_PIXELS, _PIXELS_BESIDE + bars * _PIXELS_A_BAR))


# Bars in order


@dataclass(frozen=True)
class _Bars:
    """What is drawn of many, by name: ``drawn`` one by one, but for groups, whose members stand
    below them in the table, in the order of the groups."""

    drawn: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]

    @property
    def rows(self) -> list[str]:
        """The names of the table's rows."""
        return [*self.drawn, *(name for names in self.groups.values() for name in names)]

    def members(self, row: int) -> tuple[str, ...]:
        """Who is added up in a row; itself where it is no group."""
        name = self.rows[row]
        return self.groups.get(name, (name,)) if row < len(self.drawn) else (name,)

    def added(self, row: int) -> Formula:
        """The sum of the members' cells, which stand below."""
        before = list(self.groups).index(self.drawn[row])
        first = len(self.drawn) + sum(map(len, list(self.groups.values())[:before])) - row
        last = first + len(self.members(row)) - 1
        return formula(*rounded("SUM(", Near(first), ":", Near(last), ")"), reads=last - first)


def _bars(pairs: Iterable[tuple[str, int]], most: int = _MOST_BARS) -> _Bars:
    """The largest saving first, the largest cost last. Of more than ``most`` those that come to
    least are groups, of savings and of costs by themselves: no cost is hidden in a saving."""
    ranked = sorted(pairs, key=lambda pair: pair[1])
    names = [name for name, _ in ranked]
    if len(names) <= most:
        return _Bars(tuple(names), {})
    costs = sum(amount > 0 for _, amount in ranked)
    room = most - min(costs, most // 2)
    savers, bearers = names[: len(names) - costs], names[len(names) - costs :]
    alone, others = _parted(savers, room)
    largest, further = _parted(bearers[::-1], most - len(alone) - bool(others))
    drawn, groups = list(alone), {}
    for name, members in (
        (counted(len(others), "other"), others),
        (f"{counted(len(further), 'other')} that cost", further[::-1]),
    ):
        if members:
            drawn.append(name)
            groups[name] = tuple(members)
    return _Bars((*drawn, *largest[::-1]), groups)


def _parted(names: list[str], room: int) -> tuple[list[str], list[str]]:
    """The first names, and the others where there is no room for all of them."""
    if len(names) <= room:
        return names, []
    return names[: room - 1], names[room - 1 :]


# One-off against annual cashable


def _partners(results: Results) -> Table | None:
    """The figures of partners that are too many, or have too long names, to stand side by side:
    the plan scenario, the largest saving first."""
    programme = results.programme
    plan = programme.plan_scenario
    rows = [
        row
        for row in records(findings.together(results))
        if row["organisation"] != TOTAL_PROGRAMME and row["scenario"] == plan
    ]
    figures_of = {str(row["organisation"]): row for row in rows}
    if _side_by_side(list(figures_of)):
        return None
    waits = [NOT_YET_APPORTIONED] if NOT_YET_APPORTIONED in figures_of else []
    pairs = [
        (name, findings.pence(row, findings.ANNUAL))
        for name, row in figures_of.items()
        if name not in waits
    ]
    bars = _bars(pairs)
    # What nobody bears yet is none of the others: it stands below the partners.
    bars = replace(bars, drawn=(*bars.drawn, *waits))
    names = bars.rows
    codes = {each.name: each.code for each in programme.partners}
    add = formulas.adder(results)
    where = (Where("Strand", formulas.TOGETHER), Where("Organisation", This("Organisation")))
    figures = [
        Column(
            heading,
            [
                sum(findings.pence(figures_of[each], name) for each in bars.members(row))
                for row in range(len(names))
            ],
            Show.MONEY,
            scenario_width(programme.scenarios, _FIGURE),
            formulas=_with_groups(
                bars,
                add.total(
                    SUMMARY.name,
                    formulas.of_scenario(SUMMARY.name, measure.heading, programme, plan),
                    *where,
                ),
            ),
        )
        for measure in MEASURES
        for name in [measure.column]
        for heading in [_plan_heading(SUMMARY, name, programme)]
    ]
    return Table(
        PARTNERS,
        (
            Column("Organisation", names, width=34),
            *figures,
            Column("Code", [codes.get(each, each) for each in names], width=22),
        ),
        roles=dict.fromkeys(range(len(bars.drawn), len(names)), Role.ASIDE),
        airy=True,
        caption="One-off and annual cashable by partner, the largest saving as reported first",
        description="One-off and annual cashable amounts by partner, the largest saving first",
    )


def _with_groups(bars: _Bars, single: Formula) -> list[Formula | None]:
    """The formula of each row: ``single`` looks it up; groups add up their members."""
    return [
        bars.added(row) if name in bars.groups else single for row, name in enumerate(bars.rows)
    ]


def _plan_heading(declared: OutputTable, name: str, programme: Programme) -> str:
    place = programme.scenarios.index(programme.plan_scenario)
    return _headings(declared, name, programme)[place]


def _side_by_side(names: Sequence[str]) -> bool:
    """Whether names stand side by side under columns."""
    return len(names) <= _MOST_COLUMNS and max(map(text_width, names)) <= _LONGEST_BELOW


def _headline_charts(
    results: Results, partner: Partner | None, partners: Table | None
) -> Iterator[Chart]:
    """By partner, in a partner's pack by strand, in the plan scenario."""
    programme = results.programme
    rows = records(results.summary[results.summary["scenario"] == programme.scenarios[0]])
    if partner:
        finding = findings.partner_totals(results, partner, programme.plan_scenario)
        strand_rows = [n for n, row in enumerate(rows) if row["strand"] != ALL_STRANDS]
        for start in range(0, len(strand_rows), _MOST_BARS):
            part = strand_rows[start : start + _MOST_BARS]
            names = [str(rows[n]["strand"]) for n in part]
            words = f"Drawn from {SUMMARY.name}, its strands."
            yield _headline_chart(programme, SUMMARY.name, "Strand", part, names, finding, words)
        return
    finding = findings.who(results, programme.plan_scenario)
    if partners:
        part = [row for row in range(partners.rows) if row not in partners.roles]
        words = f"Drawn from {PARTNERS} below."
        names = [str(partners.columns[0].values[row]) for row in part]
        label = "Organisation" if max(map(text_width, names)) <= _LONGEST_BESIDE else "Code"
        codes = [str(partners.columns[-1].values[row]) for row in part]
        labels = names if label == "Organisation" else codes
        yield _headline_chart(programme, PARTNERS, label, part, labels, finding, words)
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
    way = Drawn.COLUMNS if table == SUMMARY.name and _side_by_side(names) else Drawn.BARS
    series = tuple(
        Series(
            Range(table, heading, HEADINGS),
            Range(table, label, rows[0], last_row=rows[-1]),
            Range(table, heading, rows[0], last_row=rows[-1]),
            colour=measure,
            pattern=measure,
        )
        for measure, name in enumerate(_MEASURES)
        for heading in [_plan_heading(SUMMARY, name, programme)]
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
        f"One-off and annual cashable amounts by {kind}, {programme.plan_scenario}. {finding}.",
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
                )
            )
    finding = findings.when(results, partner)
    return Chart(
        Drawn.LINES,
        WHEN,
        finding,
        tuple(series),
        f"{unit_name(programme.report_unit)}, saved above nil, paid below",
        "Financial year",
        f"Drawn from {BY_YEAR.name}, {CUMULATIVE_MEASURE}"
        + ("" if partner else f" of {whole}")
        + f". {_SQUARE}",
        f"Lines of cumulative net cashable from {labels[0]} to {labels[-1]}, savings upwards, "
        f"{in_words(programme.scenarios)}. {finding}.",
        savings_up=True,
    )


# The services


def _services(results: Results, partner: Partner | None) -> Table:
    """Annual cashable by service, the largest saving of the plan scenario first; those that are
    added up in the chart stand below it."""
    programme = results.programme
    amounts = {
        (str(row["service"]), row["scenario"]): findings.pence(row, findings.ANNUAL)
        for row in records(results.by_service)
        if row["organisation"] == findings.whose(partner)
    }
    bars = _bars((str(name), amount) for name, amount in findings.ranked(results, partner))
    names = bars.rows
    width = scenario_width(programme.scenarios, _FIGURE)
    add = formulas.adder(results)
    where = [Where("Service", This("Service"))]
    if not partner:
        where.append(Where("Organisation", formulas.WHOLE))
    return Table(
        SERVICES,
        (
            Column("Service", names, width=max(34.0, _WIDTH - width * len(programme.scenarios))),
            *(
                Column(
                    heading,
                    [
                        sum(amounts[each, scenario] for each in bars.members(row))
                        for row in range(len(names))
                    ],
                    Show.MONEY,
                    width,
                    formulas=_with_groups(
                        bars,
                        add.total(
                            BY_SERVICE.name,
                            formulas.of_scenario(
                                BY_SERVICE.name, ANNUAL_MEASURE, programme, scenario
                            ),
                            *where,
                        ),
                    ),
                )
                for heading, scenario in zip(
                    _headings(SUMMARY, findings.ANNUAL, programme),
                    programme.scenarios,
                    strict=True,
                )
            ),
        ),
        roles=dict.fromkeys(range(len(bars.drawn), len(names)), Role.ASIDE),
        airy=True,
        caption="Annual cashable by service, the largest saving as reported first",
        description="Annual cashable amounts by service, the largest saving as reported first",
    )


def _service_chart(results: Results, partner: Partner | None, services: Table) -> Chart:
    programme = results.programme
    names = [
        str(name)
        for row, name in enumerate(services.columns[0].values)
        if row not in services.roles
    ]
    heading = _plan_heading(SUMMARY, findings.ANNUAL, programme)
    last = max(0, len(names) - 1)
    series = Series(
        Range(SERVICES, heading, HEADINGS),
        Range(SERVICES, "Service", 0, last_row=last),
        Range(SERVICES, heading, 0, last_row=last),
        colour=1,
        pattern=1,
    )
    finding = findings.from_services(results, partner)
    return Chart(
        Drawn.BARS,
        "Which services does the annual saving come from?",
        finding,
        (series,),
        _axis(programme),
        "Service",
        f"Drawn from {SERVICES} below.",
        f"Bars of annual cashable amounts in {year_label(programme.steady_year)} by service, "
        f"{programme.plan_scenario}. {finding}.",
        _height(Drawn.BARS, len(names)),
        max(map(text_width, names), default=0.0),
    )
