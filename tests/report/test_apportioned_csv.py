"""data/apportioned.csv, byte for byte."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import strategies as st

from pipeline.core.results import Results
from pipeline.report import apportioned_csv as report_csv
from pipeline.report.apportioned_csv import csv_safe, pounds, write_apportioned
from pipeline.report.chunks import Chunks
from pipeline.report.columns import Piece
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


LINES = st.lists(
    st.tuples(
        st.none()
        | st.sampled_from(("", " ", ",", '"', "\n", "\r", "=1", "a,b", "None"))
        | st.text(max_size=8),
        st.integers(-(10**15), 10**15) | st.integers(-101, 101),
    ),
    min_size=1,
    max_size=30,
)


def parts_of(lines: list[tuple[str | None, int]]) -> Results:
    """A part of each line, of an amount in the first year and of 7 pence in the second."""
    parts = [
        fake.part(0, fake.NORTH, (pence, 7)) | {"line_ref": text, "project_code": text}
        for text, pence in lines
    ]
    return fake.results(apportioned=frame_of(APPORTIONED, parts, fake.YEARS))


@on_examples(80, LINES, quick=15)
def test_it_is_what_pythons_own_writer_would_write(rows: list[tuple[str | None, int]]) -> None:
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
        made = apportioned_csv(parts_of(rows))
    assert made == b"\xef\xbb\xbf" + stream.getvalue().encode()


@on_examples(80, st.tuples(LINES, LINES), quick=5)
def test_with_rows_of_the_last_one_it_is_what_it_would_be(
    lines: tuple[list[tuple[str | None, int]], list[tuple[str | None, int]]],
) -> None:
    """Whether some lines join the last report's, stand in their place, or none of them does."""
    before, others = lines
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_csv, "_TOGETHER", 4)
        last = Chunks()
        stream = io.BytesIO()
        write_apportioned(parts_of(before), stream, last)
        for now in (before, before + others, before[:4] + others, others + before):
            chunks, content = Chunks(last.by_key, stream), io.BytesIO()
            write_apportioned(parts_of(now), content, chunks)
            assert content.getvalue() == apportioned_csv(parts_of(now))
            if now == before:
                assert chunks.by_key == last.by_key


def test_only_rows_that_differ_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []
    joined = report_csv.joined

    def note(pieces: Sequence[Piece], number: int) -> str:
        rows.append(number)
        return joined(pieces, number)

    monkeypatch.setattr(report_csv, "_TOGETHER", 4)
    monkeypatch.setattr(report_csv, "joined", note)
    lines: list[tuple[str | None, int]] = [(f"L{place}", place + 1) for place in range(12)]
    last, stream = Chunks(), io.BytesIO()
    write_apportioned(parts_of(lines), stream, last)
    assert rows == [8, 8, 8]
    rows.clear()
    lines[5] = ("L5", 0)
    write_apportioned(parts_of(lines), io.BytesIO(), Chunks(last.by_key, stream))
    assert rows == [7]
