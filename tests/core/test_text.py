"""How labels, references and words of a list are compared (contract, section 3)."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.text import (
    Vocabulary,
    are_plain,
    cell_text,
    is_blank,
    match_key,
    match_keys,
    plain_text,
    ref_key,
    without_marks,
)


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


INVISIBLE = [
    "\N{ZERO WIDTH SPACE}",
    "\N{ZERO WIDTH JOINER}",
    "\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{SOFT HYPHEN}",
    "\N{WORD JOINER}",
    "\N{LEFT-TO-RIGHT MARK}",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{POP DIRECTIONAL ISOLATE}",
    "\N{COMBINING GRAPHEME JOINER}",
    "\N{VARIATION SELECTOR-16}",
    "\N{HANGUL FILLER}",
]


@given(st.lists(st.text("ab |\t\xa0é", max_size=4) | st.floats(), max_size=4))
def test_cells_that_are_plain_say_what_they_hold(cells: list[object]) -> None:
    assert not are_plain(cells) or cells == [cell_text(cell) for cell in cells]


def test_cells_are_plain_but_for_numbers_spaces_too_many_and_foreign_letters() -> None:
    assert are_plain(["Close one depot", "", "A|B", "50% of (2)"])
    for cell in (7.0, " a", "a ", "a  b", "a\nb", "Café"):
        assert not are_plain(["Close one depot", cell])


@pytest.mark.parametrize("unseen", INVISIBLE)
def test_invisible_characters_dont_count(unseen: str) -> None:
    assert plain_text(f"{unseen}F{unseen}1{unseen}") == "F1"
    assert cell_text(f"F1{unseen} ") == "F1"
    assert ref_key(f"f{unseen}1") == ref_key("F1")
    assert match_key(f"Line{unseen} ref") == match_key("Line ref")
    assert is_blank(unseen)
    assert is_blank(f" {unseen}\n")


@pytest.mark.parametrize("space", ["\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{IDEOGRAPHIC SPACE}"])
def test_all_kinds_of_space_are_one(space: str) -> None:
    assert cell_text(f"{space}Line{space}{space}1") == "Line 1"
    assert ref_key(f"Line{space}1") == ref_key("Line 1")
    assert is_blank(space)


def test_composed_and_decomposed_letters_are_one() -> None:
    assert cell_text("Cafe\N{COMBINING ACUTE ACCENT}") == "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    assert ref_key("E\N{COMBINING ACUTE ACCENT}1") == ref_key(
        "\N{LATIN SMALL LETTER E WITH ACUTE}1"
    )
    assert ref_key("E1") != ref_key("É1")


@pytest.mark.parametrize("hyphen", ["\N{NON-BREAKING HYPHEN}", "\N{EN DASH}", "\N{MINUS SIGN}"])
def test_references_are_one_whichever_hyphen_stands_in_them(hyphen: str) -> None:
    assert ref_key(f"FIN{hyphen}1") == ref_key("fin-1")
    assert ref_key(f"FIN{hyphen}1") != ref_key("FIN1")
    assert cell_text(f"FIN{hyphen}1") == f"FIN{hyphen}1"


def test_what_can_be_seen_stays() -> None:
    seen = "£1,804 – “Café”\tno. ½\nИ"
    assert plain_text(seen) == seen
    assert not any(map(is_blank, seen.replace("\t", "").replace("\n", "").replace(" ", "")))


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


@given(st.sets(st.text() | st.text("aB -.\0", max_size=4)))
def test_many_labels_are_compared_as_each_is_by_itself(texts: set[str]) -> None:
    assert match_keys(texts) == {text: match_key(text) for text in texts}


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
