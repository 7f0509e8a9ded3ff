"""What a programme's outputs folder holds: every name in it, once (contract, section 6)."""

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
# Inputs as they were before the page replaced them.
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
