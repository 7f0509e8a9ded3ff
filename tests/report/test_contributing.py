"""The example of a new sheet in CONTRIBUTING.md works as it stands there."""

import re
from dataclasses import replace

from pipeline.core.results import Results
from pipeline.report.books import programme_summary
from pipeline.report.excel.render import render
from pipeline.report.spec import Column, Purpose, Sheet, Table
from pipeline.report.wording import about, in_pence
from schemas.outputs import Show
from tests.end_to_end.commands import ROOT
from tests.report import fake
from tests.report.fake import opened, tables_of


def example() -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^### A sheet\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    (code,) = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return str(code)


def test_the_example_is_ten_lines() -> None:
    assert len(example().splitlines()) == 10


def test_the_example_makes_a_sheet() -> None:
    names = {each.__name__: each for each in (Results, Column, Purpose, Sheet, Table, Show)}
    scope: dict[str, object] = {**names, "about": about, "in_pence": in_pence}
    exec(example(), scope)
    register = fake.results().register.assign(
        owner=["Head of ICT", "Head of ICT", "Treasurer", None]
    )
    results = fake.results(register=register)
    made = scope["sheet"](results)  # type: ignore[operator]
    book = programme_summary(results)
    content = render(replace(book, sheets=(*book.sheets, made)))
    assert tables_of(content)["Owners"] == [
        ["Owner", "Total"],
        ["Head of ICT", -450.10],
        ["Treasurer", 7_777],
    ]
    sheet = opened(content)["Owners"]
    assert sheet["A1"].value == "Owners: who answers for what"
    assert sheet["A2"].value == "2 owners answer for the lines."
    assert sheet.print_title_rows
    assert sheet["B7"].number_format.startswith("#,##0.00")
