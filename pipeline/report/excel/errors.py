"""What the modules that write a workbook agree on: when Excel would not take it, and how many rows
go together."""

# So many rows say together which columns they have cells in.
SPAN_ROWS = 16


class RenderError(Exception):
    """Excel would not take what was to be written: a fault of ours, never of a return."""


def must(code: int, what: str) -> None:
    """Raise RenderError where XlsxWriter refused something."""
    if code != 0:
        raise RenderError(f"{what} was refused with code {code}")
