"""What the model gives to the report: tidy frames, amounts in pence, and the issues.

Organisations are named as printed: ``Total programme``, the partners' names in reporting order,
``Not yet apportioned`` where there is any such amount. Year columns bear the years' labels.
"""

from dataclasses import dataclass, field

import pandas as pd

from pipeline.core.issue import Issue
from pipeline.core.programme import Programme
from pipeline.core.returns import TableSource
from pipeline.core.versions import Versions


@dataclass(frozen=True)
class Subject:
    """What a control of the model's tables compares with the register, so that the workbook can
    compute it again.

    ``table`` is the name of the output table, ``measure`` a measure of it (for Apportioned a
    year; empty: all of them). ``whole``: the total programme's rows, else those of the partners
    and of what is not yet apportioned. ``together``: the rows of all strands, else each strand's.
    ``year``: of By_year one year alone, else all years.
    """

    table: str
    scenario: str = ""
    measure: str = ""
    whole: bool = True
    together: bool = True
    year: str = ""


@dataclass
class Delivery:
    """What the returns say has become of the lines; in each frame amounts in pence, costs positive,
    the effect in the year: plan_pence, and forecast_pence, delivered_pence and variance_pence
    (forecast less plan), None where no row states a forecast or what is delivered.

    ``lines``: a row per line and year, in register order: line_ref, description, service, year
    (label), the amounts, rag, commentary, workbook, sheet, row; register_row (the line's place in
    ``register``, in the plan scenario where it is in it), sign (-1 where the return enters the
    amounts the other way round, else 1).

    ``parts``: ``lines`` by partner: delivery_row (place in ``lines``), line_ref, description,
    service, year, partner (code, empty where not yet apportioned), organisation, the amounts,
    rag. Parts that are nil throughout are left out.

    ``tracker``: service (``All services`` in the last row of each year), year, the amounts, a
    count for each RAG value, not_rated, no_forecast (rows without one, which no variance counts).

    ``organisations``: organisation, year, the amounts, the counts of ``tracker`` (of the lines in
    which it has a part): the programme, the partners, what is not yet apportioned where there is
    any.

    ``due``: the lines of the plan scenario that have an amount in ``due_year`` (label; empty where
    nothing is reported) and no row in ``lines``: line_ref, description, service, year, plan_pence.

    ``left_out``: rows that are not in ``lines``: line_ref, year, forecast_pence and
    delivered_pence (as entered, savings sign and all), rag, commentary, reason, workbook, sheet,
    row.
    """

    lines: pd.DataFrame
    parts: pd.DataFrame
    tracker: pd.DataFrame
    organisations: pd.DataFrame
    due: pd.DataFrame
    left_out: pd.DataFrame
    due_year: str = ""


@dataclass
class Results:
    """One programme's figures.

    ``register``: one row per line and scenario in the model, in register order: line_ref,
    project_code, description, service, strand, category, scenario, basis (as applied), partner,
    funding, owner, confidence, notes, a column of pence per year, total_pence, workbook, sheet,
    row, line (the record's number: rows of one record share it), savings_positive, incremental,
    pounds_per_unit (as its return enters amounts), source (place in ``tables``).

    ``apportioned``: the same lines by partner: register_row (place in ``register``), line_ref,
    project_code, description, service, strand, category, scenario, basis, partner (code, empty
    where not yet apportioned), organisation (name), years, total_pence, workbook, sheet, row.

    ``excluded``: as ``register``, with counted_in.

    ``summary``: strand, organisation, scenario, one_off_pence, annual_cashable_pence,
    payback_years (Fraction or None), return_on_investment (text, the same in each scenario).

    ``appraisal``: organisation, scenario, one_off_pence, annual_cashable_pence, payback_years,
    break_even_year (label or None), net_present_pence.

    ``by_year``: organisation, scenario, measure, years, total_pence (None for the cumulative).

    ``by_service``: strand, service, organisation, scenario, one_off_pence,
    annual_cashable_pence.

    ``shares``: service, basis, year (label), one column per partner code (float 0 to 1, None
    where not apportioned), evidence (the cells that the weights come from, or why there are none).

    ``controls``: control, unit (``pence`` or ``count``), expected, actual (whole numbers),
    subject (a Subject; None where the figures are of the intake).

    ``sources``: workbook, sha256, department, status, rows_read, accepted, rejected, excluded
    (None where not read), result.

    ``project_appraisal``: project (ref key of its code, empty for the lines without a business
    case), return_on_investment and the columns of ``appraisal``; ``project_years``: project and
    the columns of ``by_year``. Of the whole project (as ``Total programme``), in the former also
    of the organisations that have a part in it.

    ``rejected_pence``: the money of rejected rows, as entered, all years and scenarios together.

    ``narrative``: Projects, Risks, Benefits, Dependencies, Milestones, Assumptions where there is
    anything: the table's fields by name, workbook, sheet, row.

    ``switching``: change, until, scenario, amount_pence, switching (Fraction or None), reason;
    ``largest_lines``: description, scenario, line_ref, rank, category, service, net_present_pence
    (see pipeline.model.sensitivity).

    ``delivery``: None where no return says anything of it.

    ``left_out``: rows of Savings in no total: line_ref, scenario (missing: all), rejected (else
    excluded), heading, value, where (of the cell for which; heading empty for a whole return).

    ``tables``: those that the rows of Savings stand in.

    ``versions``: the versions issued so far, and what moved since the last one.
    """

    programme: Programme
    register: pd.DataFrame
    apportioned: pd.DataFrame
    excluded: pd.DataFrame
    summary: pd.DataFrame
    appraisal: pd.DataFrame
    by_year: pd.DataFrame
    by_service: pd.DataFrame
    shares: pd.DataFrame
    controls: pd.DataFrame
    sources: pd.DataFrame
    project_appraisal: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"project": []}))
    project_years: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"project": []}))
    rejected_pence: int = 0
    narrative: dict[str, pd.DataFrame] = field(default_factory=dict)
    switching: pd.DataFrame = field(default_factory=pd.DataFrame)
    largest_lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    delivery: Delivery | None = None
    issues: list[Issue] = field(default_factory=list)
    left_out: pd.DataFrame = field(default_factory=pd.DataFrame)
    tables: list[TableSource] = field(default_factory=list)
    versions: Versions = field(default_factory=Versions)
