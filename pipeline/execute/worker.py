"""What is done on a cluster's workers: reading a batch of returns, and telling what reads them."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from distributed import get_worker

from pipeline.core.returns import Return
from pipeline.ingest.code_hash import PIPELINE, SCHEMAS, code_sha256
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.formats.limits import Limits
from pipeline.ingest.places import InputPath, View, sha256_of, view
from pipeline.ingest.reader import Reader

# What has a say in what reading a return gives, and in how it is sent.
_PACKAGES = ("distributed", "numpy", "pandas", "python-calamine", "rapidfuzz")


@dataclass(frozen=True)
class Job:
    """A return to be read: its name in the programme, its file, and the view that the machine had
    of it where the command was given; None where it couldn't see it."""

    name: str
    path: InputPath
    view: View | None


@dataclass(frozen=True)
class Batch:
    """Returns as one worker read them, and its views of their files. ``worker``: its address;
    ``software``: what read them."""

    worker: str
    returns: list[Return]
    views: list[View | None]
    software: dict[str, str]


@dataclass(frozen=True)
class Introduction:
    """A worker's software, and the SHA-256 of a file as it sees it; empty where it doesn't."""

    software: dict[str, str]
    sha256: str


@cache
def software() -> dict[str, str]:
    """The version of all that has a say in what is read; of this program it is the SHA-256 of its
    code."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "savings-pipeline": code_sha256(PIPELINE, SCHEMAS)[:12],
        **{package: version(package) for package in _PACKAGES},
    }


def introduce(path: InputPath) -> Introduction:
    """Say what is here, and what a file is from here."""
    return Introduction(software(), sha256_of(path))


def view_of(path: InputPath) -> View | None:
    """This machine's view of a file; None where it can't see it."""
    try:
        return view(path)
    except OSError:
        return None


def read_batch(jobs: Sequence[Job], context: ReadingContext, limits: Limits) -> Batch:
    """Read some returns by the rules that hold anywhere: those out of the ordinary in a process of
    their own, within the limits that are set where the command was given."""
    views = [view_of(job.path) for job in jobs]
    with Reader(limits) as reader:
        returns = [reader.read_return(job.name, job.path, context) for job in jobs]
    return Batch(get_worker().address, returns, views, software())
