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

UNITS = ("£", "£000", "£m")
SIGNS = ("Negative", "Positive")
PROFILES = ("Annual", "Incremental")
STATUSES = ("Draft", "Final")
FUNDINGS = ("Revenue", "Capital")
RAG = ("Blue", "Green", "Amber", "Red", "Black")
CRITERIA = ("Quality", "Resilience", "Efficiency")
SCORES = ("1", "2", "3", "4", "5")

# "Counted in: no" says that nobody else counts the line.
BLANK_WORDS = ("-", "–", "—", "No", "None", "N/A")

TOTAL_PROGRAMME = "Total programme"
ALL_STRANDS = "All strands"
ALL_SERVICES = "All services"
NOT_YET_APPORTIONED = "Not yet apportioned"
ONE_OFF_MEASURE = "One-off"
ANNUAL_MEASURE = "Annual cashable"
PAYBACK_MEASURE = "Payback years"
NET_CASHABLE_MEASURE = "Net cashable"
CUMULATIVE_MEASURE = "Cumulative net cashable"
