"""Kill processes that put reports in place, at random moments, and look at what they leave.

    python -m tests.publish.killing FOLDER TIMES

Prints how many were killed before they were done, and how many it took: TIMES, unless hardly any
can be caught.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from pipeline.publish import manifest, outputs_lock, publish, unsettled
from tests.publish.disks import (
    NEW,
    NEXT,
    OLD,
    begin,
    is_report,
    nothing_piles_up,
    settled,
    wholly_old_or_new,
)


def run(folder: Path) -> int:
    """A process of its own that puts the new report in place."""
    child = os.fork()
    if child == 0:
        with outputs_lock(folder, print):
            publish(folder, NEW, {}, 0)
        os._exit(0)
    return child


def main(root: Path, times: int) -> None:
    random.seed(20261125)
    begin(root / "timed")
    started = time.perf_counter()
    os.waitpid(run(root / "timed"), 0)
    takes = time.perf_counter() - started
    midway = tries = 0
    # A process that was done before its moment came proves nothing: another one takes its place.
    while midway < times and tries < 10 * times:
        folder = root / str(tries)
        tries += 1
        begin(folder)
        child = run(folder)
        time.sleep(random.uniform(0, takes))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        midway += os.WIFSIGNALED(status)
        wholly_old_or_new(folder)
        assert is_report(folder, OLD) or is_report(folder, NEW) or unsettled(folder)
        settled(folder)
        assert is_report(folder, OLD) or is_report(folder, NEW), manifest(folder)
        nothing_piles_up(folder)
        publish(folder, NEXT, {}, 0)
        assert is_report(folder, NEXT)
    print(midway, tries)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
