"""committee-paper.docx: the financial section of a decision report. Its sections and tables are
those of a county council's published report to its Cabinet (Opportunities, Benefits & Costs);
what it recommends is left to its author."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.core import outputs
from pipeline.core.bases import SHARED_BY
from pipeline.core.money import MILLION, rate_text, unit_name
from pipeline.core.phrases import in_words
from pipeline.core.results import Results
from pipeline.core.text import date_text
from pipeline.core.years import span_text, year_label
from pipeline.report import findings
from pipeline.report.books import created
from pipeline.report.documents.document import (
    Block,
    Document,
    Figure,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Style,
    Text,
    cells,
)
from pipeline.report.documents.evidence import left_out, risks, sources
from pipeline.report.documents.figures import (
    APART,
    NOT_STATED,
    amounts_of,
    column_of,
    figure,
    headline_of,
    labels_of,
    numbers_of,
    of_appraisal,
    rows_together,
)
from pipeline.report.documents.money_between import budget_effect, share_changes, who_pays
from pipeline.report.documents.standing import foot, head, standing
from pipeline.report.findings import pence
from pipeline.report.sheets.narrative import enriched
from pipeline.report.tables import Record, records
from pipeline.report.wording import SIGNS, price_base, programme_name, round_half_up
from schemas.model import MEASURES
from schemas.outputs import BY_YEAR, NARRATIVE, SUMMARY
from schemas.vocabulary import (
    ALL_STRANDS,
    CUMULATIVE_MEASURE,
    NET_CASHABLE_MEASURE,
    NOT_YET_APPORTIONED,
    TOTAL_PROGRAMME,
)

# More scenarios than these don't stand side by side on a page.
_ABREAST = 3
_MILESTONES, _MOST_MILESTONES = NARRATIVE["Milestones"], 20
_SUBJECT = "Committee paper: costs and savings"
_RETURN = (
    "Return on investment is the one-off cost divided by the full annual cashable saving, in whole "
    "years, from the shortest of the scenarios to the longest. “n/a”: there is nothing to pay back."
)
_RECOMMENDATIONS = (
    "For the author: what the committee is asked to approve, and on which terms. The figures don't "
    "say. Delete this note."
)


def committee_paper(results: Results) -> Document:
    """The paper, with every number's way back in a table at its end."""
    programme = results.programme
    paper = Document(
        outputs.PAPER,
        programme_name(programme),
        _SUBJECT,
        created(programme),
        tuple(_sections(results)),
        head(results),
        foot(results),
    )
    return replace(paper, blocks=(*paper.blocks, *_numbers(paper), *sources(results)))


def _sections(results: Results) -> Iterator[Block]:
    yield from _title(results)
    yield from _costs_and_savings(results)
    yield from _how_shared(results)
    yield from _by_strand(results)
    yield from _phasing(results)
    yield from who_pays(results)
    yield from share_changes(results)
    yield from budget_effect(results)
    yield from risks(results)
    yield from left_out(results)
    yield Heading("Recommendations")
    yield Paragraph(Text(_RECOMMENDATIONS), Style.AUTHOR_NOTE)


def _title(results: Results) -> Iterator[Block]:
    """What the paper is, and of which version and inputs."""
    programme = results.programme
    yield Paragraph(Text(programme.title), Style.TITLE)
    yield Paragraph(Text(_SUBJECT), Style.SUBTITLE)
    dates = results.returns["dated"].dropna().tolist()
    as_at = date_text(max(dates)) if dates else "No return is dated"
    partners = in_words([f"{one.name} ({one.code})" for one in programme.partners])
    facts = [
        *([("Reference", programme.reference)] if programme.reference else []),
        ("Version", standing(results)),
        ("As at", f"{as_at}, the latest date of a return."),
        ("Partners", f"{partners}."),
        ("Financial years", f"{span_text(programme.year_labels)}."),
        ("Price base", f"{price_base(programme)}."),
        *([("Marking", programme.marking)] if programme.marking else []),
        (
            "Figures",
            f"Those of {outputs.SUMMARY} beside this paper, made of the same inputs. Nothing here "
            "recalculates: after a change of an input the paper is to be made again.",
        ),
    ]
    yield Grid(
        Text("About this paper"),
        ("Item", "Detail"),
        cells(facts),
        (1, 4),
        description="Reference, version, date and terms of the paper",
        numbered=False,
    )


def _costs_and_savings(results: Results) -> Iterator[Block]:
    programme = results.programme
    yield Heading("Costs and savings")
    for row in records(findings.together(results, TOTAL_PROGRAMME)):
        yield Paragraph(headline_of(row, programme))
    of_whole = _appraised(results)
    worth = of_appraisal(of_whole, "net_present_pence", programme)
    rate = rate_text(programme.discount_rate)
    yield Paragraph(
        Text(
            f"{findings.worth(results)}.",
            (*worth, Figure(rate, ("programme.xlsx", "Programme", "Discount rate"))),
        )
    )
    steady = year_label(programme.steady_year)
    yield Paragraph(
        Text(
            f"One-off amounts are those of all years, annual cashable ones those of {steady}, once "
            f"the savings are fully established. In the tables {SIGNS}. Non-cashable savings and "
            "avoided costs are in none of these figures."
        )
    )


def _appraised(results: Results) -> list[Record]:
    appraisal = results.appraisal
    return records(appraisal[appraisal["organisation"] == TOTAL_PROGRAMME])


# How it is shared


def _how_shared(results: Results) -> Iterator[Block]:
    """The bases in use, each with its services."""
    yield Heading("How costs and savings are shared")
    yield Paragraph(
        Text(
            "Each cost and saving falls to the partners by the basis of its service, or by one of "
            "its own where its return says so. The shares of an amount always add up to it, to the "
            "penny."
        )
    )
    services: dict[str, dict[str, None]] = {}
    for service, basis in zip(results.shares["service"], results.shares["basis"], strict=True):
        services.setdefault(str(basis), {})[str(service)] = None
    for basis, names in services.items():
        how = SHARED_BY.get(basis, f"in proportion to {basis}, a cost driver of the programme")
        words = in_words(list(names))
        yield Paragraph(Text(f"{basis} ({words}): {how}."), Style.BULLET)
    waiting = findings.unapportioned(results)
    if waiting:
        figures = [
            each
            for row in records(findings.together(results, NOT_YET_APPORTIONED))
            for each in amounts_of(row, results.programme)
        ]
        yield Paragraph(Text(f"{NOT_YET_APPORTIONED}: {waiting}.", tuple(figures)))


# By strand


def _by_strand(results: Results) -> Iterator[Block]:
    """A table for each strand, in the published form, and one for all of them."""
    strands = list(dict.fromkeys(results.summary["strand"]))
    yield Heading("Costs and savings by strand")
    of_strands = [strand for strand in strands if strand != ALL_STRANDS]
    return_note: Text | None = Text(_RETURN)
    waiting_note: Text | None = Text(
        "Amounts whose basis is not agreed yet, or can't be applied: they are in the total of the "
        "programme and in no partner's."
    )
    for strand in [*of_strands, *([ALL_STRANDS] if len(of_strands) > 1 else [])]:
        yield Heading(strand, 2)
        rows = rows_together(results, strand)
        for scenarios in _abreast(results.programme.scenarios):
            grid = _strand_grid(results, strand, rows, scenarios, return_note)
            return_note = None
            if NOT_YET_APPORTIONED in rows and waiting_note is not None:
                grid = _with_note(grid, NOT_YET_APPORTIONED, waiting_note)
                waiting_note = None
            yield grid


def _abreast(scenarios: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(scenarios), _ABREAST):
        yield scenarios[start : start + _ABREAST]


def _with_note(grid: Grid, label: str, note: Text) -> Grid:
    rows = tuple(
        (Text(label, note=note), *row[1:]) if row[0] == Text(label) else row for row in grid.rows
    )
    return replace(grid, rows=rows)


def _strand_grid(
    results: Results,
    strand: str,
    rows: dict[str, dict[str, Record]],
    scenarios: Sequence[str],
    return_note: Text | None,
) -> Grid:
    programme = results.programme
    columns = [column_of(SUMMARY, each.column) for each in MEASURES]
    band = column_of(SUMMARY, "return_on_investment")
    headings = [column.heading.format(each=each) for column in columns for each in scenarios]
    lines = []
    for organisation, of_scenarios in rows.items():
        labels = labels_of(programme, strand, organisation)
        amounts = [
            figure(SUMMARY, labels, column, of_scenarios[each][column.name], programme, each)
            for column in columns
            for each in scenarios
        ]
        first = of_scenarios[scenarios[0]]
        roi = figure(SUMMARY, labels, band, first[band.name], programme)
        lines.append((Text(organisation), *amounts, roi))
    unit = unit_name(programme.report_unit)
    last = len(headings) + 1
    return Grid(
        Text(f"{strand}, {unit}", note=_rounding(results, rows, scenarios)),
        ("Organisation", *headings, band.heading),
        tuple(lines),
        (1.85, *(1.08 for _ in headings), 1.22),
        frozenset(range(1, last + 1)),
        frozenset({0}),
        f"One-off and annual cashable amounts of {strand} by organisation, in {unit}",
        {last: return_note} if return_note else {},
    )


def _rounding(
    results: Results, rows: dict[str, dict[str, Record]], scenarios: Sequence[str]
) -> Text | None:
    """Where what is printed doesn't add up to the total that is printed, the columns' names."""
    unit = results.programme.report_unit
    step = unit if unit == MILLION else unit * 100
    names = [
        f"{each.heading}: {scenario}"
        for each in MEASURES
        for scenario in scenarios
        if _adds_up_otherwise([pence(row[scenario], each.column) for row in rows.values()], step)
    ]
    if not names:
        return None
    return Text(
        "Rounded figures: those of the organisations don't add up to the total in "
        f"{in_words(names)}. The amounts themselves do."
    )


def _adds_up_otherwise(amounts: Sequence[int], step: int) -> bool:
    """Whether the first of the amounts (pence), rounded, is another than the others' sum."""
    whole, *parts = (_nearest(amount, step) for amount in amounts)
    return whole != sum(parts)


def _nearest(amount: int, step: int) -> int:
    nearest = round_half_up(abs(amount), step)
    return nearest if amount >= 0 else -nearest


# Phasing


def _phasing(results: Results) -> Iterator[Block]:
    """What happens in which year, when it breaks even, and what is to be reached."""
    programme = results.programme
    yield Heading("Phasing")
    yield Paragraph(
        Text(
            f"{findings.when(results)}.",
            of_appraisal(_appraised(results), "break_even_year", programme),
        )
    )
    for scenarios in _abreast(programme.scenarios):
        yield _years_grid(results, scenarios)
    whole = results.by_year[results.by_year["organisation"] == TOTAL_PROGRAMME]
    totals = whole[whole["measure"] == CUMULATIVE_MEASURE]
    series = tuple(
        (str(row["scenario"]), tuple(pence(row, label) for label in programme.year_labels))
        for row in records(totals)
    )
    unit = unit_name(programme.report_unit)
    yield Lines(
        Text(f"{CUMULATIVE_MEASURE} of the programme, {unit}: saved above nil, paid below"),
        programme.year_labels,
        series,
        programme.report_unit,
        f"Lines of {CUMULATIVE_MEASURE.lower()} by financial year, one for each scenario, as in "
        f"the table above. {findings.when(results)}.",
    )
    yield from _milestones(results)


def _years_grid(results: Results, scenarios: Sequence[str]) -> Grid:
    programme = results.programme
    rows = {
        (row["scenario"], row["measure"]): row
        for row in records(results.by_year[results.by_year["organisation"] == TOTAL_PROGRAMME])
    }
    pairs = [
        (measure, each)
        for measure in (NET_CASHABLE_MEASURE, CUMULATIVE_MEASURE)
        for each in scenarios
    ]
    column = column_of(BY_YEAR, "")
    lines = tuple(
        (
            Text(label),
            *(
                figure(
                    BY_YEAR,
                    (TOTAL_PROGRAMME, each, measure),
                    column,
                    rows[each, measure][label],
                    programme,
                    label,
                )
                for measure, each in pairs
            ),
        )
        for label in programme.year_labels
    )
    unit = unit_name(programme.report_unit)
    return Grid(
        Text(f"{NET_CASHABLE_MEASURE} of the programme by year, {unit}"),
        ("Financial year", *(f"{measure}: {each}" for measure, each in pairs)),
        lines,
        (0.95, *(1.0 for _ in pairs)),
        frozenset(range(1, len(pairs) + 1)),
        description=f"Net cashable amounts of each year and their running totals, in {unit}",
    )


def _milestones(results: Results) -> Iterator[Block]:
    """What is to be reached; of many those that are furthest behind their plan."""
    frame = enriched(results, _MILESTONES.name)
    if frame is None:
        return
    rows, more = records(frame), ""
    if len(rows) > _MOST_MILESTONES:
        rows = sorted(rows, key=_days, reverse=True)[:_MOST_MILESTONES]
        more = f", those furthest behind plan; all of them are in {_MILESTONES.sheet}"
    names = ("project_code", "milestone", "planned", "forecast", "status")
    slippage = column_of(_MILESTONES, "slippage_days")
    yield Grid(
        Text(f"Milestones{more}"),
        (*(column_of(_MILESTONES, name).heading for name in names), slippage.heading),
        tuple(
            (
                *(Text(str(row[name] or NOT_STATED)) for name in names),
                figure(
                    _MILESTONES,
                    (row["project_code"] or "", row["milestone"]),
                    slippage,
                    row["slippage_days"],
                    results.programme,
                ),
            )
            for row in rows
        ),
        (1.2, 2.6, 1.7, 1.7, 1.4, 1),
        frozenset({len(names)}),
        description="What is to be reached, when it was planned and when it is now expected",
    )


def _days(row: Record) -> int:
    days = row["slippage_days"]
    return days if isinstance(days, int) else 0


# The way back


def _numbers(paper: Document) -> Iterator[Block]:
    """Every number of the paper once, with its name in the workbook."""
    rows = [(where, each.words, APART.join(each.key)) for where, each in numbers_of(paper)]
    yield Heading("Where each number comes from")
    yield Paragraph(
        Text(
            f"Each number with the table, the row and the column of {outputs.SUMMARY} in which it "
            "stands, partners by their codes. Of those in Summary, By_year, By_service, Settlement "
            "and Transfers the program's command trace gives the lines and cells of the returns "
            "that add up to it."
        )
    )
    yield Grid(
        Text("The numbers of this paper"),
        ("Where", "Number", "Table | row | column"),
        cells(rows),
        (1.2, 0.9, 4.6),
        frozenset({1}),
        description="Each number of the paper with the cell of the workbook that it is",
    )
