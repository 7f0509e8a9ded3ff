"""The cover: what the workbook is, how sure its figures are, the headline, and what is where."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from pipeline.core.programme import Partner
from pipeline.core.results import Results
from pipeline.core.years import year_label
from pipeline.report.sheets.checks import found, verdict
from pipeline.report.spec import Column, Role, Sheet, Table
from pipeline.report.tables import listed
from pipeline.report.wording import (
    cost_or_saving,
    counted,
    error_count,
    price_base,
    programme_name,
    sentence,
)
from schemas.outputs import Show
from schemas.vocabulary import ALL_STRANDS, NOT_YET_APPORTIONED, TOTAL_PROGRAMME

NAME = "Cover"
_NAME_WIDTH, _TEXT_WIDTH = 24, 82

Fact = tuple[str, str]


def sheet(results: Results, sheets: Sequence[Sheet], partner: Partner | None = None) -> Sheet:
    """The cover of a book that has these sheets after it."""
    programme = results.programme
    facts = [*_standing(results), *_headline(results, partner), *_terms(results, partner)]
    first = (
        f"Partner pack for {partner.name}" if partner else "Programme summary: costs and savings"
    )
    lines = [f"{first}. Reference {programme.reference}." if programme.reference else f"{first}."]
    return Sheet(
        NAME,
        programme.title,
        (_facts(facts), _contents(sheets)),
        (*lines, *([f"Marking: {programme.marking}"] if programme.marking else [])),
        cover=True,
    )


def _facts(facts: Sequence[Fact]) -> Table:
    return Table(
        "Cover",
        (
            Column("Item", [name for name, _ in facts], width=_NAME_WIDTH),
            Column("Detail", [text for _, text in facts], Show.LONG_TEXT, _TEXT_WIDTH),
        ),
        roles={0: Role.SUBTOTAL},
        airy=True,
        description="Status, headline figures and terms of this workbook",
    )


def _contents(sheets: Iterable[Sheet]) -> Table:
    sheets = list(sheets)
    names = [sheet.name for sheet in sheets]
    return Table(
        "Contents",
        (
            Column("Sheet", names, width=_NAME_WIDTH, links=names),
            Column("What it shows", [sheet.note for sheet in sheets], Show.LONG_TEXT, _TEXT_WIDTH),
        ),
        airy=True,
        caption="Contents",
        description="The sheets of this workbook, with links to them",
    )


def _standing(results: Results) -> list[Fact]:
    """How far the figures can be relied on."""
    errors = error_count(results.issues)
    if errors:
        status = (
            f"DRAFT: {counted(errors, 'error')} {'stands' if errors == 1 else 'stand'}; what is "
            "rejected is not in the figures."
        )
    else:
        status = "No errors stand."
    return [
        ("Status", status),
        ("Returns", _returns(results)),
        ("Issues", found(results.issues)),
        ("Controls", verdict(results.controls)),
    ]


def _returns(results: Results) -> str:
    read = sum(rows is not None for rows in listed(results.sources["rows_read"]))
    text = sentence(f"{counted(read, 'return')} read.")
    if expected := len(results.programme.expected):
        missing = sum(issue.rule == "return-missing" for issue in results.issues)
        text += f" {expected - missing:,} of {counted(expected, 'expected return')} received."
    return text


def _headline(results: Results, partner: Partner | None) -> list[Fact]:
    """A sentence for each scenario, the band, and what is still to be apportioned."""
    whole = partner.name if partner else TOTAL_PROGRAMME
    rows = results.summary[
        (results.summary["strand"] == ALL_STRANDS) & (results.summary["organisation"] == whole)
    ]
    steady = year_label(results.programme.steady_year)
    facts = []
    for row in rows.to_dict("records"):
        ratio = row["payback_years"]
        payback = "" if ratio is None else f", {_payback(ratio)}"
        text = (
            f"{cost_or_saving(row['one_off_pence'], 'one-off')}; "
            f"{cost_or_saving(row['annual_cashable_pence'], 'annual cashable')} in {steady}"
            f"{payback}."
        )
        facts.append((str(row["scenario"]), sentence(text)))
    if len(rows):
        facts.append(("Return on investment", str(rows["return_on_investment"].iloc[0])))
    return facts + _unapportioned(results)


def _payback(ratio: Fraction) -> str:
    return f"payback {float(ratio):.2f} years" if ratio else "payback at once"


def _unapportioned(results: Results) -> list[Fact]:
    rows = results.summary[
        (results.summary["strand"] == ALL_STRANDS)
        & (results.summary["organisation"] == NOT_YET_APPORTIONED)
    ]
    parts = [
        f"{row['scenario']}: {cost_or_saving(row['one_off_pence'], 'one-off')}, "
        f"{cost_or_saving(row['annual_cashable_pence'], 'annual cashable')}"
        for row in rows.to_dict("records")
    ]
    return [(NOT_YET_APPORTIONED, f"{'; '.join(parts)}.")] if parts else []


def _terms(results: Results, partner: Partner | None) -> list[Fact]:
    programme = results.programme
    labels = programme.year_labels
    span = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    steady = year_label(programme.steady_year)
    partners = ", ".join(f"{one.name} ({one.code})" for one in programme.partners)
    facts = [
        ("Programme", programme_name(programme)),
        ("Partner" if partner else "Partners", partners),
        ("Financial years", f"{span}; annual savings are those of {steady}."),
        ("Price base", price_base(programme)),
    ]
    return [*facts, *([("Note", programme.note)] if programme.note else [])]
