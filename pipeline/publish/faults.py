"""What stands in the way of putting a file in place."""

LONGEST_PATH = 259
_NO_PATH = (2, 3, 206)  # no such file, no such path, too long a name: as the call happens to say


class PublishError(Exception):
    """Outputs that can't be put in place; the message says which, and what to do."""


def why(fault: OSError) -> str:
    """The system's own words, but for a path that is longer than Windows takes: of it Windows says
    that it isn't there."""
    if getattr(fault, "winerror", 0) in _NO_PATH and len(str(fault.filename)) > LONGEST_PATH:
        return f"the path has more than the {LONGEST_PATH} characters that Windows takes"
    return fault.strerror or str(fault)
