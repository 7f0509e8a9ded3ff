"""What holds of a return and of how its amounts are entered: the settings of its Cover, else those
that Layouts give, else the programme's; and what is wrong with them (contract, section 3)."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeVar

from pipeline.core.account import NumberUse
from pipeline.core.issue import Issue
from pipeline.core.money import POUND
from pipeline.core.returns import Cover
from pipeline.core.suggest import letter_off, nearest
from pipeline.core.text import match_key
from pipeline.core.years import parse_year
from pipeline.ingest.account import Claims
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.covers import PossibleCover, possible_cover, the_cover
from pipeline.ingest.formats.workbook import Sheet, WorkbookError
from pipeline.ingest.layouts import CONSTANT, SHEET, LayoutRow
from pipeline.ingest.return_sheets import OWN_SHEETS, ReturnSheets
from pipeline.ingest.settings import GivenSetting, Settings, read_settings
from pipeline.ingest.sheet_layout import Layout
from pipeline.ingest.tables import Columns
from schemas.fields import Setting, Standing
from schemas.returns import (
    AMOUNT_SETTINGS,
    CERTIFIED_BY,
    CONTACT,
    COVER,
    DATED,
    DEPARTMENT,
    LAST_DATED,
    OWN_COSTS_SIGN,
    OWN_PROFILE,
    OWN_SAVINGS_SIGN,
    OWN_UNITS,
    PREPARED_BY,
    REPLACES,
    RETURN_STATUS,
    YEARS_ADDED,
)

OF_AMOUNTS = frozenset(of.name for of, _ in AMOUNT_SETTINGS)
_COVER, _NO_COVERS = match_key(COVER.name), {match_key(name) for name in OWN_SHEETS}
Value = TypeVar("Value")


@dataclass
class CoverSettings:
    """``of_return``: what holds for a return, ``by_sheet``: for single sheets of it. ``sheet``: the
    Cover's, ``names``: the settings that it has. ``unit``: what the return itself says that its
    amounts are in, ``units``: of single sheets. ``context``: that its tables are read in.
    ``served``: the rows of Layouts that were of use. ``years_added``: of a next return, those that
    its last one had no column for."""

    of_return: Cover
    sheet: Sheet | None
    names: frozenset[str]
    unit: int | None
    context: ReadingContext
    served: set[tuple[int, str]]
    years_added: set[int | None]
    by_sheet: dict[int, Cover] = field(default_factory=dict)
    units: dict[int, int | None] = field(default_factory=dict)

    def on(self, sheet: Sheet) -> Cover:
        """What holds for a sheet."""
        return self.by_sheet.get(sheet.number, self.of_return)

    def unit_on(self, sheet: Sheet) -> int | None:
        """What the return itself says that the amounts of a sheet are in."""
        return self.units.get(sheet.number, self.unit)


class CoverReader:
    """Reads the settings of one return."""

    def __init__(self, sheets: ReturnSheets, context: ReadingContext, issues: list[Issue]) -> None:
        self.sheets, self.context, self.issues = sheets, context, issues
        self.workbook = sheets.workbook
        self.served: set[tuple[int, str]] = set()

    def read(self, claims: Claims) -> CoverSettings:
        """The settings; the programme's and the file's name stand in for what they lack."""
        possible = self.possible_covers()
        candidate = the_cover(possible)
        cover_sheet, settings = self.opened(candidate)
        for each in (*settings.values.values(), *(again for again, _ in settings.repeated)):
            claims.claim_cell(each.at, NumberUse.HEADING)
        names, years_added = frozenset(settings.values), set[int | None]()
        if settings.value(REPLACES):
            # It follows the template, whatever the workbook did that it takes the place of.
            self.context = replace(self.context, layouts=())
            years_added = {parse_year(each) for each in settings.value(YEARS_ADDED) or ()}
        faults = self.complete(settings)
        cover = _cover(settings, self.context, PurePosixPath(self.workbook).stem)
        cover.faults |= faults
        self.judge(cover, settings)
        self.doubt(cover, settings)
        for other in possible:
            if other is not candidate:
                self.contradict(cover, other.settings)
        result = CoverSettings(
            cover,
            cover_sheet,
            names,
            settings.value(OWN_UNITS),
            self.context,
            self.served,
            years_added,
        )
        self.read_sheet_covers(result)
        return result

    def opened(self, candidate: PossibleCover | None) -> tuple[Sheet | None, Settings]:
        """The sheet that is the Cover, or is only called so, and what is set on it."""
        keys = [match_key(name) for name, _ in self.sheets.names]
        settings = candidate.settings if candidate else Settings({}, [], [], [], {})
        sheet = None
        if candidate:
            sheet = self.sheets.open(candidate.sheet.number)
        elif _COVER in keys:
            sheet = self.sheets.open(keys.index(_COVER))
            settings = read_settings(sheet, COVER, self.workbook)
        self.issues += settings.issues if _COVER in keys else []
        return sheet, settings

    def complete(self, settings: Settings) -> dict[str, Issue]:
        """Add what Layouts say of the whole return; gives what is wrong with it, by the setting."""
        names = [name for name, _ in self.sheets.names]
        by_layouts, faults = self.given_settings(
            names, settings.values, lambda row: not row.names_sheet
        )
        settings.values |= by_layouts
        # What isn't about amounts is about the whole return, whichever sheet is named beside it.
        of_return, more = self.given_settings(
            names, settings.values, lambda row: row.ours not in OF_AMOUNTS
        )
        settings.values |= of_return
        return {**faults, **more}

    def possible_covers(self) -> list[PossibleCover]:
        """The sheets in sight, and those called Cover, that are a Cover."""
        possible = []
        for number, (name, is_hidden) in enumerate(self.sheets.names):
            if match_key(name) in _NO_COVERS or (is_hidden and match_key(name) != _COVER):
                continue
            try:
                cover = possible_cover(self.sheets.look(number), self.workbook)
            except WorkbookError:  # who reads the sheet says so
                continue
            if cover is not None:
                possible.append(cover)
        return possible

    def contradict(self, cover: Cover, other: Settings) -> None:
        """Settings of amounts on a further sheet, which say something else than holds."""
        for of, attribute in AMOUNT_SETTINGS:
            value_in_force, value = getattr(cover, attribute), other.value(of)
            if value in (None, value_in_force):
                continue
            setting, text = other.values[of.name], of.values.text(value_in_force)
            if of is OWN_UNITS:
                details = {"what": f"the return's amounts are read in {text}"}
                issue = Issue("unit-conflict", setting.at, of.heading, setting.text, details)
            else:
                details = {"suggestion": f": the return is read as {text}", "choices": text}
                issue = Issue("unknown-value", setting.at, of.heading, setting.text, details)
            self.issues.append(issue)

    def read_sheet_covers(self, result: CoverSettings) -> None:
        """What Layouts say of how one sheet's amounts are entered, where the Cover doesn't."""
        for number, (name, _) in enumerate(self.sheets.names):
            by_layouts, faults = self.given_settings(
                [name], result.names, lambda row: row.names_sheet and row.ours in OF_AMOUNTS
            )
            if not (by_layouts or faults):
                continue
            settings = Settings(by_layouts, [], [], [], {})
            of_return = result.of_return
            of_others = {key: at for key, at in of_return.faults.items() if key not in by_layouts}
            cover = replace(of_return, faults={**of_others, **faults})
            for of, attribute in AMOUNT_SETTINGS:
                if (value := settings.value(of)) is not None:
                    setattr(cover, attribute, value)
            self.below_zero(cover, settings)
            result.units[number] = settings.value(OWN_UNITS) or result.unit
            result.by_sheet[number] = cover

    def given_settings(
        self,
        sheets: list[str],
        on_cover: Container[str],
        about: Callable[[LayoutRow], bool],
    ) -> tuple[dict[str, GivenSetting], dict[str, Issue]]:
        """The settings of the Cover that rows of Layouts give to these sheets, but those
        ``on_cover``, and what is wrong with others, by the setting."""
        rows = [
            row
            for row in self.context.layouts
            if row.table == COVER.name
            and row.fits_workbook(self.workbook)
            and any(map(row.fits_sheet, sheets))
        ]
        self.served |= {(row.number, SHEET) for row in rows}
        if not rows:
            return {}, {}
        rows_in_use = tuple(
            row
            for row in rows
            if str(row.ours) not in on_cover and (about(row) or not row.constant)
        )
        layout = Layout(self.workbook, ", ".join(sheets), rows_in_use)
        layout.serve(Columns(), (), self.context.vocabularies)
        self.served |= layout.served
        self.issues += [*layout.faults, *layout.strange]
        wrong = {issue.at: issue for issue in layout.faults}
        faults = {
            str(row.ours): wrong[at] for row in rows_in_use if (at := row.at(CONSTANT)) in wrong
        }
        by_name = {}
        for ours, row in layout.constants.items():
            (cell,) = layout.translated(ours, [layout.constant(row, 0, [], Columns())])
            if cell != "" and ours not in faults:
                by_name[str(ours)] = GivenSetting(row.heading, cell, row.at(CONSTANT))
        return by_name, faults

    def judge(self, cover: Cover, settings: Settings) -> None:
        """Settings that say what they may not."""
        for of in filter(settings.wrong, COVER.settings):
            at, text = settings.values[of.name].at, settings.values[of.name].text
            details = {"suggestion": "", "choices": of.values.expected}
            self.fault(cover, of.name, Issue("unknown-value", at, of.heading, text, details))
        self.below_zero(cover, settings)

    def below_zero(self, cover: Cover, settings: Settings) -> None:
        """Where savings are entered below zero, costs are above it, and nothing is to be said."""
        if cover.savings_positive:
            return
        cover.costs_positive = True
        if settings.value(OWN_COSTS_SIGN) is not None:
            setting, heading = settings.values[OWN_COSTS_SIGN.name], OWN_COSTS_SIGN.heading
            details = {"suggestion": "", "choices": "it only where Savings sign is Positive"}
            issue = Issue("unknown-value", setting.at, heading, setting.text, details)
            self.fault(cover, OWN_COSTS_SIGN.name, issue)

    def doubt(self, cover: Cover, settings: Settings) -> None:
        """Settings that can't be read, are called otherwise, or stand twice."""
        for other in settings.others:
            if (near_name := _meant_setting(other, cover)) is not None:
                details = {"suggestion": f" (did you mean “{near_name}”?)", "choices": near_name}
                at = other.name_at or other.at
                issue = Issue("unknown-value", at, "Setting", other.name, details)
                self.fault(cover, COVER.field(near_name).name, issue)
        for name, error in settings.faults.items():
            field = next(f for f in COVER.fields if f.name == name)
            rule = "cell-error" if error else "formula-no-value"
            at = settings.values[name].at
            self.fault(cover, name, Issue(rule, at, field.heading, error))
        for again, first in settings.repeated:
            field = COVER.field(again.name)
            if field.needed and match_key(again.text) != match_key(first.text):
                details = {
                    "suggestion": f": {first.at.cell} says “{first.text}”",
                    "choices": "one of the two and delete the other",
                }
                issue = Issue("unknown-value", again.at, field.heading, again.text, details)
                self.fault(cover, field.name, issue)

    def fault(self, cover: Cover, name: str, issue: Issue) -> None:
        """Name a fault of a setting."""
        self.issues.append(issue)
        cover.faults.setdefault(name, issue)


def _cover(settings: Settings, context: ReadingContext, workbook: str) -> Cover:
    """What the settings say, each one's default where they don't."""

    def value(of: Setting[Value], programmes: Value | None = None) -> Value:
        setting_value = settings.value(of)
        if setting_value is None:
            setting_value = of.default_of(
                {} if programmes is None else {Standing.PROGRAMME: programmes}
            )
        return setting_value

    department = settings.value(DEPARTMENT)
    return Cover(
        department or DEPARTMENT.default_of({Standing.WORKBOOK: workbook}),
        value(OWN_UNITS, context.pounds_per_unit),
        value(OWN_SAVINGS_SIGN, context.savings_positive),
        value(OWN_PROFILE, context.incremental),
        value(PREPARED_BY),
        value(CONTACT),
        value(DATED),
        value(RETURN_STATUS),
        value(CERTIFIED_BY),
        dated_at=settings.values[DATED.name].at if DATED.name in settings.values else None,
        costs_positive=value(OWN_COSTS_SIGN, context.costs_positive),
        names_department=bool(department),
        replaces=value(REPLACES),
        last_dated=value(LAST_DATED),
    )


def _meant_setting(other: GivenSetting, cover: Cover) -> str | None:
    """The setting that a row of the Cover means, though it is called otherwise: its name is a
    letter off, or its value is one of that setting's, and it would change the amounts."""
    in_force = [(of, getattr(cover, attribute)) for of, attribute in AMOUNT_SETTINGS]
    same = [of.heading for of, value in in_force if of.values.read(other.cell) == value]
    fitting = [
        of.heading for of, value in in_force if of.values.read(other.cell) not in (None, value)
    ]
    near_name = letter_off(other.name, [of.heading for of, _ in in_force])
    if near_name is not None:
        return None if near_name in same else near_name
    if fitting == [OWN_UNITS.heading] and OWN_UNITS.values.read(other.cell) != POUND:
        return OWN_UNITS.heading
    return nearest(other.name, fitting)
