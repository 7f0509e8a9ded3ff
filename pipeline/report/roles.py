"""Which rows of a table of organisations are set off."""

from collections.abc import Iterable

from pipeline.report.spec import Role
from schemas.vocabulary import NOT_YET_APPORTIONED, TOTAL_PROGRAMME

_ROLES = {TOTAL_PROGRAMME: Role.SUBTOTAL, NOT_YET_APPORTIONED: Role.ASIDE}


def organisation_roles(organisations: Iterable[str]) -> dict[int, Role]:
    """The total programme in bold, what is not yet apportioned aside."""
    return {row: _ROLES[name] for row, name in enumerate(organisations) if name in _ROLES}
