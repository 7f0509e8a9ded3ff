"""Links from a programme's outputs to its inputs."""

from pathlib import Path, PurePosixPath
from urllib.parse import quote


def returns_at(name: str, control: object, where: Path) -> str:
    """The folder of a programme's inputs as its outputs in ``where`` call it in links; empty where
    inputs and outputs don't stand side by side. Then a link would go by folders that are nobody's
    business, a user's name among them, or by none (on another drive, in a store).

    ``name``: the programme's path under the inputs; ``control``: where its control workbook is.
    """
    if not isinstance(control, Path):
        return ""
    inputs = control.resolve().parent
    base, outputs = inputs, where.resolve()
    parts = PurePosixPath(name).parts
    for _ in parts:
        base, outputs = base.parent, outputs.parent
    if base.parent != outputs.parent:
        return ""
    down = inputs.relative_to(base.parent).as_posix()
    return f"{'../' * (len(parts) + 1)}{quote(down)}/"
