"""Issuing versions and saying what moved since, as a finance team does it."""

import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from pipeline import issuing
from pipeline import versions as pipeline_versions
from pipeline.core.text import date_text
from pipeline.run import Outcome, model_programme
from tests.builders import Programme, Return, read_table, read_tables
from tests.end_to_end.commands import Said, contents, pipeline, report, validate
from tests.long import long, quick_cases

pytestmark = pytest.mark.usefixtures("written_once")
SUMMARY = "programme-summary.xlsx"


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    return tmp_path / "inputs"


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "outputs"


def finance(folder: Path, *amounts: object, name: str = "finance.xlsx", **cells: object) -> None:
    """A return of one cost, L1, and one saving, L2."""
    Programme(reference="BLH-1").write(folder)
    sent = Return("Finance")
    sent.line([500, 400, 0], line_ref="L1", category="One-off cost", description="Moving")
    more = {"description": "Fewer desks", **cells}
    sent.line(amounts or [0, -300, -600], line_ref="L2", category="Cashable saving", **more)  # type: ignore[arg-type]  # cells as they come
    sent.write(folder, name)


def issue(inputs: Path, outputs: Path, name: str, *more: object) -> Said:
    return pipeline("issue", "--inputs", inputs, "--outputs", outputs, "--name", name, *more)


def issued(inputs: Path, outputs: Path, name: str, *more: object) -> Path:
    """Report and issue; the folder of the version."""
    report(inputs, outputs)
    said = issue(inputs, outputs, name, *more)
    assert said.status == 0, said.all
    return sorted((outputs / "one" / "issued").iterdir())[-1]


@pytest.fixture(scope="module")
def once_reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported")
    finance(folder / "inputs" / "one")
    report(folder / "inputs", folder / "outputs")
    return folder


@pytest.fixture(scope="module")
def first_issued(once_reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first")
    shutil.copytree(once_reported, folder, dirs_exist_ok=True)
    assert issue(folder / "inputs", folder / "outputs", "First").status == 0
    return folder


@pytest.fixture
def reported(tmp_path: Path, once_reported: Path) -> None:
    """The return of ``finance``, reported: a copy for each test."""
    shutil.copytree(once_reported, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def first(tmp_path: Path, first_issued: Path) -> None:
    """The return of ``finance``, reported and issued as "First": a copy for each test."""
    shutil.copytree(first_issued, tmp_path, dirs_exist_ok=True)


def values(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Each sheet's rows."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def numbers(sheets: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Each sheet's numbers, row by row: in words a version says nothing of links to returns."""
    return {
        name: [n for row in rows if (n := tuple(v for v in row if isinstance(v, int | float)))]
        for name, rows in sheets.items()
        if name not in ("Cover", "Status")
    }


def movements(outputs: Path) -> list[tuple[object, ...]]:
    columns = ("Line ref", "Scenario", "Change", "What", "Before", "After", "One-off effect")
    columns += ("Annual cashable effect", "Where")
    found = read_table(outputs / "one" / SUMMARY, "Movements")
    return [tuple(row[column] for column in columns) for row in found]


@pytest.mark.usefixtures("reported")
def test_a_version_is_the_report_file_by_file(inputs: Path, outputs: Path) -> None:
    frozen = issued(inputs, outputs, "Cabinet: 30/04/2012?")
    assert frozen.name == "1 Cabinet 30 04 2012"
    own = contents(outputs / "one")
    made = {name: digest for name, digest in own.items() if not name.startswith((".", "issued"))}
    assert contents(frozen).keys() == made.keys() - {"history.sqlite"}
    covered = {SUMMARY, "partners/A.xlsx", "partners/B.xlsx"}
    ours = {*covered, "business-cases.xlsx", "validation-report.xlsx", "committee-paper.docx"}
    changed = {name for name, digest in contents(frozen).items() if made[name] != digest}
    assert changed == ours
    (section,) = docx.Document(str(frozen / "committee-paper.docx")).sections
    assert section.footer.paragraphs[-1].text.startswith("Version 1: Cabinet: 30/04/2012?, issued ")
    for name in covered:
        before, after = (values(where / name) for where in (outputs / "one", frozen))
        assert numbers(before) == numbers(after)
        today = date_text(datetime.now(UTC).date())
        assert [row[:2] for row in after["Status"][4:] if row not in before["Status"]] == [
            ("Issued", f"Version 1: Cabinet: 30/04/2012?, issued {today}, not signed off."),
            ("Read again", "Two readers agree: 6 amounts."),
        ]


@pytest.mark.usefixtures("first")
def test_a_first_report_has_no_movements_and_the_next_one_has(inputs: Path, outputs: Path) -> None:
    assert "Movements" not in read_tables(outputs / "one" / SUMMARY)
    finance(inputs / "one", 0, -300, -650)
    report(inputs, outputs)
    where = "finance.xlsx, Savings!K3"
    both = "Best case, Worst case"
    assert movements(outputs) == [
        ("L2", both, "Changed", "2014/15", "(£600)", "(£650)", 0, -50, where)
    ]
    tables = read_tables(outputs / "one" / SUMMARY)
    proof = [row for row in tables["Controls"] if str(row["Control"]).startswith("Movements")]
    assert [(row["Expected"], row["Actual"], row["Result"]) for row in proof] == [
        (0, 0, "Pass"),
        (-50, -50, "Pass"),
        (-30, -30, "Pass"),
        (-20, -20, "Pass"),
    ] * 2
    assert [row["Name"] for row in tables["Versions"]] == ["First"]
    (whole,) = [
        row
        for row in tables["Bridge_by_service"]
        if (row["Service"], row["Scenario"], row["Measure"])
        == ("All services", "Worst case", "Annual cashable")
    ]
    assert (whole["Before"], whole["Changed amount"], whole["After"]) == (-600, -50, -650)


@pytest.mark.usefixtures("first")
def test_a_changed_setting_stands_in_the_control_workbook(inputs: Path, outputs: Path) -> None:
    Programme(reference="BLH-1", discount_rate="4%").write(inputs / "one")
    report(inputs, outputs)
    setting = (None, None, "Changed", "Discount rate", "3.5%", "4%", 0, 0)
    assert movements(outputs) == [(*setting, "programme.xlsx, Programme")]


@pytest.mark.usefixtures("first")
def test_rejected_excluded_new_and_gone(inputs: Path, outputs: Path) -> None:
    sent = Return("Finance")
    row = sent.line([500, "TBC", 0], line_ref="L1", category="One-off cost")
    other = {"line_ref": "L2", "category": "Cashable saving", "counted_in": "Programme X"}
    excluded = sent.line([0, -300, -600], **other)
    sent.line([0, -1, -2], line_ref="L3", category="Cashable saving", scenario="Best case")
    sent.write(inputs / "one", "finance.xlsx")
    report(inputs, outputs)
    tbc, counted = sent.at(row, "2013/14"), sent.at(excluded, "Counted in")
    both = "Best case, Worst case"
    assert [each[:8] for each in movements(outputs)] == [
        ("L3", "Best case", "New", "Line", None, "Line FIN-3", 0, -2),
        ("L1", both, "Rejected", "2013/14", "£400", "TBC", -900, 0),
        ("L2", both, "Removed", "Counted in", None, "Programme X", 0, 600),
    ]
    places = {str(each[8]) for each in movements(outputs)}
    assert {f"finance.xlsx, Savings!{cell}" for cell in (tbc, counted)} < places


@pytest.mark.usefixtures("first")
def test_a_return_that_is_renamed_and_moved_is_no_movement(inputs: Path, outputs: Path) -> None:
    (inputs / "one" / "finance.xlsx").unlink()
    finance(inputs / "one", name="sub/Finance (final).xlsx")
    report(inputs, outputs)
    assert movements(outputs) == []


@pytest.mark.usefixtures("reported")
def test_versions_are_listed_with_who_signed_them_off(inputs: Path, outputs: Path) -> None:
    signed = ("--signed-off-by", "J Smith, Section 151 officer; A Jones", "--signed-off-by", "B")
    issued(inputs, outputs, "First", *signed)
    said = pipeline("versions", "--inputs", inputs, "--outputs", outputs)
    assert "1 First" in said.out
    assert "0 J Smith, Section 151 officer; A Jones; B" in said.out
    report(inputs, outputs)
    (row,) = read_table(outputs / "one" / SUMMARY, "Versions")
    assert row["Signed off by"] == "J Smith, Section 151 officer\nA Jones\nB"


@pytest.mark.usefixtures("first")
def test_issued_versions_and_history_outlive_every_report(inputs: Path, outputs: Path) -> None:
    folder = outputs / "one"

    def kept() -> dict[str, str]:
        every = contents(folder).items()
        return {n: d for n, d in every if n.startswith("issued") or n == "history.sqlite"}

    before = kept()
    finance(inputs / "one", 0, 0, -1)
    report(inputs, outputs)
    validate(inputs, outputs)
    report(inputs, outputs)
    assert kept() == before
    assert len(before) > 5


# Refusals


def test_no_report_is_no_version(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one")
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    assert "There is no report to issue." in said.err


@pytest.mark.usefixtures("reported")
def test_inputs_that_changed_since_the_report_are_named(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one", 0, 0, -1)
    Return("Estates").write(inputs / "one", "estates.xlsx")
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    assert "not those of the report: changed: finance.xlsx; new: estates.xlsx." in said.err
    assert not (outputs / "one" / "issued").exists()


@pytest.mark.usefixtures("reported")
def test_outputs_that_were_edited_are_named(inputs: Path, outputs: Path) -> None:
    with (outputs / "one" / "data" / "apportioned.csv").open("a") as stream:
        stream.write("more")
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    assert "not as the report left them: data/apportioned.csv." in said.err


@pytest.mark.usefixtures("reported")
def test_a_validation_leaves_a_report_that_can_be_issued(inputs: Path, outputs: Path) -> None:
    validate(inputs, outputs)
    assert issue(inputs, outputs, "First").status == 0


@pytest.mark.usefixtures("reported")
def test_after_a_validation_of_one_return_the_report_is_asked_for_again(
    inputs: Path, outputs: Path
) -> None:
    validate(inputs, outputs, "--return", inputs / "one" / "finance.xlsx")
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    assert "not as the report left them: validation-report.xlsx." in said.err
    assert "even where only one return was checked by `make validate` since" in " ".join(
        said.err.split()
    )
    report(inputs, outputs)
    assert issue(inputs, outputs, "First").status == 0


def test_errors_are_issued_only_by_force_and_the_covers_say_so(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one", 0, "TBC", -600)
    report(inputs, outputs)
    said = issue(inputs, outputs, "Draft")
    assert said.status == 1
    assert "1 error stands" in said.err
    assert "FORCE=1" in said.err
    said = issue(inputs, outputs, "Draft", "--force")
    assert said.status == 0, said.err
    frozen = outputs / "one" / "issued" / "1 Draft"
    words = "Issued as “Draft” although 1 error stood."
    for name in (SUMMARY, "partners/A.xlsx", "partners/B.xlsx"):
        assert any(words in str(row["Detail"]) for row in read_table(frozen / name, "Status"))
        own = [row["Detail"] for row in read_table(outputs / "one" / name, "Status")]
        assert words not in own
    same = {name for name in contents(frozen) if name.startswith(("data/", "returns/"))}
    assert {n: contents(frozen)[n] for n in same} == {n: contents(outputs / "one")[n] for n in same}


def departments(
    folder: Path, answers: Sequence[Mapping[str, Any]] = (), **sent: dict[str, object]
) -> None:
    """Three departments, due on 30 March; what each has sent by the settings of its Cover, and the
    rows of Answers."""
    programme = Programme(reference="BLH-1")
    for department in ("Finance", "Fleet", "Fire"):
        programme.department(department, due="30/03/2012")
    for answer in answers:
        programme.answer(answer)
    programme.write(folder)
    for department, cover in sent.items():
        each = Return(department)
        for setting, value in ({"Date": "29/03/2012", "Status": "Final"} | cover).items():
            each.cover(setting, value)
        each.line([500, 400, 0], category="One-off cost", description=department)
        each.write(folder, f"{department}.xlsx")


GATES: dict[str, tuple[dict[str, dict[str, object]], str]] = {
    "missing": (
        {"Finance": {}, "Fire": {}},
        "Missing: Fleet (ask for it, or take the department off Departments)",
    ),
    "draft": (
        {"Finance": {}, "Fire": {"Status": "Draft"}, "Fleet": {}},
        "Draft: Fire (ask for the final one)",
    ),
    "late": (
        {"Finance": {}, "Fire": {}, "Fleet": {"Date": "01/04/2012"}},
        "Late: Fleet (2 days) (answer for it in Answers (rule late-return))",
    ),
    "undated, and another came after the day": (
        {"Finance": {}, "Fire": {"Date": None}, "Fleet": {"Date": "01/04/2012"}},
        "Late: Fleet (2 days), Fire",
    ),
}


@quick_cases(2)
@pytest.mark.parametrize(("sent", "words"), GATES.values(), ids=list(GATES))
def test_a_return_that_is_not_in_is_named_with_what_to_do(
    inputs: Path, outputs: Path, sent: dict[str, dict[str, object]], words: str
) -> None:
    departments(inputs / "one", **sent)
    report(inputs, outputs)
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    assert words in said.err
    assert "FORCE=1" in said.err
    assert not (outputs / "one" / "issued").exists()


def test_a_return_that_was_not_read_is_named_beside_all_else(inputs: Path, outputs: Path) -> None:
    departments(inputs / "one", Finance={}, Fire={"Status": "Draft"})
    (inputs / "one" / "Fleet.xlsx").write_bytes(b"no workbook")
    report(inputs, outputs)
    said = issue(inputs, outputs, "First")
    assert said.status == 1
    for words in ("1 error stands", "Not read: Fleet", "Draft: Fire"):
        assert words in said.err
    assert issue(inputs, outputs, "First", "--force").status == 0
    frozen = outputs / "one" / "issued" / "1 First"
    for name in (SUMMARY, "partners/A.xlsx"):
        facts = {row["Item"]: row["Detail"] for row in read_table(frozen / name, "Status")}
        assert str(facts["Issued"]).endswith(
            ". Issued as “First” although 1 error stood; Not read: Fleet; Draft: Fire."
        )


def test_where_all_are_in_nothing_stands_in_the_way(inputs: Path, outputs: Path) -> None:
    departments(inputs / "one", Finance={}, Fire={"Date": "30/03/2012"}, Fleet={})
    report(inputs, outputs)
    said = issue(inputs, outputs, "First")
    assert said.status == 0, said.all


@quick_cases(1)
@pytest.mark.parametrize("date", ["01/04/2012", None])
def test_a_late_return_that_somebody_answers_for_may_be_issued(
    inputs: Path, outputs: Path, date: object
) -> None:
    sent = {"Finance": {}, "Fire": {"Date": "02/04/2012"}, "Fleet": {"Date": date}}
    departments(inputs / "one", **sent)
    report(inputs, outputs)
    rows = read_table(outputs / "one" / "validation-report.xlsx", "Issues")
    late = {str(row["Department"]): row for row in rows if row["Rule"] == "late-return"}
    assert late.keys() == {"Fire", "Fleet"}

    def answered(*names: str) -> Said:
        given = {"Answer": "Agreed with the Treasurer", "Answered by": "A. Treasurer"}
        departments(inputs / "one", [late[name] | given for name in names], **sent)
        report(inputs, outputs)
        return issue(inputs, outputs, "First")

    one_of_two = answered("Fleet")
    assert one_of_two.status == 1
    assert "Late: Fire (3 days)" in one_of_two.err
    assert "Fleet" not in one_of_two.err
    assert answered("Fire", "Fleet").status == 0


@pytest.mark.usefixtures("first")
def test_the_same_name_and_content_twice_is_refused(inputs: Path, outputs: Path) -> None:
    report(inputs, outputs)
    said = issue(inputs, outputs, "First", "--force")
    assert said.status == 1
    assert "version 1 (First) already: the same name, and the same inputs" in said.err
    assert issue(inputs, outputs, "Second").status == 0
    finance(inputs / "one", 0, -300, -700)
    report(inputs, outputs)
    assert issue(inputs, outputs, "Second").status == 0


@pytest.mark.usefixtures("reported")
def test_a_failing_control_is_not_to_be_forced(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def wrong(*given: Any, **more: Any) -> Outcome:
        outcome = model_programme(*given, **more)
        assert outcome.results is not None
        outcome.results.controls.loc[0, "actual"] += 1
        return outcome

    monkeypatch.setattr(pipeline_versions, "model_programme", wrong)
    said = issue(inputs, outputs, "First", "--force")
    assert said.status == 1
    assert "The figures do not add up: Files found = read + not read." in said.err
    assert "Nothing is issued over that." in said.err


@pytest.mark.usefixtures("reported")
def test_a_version_needs_a_name(inputs: Path, outputs: Path) -> None:
    assert issue(inputs, outputs, "  ").status == 2


def test_of_several_programmes_one_is_to_be_named(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one")
    finance(inputs / "two")
    report(inputs, outputs)
    said = issue(inputs, outputs, "First")
    assert said.status == 2
    assert "There are: one, two." in said.err
    assert issue(inputs, outputs, "First", "--programme", "two").status == 0


# Two programmes that bear one Reference


@long
def test_two_programmes_of_one_reference_are_not_compared_in_a_shared_history(
    inputs: Path, outputs: Path, tmp_path: Path
) -> None:
    history = ("--history", f"sqlite:///{tmp_path / 'shared.sqlite'}")
    finance(inputs / "one")
    report(inputs, outputs, *history)
    assert issue(inputs, outputs, "First", *history).status == 0
    elsewhere = tmp_path / "elsewhere"
    finance(elsewhere / "one", 0, 0, -1)
    Programme(reference="BLH-1", title="Another programme").write(elsewhere / "one")
    others = tmp_path / "others"
    said = report(elsewhere, others, *history)
    assert said.status == 0
    assert "of “Joint working” under the same Reference as “Another programme”" in said.err
    assert "Movements" not in read_tables(others / "one" / SUMMARY)
    refused = issue(elsewhere, others, "First", *history)
    assert (refused.status, "two programmes, which are not compared" in refused.err) == (1, True)
    where = ("--inputs", elsewhere, "--outputs", others, *history)
    assert pipeline("versions", *where).status == 1
    # The same programme on another computer, and one with a new title, go on.
    assert "same Reference" not in report(inputs, others / "copy", *history).err
    Programme(reference="BLH-1", title="Joint working, renamed").write(inputs / "one")
    assert "same Reference" not in report(inputs, outputs, *history).err


def test_two_programmes_of_one_reference_side_by_side_share_no_history(
    inputs: Path, outputs: Path, tmp_path: Path
) -> None:
    history = ("--history", f"sqlite:///{tmp_path / 'shared.sqlite'}")
    for name in ("one", "two"):
        finance(inputs / name)
    said = report(inputs, outputs, *history)
    assert said.status == 0
    assert "two bears the same Reference" in said.err
    assert "one bears the same Reference" in said.err
    refused = issue(inputs, outputs, "First", "--programme", "one", *history)
    assert (refused.status, "two bears the same Reference" in refused.err) == (1, True)
    # Each in its own outputs, they are kept apart.
    assert "same Reference" not in report(inputs, outputs).err
    assert issue(inputs, outputs, "First", "--programme", "one").status == 0


# What an issued copy says


@pytest.mark.usefixtures("reported")
def test_every_page_of_a_version_says_which_it_is(inputs: Path, outputs: Path) -> None:
    signed = ("--signed-off-by", "J Smith, Section 151 officer; A & B Jones")
    frozen = issued(inputs, outputs, "Cabinet 30 April 2012", *signed)
    today = date_text(datetime.now(UTC).date())
    words = (
        f"Version 1: Cabinet 30 April 2012, issued {today}, "
        "signed off by J Smith, Section 151 officer; A & B Jones"
    )
    books = sorted(frozen.rglob("*.xlsx"))
    assert len(books) == 5
    for path in books:
        for sheet in openpyxl.load_workbook(path):
            assert sheet.oddFooter.left.text.endswith("\n" + words.replace("&", "&&"))
        report_of = outputs / "one" / path.relative_to(frozen)
        for sheet in openpyxl.load_workbook(report_of):
            assert "Version 1" not in str(sheet.oddFooter.left.text)
    for name in (SUMMARY, "partners/A.xlsx"):
        details = [row["Detail"] for row in read_table(frozen / name, "Status")]
        assert f"{words}." in details


@pytest.mark.usefixtures("first")
def test_a_version_links_to_nothing_outside_its_folder(inputs: Path, outputs: Path) -> None:
    frozen = outputs / "one" / "issued" / "1 First"

    def targets(path: Path) -> list[str]:
        """The places outside the workbook that it links to."""
        with zipfile.ZipFile(path) as package:
            parts = [package.read(name).decode() for name in package.namelist() if "_rels/" in name]
        return re.findall(r'Target="([^"]*)" TargetMode="External"', " ".join(parts))

    assert any("finance.xlsx" in each for each in targets(outputs / "one" / SUMMARY))
    for path in frozen.rglob("*.xlsx"):
        assert targets(path) == []


@pytest.mark.usefixtures("first")
def test_a_version_that_is_no_longer_as_it_was_issued_is_noticed(
    inputs: Path, outputs: Path
) -> None:
    frozen = outputs / "one" / "issued" / "1 First"
    where = ("--inputs", inputs, "--outputs", outputs)
    assert "no longer as it was issued" not in report(inputs, outputs).err
    (frozen / "partners" / "A.xlsx").unlink()
    (frozen / SUMMARY).write_bytes((outputs / "one" / SUMMARY).read_bytes())
    sentence = (
        "Version 1 (First) is no longer as it was issued: gone: partners/A.xlsx; changed or "
        f"damaged: {SUMMARY}."
    )
    assert sentence in report(inputs, outputs).err
    assert sentence in pipeline("versions", *where).err
    said = issue(inputs, outputs, "Second")
    assert (said.status, sentence in said.err) == (0, True)
    shutil.rmtree(frozen)
    sentence = "Version 1 (First) is no longer as it was issued: its folder is gone."
    assert sentence in report(inputs, outputs).err


@pytest.mark.usefixtures("first")
def test_a_version_of_a_shared_history_may_stand_in_anothers_outputs(
    inputs: Path, outputs: Path, tmp_path: Path
) -> None:
    (outputs / "one" / "history.sqlite").rename(tmp_path / "shared.sqlite")
    history = ("--history", f"sqlite:///{tmp_path / 'shared.sqlite'}")
    said = report(inputs, tmp_path / "elsewhere", *history)
    assert "no longer as it was issued" not in said.err


def test_folders_that_only_look_like_versions_do_no_harm(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one")
    for name in ("99999999999999999999 big", "2012 figures", f".{'9' * 200} x.part"):
        (outputs / "one" / "issued" / name).mkdir(parents=True)
    said = report(inputs, outputs)
    assert (said.status, "history is lost" in said.err) == (0, False)
    assert issue(inputs, outputs, "First").status == 0
    assert (outputs / "one" / "issued" / "1 First").is_dir()
    assert "1 First" in pipeline("versions", "--inputs", inputs, "--outputs", outputs).out
    assert (outputs / "one" / "issued" / "2012 figures").is_dir()


# Who reads the history


def as_issued(_: Path) -> None:
    """All is as it was left."""


def without_folder(where: Path) -> None:
    shutil.rmtree(where / "issued" / "1 First")


def without_history(where: Path) -> None:
    (where / "history.sqlite").unlink()


def with_damaged_history(where: Path) -> None:
    (where / "history.sqlite").write_bytes(b"no database at all, but long enough" * 99)


def with_unreadable_version(where: Path) -> None:
    without_folder(where)
    with sqlite3.connect(where / "history.sqlite") as connection:
        connection.execute("UPDATE savings_records SET content = x'00' WHERE name = 'lines'")
    connection.close()


def with_a_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    """One runs from the command's begin, and what it is given it makes, though that were later;
    this process opens no history."""
    monkeypatch.setattr("pipeline.execute.worth.others_worth_starting", lambda _: 1)
    monkeypatch.setattr("concurrent.futures.Future.running", lambda _: True)
    monkeypatch.setenv("SAVINGS_WORKERS", "2")

    def fails(*_: object) -> None:
        raise AssertionError("this process opens the history")

    monkeypatch.setattr("pipeline.comparing.own_file", fails)
    monkeypatch.setattr("pipeline.history.store.open_history", fails)


@quick_cases(2)
@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    ("becomes", "words"),
    [
        (as_issued, ""),
        (with_unreadable_version, "version 1 can't be read from it"),
        (without_folder, "its folder is gone"),
        (without_history, "The history is lost"),
        (with_damaged_history, "file is not a database"),
    ],
)
def test_a_helper_reads_the_history_as_this_process_does(
    becomes: Callable[[Path], None],
    words: str,
    inputs: Path,
    outputs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finance(inputs / "one", 0, -300, -650)
    becomes(outputs / "one")
    beside = shutil.copytree(outputs, outputs.with_name("beside"))
    monkeypatch.setenv("SAVINGS_WORKERS", "1")
    alone = report(inputs, outputs)
    assert words in alone.err

    with_a_helper(monkeypatch)
    assert report(inputs, beside).err == alone.err.replace(str(outputs), str(beside))
    assert contents(beside) == contents(outputs)


@pytest.mark.usefixtures("reported")
def test_a_history_at_a_url_is_read_by_a_helper_too(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ("--history", "postgresql://me:s3@cret@127.0.0.1:1/db")
    alone = report(inputs, outputs, *url)
    with_a_helper(monkeypatch)
    said = report(inputs, outputs, *url)
    assert "There is more than one @ in the history's URL" in said.err
    assert said.err == alone.err


# What went wrong


@pytest.mark.usefixtures("first")
def test_a_lost_history_is_said_and_numbers_go_on(inputs: Path, outputs: Path) -> None:
    (outputs / "one" / "history.sqlite").unlink()
    said = report(inputs, outputs)
    assert said.status == 0
    assert "The history is lost" in said.err
    assert "Movements" not in read_tables(outputs / "one" / SUMMARY)
    assert issued(inputs, outputs, "Second").name == "2 Second"
    assert (outputs / "one" / "issued" / "1 First").is_dir()


@pytest.mark.usefixtures("first")
def test_a_damaged_history_is_said_and_the_report_goes_on(inputs: Path, outputs: Path) -> None:
    (outputs / "one" / "history.sqlite").write_bytes(b"no database at all, but long enough" * 99)
    said = report(inputs, outputs)
    assert said.status == 0
    assert "can't be used: file is not a database" in said.err
    assert "Movements" not in read_tables(outputs / "one" / SUMMARY)
    said = issue(inputs, outputs, "Second")
    assert said.status == 1
    assert "file is not a database" in said.err
    assert [path.name for path in (outputs / "one" / "issued").iterdir()] == ["1 First"]


@pytest.mark.usefixtures("reported")
def test_what_was_cut_short_before_it_was_recorded_leaves_nothing(
    inputs: Path, outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "snapshot", _stop)
        assert issue(inputs, outputs, "First").status != 0
    (left,) = (outputs / "one" / "issued").iterdir()
    assert left.name == ".1 First.part"
    said = pipeline("versions", "--inputs", inputs, "--outputs", outputs)
    assert "No version was issued yet." in said.out
    assert issued(inputs, outputs, "Again").name == "1 Again"


def _stop(_: object) -> None:
    raise KeyboardInterrupt


@long
@pytest.mark.usefixtures("first")
def test_what_was_cut_short_after_it_was_recorded_is_finished(inputs: Path, outputs: Path) -> None:
    frozen = outputs / "one" / "issued" / "1 First"
    before = contents(frozen)
    frozen.rename(frozen.parent / ".1 First.part")
    pipeline("versions", "--inputs", inputs, "--outputs", outputs)
    assert contents(frozen) == before


@pytest.mark.usefixtures("first")
def test_a_number_is_never_used_again(inputs: Path, outputs: Path) -> None:
    """Not even where a version's folder is gone, or its record."""
    second = issued(inputs, outputs, "Second")
    for path in sorted(second.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    second.rmdir()
    assert issued(inputs, outputs, "Third").name == "3 Third"


# Comparing


@pytest.mark.usefixtures("first")
def test_two_versions_are_compared_on_screen_and_in_a_workbook(inputs: Path, outputs: Path) -> None:
    finance(inputs / "one", 0, -300, -650)
    issued(inputs, outputs, "Second")
    finance(inputs / "one", 0, -300, -650, description="Fewer desks and chairs")
    issued(inputs, outputs, "Third")
    said = pipeline("compare", 1, 2, "--inputs", inputs, "--outputs", outputs)
    assert said.status == 0, said.err
    assert "From version 1 (First) to version 2 (Second)" in said.out
    assert "Annual cashable, Worst case: changed amount (£50)" in said.out
    assert "L2 Best case, Worst case Changed 2014/15 (£600) (£650) £0 (£50)" in said.out
    (book,) = (outputs / "one" / "comparisons").iterdir()
    assert [row["What"] for row in read_table(book, "Movements")] == ["2014/15"]
    said = pipeline("compare", 2, 3, "--inputs", inputs, "--outputs", outputs)
    assert "Description Fewer desks Fewer desks and chairs £0 £0" in said.out
    said = pipeline("compare", 2, 7, "--inputs", inputs, "--outputs", outputs)
    assert said.status == 2
    assert "There is no version 7 of one. There are: 1, 2, 3." in said.err


@pytest.mark.usefixtures("reported")
def test_a_history_elsewhere_serves_by_url(inputs: Path, outputs: Path, tmp_path: Path) -> None:
    history = ("--history", f"sqlite:///{tmp_path / 'shared.sqlite'}")
    assert issue(inputs, outputs, "First", *history).status == 0
    assert not (outputs / "one" / "history.sqlite").exists()
    with sqlite3.connect(tmp_path / "shared.sqlite") as connection:
        keys = connection.execute("SELECT key FROM savings_programmes").fetchall()
    connection.close()
    assert keys == [("reference blh-1",)]
    finance(inputs / "one", 0, 0, -600)
    assert report(inputs, outputs, *history).status == 0
    assert [row[3] for row in movements(outputs)] == ["2013/14"]


@quick_cases(2)
@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3@cret@127.0.0.1:1/db",
        "postgresql://me:s3:cret@127.0.0.1:1/db",
        "postgresql://me:s3/cret@127.0.0.1:1/db",
        "postgresql://me:s3cret@127.0.0.1:port/db",
        "postgresql://me@127.0.0.1:1/db?password=s3cret",
        "sqlite://",
    ],
)
def test_a_history_that_can_not_be_opened_is_said_without_its_password(
    url: str, inputs: Path, outputs: Path
) -> None:
    said = report(inputs, outputs, "--history", url)
    assert said.status == 0
    assert "The report goes on without Movements" in said.err
    assert (outputs / "one" / SUMMARY).is_file()
    refused = issue(inputs, outputs, "First", "--history", url)
    assert refused.status == 1
    assert "was not issued" in refused.err
    assert not any(secret in said.all + refused.all for secret in ("s3", "cret"))
    assert not (outputs / "one" / "issued").exists()


def shared(folder: Path, alpha: float, beta: float, **cells: object) -> None:
    """The return of ``finance``, its service shared by a baseline."""
    control = Programme(reference="BLH-1")
    control.baseline("ICT", A=alpha, B=beta)
    control.baseline("Fleet", A=1, B=1)
    finance(folder, **cells)  # type: ignore[arg-type]  # cells as they come
    control.write(folder)


def test_a_baseline_that_changes_moves_the_partners_at_its_cells(
    inputs: Path, outputs: Path
) -> None:
    shared(inputs / "one", 5_000, 5_000)
    issued(inputs, outputs, "First")
    where = ("--inputs", inputs, "--outputs", outputs)
    issued(inputs, outputs, "The same again")
    assert "Nothing moved." in pipeline("compare", 1, 2, *where).out
    shared(inputs / "one", 9_900, 100)
    issued(inputs, outputs, "Second")
    assert "Nothing moved." not in pipeline("compare", 2, 3, *where).out
    (row,) = read_table(outputs / "one" / "comparisons" / "2 to 3.xlsx", "Movements")
    assert (row["What"], row["Before"], row["After"]) == (
        "Baseline: ICT",
        "A 5,000; B 5,000",
        "A 9,900; B 100",
    )
    assert (row["Scenario"], row["Annual cashable effect"]) == ("Best case, Worst case", 0)
    names = [name for name in row if name.startswith("Annual cashable effect: ")]
    assert [row[name] for name in names] == [-294, 294]
    assert re.fullmatch(r"programme\.xlsx, Baseline![A-Z]+\d+:[A-Z]+\d+", str(row["Where"]))


def test_assumptions_of_programme_and_returns_are_in_the_summary(
    inputs: Path, outputs: Path
) -> None:
    control = Programme()
    control.assumption(ref="A1", assumption="Pay rises by 2%", signed_off_by="J Smith")
    control.write(inputs / "one")
    sent = Return("Finance")
    sent.line([500, 400, 0])
    sent.add("Assumptions", ref="A2", assumption="One licence for all", owner="Head of ICT")
    sent.write(inputs / "one", "finance.xlsx")
    report(inputs, outputs)
    found = read_table(outputs / "one" / SUMMARY, "Assumptions")
    assert [(row["Ref"], row["Workbook"]) for row in found] == [
        ("A1", "programme.xlsx"),
        ("A2", "finance.xlsx"),
    ]
