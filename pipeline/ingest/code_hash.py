"""Whether two copies of this program are the same: what one has read, the other would."""

import hashlib
import platform
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from pyexpat import EXPAT_VERSION

import pipeline
import schemas

PIPELINE, SCHEMAS = (Path(str(each.__file__)).parent for each in (pipeline, schemas))

# All that the program asks for, and lxml, which others of them bring: which of them have a say
# would be forgotten once (tests/test_supply_chain.py).
PACKAGES = (
    *("cryptography", "filelock", "isal", "jinja2", "lxml", "msgspec", "msoffcrypto-tool", "numpy"),
    *("odfdo", "openpyxl", "pandas", "pandera", "platformdirs", "pyxlsb", "python-calamine"),
    *("python-docx", "python-multipart", "rapidfuzz", "rich", "sqlalchemy", "starlette", "typer"),
    *("uvicorn", "watchfiles", "xlrd", "xlsxwriter"),
)


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


@cache
def software() -> tuple[str, ...]:
    """All code that has a say in what comes out: this program's by its bytes, others' by their
    versions."""
    libraries = (EXPAT_VERSION, zlib.ZLIB_RUNTIME_VERSION, *with_versions(PACKAGES))
    return (platform.python_version(), code_sha256(PIPELINE, SCHEMAS), *libraries)
