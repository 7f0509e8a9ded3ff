"""Who pays whom: the payments between partners, and the balances that they clear."""

from dataclasses import replace

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.report import formulas, settlement
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_pence, own_title
from schemas.outputs import SETTLEMENT, SETTLEMENT_DELIVERED, TRANSFERS


def _looks(partner: Partner | None) -> Looks:
    """A group for each scenario and year; in a pack, with its few rows, for each scenario."""
    return Looks(labels=2, groups=1 if partner else 2, filtered=True, airy=True)


def sheet(results: Results, partner: Partner | None = None) -> Sheet | None:
    """Payments, then balances, by scenario and year; None where no line says who pays it. In a
    pack the results are the partner's own."""
    payments = results.settlement
    if payments is None:
        return None
    programme, is_pack = results.programme, partner is not None
    is_live = formulas.settles_live(results)
    tables = [table(TRANSFERS, payments.transfers, programme, _looks(partner))]
    for declared, frame, figures, caption in (
        (SETTLEMENT, payments.balances, settlement.planned, "What each pays, and what each bears"),
        (
            SETTLEMENT_DELIVERED,
            payments.delivered,
            settlement.delivered,
            f"The same on what is delivered ({programme.plan_scenario})",
        ),
    ):
        if len(frame):
            live = figures(results, frame, own=is_pack) if is_live else None
            balances = table(declared, frame, programme, _looks(partner), live)
            tables.append(replace(balances, caption=caption))
    return Sheet(
        SETTLEMENT.sheet,
        own_title(
            partner,
            "what you pay others, and what they pay you",
            "Who pays whom: payments that make all even",
        ),
        tuple(tables),
        (
            about(programme, partner),
            in_pence(),
            "In its books: lines that name the partner in Paid by. Its share: its part of all "
            "lines that name any. To receive is the one less the other, in brackets it is to pay. "
            "Each year is settled for itself.",
            "Only cashable categories, one-off and annual. Lines without Paid by are left out, and "
            "so is what is not yet apportioned.",
        ),
        settlement.who_pays(results, payments, partner),
        note=TRANSFERS.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )
