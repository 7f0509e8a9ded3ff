"""The tables of a return, one department's savings workbook (contract, section 3)."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipeline.core.programme import Tag
from schemas.fields import Field, Kind, Setting, Standing, Table
from schemas.values import ANY_TEXT, DATE, IS_INCREMENTAL, IS_POSITIVE, NAMES, STATUS, UNIT
from schemas.vocabulary import (
    BLANK_WORDS,
    CATEGORIES,
    CRITERIA,
    FUNDINGS,
    NO_PROGRAMMES,
    NO_PROGRAMMES_BEGIN,
    NOBODY_WORDS,
    NOT_STATED_WORDS,
    RAG,
    SCORES,
)

DEPARTMENT = Setting(
    "Department",
    "The department that sends the return.",
    values=ANY_TEXT,
    default=Standing.WORKBOOK,
    example="Corporate Resources",
)
PREPARED_BY = Setting(
    "Prepared by",
    "Who filled in the return.",
    values=ANY_TEXT,
    default="",
    example="Finance business partner",
)
CONTACT = Setting(
    "Contact",
    "Whom to ask about the return.",
    values=ANY_TEXT,
    default="",
    example="Finance team",
)
DATED = Setting(
    "Date",
    "The date of the return; of two from one department the later one counts.",
    values=DATE,
    default=None,
    example="2012-03-30",
)
RETURN_STATUS = Setting(
    "Status",
    "Whether the return is a draft or final.",
    values=STATUS,
    default="",
    example="Final",
)
CERTIFIED_BY = Setting(
    "Certified by",
    "Name and role of who answers for the return.",
    values=ANY_TEXT,
    default="",
    example="J Smith, Head of Finance",
)
REPLACES = Setting(
    "Takes the place of",
    "The workbook that this one takes the place of, filled in by the program: Layouts made for it "
    "don't apply to this one.",
    values=ANY_TEXT,
    default="",
    example="Corporate Resources 2012.xlsx",
)
LAST_DATED = Setting(
    "Last dated",
    "The Date of the workbook that this one takes the place of, filled in by the program: it "
    "counts until Date is filled in.",
    values=DATE,
    default=None,
    example="2012-03-30",
)
YEARS_ADDED = Setting(
    "Years added",
    "Years for which the workbook that this one takes the place of had no column, filled in by the "
    "program: while a column holds nothing, its year counts as missing; type 0 for nil.",
    values=NAMES,
    default=(),
    example="2016/17",
)
# What only a next return holds.
OF_NEXT_RETURNS = (REPLACES, LAST_DATED, YEARS_ADDED)
OWN_UNITS = Setting(
    "Units",
    "Units of the amounts, where they differ from the programme's.",
    values=UNIT,
    default=Standing.PROGRAMME,
    needed=True,
)
OWN_SAVINGS_SIGN = Setting(
    "Savings sign",
    "Negative: savings are entered below zero. Positive: above zero, turned round on reading.",
    values=IS_POSITIVE,
    default=Standing.PROGRAMME,
    needed=True,
)
OWN_COSTS_SIGN = Setting(
    "Costs sign",
    "Only where savings are entered above zero. Positive: costs are, too. Negative: below zero, "
    "turned round on reading.",
    values=IS_POSITIVE,
    default=Standing.PROGRAMME,
    needed=True,
)
OWN_PROFILE = Setting(
    "Profile",
    "Annual: the effect in each year. Incremental: the change on the year before.",
    values=IS_INCREMENTAL,
    default=Standing.PROGRAMME,
    needed=True,
)
# Those that say how amounts are entered, each with the attribute of a Cover that keeps it.
AMOUNT_SETTINGS: tuple[tuple[Setting[Any], str], ...] = (
    (OWN_UNITS, "pounds_per_unit"),
    (OWN_SAVINGS_SIGN, "savings_positive"),
    (OWN_COSTS_SIGN, "costs_positive"),
    (OWN_PROFILE, "incremental"),
)

COVER = Table(
    "Cover",
    "Who sends the return, and how its amounts are entered where that differs from the programme.",
    (
        *(DEPARTMENT, PREPARED_BY, CONTACT, DATED, RETURN_STATUS),
        *(OWN_UNITS, OWN_SAVINGS_SIGN, OWN_COSTS_SIGN, OWN_PROFILE, CERTIFIED_BY),
        *OF_NEXT_RETURNS,
    ),
)

LINE_REF = Field(
    "Line ref",
    "The line's own reference; no other line of the programme has it in the same scenario.",
    Kind.REFERENCE,
    required=True,
    needed=True,
    example="FIN-01",
    width=12,
)
PROJECT_CODE = Field(
    "Project code",
    "The project that the row belongs to, as in Projects.",
    Kind.REFERENCE,
    example="P-001",
    width=14,
)

# In whose books a line's amounts fall, by which partners settle.
PAID_BY = "Paid by"

SAVINGS = Table(
    "Savings",
    "The savings and costs: one row per line and scenario, one column per financial year.",
    (
        LINE_REF,
        Field(
            PROJECT_CODE.heading,
            "The project that the line belongs to, as in Projects of this return or another one.",
            Kind.REFERENCE,
            needed=True,
            example="P-001",
            width=14,
        ),
        Field(
            "Description",
            "What is saved or spent, in words.",
            Kind.LONG_TEXT,
            required=True,
            needed=True,
            example="One payroll system instead of three",
            width=44,
        ),
        Field(
            "Service",
            "The service area, one of the programme's Services.",
            Kind.CHOICE,
            required=True,
            needed=True,
            vocabulary="services",
            rule="unknown-service",
            example="Finance and Payroll",
            width=26,
        ),
        Field(
            "Category",
            "What kind of cost or saving it is.",
            Kind.CHOICE,
            required=True,
            needed=True,
            choices=CATEGORIES,
            rule="unknown-category",
            example="Cashable saving",
            width=20,
        ),
        Field(
            "Scenario",
            "One of the programme's Scenarios; blank: the line is the same in all of them.",
            Kind.CHOICE,
            needed=True,
            vocabulary="scenarios",
            rule="unknown-scenario",
            example="Best case",
            width=14,
        ),
        Field(
            "Basis",
            "How the line is shared over the partners; blank: as usual for its service.",
            Kind.CHOICE,
            needed=True,
            vocabulary="bases",
            rule="unknown-basis",
            example="Baseline",
            width=20,
        ),
        Field(
            "Partner",
            "The partner that bears the whole line, where the basis is Direct.",
            Kind.PARTNER,
            needed=True,
            vocabulary="partners",
            rule="unknown-partner",
            blanks=NOBODY_WORDS,
            width=10,
        ),
        Field(
            "Counted in",
            "Another programme that counts this line already; it is then kept out of the totals.",
            needed=True,
            vocabulary="other programmes",
            rule="unknown-programme",
            blanks=BLANK_WORDS,
            refused=NO_PROGRAMMES,
            refused_beginnings=NO_PROGRAMMES_BEGIN,
            width=24,
        ),
        Field(
            "Funding",
            "Whether the line is revenue or capital.",
            Kind.CHOICE,
            choices=FUNDINGS,
            blanks=NOBODY_WORDS,
            width=12,
        ),
        Field(
            PAID_BY,
            "The partner in whose books the amount falls; blank: it is not settled between them.",
            Kind.PARTNER,
            needed=True,
            vocabulary="partners",
            rule="unknown-partner",
            blanks=NOBODY_WORDS,
            width=10,
        ),
        Field("Owner", "Who answers for the line.", example="Head of Finance", width=20),
        Field("Confidence", "How sure the amounts are, in the department's words.", width=14),
        Field("Notes", "Anything that the reader should know.", Kind.LONG_TEXT, width=40),
    ),
    required=True,
    year_columns=True,
)

# The team's own columns stand before this one.
TAGS_BEFORE = "Owner"


def tag_field(tag: Tag) -> Field:
    """A column of the team's own."""
    return Field(
        tag.heading,
        "A number, added up over the lines." if tag.is_number else "As the sheet Tags says.",
        Kind.QUANTITY if tag.is_number else Kind.CHOICE,
        needed=True,
        choices=tag.values,
        blanks=NOT_STATED_WORDS,
        example=2.5 if tag.is_number else tag.values[0],
        width=14,
        prefix="tag_",
    )


@lru_cache(maxsize=64)
def savings(tags: tuple[Tag, ...]) -> Table:
    """Savings with a programme's own columns, one table for all of its returns; SAVINGS itself
    where it has none."""
    tag_fields = tuple(map(tag_field, tags))
    if not tag_fields:
        return SAVINGS
    place = next(n for n, each in enumerate(SAVINGS.fields) if each.heading == TAGS_BEFORE)
    return replace(SAVINGS, fields=(*SAVINGS.fields[:place], *tag_fields, *SAVINGS.fields[place:]))


# Where Layouts read a table with a row for each year of a line, these stand in the place of the
# column per year.
LONG_FIELDS = (
    Field("Year", "The financial year of the row.", Kind.YEAR, required=True, needed=True),
    Field("Amount", "The line's amount in that year.", Kind.AMOUNT, required=True, needed=True),
)

PROJECTS = Table(
    "Projects",
    "The business cases: one row per project.",
    (
        Field(
            "Project code",
            "The project's code, unique in the programme.",
            Kind.REFERENCE,
            required=True,
            example="P-001",
            width=14,
        ),
        Field(
            "Business planning reference", "The project's reference in the business plan.", width=18
        ),
        Field(
            "Project title",
            "The project's name.",
            required=True,
            example="Shared payroll",
            width=36,
        ),
        Field("Brief description", "The project in a sentence or two.", Kind.LONG_TEXT, width=50),
        Field("Senior responsible officer", "Who answers for the project.", width=24),
        Field(
            "Service",
            "The service area that the project is for.",
            Kind.CHOICE,
            vocabulary="services",
            rule="unknown-service",
            example="Finance and Payroll",
            width=26,
        ),
        *(
            Field(heading, meaning, Kind.LONG_TEXT, width=40)
            for heading, meaning in (
                ("Why needed", "Why the project is needed."),
                ("What if not done", "What would happen without it."),
                ("Aims and objectives", "What the project is to achieve."),
                ("Overview", "What will be done."),
                ("Assumptions", "What the case takes for granted."),
                ("Constraints", "What limits the project."),
                ("Options study", "Whether options were studied, and which."),
                ("In scope", "What is within scope."),
                ("Out of scope", "What is outside the scope."),
                ("Non-financial benefits", "Benefits that are not money."),
                ("Who is affected", "Who is affected by the proposal."),
                ("Positive impacts", "Impacts for the better."),
                ("Negative impacts", "Impacts for the worse."),
                ("Neutral impacts", "Impacts that are neither for the better nor for the worse."),
                (
                    "Disproportionate impacts",
                    "Impacts that fall more on groups with protected characteristics.",
                ),
            )
        ),
    ),
)

DELIVERY = Table(
    "Delivery",
    "What has become of the lines: forecast and delivered amounts by line and year.",
    (
        Field(
            "Line ref",
            "The line, as in Savings of this return or another one.",
            Kind.REFERENCE,
            required=True,
            example="FIN-01",
            width=12,
        ),
        Field(
            "Year",
            "The financial year that the row is about.",
            Kind.YEAR,
            required=True,
            example="2012/13",
            width=10,
        ),
        Field("Forecast", "The effect now expected in that year.", Kind.AMOUNT, example=-40000.0),
        Field("Delivered", "The effect delivered so far in that year.", Kind.AMOUNT),
        Field(
            "RAG",
            "How delivery stands: Blue complete, Green, Amber, Red, Black undeliverable.",
            Kind.CHOICE,
            choices=RAG,
            example="Green",
            width=10,
        ),
        Field(
            "Commentary",
            "What the reader should know about the delivery.",
            Kind.LONG_TEXT,
            width=44,
        ),
    ),
)

RISKS = Table(
    "Risks",
    "What may go wrong: one row per risk.",
    (
        Field("Risk ref", "The risk's reference.", Kind.REFERENCE, example="R1", width=10),
        PROJECT_CODE,
        Field(
            "Risk",
            "What may happen.",
            Kind.LONG_TEXT,
            required=True,
            example="Suppliers' contracts end later than planned",
            width=50,
        ),
        Field(
            "Likelihood",
            "How likely it is: 1 (rare) to 5 (almost certain).",
            Kind.SCORE,
            choices=SCORES,
            width=12,
        ),
        Field(
            "Impact",
            "How bad it would be: 1 (slight) to 5 (severe).",
            Kind.SCORE,
            choices=SCORES,
            width=10,
        ),
        Field("Mitigation", "What is done about it.", Kind.LONG_TEXT, width=50),
        Field("Owner", "Who watches the risk.", width=22),
    ),
)

BENEFITS = Table(
    "Benefits",
    "What gets better, beside the money: one row per benefit.",
    (
        PROJECT_CODE,
        Field(
            "Benefit",
            "What gets better.",
            Kind.LONG_TEXT,
            required=True,
            example="Invoices are paid sooner",
            width=50,
        ),
        Field(
            "Criterion",
            "What the benefit serves: Quality, Resilience or Efficiency.",
            Kind.CHOICE,
            choices=CRITERIA,
            example="Quality",
            width=14,
        ),
        Field("Measure", "How the benefit is measured.", width=32),
        Field("Baseline", "Where the measure stands now.", width=20),
        Field("Target", "Where the measure is to be.", width=20),
    ),
)

DEPENDENCIES = Table(
    "Dependencies",
    "What a project waits for: one row per dependency.",
    (
        PROJECT_CODE,
        Field(
            "Depends on",
            "What the project depends on.",
            Kind.LONG_TEXT,
            required=True,
            example="Network upgrade",
            width=44,
        ),
        Field("Note", "Anything to add about the dependency.", Kind.LONG_TEXT, width=44),
    ),
)

MILESTONES = Table(
    "Milestones",
    "The dates that matter: one row per milestone.",
    (
        PROJECT_CODE,
        Field(
            "Milestone",
            "What is to be reached.",
            Kind.LONG_TEXT,
            required=True,
            example="New system live",
            width=44,
        ),
        Field(
            "Planned", "When it was planned to be reached.", Kind.DATE_OR_TEXT, example="2013-04-01"
        ),
        Field("Forecast", "When it is now expected to be reached.", Kind.DATE_OR_TEXT),
        Field("Status", "How the milestone stands, in the department's words.", width=20),
    ),
)

ASSUMPTIONS = Table(
    "Assumptions",
    "What the figures take for granted, who owns it and who has signed it off.",
    (
        Field("Ref", "The assumption's reference.", Kind.REFERENCE, example="A1", width=8),
        Field(
            "Assumption",
            "What is assumed.",
            Kind.LONG_TEXT,
            required=True,
            example="Pay awards of 1% a year",
            width=50,
        ),
        Field("Effect", "What depends on the assumption.", Kind.LONG_TEXT, width=40),
        Field("Owner", "Who answers for the assumption.", width=22),
        Field("Signed off by", "Who has agreed to the assumption.", width=22),
        Field("Date", "When it was agreed.", Kind.DATE_OR_TEXT),
    ),
)

# In the order in which a return's sheets stand, and in which the summary shows them.
RETURN_TABLES = (
    COVER,
    SAVINGS,
    PROJECTS,
    DELIVERY,
    RISKS,
    BENEFITS,
    DEPENDENCIES,
    MILESTONES,
    ASSUMPTIONS,
)
NARRATIVE_TABLES = (PROJECTS, RISKS, BENEFITS, DEPENDENCIES, MILESTONES, ASSUMPTIONS)
