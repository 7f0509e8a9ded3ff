"""Write the page of rules from the rules themselves: make rules."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.core.rules import RULES, Rule, Severity

PAGE: Final = Path(__file__).parent.parent / "docs" / "rules.md"

_OPENING: Final = """\
# Rules

Every issue names one of these rules: on screen, in `validation-report.xlsx` and in the Issues of \
`programme-summary.xlsx`, with the cell, the value found and the remedy. An **error** keeps what \
it is about out of the figures: a row, or the whole sheet or workbook; its money stands in \
Controls. A **warning** leaves it in, for somebody to look at. All faults are named at once, never \
only the first.

`make rules` writes this page from the folder `pipeline/core/rules`; change those, not the page.
"""


def page(rules: tuple[Rule, ...] = tuple(RULES.values())) -> str:
    """The page as Markdown: an index by severity, then an entry for each rule."""
    index = [
        f"{severity.value}s: " + ", ".join(_link(r) for r in rules if r.severity is severity) + "."
        for severity in Severity
    ]
    return "\n".join([_OPENING, *(f"{line}\n" for line in index), *map(_entry, rules)])


def _link(rule: Rule) -> str:
    return f"[`{rule.name}`](#{rule.name})"


def _entry(rule: Rule) -> str:
    return f"""\
## `{rule.name}`

**{rule.severity.value}.** {rule.when}

- **Why it matters:** {rule.why}
- **Example:** {rule.example}
- **Remedy:** {rule.advice or rule.remedy}
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE}: {len(RULES)} rules")


if __name__ == "__main__":
    main()
