"""A programme that is set up in the browser, without a line of script."""

import re

from pipeline.ingest.control import read_control
from tests.page.served import Served, words_of
from tests.page.test_set_up import FORM


def test_a_programme_is_set_up(page: Served) -> None:
    blank = page.get("/set-up")
    assert "Set up a programme" in words_of(page.get("/"))
    names = set(re.findall(r'name="([^"]+)"', blank.text))
    assert {"Programme.title", "Partners.0.code", "Services.3.basis", "Gap.0.partner"} <= names
    checked = page.post("/set-up", FORM | {"action": "check"})
    assert "Nothing is wrong in it." in words_of(checked)
    # What was typed is still there, and the partners have their columns.
    assert 'value="5,400,000"' in checked.text
    assert 'name="Baseline.0.#HFRS"' in checked.text
    created = page.post("/set-up", FORM | {"action": "create"})
    assert "“Joint services” is set up, in the folder Joint services." in words_of(created)
    page.settle("Joint services")
    content = (page.settings.inputs / "Joint services" / "programme.xlsx").read_bytes()
    assert read_control("programme.xlsx", content).title == "Joint services"
    assert "Joint services" in words_of(page.get("/"))
    again = page.post("/set-up", FORM | {"action": "create"})
    assert "among the inputs already" in words_of(again)


def test_what_is_wrong_is_said_at_its_field(page: Served) -> None:
    wrong = FORM | {"Programme.first_year": "2012", "Partners.2.code": "H FRS", "action": "create"}
    answer = page.post("/set-up", wrong | {"folder": "Never"})
    assert not (page.settings.inputs / "Never").exists()
    for field in ("setting-first_year", "Partners-2-code"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-fault"' in answer.text
        element = re.search(rf'<input id="{field}"[^>]*>', answer.text)
        assert element is not None
        assert 'aria-invalid="true"' in element[0]
    assert "be a partner code" in words_of(answer)
    assert "First year is “2012”, but must be a year such as 2012/13." in words_of(answer)


def test_what_is_typed_stays_text(page: Served) -> None:
    hostile = '"><script>alert(1)</script>'
    answer = page.post("/set-up", FORM | {"Programme.title": hostile, "Partners.0.name": hostile})
    assert "<script>alert" not in answer.text


def test_a_folder_is_made_nowhere_else(page: Served) -> None:
    before = set(page.settings.inputs.parent.rglob("*"))
    answer = page.post("/set-up", FORM | {"folder": "../../outside", "action": "create"})
    assert "outside" in words_of(answer)
    page.settle("outside")
    made_here = set(page.settings.inputs.parent.rglob("*")) - before
    inputs = page.settings.inputs / "outside"
    assert {inputs, inputs / "programme.xlsx"} <= made_here
    outside = [
        path for path in made_here if "outside" in path.name and path.parent != inputs.parent
    ]
    assert outside in ([], [page.settings.outputs / "outside"])
