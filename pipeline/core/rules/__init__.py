"""The rules that issues name: one entry a rule, with its severity, its words and its reason, in a
module for what they are about.

The templates are filled from an issue's heading, value and details; nowhere else does an issue
become text. Source: contract, section 5.
"""

from pipeline.core.rules import cells, lines, programme, tables, workbooks
from pipeline.core.rules.rule import Rule, Severity

__all__ = ["RULES", "Rule", "Severity"]

_ALL = (*workbooks.RULES, *tables.RULES, *cells.RULES, *lines.RULES, *programme.RULES)

# Errors first, as they stand in every list of issues.
RULES = {rule.name: rule for severity in Severity for rule in _ALL if rule.severity is severity}
