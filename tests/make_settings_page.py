"""Write the page of settings from their declarations: make rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from schemas.fields import Setting, Table
from schemas.programme import PROGRAMME
from schemas.returns import COVER

PAGE: Final = Path(__file__).parent.parent / "docs" / "settings.md"

_OPENING: Final = """\
# Settings

A setting stands on a sheet with the headings Setting and Value: the programme's on the sheet \
Programme of `programme.xlsx`, a return's on its Cover. Names match whatever their capitals, \
spacing and punctuation; one that is nearly ours is an error rather than ignored.

`make rules` writes this page from the declarations in `schemas/programme.py` and \
`schemas/returns.py`; change those, not the page.
"""
_TABLES: Final = (
    (PROGRAMME, "stops the programme", "is an error; its default holds"),
    (COVER, "rejects all rows of the return", "is an error; the rows stay in"),
)


def page() -> str:
    """The page as Markdown: a table for each sheet of settings."""
    return "\n".join([_OPENING, *(_section(*each) for each in _TABLES)])


def _section(table: Table, grave: str, light: str) -> str:
    rows = [_row(one, grave if one.stops else light) for one in table.settings]
    lines = [
        f"## {table.name}\n",
        table.meaning + "\n",
        "| Setting | Meaning | What it may be | If left blank | A wrong one |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(cells)} |" for cells in rows),
    ]
    return "\n".join(lines) + "\n"


def _row(one: Setting[Any], wrong: str) -> tuple[str, ...]:
    blank = "required" if one.required else one.default_text or "nothing"
    any_words = one.may_be == "any words"
    return one.heading, one.meaning, one.may_be, blank, "" if any_words else wrong


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE}: {sum(len(table.settings) for table, *_ in _TABLES)} settings")


if __name__ == "__main__":
    main()
