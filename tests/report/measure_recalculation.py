"""How long LibreOffice takes to recalculate a summary, against what ``live`` estimates.

    .venv/bin/python -m tests.report.measure_recalculation 1000 10000 50000

Each number is a number of lines; each line has two scenarios and three partners. The estimate is
of the processor's time that formulas add to loading and saving the same workbook without them.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.core.programme import Partner, Programme, Service
from pipeline.core.results import Results, issue_rows
from pipeline.core.source import SourceRef
from pipeline.model.controls import controls_table, model_controls
from pipeline.model.figures import appraisal, by_service, by_year, cube, summary
from pipeline.model.register import apportioned
from pipeline.report import formulas
from pipeline.report.books import programme_summary
from pipeline.report.excel.render import render
from pipeline.report.spec import Book
from schemas.model import MEASURES, REGISTER, SAID_OF_PARTS
from schemas.vocabulary import CATEGORIES
from tests.frames import frame_of
from tests.report import fake
from tests.report.libreoffice import recalculated

YEARS, SERVICES, PARTNERS = 5, 12, 3


def results(lines: int) -> Results:
    """A programme of so many lines, shared equally."""
    at = SourceRef("programme.xlsx")
    programme: Programme = fake.programme(
        years=tuple(range(2012, 2012 + YEARS)),
        steady_year=2012 + YEARS - 1,
        discount_rate=Fraction(35, 1000),
        partners=tuple(Partner(f"P{n}", f"Partner {n}") for n in range(PARTNERS)),
        services=tuple(
            Service(f"Service {n}", f"Strand {n % 3}", "Equal", at) for n in range(SERVICES)
        ),
    )
    place = np.arange(lines * 2)
    chance = np.random.default_rng(1)
    frame = frame_of(REGISTER, [{}] * len(place), programme.year_labels)
    for name in SAID_OF_PARTS:
        frame[name] = "x"
    frame["line_ref"] = [f"L-{n // 2}" for n in place]
    services = [programme.services[n // 2 % SERVICES] for n in place]
    frame["service"] = [service.name for service in services]
    frame["strand"] = [service.strand for service in services]
    frame["category"] = [CATEGORIES[n // 2 % len(CATEGORIES)] for n in place]
    frame["scenario"] = [programme.scenarios[n % 2] for n in place]
    frame["basis"] = "Equal"
    amounts = chance.integers(-(10**9), 10**9, (len(place), YEARS))
    for column, label in enumerate(programme.year_labels):
        frame[label] = amounts[:, column]
    frame["total_pence"] = amounts.sum(axis=1)
    for measure in MEASURES:
        frame[measure.column] = measure.of(frame["category"], amounts, programme.steady_index)
    frame = frame.assign(workbook="finance.xlsx", sheet="Savings", row=place, line=place)
    parts = apportioned(frame, programme)
    figures = cube(frame, parts, programme)
    whole_results: Results = fake.results(
        programme=programme,
        register=frame,
        apportioned=parts,
        excluded=frame.iloc[:0],
        summary=summary(figures),
        appraisal=appraisal(figures, frame, parts),
        by_year=by_year(figures),
        by_service=by_service(figures),
        shares=fake.frame(fake.share_rows()).iloc[:0].assign(**dict.fromkeys(programme.codes)),
        issues=issue_rows(()),
        narrative={},
    )
    nothing = np.zeros((0, YEARS), dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    whole_results.controls = controls_table(
        model_controls(nothing, none.astype(bool), none, whole_results)
    )
    return whole_results


def seconds(book: Book, folder: Path) -> tuple[float, float]:
    """The processor's time that writing it takes, and LibreOffice's."""
    start = time.process_time()
    path = folder / "book.xlsx"
    path.write_bytes(render(book))
    writing = time.process_time() - start
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    recalculated([path], folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return writing, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(sizes: Sequence[int]) -> None:
    """Prints a row for each size."""
    formulas.LIMIT_SECONDS = 10**9
    for lines in sizes:
        the_results = results(lines)
        book = programme_summary(the_results)
        values = replace(book, sheets=tuple(formulas.as_values(sheet) for sheet in book.sheets))
        with tempfile.TemporaryDirectory() as folder:
            plain, live_ = (seconds(each, Path(folder)) for each in (values, book))
        estimate = formulas.recalculation_seconds(book.sheets)
        print(
            f"{lines:8,} lines, {len(the_results.apportioned):9,} parts: "
            f"written in {plain[0]:6.1f} s as values, {live_[0]:6.1f} s live; "
            f"LibreOffice {plain[1]:6.1f} s and {live_[1]:6.1f} s: "
            f"{live_[1] - plain[1]:6.1f} s more, estimated {estimate:6.1f} s"
        )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000])
