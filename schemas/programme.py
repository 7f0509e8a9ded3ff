"""The tables of programme.xlsx, the control workbook (contract, section 2)."""

from schemas.fields import Field, Kind, Table
from schemas.returns import ASSUMPTIONS
from schemas.vocabulary import PROFILES, SIGNS, UNITS

PROGRAMME = Table(
    "Programme",
    "The programme's settings.",
    (
        Field("Title", "As printed on every output.", required=True, example="Joint services"),
        Field("Reference", "Likewise.", example="3506"),
        Field(
            "First year",
            "The first financial year.",
            Kind.YEAR,
            required=True,
            needed=True,
            example="2012/13",
        ),
        Field("Years", "Number of financial years, 1 to 30.", needed=True, default="5"),
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
            "Separated by commas, in reporting order.",
            needed=True,
            default="Best case, Worst case",
        ),
        Field(
            "Plan scenario",
            "The one that delivery is monitored against.",
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
            "For net present values; a number of 1 or more is per cent.",
            needed=True,
            default="3.5%",
        ),
        Field("Price base", "Printed on every output.", example="2012/13 prices, excluding VAT"),
        Field("Payback limit", "Years, for switching values.", example="3"),
        Field(
            "Report units",
            "£, £000 or £m, for display; cells keep full pounds.",
            Kind.CHOICE,
            choices=UNITS,
            default="£000",
        ),
        Field("Marking", "Protective marking for headers and footers.", example="OFFICIAL"),
        Field("Note", "A sentence for the Notes sheet of every output.", Kind.LONG_TEXT),
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
            "Letters, digits, - and _, at most 20.",
            Kind.PARTNER,
            required=True,
            example="HCC",
            width=12,
        ),
        Field(
            "Name",
            "The organisation's name, as printed.",
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
            "The strand (workstream) it belongs to.",
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
        Field("Year", "The year from which the row holds; blank: before.", Kind.YEAR, width=10),
    ),
    partner_columns=True,
)

DRIVERS = Table(
    "Drivers",
    "Any other cost driver (headcount, vehicles, floor area, agreed shares), by partner.",
    (
        Field("Driver", "The driver's name.", required=True, example="Headcount", width=24),
        Field(
            "Service",
            "The service it serves; blank: each service without a row of its own.",
            Kind.CHOICE,
            vocabulary="services",
            rule="unknown-service",
            width=36,
        ),
        Field("Year", "The year from which the row holds; blank: before.", Kind.YEAR, width=10),
    ),
    partner_columns=True,
)

DEPARTMENTS = Table(
    "Departments",
    "The returns expected.",
    (
        Field(
            "Department",
            "As on the return's Cover.",
            required=True,
            example="Corporate Resources",
            width=36,
        ),
        Field("Contact", "Whom to ask.", example="Finance team", width=28),
        Field("Due", "When the return is due.", Kind.DATE_OR_TEXT, example="2012-03-30"),
    ),
)

LAYOUTS = Table(
    "Layouts",
    "How to read returns that do not follow the template.",
    (
        Field("Workbook", "Pattern of the file names it is for.", width=28),
        Field("Sheet", "Their sheet.", width=20),
        Field("Table", "Our table.", width=14),
        Field("Heading", "Our heading.", width=20),
        Field("Their heading", "Their heading for it.", width=24),
        Field("Constant", "The same value for every row.", width=24),
        Field("Their value", "A value of theirs.", width=20),
        Field("Our value", "What we call it.", width=20),
        Field("Fill down", "Yes: blank cells repeat the value above.", width=10),
        Field("Map", "Rows with different maps read the sheet again.", width=10),
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
