"""data/apportioned.csv, byte for byte."""

import csv
import io

import pytest
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.report import apportioned_csv as report_csv
from pipeline.report.apportioned_csv import csv_safe, pounds, write_apportioned
from schemas.model import APPORTIONED
from schemas.outputs import APPORTIONED_CSV
from tests.frames import frame_of
from tests.long import on_examples
from tests.report import fake


def apportioned_csv(results: Results) -> bytes:
    stream = io.BytesIO()
    write_apportioned(results, stream)
    return stream.getvalue()


def test_the_bytes() -> None:
    content = apportioned_csv(fake.results())
    assert content.startswith(b"\xef\xbb\xbfline_ref,project_code,service,strand,category,")
    lines = content.decode("utf-8-sig").split("\r\n")
    head = "FIN-01,P1,Finance,Corporate,Cashable saving,Best case,Baseline"
    assert lines[0].endswith(",scenario,basis,partner,year,amount")
    assert lines[1:5] == [
        f"{head},NORTH,2012/13,-60.01",
        f"{head},NORTH,2013/14,-120.02",
        f"{head},SOUTH,2012/13,-40.00",
        f"{head},SOUTH,2013/14,-80.01",
    ]
    assert lines[-3:] == [
        "FLT-01,P1,Fleet,Blueprints,Cashable saving,Best case,Not agreed,,2012/13,-1234.56",
        "FLT-01,P1,Fleet,Blueprints,Cashable saving,Best case,Not agreed,,2013/14,-2345.67",
        "",
    ]


def test_nil_shares_are_left_out() -> None:
    rows = list(csv.DictReader(io.StringIO(apportioned_csv(fake.results()).decode("utf-8-sig"))))
    assert len(rows) == 11
    assert [row["year"] for row in rows if row["line_ref"] == "FIN-02"] == ["2012/13"]


def test_everything_adds_up_in_pence() -> None:
    rows = csv.DictReader(io.StringIO(apportioned_csv(fake.results()).decode("utf-8-sig")))
    pence = sum(int(row["amount"].replace(".", "")) for row in rows)
    assert pence == sum(part["total_pence"] for part in fake.PARTS)


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (180_400, "1804.00"),
        (-100_000_000_000_01, "-100000000000.01"),
    ],
)
def test_pounds_are_made_without_floats(pence: int, text: str) -> None:
    assert pounds(pence) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\n=1"),
        ("A=1", "A=1"),
        ("", ""),
        ("bell\x07", "bell\ufffd"),
    ],
)
def test_no_text_is_taken_for_a_formula(text: str, safe: str) -> None:
    assert csv_safe(text) == safe


def test_quotes_commas_and_breaks_survive() -> None:
    odd = 'A "quoted", text\nover two lines'
    parts = frame_of(APPORTIONED, fake.PARTS, fake.YEARS).assign(line_ref=odd, project_code=None)
    content = apportioned_csv(fake.results(apportioned=parts))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {row["line_ref"] for row in rows} == {odd}
    assert {row["project_code"] for row in rows} == {""}


@on_examples(
    80,
    st.lists(
        st.tuples(
            st.none() | st.sampled_from(("", " ", ",", '"', "\n", "\r", "=1", "a,b", "None"))
            | st.text(max_size=8),
            st.integers(-(10**15), 10**15) | st.integers(-101, 101),
        ),
        min_size=1,
        max_size=30,
    ),
    quick=15,
)  # fmt: skip
def test_it_is_what_pythons_own_writer_would_write(rows: list[tuple[str | None, int]]) -> None:
    parts = [
        fake.part(0, fake.NORTH, (pence, 7)) | {"line_ref": text, "project_code": text}
        for text, pence in rows
    ]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(APPORTIONED_CSV)
    for text, pence in rows:
        safe = csv_safe(text or "")
        head = (safe, safe, "Finance", "Corporate", "Cashable saving", "Best case", "Baseline")
        for year, amount in zip(fake.YEARS, (pence, 7), strict=True):
            if amount:
                writer.writerow((*head, "NORTH", year, pounds(amount)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_csv, "_TOGETHER", 8)
        made = apportioned_csv(fake.results(apportioned=frame_of(APPORTIONED, parts, fake.YEARS)))
    assert made == b"\xef\xbb\xbf" + stream.getvalue().encode()
