"""Whether other processes are worth starting, told before anything that reads is imported."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.ingest.discover import InputFile
from pipeline.ingest.places import size_of

# A further process takes as long to start as this many bytes of workbooks take to read.
WORTH = 1_500_000


def others_worth_starting(files: Iterable[InputFile], worth: int = WORTH) -> int:
    """How many other processes are worth starting to read so many files. Of a store each is fetched
    once, by this process; this machine's own may be looked at twice."""
    paths = [file.path for file in files]
    if not all(isinstance(path, Path) for path in paths):
        return 0
    return max(0, sum(map(size_of, paths)) // worth - 1)
