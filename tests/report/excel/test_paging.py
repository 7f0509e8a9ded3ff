"""New pages where a printed sheet would part what belongs together."""

from dataclasses import replace

from pipeline.report.excel.paging import MOST_BREAKS, Stretch, page_breaks

tens = [10] * 20 * MOST_BREAKS


def test_what_fits_on_one_page_is_left_alone() -> None:
    assert page_breaks([Stretch(0, 3, 10, (5, 8))], tens, 100) == []


def test_a_group_that_would_be_parted_starts_a_page_below_the_repeated_heading() -> None:
    # Ten rows a page, from the second on nine and the heading: groups of 6, 4, 4 and 6 rows.
    table = Stretch(0, 3, 20, (6, 10, 14))
    assert page_breaks([table], tens, 100, 10) == [10, 14]


def test_a_group_longer_than_a_page_goes_on_where_the_page_ends() -> None:
    assert page_breaks([Stretch(0, 1, 40, (4, 36))], tens, 100) == [10, 20, 30]


def test_a_caption_is_never_parted_from_its_chart() -> None:
    first, second = Stretch(0, 1, 7), Stretch(7, 8, 12)
    assert page_breaks([first, second], tens, 100) == [7]


def test_a_caption_is_never_parted_from_a_table_whose_first_row_opens_a_group() -> None:
    above, table = Stretch(0, 1, 7), Stretch(7, 9, 40, (9, 11))
    assert page_breaks([above, table], tens, 100, 10)[0] == 7
    assert page_breaks([replace(above, stop=8), Stretch(8, 10, 40, (10, 12))], tens, 100)[0] == 8


def test_a_table_starts_a_page_only_where_less_than_half_a_page_stays_blank_for_it() -> None:
    assert page_breaks([Stretch(0, 1, 6), Stretch(6, 8, 14)], tens, 100) == [6]
    # Four rows are used: its caption, headings and first rows go there, the rest on the next.
    assert page_breaks([Stretch(0, 1, 4), Stretch(4, 6, 12)], tens, 100) == [10]
    # But its headings never stand without a row of it.
    high = {4: 10, 5: 10, 6: 50}
    table = Stretch(4, 6, 9)
    assert page_breaks([Stretch(0, 1, 4), table], [high.get(row, 10) for row in range(9)], 100) == [
        4
    ]


def test_too_many_pages_to_name_are_left_to_the_viewer() -> None:
    groups = tuple(range(9, 20 * MOST_BREAKS, 9))
    assert page_breaks([Stretch(0, 1, 20 * MOST_BREAKS, groups)], tens, 100) == []
