"""Of which version a document is, and whether it is a draft: in its text, and on every page."""

from pipeline.core.results import Results
from pipeline.report.sheets import cover
from pipeline.report.sheets.status import issued_words
from pipeline.report.spec import DRAFT
from pipeline.report.wording import programme_name


def standing(results: Results) -> str:
    """The version and over what it was issued, a draft's first word."""
    draft = f"{DRAFT}. " if cover.is_draft(results) else ""
    return draft + (issued_words(results.versions) or "Not issued.")


def head(results: Results) -> str:
    """What stands above each page: the marking, and that it is a draft."""
    draft = DRAFT if cover.is_draft(results) else ""
    return " \u00b7 ".join(filter(None, (results.programme.marking, draft)))


def foot(results: Results) -> str:
    """What stands below each page: the version, else the programme."""
    version = results.versions.version
    return version.line if version else f"{programme_name(results.programme)}: not issued"
