"""Names that are dropped: what of them is taken, and where it goes."""

import pytest

from pipeline.page.drops import NotTakenError, path_of


@pytest.mark.parametrize(
    "name",
    [
        "../finance.xlsx",
        "..\\finance.xlsx",
        "a/../../finance.xlsx",
        "/etc/finance.xlsx",
        "C:\\finance.xlsx",
        "//server/share/finance.xlsx",
        "a//finance.xlsx",
        "finance.xlsx\0.png",
        "fin\0ance.xlsx",
        "fin\nance.xlsx",
        "CON.xlsx",
        "nul.xlsx",
        "aux/finance.xlsx",
        "COM1.2.xlsx",
        "\u202exslx.ecnanif.xlsx",
        "a\u200bb.xlsx",
        "<b>finance</b>.xlsx",
        "<img src=x onerror=alert(1)>.xlsx",
        'a"b.xlsx',
        "what?.xlsx",
        "a|b.xlsx",
        "stream.xlsx:hidden.xlsx",
        "x" * 250 + ".xlsx",
        "é" * 120 + ".xlsx",
        "/".join("abcdefghij") + "/finance.xlsx",
        "~$finance.xlsx",
        ".finance.xlsx",
        ".git/finance.xlsx",
        " finance.xlsx",
        "folder./finance.xlsx",
        "folder /finance.xlsx",
        "finance.xlsx ",
        "finance.xlsx.",
        "finance.pdf",
        "finance",
        "",
        "other/programme.xlsx",
        "other/Programme.XLSX",
    ],
)
def test_a_name_that_leads_elsewhere_or_misleads_is_not_taken(name: str) -> None:
    with pytest.raises(NotTakenError):
        path_of(name)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("finance.xlsx", "finance.xlsx"),
        ("Adults’ & Children’s (final) v2.xlsx", "Adults’ & Children’s (final) v2.xlsx"),
        ("Cymraeg – Ŵyl.ods", "Cymraeg – Ŵyl.ods"),
        ("Police/Finance.xlsm", "Police/Finance.xlsm"),
        ("Police\\Finance.xls", "Police/Finance.xls"),
        ("con­stabulary.xlsb".replace("\xad", ""), "constabulary.xlsb"),
        ("contents.xlsx", "contents.xlsx"),
        ("programme.xlsx", "programme.xlsx"),
        ("e\u0301t\u00e9.xlsx", "\u00e9t\u00e9.xlsx"),
    ],
)
def test_an_ordinary_name_is_taken_as_it_is(name: str, path: str) -> None:
    assert path_of(name) == path


def test_the_folder_that_was_dropped_is_the_programmes_own() -> None:
    assert path_of("Returns/Police/finance.xlsx", "Returns") == "Police/finance.xlsx"
