"""Taking a workbook out of the inputs: asked about first, and the workbook kept in the outputs."""

from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.core.finished_file import file_sha256
from pipeline.core.outputs import KEPT
from pipeline.page import works
from pipeline.page.desk import Desk, address_of
from pipeline.page.views.progress import follow


def ask(desk: Desk, request: Request) -> Response:
    """Whether a workbook is to go, and what that means."""
    folder = desk.folder(request.path_params["key"])
    workbook = request.query_params.get("workbook", "")
    path = next((each.path for each in folder.files if each.name == workbook), None)
    if not isinstance(path, Path):
        raise HTTPException(404)
    return desk.pages.render(
        "take_out.html",
        name=folder.name,
        address=address_of(folder.name),
        snapshot=desk.snapshots.get(folder.name),
        workbook=workbook,
        digest=file_sha256(path),
        saved=datetime.fromtimestamp(path.stat().st_mtime),
        kept=KEPT,
    )


def take(desk: Desk, request: Request, form: FormData) -> Response:
    """Do as was said."""
    folder = desk.folder(request.path_params["key"])
    address = address_of(folder.name)
    workbook, digest = (str(form.get(each) or "") for each in ("workbook", "digest"))
    if form.get("way") != "take":
        back = f"{address}/issues?{urlencode({'workbook': workbook})}"
        return desk.pages.go(back, "Everything stays as it is.")
    notice = f"{workbook} is out of the inputs. It is kept in the outputs, in the folder {KEPT}."
    then = desk.pages.noted(address, notice)
    title = f"Taking {workbook} out"
    return follow(desk, desk.ask(works.take_out, folder.name, title, then, workbook, digest))
