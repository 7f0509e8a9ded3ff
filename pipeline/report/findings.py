"""What the figures say, in sentences: the answers under the titles, and the titles of charts.

Amounts are no finer than the reports show them; the tables have them exactly. Of several scenarios
the plan scenario speaks where a sentence has room for one alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import pandas as pd

from pipeline.core.dates import parse_date
from pipeline.core.intake import intake, not_in
from pipeline.core.issue import Issue
from pipeline.core.money import rate_text
from pipeline.core.phrases import agreeing, counted, in_words, listing, sentence
from pipeline.core.programme import Partner, Programme
from pipeline.core.quantity import THOUSANDTHS
from pipeline.core.results import Results
from pipeline.core.text import match_key, match_keys
from pipeline.report.tables import Record, records
from pipeline.report.wording import cost_or_saving, headlines, in_short
from schemas.model import MEASURES, SHARE_OF
from schemas.vocabulary import (
    ALL_STRANDS,
    GAP_TOTALS,
    NET_CASHABLE_MEASURE,
    NOT_STATED,
    NOT_YET_APPORTIONED,
    TOTAL_PROGRAMME,
)

ONE_OFF, ANNUAL = (measure.column for measure in MEASURES)
_MOST_NAMES = 6
# What the first and the last of the scenarios are called, where they are.
_ENDS = ("best", "worst")
NET_PRESENT = "net_present_pence"
_COMPARED = {
    ONE_OFF: "one-off",
    ANNUAL: "annual cashable",
    NET_PRESENT: "net present",
}


def pence(row: Record, name: str) -> int:
    """A sum of a record; nil where it has none."""
    value = row[name]
    return value if isinstance(value, int) else 0


def together(results: Results, organisation: str | None = None) -> pd.DataFrame:
    """The rows of Summary over all strands, of one organisation where it is named."""
    frame = results.summary[results.summary["strand"] == ALL_STRANDS]
    return frame if organisation is None else frame[frame["organisation"] == organisation]


def whose(partner: Partner | None) -> str:
    """The organisation that a workbook is about, by name."""
    return partner.name if partner else TOTAL_PROGRAMME


def what(results: Results, partner: Partner | None = None) -> str:
    """What it costs, what it saves and when that pays back, in every scenario."""
    rows = together(results, whose(partner))
    if rows.empty:
        return ""
    band = rows["return_on_investment"].iloc[0]
    return f"{headlines(records(rows), results.programme)}\nReturn on investment: {band}."


def planned(results: Results, partner: Partner | None = None) -> str:
    """What it costs, what it saves and when that pays back in the plan scenario, with verbs."""
    plan, unit = results.programme.plan_scenario, unit_of(results)
    for row in records(together(results, whose(partner))):
        if row["scenario"] == plan:
            once, yearly = pence(row, ONE_OFF), pence(row, ANNUAL)
            clauses = [_does(once, "once", unit), _does(yearly, "a year", unit), _pays(row)]
            return f"{plan}: it {in_words(clauses)}."
    return ""


def _does(amount: int, when: str, unit: int) -> str:
    if not amount:
        return f"costs nothing {when}" if when == "once" else f"saves nothing {when}"
    return f"{'costs' if amount > 0 else 'saves'} {in_short(amount, unit)} {when}"


def _pays(row: Record) -> str:
    payback = row["payback_years"]
    if isinstance(payback, Fraction | int):
        return (
            f"pays back in {float(payback):.2f} years of that saving"
            if payback
            else "pays back at once"
        )
    return (
        "never pays back"
        if pence(row, ONE_OFF) or pence(row, ANNUAL)
        else "has nothing to pay back"
    )


def own_worst(results: Results, partner: Partner) -> str:
    """In which scenario a partner fares worst, and what its share then is worth today."""
    programme = results.programme
    rows = records(results.appraisal[results.appraisal["organisation"] == partner.name])
    if not rows:
        return ""
    worst = max(rows, key=lambda row: pence(row, NET_PRESENT))
    amount, several = pence(worst, NET_PRESENT), len({pence(row, NET_PRESENT) for row in rows}) > 1
    worth_words = cost_or_saving(amount, "net present", programme.report_unit)
    rate = rate_text(programme.discount_rate)
    worth_words = f"a {worth_words}" if amount else "worth nil today"
    if several:
        where = f"{worst['scenario']}, where you fare worst"
        start = f"Even in {where}" if amount < 0 else f"In {where}"
        return f"{start}, your share is {worth_words}, at {rate} a year."
    return f"Your share is {worth_words}, at {rate} a year ({in_words(programme.scenarios)})."


def who(results: Results, scenario: str) -> str:
    """Which partner bears most, and which saves most."""
    unit = results.programme.report_unit
    rows = together(results)
    of_partners = [
        row
        for row in records(rows[rows["scenario"] == scenario])
        if row["organisation"] not in (TOTAL_PROGRAMME, NOT_YET_APPORTIONED)
    ]
    payer, saver = (
        max(of_partners, key=lambda row: pence(row, ONE_OFF)),
        min(of_partners, key=lambda row: pence(row, ANNUAL)),
    )
    cost, saving = pence(payer, ONE_OFF), -pence(saver, ANNUAL)
    pays = "No partner bears a one-off cost"
    if cost > 0:
        pays = f"{payer['organisation']} bears most of the one-off cost, {in_short(cost, unit)}"
    saves = f"; {saver['organisation']} saves most, {in_short(saving, unit)} a year"
    if payer is saver and cost > 0:
        saves = f", and saves most, {in_short(saving, unit)} a year"
    if saving <= 0:
        saves = "; no partner saves anything a year"
    return f"{pays}{saves} ({scenario})"


def partner_rows(results: Results) -> list[int]:
    """The rows (from 0) of Appraisal that are partners', one below the other."""
    names = {partner.name for partner in results.programme.partners}
    return [row for row, name in enumerate(results.appraisal["organisation"]) if name in names]


def worst_row(results: Results) -> int:
    """The row of Appraisal with the partner and scenario whose net present cost is largest, or
    saving least."""
    worths = results.appraisal[NET_PRESENT].tolist()
    return max(partner_rows(results), key=lambda row: int(worths[row]))


def worst_off(results: Results) -> str:
    """Which partner fares worst, in which scenario, and what that comes to."""
    row = records(results.appraisal)[worst_row(results)]
    worth = pence(row, NET_PRESENT)
    amount = cost_or_saving(worth, "net present", unit_of(results))
    return f"{row['organisation']}, {row['scenario']}: {'still a ' if worth < 0 else ''}{amount}."


def unit_of(results: Results) -> int:
    """Pounds in one unit of the reports."""
    return results.programme.report_unit


def crossed(results: Results, partner: Partner | None = None) -> str:
    """In which figures a scenario that is called best is worse than another one, or one that is
    called worst is better; nothing where no scenario is called so, or where none is."""
    rows = {
        str(row["scenario"]): row
        for row in records(results.appraisal)
        if row["organisation"] == whose(partner)
    }
    best, worst = ([name for name in rows if word in name.casefold()] for word in _ENDS)
    pairs = [(one, name) for one in best for name in rows if name not in best]
    pairs += [(name, one) for one in worst for name in rows if name not in (*best, *worst)]
    return " ".join(
        f"{better} is worse than {than} in: {'; '.join(clauses)}."
        for better, than in pairs
        if (clauses := _worse(rows[better], rows[than], unit_of(results)))
    )


def _worse(row: Record, other: Record, unit: int) -> list[str]:
    """The figures in which a scenario is worse than the other one."""
    return [
        f"{cost_or_saving(pence(row, name), words, unit)} against "
        f"{cost_or_saving(pence(other, name), words, unit)}"
        for name, words in _COMPARED.items()
        if pence(row, name) > pence(other, name)
    ]


def open_and_answered(results: Results, partner: Partner | None = None) -> str:
    """How many errors and warnings there are, and what the lines come to that the open and the
    answered ones are about; a partner isn't told others' money."""
    errors, *_ = results.issue_counts.values()
    of_kind = {
        "open": [issue for issue in results.warnings if not issue.answer],
        "answered": [issue for issue in results.warnings if issue.answer],
    }
    if not any(of_kind.values()):
        return f"{sentence(counted(errors, 'error'))}; no warnings."
    parts = [sentence(counted(errors, "error"))]
    for word, issues in of_kind.items():
        money = _money_of(results, issues) if partner is None else ""
        parts.append(f"{counted(len(issues), 'warning')} {word}{money}")
    return "; ".join(parts) + "."


def _money_of(results: Results, issues: Iterable[Issue]) -> str:
    """What the lines in the figures that issues name come to in the plan scenario."""
    names = {match_key(issue.line_ref) for issue in issues if issue.line_ref}
    if not names:
        return ""
    register = results.register
    plan = register[register["scenario"] == results.programme.plan_scenario]
    refs = list(map(str, plan["line_ref"].tolist()))
    keys = match_keys(refs)
    lines = plan[[keys[ref] in names for ref in refs]]
    if lines.empty:
        return ""
    amount = cost_or_saving(int(lines[ANNUAL].sum()), "annual cashable", unit_of(results))
    return f" on {counted(len(lines), 'line')} with an {amount} ({results.programme.plan_scenario})"


def partner_totals(results: Results, partner: Partner, scenario: str) -> str:
    """What a partner pays once and saves a year."""
    unit = results.programme.report_unit
    (row,) = (
        row for row in records(together(results, partner.name)) if row["scenario"] == scenario
    )
    cost, saving = pence(row, ONE_OFF), -pence(row, ANNUAL)
    pays = f"A one-off cost of {in_short(cost, unit)}" if cost > 0 else "No one-off cost"
    saves = f"a saving of {in_short(saving, unit)} a year" if saving > 0 else "no annual saving"
    return f"{pays} and {saves} ({scenario})"


def when(results: Results, partner: Partner | None = None) -> str:
    """In which year the running total turns into a saving, by scenario."""
    rows = records(results.appraisal[results.appraisal["organisation"] == whose(partner)])
    even = {str(row["scenario"]): row["break_even_year"] for row in rows}
    break_evens = _once_each((str(year), scenario) for scenario, year in even.items() if year)
    never = [scenario for scenario, year in even.items() if not year]
    parts = [f"it breaks even in {in_words(break_evens)}"] if break_evens else []
    if never:
        last = results.programme.year_labels[-1]
        parts.append(f"no break-even by {last} ({in_words(never)})")
    return sentence("; ".join(parts))


def over_all_years(results: Results, partner: Partner | None = None) -> str:
    """Net cashable of all years added up, by scenario."""
    rows = results.by_year[
        (results.by_year["organisation"] == whose(partner))
        & (results.by_year["measure"] == NET_CASHABLE_MEASURE)
    ]
    labels = results.programme.year_labels
    span = f"From {labels[0]} to {labels[-1]}" if len(labels) > 1 else f"In {labels[0]}"
    return f"{span}: {_by_scenario(results, rows, 'total_pence', 'net cashable')}"


def worth(results: Results, partner: Partner | None = None) -> str:
    """What it is worth today, by scenario."""
    rows = results.appraisal[results.appraisal["organisation"] == whose(partner)]
    rate = rate_text(results.programme.discount_rate)
    worths = sentence(_by_scenario(results, rows, "net_present_pence", "net present"))
    return f"{worths}, at {rate} a year"


def _by_scenario(results: Results, rows: pd.DataFrame, name: str, measure: str) -> str:
    """The amounts with their scenarios; cost or saving is said once where all are the same."""
    unit = results.programme.report_unit
    amounts = [(pence(row, name), str(row["scenario"])) for row in records(rows)]
    signs = {(amount > 0) - (amount < 0) for amount, _ in amounts}
    whole = _once_each(
        (cost_or_saving(amount, measure, unit), scenario) for amount, scenario in amounts
    )
    if len(signs) > 1 or 0 in signs:
        return in_words(whole)
    _, *rest = _once_each((in_short(amount, unit), scenario) for amount, scenario in amounts)
    return in_words([whole[0], *rest])


def _once_each(values: Iterable[tuple[str, str]]) -> list[str]:
    """Values with their scenarios, each said once: ``2013/14 (Best case and Worst case)``."""
    scenarios: dict[str, list[str]] = {}
    for value, scenario in values:
        scenarios.setdefault(value, []).append(scenario)
    return [f"{value} ({in_words(names)})" for value, names in scenarios.items()]


def which(programme: Programme, service: object, amounts: Sequence[int]) -> str:
    """The service that saves most, and its part of all; ``amounts`` are annual cashable amounts in
    the plan scenario, its own first."""
    plan, unit = programme.plan_scenario, programme.report_unit
    if not amounts or amounts[0] >= 0:
        return f"No service saves anything a year ({plan})"
    saved, whole = in_short(amounts[0], unit), sum(amounts)
    of_all = f" of {in_short(whole, unit)}" if whole < amounts[0] else ""
    return f"The largest annual saving is that of {service}: {saved}{of_all} ({plan})"


def ranked(results: Results, partner: Partner | None = None) -> list[tuple[object, int]]:
    """Services with their annual cashable amounts in the plan scenario, the largest saving
    first."""
    rows = results.by_service[
        (results.by_service["organisation"] == whose(partner))
        & (results.by_service["scenario"] == results.programme.plan_scenario)
    ]
    pairs = [(row["service"], pence(row, ANNUAL)) for row in records(rows)]
    return sorted(pairs, key=lambda pair: pair[1])


def from_services(results: Results, partner: Partner | None = None) -> str:
    """Which service saves most."""
    pairs = ranked(results, partner)
    return which(results.programme, pairs[0][0] if pairs else "", [amount for _, amount in pairs])


def gap_closed(results: Results) -> str:
    """How much of the gap is closed in the last year, and how much of that rests on one-offs, in
    the plan scenario: of all partners that the results have."""
    programme = results.programme
    year, plan, unit = programme.year_labels[-1], programme.plan_scenario, programme.report_unit
    rows = results.budget_gap[results.budget_gap["scenario"] == plan]
    before, _, one_off, after = (
        int(rows.loc[rows["measure"] == measure, year].sum()) for measure in GAP_TOTALS
    )
    whole, closed = in_short(before, unit), before - after
    if before <= 0:
        return f"There is no budget gap to close by {year} ({plan})"
    if closed <= 0:
        left = f"{in_short(after, unit)} is left"
        return f"Nothing of the budget gap of {whole} is closed by {year}; {left} ({plan})"
    rests = min(max(-one_off, 0), closed)
    rest = f"{in_short(rests, unit)} of it by one-offs" if rests else "none of it by one-offs"
    if after <= 0:
        spare = f" with {in_short(after, unit)} to spare" if after else ""
        return f"All of the budget gap of {whole} is closed{spare} by {year}, {rest} ({plan})"
    return (
        f"{in_short(closed, unit)} of the budget gap of {whole} is closed by {year}, {rest}; "
        f"{in_short(after, unit)} is left ({plan})"
    )


def from_tags(results: Results) -> str:
    """Of each list the value that saves most, and what each number comes to."""
    plan = results.programme.plan_scenario
    of_lists = results.by_tag[results.by_tag["scenario"] == plan]
    sentences = []
    for tag in results.programme.tags:
        if tag.is_number:
            numbers = results.tag_numbers
            whole = (numbers["scenario"] == plan) & (numbers["organisation"] == TOTAL_PROGRAMME)
            total = int(numbers.loc[whole & (numbers["tag"] == tag.heading), "amount"].sum())
            sentences.append(f"{tag.heading}: {total / THOUSANDTHS:,.10g} in all")
            continue
        stated = (of_lists["tag"] == tag.heading) & (of_lists["value"] != NOT_STATED)
        most = min(records(of_lists[stated]), key=lambda row: pence(row, ANNUAL))
        saving = -pence(most, ANNUAL)
        amount = in_short(saving, results.programme.report_unit)
        most_words = f"{most['value']} saves most, {amount} a year"
        sentences.append(
            f"{tag.heading}: {most_words if saving > 0 else 'no value saves anything a year'}"
        )
    return f"{'; '.join(sentences)} ({plan})"


def apportioned(results: Results) -> str:
    """Whether anything waits to be apportioned, and of which services."""
    parts = results.apportioned
    waiting = set(parts.loc[parts["organisation"] == NOT_YET_APPORTIONED, "service"])
    names = [each.name for each in results.programme.services if each.name in waiting]
    if not names:
        return "Every amount is apportioned"
    everyone = len(results.programme.services)
    return (
        f"{len(names):,} of {counted(everyone, 'service')} "
        f"{agreeing(len(names), 'has', 'have')} amounts that are not yet apportioned: "
        f"{listing(names, _MOST_NAMES)}"
    )


def own_share(results: Results, partner: Partner) -> str:
    """From which to which share of a line a partner has, by service and basis."""
    shares = [float(share) for share in results.shares[SHARE_OF + partner.code].dropna()]
    if not shares:
        return "No basis gives a share yet"
    least, most = (f"{share:.1%}" for share in (min(shares), max(shares)))
    if least == most:
        return f"The share is {least} wherever a basis gives one"
    return f"The share is from {least} to {most}, by service and basis"


def unapportioned(results: Results) -> str:
    """What is still to be apportioned, by scenario; empty where nothing is."""
    unit = results.programme.report_unit
    return "; ".join(
        f"{row['scenario']}: {cost_or_saving(pence(row, ONE_OFF), 'one-off', unit)}, "
        f"{cost_or_saving(pence(row, ANNUAL), 'annual cashable', unit)}"
        for row in records(together(results, NOT_YET_APPORTIONED))
    )


# What the returns tell beside their amounts


def narrative(results: Results, name: str) -> str:
    """What one of the tables beside Savings comes to."""
    return _NARRATIVE[name](records(results.narrative[name]), results)


def _projects(rows: list[Record], results: Results) -> str:
    stated = set(results.project_appraisal["project"]) - {""}
    amounts = f", {len(stated):,} of them with amounts" if stated else ""
    return f"{counted(len(rows), 'project')}{amounts}"


def _risks(rows: list[Record], _: Results) -> str:
    scores = [(score(row) or 0, row) for row in rows]
    highest, worst = max(scores, key=lambda pair: pair[0])
    if not highest:
        return f"{counted(len(rows), 'risk')}, none with a score"
    equal = sum(each == highest for each, _ in scores)
    which_one = f", {worst['risk_ref']}" if equal == 1 and worst["risk_ref"] else ""
    several = f", of {equal:,} risks" if equal > 1 else ""
    return (
        f"{counted(len(rows), 'risk')}; the highest score, likelihood times impact, is "
        f"{highest} of 25{which_one}{several}"
    )


def score(row: Record) -> int | None:
    """Likelihood times impact of a risk; None where either is not stated."""
    likelihood, impact = str(row["likelihood"]), str(row["impact"])
    return int(likelihood) * int(impact) if (likelihood + impact).isdecimal() else None


def _benefits(rows: list[Record], _: Results) -> str:
    return f"{counted(len(rows), 'benefit')}{_counts(row['criterion'] for row in rows)}"


def _dependencies(rows: list[Record], _: Results) -> str:
    projects = {row["project_code"] for row in rows if row["project_code"]}
    of_projects = f" of {counted(len(projects), 'project')}" if projects else ""
    return f"{counted(len(rows), 'dependency', 'dependencies')}{of_projects}"


def _milestones(rows: list[Record], _: Results) -> str:
    late = [days for row in rows if (days := slippage(row)) and days > 0]
    latest = f"; {len(late):,} late, by up to {counted(max(late), 'day')}" if late else ""
    return f"{counted(len(rows), 'milestone')}{_counts(row['status'] for row in rows)}{latest}"


def slippage(row: Record) -> int | None:
    """Days from a milestone's planned date to its forecast; None where either is no date."""
    planned, forecast = parse_date(row["planned"]), parse_date(row["forecast"])
    return None if planned is None or forecast is None else (forecast - planned).days


def _assumptions(rows: list[Record], _: Results) -> str:
    signed = sum(bool(row["signed_off_by"]) for row in rows)
    signed_off = f"{signed:,}" if signed else "none"
    return f"{counted(len(rows), 'assumption')}, {signed_off} of them signed off"


def _counts(words: Iterable[object]) -> str:
    """How many bear each word: ``: 10 Quality and 9 Resilience``; nothing where they are many."""
    counts = Counter(str(word) for word in words if word)
    if not 0 < len(counts) <= _MOST_NAMES:
        return ""
    return f": {in_words([f'{number:,} {word}' for word, number in counts.items()])}"


_NARRATIVE: dict[str, Callable[[list[Record], Results], str]] = {
    "Projects": _projects,
    "Risks": _risks,
    "Benefits": _benefits,
    "Dependencies": _dependencies,
    "Milestones": _milestones,
    "Assumptions": _assumptions,
}


# The records


def in_register(results: Results) -> str:
    """How many lines there are, from how many returns."""
    rows = results.register
    if rows.empty:
        return "No line is in the figures"
    lines = rows["line"].nunique()
    returns = counted(rows["workbook"].nunique(), "return")
    return f"{counted(lines, 'line')} from {returns}, in {counted(len(rows), 'row')}"


def in_parts(results: Results) -> str:
    """How many parts the lines are divided into, and how many wait."""
    parts = results.apportioned
    waiting = int((parts["organisation"] == NOT_YET_APPORTIONED).sum())
    rest = f", {waiting:,} of them not yet apportioned" if waiting else ", all of them apportioned"
    return sentence(f"{counted(len(parts), 'part')}{rest if len(parts) else ''}")


def own_parts(results: Results) -> str:
    """How many lines a partner has a part in; the results are its own."""
    lines = results.apportioned["line_ref"].nunique()
    return sentence(f"{counted(lines, 'line')} with a part that falls to it")


def left_out(results: Results) -> str:
    """Which other programmes count lines of this one."""
    rows = results.excluded
    if rows.empty:
        return "No line is counted by another programme"
    names = list(dict.fromkeys(str(each) for each in rows["counted_in"]))
    return f"{counted(rows['line'].nunique(), 'line')}, counted in: {listing(names, _MOST_NAMES)}"


def in_files(results: Results) -> str:
    """How many files there are, and how many of them are returns that were read."""
    every, return_count = len(results.sources), returns_read(results)
    rest = every - return_count - 1
    others = (
        f" and {counted(rest, 'file')} that {agreeing(rest, 'was', 'were')} not read"
        if rest > 0
        else ""
    )
    return sentence(f"the control workbook, {counted(return_count, 'return')}{others}")


def board(returns: pd.DataFrame) -> list[str]:
    """How many returns are expected, received, read and accepted, each number apart; then
    whoever is not in as it should be, by name."""
    counts = intake(returns)
    expected = f"{counted(counts.expected, 'return')} expected: " if counts.expected else ""
    numbers = f"{counts.received:,} received, {counts.read:,} read, {counts.accepted:,} accepted"
    further = f"; {counted(counts.further, 'further return')}" if counts.further else ""
    names = [f"{what}: {in_words(each)}." for what, each in not_in(returns).items()]
    return [sentence(f"{expected}{numbers}{further}."), *([" ".join(names)] if names else [])]


def returns_read(results: Results) -> int:
    """How many returns were read."""
    return int(results.sources["rows_read"].notna().sum())
