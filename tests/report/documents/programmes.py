"""Programmes whose documents are looked at: the samples, and one with everything that a committee
paper may speak of."""

from functools import cache
from pathlib import Path

from pipeline.ingest.discover import discover
from pipeline.run import Outcome, model_programme
from tests.builders import Programme, Return

SAMPLES = Path(__file__).parents[3] / "inputs"


@cache
def samples() -> tuple[Outcome, ...]:
    """The samples' outcomes."""
    return tuple(model_programme(each) for each in discover(SAMPLES).programmes)


def outcome_of(folder: Path) -> Outcome:
    """The outcome of the one programme in a folder."""
    (programme,) = discover(folder).programmes
    return model_programme(programme)


def write_everything(folder: Path) -> None:
    """Three scenarios, a service that isn't apportioned, a rejected row, lines that another
    programme counts, payments, gaps, a share that changes, risks with and without scores, a
    warning with money, thirds that don't add up once they are rounded."""
    programme = Programme(
        title="Joint working & more",
        reference="JW/7",
        scenarios="Best case, Central case, Worst case",
        plan_scenario="Central case",
        marking="OFFICIAL",
        report_units="£000",
    )
    for code, name in (
        ("A", "Alpha County Council"),
        ("B", "Beta Police"),
        ("C", "Gamma Fire and Rescue Authority"),
    ):
        programme.partner(code, name)
    programme.service("ICT", "Corporate", "Equal")
    programme.service("Fleet", "Operations", "Vehicles")
    programme.service("Estates", "Operations", "Not agreed")
    programme.driver("Vehicles", A=30, B=50, C=20, version="Estimate", year="2013/14")
    programme.driver("Vehicles", A=20, B=60, C=20, version="Actual", year="2013/14")
    programme.driver("Vehicles", A=30, B=50, C=20)
    programme.baseline("ICT", A=6_000_000, B=4_000_000, C=1_000_000)
    for code in "ABC":
        programme.gap(code, {"2012/13": 1_000, "2013/14": 20_000, "2014/15": 30_000})
    programme.department("Finance", due="30 April 2012")
    programme.department("Legal", due="30 April 2012")
    programme.write(folder)
    finance = Return(years=("2012/13", "2013/14", "2014/15"))
    finance.line([100_000], paid_by="A", project_code="P1")
    finance.line([0, -50_000, -100_000], category="Cashable saving", paid_by="B")
    finance.line([0, -40_000, -70_400], category="Cashable saving", service="Fleet")
    finance.line([30_500, -12_300], service="Estates", scenario="Worst case")
    finance.line([-5], category="Cashable saving", service="Estates", scenario="Best case")
    finance.line([77_000], counted_in="Other programme")
    finance.line(["TBC", -9_000], category="Cashable saving")
    finance.line([8_000], category="Cashable saving")  # the sign of a cost
    finance.project("P1", "Shared ICT", why_needed="Two of everything.")
    finance.add("Risks", risk_ref="R1", risk="It is late", likelihood=3, impact=4, owner="Head")
    finance.add("Risks", risk="Nobody has scored this")
    finance.add("Risks", risk_ref="R2", risk="It costs more", likelihood=5, impact=5)
    finance.add("Milestones", project_code="P1", milestone="Live", planned="1 April 2013")
    finance.write(folder)
