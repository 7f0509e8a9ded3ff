"""Notes: how to read the figures; and the data dictionary, from the schemas."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from pipeline.core.bases import SHARED_BY
from pipeline.core.money import rate_text, unit_name
from pipeline.core.phrases import in_words, sentence
from pipeline.core.programme import Partner, Programme
from pipeline.core.years import span_text, year_label
from pipeline.report import formulas
from pipeline.report.spec import Column, Purpose, Sheet, Table
from pipeline.report.wording import book_title, price_base, weighing
from schemas.fields import Field, Setting
from schemas.fields import Table as Schema
from schemas.outputs import OUTPUT_TABLES, OutputTable, Show
from schemas.programme import PROGRAMME_TABLES
from schemas.returns import RETURN_TABLES
from schemas.vocabulary import (
    ALL_STRANDS,
    ANNUAL_CASHABLE,
    ANNUAL_MEASURE,
    ANNUAL_SAVINGS,
    CATEGORIES,
    COSTS,
    NET_CASHABLE,
    NON_CASHABLE,
    NOT_STATED,
    NOT_YET_APPORTIONED,
    ONE_OFF,
    ONE_OFF_COSTS,
    ONE_OFF_MEASURE,
    PAYBACK_MEASURE,
    SAVINGS_AND_INCOME,
    TOTAL_PROGRAMME,
    in_sentence,
)

NAME, DICTIONARY = "Notes", "Data dictionary"

Note = tuple[str, str]


def _words(words: Iterable[str]) -> str:
    return ", ".join(words)


SWITCHING: Note = (
    "Switching value",
    f"By which part of themselves {in_sentence(ONE_OFF_COSTS)} may rise, or "
    f"{in_sentence(ANNUAL_SAVINGS)} fall, in every year and all else staying, before payback "
    "passes the Payback limit or the net present saving is gone. In brackets where that point is "
    f"passed already. Of {TOTAL_PROGRAMME} alone.",
)
SETTLEMENT: Note = (
    "Who pays whom",
    "Where lines name the partner in whose books their amounts fall (Paid by). In its books: the "
    f"lines that it pays; its share: its parts of all such lines, of {_words(NET_CASHABLE)} alone, "
    "as far as they are apportioned. Books less share is to receive, below nil to pay, and comes "
    "to nil over all partners in each scenario and year. Payments: whoever owes most pays whoever "
    "is owed most, until all are even, so that nobody both pays and is paid. Figures are formulas, "
    "payments values: where the figures are changed, a control says that they no longer clear.",
)
SHARE_CHANGES: Note = (
    "Shares that change",
    "A row of weights holds from its day until the next dated row. A year in which weights change "
    "is shared by days: each partner's part is its share in each part of the year times that "
    "part's days, over the days of the year (1 April to 31 March), exactly. Where a year has an "
    "Estimate and an Actual, the two are compared by their shares over the year: the Actual holds "
    "where any partner's differs by more than Share tolerance, else the Estimate; without that "
    "setting the Actual always holds.",
)
LINKS: Note = (
    "Links to the returns",
    "In Register, the name of a workbook is a link to the row of the return, found by its place "
    "relative to this file. It opens where inputs and outputs stand side by side as they did when "
    "the report was made; in a copy elsewhere, and in an issued version, it leads nowhere. A "
    "spreadsheet program may ask before it opens another file.",
)
NO_LINKS: Note = (
    "Links to the returns",
    "Register has more lines than a sheet may have links, so it has none.",
)


def sheet(
    programme: Programme,
    partner: Partner | None = None,
    path: str = "",
    *,
    is_live: bool = True,
    settles: bool = False,
    changes: bool = False,
    links: Note | None = None,
) -> Sheet:
    """What every figure means and how it is computed; ``is_live``: by formulas. ``path``: of a
    partner's pack. ``settles``: whether lines say who pays them; ``changes``: whether any share
    changes within a year, or has an Estimate and an Actual. ``links``: what is to be said of
    links to the returns."""
    notes = [*_programme_notes(programme), *_figures(programme, partner)]
    notes += _apportionment(partner, PurePosixPath(path).stem, settles=settles)
    notes += [SETTLEMENT] if settles else []
    notes += [SHARE_CHANGES] if changes else []
    notes += [] if partner else [SWITCHING]
    notes += _reading(programme, partner)
    notes += _audit(partner, settles=settles) if is_live else _values()
    notes += _filters(programme, partner)
    notes += [links] if links else []
    return Sheet(
        NAME,
        "Notes: what the figures mean and how they are computed",
        (
            Table(
                "Notes",
                (
                    Column("Term", [name for name, _ in notes], width=28),
                    Column("What it means", [text for _, text in notes], Show.LONG_TEXT, 100),
                ),
                description="Definitions and methods",
            ),
        ),
        (f"{book_title(programme, partner)}.",),
        answer=f"{len(notes)} terms are explained.",
        note="What do the figures mean, and how are they computed?",
        keep_columns=1,
        purpose=Purpose.CHECKS,
    )


def _programme_notes(programme: Programme) -> list[Note]:
    return [("About this programme", programme.note)] if programme.note else []


def _figures(programme: Programme, partner: Partner | None) -> list[Note]:
    exact = "Lines" if partner else "Register, Apportioned, Excluded and Controls"
    steady = year_label(programme.steady_year)
    labels = programme.year_labels
    profile = (
        "Returns state the change on the year before (incremental) unless their Cover says "
        "otherwise; an annual amount is the running total of the changes, one-off categories too."
        if programme.incremental
        else "Returns state the effect in each year (annual) unless their Cover says otherwise; "
        "the annual amount of an incremental return is the running total of its changes."
    )
    return [
        (
            "Sign",
            "Costs are positive; savings and income are negative and printed in brackets: "
            f"(1,804) is a saving of 1,804. Positive throughout are {in_words(COSTS)}; "
            f"brackets are usual for {_words(SAVINGS_AND_INCOME)}.",
        ),
        (
            "Units",
            "Summary, By year, By service and Appraisal are shown in "
            f"{unit_name(programme.report_unit)}; {exact} in £ and pence. Every cell holds full "
            "pounds, so copied figures are exact. Shown figures are rounded one by one and may "
            "not add up; the cells do, to the penny.",
        ),
        ("Price base", sentence(price_base(programme))),
        ("Amounts by year", profile),
        ("Scenarios", f"{_words(programme.scenarios)}. A line that names none is in all of them."),
        ("One-off", f"{_words(ONE_OFF)}, added up over {labels[0]} to {labels[-1]}."),
        (
            "Annual cashable",
            f"{_words(ANNUAL_CASHABLE)}, added up in {steady}, the steady-state year: the full "
            "annual cashable savings once they are established.",
        ),
        ("Net cashable", f"{_words(NET_CASHABLE)}, added up in a year."),
        (
            "Non-cashable",
            f"{sentence(in_sentence(NON_CASHABLE))} are shown, and never added to cashable ones.",
        ),
        (
            "Payback years",
            "One-off divided by the annual cashable saving, not rounded. 0.00 where there is no "
            "one-off cost to pay back; blank where nothing is saved to pay it back (no payback) "
            "or where both are nil (nothing to pay back).",
        ),
        (
            "Return on investment",
            "The band of payback years over the scenarios, in whole years: the low end is 0 below "
            "one year, else rounded up; the high end is rounded up. “No payback” stands for the "
            "scenarios that have none, “n/a” where there is nothing to pay back.",
        ),
        (
            "Break-even year",
            "The first year from which the running total of net cashable is nil or a saving and "
            "stays so to the last year. Blank where there is none, or where all years are nil.",
        ),
        (
            "Net present cost / (saving)",
            "Net cashable of each year divided by (1 + rate) to the power of the years since "
            f"{labels[0]}, added up; the rate is {rate_text(programme.discount_rate)} a year. Each "
            "figure is computed for itself and rounded to the penny.",
        ),
        (
            "Delivery",
            "Where returns report it: plan is the line's amount in the year under "
            f"{programme.plan_scenario}; variance is forecast less plan, above zero adverse, and "
            "blank without a forecast. Of several rows on one line and year that of the return "
            "with the latest date counts. Forecast and delivered amounts are shared over the "
            "partners as the line is, by its weights in that year. Cashable "
            f"({in_sentence(ANNUAL_CASHABLE)}), one-off and non-cashable amounts are never added. "
            "A row on a line without a row in the plan scenario that is in the figures is left "
            "out. Overdue: a saving or income of a year that is over, by the latest date of a "
            "return or by what is reported, of which less than planned is delivered and which is "
            "not Blue.",
        ),
        *([_risk_weighted(programme)] if programme.confidence else []),
        *([_BUDGET] if programme.gap else []),
        *([_tags(programme)] if programme.tags and not partner else []),
    ]


def _risk_weighted(programme: Programme) -> Note:
    return (
        "Risk-weighted",
        f"In Tracker and Delivery the forecast, {weighing(programme)} A RAG value counts where the "
        "sheet Confidence rates any RAG value, for it is newer than the line's Confidence. In "
        "Appraisal annual cashable, by Confidence alone; partners' may differ from the programme's "
        "by pennies.",
    )


_BUDGET: Note = (
    "Budget",
    "The table that goes into a medium-term plan: what changes on the year before. One-off costs "
    "and savings count in their year and are reversed in the next one; recurring amounts change by "
    "what they are more than in the year before. Running totals are the effects in By year. Gap "
    "after is the gap before with both added; the one-off share is the part of what is closed so "
    "far that rests on one-offs: nil where they are a cost, all of it where recurring amounts are "
    "one, blank where nothing is closed. A partner that the sheet Gap leaves out has none.",
)


def _tags(programme: Programme) -> Note:
    headings = _words(tag.heading for tag in programme.tags)
    return (
        "By tag",
        f"The columns of our own on Savings: {headings}. Each line is in one value of a list, or "
        f"{NOT_STATED}; so the values of each list add up to {TOTAL_PROGRAMME}. Numbers are in no "
        "unit of money and are counted to the thousandth, half away from nil; each is shared as "
        f"its line is in {year_label(programme.steady_year)}, thousandths by the largest "
        "remainder.",
    )


def _apportionment(partner: Partner | None, file: str, *, settles: bool) -> list[Note]:
    notes = [
        (
            "Apportionment",
            "Each line's annual amount is shared over the partners by the line's basis, else its "
            f"service's. The basis is one of {_words(SHARED_BY)}, or a cost driver. "
            f"{'; '.join(f'{basis}: {how}' for basis, how in SHARED_BY.items())}; a driver: by its "
            "weights. Weights may change from a year on.",
        ),
        (
            "To the penny",
            "Largest remainder: each share is the exact quota of the amount rounded down to the "
            "penny, and the pennies left go one each to the largest remainders, ties in the "
            "partners' order. So the shares of a line always add up to it.",
        ),
    ]
    if partner:
        also = ", what it pays of others' shares, its payments with their names" if settles else ""
        return [
            *notes,
            (
                "This pack",
                f"It holds what falls to {partner.name}{also}, and nothing else. What is "
                f"“{NOT_YET_APPORTIONED}” belongs to no partner yet; it is in the programme's "
                "summary, not here." + ("" if file == partner.code else _named(partner.code, file)),
            ),
        ]
    return [
        *notes,
        (
            NOT_YET_APPORTIONED,
            f"What no partner has been given yet, as the basis is not agreed or its weights can't "
            f"serve. It is part of {TOTAL_PROGRAMME}, which is the partners and it together.",
        ),
    ]


def _named(code: str, file: str) -> str:
    return f" The file is called {file}, as Windows keeps the name {code} for itself."


def _audit(partner: Partner | None, *, settles: bool) -> list[Note]:
    """Which figures are formulas, over what."""
    if partner:
        rests = f"The figures of {partner.name} in Summary, By year, By service and Appraisal are"
        rests += " formulas over the table Apportioned on the sheet Lines."
        moves = "Change an amount in Lines, or a term on Inputs, and every figure that rests on it "
        moves += "moves."
    else:
        rests = f"In Summary, By year, By service and Appraisal the figures of {TOTAL_PROGRAMME} "
        rests += "are formulas over Register, those of the partners and what is not yet "
        rests += "apportioned formulas over Apportioned. Controls compares the two, table by table."
        moves = "Change an amount in Register, and the programme's figures move while the partners'"
        moves += " stay: the controls between them turn to Fail. Change a term on Inputs, and every"
        moves += " figure that rests on it moves."
    return [
        (
            "Which figures are formulas",
            f"{rests} Net cashable adds up the rows of its categories above it, its running "
            "total the year before and the row above; break-even year and net present cost are "
            "computed from By year. Total, One-off and Annual cashable of each line are formulas, "
            "its amounts by year are values: exact pence. Sums are rounded to the penny.",
        ),
        (
            "Which are values",
            f"Shares, {'payments, ' if settles else ''}return on investment, the largest lines, "
            "net present switching values and most words: these do not follow an input that is "
            "changed, and headlines that do not then begin with As reported. "
            + "Payback years are formulas where there is a payback, blank cells where there is none"
            + ("." if partner else "; a control counts both."),
        ),
        (
            "How to audit",
            f"{moves} Every table but By year may be sorted: there rows add up the rows above "
            "them, so it has no buttons to sort by.",
        ),
    ]


def _filters(programme: Programme, partner: Partner | None) -> list[Note]:
    """Which lines each column of Summary adds up, as filters that show them."""
    steady, labels = year_label(programme.steady_year), programme.year_labels
    span = span_text(labels)
    table = "the table Apportioned, on the sheet Lines," if partner else "Register"
    rest = f" A strand's row: by Strand too; {ALL_STRANDS}: by none."
    if not partner:
        rest += f" For a partner, or {NOT_YET_APPORTIONED}: the same in Apportioned, by "
        rest += "Organisation too."
    notes = []
    for scenario in programme.scenarios:
        for measure, categories, columns in (
            (ONE_OFF_MEASURE, ONE_OFF, f"Total, which is {span},"),
            (ANNUAL_MEASURE, ANNUAL_CASHABLE, steady),
        ):
            text = (
                f"The column {columns} of {table} filtered by Scenario {scenario} and Category "
                f"{in_words(categories)}, added up.{rest}"
            )
            notes.append((f"{measure}: {scenario}", text))
        text = (
            f"{ONE_OFF_MEASURE}: {scenario} divided by {ANNUAL_MEASURE}: {scenario} turned round."
        )
        notes.append((f"{PAYBACK_MEASURE}: {scenario}", text))
    return notes


def _values() -> list[Note]:
    """Why figures are no formulas."""
    return [
        (
            "Values, not formulas",
            "The figures of this workbook are values: with so many lines, formulas would keep a "
            f"spreadsheet program busy for longer than {formulas.LIMIT_SECONDS} seconds, or see "
            "only the first sheet of a table that goes on on further ones. They can be added up "
            "again from the lines, with a filter.",
        ),
    ]


def _reading(programme: Programme, partner: Partner | None) -> list[Note]:
    signs = "above zero" if programme.savings_positive else "below zero"
    where = " of the programme's summary" if partner else ""
    return [
        (
            "How returns are read",
            f"Amounts are in {unit_name(programme.pounds_per_unit)} and savings {signs} unless a "
            "return's Cover or a column's heading says otherwise. An amount is rounded to the "
            "penny, halves away from zero. A row with an error is left out and listed in Issues"
            f"{where}, its money in Controls; a row with a warning stays in.",
        ),
        (
            "Counted in",
            "A line that another programme counts already is kept out of every total and listed "
            f"in Excluded{where}.",
        ),
        ("Blank cells", "A blank cell holds nothing; a dash is an amount of nil."),
        ("None", "An empty table has one row with None in its first column."),
        ("Categories", f"{_words(CATEGORIES)}."),
    ]


def dictionary(programme: Programme) -> Sheet:
    """Every field of the inputs and every column of the outputs."""
    rows = [
        *(row for schema in PROGRAMME_TABLES for row in _input_rows("programme.xlsx", schema)),
        *(row for schema in RETURN_TABLES for row in _input_rows("Return", schema)),
        *(row for output in OUTPUT_TABLES for row in _output_rows(output)),
    ]
    where, table, heading, meaning, kind, needed, words, blank = (
        list(values) for values in zip(*rows, strict=True)
    )
    return Sheet(
        DICTIONARY,
        "Data dictionary: every field of the inputs and every column of the outputs",
        (
            Table(
                "Data_dictionary",
                (
                    Column("File", where, width=17),
                    Column("Table", table, width=15),
                    Column("Heading", heading, width=30),
                    Column("Meaning", meaning, Show.LONG_TEXT, 60),
                    Column("Kind", kind, width=22),
                    Column("Required", needed, width=12),
                    Column("Words it may hold", words, Show.LONG_TEXT, 44),
                    Column("If left blank", blank, Show.LONG_TEXT, 20),
                ),
                filtered=True,
                banded=True,
                description="Meaning and kind of every field",
            ),
        ),
        (
            f"{programme.title}.",
            "Sheets and tables bear the same names, spaces as underscores. Blank: any words, or "
            "not a field that is filled in.",
        ),
        answer=f"{len(rows)} fields and columns are explained.",
        note="What does each field and each column mean?",
        keep_columns=3,
        purpose=Purpose.CHECKS,
    )


DictionaryRow = tuple[str, str, str, str, str, str, str, str]


def _input_rows(where: str, schema: Schema) -> list[DictionaryRow]:
    rows = [
        (
            where,
            schema.name,
            field.heading,
            field.meaning,
            _kind(field),
            "Yes" if field.required else "No",
            _choices(field),
            field.default_text if isinstance(field, Setting) else "",
        )
        for field in schema.fields
    ]
    if schema.year_columns:
        rows.append(
            (
                where,
                schema.name,
                "<financial year>",
                "The amount in that year; blank is nil.",
                "amount",
                "One at least",
                "",
                "",
            )
        )
    if schema.partner_columns:
        rows.append(
            (
                where,
                schema.name,
                "<partner code>",
                "The partner's weight; blank is nil.",
                "exact number",
                "One each",
                "",
                "",
            )
        )
    return rows


def _kind(field: Field) -> str:
    unit = field.unit if isinstance(field, Setting) else ""
    return f"{field.kind.value}, {unit}" if unit else field.kind.value


def _choices(field: Field) -> str:
    if field.choices:
        return _words(field.choices)
    return f"The programme's {field.vocabulary}" if field.vocabulary else ""


def _output_rows(output: OutputTable) -> list[DictionaryRow]:
    return [
        (
            "programme-summary",
            output.name,
            column.pattern,
            column.meaning,
            column.show.value,
            "",
            "",
            "",
        )
        for column in output.columns
    ]
