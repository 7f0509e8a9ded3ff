"""Write the three sample programmes as workbooks: python tests/make_samples.py [target folder].

The data lie beside this script, in samples/<programme>/: programme.toml for the control workbook
and one file for each return, all amounts in pounds. The published figures stand in programme.toml
and in no workbook. `check` works them out from the lines by the rules of the workbook contract,
with exact fractions and nothing of the pipeline, and raises before anything is written where one
is off. The same data give the same bytes.
"""

from __future__ import annotations

import sys
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

DATA: Final = Path(__file__).parent / "samples"
PROGRAMMES: Final = ("hampshire", "cambridgeshire", "south_hams")
DEFAULT_TARGET: Final = Path(__file__).parent.parent / "inputs"

Cell = str | int | float | date
Rows = Sequence[Sequence[Cell]]
ByPartner = dict[str, Fraction]

ONE_OFF: Final = ("One-off cost", "One-off saving")
CASHABLE: Final = ("Recurring cost", "Cashable saving", "Income")
# In an annual profile these go on at their last amount to the end of the programme.
CONTINUING: Final = (*CASHABLE, "Non-cashable saving")


@dataclass(frozen=True)
class Line:
    """One cost or saving: its descriptive cells, and pounds by year for each scenario."""

    cells: Mapping[str, str]
    amounts: Mapping[str, Sequence[int]]  # under a blank scenario: the same in all of them

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(frozen=True)
class Return:
    """One department's workbook."""

    file: str
    units: str
    remark: str
    lines: Sequence[Line]
    projects: Sequence[Mapping[str, str]]
    tables: Mapping[str, Rows]


@dataclass(frozen=True)
class Programme:
    """One sample programme: its control workbook, its returns and what was published of it.

    ``headings`` and ``about`` by sheet where they are not those of sheets.toml; of Savings the
    headings behind the years.
    """

    folder: str
    created: date
    note: str
    published: Rows
    published_baseline: int | None
    tables: Mapping[str, Rows]
    headings: Mapping[str, Sequence[str]]
    about: Mapping[str, str]
    returns: Sequence[Return] = ()

    def headings_of(self, sheet: str) -> Sequence[str]:
        return self.headings.get(sheet) or SHEETS[sheet]["headings"]

    def after_years(self) -> Sequence[str]:
        return self.headings.get("Savings") or SHEETS["Savings"]["after_years"]

    def setting(self, name: str, default: str = "") -> str:
        return next((str(row[1]) for row in self.tables["Programme"] if row[0] == name), default)

    @property
    def incremental(self) -> bool:
        return self.setting("Profile") == "Incremental"

    @property
    def years(self) -> list[str]:
        first = int(self.setting("First year")[:4])
        after_last = first + int(self.setting("Years"))
        return [f"{year}/{(year + 1) % 100:02}" for year in range(first, after_last)]

    @property
    def scenarios(self) -> list[str]:
        return self.setting("Scenarios").split(", ")

    @property
    def codes(self) -> list[str]:
        return [str(row[0]) for row in self.tables["Partners"]]


# Reading the data files ----------------------------------------------------------------------


def read_programme(name: str) -> Programme:
    data = read_toml(DATA / name / "programme.toml")
    programme = Programme(
        folder=data.pop("folder"),
        created=data.pop("created"),
        note=data.pop("note"),
        published=data.pop("published"),
        published_baseline=data.pop("published_baseline", None),
        headings=data.pop("headings", {}),
        about=data.pop("about", {}),
        tables=data,
    )
    paths = [path for path in sorted((DATA / name).glob("*.toml")) if path.stem != "programme"]
    return replace(programme, returns=[read_return(path, programme) for path in paths])


def read_return(path: Path, programme: Programme) -> Return:
    data = read_toml(path)
    return Return(
        file=data.pop("file"),
        units=data.pop("units", programme.setting("Units")),
        remark=data.pop("remark", ""),
        lines=[read_line(cells, programme) for cells in data.pop("Savings")],
        projects=data.pop("Projects"),
        tables=data,
    )


def read_line(cells: dict[str, Any], programme: Programme) -> Line:
    amounts: dict[str, list[int]] = cells.pop("amounts")
    if cells["Category"] in CONTINUING and not programme.incremental:
        for row in amounts.values():
            row.extend([row[-1]] * (len(programme.years) - len(row)))
    return Line(cells, amounts)


def read_toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


SHEETS: Final = read_toml(DATA / "sheets.toml")

# Checking the totals -------------------------------------------------------------------------


def check(programme: Programme) -> None:
    """Raise ValueError where the lines don't add up to the published figures to the penny."""
    if not programme.published:
        return
    totals = work_out(programme)
    faults = []
    for *row, one_off, annual in programme.published:
        sums = totals[tuple(row)]
        if sums != [one_off, annual]:
            reached = " and ".join(f"{float(pounds):,.2f}" for pounds in sums)
            faults.append(f"{row} come to {reached}, not {one_off:,} and {annual:,}")
    baseline = sum(weight(cell) for row in programme.tables["Baseline"] for cell in row[1:])
    if programme.published_baseline not in (None, baseline):
        faults.append(f"the baselines add up to {float(baseline):,.2f}")
    if faults:
        raise ValueError(f"{programme.folder}: {'; '.join(faults)}")


def work_out(programme: Programme) -> dict[tuple[Cell, ...], list[Fraction]]:
    """One-off and annual cashable, in pounds, by strand, organisation and scenario."""
    totals: dict[tuple[Cell, ...], list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    strands = {row[0]: row[1] for row in programme.tables["Services"]}
    steady_state = programme.setting("Steady-state year", programme.years[-1])
    for line, scenario, year, pounds in annual_amounts(programme):
        if line["Category"] in ONE_OFF:
            measure = 0
        elif line["Category"] in CASHABLE and year == steady_state:
            measure = 1
        else:
            continue
        shares = {"Total": pounds, **shared_out(pounds, weights_for(programme, line, year))}
        for organisation, share in shares.items():
            totals[strands[line["Service"]], organisation, scenario][measure] += share
    return totals


def annual_amounts(programme: Programme) -> Iterator[tuple[Line, str, str, Fraction]]:
    """Each line that counts, with scenario, year and its effect in that year in pounds."""
    for line in (line for each in programme.returns for line in each.lines):
        if line["Counted in"]:
            continue
        for scenario in programme.scenarios:
            entered = list(line.amounts.get(scenario) or line.amounts[""])
            entered += [0] * (len(programme.years) - len(entered))
            running = Fraction(0)
            for year, amount in zip(programme.years, entered, strict=True):
                running += amount
                yield line, scenario, year, running if programme.incremental else Fraction(amount)


def weights_for(programme: Programme, line: Line, year: str) -> ByPartner:
    """The partners' weights for a line in a year; none where the basis is not agreed."""
    service, codes = line["Service"], programme.codes
    usual = {row[0]: str(row[2]) for row in programme.tables["Services"]}
    basis = line["Basis"] or usual[service]
    if basis == "Not agreed":
        return {}
    if basis == "Direct":
        return {code: Fraction(code == line["Partner"]) for code in codes}
    if basis == "Equal":
        return dict.fromkeys(codes, Fraction(1))
    if basis in ("Baseline", "Programme baseline"):
        whole = basis == "Programme baseline"
        rows = [row[1:] for row in programme.tables["Baseline"] if whole or row[0] == service]
    else:
        rows = [driver_row(programme.tables["Drivers"], basis, service, year)]
    return {
        code: sum((weight(row[n]) for row in rows), Fraction(0)) for n, code in enumerate(codes)
    }


def driver_row(drivers: Rows, basis: str, service: str, year: str) -> Sequence[Cell]:
    """The latest row begun by that year; a row without a service serves those with no own row."""
    of_basis = [row for row in drivers if row[0] == basis]
    serving = [row for row in of_basis if row[1] == service] or [
        row for row in of_basis if not row[1]
    ]
    return max((str(row[2]), row[3:]) for row in serving if str(row[2]) <= year)[1]


def weight(cell: Cell) -> Fraction:
    return Fraction(str(cell or 0))


def shared_out(pounds: Fraction, weights: ByPartner) -> ByPartner:
    """Largest remainder at the penny, ties in partner order, the sign put back at the end."""
    pence, total = abs(pounds) * 100, sum(weights.values())
    quotas = {code: pence * part / total for code, part in weights.items()}
    shares = {code: quota // 1 for code, quota in quotas.items()}
    if quotas:
        by_remainder = sorted(quotas, key=lambda code: shares[code] - quotas[code])
        for code in by_remainder[: int(pence - sum(shares.values()))]:
            shares[code] += 1
    return {code: Fraction(share if pounds > 0 else -share, 100) for code, share in shares.items()}


# Writing the workbooks -----------------------------------------------------------------------

TITLE_ROW, ABOUT_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 3, 4
BLUE, GREY, LINE_GREY = "#1F3864", "#404040", "#BFBFBF"
MONEY: Final = '#,##0_);(#,##0);"-"_)'
WIDTHS: Final = {
    9: ("Line ref", "Risk ref", "Partner", "Funding", "Ref", "Impact", "RAG", "Year"),
    13: ("Project code", "Scenario", "Basis", "Confidence", "Due", "Date", "Criterion", "Forecast"),
    14: ("Planned", "Delivered", "Likelihood", "Baseline", "Target", "Business planning reference"),
    18: ("Setting", "Category", "Driver", "Status", "Counted in", "Signed off by", "Owner"),
    24: ("Project title", "Senior responsible officer", "Depends on"),
    34: ("Service",),
    60: ("Value", "Meaning", "Note", "Commentary"),
}
WIDTH_OF: Final = {heading: width for width, headings in WIDTHS.items() for heading in headings}
USUAL_WIDTH, NUMBER_WIDTH = 36, 13


class Book:
    """A workbook in the look of the samples, with a fixed date and nobody's name in it."""

    def __init__(self, path: Path, title: str, created: date) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        self.file.set_properties({"title": title, "created": datetime.combine(created, time(12))})
        self.title = title
        self.title_look = self.look(bold=True, font_size=14, font_color=BLUE)
        self.note_look = self.look(italic=True, font_color=GREY)
        heading = {"bold": True, "font_color": "white", "bg_color": BLUE, "text_wrap": True}
        self.heading_look = self.look(**heading, valign="vcenter", indent=1)
        self.number_heading_look = self.look(**heading, valign="vcenter", align="right", indent=1)
        self.text_look = self.cell_look(text_wrap=True, align="left", indent=1)
        self.date_look = self.cell_look(num_format="d mmm yyyy", align="left", indent=1)
        self.number_looks = {
            "count": self.cell_look(num_format="#,##0_)"),
            "exact": self.cell_look(num_format="0.00"),
            "money": self.cell_look(num_format=MONEY),
            "setting": self.cell_look(align="left", indent=1),
            "rate": self.cell_look(num_format="0.0%", align="left", indent=1),
        }

    def look(self, **properties: Any) -> Format:
        return self.file.add_format({"font_name": "Arial", "font_size": 10, **properties})

    def cell_look(self, **properties: Any) -> Format:
        return self.look(valign="top", border=1, border_color=LINE_GREY, **properties)

    def sheet(
        self,
        name: str,
        rows: Rows,
        *,
        headings: Sequence[str] = (),
        ours: Sequence[str] = (),
        about: str = "",
        numbers: str = "count",
        frozen: int = 0,
    ) -> Worksheet:
        """A sheet with title rows, one table and its panes frozen; `numbers` is their look."""
        sheet = self.file.add_worksheet(name)
        sheet.write_string(TITLE_ROW, 0, f"{self.title}: {name}", self.title_look)
        sheet.write_string(ABOUT_ROW, 0, about or SHEETS[name]["about"], self.note_look)
        sheet.set_row(HEADER_ROW, 30)
        headings = headings or SHEETS[name]["headings"]
        widths = []
        for column, heading in enumerate(headings):
            # Years and partners, which the programme names, head numbers.
            sheet_words = SHEETS.get(name, {"headings": []})
            known = [*sheet_words["headings"], *sheet_words.get("after_years", []), *ours]
            is_ours = heading in known
            counts = numbers != "setting" and rows and isinstance(rows[0][column], int | float)
            look = self.number_heading_look if counts or not is_ours else self.heading_look
            sheet.write_string(HEADER_ROW, column, heading, look)
            widths.append(WIDTH_OF.get(heading, USUAL_WIDTH) if is_ours else NUMBER_WIDTH)
            sheet.set_column(column, column, widths[-1])
        for row, cells in enumerate(rows, start=FIRST_ROW):
            # Excel fits a row to its wrapped text by itself, LibreOffice does not.
            wrapped = zip(map(str, cells), widths, strict=True)
            lines = max(len(textwrap.wrap(text, width * 6 // 5)) for text, width in wrapped)
            sheet.set_row(row, 4 + 13 * lines)
            for column, cell in enumerate(cells):
                self.write(sheet, row, column, cell, numbers)
        self.lay_out(sheet, sum(widths), frozen)
        return sheet

    def lay_out(self, sheet: Worksheet, width: int, frozen: int) -> None:
        """How the sheet is seen and printed."""
        sheet.hide_gridlines(2)
        sheet.freeze_panes(FIRST_ROW, frozen)
        # A measure such as 88% is text here, and needs no green corner in Excel.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(8 if width > 200 else 9)  # A3 or A4
        sheet.fit_to_pages(1 + width // 320, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.set_footer("&L&F&C&A&RPage &P of &N")

    def write(self, sheet: Worksheet, row: int, column: int, cell: Cell, numbers: str) -> None:
        if isinstance(cell, date):
            sheet.write_datetime(row, column, datetime.combine(cell, time()), self.date_look)
        elif isinstance(cell, int | float):
            rate = numbers == "setting" and 0 < cell < 1
            sheet.write_number(row, column, cell, self.number_looks["rate" if rate else numbers])
        else:
            sheet.write(row, column, cell, self.text_look)

    def totals(self, sheet: Worksheet, rows: Rows, columns: range) -> None:
        """A total row below the table, its formulas stored with their results."""
        below = FIRST_ROW + len(rows)
        look = self.look(bold=True, top=1, bottom=6, num_format=MONEY)
        sheet.write_string(below, 0, "Total", self.look(bold=True, align="left", indent=1))
        for column in columns:
            result = sum(cell for row in rows if isinstance(cell := row[column], int | float))
            letter = chr(ord("A") + column)
            formula = f"=SUM({letter}{FIRST_ROW + 1}:{letter}{below})"
            sheet.write_formula(below, column, formula, look, result)


def write_programme(programme: Programme, folder: Path) -> None:
    book = Book(folder / "programme.xlsx", programme.setting("Title"), programme.created)
    note = ["Note", programme.note, "Printed on the Notes sheet of every output"]
    for name, rows in programme.tables.items():
        if name == "Programme":
            book.sheet(name, [*rows, note], numbers="setting")
        else:
            ours = programme.headings_of(name)
            codes = programme.codes if name in ("Baseline", "Drivers") else ()
            numbers = "exact" if name == "Confidence" else "count"
            book.sheet(
                name,
                rows,
                headings=[*ours, *codes],
                ours=ours,
                about=programme.about.get(name, ""),
                numbers=numbers,
            )
    book.file.close()
    for each in programme.returns:
        write_return(each, programme, folder / each.file)


def write_return(each: Return, programme: Programme, path: Path) -> None:
    tables = dict(each.tables)
    cover = [*tables.pop("Cover"), ["Note", programme.note]]
    department = next(str(row[1]) for row in cover if row[0] == "Department")
    book = Book(path, department, programme.created)
    book.sheet("Cover", cover, numbers="setting")
    write_savings(book, each, programme)
    headings = SHEETS["Projects"]["headings"]
    projects = [[row.get(heading, "") for heading in headings] for row in each.projects]
    book.sheet("Projects", projects, frozen=3)
    for name, rows in tables.items():
        if name == "Delivery":
            amounts = [[in_units(cell, each.units) for cell in row] for row in rows]
            book.sheet(name, amounts, numbers="money")
        else:
            book.sheet(name, rows)
    book.file.close()


def write_savings(book: Book, each: Return, programme: Programme) -> None:
    """One row per line and scenario; a total row where there is one scenario to add up."""
    before, after = SHEETS["Savings"]["headings"], programme.after_years()
    years = programme.years
    rows: list[list[Cell]] = []
    for line in each.lines:
        for scenario, pounds in line.amounts.items():
            cells = {**line.cells, "Scenario": scenario}
            amounts = [in_units(amount, each.units) for amount in pounds]
            blanks = [""] * (len(years) - len(amounts))
            descriptive, remarks = (
                [cells.get(name, "") for name in part] for part in (before, after)
            )
            rows.append([*descriptive, *amounts, *blanks, *remarks])
    effect = "the change on the year before" if programme.incremental else "the effect in that year"
    about = (
        f"In {each.units}, {effect}. Costs are positive; savings and income are negative and stand "
        "in brackets."
    )
    if len(programme.scenarios) > 1:
        about += " A line without a scenario is the same in all of them."
    headings = [*before, *years, *after]
    sheet = book.sheet(
        "Savings", rows, headings=headings, ours=after, about=about, numbers="money", frozen=3
    )
    if each.remark:
        sheet.write_string(FIRST_ROW, 0, each.remark, book.note_look)
    if len(programme.scenarios) == 1 and len(rows) > 1:
        book.totals(sheet, rows, range(len(before), len(before) + len(years)))


def in_units(cell: Cell, units: str) -> Cell:
    return cell / 1000 if units == "£000" and isinstance(cell, int) else cell


def main(arguments: Sequence[str]) -> None:
    target = Path(arguments[0]) if arguments else DEFAULT_TARGET
    programmes = [read_programme(name) for name in PROGRAMMES]
    for programme in programmes:
        check(programme)
    for programme in programmes:
        write_programme(programme, target / programme.folder)
        print(f"{target / programme.folder}: programme.xlsx and {len(programme.returns)} returns")


if __name__ == "__main__":
    main(sys.argv[1:])
