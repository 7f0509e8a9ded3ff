"""The tables beside Savings: projects, risks, benefits and the like, of all returns together."""

import pandas as pd

from pipeline.check.rows import Vocabularies, row_issues, unknown_projects
from pipeline.core.issue import Issue
from pipeline.core.lines import Stacked, stack
from pipeline.core.returns import Records, Return
from pipeline.core.text import ref_key
from schemas.fields import Table
from schemas.returns import ASSUMPTIONS, NARRATIVE_TABLES, PROJECTS


def narrative(
    returns: list[Return], assumptions: Records, words: Vocabularies, issues_so_far: list[Issue]
) -> tuple[dict[str, Stacked], list[Issue]]:
    """The records of each of these tables that has any, by its name, and what is wrong with single
    rows.

    ``assumptions``: the control workbook's own. ``issues_so_far``: of any table.
    """
    issues: list[Issue] = []
    tables: dict[str, Stacked] = {}
    for table in NARRATIVE_TABLES:
        parts = _parts(table, returns, assumptions)
        if any(part.row for part in parts):
            tables[table.name] = stack(parts, [field.name for field in table.fields])
            issues += row_issues(table, tables[table.name], words, issues_so_far)
    return tables, issues


def projects_unknown_in(tables: dict[str, Stacked], projects: set[str]) -> list[Issue]:
    """Project codes in the tables that no project has; ``projects`` are the codes' ref keys."""
    return [
        issue
        for name, records in tables.items()
        if "project_code" in records.frame and name != PROJECTS.name
        for issue in unknown_projects(records, projects)
    ]


def project_keys(tables: dict[str, pd.DataFrame]) -> set[str]:
    """The codes of all projects, in the form in which codes are compared."""
    projects = tables.get(PROJECTS.name)
    return set() if projects is None else {ref_key(str(c)) for c in projects["project_code"]}


def _parts(table: Table, returns: list[Return], assumptions: Records) -> list[Records]:
    parts = [r.tables[table.name] for r in returns if table.name in r.tables]
    if table is ASSUMPTIONS:
        parts.insert(0, assumptions)
    return parts
