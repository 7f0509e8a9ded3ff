"""Rows for Layouts that would read the workbooks which can't be read yet."""

from collections.abc import Sequence

from pipeline.report.spec import Column, Sheet, Table, Tone
from schemas.programme import LAYOUTS

# How a cell begins that only a person can fill in.
_MARK = "(fill in"


def sheet(rows: Sequence[tuple[str, ...]]) -> Sheet:
    """The rows, their cells in the order of the columns of Layouts; None where there are none."""
    cells = rows or [("None", *[""] * (len(LAYOUTS.fields) - 1))]
    columns = tuple(
        Column(
            field.heading,
            [row[place] or None for row in cells],
            width=field.width,
            tones={row[place]: Tone.BAD for row in cells if row[place].startswith(_MARK)},
        )
        for place, field in enumerate(LAYOUTS.fields)
    )
    marked = sum(cell.startswith(_MARK) for row in cells for cell in row)
    workbooks = len({row[0] for row in rows})
    return Sheet(
        LAYOUTS.name,
        "Layouts suggested: how workbooks could be read that can't be read yet",
        (Table("Layouts_suggested", columns, filtered=True),),
        (
            f"Rows for {workbooks} workbook{'' if workbooks == 1 else 's'}. Copy them, without the "
            "headings, below the headings of the sheet Layouts in programme.xlsx.",
            f"Cells to be filled in first: {marked}; each begins with “{_MARK}”. Check the units "
            "and the sign, and what each heading of theirs was taken for.",
        ),
        keep_columns=2,
    )
