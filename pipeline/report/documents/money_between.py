"""What a committee reads of money between partners and their budgets: who pays whom, whose shares
change, and what is left of each gap; nothing of what the programme hasn't got."""

from collections.abc import Iterator

from pipeline.core.money import unit_name
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report.documents.document import Block, Grid, Heading, Paragraph, Text
from pipeline.report.documents.figures import column_of, figure
from pipeline.report.printed import printed
from pipeline.report.tables import records
from schemas.outputs import BUDGET, BUDGET_GAP, SHARE_CHANGES, TRANSFERS
from schemas.vocabulary import GAP_TOTALS

_MOST_ROWS = 30


def who_pays(results: Results) -> Iterator[Block]:
    """The payments of the plan scenario; of many years the steady-state one's alone."""
    if results.settlement is None:
        return
    programme = results.programme
    plan, steady = programme.plan_scenario, year_label(programme.steady_year)
    rows = [row for row in records(results.settlement.transfers) if row["scenario"] == plan]
    years = "each year"
    if len(rows) > _MOST_ROWS:
        rows, years = [row for row in rows if row["year"] == steady], steady
    yield Heading("Who pays whom")
    yield Paragraph(
        Text(
            "Where a cost or saving falls in one partner's books and is borne by several, these "
            f"payments make all even in {years} ({plan}). Each year is settled for itself; lines "
            f"that name nobody in Paid by are left out. All of them are in {TRANSFERS.sheet}."
        )
    )
    if not rows:
        yield Paragraph(Text(f"Nobody owes anybody anything ({plan}, {years})."))
        return
    amount = column_of(TRANSFERS, "amount_pence")
    yield Grid(
        Text(f"Payments between partners, {plan}, in £ and pence"),
        ("Year", "From", "To", amount.heading),
        tuple(
            (
                Text(str(row["year"])),
                Text(str(row["payer_name"])),
                Text(str(row["payee_name"])),
                figure(
                    TRANSFERS,
                    (plan, row["year"], row["payer"], row["payee"]),
                    amount,
                    row["amount_pence"],
                    programme,
                ),
            )
            for row in rows
        ),
        (1, 2.4, 2.4, 1.4),
        frozenset({3}),
        description="Which partner pays which, in which year, and how much",
    )


def share_changes(results: Results) -> Iterator[Block]:
    """Shares that differ between Estimate and Actual or change within a year."""
    changes = results.share_changes
    if changes is None:
        return
    programme = results.programme
    yield Heading("Changes of shares")
    yield Paragraph(
        Text(
            "Estimates beside actuals, and shares that change within a year. The effect is on the "
            f"annual cashable amount of {year_label(programme.steady_year)} "
            f"({programme.plan_scenario}), of what holds less the other."
        )
    )
    names = ("estimate", "actual", "effect_pence")
    labels = ("driver", "service", "year", "from", "partner")
    rows = records(changes)
    more = ""
    if len(rows) > _MOST_ROWS:
        rows, more = rows[:_MOST_ROWS], f", the first rows of {SHARE_CHANGES.sheet}"
    lines = []
    for row in rows:
        words = [printed(row[name], column_of(SHARE_CHANGES, name).show) for name in labels]
        key = [word for word in words if word]
        of_whom = [words[0], *([words[1]] if words[1] else [])]
        when = [words[2], *([f"from {words[3]}"] if words[3] else [])]
        lines.append(
            (
                Text(", ".join(of_whom)),
                Text(", ".join(when)),
                Text(str(row["organisation"])),
                Text(str(row["holds"])),
                *(
                    figure(SHARE_CHANGES, key, column_of(SHARE_CHANGES, name), row[name], programme)
                    for name in names
                ),
            )
        )
    yield Grid(
        Text(f"Changes of shares, effect in £ and pence{more}"),
        (
            *("Shared by", "When", "Partner", "Holds"),
            *(column_of(SHARE_CHANGES, name).heading for name in names),
        ),
        tuple(lines),
        (1.5, 1.5, 1.8, 1, 1, 1, 1.3),
        frozenset({4, 5, 6}),
        description="For each partner the share before and after, and what the change is worth",
    )


def budget_effect(results: Results) -> Iterator[Block]:
    """What is left of each partner's gap in the last year, where the programme states gaps."""
    programme = results.programme
    if not programme.gap:
        return
    plan, last = programme.plan_scenario, programme.year_labels[-1]
    rows = {
        (row["partner"], row["measure"]): row
        for row in records(results.budget_gap)
        if row["scenario"] == plan
    }
    column = column_of(BUDGET_GAP, "")
    unit = unit_name(programme.report_unit)
    yield Heading("Effect on budgets")
    yield Paragraph(
        Text(
            f"Running totals to {last} ({plan}): the gap before the programme, what recurring and "
            "one-off amounts change of it, and the gap after. Above nil is still to be closed. "
            f"The years are in {BUDGET.sheet}; what is not yet apportioned closes no gap."
        )
    )
    yield Grid(
        Text(f"Budget gaps by {last}, {plan}, {unit}"),
        ("Partner", *GAP_TOTALS),
        tuple(
            (
                Text(partner.name),
                *(
                    figure(
                        BUDGET_GAP,
                        (partner.code, plan, measure),
                        column,
                        rows[partner.code, measure][last],
                        programme,
                        last,
                    )
                    for measure in GAP_TOTALS
                ),
            )
            for partner in programme.partners
        ),
        (2.4, *(1.2 for _ in GAP_TOTALS)),
        frozenset(range(1, len(GAP_TOTALS) + 1)),
        description=f"Each partner's budget gap by {last} before and after the programme",
    )
