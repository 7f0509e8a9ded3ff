"""What each project costs and saves: the financial report that its business case refers to."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.core.grouping import categories, number_among, translate
from pipeline.core.lines import Mask
from pipeline.core.programme import Programme, Service
from pipeline.core.source import SourceRef
from pipeline.core.text import ref_key
from pipeline.model.appraisal import payback, return_on_investment
from pipeline.model.figures import (
    Cube,
    appraisal_rows,
    cube,
    net_cashable,
    year_rows,
)
from schemas.model import PROJECT_APPRAISAL, PROJECT_YEARS
from schemas.vocabulary import TOTAL_PROGRAMME

# The lines that name no project, or one that no return describes.
NO_PROJECT = ""


def by_project(
    register: pd.DataFrame,
    apportioned: pd.DataFrame,
    programme: Programme,
    projects: Collection[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two frames, in the order in which the register first names the projects.

    PROJECT_APPRAISAL, for the whole of the project (as ``Total programme``) and the organisations
    that have any part in it, and PROJECT_YEARS, for the whole alone. ``projects``: the ref keys of
    those that have a business case; all other lines are of ``NO_PROJECT``.
    """
    of_line = categories(
        translate(
            register["project_code"],
            lambda code: key if (key := ref_key(code)) in projects else NO_PROJECT,
        )
    )
    of_part = of_line[apportioned["register_row"].to_numpy(dtype=np.int64)]
    names = tuple(of_line.categories)
    # The cube with projects where it has services otherwise.
    figures = cube(
        register.assign(service=of_line),
        apportioned.assign(service=of_part),
        replace(programme, services=tuple(Service(n, "", None, SourceRef("")) for n in names)),
    )
    organisations = figures.organisations
    involved = np.zeros((len(names), len(organisations)), dtype=bool)
    involved[of_part.codes, number_among(apportioned["organisation"], organisations)] = True
    appraisals = _appraised(figures, names, involved)
    years = [
        (project, TOTAL_PROGRAMME, *row)
        for project, *row in year_rows(names, figures.pence[0], programme)
    ]
    return (
        pd.DataFrame(appraisals, columns=PROJECT_APPRAISAL.names(), dtype=object),
        pd.DataFrame(years, columns=PROJECT_YEARS.names(programme.year_labels), dtype=object),
    )


def _appraised(
    figures: Cube, projects: tuple[str, ...], involved: Mask
) -> Iterator[tuple[object, ...]]:
    """The appraisal of the whole of each project and of the organisations involved in it: which
    are, projects × organisations."""
    measures, nets = figures.measures.tolist(), net_cashable(figures.pence).tolist()
    for number, project in enumerate(projects):
        for place, name in enumerate(figures.organisations):
            if place == 0 or involved[number, place]:
                pairs, net = measures[place][number], nets[place][number]
                paybacks = [payback(*pair) for pair in pairs]
                band = return_on_investment(paybacks)
                for row in appraisal_rows(figures.programme, name, pairs, paybacks, net):
                    yield project, band, *row
