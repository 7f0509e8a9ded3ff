"""A rule's cases: workbooks that break it, and workbooks that come close and don't."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.builders import Cell, Programme, Return

# Writes the workbooks of a case; gives the rules and places to expect, in order.
Write = Callable[[Path], list[tuple[str, str]]]


@dataclass(frozen=True)
class Case:
    """Workbooks, and what is found in them. ``near``: the rule is not among it."""

    rule: str
    says: str
    write: Write
    near: bool = False

    @property
    def name(self) -> str:
        """The case in a line."""
        return f"{self.rule}{' not' if self.near else ''}: {self.says}"


def place(cell: str, sheet: str = "Savings", workbook: str = "return.xlsx") -> str:
    """A place as issues name it."""
    return f"{workbook}, {sheet}!{cell}" if cell else f"{workbook}, {sheet}"


def control(cell: str, sheet: str) -> str:
    """A place in the control workbook."""
    return place(cell, sheet, "programme.xlsx")


def programme() -> Programme:
    """A programme of two scenarios with a driver beside its baselines."""
    one = Programme()
    one.driver("Headcount", A=3, B=1)
    return one


def line(
    rule: str,
    says: str,
    amounts: Sequence[Cell] | Mapping[str, Cell] = (500,),
    *,
    at: str | None = None,
    also: Sequence[tuple[str, str]] = (),
    cover: Mapping[str, Cell] | None = None,
    **cells: Cell,
) -> Case:
    """One line in a return beside a good one. ``at``: the heading of the cell at fault (none: the
    line comes close); ``also``: other rules and headings, after it."""

    def write(folder: Path) -> list[tuple[str, str]]:
        programme().write(folder)
        finance = Return()
        for setting, value in (cover or {}).items():
            finance.cover(setting, value)
        finance.line([5, 5, 5], category="Recurring cost")
        row = finance.line(amounts, **cells)
        finance.write(folder)
        faults = [(rule, at)] if at else []
        return [(name, place(finance.at(row, heading))) for name, heading in (*faults, *also)]

    return Case(rule, says, write, near=at is None)


def case(rule: str, says: str, *, near: bool = False) -> Callable[[Write], Case]:
    """Makes a case of a function that writes its workbooks."""

    def make(write: Write) -> Case:
        return Case(rule, says, write, near)

    return make


def cases_of(module: Mapping[str, object]) -> list[Case]:
    """Every case that a module holds, by itself or in a list."""
    cases: list[Case] = []
    for value in module.values():
        if isinstance(value, Case):
            cases.append(value)
        elif isinstance(value, list):
            cases += [each for each in value if isinstance(each, Case)]
    return cases
