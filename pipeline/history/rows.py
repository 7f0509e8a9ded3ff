"""What a row of Movements says."""

NEW, REMOVED, CHANGED, REJECTED = "New", "Removed", "Changed", "Rejected"

# What an effect comes from, in the order of the bridges.
KINDS = (
    NEW_LINES := "New",
    REMOVED_LINES := "Removed",
    AMOUNT := "Changed amount",
    MOVED := "Moved strand or year",
    CATEGORY := "Changed category",
    SETTING := "Changed setting",
    REJECTED_NOW := "Rejected now",
)

Row = tuple[object, ...]
