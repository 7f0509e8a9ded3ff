"""What a workbook of business cases and the document beside it are made of, and have their keys of:
all that they say, and nothing that differs between processes."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.core.results import Results
from pipeline.core.versions import Issued, Versions
from pipeline.report.books import case_book
from pipeline.report.casebooks import casebooks
from pipeline.report.documents.business_cases import case_document
from pipeline.report.documents.document import texts_of
from pipeline.report.last_outputs import LastOutputs
from tests.report import fake
from tests.report.test_business_cases import project, with_projects

CASES = "business-cases.xlsx"
SIGNED = Issued(3, "Cabinet", datetime(2012, 5, 1, tzinfo=UTC), signed_off=("A. Treasurer",))


@pytest.fixture(scope="module")
def results() -> Results:
    """Those of a programme of which all controls pass, and no error stands."""
    results = with_projects(project("P1", why_needed="Two ledgers."), project("P2"), project("p1"))
    controls = results.controls.assign(actual=results.controls["expected"])
    return replace(results, controls=controls, **fake.of_issues(results.warnings))


def key(results: Results) -> str:
    return LastOutputs().key(casebooks(results)[0][CASES]())


def of_the_whole(results: Results) -> str:
    """What both files say of the whole programme."""
    casebook = casebooks(results)[0][CASES]()
    document, book = case_document(casebook), case_book(casebook)
    texts = [text.words for block in document.blocks[:4] for text in texts_of(block)]
    strips = [sheet.strip for sheet in book.sheets]
    return f"{document.head} {document.foot} {texts} {strips} {book.marking}"


def test_another_process_finds_the_same_key(results: Results) -> None:
    copy: Any = pickle.loads(pickle.dumps(results))
    assert key(copy) == key(results)


def test_a_workbook_and_its_document_are_made_of_one_casebook(results: Results) -> None:
    of_workbooks, of_documents = casebooks(results)
    assert (list(of_workbooks), list(of_documents)) == ([CASES], ["business-cases.docx"])
    assert of_workbooks[CASES]() is of_documents["business-cases.docx"]()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"versions": Versions(version=SIGNED)}, "signed off by A. Treasurer"),
        ({"versions": Versions(standing="Issued over 2 errors.")}, "Issued over 2 errors."),
        ({"returns": fake.results().returns.assign(state="Missing")}, "1 return is not in"),
        ({"controls": fake.results().controls}, "1 of 2 controls FAIL"),
        (fake.of_issues(fake.ISSUES), "DRAFT"),
        ({"programme": fake.programme(marking="SECRET")}, "SECRET"),
    ],
)
def test_what_is_said_of_the_whole_programme_is_in_the_key(
    results: Results, change: dict[str, Any], words: str
) -> None:
    changed = replace(results, **change)
    assert words in of_the_whole(changed)
    assert words not in of_the_whole(results)
    assert key(changed) != key(results)
