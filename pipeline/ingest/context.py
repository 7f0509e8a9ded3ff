"""What reading a return needs to know of the programme."""

from dataclasses import dataclass

from pipeline.core.programme import Programme, Tag
from pipeline.ingest.cells import Vocabularies
from pipeline.ingest.layouts import LayoutRow


@dataclass(frozen=True)
class ReadingContext:
    """What of the programme matters to reading a return."""

    years: tuple[int, ...]
    pounds_per_unit: int
    savings_positive: bool
    costs_positive: bool
    incremental: bool
    vocabularies: Vocabularies
    layouts: tuple[LayoutRow, ...] = ()
    strands: tuple[tuple[str, str], ...] = ()
    tags: tuple[Tag, ...] = ()

    @classmethod
    def of(
        cls, programme: Programme, bases: tuple[str, ...], layouts: tuple[LayoutRow, ...] = ()
    ) -> "ReadingContext":
        """The context that a programme's returns are read in."""
        return cls(
            programme.years,
            programme.pounds_per_unit,
            programme.savings_positive,
            programme.costs_positive,
            programme.incremental,
            {
                "services": tuple(service.name for service in programme.services),
                "scenarios": programme.scenarios,
                "bases": bases,
                "partners": programme.codes,
                "partners' names": tuple(partner.name for partner in programme.partners),
                "other programmes": programme.other_programmes,
                "this programme": (programme.title, programme.reference),
            },
            layouts,
            tuple((service.name, service.strand) for service in programme.services),
            programme.tags,
        )
