"""Inputs that the page replaces or takes out: each is kept in the outputs, where no report removes
it."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from pipeline.core.outputs import KEPT
from pipeline.publish import put, put_file
from pipeline.publish.disk import Content


class NotTakenOutError(Exception):
    """Why a workbook stays among the inputs, and what to do."""


def replace_input(path: Path, content: Content, where: Path) -> str:
    """Put a file in an input's place, the older one, where there is any, kept in the outputs folder
    ``where``: gives its path there, empty for none. Hold ``outputs_lock``. Raises PublishError."""
    older_at = _keep(path.name, path.read_bytes(), where) if path.exists() else ""
    put_file(path, content)
    return older_at


def take_out_input(path: Path, digest: str, where: Path) -> None:
    """Take an input out, kept in the outputs folder ``where``; ``digest``: the SHA-256 of what
    stood there when that was asked for. Hold ``outputs_lock``. Raises NotTakenOutError,
    PublishError or OSError."""
    content = path.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise NotTakenOutError(f"{path.name} changed meanwhile, and stays where it is. Try again.")
    kept_at = _keep(path.name, content, where)
    try:
        path.unlink()
    except PermissionError as fault:
        (where / kept_at).unlink()
        raise NotTakenOutError(
            f"{path.name} can't be taken out: it is probably open in Excel. Close it and try again."
        ) from fault


def _keep(name: str, content: bytes, where: Path) -> str:
    """Keep what was an input; its path in the outputs."""
    kept_at = f"{KEPT}/{datetime.now():%Y-%m-%d %H.%M.%S.%f} {name}"
    put(where, {kept_at: content})
    return kept_at
