"""The tables of programme.xlsx, the control workbook (contract, section 2)."""

from fractions import Fraction

from pipeline.core.money import POUND, THOUSAND
from pipeline.core.weights import VERSIONS
from schemas.fields import Field, Kind, Setting, Standing, Table
from schemas.returns import ASSUMPTIONS, RETURN_TABLES
from schemas.values import (
    ANY_LONG_TEXT,
    ANY_TEXT,
    COUNT_OF_YEARS,
    IS_INCREMENTAL,
    IS_POSITIVE,
    MOST_YEARS,
    NAMES,
    NUMBER_ABOVE_NIL,
    POINTS,
    RATE,
    UNIT,
    YEAR,
)
from schemas.vocabulary import TAG_KINDS

TITLE = Setting(
    "Title",
    "The programme's name, as printed on every output.",
    values=ANY_TEXT,
    default="",
    required=True,
    example="Joint services",
    value_in=lambda programme: programme.title,
)
REFERENCE = Setting(
    "Reference",
    "The programme's own reference, such as a report number; printed beside the title.",
    values=ANY_TEXT,
    default="",
    example="3506",
    value_in=lambda programme: programme.reference,
)
FIRST_YEAR = Setting(
    "First year",
    "The first financial year.",
    values=YEAR,
    default=0,
    required=True,
    needed=True,
    example="2012/13",
    value_in=lambda programme: programme.years[0],
)
YEARS = Setting(
    "Years",
    f"How many financial years the programme covers, 1 to {MOST_YEARS}.",
    values=COUNT_OF_YEARS,
    default=5,
    unit="years",
    needed=True,
    value_in=lambda programme: len(programme.years),
)
STEADY_YEAR = Setting(
    "Steady-state year",
    "The year whose recurring amounts are the full annual cashable savings once established.",
    values=YEAR,
    default=Standing.LAST,
    vocabulary="years",
    needed=True,
    example="2016/17",
    value_in=lambda programme: programme.steady_year,
    compared=True,
)
SCENARIOS = Setting(
    "Scenarios",
    "The cases that are reckoned, separated by commas, in reporting order.",
    values=NAMES,
    default=("Best case", "Worst case"),
    needed=True,
    value_in=lambda programme: programme.scenarios,
    compared=True,
)
PLAN_SCENARIO = Setting(
    "Plan scenario",
    "The scenario that delivery is monitored against.",
    values=ANY_TEXT,
    default=Standing.LAST,
    vocabulary="scenarios",
    value_in=lambda programme: programme.plan_scenario,
    compared=True,
)
UNITS = Setting(
    "Units",
    "Units of the amounts in returns: £, £000 or £m.",
    values=UNIT,
    default=POUND,
    needed=True,
    value_in=lambda programme: programme.pounds_per_unit,
    compared=True,
)
SAVINGS_SIGN = Setting(
    "Savings sign",
    "How returns enter savings: Negative or Positive.",
    values=IS_POSITIVE,
    default=False,
    needed=True,
    value_in=lambda programme: programme.savings_positive,
    compared=True,
)
COSTS_SIGN = Setting(
    "Costs sign",
    "How returns enter costs where Savings sign is Positive; elsewhere leave it blank.",
    values=IS_POSITIVE,
    default=True,
    needed=True,
    value_in=lambda programme: programme.costs_positive,
    compared=True,
)
PROFILE = Setting(
    "Profile",
    "Annual (the effect in each year) or Incremental (the change on the year before).",
    values=IS_INCREMENTAL,
    default=False,
    needed=True,
    value_in=lambda programme: programme.incremental,
    compared=True,
)
DISCOUNT_RATE = Setting(
    "Discount rate",
    "The yearly rate of net present values, such as 3.5%; 1 or more is per cent.",
    values=RATE,
    default=Fraction(35, 1000),
    unit="a year",
    needed=True,
    value_in=lambda programme: programme.discount_rate,
    compared=True,
)
OTHER_PROGRAMMES = Setting(
    "Other programmes",
    "The programmes that Counted in may name, separated by commas.",
    values=NAMES,
    default=(),
    nothing="any name",
    value_in=lambda programme: programme.other_programmes,
)
PRICE_BASE = Setting(
    "Price base",
    "The prices that amounts are stated in, as printed on every output.",
    values=ANY_TEXT,
    default="",
    nothing="not stated",
    example="2012/13 prices, excluding VAT",
    value_in=lambda programme: programme.price_base,
    compared=True,
)
PAYBACK_LIMIT = Setting(
    "Payback limit",
    "The longest payback that is acceptable, in years; for switching values.",
    values=NUMBER_ABOVE_NIL,
    default=None,
    unit="years",
    example="3",
    value_in=lambda programme: programme.payback_limit,
)
SHARE_TOLERANCE = Setting(
    "Share tolerance",
    "By how many percentage points a partner's actual share must differ from the estimated one for "
    "the Actual to hold; see Drivers.",
    values=POINTS,
    default=None,
    nothing="the Actual always holds",
    unit="percentage points",
    example="3",
    value_in=lambda programme: programme.share_tolerance,
    compared=True,
)
REPORT_UNITS = Setting(
    "Report units",
    "The units in which reports show amounts: £, £000 or £m; the cells keep full pounds.",
    values=UNIT,
    default=THOUSAND,
    value_in=lambda programme: programme.report_unit,
)
MARKING = Setting(
    "Marking",
    "The protective marking that stands in the header and footer of every page.",
    values=ANY_TEXT,
    default="",
    example="OFFICIAL",
    value_in=lambda programme: programme.marking,
)
PROGRAMME_CONTACT = Setting(
    "Contact",
    "Whom to ask about the figures, as printed on the covers.",
    values=ANY_TEXT,
    default="",
    nothing="nobody is named",
    example="Head of Finance, finance@example.gov.uk",
    value_in=lambda programme: programme.contact,
)
NOTE = Setting(
    "Note",
    "A sentence for the cover and the Notes of every output.",
    values=ANY_LONG_TEXT,
    default="",
    value_in=lambda programme: programme.note,
)

PROGRAMME = Table(
    "Programme",
    "The programme's settings.",
    (
        *(TITLE, REFERENCE, FIRST_YEAR, YEARS, STEADY_YEAR, SCENARIOS, PLAN_SCENARIO, UNITS),
        *(SAVINGS_SIGN, COSTS_SIGN, PROFILE, DISCOUNT_RATE, PRICE_BASE, PAYBACK_LIMIT),
        *(REPORT_UNITS, MARKING, SHARE_TOLERANCE, PROGRAMME_CONTACT, OTHER_PROGRAMMES, NOTE),
    ),
    required=True,
)

PARTNERS = Table(
    "Partners",
    "The partner organisations, 1 to 50, in reporting order.",
    (
        Field(
            "Code",
            "The short code that headings and returns use: letters, digits, - and _, 20 at most.",
            Kind.PARTNER,
            required=True,
            example="HCC",
            width=12,
        ),
        Field(
            "Name",
            "The organisation's name, as it is printed.",
            required=True,
            example="Hampshire County Council",
            width=40,
        ),
    ),
    required=True,
)

SERVICES = Table(
    "Services",
    "The service areas, the strand (workstream) of each and its usual basis.",
    (
        Field(
            "Service",
            "The service area.",
            required=True,
            example="Finance and Payroll",
            width=36,
        ),
        Field(
            "Strand",
            "The strand (workstream) that the service belongs to.",
            required=True,
            example="Integrated services",
            width=36,
        ),
        Field(
            "Basis",
            "How its lines are usually shared: Baseline, Programme baseline, Equal, Direct, "
            "Not agreed, or a driver's name.",
            Kind.CHOICE,
            vocabulary="bases",
            rule="unknown-basis",
            example="Baseline",
            width=22,
        ),
    ),
    required=True,
)

# What a row of weights may say beside them.
_HOLDING = (
    Field(
        "Year",
        "The financial year from which the row holds; blank: from the start.",
        Kind.YEAR,
        width=10,
    ),
    Field(
        "From",
        "The day from which the row holds, within its Year or alone; blank: 1 April. A year is "
        "then shared by days.",
        Kind.DATE,
        example="2012-10-03",
        width=14,
    ),
    Field(
        "Version",
        "Estimate or Actual. Where a year has both, the Actual holds if a partner's share differs "
        "by more than Share tolerance.",
        Kind.CHOICE,
        choices=VERSIONS,
        width=11,
    ),
    Field(
        "Source",
        "Where the weights come from; printed beside the shares.",
        example="Caseload system",
        width=24,
    ),
    Field(
        "As at",
        "The day of which they are.",
        Kind.DATE_OR_TEXT,
        example="2012-03-31",
        width=14,
    ),
)

BASELINE = Table(
    "Baseline",
    "Current gross cost in pounds, by service and partner.",
    (
        Field(
            "Service",
            "The service area.",
            Kind.CHOICE,
            required=True,
            vocabulary="services",
            rule="unknown-service",
            example="Finance and Payroll",
            width=36,
        ),
        *_HOLDING,
    ),
    partner_columns=True,
)

DRIVERS = Table(
    "Drivers",
    "Any other cost driver (headcount, vehicles, floor area, agreed shares), by partner.",
    (
        Field(
            "Driver",
            "The driver's name, as Basis uses it: Headcount, for example.",
            required=True,
            example="Headcount",
            width=24,
        ),
        Field(
            "Service",
            "The service that the row is for; blank: every service without a row of its own.",
            Kind.CHOICE,
            vocabulary="services",
            rule="unknown-service",
            width=36,
        ),
        *_HOLDING,
    ),
    partner_columns=True,
)

DEPARTMENTS = Table(
    "Departments",
    "The departments from which a return is expected.",
    (
        Field(
            "Department",
            "The department's name, as on the Cover of its return.",
            required=True,
            example="Corporate Resources",
            width=36,
        ),
        Field("Contact", "Whom to ask about the return.", example="Finance team", width=28),
        Field("Due", "When the return is due.", Kind.DATE_OR_TEXT, example="2012-03-30"),
    ),
)

ANSWERS = Table(
    "Answers",
    "What has been said of warnings: rows of the Issues of a checked copy or of "
    "validation-report.xlsx, with the answer in Answer. An answer lapses when the value changes.",
    (
        *(Field(each, "As in Issues.", width=14) for each in ("Severity", "Rule")),
        *(Field(each, "As in Issues.", width=20) for each in ("Workbook", "Sheet", "Cell")),
        *(Field(each, "As in Issues.", width=20) for each in ("Heading", "Value")),
        *(Field(each, "As in Issues.", Kind.LONG_TEXT, width=36) for each in ("Problem", "Remedy")),
        *(Field(each, "As in Issues.", width=14) for each in ("Line ref", "Scenario")),
        Field(
            "Answer",
            "What is to be said of the warning: it is then closed, and listed with the answer.",
            Kind.LONG_TEXT,
            example="Agreed with the department on 2 April.",
            width=44,
        ),
        Field("Answered by", "Who says so.", example="A. Treasurer", width=20),
        Field("Department", "As in Issues; blank: the workbook's.", width=24),
    ),
)

CONFIDENCE = Table(
    "Confidence",
    "How much of a saving is counted on: the weight of each RAG value or word of Confidence. With "
    "it, forecasts and annual cashable savings are stated weighted by risk as well.",
    (
        Field(
            "Rating",
            "A RAG value, or a word that returns use for the Confidence of a line. Costs, and "
            "words that aren't listed, count in full.",
            needed=True,
            required=True,
            example="Amber",
            width=24,
        ),
        Field(
            "Weight",
            "Which part of a saving with that rating is counted on: 0.6 or 60%.",
            Kind.NUMBER,
            needed=True,
            required=True,
            example=0.6,
        ),
    ),
)

TAGS = Table(
    "Tags",
    "Columns of the team's own on Savings, such as Stage, Fund or FTE: returns may have them, "
    "lists are checked, and the summary adds up by each value.",
    (
        Field(
            "Heading",
            "What the column of Savings is called; no heading of ours.",
            required=True,
            needed=True,
            example="Stage",
            width=24,
        ),
        Field(
            "Kind",
            "List: one of the values beside. Number: added up over the lines, to the thousandth, "
            "and shared over the partners as each line is.",
            Kind.CHOICE,
            required=True,
            needed=True,
            choices=TAG_KINDS,
            example="List",
            width=10,
        ),
        Field(
            "Values",
            "Of a List: the words that the column may hold, separated by commas.",
            Kind.NAMES,
            needed=True,
            example="Idea, Approved, Delivering",
            width=50,
        ),
    ),
)

GAP = Table(
    "Gap",
    "Each partner's budget gap before the programme, in pounds: one column per financial year, "
    "each standing alone above the year before; above zero is to be closed, blank is nil. With it, "
    "the summary and the packs say what the programme does to the budget.",
    (
        Field(
            "Partner",
            "The partner's code, as on Partners.",
            Kind.PARTNER,
            required=True,
            needed=True,
            vocabulary="partners",
            example="HCC",
            width=12,
        ),
    ),
    year_columns=True,
)

LAYOUTS = Table(
    "Layouts",
    "How to read returns that do not follow the template: each row gives one of our headings "
    "theirs, or a constant, or translates a value.",
    (
        Field(
            "Workbook",
            "The workbooks that the row is for, by file name; * stands for any letters: "
            "*Fire*.xlsx. Blank: all of them.",
            example="*Tracker*.xlsx",
            width=28,
        ),
        Field(
            "Sheet",
            "The sheet in their workbook; * stands for any letters. Blank: every sheet that has "
            "all the headings needed.",
            example="Proposals",
            width=20,
        ),
        Field(
            "Table",
            "Our table that is read from it: mostly Savings; Cover for units and sign.",
            Kind.CHOICE,
            choices=tuple(table.name for table in RETURN_TABLES),
            example="Savings",
            width=14,
        ),
        Field(
            "Heading",
            "Our heading that the row is about: Line ref, Category, 2012/13 or, for the Cover, "
            "Units. Year and Amount where each row is one year of a line; Header row for the "
            "number of the row with their headings.",
            example="Category",
            width=20,
        ),
        Field(
            "Their heading",
            "What their workbook calls it. Amounts of several columns: Q1 + Q2 + Q3 + Q4. Headings "
            "that stand above one another: 2012/13 Best.",
            example="Type of saving",
            width=24,
        ),
        Field(
            "Constant",
            "A value for all rows, where they have no column for it. {workbook}, {sheet} and {row} "
            "stand for where a row is; {Code}-{Type} for what its columns Code and Type hold.",
            width=24,
        ),
        Field(
            "Their value",
            "A word of theirs that is to be read as Our value. Where that is Leave out, * stands "
            "for any letters: Withdrawn*.",
            example="Recurring saving",
            width=20,
        ),
        Field(
            "Our value",
            "Our word for Their value; blank: nothing. Leave out: rows with that value are no "
            "lines, and Controls shows their money.",
            example="Cashable saving",
            width=20,
        ),
        Field(
            "Fill down",
            "Yes: a blank cell of the column repeats the value above it, as in merged cells.",
            Kind.CHOICE,
            choices=("Yes", "No"),
            width=10,
        ),
        Field(
            "Map",
            "Only where one sheet is read more than once: rows with the same name here belong "
            "together, such as Best and Worst; rows without one hold for all.",
            width=10,
        ),
    ),
)

PROGRAMME_TABLES = (
    PROGRAMME,
    PARTNERS,
    SERVICES,
    BASELINE,
    DRIVERS,
    DEPARTMENTS,
    ANSWERS,
    CONFIDENCE,
    TAGS,
    GAP,
    ASSUMPTIONS,
    LAYOUTS,
)
