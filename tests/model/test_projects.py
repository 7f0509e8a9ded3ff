"""What each project costs and saves adds up to what the programme does."""

import pandas as pd
import pytest

from pipeline.core.results import Results
from pipeline.model.projects import by_project
from schemas.model import REGISTER
from tests.frames import frame_of
from tests.report import fake

LABELS = list(fake.YEARS)


def both(results: Results, *projects: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    return by_project(results.register, results.apportioned, results.programme, set(projects))


def spread(codes: list[str | None]) -> Results:
    """The fake programme, its lines in these projects."""
    return fake.results(
        register=frame_of(REGISTER, fake.LINES, fake.YEARS).assign(project_code=codes)
    )


@pytest.mark.parametrize("name", ["one_off_pence", "annual_cashable_pence"])
def test_projects_and_what_has_none_make_up_the_programme(name: str) -> None:
    results = spread(["A", "A", "b", None])
    appraisal, _ = both(results, "a", "b")
    assert list(dict.fromkeys(appraisal["project"])) == ["a", "b", ""]
    for organisation in dict.fromkeys(appraisal["organisation"]):
        for scenario in fake.SCENARIOS:
            whole = results.appraisal
            for frame in (whole, appraisal):
                assert set(frame["scenario"]) == set(fake.SCENARIOS)
            wanted, found = (
                sum(
                    frame.loc[
                        (frame["organisation"] == organisation) & (frame["scenario"] == scenario),
                        name,
                    ]
                )
                for frame in (whole, appraisal)
            )
            assert found == wanted


def test_only_organisations_with_a_part_are_named() -> None:
    appraisal, _ = both(spread(["A", "A", "b", None]), "a", "b")
    named = {
        key: list(dict.fromkeys(rows["organisation"])) for key, rows in appraisal.groupby("project")
    }
    assert named == {
        "a": ["Total programme", fake.NORTH.name, fake.SOUTH.name],
        "b": ["Total programme", fake.SOUTH.name],
        "": ["Total programme", "Not yet apportioned"],
    }


def test_years_add_up_to_the_lines() -> None:
    _, years = both(spread(["A", "A", "b", None]), "a", "b")
    rows = years[(years["project"] == "b") & (years["scenario"] == "Best case")]
    net = rows[rows["measure"] == "Net cashable"][LABELS].iloc[0]
    assert net.tolist() == [777_700, 0]
    running = rows[rows["measure"] == "Cumulative net cashable"].iloc[0]
    assert running[LABELS].tolist() == [777_700, 777_700]
    assert running["total_pence"] is None


def test_a_band_for_each_organisation() -> None:
    appraisal, _ = both(spread(["A", "A", "b", None]), "a", "b")
    bands = appraisal.set_index(["project", "organisation"])["return_on_investment"]
    assert set(bands["a", fake.NORTH.name]) == {"0 years"}
    assert set(bands["b", "Total programme"]) == {"No payback"}


def test_codes_without_a_case_are_lines_of_none() -> None:
    appraisal, _ = both(spread(["A", "A", "b", None]), "a")
    assert set(appraisal["project"]) == {"a", ""}


def test_no_line_at_all() -> None:
    results = fake.results()
    nothing = fake.results(
        register=results.register.iloc[:0], apportioned=results.apportioned.iloc[:0]
    )
    appraisal, years = both(nothing, "a")
    assert appraisal.empty
    assert years.empty
    assert "organisation" in appraisal
