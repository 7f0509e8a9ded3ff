"""The words that the contract fixes."""

ONE_OFF_COST = "One-off cost"
ONE_OFF_SAVING = "One-off saving"
RECURRING_COST = "Recurring cost"
CASHABLE_SAVING = "Cashable saving"
INCOME = "Income"
NON_CASHABLE_SAVING = "Non-cashable saving"
COST_AVOIDANCE = "Cost avoidance"

CATEGORIES = (
    ONE_OFF_COST,
    ONE_OFF_SAVING,
    RECURRING_COST,
    CASHABLE_SAVING,
    INCOME,
    NON_CASHABLE_SAVING,
    COST_AVOIDANCE,
)
COSTS = (ONE_OFF_COST, RECURRING_COST)
SAVINGS_AND_INCOME = tuple(c for c in CATEGORIES if c not in COSTS)
ONE_OFF = (ONE_OFF_COST, ONE_OFF_SAVING)
ANNUAL_CASHABLE = (RECURRING_COST, CASHABLE_SAVING, INCOME)
NET_CASHABLE = ONE_OFF + ANNUAL_CASHABLE
# What delivery is followed by; amounts of two kinds are never added.
KINDS = {
    "Cashable": ANNUAL_CASHABLE,
    "One-off": ONE_OFF,
    "Non-cashable": (NON_CASHABLE_SAVING, COST_AVOIDANCE),
}
KIND_OF = {category: kind for kind, categories in KINDS.items() for category in categories}

UNITS = ("£", "£000", "£m")
SIGNS = ("Negative", "Positive")
PROFILES = ("Annual", "Incremental")
STATUSES = ("Draft", "Final")
FUNDINGS = ("Revenue", "Capital")
RAG = ("Blue", "Green", "Amber", "Red", "Black")
CRITERIA = ("Quality", "Resilience", "Efficiency")
SCORES = ("1", "2", "3", "4", "5")

# "Counted in: no" says that nobody else counts the line; so do an unticked box, and the 0 that a
# link to a blank cell shows.
BLANK_WORDS = (
    *("-", "No", "None", "N", "Nil", "N/A", "NA", "False", "0", "Nowhere", "Nothing", "Neither"),
    *("Not applicable", "Not counted elsewhere", "Not counted", "Not elsewhere", "No other"),
    *("No other programme", "Not in another programme", "No double counting"),
    *("This programme", "This one", "This programme only", "Only this programme", "Here"),
    *("Only here", "Counted here", "Counted here only", "No, counted here", "No, here"),
)
# Words that say no programme's name, though perhaps that there is one.
NO_PROGRAMMES = (
    *("?", "TBC", "TBA", "TBD", "To be confirmed", "To be agreed", "To be decided", "Yes", "Y"),
    *("True", "1", "X", "Unknown", "Not known", "Not sure", "Unsure", "Maybe", "Perhaps"),
)

TOTAL_PROGRAMME = "Total programme"
ALL_STRANDS = "All strands"
ALL_SERVICES = "All services"
NOT_YET_APPORTIONED = "Not yet apportioned"
ONE_OFF_MEASURE = "One-off"
ANNUAL_MEASURE = "Annual cashable"
RISK_WEIGHTED_MEASURE = f"{ANNUAL_MEASURE}, risk-weighted"
PAYBACK_MEASURE = "Payback years"
NET_CASHABLE_MEASURE = "Net cashable"
CUMULATIVE_MEASURE = "Cumulative net cashable"


def turned_round(savings_positive: object, costs_positive: object) -> tuple[str, ...]:
    """The categories whose amounts are turned round on reading: inside, costs are positive and
    savings negative (contract, section 4, rule 1)."""
    return (SAVINGS_AND_INCOME if savings_positive else ()) + (() if costs_positive else COSTS)
