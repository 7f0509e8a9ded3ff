"""The bases of apportionment that every programme has, beside its drivers."""

BASELINE = "Baseline"
PROGRAMME_BASELINE = "Programme baseline"
EQUAL = "Equal"
DIRECT = "Direct"
NOT_AGREED = "Not agreed"
FIXED_BASES = (BASELINE, PROGRAMME_BASELINE, EQUAL, DIRECT, NOT_AGREED)

# These share without any row of weights.
WITHOUT_WEIGHTS = (EQUAL, DIRECT, NOT_AGREED)
