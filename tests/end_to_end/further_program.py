"""The program with everything further that CONTRIBUTING has steps for, each carried out in the
files that are named there and nowhere else, and what it reports. It fails to be made, or the test
of a change fails, where a step is left out. All are in one program, for to start one takes long.
"""

from pathlib import Path

from tests.builders import Programme, Return
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


def owned_lines() -> Return:
    """A line of each of three services, the last without an owner."""
    finance = Return("Finance")
    for ref, service in enumerate(("ICT", "HR", "Fleet")):
        owner = None if service == "Fleet" else "Ann"
        amounts, category = [0, 0, -300], "Cashable saving"
        finance.line(amounts, line_ref=f"L{ref}", service=service, owner=owner, category=category)
    return finance


def write_parts(folder: Path, sponsor: str) -> None:
    """Three services, two of one strand, a sponsor, and the return in the further format."""
    control = Programme(reference="BLH-1", sponsor=sponsor)
    control.service("ICT", "Corporate", "Strand baseline")
    control.service("HR", "Corporate", "Baseline")
    control.service("Fleet", "Operations", "Strand baseline")
    control.baseline("ICT", A=600, B=400)
    control.baseline("HR", A=1_400, B=600)
    control.baseline("Fleet", A=1_000, B=3_000)
    control.write(folder)
    path = owned_lines().write(folder, "finance.xlsx")
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


# Columns of Savings: one line in schemas/returns.py each. Stage is shown and compared; Phase is in
# the csv and in Apportioned too.
STAGE = '        Field("Stage", "How far the saving has got."),\n'
PHASE = '        Field("Phase", "Which phase it belongs to.", needed=True),\n'
OWNER = '        Field("Owner", "Who answers for the line."'
COLUMNS: Change = {
    "schemas/returns.py": [before(OWNER, STAGE + PHASE)],
    "schemas/outputs.py": [before('    *("year", "amount"),', '    "phase",\n')],
}


def write_columns(folder: Path, **cells: object) -> str:
    """A return of one saving and of one that is counted elsewhere; the address of Stage."""
    Programme(reference="BLH-2", scenarios="Plan").write(folder)
    finance = Return("Finance")
    row = finance.line([-300, -600], line_ref="L1", category="Cashable saving", **cells)  # type: ignore[arg-type] # cells as they come
    finance.line([-1], line_ref="L2", category="Income", counted_in="Review", **cells)  # type: ignore[arg-type] # likewise
    finance.write(folder, "finance.xlsx")
    return finance.at(row, "Stage") if "Stage" in cells else ""


# Categories by name: what each is put behind in its group, and what it is saved or spent in each of
# two years.
CATEGORIES = {
    "One-off levy": ("ONE_OFF = (ONE_OFF_COST, ONE_OFF_SAVING", (70, 5)),
    "Licence cost": ("ANNUAL_CASHABLE = (RECURRING_COST, CASHABLE_SAVING, INCOME", (3, 11)),
    "Grant": ('INCOME, "Licence cost"', (-40, -50)),
    "Carbon saving": ("NON_CASHABLE = (NON_CASHABLE_SAVING, COST_AVOIDANCE", (-1_000, -2_000)),
}
CATEGORY: Change = {
    "schemas/vocabulary.py": [
        after("\nCOSTS = (ONE_OFF_COST, RECURRING_COST", ', "One-off levy", "Licence cost"'),
        *(after(members, f', "{name}"') for name, (members, _) in CATEGORIES.items()),
    ]
}


def write_categories(folder: Path) -> None:
    """A line of each further category, and of a cost and a saving of those that there were."""
    Programme(reference="BLH-3", scenarios="Plan", years=2, payback_limit=3).write(folder)
    finance = Return("Finance")
    lines = {name: amounts for name, (_, amounts) in CATEGORIES.items()}
    for name, amounts in {**lines, "One-off cost": (30, 0), "Cashable saving": (0, -9)}.items():
        finance.line(list(amounts), line_ref=name, category=name, service="ICT", owner="Ann")
        finance.add("Delivery", line_ref=name, year="2012/13", forecast=amounts[0])
    finance.write(folder, "finance.xlsx")


class Further(Program):
    """The program, with reports of the programmes ``parts``, ``without a row``, ``columns`` and
    ``categories``, the first and the third on top of a version that it issued before a change.
    ``stage_at``: the cell of the changed Stage."""

    def __init__(self, folder: Path) -> None:
        parts = (BASIS, SETTING, RULE, CHART, COMMAND, FORMAT, OUTPUT_COLUMN, CONTROL)
        super().__init__(folder, *parts, COLUMNS, CATEGORY)
        named = {"owner": "Ann", "Phase": "Two"}
        write_parts(self.inputs / "parts", "the mayor")
        write_columns(self.inputs / "columns", Stage="Idea", **named)
        issue = ("issue", "--name", "First", "--programme")
        self.run(("report",), (*issue, "parts"), (*issue, "columns"))
        write_parts(self.inputs / "parts", "the council")
        self.stage_at = write_columns(self.inputs / "columns", Stage="Approved", **named)
        write_without_a_row(self.inputs / "without a row")
        write_categories(self.inputs / "categories")
        self.run(("report",), ("template",))
