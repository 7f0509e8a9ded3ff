"""A programme that somebody wrote to do harm, reported as a user would: nothing runs, nothing is
fetched, nothing leaves its folder, and every text is still there to be read."""

import contextlib
import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from pipeline.core.text import plain_text
from pipeline.report.safe import CELL_CHARACTERS, visible
from tests.builders import Programme, Return, read_tables
from tests.end_to_end.commands import contents, started
from tests.hostile import bombs
from tests.hostile.formats import OFFICE, ods, relations, rows_xml, worksheet, xlsx_parts, zipped

TEXTS = (
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://127.0.0.1:9/\",\"Total\")",
    "=WEBSERVICE(\"http://127.0.0.1:9/\")",
    "+1+1",
    "@SUM(A1)",
    "{=1+1}",
    "http://127.0.0.1:9/",
    "mailto:a@example.org",
    "internal:Summary!A1",
    "external:c:/a.xlsx",
    "file:///etc/passwd",
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp; ]]>",
    "_x0041_",
    "bell \x07 and escape \x1b[31m",
    "right \u202e to \u2066 left",
    "[red]markup[/red] [/]",
    "{workbook} {0} %s",
    "'quoted",
    "../../outside.xlsx",
    "😀 \N{COMBINING ACUTE ACCENT}",
    "x" * CELL_CHARACTERS,
)  # fmt: skip
# Names that a file may have here; each is a return of its own department.
NAMES = (
    "=1+1.xlsx",
    "CON.xlsx",
    "nul .xlsx",
    "a'b\"c & <d>.xlsx",
    "😀/[red]x[/red].xlsx",
    "line\nbreak.xlsx",
    "right\u202exslx.xlsx",
    "-rf --help.xlsx",
    "back\\slash.xlsx",
    "%TEMP%;$HOME`id`.xlsx",
    "x../y...xlsx",
)
NOT_UTF8 = b"caf\xe9.xlsx"
CODES = ("P/1", "P:1", "P?1", "p*1", "History", "Projects", "'", "C" * 40 + "1", "C" * 40 + "2")

# What a process does with the network, and with the file outside: told, and refused.
GUARD = """
import os, sys
def told(event, arguments):
    network = event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby",
                                "socket.sendto", "urllib.Request", "webbrowser.", "ftplib."))
    outside = event == "open" and "canary4711" in os.path.basename(str(arguments[0]))
    started = event in ("os.system", "os.startfile", "os.exec")
    if network or outside or started:
        with os.fdopen(os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a") as log:
            log.write(f"{{event}} {{arguments}}\\n")
        raise PermissionError(f"{{event}} is not for this test")
sys.addaudithook(told)
import platform, socket
socket.gethostname = platform.node = lambda: {computer!r}
"""
USER, COMPUTER, AUTHOR = "planted.user", "planted-computer", "Planted Author"


def hostile_inputs(folder: Path, secret: Path) -> None:
    programme = Programme(title=TEXTS[0], reference="../../../outside", marking="&A &Z <b>")
    programme.partner("CON", "=1+1")
    programme.partner("LPT1", "http://127.0.0.1:9/")
    services = ("=2+2", "[Total]", '@Fleet\'s "own"')
    for service in services:
        programme.service(service, "+Strand'", "Baseline")
        programme.baseline(service, CON=600, LPT1=400)
    for name in ("Scenarios",):
        programme.sheets["Programme"].add({"Setting": name, "Value": "=Best, -Worst"})
    programme.write(folder)
    for number, name in enumerate(NAMES):
        one = Return(f"={number}+1")
        one.cover("Prepared by", TEXTS[number])
        one.line([100 + number, "TBC"], service=services[number % 3])
        one.write(folder, name)
        _sign(folder / name)
    texts = Return("Texts")
    for number, text in enumerate(TEXTS):
        texts.line(
            [number + 1, 0, -1],
            service=services[number % 3],
            description=text,
            owner=text,
            notes=text,
            **{"Project code": CODES[number % len(CODES)]},
        )
        texts.line([5], line_ref=f"={number}+1", service=text, counted_in=text[:50])
    texts.line([7], line_ref="OUT", service=services[0], counted_in="=1+1")
    for code, text in zip(CODES, TEXTS, strict=False):
        texts.project(code, text, **{"Brief description": text, "Options study": TEXTS[-1]})
        texts.add("Risks", **{"Risk ref": "=1", "Project code": code, "Risk": text})
    texts.sheet("=cmd", [["=1"]])
    texts.write(folder, "texts.xlsx")
    _harmful(folder)
    plain = Return("Not UTF-8")
    plain.line([1], service=services[0])
    content = plain.write(folder, "plain.xlsx").read_bytes()
    (folder / "plain.xlsx").unlink()
    # A system whose names are all Unicode has no such file.
    with contextlib.suppress(OSError, UnicodeError):
        (folder / NOT_UTF8.decode("utf-8", "surrogateescape")).write_bytes(content)
    secret.write_bytes(content)
    (folder / "link.xlsx").symlink_to(secret)
    (folder / "linked").symlink_to(secret.parent)


def _sign(path: Path) -> None:
    """Name an author in the properties of a return, and where it was last saved."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = parts["docProps/core.xml"]
    parts["docProps/core.xml"] = re.sub(
        rb"(?s)<dc:creator>.*?</dc:creator>|<dc:creator */>",
        f"<dc:creator>{AUTHOR}</dc:creator>".encode(),
        core,
    )
    assert AUTHOR.encode() in parts["docProps/core.xml"]
    path.write_bytes(zipped(parts))


def _harmful(folder: Path) -> None:
    """Bombs, references to what is elsewhere, and sheets and parts whose names lead outside."""
    rows = rows_xml([["Line ref", "Description", "Service", "Category", "2012/13"],
                     ["E-1", "A line", "[Total]", "One-off cost", "TBC"]])  # fmt: skip
    parts = xlsx_parts({"Savings": worksheet(rows), "../../outside": worksheet("")})
    target = "http://127.0.0.1:9/other.xlsx"
    external = relations(("r1", f"{OFFICE}/externalLinkPath", target)).replace(
        "/></", ' TargetMode="External"/></'
    )
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = external
    parts["xl/externalLinks/externalLink1.xml"] = "<externalLink/>"
    parts["../../../outside.txt"] = "slipped"
    parts["/tmp/outside-slipped.txt"] = "slipped"
    (folder / "references.xlsx").write_bytes(zipped(parts))
    (folder / "laughs.xlsx").write_bytes(bombs.billion_laughs())
    (folder / "entity.xlsx").write_bytes(bombs.outside_entity())
    (folder / "far.xlsx").write_bytes(bombs.far_cell())
    sheets = {"Savings": [["Line ref", "Description", "Service", "Category", "2012/13"],
                          ["O-1", "=1+1", "[Total]", "One-off cost", 3]]}  # fmt: skip
    (folder / "open.ods").write_bytes(ods(sheets))


class Reported:
    """The hostile programme, reported once."""

    def __init__(self, folder: Path) -> None:
        self.inputs = folder / "inputs" / "=programme"
        self.outputs = folder / "outputs"
        self.secret = folder / "elsewhere" / "canary4711.xlsx"
        self.log = folder / "guard.log"
        for made in (self.inputs, self.secret.parent, folder / "guard"):
            made.mkdir(parents=True)
        hostile_inputs(self.inputs, self.secret)
        (folder / "guard" / "sitecustomize.py").write_text(
            GUARD.format(log=str(self.log), computer=COMPUTER)
        )
        before = contents(self.inputs.parent)
        self.said = started(
            "report", "--inputs", folder / "inputs", "--outputs", self.outputs,
            USER=USER, LOGNAME=USER, USERNAME=USER, HOSTNAME=COMPUTER,
            PYTHONPATH=f"{folder / 'guard'}:{Path(__file__).parent.parent.parent}",
        )  # fmt: skip
        assert contents(self.inputs.parent) == before
        self.reports = self.outputs / "=programme"
        self.files = {p.relative_to(self.reports).as_posix(): p.read_bytes()
                      for p in self.reports.rglob("*") if p.is_file()}  # fmt: skip
        self.around = {path.name for path in folder.iterdir()}

    def books(self) -> Iterator[tuple[str, bytes]]:
        """The workbooks that are ours alone: a checked copy is the return's own package."""
        for name, content in self.files.items():
            if name.endswith(".xlsx") and not name.startswith("returns/"):
                yield name, content


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    return Reported(tmp_path_factory.mktemp("hostile"))


def test_it_is_reported_and_nothing_is_fetched_or_started(reported: Reported) -> None:
    assert reported.said.returncode == 0, reported.said.stderr
    assert "Traceback" not in reported.said.stderr
    assert "\x1b" not in reported.said.stdout + reported.said.stderr
    assert not reported.log.exists(), reported.log.read_text()
    assert "programme-summary.xlsx" in reported.files


def test_nothing_is_written_outside_the_reports(reported: Reported) -> None:
    assert reported.around == {"inputs", "outputs", "elsewhere", "guard"}
    assert [path.name for path in reported.outputs.iterdir()] == ["=programme"]
    assert not Path("/tmp/outside-slipped.txt").exists()
    packs = {name for name in reported.files if name.startswith("partners/")}
    stems = {Path(name).stem.casefold() for name in packs}
    assert len(packs) == 2
    assert not stems & {"con", "lpt1"}


def test_a_link_out_of_the_inputs_is_told_and_not_followed(reported: Reported) -> None:
    sources = read_tables(reported.reports / "programme-summary.xlsx")["Sources"]
    results = {row["Workbook"]: row["Result"] for row in sources}
    assert results["link.xlsx"] == "Not read: a link that leads out of the inputs"
    assert results["linked"] == "Not read: a link that leads out of the inputs"
    assert results["caf\ufffd.xlsx"].endswith("rename the file")
    for name in ("laughs.xlsx", "entity.xlsx", "far.xlsx"):
        assert str(results[name]).startswith("Not read: ")
    digest = hashlib.sha256(reported.secret.read_bytes()).hexdigest().encode()
    assert not any(digest in content for content in reported.files.values())


def test_every_return_is_read_whatever_its_name(reported: Reported) -> None:
    sources = read_tables(reported.reports / "programme-summary.xlsx")["Sources"]
    results = {str(row["Workbook"]): str(row["Result"]) for row in sources}
    for name in (*NAMES, "texts.xlsx", "open.ods"):
        assert results[visible(name)].startswith("Read"), name
    copies = {name.removeprefix("returns/") for name in reported.files}
    assert copies >= {*NAMES, "texts.xlsx", "references.xlsx"}


def test_no_text_becomes_a_formula_a_link_or_markup(reported: Reported) -> None:
    for name, content in reported.books():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                assert not re.search(r"externalLink|vba|connections|queryTable", part), (name, part)
                if part.endswith((".xml", ".rels")):
                    xml = archive.read(part)
                    ElementTree.fromstring(xml)
                    for target in re.findall(rb'Target="([^"]*)" TargetMode="External"', xml):
                        assert re.fullmatch(rb"\.\.\\\.\.\\inputs\\[^:/#<>]+", target), target
                    assert b"<ddeLink" not in xml, (name, part)
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert re.fullmatch(r"[^\[\]:*?/\\]{1,31}", sheet.title)
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        assert_ours(str(getattr(cell.value, "text", cell.value)))


REACHING_OUT = re.compile(
    r"\b(CALL|CUBE\w*|DDE|ENCODEURL|EXEC|FILTERXML|HYPERLINK|IMAGE|INDIRECT|REGISTER(\.ID)?|RTD|"
    r"SQL\.REQUEST|WEBSERVICE)\("
)


def assert_ours(formula: str) -> None:
    """Names of columns, texts and sheets left aside, a formula reaches for nothing outside, and
    the texts of the returns are no part of it."""
    bare = re.sub(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'!|\[(?:'.|[^\]])*\]", "", formula)
    assert not REACHING_OUT.search(bare), formula
    assert "|" not in bare, formula
    assert not any(text in bare for text in TEXTS), formula


def test_every_text_is_there_to_be_read(reported: Reported) -> None:
    register = read_tables(reported.reports / "programme-summary.xlsx")["Register"]
    shown = {" ".join(str(row["Description"]).split()) for row in register}
    assert {" ".join(visible(plain_text(text)).split()) for text in TEXTS} <= shown
    cases = openpyxl.load_workbook(io.BytesIO(reported.files["business-cases.xlsx"]))
    assert len({name.casefold() for name in cases.sheetnames}) == len(CODES) + 1


def test_the_csv_opens_safely(reported: Reported) -> None:
    text = reported.files["data/apportioned.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) > len(TEXTS)
    for row in rows:
        for cell in row[:-1]:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert all(re.fullmatch(r"-?\d+\.\d\d", row[-1]) for row in rows[1:])


def test_no_output_says_who_or_where_made_it(reported: Reported) -> None:
    """No user, computer, folder or author in any part of any file, hidden ones included."""
    folder = str(reported.inputs.parent.parent)
    planted = [word.encode() for word in (USER, COMPUTER, AUTHOR, folder, str(Path.home()))]
    for name, content in reported.files.items():
        parts = {"": content}
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts |= {part: archive.read(part) for part in archive.namelist()}
        for part, raw in parts.items():
            for word in planted:
                assert word not in raw, (name, part, word)
