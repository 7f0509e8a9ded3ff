"""The floor of coverage is seen to hold, and to give way."""

from tests.coverage_floor import PACKAGES, shortfalls


def covered(lines: int, branches: int) -> dict[str, object]:
    summary = {
        "covered_lines": lines,
        "num_statements": 100,
        "covered_branches": branches,
        "num_branches": 100,
    }
    return {"summary": summary}


def test_what_is_tested_enough_is_passed_over_in_silence() -> None:
    assert list(shortfalls({f"{name}/a.py": covered(95, 90) for name in PACKAGES})) == []


def test_each_package_is_held_to_both_floors() -> None:
    files = {f"{name}/a.py": covered(100, 100) for name in PACKAGES}
    files["pipeline/model/a.py"] = covered(94, 89)
    assert list(shortfalls(files)) == [
        "pipeline/model: 94 of 100 lines are tested, less than 95%.",
        "pipeline/model: 89 of 100 branches are tested, less than 90%.",
    ]


def test_a_package_that_nobody_measured_falls_short() -> None:
    files = {f"{name}/a.py": covered(100, 100) for name in PACKAGES[1:]}
    assert [line.split(":")[0] for line in shortfalls(files)] == [PACKAGES[0], PACKAGES[0]]
