"""The steps of CONTRIBUTING, followed in a copy of the program for a basis, a setting, a rule, a
chart and a command: the files that are named, and nothing else."""

from pathlib import Path

import openpyxl
import pytest

from tests.builders import Programme, Return, cell_addresses, read_table
from tests.end_to_end.changed_program import Edits, Program, after, before

Change = dict[str, Edits]

# The baselines of the services of a strand, added up.
BASIS: Change = {
    "pipeline/core/bases.py": [
        before('EQUAL = "Equal"\n', 'STRAND_BASELINE = "Strand baseline"\n'),
        before("    EQUAL: ", '    STRAND_BASELINE: "by that of the services of its strand",\n'),
        after("FROM_BASELINE = (", "STRAND_BASELINE, "),
    ],
    "pipeline/core/programme.py": [
        before(
            "        else:\n            row_sets = [",
            """\
        elif basis == "Strand baseline":
            strand = self.by_name[service].strand
            names = [one.name for one in self.services if one.strand == strand]
            row_sets = [sets[name] for name in names if name in sets]
""",
        )
    ],
}
SETTING: Change = {
    "schemas/programme.py": [
        before(
            "NOTE = Setting(\n",
            """\
SPONSOR = Setting(
    "Sponsor",
    "Who answers for the programme.",
    values=ANY_TEXT,
    default="the board",
    held=lambda programme: programme.sponsor,
    compared=True,
)
""",
        ),
        after("OTHER_PROGRAMMES, NOTE", ", SPONSOR"),
    ],
    "pipeline/core/programme.py": [
        before("    confidence: tuple[", '    sponsor: str = "the board"\n')
    ],
    "pipeline/ingest/control.py": [
        before(
            "            partners=partners,\n",
            "            sponsor=self.value(settings, SPONSOR),\n",
        ),
        after("from schemas.programme import (\n", "    SPONSOR,\n"),
    ],
    "pipeline/history/packing.py": [before('*("report_unit", ', '*("sponsor",), ')],
}
RULE: Change = {
    "pipeline/core/rules/lines.py": [
        after(
            "RULES = (\n",
            """\
    Rule(
        "no-owner",
        Severity.WARNING,
        when="A line has no Owner.",
        problem="Nobody answers for {ref}.",
        remedy="Enter the {heading}.",
        why="Savings that nobody answers for are not made.",
        example="A blank Owner.",
    ),
""",
        )
    ],
    "pipeline/check/lines.py": [
        before(
            "def small_returns(",
            '''\
def without_owner(lines: Lines, accepted: Mask) -> list[Issue]:
    """Lines in the model without an Owner, at that cell."""
    places = np.flatnonzero(lines.frame["owner"].isna().to_numpy() & accepted).tolist()
    return [
        Issue(
            "no-owner",
            lines.cell(place, "owner"),
            "Owner",
            details={"ref": lines.text(place, "line_ref")},
        )
        for place in places
    ]


''',
        )
    ],
    "pipeline/assessing.py": [
        before("        *small_returns(", "        *without_owner(lines, accepted),\n"),
        after("from pipeline.check.lines import (\n", "    without_owner,\n"),
    ],
}
CHART: Change = {
    "pipeline/report/sheets/charts.py": [
        before(
            "    titled, titles = ",
            '    charts = (*charts, replace(when, caption="Again?", finding="Once more"))\n',
        )
    ]
}
COMMAND: Change = {
    "pipeline/commands/count.py": [
        (
            "",
            '''\
"""``count``: how many programmes there are."""

from pathlib import Path

from pipeline.commands.shared import InputsAnywhere, Outputs, discovered, place_of


def count(inputs: InputsAnywhere = "inputs", outputs: Outputs = Path("outputs")) -> None:
    """Print how many programmes there are."""
    from pipeline import screen

    screen.number_of_programmes(len(discovered(place_of(inputs), outputs).programmes))
''',
        )
    ],
    "pipeline/commands/__init__.py": [
        before("    trace_figure.trace,\n", "    count.count,\n"),
        after("from pipeline.commands import ", "count, "),
    ],
    "pipeline/screen.py": [
        before(
            "def note(",
            '''\
def number_of_programmes(number: int) -> None:
    """How many there are."""
    out.print(counted(number, "programme"))


''',
        )
    ],
}


def write(folder: Path, **settings: str) -> Return:
    """Three services, two of one strand; a line of each, the last without an owner."""
    control = Programme(reference="BLH-1", **settings)
    control.service("ICT", "Corporate", "Strand baseline")
    control.service("HR", "Corporate", "Baseline")
    control.service("Fleet", "Operations", "Strand baseline")
    control.baseline("ICT", A=600, B=400)
    control.baseline("HR", A=1_400, B=600)
    control.baseline("Fleet", A=1_000, B=3_000)
    control.write(folder)
    finance = Return("Finance")
    for number, service in enumerate(("ICT", "HR", "Fleet")):
        owner = None if service == "Fleet" else "Ann"
        finance.line([0, 0, -300], line_ref=f"L{number}", service=service, owner=owner,
                     category="Cashable saving")  # fmt: skip
    finance.write(folder, "finance.xlsx")
    return finance


def write_without_a_row(folder: Path) -> None:
    """A programme with a line of a strand that has no baseline."""
    control = Programme()
    control.service("ICT", "Corporate", "Strand baseline")
    control.service("Legal", "Support", "Strand baseline")
    control.baseline("ICT", A=600, B=400)
    control.write(folder)
    legal = Return("Legal")
    legal.line([0, 0, 300], service="Legal", owner="Ann", category="One-off cost")
    legal.write(folder, "legal.xlsx")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A report of the copy, on top of a version that the program issued as it is."""
    folder = tmp_path_factory.mktemp("program")
    program = Program(folder, BASIS, SETTING, RULE, CHART, COMMAND)
    Programme(reference="BLH-1").write(program.inputs / "one")
    finance = Return("Finance")
    finance.line([0, 0, -300], line_ref="L0")
    finance.write(program.inputs / "one", "finance.xlsx")
    program.run("report", ours=True)
    program.run("issue", "--name", "First", ours=True)
    write(program.inputs / "one", sponsor="the mayor")
    write_without_a_row(program.inputs / "two")
    program.run("report")
    program.run("template")
    return program


def test_a_basis_shares_by_its_weights_and_is_explained(program: Program) -> None:
    shares = {row["Service"]: (row["A"], row["B"]) for row in program.table("Shares")}
    assert shares["ICT"] == pytest.approx((2_000 / 3_000, 1_000 / 3_000))
    assert shares["Fleet"] == (0.25, 0.75)
    parts = [row["2014/15"] for row in program.table("Apportioned") if row["Line ref"] == "L0"]
    assert parts == [-200, -100] * 2  # in both scenarios
    assert {row["Result"] for row in program.table("Controls")} == {"Pass"}
    (note,) = [r["What it means"] for r in program.table("Notes") if r["Term"] == "Apportionment"]
    assert "Strand baseline: by that of the services of its strand;" in str(note)


def test_a_basis_without_a_row_is_an_issue_of_baseline(program: Program) -> None:
    issues = read_table(program.outputs / "two" / "programme-summary.xlsx", "Issues")
    assert {row["Rule"] for row in issues} == {"bad-baseline"}


def test_a_setting_is_asked_for_described_and_compared_with_its_default(program: Program) -> None:
    template = program.outputs / "templates" / "programme.xlsx"
    assert cell_addresses(template, "Programme", "Sponsor")
    (described,) = [row for row in program.table("Data_dictionary") if row["Heading"] == "Sponsor"]
    assert described["If left blank"] == "the board"
    (moved,) = [row for row in program.table("Movements") if row["What"] == "Sponsor"]
    assert (moved["Before"], moved["After"]) == ("the board", "the mayor")


def test_a_rule_names_the_cell(program: Program) -> None:
    (issue,) = program.table("Issues")
    assert [issue[name] for name in ("Rule", "Severity", "Problem", "Remedy")] == [
        *("no-owner", "Warning", "Nobody answers for L2.", "Enter the Owner.")
    ]
    path = program.inputs / "one" / "finance.xlsx"
    (heading,) = cell_addresses(path, "Savings", "Owner")
    (ref,) = cell_addresses(path, "Savings", "L2")
    assert issue["Cell"] == f"{heading.strip('0123456789')}{ref.strip('A')}"


def test_a_chart_leaves_the_headline_of_the_sheet_as_it_was(program: Program) -> None:
    titles = [str(row["As reported"]) for row in program.table("Chart_titles")]
    assert "Once more" in titles
    book = openpyxl.load_workbook(program.outputs / "one" / "programme-summary.xlsx")
    words = [str(cell.value) for cell in book["Charts"]["A"]]
    when, which = titles[titles.index("Once more") - 2 : titles.index("Once more")]
    assert f"{when}. {which}." in words


def test_a_command_is_listed_and_does_its_work(program: Program) -> None:
    assert program.run("count") == "2 programmes\n"
