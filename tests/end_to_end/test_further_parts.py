"""The steps of CONTRIBUTING, followed in a copy of the program, for a basis, a setting, a rule, a
chart, a command, a file format, a column of an output table and a control: the files that are
named there and nothing else. The fixture fails, or the test of the change, where one is left out.
"""

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
    value_in=lambda programme: programme.sponsor,
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

from pipeline.commands.shared import InputsAnywhere, Outputs, look_through, place_of


def count(inputs: InputsAnywhere, outputs: Outputs) -> None:
    """Print how many programmes there are."""
    from pipeline import screen

    screen.number_of_programmes(len(look_through(place_of(inputs), outputs).programmes))
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


# How many partners share in a service, in a column of the table Shares.
OUTPUT_COLUMN: Change = {
    "schemas/model.py": [
        after(
            'per=Per.PARTNER),\n        _text("evidence", "the cells that the weights come from, or'
            ' why there are none"),\n',
            '        FrameColumn("sharing", Holds.COUNT, "partners with a share"),\n',
        )
    ],
    "pipeline/model/apportion.py": [
        (
            "label, *parts, share.evidence))",
            "label, *parts, share.evidence, sum(map(bool, parts))))",
        )
    ],
    "schemas/outputs.py": [
        before(
            """\
        _long(
            "Evidence",
            "evidence",
            "The cells that the weights come from, or why there are no shares.",
            52,
        ),
    ),
)

SHARE_PERIODS""",
            '        _count("Sharing", "sharing", "How many partners have a share."),\n',
        )
    ],
}
CONTROL: Change = {
    "pipeline/model/controls.py": [
        before(
            "def controls_table(",
            '''\
def _services(results: Results) -> Check:
    """Each service has its shares."""
    services = len(results.programme.services)
    shared = results.shares["service"].nunique()
    return Check("Services = services of Shares", COUNT, services, shared)


''',
        ),
        before("        *_shares(results),\n", "        _services(results),\n"),
    ],
}
# A workbook behind a line of words, from its end to its start, under an ending of its own.
FORMAT: Change = {
    "pipeline/ingest/formats/wrapped.py": [
        (
            "",
            '''\
"""A workbook behind a line of words, from its end to its start."""

HEAD = b"SAVINGS 1\\n"


def unwrapped(content: bytes) -> bytes:
    """The workbook in it."""
    return content[: len(HEAD) - 1 : -1] if content.startswith(HEAD) else content
''',
        )
    ],
    "pipeline/ingest/formats/__init__.py": [after('".ods"', ', ".savings"')],
    "pipeline/ingest/formats/workbook.py": [
        after(
            "from pipeline.ingest.formats.look import Extent, Look, SheetLook\n",
            "from pipeline.ingest.formats.wrapped import HEAD as WRAPPED, unwrapped\n",
        ),
        before(
            "    if content.startswith(OLE):\n        return _look_into_ole",
            """\
    if content.startswith(WRAPPED):
        return _look(unwrapped(content), limits, careful)
""",
        ),
    ],
    "pipeline/ingest/formats/second_reader.py": [
        after(
            "from pipeline.ingest.formats.zip_package import ZipPackage\n",
            "from pipeline.ingest.formats.wrapped import unwrapped\n",
        ),
        (
            "    name, read_cells, content = _reader_of(content)\n    try",
            "    name, read_cells, content = _reader_of(unwrapped(content))\n    try",
        ),
    ],
}


def finance() -> Return:
    """A line of each of three services, the last without an owner."""
    finance = Return("Finance")
    for ref, service in enumerate(("ICT", "HR", "Fleet")):
        owner = None if service == "Fleet" else "Ann"
        amounts, category = [0, 0, -300], "Cashable saving"
        finance.line(amounts, line_ref=f"L{ref}", service=service, owner=owner, category=category)
    return finance


def write(folder: Path, sponsor: str) -> None:
    """Three services, two of one strand, a sponsor, and the return in the further format."""
    control = Programme(reference="BLH-1", sponsor=sponsor)
    control.service("ICT", "Corporate", "Strand baseline")
    control.service("HR", "Corporate", "Baseline")
    control.service("Fleet", "Operations", "Strand baseline")
    control.baseline("ICT", A=600, B=400)
    control.baseline("HR", A=1_400, B=600)
    control.baseline("Fleet", A=1_000, B=3_000)
    control.write(folder)
    path = finance().write(folder, "finance.xlsx")
    path.with_suffix(".savings").write_bytes(b"SAVINGS 1\n" + path.read_bytes()[::-1])
    path.unlink()


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
    """A report of the copy, on top of a version that it issued under another sponsor."""
    folder = tmp_path_factory.mktemp("program")
    program = Program(folder, BASIS, SETTING, RULE, CHART, COMMAND, FORMAT, OUTPUT_COLUMN, CONTROL)
    write(program.inputs / "one", "the mayor")
    program.run("report")
    program.run("issue", "--name", "First")
    write(program.inputs / "one", "the council")
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


def test_a_setting_is_asked_for_described_kept_with_a_version_and_compared(
    program: Program,
) -> None:
    template = program.outputs / "templates" / "programme.xlsx"
    assert cell_addresses(template, "Programme", "Sponsor")
    (described,) = [row for row in program.table("Data_dictionary") if row["Heading"] == "Sponsor"]
    assert described["If left blank"] == "the board"
    (moved,) = [row for row in program.table("Movements") if row["What"] == "Sponsor"]
    assert (moved["Before"], moved["After"]) == ("the mayor", "the council")


def test_a_rule_names_the_cell(program: Program, tmp_path: Path) -> None:
    (issue,) = program.table("Issues")
    assert [issue[name] for name in ("Rule", "Severity", "Problem", "Remedy")] == [
        *("no-owner", "Warning", "Nobody answers for L2.", "Enter the Owner.")
    ]
    path = finance().write(tmp_path, "finance.xlsx")
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
    folders, said = program.run("count").splitlines()
    assert folders == f"Inputs: {program.inputs}; outputs: {program.outputs}"
    assert said == "2 programmes"


def test_a_format_is_read_and_read_again_where_a_version_is_issued(program: Program) -> None:
    sources = {row["Workbook"]: row["Result"] for row in program.table("Sources")}
    assert sources["finance.savings"] == "Read; 1 warning"
    book = openpyxl.load_workbook(
        program.outputs / "one" / "issued" / "1 First" / "programme-summary.xlsx"
    )
    cells = {cell.value for row in book["Status"].iter_rows() for cell in row}
    assert "Two readers agree: 9 amounts." in cells


def test_a_column_of_an_output_table_is_on_its_sheet_and_described(program: Program) -> None:
    shares = {row["Service"]: row["Sharing"] for row in program.table("Shares")}
    assert shares == {"ICT": 2, "HR": 2, "Fleet": 2}
    csv = (program.outputs / "one" / "data" / "shares.csv").read_text("utf-8-sig")
    assert "sharing" in csv.splitlines()[0].split(",")
    dictionary = {(row["Table"], row["Heading"]) for row in program.table("Data_dictionary")}
    assert ("Shares", "Sharing") in dictionary


def test_a_control_is_listed_with_its_result(program: Program) -> None:
    controls = {str(row["Control"]): row for row in program.table("Controls")}
    control = controls["Services = services of Shares"]
    assert [control[name] for name in ("Expected", "Actual", "Result")] == [3, 3, "Pass"]
