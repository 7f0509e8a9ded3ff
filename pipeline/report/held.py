"""Values held otherwise than in the lists that they stand for: without pandas, as what declares a
workbook needs no more of them."""

from collections.abc import Iterator, Sequence
from typing import Any, Self, overload


class Held(Sequence[Any]):
    """What all kinds have in common: they equal the lists that they stand for."""

    def tolist(self) -> list[Any]:
        """The values as a list."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.tolist() == list(other)

    __hash__ = None  # type: ignore[assignment] # as a list has none; mypy wants a method


class Repeated(Held):
    """One value in so many rows."""

    def __init__(self, value: Any, rows: int) -> None:
        self.value = value
        self.rows = rows

    def __len__(self) -> int:
        return self.rows

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Any:
        rows = range(self.rows)[place]  # IndexError for a row that isn't there
        return self.value if isinstance(rows, int) else type(self)(self.value, len(rows))

    def tolist(self) -> list[Any]:
        """The value as often as there are rows."""
        return [self.value] * self.rows
