"""committee-paper.docx: what a committee reads, and that each of its numbers is the model's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.money import money_text, rate_text
from pipeline.core.results import Results
from pipeline.model.tracing import TABLES, trace
from pipeline.report.books import programme_summary
from pipeline.report.documents.committee_paper import committee_paper
from pipeline.report.documents.document import (
    Document,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Style,
    texts_of,
)
from pipeline.report.documents.figures import APART
from pipeline.report.printed import printed
from pipeline.report.spec import Table
from pipeline.report.wording import in_short
from pipeline.run import Outcome
from schemas.outputs import Show
from tests.report.documents.programmes import outcome_of, samples, write_everything

_MONEY = re.compile(r"[(]|[0-9]+,[0-9]{3}")
_UNIT = re.compile(r"in £ and pence|£(000|m)?")
_DATES = re.compile(r"[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}|[0-9]{4}/[0-9]{2}")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("everything")
    write_everything(folder)
    return outcome_of(folder)


@pytest.fixture(scope="module")
def outcomes(everything: Outcome) -> tuple[Outcome, ...]:
    return (everything, *samples())


def results_of(outcome: Outcome) -> Results:
    assert outcome.results is not None
    return outcome.results


def figures(paper: Document) -> Iterator[Figure]:
    for block in paper.blocks:
        for text in texts_of(block):
            yield from text.figures


def grid(paper: Document, caption: str) -> list[list[str]]:
    """The headings and the rows of the table with a caption."""
    (table,) = (
        block
        for block in paper.blocks
        if isinstance(block, Grid) and block.caption.words.startswith(caption)
    )
    return [list(table.headings), *([text.words for text in row] for row in table.row_texts)]


def words(paper: Document) -> str:
    return "\n".join(text.words for block in paper.blocks for text in texts_of(block))


# Each number is the model's


def test_every_number_can_be_followed(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        results = results_of(outcome)
        tables = {
            table.name: table
            for sheet in programme_summary(results).sheets
            for table in sheet.tables
        }
        every = set(figures(committee_paper(results)))
        assert len(every) > 20
        for each in every:
            assert each.words in prints(outcome, tables, each.key), each


def prints(outcome: Outcome, tables: dict[str, Table], key: tuple[str, ...]) -> set[str]:
    """The ways in which the figure of a key may be printed."""
    results, table = results_of(outcome), key[0]
    unit = results.programme.report_unit
    if table in TABLES:
        assert outcome.lines is not None
        figure = trace(results, outcome.lines, key)
        assert all(part.adds_up for part in figure.parts)
        if figure.is_derived:
            return {printed(figure.value, Show.YEARS)} | {
                str(figure.value).replace("£", "").replace("(", "").replace(")", "")
            }
        pence = figure.parts[0].pence
        return {printed(pence, Show.MONEY, unit), in_short(pence, unit)} | {
            printed(pence, Show.PENCE)
        }
    if counted := of_many(outcome, key):
        return counted
    return cell(tables[table], key[1:-1], key[-1], unit)


def of_many(outcome: Outcome, key: tuple[str, ...]) -> set[str]:
    """Settings, and what is counted over many rows."""
    results = results_of(outcome)
    errors = sum(issue.is_error for issue in outcome.issues)
    answered = sum(bool(issue.answer) for issue in outcome.issues)
    return {
        ("programme.xlsx", "Programme", "Discount rate"): {
            rate_text(results.programme.discount_rate)
        },
        ("Issues", "Severity: Error", "rows"): {f"{errors:,}"},
        ("Issues", "Severity: Warning, not answered", "rows"): {
            f"{len(outcome.issues) - errors - answered:,}"
        },
        ("Issues", "Answer", "rows"): {f"{answered:,}"},
        ("Sources", "all rows", "Rejected"): {f"{int(results.sources['rejected'].sum()):,}"},
        ("Status", "Status", "money of rejected rows"): {money_text(results.rejected_pence)},
        ("Status", "Not read", "numbers"): {f"{results.unread_numbers:,}"},
        ("Status", "Not read", "money"): {money_text(results.unread_pence)},
    }.get(key, set())


def cell(table: Table, labels: tuple[str, ...], heading: str, unit: int) -> set[str]:
    """What the cell of the one row that has all labels prints."""
    columns = {column.heading: column for column in table.columns}

    def show(name: str, row: int) -> Show:
        column = columns[name]
        return column.shows[row] if column.shows else column.show

    rows = [
        {name: printed(column.values[n], show(name, n), unit) for name, column in columns.items()}
        for n in range(table.rows)
    ]
    matches = [n for n, row in enumerate(rows) if set(labels) <= set(row.values())]
    assert len(matches) == 1, (table.name, labels, matches)
    (match,) = matches
    value = columns[heading].values[match]
    short = {in_short(value, unit)} if isinstance(value, int) else set()
    return {rows[match][heading], *short}


def test_no_number_is_without_its_name(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        results = results_of(outcome)
        for block in _text_of_its_own(committee_paper(results)):
            for text in texts_of(block):
                rest = text.words
                for known in sorted((each.words for each in text.figures), key=len, reverse=True):
                    rest = rest.replace(known, "")
                for said in sorted(_said(results), key=len, reverse=True):
                    rest = rest.replace(said, "")
                assert not re.search("[0-9]", _DATES.sub("", rest)), (text, rest)


def _text_of_its_own(paper: Document) -> Iterator[object]:
    """The blocks between the title and the table of the numbers, but warnings, which are quoted."""
    blocks = list(paper.blocks)
    last = next(
        n
        for n, block in enumerate(blocks)
        if isinstance(block, Heading) and block.words == "Where each number comes from"
    )
    for block in blocks[3:last]:
        if not (isinstance(block, Paragraph) and block.style is Style.BULLET):
            yield block


def _said(results: Results) -> set[str]:
    """What departments say."""
    return {
        str(value)
        for frame in (*results.narrative.values(), results.excluded)
        for name in frame.columns.intersection(
            ["project_code", "milestone", "planned", "forecast", "status", "risk_ref", "risk",
             "mitigation", "owner", "line_ref", "description", "counted_in"]
        )
        for value in frame[name].dropna()
    } | {"£000", "£m"}  # fmt: skip


def test_the_last_table_names_every_number(outcomes: tuple[Outcome, ...]) -> None:
    for outcome in outcomes:
        paper = committee_paper(results_of(outcome))
        listed = {(row[1], row[2]) for row in grid(paper, "The numbers of this paper")[1:]}
        assert listed == {(each.words, APART.join(each.key)) for each in figures(paper)}


# What it says


def test_every_table_of_money_says_its_unit(outcomes: tuple[Outcome, ...]) -> None:
    """But the last one, which has each number as it stands elsewhere."""
    units = set()
    for outcome in outcomes:
        for block in committee_paper(results_of(outcome)).blocks:
            if not isinstance(block, Grid) or block.caption.words == "The numbers of this paper":
                continue
            texts = [text.words for row in block.row_texts for text in row if text.figures]
            if any(_MONEY.match(text) for text in texts):
                unit = _UNIT.search(block.caption.words)
                assert unit, block.caption.words
                units.add(unit[0])
    assert units == {"£", "£000", "in £ and pence"}


def test_the_published_table_is_reproduced() -> None:
    hampshire = next(each for each in samples() if "Hampshire" in each.title)
    paper = committee_paper(results_of(hampshire))
    assert grid(paper, "Strategic Integrated Business Case") == [
        ["Organisation", "One-off: Best case", "One-off: Worst case",
         "Annual cashable: Best case", "Annual cashable: Worst case", "Return on investment"],
        ["Total programme", "3,045", "3,680", "(3,930)", "(1,970)", "0 – 2 years"],
        ["Hampshire Constabulary", "891", "1,108", "(1,551)", "(820)", "0 – 2 years"],
        ["Hampshire Fire and Rescue Service", "296", "375", "(575)", "(325)", "0 – 2 years"],
        ["Hampshire County Council", "1,858", "2,197", "(1,804)", "(825)", "2 – 3 years"],
    ]  # fmt: skip


def test_sections_stand_where_there_is_something_to_say(everything: Outcome) -> None:
    whole = [b.words for b in committee_paper(results_of(everything)).blocks
             if isinstance(b, Heading) and b.level == 1]  # fmt: skip
    assert whole == [
        "Costs and savings",
        "How costs and savings are shared",
        "Costs and savings by strand",
        "Phasing",
        "Who pays whom",
        "Changes of shares",
        "Effect on budgets",
        "Risks",
        "What the figures leave out",
        "Recommendations",
        "Where each number comes from",
        "What the paper is made of",
    ]
    hampshire = next(each for each in samples() if "Hampshire" in each.title)
    fewer = words(committee_paper(results_of(hampshire)))
    assert "Who pays whom" not in fewer
    assert "Effect on budgets" not in fewer


def test_it_says_that_it_is_a_draft_and_what_is_left_out(everything: Outcome) -> None:
    paper = committee_paper(results_of(everything))
    assert paper.head == "OFFICIAL · DRAFT"
    assert paper.foot == "Joint working & more (JW/7): not issued"
    text = words(paper)
    assert "1 error stands in the returns: 1 row is rejected and in no figure, (£9,000) as" in text
    assert "Missing: Legal." in text
    assert "Lines that another programme counts, all years, Central case, in £ and pence" in text


def test_where_no_return_is_expected_none_is_said_to_be_in() -> None:
    in_full = "Every return that is expected is in, read and final."
    results = results_of(next(each for each in samples() if "Hampshire" in each.title))
    assert in_full in words(committee_paper(results))
    unexpected = replace(results, returns=results.returns.assign(expected=False))
    text = words(committee_paper(unexpected))
    assert in_full not in text
    assert "Every return that has come is read and final. Nobody has said which" in text


def test_footnotes_say_where_rounded_figures_do_not_add_up(everything: Outcome) -> None:
    paper = committee_paper(results_of(everything))
    notes = {
        block.caption.words: block.caption.note.words
        for block in paper.blocks
        if isinstance(block, Grid) and block.caption.note is not None
    }
    # 100,000 in three parts is 33, 33 and 33 thousand.
    assert notes["Corporate, £000"].startswith(
        "Rounded figures: those of the organisations don't add up to the total in One-off: "
    )
    hampshire = next(each for each in samples() if "Hampshire" in each.title)
    for block in committee_paper(results_of(hampshire)).blocks:
        if isinstance(block, Grid):
            assert block.caption.note is None


def test_risks_stand_by_score(everything: Outcome) -> None:
    rows = grid(committee_paper(results_of(everything)), "Risks")[1:]
    assert [[*row[:2], *row[4:]] for row in rows] == [
        ["R2", "It costs more", "5", "5", "25"],
        ["R1", "It is late", "3", "4", "12"],
        ["none", "Nobody has scored this", "none", "none", "none"],
    ]


def test_the_recommendations_are_left_to_the_author(everything: Outcome) -> None:
    blocks = list(committee_paper(results_of(everything)).blocks)
    place = blocks.index(Heading("Recommendations"))
    note = blocks[place + 1]
    assert isinstance(note, Paragraph)
    assert note.style is Style.AUTHOR_NOTE


def test_nothing_in_it_depends_on_the_order_of_a_run(everything: Outcome, tmp_path: Path) -> None:
    write_everything(tmp_path)
    again = committee_paper(results_of(outcome_of(tmp_path)))
    first = committee_paper(results_of(everything))
    same = [block for block in again.blocks if not _names_checksums(block)]
    assert same == [block for block in first.blocks if not _names_checksums(block)]


def _names_checksums(block: object) -> bool:
    return isinstance(block, Grid) and block.caption.words.startswith("Files")
