"""The tables beside Savings: projects, risks, benefits and the like, of all returns together."""

from collections.abc import Mapping

import pandas as pd

from pipeline.check.rows import Vocabularies, row_issues, unknown_projects
from pipeline.core.issue import Issue
from pipeline.core.lines import Stacked, stack
from pipeline.core.returns import Records, Return
from pipeline.core.text import ref_key
from schemas.fields import Failure, Table
from schemas.returns import ASSUMPTIONS, NARRATIVE_TABLES, PROJECTS


def narrative(returns: list[Return], assumptions: Records) -> dict[str, Stacked]:
    """The records of each of these tables that has any, by its name; ``assumptions``: the control
    workbook's own."""
    every = {table: _parts(table, returns, assumptions) for table in NARRATIVE_TABLES}
    return {
        table.name: stack(parts, [field.name for field in table.fields])
        for table, parts in every.items()
        if any(part.row for part in parts)
    }


def narrative_issues(
    tables: Mapping[str, Stacked],
    failures: Mapping[str, list[Failure]],
    words: Vocabularies,
    issues_so_far: list[Issue],
) -> list[Issue]:
    """What is wrong with single rows of these tables; ``issues_so_far``: of any table."""
    return [
        issue
        for table in NARRATIVE_TABLES
        if table.name in tables
        for issue in row_issues(
            table, tables[table.name], failures[table.name], words, issues_so_far
        )
    ]


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
