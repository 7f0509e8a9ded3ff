"""What a programme's outputs folder holds: every name in it, once (contract, section 6)."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.core.text import same_name

SUMMARY = "programme-summary.xlsx"
CASES = "business-cases.xlsx"
PAPER = "committee-paper.docx"
CASES_DOCUMENT = "business-cases.docx"
VALIDATION = "validation-report.xlsx"
LAYOUTS_SUGGESTED = "layouts-suggested.xlsx"
HISTORY = "history.sqlite"
MANIFEST = ".manifest.json"

DATA = "data"
PARTNERS = "partners"
CASES_BY_STRAND = "business-cases"
RETURNS = "returns"
ISSUED = "issued"
COMPARISONS = "comparisons"
# Inputs as they were before the page replaced them or took them out.
KEPT = "kept"
TEMPLATES = "templates"
TEMPLATES_WRITTEN = ".templates.json"

# What a report writes into: no programme's own folder may be one of another's.
FOLDERS = frozenset({PARTNERS, CASES_BY_STRAND, DATA, RETURNS, ISSUED, COMPARISONS, KEPT})


def pack_of(name: str) -> str:
    """A partner's pack, by a file name made of its code."""
    return f"{PARTNERS}/{name}.xlsx"


def cases_of(name: str) -> str:
    """The business cases of a strand, by a file name made of its name."""
    return f"{CASES_BY_STRAND}/{name}.xlsx"


def document_of(path: str) -> str:
    """The document beside a workbook of business cases."""
    return f"{path.removesuffix('.xlsx')}.docx"


def copy_of(workbook: str) -> str:
    """The checked copy of a return, by its path among the inputs."""
    return f"{RETURNS}/{workbook}"


def is_circulated(path: str) -> bool:
    """Whether a workbook goes round among the partners."""
    return path in (SUMMARY, CASES) or path.startswith((f"{PARTNERS}/", f"{CASES_BY_STRAND}/"))


def ods_of(path: str) -> str:
    """The .ods beside a circulated workbook."""
    return f"{path.removesuffix('.xlsx')}.ods"


def comparison_of(first: int, second: int) -> str:
    """The workbook of what moved between two versions."""
    return f"{COMPARISONS}/{first} to {second}.xlsx"


def clashes(names: Sequence[str]) -> dict[str, str]:
    """Programmes that would share an outputs folder, each with the other: they differ in capitals
    alone, or one is named after a folder that the other's report writes."""
    pairs: dict[str, str] = {}
    for place, name in enumerate(names):
        for other in names[:place]:
            same = same_name(name) == same_name(other)
            if same or _lies_in(name, other) or _lies_in(other, name):
                pairs[name], pairs[other] = other, name
    return pairs


def _lies_in(name: str, other: str) -> bool:
    """Whether a programme's folder lies in a folder that the other's report writes."""
    parts, outer = (PurePosixPath(same_name(each)).parts for each in (name, other))
    return parts[: len(outer)] == outer and len(parts) > len(outer) and parts[len(outer)] in FOLDERS
