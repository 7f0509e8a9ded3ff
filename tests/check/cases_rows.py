"""Cases of single rows of Savings: what is missing, what is outside a list, who is the partner."""

from pathlib import Path

from tests.builders import Formula, Programme, Return, error_cell
from tests.check.case import case, line, place, programme

MISSING = [
    line("missing-value", "a line without a reference", at="Line ref", line_ref=None),
    line("missing-value", "a line without a description", at="Description", description=None),
    line("missing-value", "a line without a service", at="Service", service=None),
    line("missing-value", "a line without a category", at="Category", category=None),
    line("missing-value", "spaces are empty", at="Category", category="  \N{NO-BREAK SPACE}\n"),
    line("missing-value", "an empty text of a formula", at="Service", service=Formula('=""', "")),
    line(
        "missing-value",
        "an amount is a line, whatever else is empty",
        at="Line ref",
        also=[("missing-value", name) for name in ("Description", "Service", "Category")],
        line_ref=None,
        description=None,
        service=None,
        category=None,
    ),
    line(
        "missing-value",
        "two required cells are a line, with no amount at all",
        (),
        at="Service",
        also=[("missing-value", "Category")],
        service=None,
        category=None,
    ),
    line("missing-value", "scenario, basis, partner, project and notes may be empty"),
    line(
        "missing-value",
        "one required cell and no amount is a note",
        (),
        line_ref="Source: the ledger of March",
        description=None,
        service=None,
        category=None,
        notes="checked",
    ),
    line("missing-value", "nil is an amount", (0, 0, 0)),
    line("missing-value", "a number as a reference", line_ref=1),
]


@case(
    "missing-value", "a project without a title, a risk that isn't described: they go, no line does"
)
def other_tables(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    project = finance.project("P1", None, overview="Under way")
    risk = finance.add("Risks", risk_ref="R1", likelihood=3)
    finance.add("Risks", risk="Delay")
    finance.write(folder)
    return [
        ("missing-value", place(finance.at(project, "Project title", "Projects"), "Projects")),
        ("missing-value", place(finance.at(risk, "Risk", "Risks"), "Risks")),
    ]


@case("missing-value", "notes below the other tables", near=True)
def notes_below(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.project("P1")
    finance.row(sheet="Projects")
    finance.row("As discussed with the board in March", sheet="Projects")
    finance.add("Risks", risk_ref="See the register for the rest")
    finance.write(folder)
    return []


NOBODY = ("-", "\N{EN DASH}", "N/A", "n/a", "None", "no", "nil", 0, "Not applicable")
WORDS = [
    line("unknown-service", "a misspelt service", at="Service", service="Fleeet"),
    line("unknown-service", "a service of another programme", at="Service", service="Catering"),
    line("unknown-service", "a service with a number of its own", at="Service", service="ICT 2"),
    line("unknown-service", "another case and spacing", service=" i.c.t "),
    line("unknown-service", "a footnote mark", service="ICT [note 2]"),
    line("unknown-service", "a footnote's number", service="Fleet1"),
    line("unknown-category", "half a category", at="Category", category="Saving"),
    line("unknown-category", "two categories", at="Category", category="One-off cost/saving"),
    line("unknown-category", "another hyphen", category="ONE\N{EN DASH}OFF  COST"),
    line("unknown-category", "no hyphen and a line break", category="Oneoff\ncost"),
    line("unknown-scenario", "a third scenario", at="Scenario", scenario="Likely case"),
    line("unknown-scenario", "the word all", at="Scenario", scenario="All"),
    line("unknown-scenario", "blank is every scenario", scenario=None),
    line(
        "unknown-scenario",
        "another spelling",
        scenario="best-case",
        also=[("scenario-missing", "Scenario")],
    ),
    line("unknown-basis", "a driver that is none", at="Basis", basis="Floor area"),
    line("unknown-basis", "a service is no basis", at="Basis", basis="Fleet"),
    line("unknown-basis", "a driver", basis="headcount"),
    line("unknown-basis", "a basis that all have", basis="programme-baseline"),
    line("unknown-basis", "blank is the service's own", basis=None),
    line("unknown-partner", "no such code", at="Partner", basis="Direct", partner="C"),
    line("unknown-partner", "the partner's name", at="Partner", basis="Direct", partner="Alpha"),
    line("unknown-partner", "punctuation counts", at="Partner", basis="Direct", partner="A."),
    line("unknown-partner", "a wrong code where none is wanted", at="Partner", partner="C"),
    line("unknown-partner", "case and outer spaces", basis="Direct", partner=" b "),
    line("unknown-partner", "paid by nobody of ours", at="Paid by", paid_by="C"),
    line("unknown-partner", "paid by a partner's name", at="Paid by", paid_by="Alpha"),
    line("unknown-partner", "paid by two", at="Paid by", paid_by="A, B"),
    line("unknown-partner", "paid by a partner, in its own case", paid_by=" b "),
    *(line("unknown-partner", f"paid by nobody: {word}", paid_by=word) for word in NOBODY),
    *(line("unknown-partner", f"shared by all: {word}", partner=word) for word in NOBODY),
    line("unknown-partner", "paid by somebody yet unknown", at="Paid by", paid_by="TBC"),
    *(
        line("unknown-programme", f"no programme: {word}", at="Counted in", counted_in=word)
        for word in (
            *("TBC", "?", True, "Yes", "to be confirmed", "...", 1, "Not yet known", "n.k."),
            *("No - this is ours", "N/A (see note)", "not counted in any other", "See row 7"),
        )
    ),
    *(
        line("unknown-programme", f"a blank: {word}", counted_in=word)
        for word in (False, 0, "N", "Not applicable", "-", "nil")
    ),
    *(
        line("unknown-programme", f"any name, where none are given: {name}", counted_in=name)
        for name in ("Estates review", "Northern hub", "Nottage Road", "Seeds of change")
    ),
    line("unknown-value", "neither revenue nor capital", at="Funding", funding="Grant"),
    *(line("unknown-value", f"of no fund: {word}", funding=word) for word in NOBODY),
    line("unknown-value", "capital in capitals", funding="CAPITAL"),
]


@case("unknown-value", "a wrong status on the Cover, which rejects all rows")
def status(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    cell = finance.cover("Status", "Finished")
    finance.line([500])
    finance.write(folder)
    return [("unknown-value", place(cell, "Cover"))]


@case("unknown-value", "words of the other sheets")
def other_sheets(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.project("P1")
    risk = finance.add("Risks", project_code="P1", risk="Delay", likelihood=6, impact=0)
    benefit = finance.add("Benefits", project_code="P1", benefit="Speed", criterion="Fast")
    milestone = finance.project("P2", "Second", service="Catering")
    finance.write(folder)
    return [
        ("unknown-service", place(finance.at(milestone, "Service", "Projects"), "Projects")),
        ("unknown-value", place(finance.at(risk, "Likelihood", "Risks"), "Risks")),
        ("unknown-value", place(finance.at(risk, "Impact", "Risks"), "Risks")),
        ("unknown-value", place(finance.at(benefit, "Criterion", "Benefits"), "Benefits")),
    ]


@case("unknown-value", "scores 1 to 5, as numbers or text", near=True)
def scores(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    finance.project("P1")
    finance.add("Risks", project_code="p1 ", risk="Delay", likelihood=1, impact="5")
    finance.add("Benefits", project_code="P1", benefit="Speed", criterion="resilience")
    finance.write(folder)
    return []


PARTNERS = [
    line("partner-required", "direct to nobody", at="Partner", basis="Direct"),
    line("partner-required", "direct to a space", at="Partner", basis="direct", partner=" "),
    line("partner-required", "direct to a dash", at="Partner", basis="Direct", partner="-"),
    line("partner-required", "direct to a partner", basis="Direct", partner="A"),
    line("partner-required", "equal shares", basis="Equal"),
    line(
        "partner-required",
        "an error in the Partner cell is named instead",
        basis="Direct",
        partner=error_cell(),
        also=[("cell-error", "Partner")],
    ),
    line("partner-ignored", "a partner on a shared line", at="Partner", partner="A"),
    line("partner-ignored", "who pays is no partner that bears it", paid_by="A"),
    line("partner-ignored", "of a driver", at="Partner", basis="Headcount", partner="A"),
    line("partner-ignored", "not agreed", at="Partner", basis="Not agreed", partner="b"),
    line("partner-ignored", "a partner on a direct line", basis="Direct", partner="A"),
    line(
        "partner-ignored",
        "on a line that is rejected for its basis",
        basis="Floor area",
        partner="A",
        also=[("unknown-basis", "Basis")],
    ),
]


@case("partner-required", "a service whose usual basis is Direct")
def usually_direct(folder: Path) -> list[tuple[str, str]]:
    one = Programme()
    one.service("Procurement", basis="Direct")
    one.none_of("Baseline")
    one.write(folder)
    finance = Return()
    finance.line([500], service="Procurement", partner="A")
    row = finance.line([500], service="Procurement")
    finance.line([500], service="Procurement", basis="Equal")
    finance.write(folder)
    return [("partner-required", place(finance.at(row, "Partner")))]


FAULTS = [
    line("cell-error", "an error for an amount", (5, error_cell(), 5), at="2013/14"),
    line("cell-error", "#N/A for an amount", (error_cell("#N/A"),), at="2012/13"),
    line("cell-error", "an error for a reference", at="Line ref", line_ref=error_cell("#NAME?")),
    line("cell-error", "an error for a project", at="Project code", project_code=error_cell()),
    line("cell-error", "an error for a description", at="Description", description=error_cell()),
    line("cell-error", "an error for a service", at="Service", service=error_cell("#N/A")),
    line("cell-error", "an error for a category", at="Category", category=error_cell()),
    line("cell-error", "an error for a scenario", at="Scenario", scenario=error_cell()),
    line("cell-error", "an error for a basis", at="Basis", basis=error_cell()),
    line("cell-error", "an error for a partner", at="Partner", partner=error_cell()),
    line("cell-error", "an error for who pays", at="Paid by", paid_by=error_cell()),
    line("cell-error", "an error for Counted in", at="Counted in", counted_in=error_cell()),
    line(
        "cell-error",
        "errors where nothing is lost",
        funding=error_cell(),
        owner=error_cell(),
        confidence=error_cell(),
        notes=error_cell("#DIV/0!"),
        **{"Their own column": error_cell()},
    ),
    line(
        "cell-error",
        "the word of an error, typed",
        ("#REF!",),
        also=[("amount-not-number", "2012/13")],
    ),
    line("formula-no-value", "an amount never worked out", (Formula("=1+1"),), at="2012/13"),
    line("formula-no-value", "a service never looked up", at="Service", service=Formula("=ICT")),
    line("formula-no-value", "who pays, never looked up", at="Paid by", paid_by=Formula("=A1")),
    line("formula-no-value", "Counted in", at="Counted in", counted_in=Formula("=A1")),
    line("formula-no-value", "a formula with its result", (Formula("=1+1", 2),)),
    line("formula-no-value", "a stored empty text is blank", (Formula('=""', ""), 5)),
    line("formula-no-value", "a result of nil", (Formula("=1-1", 0), 5)),
    line("formula-no-value", "notes never worked out", notes=Formula("=A1")),
]


@case("cell-error", "in a row that holds nothing else")
def lone_error(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    row = finance.line([error_cell()], line_ref=None, description=None, service=None, category=None)
    finance.write(folder)
    return [
        *(
            ("missing-value", place(finance.at(row, name)))
            for name in ("Line ref", "Description", "Service", "Category")
        ),
        ("cell-error", place(finance.at(row, "2012/13"))),
    ]


@case("cell-error", "where another sheet requires something")
def required_elsewhere(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500])
    risk = finance.add("Risks", risk_ref="R1", risk=error_cell("#N/A"), owner=error_cell())
    finance.write(folder)
    return [("cell-error", place(finance.at(risk, "Risk", "Risks"), "Risks"))]


@case("cell-error", "in a Cover setting that interprets amounts: every row goes")
def cover_error(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    cell = finance.cover("Units", error_cell("#NAME?"))
    finance.line([500])
    finance.write(folder)
    return [("cell-error", place(cell, "Cover"))]


@case("formula-no-value", "in the Cover's date: only it is said")
def cover_date(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    cell = finance.cover("Date", Formula("=TODAY()"))
    finance.line([500])
    finance.write(folder)
    return [("formula-no-value", place(cell, "Cover"))]


@case("cell-error", "in a total row, which is compared no further", near=True)
def total_error(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500, 600])
    finance.line(
        {"2012/13": error_cell(), "2013/14": 1100},
        line_ref="Total",
        description=None,
        service=None,
        category=None,
    )
    finance.write(folder)
    return [("total-mismatch", place("J3"))]


PROJECTS = [
    line("unknown-project", "a project that nobody has", at="Project code", project_code="P-9"),
    line("unknown-project", "no project", project_code=None),
]


@case("unknown-project", "a risk of a project that nobody has")
def project_of_a_risk(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance = Return()
    finance.line([500], project_code="P1")
    finance.project("P1")
    row = finance.add("Risks", project_code="P2", risk="Delay")
    finance.write(folder)
    return [("unknown-project", place(finance.at(row, "Project code", "Risks"), "Risks"))]


@case("unknown-project", "a project of another return, in other capitals, or a number", near=True)
def project_elsewhere(folder: Path) -> list[tuple[str, str]]:
    programme().write(folder)
    finance, estates = Return("Finance"), Return("Estates")
    finance.line([500], project_code=" p1 ")
    finance.line([600], project_code="7")
    estates.project("P1")
    estates.project(7, "Seventh")
    finance.write(folder, "finance.xlsx")
    estates.line([5])
    estates.write(folder, "estates.xlsx")
    return []
