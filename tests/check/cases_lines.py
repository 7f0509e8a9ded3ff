"""Cases of lines against one another: within a return and across returns."""

from datetime import date
from pathlib import Path

from tests.builders import Programme, Return
from tests.check.case import case, place, programme

DUPLICATE, LACKS, DIFFERS = "duplicate-line", "scenario-missing", "line-differs"


@case(DUPLICATE, "the same reference and scenario, in other capitals")
def twice(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], line_ref="FIN-01")
    row = finance.line([600], line_ref=" fin-01 ")
    finance.write(folder)
    return [(DUPLICATE, place(finance.at(row, "Line ref")))]


@case(DUPLICATE, "the number 1 is the text 1")
def number_and_text(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], line_ref=1)
    row = finance.line([600], line_ref="1")
    finance.write(folder)
    return [(DUPLICATE, place(finance.at(row, "Line ref")))]


@case(DUPLICATE, "a blank scenario stands for each, before or after")
def blank_and_named(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], line_ref="A")
    first = finance.line([600], line_ref="A", scenario="Worst case")
    finance.line([500], line_ref="B", scenario="Best case")
    second = finance.line([600], line_ref="B")
    finance.write(folder)
    return [
        (DUPLICATE, place(finance.at(first, "Line ref"))),
        (DUPLICATE, place(finance.at(second, "Line ref"))),
        (LACKS, place(finance.at(4, "Scenario"))),
    ]


@case(DUPLICATE, "the first by path stays, capitals before small letters")
def across_returns(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    for name in ("b/one.xlsx", "Z.xlsx", "a.xlsx"):
        each = Return(f"Department {name}")
        each.line([500], line_ref="X", description=f"Of {name}")
        each.line([600], line_ref=f"Own {name}", description=f"Own {name}")
        each.write(folder, name)
    return [
        (DUPLICATE, place("A2", workbook="a.xlsx")),
        (DUPLICATE, place("A2", workbook="b/one.xlsx")),
    ]


@case(DUPLICATE, "a line that another programme counts stands as well")
def excluded_first(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], line_ref="A", counted_in="Corporate Services Review")
    row = finance.line([600], line_ref="A")
    finance.write(folder)
    return [(DUPLICATE, place(finance.at(row, "Line ref")))]


@case(DUPLICATE, "a row in error doesn't stand", near=True)
def rejected_first(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    row = finance.line(["TBC"], line_ref="A")
    finance.line([600], line_ref="A")
    finance.write(folder)
    return [("amount-not-number", place(finance.at(row, "2012/13")))]


@case(DUPLICATE, "one row a scenario, and references that only look alike", near=True)
def not_twice(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], line_ref="A", scenario="Best case")
    finance.line([600], line_ref="A", scenario="Worst case")
    for ref in ("1", "01", "1.0", "FIN-01", "FIN 01", "FIN01"):
        finance.line([700], line_ref=ref, description=f"Line {ref}")
    finance.write(folder)
    return []


@case(LACKS, "a line in the best case alone")
def best_alone(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    row = finance.line([500], scenario="Best case")
    finance.write(folder)
    return [(LACKS, place(finance.at(row, "Scenario")))]


@case(LACKS, "the other scenario's row is rejected: among accepted rows it lacks one")
def other_rejected(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    row = finance.line([500], line_ref="A", scenario="Best case")
    bad = finance.line(["TBC"], line_ref="A", scenario="Worst case")
    finance.write(folder)
    return [
        ("amount-not-number", place(finance.at(bad, "2012/13"))),
        (LACKS, place(finance.at(row, "Scenario"))),
    ]


@case(LACKS, "both scenarios, in two returns and two spellings; or none named", near=True)
def both(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance, estates = Return("Finance"), Return("Estates")
    finance.line([500], line_ref="A", scenario="Best case", description="One thing")
    finance.line([5])
    estates.line([600], line_ref="a ", scenario="worst CASE", description="One thing")
    finance.write(folder, "finance.xlsx")
    estates.write(folder, "estates.xlsx")
    return []


@case(LACKS, "a programme of one scenario", near=True)
def one_scenario(folder: Path) -> list[tuple[str, str]]:
    Programme(scenarios="Business plan").write(folder)
    finance = Return()
    finance.line([500], scenario="Business plan")
    finance.write(folder)
    return []


@case(DIFFERS, "service, category, project, basis and partner, each at its cell")
def differs(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.project("P1")
    finance.project("P2", "Second")
    finance.line(
        [500], line_ref="A", scenario="Best case", project_code="P1", basis="Direct", partner="A"
    )
    row = finance.line(
        [-500],
        line_ref="A",
        scenario="Worst case",
        project_code="P2",
        service="Fleet",
        category="One-off saving",
        basis="Direct",
        partner="B",
    )
    finance.line([500], line_ref="B", scenario="Best case")
    other = finance.line([500], line_ref="B", scenario="Worst case", basis="Equal")
    finance.write(folder)
    at = ("Project code", "Service", "Category", "Partner")
    return [
        *((DIFFERS, place(finance.at(row, heading))) for heading in at),
        (DIFFERS, place(finance.at(other, "Basis"))),
    ]


@case(
    DIFFERS,
    "amounts, words and spellings may differ; the usual basis may be written out",
    near=True,
)
def same_line(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.project("P1")
    finance.line([500], line_ref="A", scenario="Best case", project_code="p1")
    finance.line(
        [900],
        line_ref="A",
        scenario="Worst case",
        project_code="P1",
        service="i c t",
        category="ONE OFF COST",
        basis="Baseline",
        description="In other words",
        owner="Somebody else",
        funding="Capital",
    )
    finance.write(folder)
    return []


def two_returns(folder: Path, first: dict[str, object], second: dict[str, object]) -> str:
    """One line in each of two returns; the place of the second's Line ref."""
    programme().write(folder)
    said = {"description": "Shared payroll", "category": "Cashable saving"}
    for name, department, cells in (
        ("a.xlsx", "Finance", first),
        ("b.xlsx", "Human resources", second),
    ):
        given = {**said, **cells}
        each = Return(department)
        each.line(given.pop("amounts", (0, -40_000, -40_000)), **given)
        each.write(folder, name)
    return place("A2", workbook="b.xlsx")


@case("possible-double-count", "two departments claim the same saving, in the same words")
def claimed_twice(folder: Path) -> list[tuple[str, str]]:
    at = two_returns(folder, {}, {"description": "payroll - SHARED"})
    return [("possible-double-count", at)]


@case("possible-double-count", "one of them in one scenario only")
def claimed_in_one_scenario(folder: Path) -> list[tuple[str, str]]:
    at = two_returns(folder, {}, {"scenario": "Worst case"})
    return [("possible-double-count", at), (LACKS, place("F2", workbook="b.xlsx"))]


@case("possible-double-count", "another amount", near=True)
def other_amount(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {}, {"amounts": (0, -40_000, -40_000.01)})
    return []


@case("possible-double-count", "another service", near=True)
def other_service(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {}, {"service": "Fleet"})
    return []


@case("possible-double-count", "another category", near=True)
def other_category(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {}, {"category": "Income"})
    return []


@case("possible-double-count", "other words", near=True)
def other_words(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {}, {"description": "Shared payroll system"})
    return []


@case("possible-double-count", "nil in every year", near=True)
def both_nil(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {"amounts": (0, 0, 0)}, {"amounts": ()})
    return []


@case("possible-double-count", "no scenario in common", near=True)
def no_common_scenario(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {"scenario": "Best case"}, {"scenario": "Worst case"})
    return [(LACKS, place("F2", workbook=name)) for name in ("a.xlsx", "b.xlsx")]


@case("possible-double-count", "counted elsewhere already", near=True)
def counted_elsewhere(folder: Path) -> list[tuple[str, str]]:
    two_returns(folder, {}, {"counted_in": "Corporate Services Review"})
    return []


@case("possible-double-count", "twice in one return, under two references", near=True)
def in_one_return(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    for _ in range(2):
        finance.line([-40_000], description="Shared payroll", category="One-off saving")
    finance.write(folder)
    return []


def versions(folder: Path, *sent: tuple[str, str | None, date | None, int, int]) -> None:
    """Returns: file, department, date, and the numbers of their lines from one to another."""
    programme().write(folder)
    for name, department, dated, first, last in sent:
        each = Return(department or "")
        each.cover("Date", dated)
        for number in range(first, last + 1):
            each.line([3**number], line_ref=f"L{number}", description=f"{name} {number}")
        each.write(folder, name)


APRIL, MAY = date(2012, 4, 30), date(2012, 5, 31)


@case("duplicate-return", "the later Cover date is read, whatever the file is called")
def older(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 3), ("b.xlsx", "FINANCE", MAY, 1, 3))
    return [("duplicate-return", "a.xlsx")]


@case("duplicate-return", "on a tie the first by path is read")
def tie(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 3), ("b.xlsx", "Finance", APRIL, 1, 3))
    return [("duplicate-return", "b.xlsx")]


@case("duplicate-return", "without dates the first by path is read; most references are enough")
def undated(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", None, 1, 3), ("b.xlsx", "Finance", None, 2, 4))
    return [("duplicate-return", "b.xlsx")]


@case("duplicate-return", "one reference of three in common is a line that stands twice", near=True)
def few_in_common(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 3), ("b.xlsx", "Finance", APRIL, 3, 5))
    return [(DUPLICATE, place("A2", workbook="b.xlsx"))]


@case("duplicate-return", "half of the references in common are not most", near=True)
def half_in_common(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 4), ("b.xlsx", "Finance", APRIL, 3, 6))
    return [(DUPLICATE, place(cell, workbook="b.xlsx")) for cell in ("A2", "A3")]


@case("duplicate-return", "another department's lines stand twice, not its return", near=True)
def other_department(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 2), ("b.xlsx", "Estates", APRIL, 1, 2))
    return [(DUPLICATE, place(cell, workbook="b.xlsx")) for cell in ("A2", "A3")]


@case("duplicate-return", "a tie, and a path that says which is the older")
def older_by_path(folder: Path) -> list[tuple[str, str]]:
    sent = ("Old/a.xlsx", "b - Copy.xlsx", "c_superseded 2.xlsx", "d/archive/e.xlsx", "z.xlsx")
    versions(folder, *((name, "Finance", APRIL, 1, 3) for name in sent))
    return [("duplicate-return", name) for name in sent[:-1]]


@case("duplicate-return", "Goldsmith, copyright and oldest are no older copies")
def not_older(folder: Path) -> list[tuple[str, str]]:
    sent = ("Goldsmith.xlsx", "copyright.xlsx", "oldest.xlsx")
    versions(folder, *((name, "Finance", None, 1, 3) for name in sent))
    return [("duplicate-return", name) for name in sent[1:]]


@case(DUPLICATE, "of two workbooks the line in the one with the later Cover date stays")
def later_line(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 3), ("b.xlsx", "Estates", MAY, 3, 5))
    return [(DUPLICATE, place("A4", workbook="a.xlsx"))]


@case(DUPLICATE, "of two workbooks the line in the one that doesn't say old stays")
def not_old_line(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("Old/a.xlsx", "Finance", None, 1, 3), ("b.xlsx", "Estates", None, 3, 5))
    return [(DUPLICATE, place("A4", workbook="Old/a.xlsx"))]


@case("same-department", "two returns of one department with lines of their own")
def two_parts(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("a.xlsx", "Finance", APRIL, 1, 3), ("b.xlsx", "FINANCE", MAY, 4, 6))
    return [("same-department", "b.xlsx")]


@case("same-department", "a reference in common, or another department", near=True)
def other_parts(folder: Path) -> list[tuple[str, str]]:
    versions(
        folder,
        ("a.xlsx", "Finance", APRIL, 1, 3),
        ("b.xlsx", "Finance", APRIL, 3, 7),
        ("c.xlsx", "Estates", MAY, 8, 9),
    )
    return [(DUPLICATE, place("A2", workbook="b.xlsx"))]


@case("same-department", "files of one name in two folders, without a Department", near=True)
def unnamed(folder: Path) -> list[tuple[str, str]]:
    versions(folder, ("x/return.xlsx", None, None, 1, 2), ("y/return.xlsx", None, None, 3, 4))
    return []


@case("same-department", "an earlier version isn't read, and one return has no line", near=True)
def replaced_or_empty(folder: Path) -> list[tuple[str, str]]:
    versions(
        folder,
        ("a.xlsx", "Finance", APRIL, 1, 3),
        ("b.xlsx", "Finance", MAY, 1, 3),
        ("c.xlsx", "Finance", MAY, 5, 4),
    )
    return [("duplicate-return", "a.xlsx")]
