"""Checks of single rows: pandera's failures become issues with their cells."""

from collections.abc import Iterable
from sys import intern

import pandas as pd

from pipeline.core.bases import DIRECT
from pipeline.core.issue import Issue
from pipeline.core.lines import Lines, Stacked, places
from pipeline.core.memory import collection_at_rest
from pipeline.core.programme import Programme
from pipeline.core.source import SourceRef
from pipeline.core.suggest import suggestion
from pipeline.core.text import match_key, ref_key
from schemas.fields import MISSING, Failure, Field, Kind, Table
from schemas.returns import PROJECT_CODE, SAVINGS

Vocabularies = dict[str, tuple[str, ...]]


def failures_of(
    frames: Iterable[tuple[Table, pd.DataFrame]], vocabularies: Vocabularies
) -> dict[str, list[Failure]]:
    """What pandera finds in tables' frames, by the name of the table: missing values and words
    outside vocabularies."""
    with collection_at_rest():
        # It brings pandera, 0.15 s for which only the process waits that validates.
        from schemas.frames import failures  # noqa: PLC0415 # see above
    return {table.name: failures(table, frame, vocabularies) for table, frame in frames}


def row_issues(
    table: Table,
    records: Stacked,
    failures: Iterable[Failure],
    vocabularies: Vocabularies,
    issues_so_far: list[Issue],
) -> list[Issue]:
    """The issues of a table's records that ``failures`` tells of.

    Cells that ``issues_so_far`` names (error cells, say) and missing headings are not named again.
    """
    issues: list[Issue] = []
    for failure in failures:
        issues += _issues_of(failure, table, records, vocabularies)
    if not issues:
        return []
    cells_so_far = {issue.at for issue in issues_so_far}
    return [issue for issue in issues if issue.at not in cells_so_far]


def _issues_of(
    failure: Failure, table: Table, records: Stacked, vocabularies: Vocabularies
) -> list[Issue]:
    """A failed check's issues, cell by cell."""
    field = next(field for field in table.fields if field.name == failure.field)
    rule = failure.rule
    issues = []
    # Most faults are the same word again and again: their details are one.
    details_of: dict[tuple[str, SourceRef | None], dict[str, str]] = {}
    for place in failure.rows:
        source = records.source_of(place)
        constant = source.constants.get(field.name)
        # Else the missing column itself is named, or the cell of Layouts, and rejects the table.
        if field.name in source.columns or not (
            source.lacks_headings or constant in {fault.at for fault in source.faults}
        ):
            text = records.text(place, field.name)
            if (text, constant) not in details_of:
                details_of[text, constant] = _details(field, rule, text, vocabularies, constant)
            details = details_of[text, constant]
            if source.covered and (
                area := source.covered.get(records.cell(place, field.name).cell)
            ):
                hint = (
                    f": it is part of the merged cells {area}, so that nothing can be seen in it. "
                    "Unmerge them first (Home, Merge & Center)"
                )
                details = {**details, "hint": hint}
            issues.append(records.issue(rule, place, field, details))
    return issues


def _details(
    field: Field,
    rule: str,
    value: str,
    vocabularies: Vocabularies,
    constant: SourceRef | None,
) -> dict[str, str]:
    """What the rule's words need; ``constant``: the cell of Layouts that gives the value, which has
    no cell of its own."""
    words = vocabularies.get(field.vocabulary, ()) if field.vocabulary else field.choices
    otherwise = "a number such as 2.5" if field.kind is Kind.QUANTITY else "the name of a programme"
    choices = ", ".join(words) or otherwise
    if rule == MISSING:
        hint = f" with one of: {choices}" if 0 < len(words) <= 12 else ""
        return {"hint": hint + (f", or mend {constant}, which makes its value" if constant else "")}
    source = f"; {constant} gives it" if constant else ""
    if field.kind is Kind.PARTNER:
        value = _code_of(value, words, vocabularies.get("partners' names", ()))
    return {"suggestion": intern(suggestion(value, words) + source), "choices": intern(choices)}


def _code_of(text: str, codes: tuple[str, ...], names: tuple[str, ...]) -> str:
    """The code of the partner that a text names; the text where it names none."""
    by_name = dict(zip(map(match_key, names), codes, strict=True)) if names else {}
    return by_name.get(match_key(text), text)


def partner_issues(lines: Lines, programme: Programme) -> list[Issue]:
    """Direct lines without a partner, and partners where the basis isn't Direct.

    Needs the frame's ``applied_basis``. Where a table has no Partner column, the Basis cell stands
    in for the empty Partner cell.
    """
    basis, partner = lines.frame["applied_basis"], lines.frame["partner"]
    direct, with_partner = (basis == DIRECT).to_numpy(), partner.notna().to_numpy()
    codes = {"choices": ", ".join(programme.codes)}
    partner_field, basis_field = SAVINGS.field("Partner"), SAVINGS.field("Basis")
    issues = []
    for place in places(direct & ~with_partner):
        has_column = partner_field.name in lines.source_of(place).columns
        field = partner_field if has_column else basis_field
        issues.append(lines.issue("partner-required", place, field, codes))
    partner_exists = (basis.notna() & partner.isin(programme.codes)).to_numpy(dtype=bool)
    for place in places(~direct & partner_exists):
        details = {"basis": lines.text(place, "applied_basis")}
        issues.append(lines.issue("partner-ignored", place, partner_field, details))
    return issues


def unknown_projects(records: Stacked, projects: set[str]) -> list[Issue]:
    """Project codes that no return's Projects has; ``projects`` are the codes' ref keys."""
    codes = records.frame["project_code"]
    codes_in_use = set(codes.dropna().unique())
    unknown = codes.isin([code for code in codes_in_use if ref_key(code) not in projects])
    return [
        records.issue("unknown-project", place, PROJECT_CODE)
        for place in places(unknown.to_numpy(dtype=bool))
    ]
