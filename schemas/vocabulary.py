"""The words that the contract fixes."""

from collections.abc import Iterable

from pipeline.core.phrases import in_words

ONE_OFF_COST = "One-off cost"
ONE_OFF_SAVING = "One-off saving"
RECURRING_COST = "Recurring cost"
CASHABLE_SAVING = "Cashable saving"
INCOME = "Income"
NON_CASHABLE_SAVING = "Non-cashable saving"
COST_AVOIDANCE = "Cost avoidance"

COSTS = (ONE_OFF_COST, RECURRING_COST)
# Each category is in one of three groups; amounts of two groups are never added, but for the
# one-offs to the annual amounts of net cashable.
ONE_OFF = (ONE_OFF_COST, ONE_OFF_SAVING)
ANNUAL_CASHABLE = (RECURRING_COST, CASHABLE_SAVING, INCOME)
NON_CASHABLE = (NON_CASHABLE_SAVING, COST_AVOIDANCE)
# What delivery is followed by.
KINDS = {"Cashable": ANNUAL_CASHABLE, "One-off": ONE_OFF, "Non-cashable": NON_CASHABLE}
KIND_OF = {category: kind for kind, categories in KINDS.items() for category in categories}
NET_CASHABLE = ONE_OFF + ANNUAL_CASHABLE
# The order of By year, in which net cashable adds up the rows of its own.
CATEGORIES = NET_CASHABLE + NON_CASHABLE
SAVINGS_AND_INCOME = tuple(each for each in CATEGORIES if each not in COSTS)
# What switching values are of.
ONE_OFF_COSTS = tuple(each for each in ONE_OFF if each in COSTS)
ANNUAL_COSTS = tuple(each for each in ANNUAL_CASHABLE if each in COSTS)
ANNUAL_SAVINGS = tuple(each for each in ANNUAL_CASHABLE if each not in COSTS)

UNITS = ("£", "£000", "£m")
SIGNS = ("Negative", "Positive")
PROFILES = ("Annual", "Incremental")
STATUSES = ("Draft", "Final")
FUNDINGS = ("Revenue", "Capital")
RAG = ("Blue", "Green", "Amber", "Red", "Black")
TAG_KINDS = LIST, NUMBER = ("List", "Number")
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
# What stands in a column of the team's own where a line has nothing to say of it.
NOT_STATED = "Not stated"
NOT_STATED_WORDS = ("-", "N/A", "NA", "Not applicable", NOT_STATED)
# Nor has a line that names no partner and no fund.
NOBODY_WORDS = (*NOT_STATED_WORDS, "None", "Nil", "No", "Nobody", "No one", "0")
# Words that say no programme's name, though perhaps that there is one.
NO_PROGRAMMES = (
    *("?", "TBC", "TBA", "TBD", "To be confirmed", "To be agreed", "To be decided", "Yes", "Y"),
    *("True", "1", "X", "Unknown", "Unsure", "Maybe", "Perhaps", "NK", "DK", "Don't know"),
)
# First words of a sentence that names none: “Not yet known”, “No - this is ours”, “See note”.
NO_PROGRAMMES_BEGIN = ("No", "Not", "None", "N/A", "See", "To be", "Awaiting", "Pending")

TOTAL_PROGRAMME = "Total programme"
ALL_STRANDS = "All strands"
ALL_PARTNERS = "All partners"
ALL_SERVICES = "All services"
NOT_YET_APPORTIONED = "Not yet apportioned"
ONE_OFF_MEASURE = "One-off"
ANNUAL_MEASURE = "Annual cashable"
RISK_WEIGHTED_MEASURE = f"{ANNUAL_MEASURE}, risk-weighted"
PAYBACK_MEASURE = "Payback years"
NET_CASHABLE_MEASURE = "Net cashable"
RECURRING_MEASURE, NET_MEASURE = "Recurring", "Net"
GAP_BEFORE, GAP_AFTER = "Gap before", "Gap after"
# A gap's rows of a year; again as running totals; and what of the closing is not there to stay.
GAP_MEASURES = (GAP_BEFORE, RECURRING_MEASURE, ONE_OFF_MEASURE, GAP_AFTER)
GAP_TOTALS = tuple(f"{measure}, cumulative" for measure in GAP_MEASURES)
ONE_OFF_SHARE = "One-off share of closing, cumulative"
CUMULATIVE_MEASURE = "Cumulative net cashable"


def turned_round(savings_positive: object, costs_positive: object) -> tuple[str, ...]:
    """The categories whose amounts are turned round on reading: inside, costs are positive and
    savings negative (contract, section 4, rule 1)."""
    return (SAVINGS_AND_INCOME if savings_positive else ()) + (() if costs_positive else COSTS)


def in_sentence(categories: Iterable[str]) -> str:
    """Their names in a sentence: ``recurring costs, cashable savings and income``."""
    names = (each[:1].lower() + each[1:] for each in categories)
    return in_words([f"{each}s" if each.endswith(("cost", "saving")) else each for each in names])
