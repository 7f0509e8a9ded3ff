"""Whether the last report of a programme is the one that would be made now, byte by byte: then it
stands, and nobody need wait for it.

A report is made of its inputs, of what was issued before, of its looks and of the software. Nothing
of it depends on the day or on the machine.
"""

import os
from pathlib import Path

from pipeline.core.overview import Overview
from pipeline.ingest.changes import stamps
from pipeline.ingest.code_hash import software
from pipeline.ingest.discover import ProgrammeFolder
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.places import sha256_of_each
from pipeline.issued import issued_sha256
from pipeline.publish import manifest
from pipeline.report.last_outputs import LastOutputs
from pipeline.report.links import returns_at
from pipeline.run import Ingredients, Manner

# It says by which date a workbook was made, for builds that are to be the same again.
_EPOCH = "SOURCE_DATE_EPOCH"


def ingredients_of(folder: ProgrammeFolder, where: Path, manner: Manner) -> Ingredients:
    """All that a report in ``where`` would be made of, but for what was issued; of no key where it
    can't be told: some input can't be read, or something has a say that isn't looked into (a
    history elsewhere, LibreOffice)."""
    before = stamps(folder)
    files = [folder.control, *(file for file in folder.files if not file.unread)]
    digests = sha256_of_each(file.path for file in files)
    inputs = {file.name: digest for file, digest in zip(files, digests, strict=True)}
    if manner.history or manner.ods or not all(digests):
        return Ingredients(before)
    key = LastOutputs(software=software()).key(
        inputs,
        [(file.name, file.unread, file.lost) for file in folder.files],
        folder.rivals,
        returns_at(folder.name, folder.control.path, where),
        (folder.name, manner.theme, Limits.from_environment(), os.environ.get(_EPOCH, "")),
    )
    return Ingredients(before, key, inputs)


def standing(where: Path, ingredients: Ingredients) -> Overview | None:
    """What is said of the report that stands in ``where``, if it was made of the same and each of
    its files is as it was left; else None. Hold ``outputs_lock``. Raises PublishError."""
    last = manifest(where)
    if last is None or last.later or not (ingredients.key and last.origin.key):
        return None
    # Only where nothing else tells them apart is it worth looking into all that was issued.
    if not ingredients.inputs.items() <= last.inputs.items():
        return None
    if last.origin.key != ingredients.key_beside(issued_sha256(where), where):
        return None
    now = sha256_of_each(where / name for name in last.files)
    return last.origin.overview if now == list(last.files.values()) else None
