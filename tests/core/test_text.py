"""How labels, references and words of a list are compared (contract, section 3)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.text import Vocabulary, cell_text, match_key, ref_key, without_marks


@pytest.mark.parametrize(
    "typed",
    [
        "Line ref",
        "LINE REF",
        "line  ref",
        " Line\nref ",
        "Line-ref",
        "Line\N{NON-BREAKING HYPHEN}ref",
        "Line\N{EN DASH}ref",
        "Line_ref",
        "Line ref.",
        "Line ref:",
        "Line\N{NO-BREAK SPACE}ref",
        "Lineref",
        "\N{FULLWIDTH LATIN CAPITAL LETTER L}ine ref",
        "(Line ref)",
        "Line\tref",
    ],
)
def test_case_spacing_line_breaks_hyphens_and_punctuation_make_no_difference(typed: str) -> None:
    assert match_key(typed) == match_key("Line ref")


@pytest.mark.parametrize("typed", ["Line", "Line refs", "Line ref 1", "Lime ref", ""])
def test_other_words_stay_other_words(typed: str) -> None:
    assert match_key(typed) != match_key("Line ref")


def test_references_differ_by_anything_but_case_and_outer_spaces() -> None:
    assert ref_key(" fin-01 ") == ref_key("FIN-01")
    assert len({ref_key(ref) for ref in ("FIN-01", "FIN 01", "FIN01", "FIN-1", "FIN/01")}) == 5


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1.0, "1"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (1e15, "1e+15"),
        (-3.0, "-3"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, ""),
        ("", ""),
        ("  two\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}words ", "two words"),
        ("two\nlines", "two\nlines"),
        (date(2012, 4, 30), "30 April 2012"),
        (datetime(2012, 4, 1), "1 April 2012"),
        (datetime(2012, 4, 1, 9, 5), "1 April 2012 09:05"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
    ],
)
def test_what_a_cell_says(cell: object, text: str) -> None:
    assert cell_text(cell) == text


SERVICES = Vocabulary(["ICT", "Finance and Payroll", "Team 1", "Team 2", "Police", "Legal"])


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("ict", "ICT"),
        ("I.C.T.", "ICT"),
        ("Finance & Payroll", None),
        ("finance-and-payroll", "Finance and Payroll"),
        ("Finance\nand Payroll", "Finance and Payroll"),
        ("Team 1", "Team 1"),
        ("Team1", "Team 1"),
        ("Team", None),
        ("Team 3", None),
        # Footnote marks, where the label without them is a word.
        ("ICT [note 2]", "ICT"),
        ("ICT [Note 2]", "ICT"),
        ("ICT [2]", "ICT"),
        ("ICT [a]", "ICT"),
        ("ICT (1)", "ICT"),
        ("ICT (note 1)", "ICT"),
        ("ICT¹", "ICT"),
        ("ICT ²³", "ICT"),
        ("Police1", "Police"),
        ("Police12", "Police"),
        ("Legal *", "Legal"),
        ("Legal**", "Legal"),
        ("Legal †", "Legal"),
        ("Legal* [note 1]", "Legal"),
        ("Team 2 [note 3]", "Team 2"),
        # What is no footnote mark.
        ("Police 1", None),
        ("Police123", None),
        ("ICT (new)", None),
        ("ICT [draft]", None),
        ("*", None),
        ("[note 1]", None),
        ("", None),
    ],
)
def test_a_word_of_a_list(typed: str, word: str | None) -> None:
    assert SERVICES.find(typed) == word


def test_codes_keep_their_punctuation() -> None:
    codes = Vocabulary(["HC", "P-1", "P_1"], exact=True)
    assert [codes.find(text) for text in ("hc", " HC ", "p-1", "P_1")] == ["HC", "HC", "P-1", "P_1"]
    assert [codes.find(text) for text in ("P1", "P 1", "HC1", "HC *", "H C", "")] == [None] * 6


@pytest.mark.parametrize(
    ("heading", "bare"),
    [
        ("Service [note 1]", "Service"),
        ("Service (2)", "Service"),
        ("2012/13¹", "2012/13"),
        ("2012/13 £000 *", "2012/13 £000"),
        ("2012/13 [1] [2]", "2012/13"),
        ("FY13", "FY13"),
        ("Partner 2", "Partner 2"),
        ("2012/13 (£000)", "2012/13 (£000)"),
        ("Notes", "Notes"),
    ],
)
def test_footnote_marks_on_a_heading(heading: str, bare: str) -> None:
    assert without_marks(heading) == bare


@given(st.text("abcXYZ019"), st.sampled_from([" ", "-", "\n", "\N{NO-BREAK SPACE}", ".", "/"]))
def test_what_stands_between_letters_makes_no_difference_to_labels(text: str, mark: str) -> None:
    assert match_key(mark.join(text).swapcase()) == match_key(text)


@given(st.text())
def test_outer_spaces_make_no_difference_to_references(text: str) -> None:
    assert ref_key(f"  {text}\N{NO-BREAK SPACE}") == ref_key(text)


@given(st.lists(st.text(min_size=1)))
def test_every_word_finds_itself_or_its_equal(words: list[str]) -> None:
    vocabulary = Vocabulary(words)
    for word in words:
        found = vocabulary.find(word)
        assert found is not None
        assert match_key(found) == match_key(word)
