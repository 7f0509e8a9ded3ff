"""What the last report left, to be taken over where this one would make it again byte by byte.

Nothing is kept for it: the outputs are there, and their manifest says of each what it was made of.
"""

import hashlib
import pickle
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class LastOutputs:
    """The outputs of the last report in ``folder``. By path within it ``files``: the SHA-256 that
    each was left with; ``made_of``: the key of all that it was made of. ``software``: all code that
    has a say in what an output becomes."""

    folder: Path = Path()
    files: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, str] = field(default_factory=dict)
    software: tuple[str, ...] = ()

    def key(self, *parts: object) -> str:
        """The key of all that an output is made of: alike only where the output is. Parts that are
        equal may have different keys, which costs time only."""
        return hashlib.sha256(pickle.dumps((self.software, parts), protocol=5)).hexdigest()

    def path_of(self, key: str) -> str:
        """The path of the output that was made of the same; empty where there is none."""
        return next((path for path, made_of in self.made_of.items() if made_of == key), "")

    def copied(self, path: str, target: Path) -> bool:
        """Whether an output, copied to ``target``, is there and still as it was left."""
        # One that can't be copied, for whatever reason, is made anew.
        with suppress(OSError):
            shutil.copyfile(self.folder / path, target)
            with target.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == self.files.get(path)
        return False
