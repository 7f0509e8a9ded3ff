"""Commands are named as they are typed."""

import sys

import pytest

from pipeline.core import invocation
from pipeline.core.invocation import command, option, speak_of_buttons


@pytest.mark.parametrize("program", ["/home/me/.local/bin/savings", "savings.exe", "Savings.EXE"])
def test_the_installed_program_is_called_savings(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [program, "report"])
    assert command("report") == "`savings report`"
    assert command("folders FOLDER") == "`savings folders FOLDER`"
    assert option("name", "Cabinet") == '--name "Cabinet"'
    assert option("force") == "--force"


@pytest.mark.parametrize("program", ["pipeline/__main__.py", "/home/savings/bin/pytest", ""])
def test_in_the_projects_folder_commands_are_those_of_make(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [program, "report"])
    assert command("report") == "`make report`"
    assert option("name", "Cabinet") == 'NAME="Cabinet"'
    assert option("force") == "FORCE=1"


def test_a_command_that_make_has_no_target_for_is_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py"])
    assert command("folders FOLDER") == "`python -m pipeline folders FOLDER`"


def test_on_the_page_buttons_are_named_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["savings", "page"])
    monkeypatch.setattr(invocation, "_face", {"page": False})
    speak_of_buttons()
    assert command("report") == "“Write the report”"
    assert command("validate") == "“Check again”"
    assert option("force") == "tick “Issue it all the same”"
    assert command("template") == "`savings template`"
    assert option("name", "Cabinet") == '--name "Cabinet"'
