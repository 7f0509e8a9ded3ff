"""The workbooks that are read, as many returns as are asked for: of a simple programme of three
partners that holds lines alone, or of a real one, with projects, faults and all that goes with it.

Made once and kept in the temporary folder; the same call makes the same bytes.
"""

import random
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import xlsxwriter

from tests.builders import AFTER_YEARS, BEFORE_YEARS, OTHER_RETURN_SHEETS, Programme, Return

# Part of the folder's name: a change below makes the workbooks anew.
VERSION = 3
PARTNERS = {"HCC": "Hampshire County Council", "HFR": "Fire and Rescue", "HCP": "Constabulary"}
SERVICES = tuple(f"Service {letter}" for letter in "ABCDEFGHIJKL")
CATEGORIES = (
    ("One-off cost", 1),
    ("One-off saving", -1),
    ("Recurring cost", 1),
    ("Cashable saving", -1),
    ("Income", -1),
    ("Non-cashable saving", -1),
    ("Cost avoidance", -1),
)
SCENARIOS = ("Best case", "Worst case")
WORDS = [
    *("shared", "team", "joint", "procurement", "estate", "vehicle", "workshop", "licence"),
    *("contract", "payroll", "migration", "training", "insurance", "control", "room", "merger"),
]
YEARS = tuple(f"{year}/{(year + 1) % 100:02d}" for year in range(2012, 2042))
# Service, category, scenario, basis and the first year's amount.
_FAULTY_COLUMNS = (3, 4, 5, 6, 8)
_ONE_FAULT = {0: _FAULTY_COLUMNS[-1:]}

# Of a real programme: a fourth partner and a sixth year, projects by return, and of 100 lines and
# 100 returns so many with a warning and an error.
FOURTH = {"HCF": "Combined Authority"}
REAL_YEARS, PROJECTS = 6, 3
WARNINGS, ERRORS, CHANGED = 5, 2, 5


def programme_of(returns: int, rows: int, years: int = 5) -> Path:
    """The inputs folder of a simple programme with so many returns of so many rows each."""

    def write(folder: Path) -> None:
        _programme(years, PARTNERS).write(folder)
        for number in range(returns):
            _return(folder / "returns", number, rows, YEARS[:years])

    return written_once(f"{returns}x{rows}x{years}", write)


def real_programme(returns: int, rows: int, *, before: bool = False) -> Path:
    """The inputs folder of a programme as teams have them: three projects a return with full forms,
    risks, benefits, dependencies and milestones, Delivery, warnings on 5% of the lines, errors in
    2% of the returns, four partners, six years. ``before``: with other amounts on 5% of the lines,
    and without its last return."""

    def write(folder: Path) -> None:
        _programme(REAL_YEARS, {**PARTNERS, **FOURTH}).write(folder)
        for number in range(returns - before):
            workbook = _real_return(number, rows, before=before)
            workbook.write(folder / "returns", f"department {number:05d}.xlsx")

    return written_once(f"real-{returns}x{rows}" + "-before" * before, write)


def picture_programme(returns: int, rows: int) -> Path:
    """The inputs folder of a programme in each of whose returns a cell is at fault, and beside the
    lines stands a picture of 25 MB."""

    def write(folder: Path) -> None:
        picture = _picture()
        _programme(5, PARTNERS).write(folder)
        for number in range(returns):
            _return(folder / "returns", number, rows, YEARS[:5], _ONE_FAULT, picture)

    return written_once(f"pictures-{returns}x{rows}", write)


def workings_programme(returns: int, rows: int) -> Path:
    """The inputs folder of a programme in each of whose returns a cell is at fault, and beside the
    lines stands a sheet of 1,900,000 numbers that take 25 MB."""

    def write(folder: Path) -> None:
        _programme(5, PARTNERS).write(folder)
        packed, part = folder / "workings.zip", "xl/worksheets/sheet3.xml"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(part), _workings(), zipfile.ZIP_DEFLATED)
        for number in range(returns):
            path = _return(folder / "returns", number, rows, YEARS[:5], _ONE_FAULT, b"")
            _add_part(path, part, packed)
        packed.unlink()

    return written_once(f"workings-{returns}x{rows}", write)


def faulty_programme(returns: int, rows: int) -> Path:
    """The inputs folder of a programme with five errors in each row of each return."""

    def write(folder: Path) -> None:
        faults = dict.fromkeys(range(rows), _FAULTY_COLUMNS)
        _programme(5, PARTNERS).write(folder)
        for number in range(returns):
            _return(folder / "returns", number, rows, YEARS[:5], faults)

    return written_once(f"faults-{returns}x{rows}", write)


def written_once(name: str, write: Callable[[Path], None]) -> Path:
    """A folder of that name in which something has been written, into its folder programme."""
    name = f"savings-bench-{VERSION}-{name}"
    folder = Path(tempfile.gettempdir()) / name
    if not folder.is_dir():
        part = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        write(part / "programme")
        try:
            part.rename(folder)
        except OSError:  # another run was quicker
            shutil.rmtree(part)
    return folder


def returns_of(folder: Path) -> list[Path]:
    """The returns in an inputs folder."""
    return sorted(folder.glob("programme/returns/*.xlsx"))


def _programme(years: int, partners: Mapping[str, str]) -> Programme:
    programme = Programme(title="Benchmark", years=years)
    for code, name in partners.items():
        programme.partner(code, name)
    chance = random.Random(1)
    for number, service in enumerate(SERVICES):
        programme.service(service, f"Strand {number % 3 + 1}", "Baseline")
        programme.baseline(service, **{code: chance.randint(10**9, 10**10) for code in partners})
    return programme


def _return(
    folder: Path,
    number: int,
    rows: int,
    years: tuple[str, ...],
    faults: Mapping[int, Sequence[int]] = MappingProxyType({}),
    picture: bytes | None = None,
) -> Path:
    """Write a return; its path. ``faults``: by row the columns that are at fault; ``picture``: on a
    further sheet, which is blank where the picture is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"department {number:05d}.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    book.set_properties({"created": datetime(2012, 4, 30)})
    cover = book.add_worksheet("Cover")
    savings = book.add_worksheet("Savings")
    settings = (("Setting", "Value"), ("Department", f"Department {number}"), ("Status", "Final"))
    for row, cells in enumerate(settings):
        cover.write_row(row, 0, cells)
    savings.write_row(0, 0, (*BEFORE_YEARS, *years, *AFTER_YEARS))
    for row in range(rows):
        line, scenario = divmod(row, len(SCENARIOS))
        chance = random.Random(f"{number}-{line}")
        before, amounts = _line(chance, f"D{number}-{line + 1}", scenario, years)
        after = {"Funding": "Revenue", "Owner": f"Owner {chance.randint(1, 9)}"}
        savings.write_row(row + 1, 0, (*before, *amounts, *map(after.get, AFTER_YEARS)))
        for column in faults.get(row, ()):
            savings.write_string(row + 1, column, f"TBC {row}")
    if picture is not None:
        workings = book.add_worksheet("Workings")
    if picture:
        workings.insert_image(0, 0, "site.png", {"image_data": BytesIO(picture)})
    book.close()
    return path


def _picture() -> bytes:
    """A picture in which no two points are alike, as a photograph is: it can't be packed."""
    side = 2_900
    chance = random.Random(1)
    rows = b"".join(b"\0" + chance.randbytes(3 * side) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _workings() -> bytes:
    """A sheet's part with 19 columns of 100,000 numbers."""
    chance, columns = random.Random(1), "ABCDEFGHIJKLMNOPQRS"
    rows = (
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}"><v>{chance.random()}</v></c>' for letter in columns)
        + "</row>"
        for row in range(1, 100_001)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(rows)}</sheetData></worksheet>'.encode()


def _add_part(path: Path, part: str, archive: Path) -> None:
    """Put the one part of another archive, packed as it is, in the place of a workbook's own."""
    with zipfile.ZipFile(path) as book:
        others = {name: book.read(name) for name in book.namelist() if name != part}
    shutil.copy(archive, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        for name, content in others.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _line(
    chance: random.Random, ref: str, scenario: int, years: Sequence[str]
) -> tuple[tuple[str | None, ...], list[float]]:
    """The cells of a line before its years, and its amounts."""
    category, sign = chance.choice(CATEGORIES)
    description = " ".join(chance.choices(WORDS, k=5)) + f" {ref.removeprefix('D')}"
    service = chance.choice(SERVICES)
    before = (ref, None, description, service, category, SCENARIOS[scenario], None, None)
    amounts = [sign * chance.randint(1, 10**7) * (10 - scenario) / 1000 for _ in years]
    return before, [round(amount, 2) for amount in amounts]


def _real_return(number: int, rows: int, *, before: bool) -> Return:
    years = YEARS[:REAL_YEARS]
    workbook = Return(f"Department {number}", years=years)
    codes = [f"P{number}-{each + 1}" for each in range(PROJECTS)]
    for row in range(rows):
        line, scenario = divmod(row, len(SCENARIOS))
        chance = random.Random(f"{number}-{line}")
        texts, amounts = _line(chance, f"R{number}-{line + 1}", scenario, years)
        cells: dict[str, str | None] = dict(zip(BEFORE_YEARS, texts, strict=True))
        if chance.randrange(100) < WARNINGS:  # on the other side of nil than its category
            amounts[0] = -amounts[0]
        if before and line % 100 < CHANGED:
            amounts[-1] *= 2
        if row == 0 and number % 100 < ERRORS:
            cells["Service"] = "Servce A"
        cells |= {"Project code": codes[line % PROJECTS], "Owner": f"Owner {chance.randint(1, 9)}"}
        workbook.add("Savings", **cells, **dict(zip(years, amounts, strict=True)))
        if scenario and chance.randrange(4) == 0:
            workbook.add(
                "Delivery",
                **{
                    "Line ref": texts[0],
                    "Year": years[0],
                    "Forecast": amounts[0],
                    "RAG": "Amber",
                },
            )
    for code in codes:
        _project(workbook, code, random.Random(code))
    return workbook


def _project(workbook: Return, code: str, chance: random.Random) -> None:
    """A full form, and what stands beside it on other sheets."""

    def words(headings: Iterable[str], count: int) -> dict[str, str]:
        return {name: " ".join(chance.choices(WORDS, k=count)).capitalize() for name in headings}

    form = words(OTHER_RETURN_SHEETS["Projects"], 30)
    form |= {"Project code": code, "Service": chance.choice(SERVICES)}
    workbook.add("Projects", **{**form, "Project title": f"Project {code}"})
    for place in range(4):
        ref = f"{code}-R{place + 1}"
        scores = {"Likelihood": chance.randint(1, 5), "Impact": chance.randint(1, 5)}
        risk = {"Risk ref": ref, "Project code": code, **words(("Risk", "Mitigation", "Owner"), 8)}
        workbook.add("Risks", **risk, **scores)
        benefit = words(("Benefit", "Measure", "Baseline", "Target"), 5)
        workbook.add("Benefits", **{"Project code": code, "Criterion": "Quality", **benefit})
        dates = {"Planned": f"0{place + 1}/09/2012", "Forecast": f"0{place + 1}/10/2012"}
        step = words(("Milestone", "Status"), 3)
        workbook.add("Milestones", **{"Project code": code, **step, **dates})
    other = {"Project code": code, "Depends on": code[:-1] + "1", **words(("Note",), 6)}
    workbook.add("Dependencies", **other)
