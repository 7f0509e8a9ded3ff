"""A wheel for tests of installing."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    path: Path

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def planted_wheel(folder: Path, version: str = "1.0") -> Wheel:
    """A package of one line, called planted, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"planted-{version}-py3-none-any.whl"
    about = f"planted-{version}.dist-info"
    files = {
        "planted.py": "WHOLE = True\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: planted\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{about}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Wheel(path)
