"""What stands in the way of putting a file in place."""


class PublishError(Exception):
    """Outputs that can't be put in place; the message says which, and what to do."""


def why(fault: OSError) -> str:
    """The system's own words."""
    return fault.strerror or str(fault)
