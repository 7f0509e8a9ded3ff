"""The workbooks and documents of business cases of some results, declared."""

from pipeline.core.results import Results
from pipeline.report.books import case_book
from pipeline.report.casebooks import casebooks
from pipeline.report.documents.business_cases import case_document
from pipeline.report.documents.document import Document
from pipeline.report.spec import Book


def case_books(results: Results) -> dict[str, Book]:
    """The workbooks by path."""
    return {path: case_book(of_book()) for path, of_book in casebooks(results)[0].items()}


def case_documents(results: Results) -> dict[str, Document]:
    """The documents by path."""
    return {path: case_document(of_book()) for path, of_book in casebooks(results)[1].items()}


def cases_book(results: Results) -> Book:
    """The list, with the cases where they are few."""
    return case_books(results)["business-cases.xlsx"]
