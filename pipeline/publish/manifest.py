"""What stands in an outputs folder, in words of its own file."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from pipeline.core.finished_file import Chunk
from pipeline.core.outputs import MANIFEST, SUMMARY
from pipeline.core.overview import Overview, OverviewRow
from pipeline.publish.faults import PublishError


@dataclass(frozen=True)
class Origin:
    """What a report was made of, for the next one. ``made_of``: by path of outputs that it may take
    over, the key of what they were made of; ``chunks``: by path and key where such as stand by
    themselves are in large outputs; ``key``: of all that the whole report was made of,
    empty where that can't be told; ``overview``: what was said of it."""

    made_of: dict[str, str] = field(default_factory=dict)
    key: str = ""
    overview: Overview | None = None
    chunks: dict[str, Mapping[str, Chunk]] = field(default_factory=dict)

    def without(self, names: Collection[str]) -> Self:
        """It, once these outputs have been written over."""
        made_of = {name: key for name, key in self.made_of.items() if name not in names}
        chunks = {name: of_output for name, of_output in self.chunks.items() if name not in names}
        return replace(self, made_of=made_of, chunks=chunks)


@dataclass(frozen=True)
class Manifest:
    """What stands in an outputs folder.

    ``files``: SHA-256 by path within the folder. ``inputs``: what the report was made of, SHA-256
    as read by path within the programme's folder, the control workbook among them, empty for a
    file that was not read. ``errors``: how many stood. ``later``: files that a later command wrote
    over the report's own, with other content.
    """

    files: dict[str, str]
    inputs: dict[str, str]
    errors: int = 0
    later: tuple[str, ...] = ()
    origin: Origin = field(default_factory=Origin)

    @property
    def is_report(self) -> bool:
        """Whether there is a report, not only a list of issues."""
        return SUMMARY in self.files


def manifest(folder: Path) -> Manifest | None:
    """What stands in an outputs folder; None where nothing was ever put there.

    Raises PublishError where the manifest can't be read.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Manifest(
            {str(name): str(digest) for name, digest in content["files"].items()},
            {str(name): str(digest) for name, digest in content.get("inputs", {}).items()},
            int(content.get("errors", 0)),
            tuple(map(str, content.get("later", ()))),
            _origin(content.get("origin", {})),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise PublishError(
            f"{folder / MANIFEST} can't be read ({fault}). Delete it: the report is then written "
            "anew, and files of earlier reports stay until you delete them."
        ) from fault


def _origin(content: dict[str, Any]) -> Origin:
    made_of = {str(name): str(key) for name, key in content.get("made_of", {}).items()}
    chunks: dict[str, Mapping[str, Chunk]] = {
        str(name): {str(key): _chunk(numbers) for key, numbers in of_output.items()}
        for name, of_output in content.get("chunks", {}).items()
    }
    overview = _overview(content.get("overview"))
    return Origin(made_of, str(content.get("key", "")), overview, chunks)


def _chunk(numbers: str) -> Chunk:
    return Chunk(*map(int, numbers.split()))


def _overview(content: Any) -> Overview | None:
    """None also where another release wrote it: its report is made anew in any case."""
    try:
        facts = tuple(OverviewRow(**each) for each in content["facts"])
        not_in = tuple((str(what), str(names)) for what, names in content["not_in"])
        return Overview(**{**content, "facts": facts, "not_in": not_in})
    except (KeyError, TypeError, ValueError):
        return None


def content_of(now: Manifest) -> bytes:
    """A manifest as it is written: ASCII, for a file's name may hold what is no text."""
    content = asdict(now)
    for of_output in content["origin"]["chunks"].values():
        # A line for each.
        of_output |= {key: " ".join(map(str, chunk)) for key, chunk in of_output.items()}
    return json.dumps(content, indent=1, sort_keys=True).encode()
