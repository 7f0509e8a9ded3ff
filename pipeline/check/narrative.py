"""The tables beside Savings: projects, risks, benefits and the like, of all returns together."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.check.rows import Vocabularies, row_issues, unknown_projects
from pipeline.core.issue import Issue
from pipeline.core.lines import Mask, Stacked, stack
from pipeline.core.returns import Records, Return
from pipeline.core.text import ref_key
from schemas.fields import Table
from schemas.returns import ASSUMPTIONS, NARRATIVE_TABLES, PROJECTS


def at_fault(records: Stacked, issues: Iterable[Issue]) -> Mask:
    """The records that an error rejects, or whose whole table can't be read."""
    faulty = {((i.at.workbook, i.at.sheet, i.table), i.at.row) for i in issues if i.rejects}
    rejected: Mask = np.zeros(len(records.frame), dtype=bool)
    if not len(rejected):
        return rejected
    source = records.frame["source"].to_numpy()
    if faulty:
        numbers = {(s.workbook, s.sheet, s.number): n for n, s in enumerate(records.sources)}
        at = [(numbers.get(table), row) for table, row in faulty]
        first = {
            (number, row): first
            for number, each in enumerate(records.sources)
            for first, rows in each.parts.items()
            for row, _ in rows
        }
        # A record's table and row in one number: a sheet has less than 2**32 rows.
        keys = [
            (number << 32) + first.get((number, row), row)
            for number, row in at
            if number is not None
        ]
        rejected = np.isin((source << 32) + records.frame["row"].to_numpy(), keys)
    unusable = np.array([not each.usable for each in records.sources], dtype=bool)
    rejected |= unusable[source]
    return rejected


def narrative(
    returns: list[Return], assumptions: Records, words: Vocabularies, known: list[Issue]
) -> tuple[dict[str, pd.DataFrame], list[Issue]]:
    """The records of each table that has any, those in error left out; and what is wrong.

    ``assumptions``: the control workbook's own. ``known``: the issues so far.
    """
    issues: list[Issue] = []
    kept: dict[str, pd.DataFrame] = {}
    stacked: dict[str, Stacked] = {}
    for table in NARRATIVE_TABLES:
        records = _stacked(table, returns, assumptions)
        issues += row_issues(table, records, words, known)
        fine = ~at_fault(records, [*known, *issues])
        if fine.any():
            kept[table.name] = records.frame[fine].reset_index(drop=True)
        stacked[table.name] = records
    projects = project_keys(kept)
    for name, records in stacked.items():
        if "project_code" in records.frame and name != PROJECTS.name:
            issues += unknown_projects(records, projects)
    return kept, issues


def project_keys(tables: dict[str, pd.DataFrame]) -> set[str]:
    """The codes of all projects, in the form in which codes are compared."""
    projects = tables.get(PROJECTS.name)
    return set() if projects is None else {ref_key(str(c)) for c in projects["project_code"]}


def _stacked(table: Table, returns: list[Return], assumptions: Records) -> Stacked:
    parts = [r.tables[table.name] for r in returns if table.name in r.tables]
    if table is ASSUMPTIONS:
        parts.insert(0, assumptions)
    return stack(parts, [field.name for field in table.fields])
