"""Share changes: Estimate beside Actual, and shares that change within a year."""

import pandas as pd

from pipeline.core.phrases import agreeing, counted, sentence
from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.weights import ACTUAL
from pipeline.core.years import year_label
from pipeline.report.spec import Purpose, Sheet
from pipeline.report.tables import Looks, table
from pipeline.report.wording import about, in_pence, in_short, own_title
from schemas.outputs import SHARE_CHANGES

_LOOKS = Looks(labels=3, groups=3, filtered=True)


def sheet(results: Results, partner: Partner | None = None) -> Sheet | None:
    """A row for each partner (in a pack the partner's own) of each comparison; None where there is
    none."""
    changes, programme = results.share_changes, results.programme
    if changes is None:
        return None
    return Sheet(
        SHARE_CHANGES.sheet,
        own_title(
            partner, "how your share changes", "Share changes: which holds, and what it costs whom"
        ),
        (table(SHARE_CHANGES, changes, programme, _LOOKS),),
        (
            about(programme, partner),
            in_pence(),
            "From blank: Estimate and Actual of a year are compared by their shares over the year. "
            "With a day: Estimate is the share before it, Actual the one from that day on; such a "
            "year is shared by days. Service blank: every service without a row of its own.",
            f"Effect: annual cashable ({programme.plan_scenario}) by what holds less by the other, "
            f"of {year_label(programme.steady_year)} alone, and nil in other years; over all "
            "partners it adds up to nil. Shares in per cent, rounded here.",
        ),
        answer(results, changes, partner),
        note=SHARE_CHANGES.question,
        keep_columns=3,
        purpose=Purpose.EVIDENCE,
    )


def answer(results: Results, changes: pd.DataFrame, partner: Partner | None = None) -> str:
    """How many comparisons there are and how they end; to a partner also what they come to."""
    ends = _ends(changes)
    if partner is None:
        return ends
    programme = results.programme
    year = year_label(programme.steady_year)
    of_steady_year = changes.loc[changes["year"] == year, "effect_pence"].dropna()
    if of_steady_year.empty:
        return ends
    effect, steady = sum(map(int, of_steady_year)), f"in {year} ({programme.plan_scenario})"
    if not effect:
        return f"{ends} Your annual cashable {steady} stays what it is."
    moves = "costs" if effect > 0 else "saves"
    return f"{ends} Together that {moves} you {in_short(effect, programme.report_unit)} {steady}."


def _ends(changes: pd.DataFrame) -> str:
    """How many comparisons there are, and how they end."""
    each = changes.drop_duplicates(["driver", "service", "year", "from"])
    compared = each[each["from"].isna()]
    actual = int((compared["holds"] == ACTUAL).sum())
    within = len(each) - len(compared)
    clauses = []
    if len(compared):
        comparisons = counted(len(compared), "comparison")
        clauses.append(f"the Actual holds in {actual:,} of {comparisons} with the Estimate")
    if within:
        changing = f"{counted(within, 'share')} {agreeing(within, 'changes', 'change')}"
        clauses.append(f"{changing} within a year")
    return sentence("; ".join(clauses)) + "."
