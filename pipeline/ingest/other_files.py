"""Files among the returns under names that no workbook has: what they are, where somebody may have
meant them as a return."""

from collections.abc import Iterable
from io import BytesIO

from pipeline.core.issue import Issue
from pipeline.core.source import SourceRef
from pipeline.ingest.discover import NO_WORKBOOK, InputFile
from pipeline.ingest.formats.file_kind import FileKind, other_kind
from pipeline.ingest.places import opened

_LOOK_AGAIN = "There may be returns in it: put that right, and run the command again."


def other_files(files: Iterable[InputFile]) -> list[Issue]:
    """An issue for each file that may have been sent as a return and is none that can be read, and
    for each place in which there may be returns that can't be looked into."""
    issues = []
    for file in files:
        if file.lost:
            what = file.unread.removeprefix("Not read: ")
            details = {"what": what, "fix": _LOOK_AGAIN}
            issues.append(Issue("unreadable-workbook", SourceRef(file.name), details=details))
        kind = _kind(file) if file.unread == NO_WORKBOOK else None
        if kind is not None:
            details = {"what": kind.what, "fix": kind.fix}
            issues.append(Issue("other-file", SourceRef(file.name), details=details))
    return issues


def _kind(file: InputFile) -> FileKind | None:
    """What a file is; one that can't be opened is judged by its name."""
    try:
        with opened(file.path) as stream:
            return other_kind(file.name, stream)
    except OSError:
        return other_kind(file.name, BytesIO())
