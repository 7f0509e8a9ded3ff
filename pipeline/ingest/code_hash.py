"""Whether two copies of this program are the same: what one has read, the other would."""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pipeline
import schemas

PIPELINE, SCHEMAS = (Path(str(each.__file__)).parent for each in (pipeline, schemas))


def code_sha256(*folders: Path) -> str:
    """Of all modules in some of the program's folders: their names and their bytes."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(PIPELINE.parent).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def with_versions(packages: Iterable[str]) -> Iterator[str]:
    """Packages with their versions; not every system has each."""
    for name in packages:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"no {name}"
