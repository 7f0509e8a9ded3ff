"""Where a printed sheet starts a new page, so that what belongs together stands together: a
caption with its table or chart, the rows of a group."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Excel takes no more in a sheet.
MOST_BREAKS = 1_000


@dataclass(frozen=True)
class Stretch:
    """The rows of a sheet (from 0) from ``start`` up to ``stop``: a table with its caption, or a
    chart. The rows before ``body`` are never parted from the first one of it; ``groups`` are the
    rows that open a further group."""

    start: int
    body: int
    stop: int
    groups: Sequence[int] = ()

    def parts(self) -> Iterator[range]:
        """What stays together: each group, or the first row with all above it."""
        later = sorted(group for group in self.groups if group > self.body)
        cuts = [*later, self.stop] if self.groups else [self.body + 1]
        start = self.start
        for cut in cuts:
            yield range(start, cut)
            start = cut


def page_breaks(
    stretches: Iterable[Stretch], heights: Sequence[float], page: float, repeated: float = 0
) -> list[int]:
    """The rows that start a page; none where they would be too many.

    ``heights`` by row, a ``page`` and the heading ``repeated`` on each but the first are in one
    unit. A stretch that would be parted starts a page, if it fits on one and no more than half a
    page is left blank for it; else its groups do, and where there are none it is parted by rows.
    """
    breaks: list[int] = []
    filled = 0.0

    def put(part: range) -> None:
        """On this page, and on the next from where it ends: each such row is named, so that the
        viewer's pages stay those that are reckoned with here."""
        nonlocal filled
        for row in part:
            high = heights[row]
            if filled and filled + high > page:
                breaks.append(row)
                filled = repeated
            filled += high

    for stretch in stretches:
        whole = range(stretch.start, stretch.stop)
        high = sum(heights[stretch.start : stretch.stop])
        together = high <= page and not filled < page / 2 < filled + high - page / 2
        end = stretch.start
        for part in [whole] if together else stretch.parts():
            high = sum(heights[part.start : part.stop])
            if filled and filled + high > page >= repeated + high:
                breaks.append(part.start)
                filled = repeated
            put(part)
            end = part.stop
        put(range(end, stretch.stop))
    return breaks if len(breaks) <= MOST_BREAKS else []
