"""What the page does to a programme's inputs: dropping workbooks and answering warnings, each with
the older file kept."""

import io
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from filelock import FileLock

from pipeline.page.desk import address_of
from pipeline.page.kept_inputs import NotTakenOutError, take_out_input
from pipeline.page.views.issues import id_of
from tests.builders import Programme, Return
from tests.page.served import Served, served, words_of

AT = address_of(".")


@pytest.fixture(scope="module")
def shared_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("inputs")
    Programme().write(folder / "inputs")
    with served(folder / "inputs", folder / "outputs") as page:
        yield page


@pytest.fixture
def page(shared_page: Served) -> Served:
    """The page of a programme whose inputs are as they were at first, in every test."""
    inputs = shared_page.settings.inputs
    for path in inputs.rglob("*.*"):
        path.unlink()
    Programme().write(inputs)
    finance().write(inputs, "finance.xlsx")
    for path in shared_page.settings.outputs.rglob("kept/*"):
        path.unlink()
    shared_page.checked()
    shared_page.settle()
    return shared_page


def finance(*amounts: Any) -> Return:
    department = Return("Finance")
    department.line(list(amounts) or [500, 400, 0])
    return department


def written(department: Return, folder: Path) -> bytes:
    department.write(folder, "written.xlsx")
    return (folder / "written.xlsx").read_bytes()


def drop(page: Served, **files: bytes) -> Any:
    return drop_named(page, {f"{name}.xlsx": content for name, content in files.items()})


def drop_named(page: Served, files: dict[str, bytes]) -> Any:
    parts = [("files", (name, io.BytesIO(content))) for name, content in files.items()]
    return page.post(f"{AT}/drop", files=parts)


def kept(page: Served) -> list[Path]:
    return sorted((page.settings.outputs / "kept").glob("*"))


def left_waiting(page: Served) -> list[Path]:
    return sorted(page.settings.outputs.glob(".savings-dropped-*"))


def test_a_workbook_that_is_dropped_is_in_place_and_checked(page: Served, tmp_path: Path) -> None:
    legal = Return("Legal")
    row = legal.line([100, "TBC", 0])
    answer = drop(page, legal=written(legal, tmp_path))
    page.settle()
    said = words_of(page.get(str(answer.url)))
    assert (page.settings.inputs / "legal.xlsx").is_file()
    assert "legal.xlsx is in place. What was found is below." in said
    assert legal.at(row, "2013/14") in said
    assert "TBC" in said
    assert left_waiting(page) == []


def test_a_folder_keeps_its_order_below_the_programme(page: Served, tmp_path: Path) -> None:
    content = written(Return("Legal"), tmp_path)
    drop_named(page, {"Returns/Police/legal.xlsx": content, "Returns/legal.xlsx": content})
    page.settle()
    names = {each.relative_to(page.settings.inputs).as_posix() for each in files_of(page)}
    assert names >= {"Police/legal.xlsx", "legal.xlsx"}


def files_of(page: Served) -> list[Path]:
    return [path for path in page.settings.inputs.rglob("*") if path.is_file()]


def test_a_workbook_of_the_same_name_is_asked_about(page: Served, tmp_path: Path) -> None:
    older = (page.settings.inputs / "finance.xlsx").read_bytes()
    newer = written(finance(700, 400, 0), tmp_path)
    asked = drop(page, finance=newer)
    assert "1 workbook of that name is there already" in words_of(asked)
    assert (page.settings.inputs / "finance.xlsx").read_bytes() == older

    left = page.post(asked.url.path, {"way": "place"})
    assert "Nothing was put in place." in words_of(left)
    assert (page.settings.inputs / "finance.xlsx").read_bytes() == older

    asked = drop(page, finance=newer)
    page.post(asked.url.path, {"way": "place", "replace": "finance.xlsx"})
    page.settle()
    assert (page.settings.inputs / "finance.xlsx").read_bytes() == newer
    (copy,) = kept(page)
    assert copy.read_bytes() == older
    assert copy.name.endswith(" finance.xlsx")
    assert left_waiting(page) == []


def test_other_capitals_are_the_same_name(page: Served, tmp_path: Path) -> None:
    newer = written(finance(700, 400, 0), tmp_path)
    asked = drop(page, FINANCE=newer)
    page.post(asked.url.path, {"way": "place", "replace": "finance.xlsx"})
    page.settle()
    assert (page.settings.inputs / "finance.xlsx").read_bytes() == newer
    assert not [each for each in files_of(page) if each.name == "FINANCE.xlsx"]


def test_the_very_same_workbook_is_no_question(page: Served) -> None:
    content = (page.settings.inputs / "finance.xlsx").read_bytes()
    said = words_of(drop(page, finance=content))
    assert "There already, just as dropped: finance.xlsx" in said
    assert kept(page) == []


def test_what_is_not_taken_is_named_with_the_reason(page: Served, tmp_path: Path) -> None:
    content = written(finance(), tmp_path)
    files = {"../up.xlsx": content, "<b>.xlsx": content, "notes.txt": b"Hello", "NUL.xlsx": content}
    answer = drop_named(page, files)
    said = words_of(answer)
    assert "Nothing was put in place" in said
    assert "notes.txt : Not read: not a workbook" in said
    assert "NUL.xlsx : Windows keeps its name for itself" in said
    assert "<b>.xlsx" not in answer.text
    assert {each.name for each in files_of(page)} == {"programme.xlsx", "finance.xlsx"}
    assert not (page.settings.inputs.parent / "up.xlsx").exists()


def test_a_file_that_may_be_a_return_is_named_with_how_to_send_it(page: Served) -> None:
    files = {"a.csv": b"Line ref,2012/13\n1,2\n", "b.zip": b"PK\5\6" + 18 * b"\0"}
    said = words_of(drop_named(page, files | {"~$finance.xlsx": b"x", "c.pdf": b"%PDF"}))
    assert "a.csv : Not read: it is a text file of values (CSV). Open it" in said
    assert "b.zip : Not read: it is a zip archive. Unzip it" in said
    assert "c.pdf : Not read: it is a PDF document. Ask for" in said
    assert "~$finance.xlsx : it is a hidden file or the mark of a workbook that is open" in said
    assert ".." not in said


def test_a_workbook_beyond_the_limit_is_not_taken(
    page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAVINGS_MAX_FILE_MB", "1")
    said = words_of(drop(page, large=b"PK" + bytes(2_000_000)))
    assert "large.xlsx : it is larger than 1 MB (set by SAVINGS_MAX_FILE_MB)" in said
    assert not (page.settings.inputs / "large.xlsx").exists()


def test_a_link_that_leads_out_is_left_alone(page: Served, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (page.settings.inputs / "away").symlink_to(outside)
    try:
        said = words_of(drop_named(page, {"x/a.xlsx": b"PK", "away/b.xlsx": b"PK"}))
        assert "something else has its place" in said
        assert list(outside.iterdir()) == []
    finally:
        (page.settings.inputs / "away").unlink()


def test_another_programmes_drop_is_not_there(page: Served) -> None:
    assert page.get(f"{AT}/drop/unknown").status_code == 404
    assert page.post(f"{AT}/drop/unknown", {"way": "place"}).status_code == 404


# Taking a workbook out


def asked_to_take_out(page: Served, workbook: str) -> dict[str, str]:
    """What the form that asks about it would send."""
    asked = page.get(f"{AT}/take-out", params={"workbook": workbook})
    assert f"Take {workbook} out of the inputs?" in words_of(asked)
    fields = re.findall(r'type="hidden" name="(workbook|digest)" value="([^"]+)"', asked.text)
    return dict(fields) | {"way": "take"}


def test_a_workbook_that_is_taken_out_is_kept_and_counts_no_more(page: Served) -> None:
    path = page.settings.inputs / "finance.xlsx"
    content = path.read_bytes()
    issues = page.get(f"{AT}/issues", params={"workbook": "finance.xlsx"})
    assert f'href="{AT}/take-out?workbook=finance.xlsx"' in issues.text
    assert '<option value="finance.xlsx" selected>' in issues.text
    form = asked_to_take_out(page, "finance.xlsx")
    left = page.post(f"{AT}/take-out", form | {"way": "none"})
    assert "Everything stays as it is." in words_of(left)
    assert path.read_bytes() == content

    taken = page.follow(page.post(f"{AT}/take-out", form), ".")
    assert "finance.xlsx is out of the inputs. It is kept in the outputs" in words_of(taken)
    assert not path.exists()
    (copy,) = kept(page)
    assert (copy.read_bytes(), copy.name.endswith(" finance.xlsx")) == (content, True)
    assert "0 received" in words_of(page.get(AT))

    again = page.follow(page.post(f"{AT}/take-out", form), ".")
    assert "There is no finance.xlsx in the inputs any more." in words_of(again)
    assert kept(page) == [copy]


def test_one_that_came_meanwhile_is_not_taken_out(page: Served, tmp_path: Path) -> None:
    form = asked_to_take_out(page, "finance.xlsx")
    newer = written(finance(700, 400, 0), tmp_path)
    (page.settings.inputs / "finance.xlsx").write_bytes(newer)
    answer = page.follow(page.post(f"{AT}/take-out", form), ".")
    assert "finance.xlsx changed meanwhile, and stays where it is." in words_of(answer)
    assert (page.settings.inputs / "finance.xlsx").read_bytes() == newer
    assert kept(page) == []


@pytest.mark.parametrize("name", ["programme.xlsx", "../up.xlsx", "nothing.xlsx"])
def test_nothing_but_a_workbook_of_the_programme_is_taken_out(page: Served, name: str) -> None:
    (page.settings.inputs.parent / "up.xlsx").write_bytes(b"x")
    assert page.get(f"{AT}/take-out", params={"workbook": name}).status_code == 404
    issues = page.get(f"{AT}/issues", params={"workbook": name})
    assert "/take-out" not in issues.text
    sent = {"workbook": name, "digest": sha256(b"x").hexdigest(), "way": "take"}
    answer = page.follow(page.post(f"{AT}/take-out", sent), ".")
    assert f"There is no {name} in the inputs any more." in words_of(answer)
    assert (page.settings.inputs / "programme.xlsx").is_file()
    assert (page.settings.inputs.parent / "up.xlsx").is_file()


def test_one_that_is_open_in_excel_stays_and_is_not_kept_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "inputs" / "finance.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"x")
    unlink = Path.unlink

    def as_windows(each: Path, missing_ok: bool = False) -> None:
        if each == path:
            raise PermissionError(13, "The process cannot access the file", str(each))
        unlink(each, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", as_windows)
    with pytest.raises(NotTakenOutError, match=r"probably open in Excel\. Close it"):
        take_out_input(path, sha256(b"x").hexdigest(), tmp_path / "outputs")
    assert path.read_bytes() == b"x"
    assert list((tmp_path / "outputs" / "kept").iterdir()) == []


def test_what_a_resubmission_changes_is_shown(page: Served, tmp_path: Path) -> None:
    page.post(f"{AT}/report")
    page.settle()
    asked = drop(page, finance=written(finance(700, 400, 0), tmp_path))
    answer = page.post(asked.url.path, {"way": "place", "replace": "finance.xlsx"})
    page.settle()
    said = words_of(page.get(str(answer.url)))
    assert "Against the last report, finance.xlsx: 1 line changed; all years together" in said
    assert "+£200" in said
    assert "The inputs have changed since" in words_of(page.get(AT))


def with_a_warning(page: Served) -> Any:
    """The issue of a line whose Start year has no amount."""
    snapshot = page.desk.snapshots["."]
    return next(each for each in snapshot.issues if each.is_open)


@pytest.fixture
def warned(page: Served, tmp_path: Path) -> Served:
    """The page, with a return that has a warning."""
    department = finance()
    department.line([500, 400, 0], description="Blank title", **{"Savings title": None})
    legal = Return("Legal")
    legal.line([500.005, 0, 0])
    legal.write(page.settings.inputs, "legal.xlsx")
    page.checked()
    return page


def test_a_warning_is_answered_in_place(warned: Served) -> None:
    page, issue = warned, with_a_warning(warned)
    control = page.settings.inputs / "programme.xlsx"
    older = control.read_bytes()
    form = {"issue": id_of(issue), "answer": "=Agreed <b>today</b>", "answered_by": "A. Treasurer"}
    answer = page.post(f"{AT}/answers", form)
    page.settle()
    said = words_of(page.get(str(answer.url)))
    assert "Answered" in said
    rows = list(openpyxl.load_workbook(control)["Answers"].values)
    assert any("=Agreed <b>today</b>" in row for row in rows)
    assert "<b>today</b>" not in page.get(f"{AT}/issues").text
    now = next(each for each in page.desk.snapshots["."].issues if id_of(each) == id_of(issue))
    assert now.answer == "=Agreed <b>today</b>"
    assert now.answered_by == "A. Treasurer"
    (copy,) = kept(page)
    assert copy.read_bytes() == older


def test_an_answer_without_words_writes_nothing(warned: Served) -> None:
    control = warned.settings.inputs / "programme.xlsx"
    older = control.read_bytes()
    form = {"issue": id_of(with_a_warning(warned)), "answer": "  "}
    said = words_of(warned.post(f"{AT}/answers", form))
    assert "Nothing was written: the answer was empty." in said
    assert control.read_bytes() == older


def test_an_error_can_not_be_answered(page: Served, tmp_path: Path) -> None:
    finance(100, "TBC", 0).write(page.settings.inputs, "finance.xlsx")
    page.checked()
    error = next(each for each in page.desk.snapshots["."].issues if each.is_error)
    control = page.settings.inputs / "programme.xlsx"
    older = control.read_bytes()
    form = {"issue": id_of(error), "answer": "Never mind"}
    said = words_of(page.post(f"{AT}/answers", form))
    assert "Nothing was written: none of them is an open warning any more." in said
    assert control.read_bytes() == older


def test_one_answer_serves_the_warnings_that_are_ticked(page: Served) -> None:
    department = finance(500.005, 0, 0)
    for _ in range(2):
        department.line([500.005, 0, 0])
    department.write(page.settings.inputs, "finance.xlsx")
    page.checked()
    shown = page.get(f"{AT}/issues", params={"rule": "sub-penny"}).text
    ids = re.findall(r'<input type="checkbox" name="issue" value="(\w+)" form="together">', shown)
    assert len(ids) == 3
    assert 'id="together"' in shown
    none = words_of(page.post(f"{AT}/answers", {"answer": "Agreed."}))
    assert "Nothing was written: no warning was ticked." in none
    answer = page.post(f"{AT}/answers", {"issue": ids[:2], "answer": "Half pennies are agreed."})
    page.settle()
    assert "2 warnings answered." in words_of(page.follow(answer, "."))
    answers = {id_of(each): each.answer for each in page.desk.snapshots["."].issues}
    assert [answers[each] for each in ids] == ["Half pennies are agreed."] * 2 + [""]
    # Of what is left there is nothing to tick.
    assert 'id="together"' not in page.get(f"{AT}/issues", params={"rule": "sub-penny"}).text


def test_a_marked_copy_is_for_a_return_of_the_programme(page: Served) -> None:
    finance(100, "TBC", 0).write(page.settings.inputs, "finance.xlsx")
    page.checked()
    answer = page.get(f"{AT}/copy", params={"workbook": "finance.xlsx"})
    assert "attachment" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert "Issues" in book.sheetnames
    for other in ("../programme.xlsx", "programme.xlsx", "/etc/passwd", "gone.xlsx", ""):
        assert page.get(f"{AT}/copy", params={"workbook": other}).status_code == 404, other


def test_the_page_waits_for_a_command_that_is_at_work(page: Served) -> None:
    lock = FileLock(page.settings.outputs / ".lock")
    with lock:
        waiting = page.post(f"{AT}/report")
        assert "is in use by another run of this program" in words_of(waiting)
    page.settle()
    assert (page.settings.outputs / "programme-summary.xlsx").is_file()


def test_two_pages_of_the_same_programme_report_one_after_the_other(page: Served) -> None:
    with served(page.settings.inputs, page.settings.outputs) as other:
        for each in (page, other):
            each.post(f"{AT}/report")
        for each in (page, other):
            each.settle()
            last = each.desk.jobs.last_of(".")
            assert last is not None
            assert last.fault == ""
        assert "of the inputs as they are" in words_of(other.get(AT))


def test_a_run_that_is_killed_says_so_and_the_last_report_stays(page: Served) -> None:
    page.post(f"{AT}/report")
    page.settle()
    summary = (page.settings.outputs / "programme-summary.xlsx").read_bytes()
    with FileLock(page.settings.outputs / ".lock"):
        waiting = page.post(f"{AT}/report")
        stopped = page.post(f"{waiting.url.path}/stop")
        assert "It was stopped before it had ended." in words_of(stopped)
    assert (page.settings.outputs / "programme-summary.xlsx").read_bytes() == summary
    page.post(f"{AT}/check")
    page.settle()
    last = page.desk.jobs.last_of(".")
    assert last is not None
    assert last.fault == ""


def test_the_issues_are_filtered(page: Served) -> None:
    finance(100, "TBC", 0).write(page.settings.inputs, "finance.xlsx")
    legal = Return("Legal")
    legal.line([1, "n/k", 0])
    legal.write(page.settings.inputs, "legal.xlsx")
    page.checked()
    both = words_of(page.get(f"{AT}/issues"))
    assert "“TBC”" in both
    assert "“n/k”" in both
    for query in ({"workbook": "legal.xlsx"}, {"text": "N/K"}):
        some = words_of(page.get(f"{AT}/issues", params=query))
        assert "“n/k”" in some
        assert "“TBC”" not in some
    none = words_of(page.get(f"{AT}/issues", params={"kind": "answered"}))
    assert "No issues chosen" in none
    assert "“n/k”" not in none


def test_a_check_that_fails_is_not_tried_again_and_again(page: Served) -> None:
    page.post(f"{AT}/report")
    page.settle()
    manifest = page.settings.outputs / ".manifest.json"
    content = manifest.read_bytes()
    manifest.write_text("{")
    page.checked()
    job = page.desk.jobs.last_of(".")
    assert job is not None
    assert ".manifest.json can't be read" in job.fault
    said = words_of(page.get(AT))
    assert "Checking was not done. .manifest.json can't be read" in said
    page.settle()
    assert page.desk.jobs.last_of(".") is job
    manifest.write_bytes(content)
    page.checked()
    assert "was not done" not in words_of(page.get(AT))


def test_programmes_that_would_share_an_outputs_folder_are_refused_as_by_the_command(
    tmp_path: Path,
) -> None:
    for name in ("hub", "Hub"):
        Programme(title=name).write(tmp_path / "inputs" / name)
    with served(tmp_path / "inputs", tmp_path / "outputs") as page:
        answer = page.reach(page.post(f"{address_of('hub')}/report").url.path, "hub")
        assert "would share a folder in the outputs with Hub. Rename one of the two." in words_of(
            answer
        )
        assert not (tmp_path / "outputs" / "hub").exists()


def test_the_control_workbook_goes_out_and_comes_back(page: Served, tmp_path: Path) -> None:
    older = (page.settings.inputs / "programme.xlsx").read_bytes()
    for view in ("", "/drop"):
        assert f'href="{AT}/control"' in page.get(f"{AT}{view}").text
    fetched = page.get(f"{AT}/control")
    assert fetched.content == older
    assert "programme.xlsx" in fetched.headers["content-disposition"]
    # Its issues lead to it as well, also where no model can be made of it.
    Programme(years="many").write(tmp_path)
    wrong = (tmp_path / "programme.xlsx").read_bytes()
    asked = drop_named(page, {"programme.xlsx": wrong})
    answer = page.post(asked.url.path, {"replace": "programme.xlsx", "way": "place"})
    shown = page.follow(answer, ".")
    assert "Years is “many”" in words_of(shown)
    assert f'href="{AT}/control"' in shown.text
    assert page.get(f"{AT}/control").content == wrong
    (kept,) = page.settings.outputs.glob("kept/*programme.xlsx")
    assert kept.read_bytes() == older
