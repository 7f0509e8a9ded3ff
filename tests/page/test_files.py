"""What can be fetched: the programme's own reports and versions, and nothing else of the disk."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from pipeline.page.views.files import zipped
from tests.builders import Programme, Return
from tests.page.served import Served, words_of


@pytest.fixture(scope="module")
def address(page: Served) -> str:
    """The files of a programme that is reported and has a version issued."""
    folder = page.settings.inputs / "Three"
    Programme(title="Programme Three").write(folder)
    finance = Return("Finance")
    finance.line([500, 400, 0])
    finance.write(folder, "finance.xlsx")
    address = page.checked("Three")
    page.post(f"{address}/report")
    page.settle("Three")
    page.post(f"{address}/versions", {"name": "Cabinet <30> April", "signed_off": "A. Treasurer"})
    page.settle("Three")
    return address


def test_the_report_is_there_file_by_file(page: Served, address: str) -> None:
    words = words_of(page.get(f"{address}/files"))
    assert "Summary (1 file) programme-summary.xlsx" in words
    assert "packs (2 files) partners/A.xlsx" in words
    assert "Version 1 Cabinet" in words
    fetched = page.get(f"{address}/files/report/programme-summary.xlsx")
    assert fetched.headers["content-disposition"].endswith('filename="programme-summary.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(fetched.content))
    assert "Summary" in book.sheetnames


def test_all_of_it_comes_as_one_zip(page: Served, address: str) -> None:
    answer = page.get(f"{address}/files/report.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        summary = archive.read("programme-summary.xlsx")
    where = page.settings.outputs / "Three"
    assert summary == (where / "programme-summary.xlsx").read_bytes()
    assert {"partners/A.xlsx", "partners/B.xlsx", "data/apportioned.csv"} <= set(names)
    assert not [name for name in names if name.startswith((".", "issued", "history", "kept"))]


def test_an_issued_version_is_fetched_as_it_was_frozen(page: Served, address: str) -> None:
    fetched = page.get(f"{address}/files/1/programme-summary.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(fetched.content))
    texts = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert any("A. Treasurer" in text for text in texts)
    with zipfile.ZipFile(io.BytesIO(page.get(f"{address}/files/1.zip").content)) as archive:
        assert archive.read("programme-summary.xlsx") == fetched.content


@pytest.mark.parametrize(
    "path",
    [
        "report/.manifest.json",
        "report/history.sqlite",
        "report/.lock",
        "report/../Three/programme-summary.xlsx",
        "report/..%2f..%2finputs%2fThree%2fprogramme.xlsx",
        "report/%2fetc%2fpasswd",
        "report/programme-summary.xlsx%00.txt",
        "report/issued/1 Cabinet 30 April/programme-summary.xlsx",
        "1/../../history.sqlite",
        "2/programme-summary.xlsx",
        "issued/programme-summary.xlsx",
        "9.zip",
        "...zip",
    ],
)
def test_nothing_else_is_served(page: Served, address: str, path: str) -> None:
    assert page.get(f"{address}/files/{path}").status_code == 404


def test_a_link_out_of_the_outputs_is_not_followed(page: Served, address: str) -> None:
    version = next((page.settings.outputs / "Three" / "issued").iterdir())
    secret = page.settings.outputs / "secret.txt"
    secret.write_text("secret", "utf-8")
    (version / "linked.xlsx").symlink_to(secret)
    assert page.get(f"{address}/files/1/linked.xlsx").status_code == 404
    assert b"secret" not in page.get(f"{address}/files/1.zip").content
    (version / "linked.xlsx").unlink()


def test_a_programme_without_a_report_says_so(page: Served) -> None:
    assert "nothing to fetch yet" in words_of(page.get(f"{page.checked('Two')}/files"))


def test_a_zip_holds_little_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "large.xlsx").write_bytes(b"x" * 5_000_000)
    pieces = list(zipped(tmp_path, ["large.xlsx"]))
    assert max(map(len, pieces)) < 1_100_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert len(archive.read("large.xlsx")) == 5_000_000


def test_a_report_that_is_older_than_the_inputs_says_so(page: Served, address: str) -> None:
    older = "The report is older than the inputs."
    assert older not in words_of(page.get(f"{address}/files"))
    legal = Return("Legal")
    legal.line([100, 0, 0])
    added = legal.write(page.settings.inputs / "Three", "legal.xlsx")
    page.post(f"{address}/check")
    page.settle("Three")
    assert older in words_of(page.get(f"{address}/files"))
    added.unlink()
    page.post(f"{address}/check")
    page.settle("Three")
    assert older not in words_of(page.get(f"{address}/files"))
