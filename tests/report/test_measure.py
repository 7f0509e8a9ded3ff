"""Many texts measured together take what each of them takes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.report import layout, measure
from pipeline.report.columns import Texts
from pipeline.report.measure import limit, line_count, line_counts, text_width, widest
from pipeline.report.safe import visible
from pipeline.report.spec import Column, Role, Table
from schemas.outputs import Show

words = st.text(st.sampled_from("il mW—é漢\n") | st.characters(), max_size=40)
sentences = st.lists(st.sampled_from(["a", "saving", "", "x" * 30, "of", "\n"])).map(" ".join)
texts = st.lists(words | sentences, max_size=8)


@given(texts, st.floats(3, 60), st.booleans())
@example([" a", "a ", "  ", "", "\n", "a\n\nb " * 9, "\ud800 x"], 3.0, True)
def test_lines_of_many_texts_are_those_of_each(some: list[str], room: float, bold: bool) -> None:
    each = [line_count(text, room, bold=bold) for text in some]
    for together in (1, 3, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(measure, "_TOGETHER", together)
            patch.setattr(measure, "_MEASURED", together)
            patch.setattr(measure, "_REMEMBERED", together)
            assert line_counts(some, limit(room, bold=bold)).tolist() == each


@given(texts)
def test_the_widest_line_is_that_of_any_text(some: list[str]) -> None:
    lines = [text_width(line) for text in some for line in visible(text).split("\n")]
    for together in (1, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(measure, "AT_ONCE", together)
            assert widest(Texts.of(some)) == pytest.approx(max(lines, default=0))


@given(st.lists(st.tuples(texts, st.floats(4, 80), st.booleans()), max_size=3))
@example([(["漢漢漢漢", "a\rb", "il " * 2_000], 9.0, False), (["漢漢漢漢"], 9.0, True)])
def test_lines_of_columns_are_those_of_each_text(
    columns: list[tuple[list[str], float, bool]],
) -> None:
    each = [
        [layout.lines(text, width, bold=bold) for text in some] for some, width, bold in columns
    ]
    for together in (1, 3, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(layout, "AT_ONCE", together)
            assert [counts.tolist() for counts in layout.lines_of_columns(columns)] == each


@given(texts, st.floats(4, 80), st.booleans())
def test_a_column_held_as_texts_takes_the_lines_of_a_list(
    some: list[str], width: float, stale: bool
) -> None:
    some.append("The last row")
    rows = {0} if stale else set()
    listed, held = (
        Table("T", (Column("A", values, Show.LONG_TEXT, stale=rows),), {0: Role.TOTAL})
        for values in (some, Texts.of(some))
    )
    lines, lines_held = layout.row_lines([((listed, held), (width,))])
    assert lines_held.tolist() == lines.tolist()
