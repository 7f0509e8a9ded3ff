"""business-cases.docx: each project's case in the order of the form, its figures filled in."""

from pathlib import Path

import pytest

from pipeline.core.results import Results
from pipeline.report.casebooks import MOST_IN_A_BOOK
from pipeline.report.documents.document import Document, Grid, Heading, Paragraph, texts_of
from tests.builders import Programme, Return
from tests.report.cases import case_documents
from tests.report.documents.programmes import outcome_of, samples, write_everything


def results_of(folder: Path) -> Results:
    results = outcome_of(folder).results
    assert results is not None
    return results


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder = tmp_path_factory.mktemp("cases")
    write_everything(folder)
    ((path, document),) = case_documents(results_of(folder)).items()
    assert path == "business-cases.docx"
    return document


def headings(document: Document, level: int) -> list[str]:
    return [b.words for b in document.blocks if isinstance(b, Heading) and b.level == level]


def test_a_case_stands_in_the_order_of_the_form(cases: Document) -> None:
    assert headings(cases, 1) == ["P1: Shared ICT"]
    assert headings(cases, 2) == [
        "Project approach",
        "Delivery options",
        "Scope",
        "Cost and savings",
        "Non-financial benefits",
        "Project impact",
    ]
    words = [text.words for block in cases.blocks for text in texts_of(block)]
    assert words[words.index("Why needed") + 1] == "Two of everything."
    assert words[words.index("What if not done") + 1] == "Not stated"


def test_its_financial_report_is_the_models(cases: Document) -> None:
    tables = {block.caption.words: block for block in cases.blocks if isinstance(block, Grid)}
    by_year = tables["Cost and savings by year"]
    assert by_year.headings == ("Year", "Measure", "Best case", "Central case", "Worst case")
    rows = [[text.words for text in row] for row in by_year.row_texts]
    assert rows[0] == ["2012/13", "One-off cost", "100", "100", "100"]
    assert by_year.numbers == {2, 3, 4}
    assert [row[1].words for n, row in enumerate(by_year.row_texts) if n in by_year.strong][:2] == [
        "Net cashable",
        "Cumulative net cashable",
    ]


@pytest.mark.parametrize("lines", [40, 41])
def test_lines_that_would_fill_pages_are_named_by_their_sheet(tmp_path: Path, lines: int) -> None:
    Programme().write(tmp_path)
    finance = Return()
    finance.project("P1", "Shared ICT")
    for _ in range(lines):
        finance.line([1, 2, 3], **{"Project code": "P1"})
    finance.write(tmp_path)
    (document,) = case_documents(results_of(tmp_path)).values()
    blocks = document.blocks
    tables = {block.caption.words: len(block.rows) for block in blocks if isinstance(block, Grid)}
    words = [block.text.words for block in blocks if isinstance(block, Paragraph)]
    there = f"All {lines} lines are on the sheet P1 of business-cases.xlsx."
    assert (tables.get("Lines"), there in words) == ((40, False) if lines == 40 else (None, True))


def test_every_page_says_what_it_is(cases: Document) -> None:
    assert cases.head == "OFFICIAL · DRAFT"
    assert cases.foot == "Joint working & more (JW/7): not issued"


def test_every_project_of_the_samples_has_its_case() -> None:
    for outcome in samples():
        assert outcome.results is not None
        projects = outcome.results.narrative.get("Projects")
        documents = case_documents(outcome.results)
        if projects is None:
            assert documents == {}
            continue
        (document,) = documents.values()
        first = [words.partition(":")[0] for words in headings(document, 1)]
        assert first == projects["project_code"].tolist()


def test_a_case_without_a_line_says_so(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    finance = Return()
    finance.line([1, 2, 3])
    finance.project("P9", "Idea")
    finance.write(tmp_path)
    (document,) = case_documents(results_of(tmp_path)).values()
    texts = [b.text.words for b in document.blocks if isinstance(b, Paragraph)]
    assert any(text.startswith("Amount not stated: no line of the returns") for text in texts)


def test_many_cases_stand_in_a_document_for_each_strand(tmp_path: Path) -> None:
    Programme().write(tmp_path)
    finance = Return()
    finance.line([1, 2, 3])
    for number in range(MOST_IN_A_BOOK + 1):
        finance.project(f"P{number}", f"Project {number}", service="Fleet" if number else "ICT")
    finance.write(tmp_path)
    documents = case_documents(results_of(tmp_path))
    assert list(documents) == ["business-cases/Corporate.docx", "business-cases/Operations.docx"]
    corporate = documents["business-cases/Corporate.docx"]
    assert headings(corporate, 1) == ["P0: Project 0"]
    assert corporate.path == "business-cases/Corporate.docx"
