"""The tables of programme.xlsx, the control workbook (contract, section 2)."""

from schemas.fields import Field, Kind, Table
from schemas.returns import ASSUMPTIONS
from schemas.vocabulary import PROFILES, SIGNS, UNITS

PROGRAMME = Table(
    "Programme",
    "The programme's settings.",
    (
        Field(
            "Title",
            "The programme's name, as printed on every output.",
            required=True,
            example="Joint services",
        ),
        Field(
            "Reference",
            "The programme's own reference, such as a report number; printed beside the title.",
            example="3506",
        ),
        Field(
            "First year",
            "The first financial year.",
            Kind.YEAR,
            required=True,
            needed=True,
            example="2012/13",
        ),
        Field(
            "Years",
            "How many financial years the programme covers, 1 to 30.",
            needed=True,
            default="5",
        ),
        Field(
            "Steady-state year",
            "The year whose recurring amounts are the full annual cashable savings once "
            "established.",
            Kind.YEAR,
            needed=True,
            default="the last year",
            example="2016/17",
        ),
        Field(
            "Scenarios",
            "The cases that are reckoned, separated by commas, in reporting order.",
            needed=True,
            default="Best case, Worst case",
        ),
        Field(
            "Plan scenario",
            "The scenario that delivery is monitored against.",
            default="the last one",
        ),
        Field(
            "Units",
            "Units of the amounts in returns: £, £000 or £m.",
            Kind.CHOICE,
            choices=UNITS,
            needed=True,
            default="£",
        ),
        Field(
            "Savings sign",
            "How returns enter savings: Negative or Positive.",
            Kind.CHOICE,
            choices=SIGNS,
            needed=True,
            default="Negative",
        ),
        Field(
            "Profile",
            "Annual (the effect in each year) or Incremental (the change on the year before).",
            Kind.CHOICE,
            choices=PROFILES,
            needed=True,
            default="Annual",
        ),
        Field(
            "Discount rate",
            "The yearly rate of net present values, such as 3.5%; 1 or more is per cent.",
            needed=True,
            default="3.5%",
        ),
        Field(
            "Price base",
            "The prices that amounts are stated in, as printed on every output.",
            example="2012/13 prices, excluding VAT",
        ),
        Field(
            "Payback limit",
            "The longest payback that is acceptable, in years; for switching values.",
            example="3",
        ),
        Field(
            "Report units",
            "The units in which reports show amounts: £, £000 or £m; the cells keep full pounds.",
            Kind.CHOICE,
            choices=UNITS,
            default="£000",
        ),
        Field(
            "Marking",
            "The protective marking that stands in the header and footer of every page.",
            example="OFFICIAL",
        ),
        Field("Note", "A sentence for the cover and the Notes of every output.", Kind.LONG_TEXT),
    ),
    required=True,
    settings=True,
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
        Field(
            "Year",
            "The financial year from which the row holds; blank: from the start.",
            Kind.YEAR,
            width=10,
        ),
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
        Field(
            "Year",
            "The financial year from which the row holds; blank: from the start.",
            Kind.YEAR,
            width=10,
        ),
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

LAYOUTS = Table(
    "Layouts",
    "How to read returns that do not follow the template.",
    (
        Field(
            "Workbook", "The file names that the row is for, as a pattern: *Fire*.xlsx.", width=28
        ),
        Field("Sheet", "The name of the sheet in their workbook.", width=20),
        Field(
            "Table",
            "The table of ours that is read from it: Savings or Cover, for example.",
            width=14,
        ),
        Field("Heading", "Our heading that the row is about.", width=20),
        Field("Their heading", "What their workbook calls it.", width=24),
        Field(
            "Constant", "A value that all rows have, where they have no column for it.", width=24
        ),
        Field("Their value", "A word of theirs that is translated.", width=20),
        Field("Our value", "Our word for it.", width=20),
        Field("Fill down", "Yes: a blank cell repeats the value above it.", width=10),
        Field("Map", "A name; rows with another name read the same sheet once more.", width=10),
    ),
)

PROGRAMME_TABLES = (
    PROGRAMME,
    PARTNERS,
    SERVICES,
    BASELINE,
    DRIVERS,
    DEPARTMENTS,
    ASSUMPTIONS,
    LAYOUTS,
)
