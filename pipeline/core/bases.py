"""The bases of apportionment that every programme has, beside its drivers."""

BASELINE = "Baseline"
PROGRAMME_BASELINE = "Programme baseline"
EQUAL = "Equal"
DIRECT = "Direct"
NOT_AGREED = "Not agreed"
# How each shares a line, as Notes says it.
SHARED_BY = {
    BASELINE: "by the service's current gross cost",
    PROGRAMME_BASELINE: "by that of all services together",
    EQUAL: "in equal parts",
    DIRECT: "all to the partner that the line names",
    NOT_AGREED: "not yet over anybody",
}
FIXED_BASES = tuple(SHARED_BY)

# These take their weights from the sheet Baseline.
FROM_BASELINE = (BASELINE, PROGRAMME_BASELINE)

# These share without any row of weights.
WITHOUT_WEIGHTS = (EQUAL, DIRECT, NOT_AGREED)
