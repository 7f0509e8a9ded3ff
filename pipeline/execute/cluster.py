"""Reading returns on a Dask cluster.

Workers read files from a share or a store that all machines see, and send back typed columns. The
batches of a worker that is lost are read by another one. What a worker sees otherwise than this
machine does is read here, and said.
"""

import logging
import math
import time
import warnings
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any, Self

from distributed import Client, Future
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker
from distributed.security import Security
from distributed.versions import VersionMismatchWarning

from pipeline.core.phrases import in_words
from pipeline.core.returns import Return
from pipeline.execute import Deed, ExecutorError, Step, idly, quietly
from pipeline.execute.batches import batches
from pipeline.execute.worker import (
    Batch,
    Introduction,
    Job,
    introduce,
    read_batch,
    software,
    view_of,
)
from pipeline.ingest.context import ReadingContext
from pipeline.ingest.discover import InputFile
from pipeline.ingest.places import InputPath, sha256_of
from pipeline.ingest.reader import Reader

CONNECT = 10.0  # seconds that the scheduler has to answer
PATIENCE = 60.0  # seconds that are waited for a worker where there is none
LOOK = 10.0  # seconds from one look after the workers to the next, while a batch is waited for
MOST_FILES, MOST_BYTES = 50, 8_000_000  # in a batch
BATCHES_A_THREAD = 4  # given out ahead, so that no thread waits and results don't pile up


class ClusterExecutor:
    """Reads returns on the workers of a Dask scheduler. Use it in a ``with`` statement, which
    connects and takes leave."""

    def __init__(
        self, address: str, tell: Callable[[str], None], *, patience: float = PATIENCE
    ) -> None:
        """``address``: tcp://host:port or tls://host:port, for which Dask's configuration names
        the certificates. ``tell``: what is worth knowing though it changes nothing in the
        result. ``patience``: seconds."""
        self.address = address
        self._tell = tell
        self._patience = patience
        self._reader = Reader()

    def __enter__(self) -> Self:
        # What Dask logs of lost workers and the like is said here in this program's own words.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        security = Security()
        if (
            self.address.startswith("tls:")
            and not security.get_connection_args("client")["ssl_context"]
        ):
            raise ExecutorError(
                f"{self.address} needs certificates, and Dask's configuration names none: set "
                "distributed.comm.tls.ca-file, distributed.comm.tls.client.cert and "
                "distributed.comm.tls.client.key."
            )
        try:
            with warnings.catch_warnings():
                # Said below, in this program's own words.
                warnings.simplefilter("ignore", VersionMismatchWarning)
                self._client = Client(
                    self.address, timeout=CONNECT, set_as_default=False, security=security
                )
        except OSError as fault:
            raise ExecutorError(
                f"No scheduler answers at {self.address}. See that it runs (dask scheduler), that "
                "the address is the one that it names, and that no firewall stands between; or "
                "leave out --cluster."
            ) from fault
        except Exception as fault:
            raise ExecutorError(
                f"The scheduler at {self.address} can't be used ({type(fault).__name__}: {fault})."
            ) from fault
        try:
            self._check_scheduler()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._reader.__exit__(*error)
        self._client.close()

    def read_returns(
        self,
        files: Sequence[InputFile],
        context: ReadingContext,
        step: Step = quietly,
        meanwhile: Deed = idly,
    ) -> Iterator[Return]:
        """Each file's return, in the order of the files (see Executor)."""
        meanwhile()
        if not files:
            return
        step("Meeting the workers")
        threads = sum(self._meet(files[0].path).values())
        jobs = [Job(file.name, file.path, view_of(file.path)) for file in files]
        most = math.ceil(len(jobs) / (threads * BATCHES_A_THREAD))
        waiting: deque[tuple[list[Job], Future[Batch]]] = deque()
        otherwise: dict[str, list[str]] = defaultdict(list)
        count = 0
        given_out = batches(jobs, _size, min(most, MOST_FILES), MOST_BYTES)
        for batch in (*given_out, None):
            if batch is not None:
                waiting.append((batch, self._hand_out(batch, context)))
            while waiting and (batch is None or len(waiting) > threads * BATCHES_A_THREAD):
                step(f"Reading on {self.address}: {count:,} of {len(jobs):,} returns")
                jobs_out, future = waiting.popleft()
                yield from self._collected(jobs_out, future, context, otherwise)
                count += len(jobs_out)
        for worker, names in otherwise.items():
            self._tell(_seen_otherwise(worker, names))

    def _hand_out(self, jobs: list[Job], context: ReadingContext) -> Future[Batch]:
        """A batch, given to whichever worker is free."""
        limits = self._reader.limits
        return self._client.submit(read_batch, jobs, context, limits, pure=False, retries=2)

    def _collected(
        self,
        jobs: list[Job],
        future: Future[Batch],
        context: ReadingContext,
        otherwise: dict[str, list[str]],
    ) -> Iterator[Return]:
        """A batch's returns, once they are there. A file that its worker viewed otherwise than
        this machine is read here; where it truly was another, its name goes to ``otherwise``."""
        try:
            batch = self._result(future)
        except KilledWorker:
            more = f" and {len(jobs) - 1:,} more" if len(jobs) > 1 else ""
            self._tell(
                f"One worker after the other was lost over {jobs[0].name}{more}: read here instead."
            )
            for job in jobs:
                yield self._reader.read_return(job.name, job.path, context)
            return
        _check_software(f"The worker {batch.worker}", batch.software)
        for job, of_worker, view in zip(jobs, batch.returns, batch.views, strict=True):
            if view is not None and view == job.view:
                yield of_worker
                continue
            here = self._reader.read_return(job.name, job.path, context)
            if here.sha256 != of_worker.sha256:
                otherwise[batch.worker].append(job.name)
            yield here

    def _result(self, future: Future[Batch]) -> Batch:
        """A batch's result, waited for as long as there are workers."""
        deserted_since: float | None = None
        while True:
            try:
                result: Batch = future.result(timeout=LOOK)
                return result
            except TimeoutError as fault:
                if future.status == "error":
                    raise _failed(fault) from fault
            except KilledWorker:
                raise
            except (CancelledError, CommClosedError) as fault:
                raise self._lost() from fault
            except Exception as fault:
                raise _failed(fault) from fault
            if self._threads():
                deserted_since = None
            elif deserted_since is None:
                deserted_since = time.monotonic()
            elif time.monotonic() - deserted_since > self._patience:
                raise self._deserted()

    def _threads(self) -> dict[str, int]:
        """The workers that are there, each with its number of threads."""
        try:
            threads: dict[str, int] = self._client.nthreads()
        except (OSError, CancelledError) as fault:
            raise self._lost() from fault
        return threads

    def _meet(self, path: InputPath) -> dict[str, int]:
        """See that there are workers, that they read as this machine does, and that they see a
        file that it sees; gives the threads of each."""
        try:
            self._client.wait_for_workers(1, timeout=self._patience)
        except TimeoutError as fault:
            raise self._deserted() from fault
        except (OSError, CancelledError) as fault:
            raise self._lost() from fault
        met = self._client.run(introduce, path, on_error="return")
        there, digest = self._threads(), sha256_of(path)
        for worker, answer in met.items():
            if worker not in there:
                continue  # lost since
            if not isinstance(answer, Introduction):
                raise ExecutorError(
                    f"The worker {worker} can't read returns ({type(answer).__name__}: {answer}). "
                    "Install this program there too: pip install '.[cluster]'"
                )
            _check_software(f"The worker {worker}", answer.software)
            if answer.sha256 != digest:
                raise ExecutorError(
                    f"The worker {worker} {'sees another' if answer.sha256 else 'sees no'} file "
                    f"at {path}. Inputs must be on a share that every machine sees under the same "
                    "path, or in a store such as s3://."
                )
        return there

    def _check_scheduler(self) -> None:
        """See that the scheduler speaks the same version of Dask."""
        versions: Any = self._client.get_versions()
        its_version = versions["scheduler"]["packages"]["distributed"]
        _check_software("The scheduler", {**software(), "distributed": its_version})

    def _deserted(self) -> ExecutorError:
        return ExecutorError(
            f"The scheduler at {self.address} has had no worker for {self._patience:.0f} seconds. "
            f"Start some (dask worker {self.address}) and run the command again."
        )

    def _lost(self) -> ExecutorError:
        return ExecutorError(
            f"The scheduler at {self.address} was lost. Start it and its workers again, then run "
            "the command again."
        )


def _size(job: Job) -> int:
    return job.view.size if job.view else 0


def _check_software(who: str, other_versions: dict[str, str]) -> None:
    versions = software()
    differing = [name for name in versions if other_versions.get(name) != versions[name]]
    if differing:
        what = in_words([f"{name} {other_versions.get(name, '(none)')}" for name in differing])
        here = in_words([f"{name} {versions[name]}" for name in differing])
        raise ExecutorError(
            f"{who} has {what}, this machine {here}: they might read differently. Install the same "
            "on all machines (pip install --no-deps -r requirements.lock, then '.[cluster]'), "
            "start the cluster again, and run the command again."
        )


def _failed(fault: Exception) -> ExecutorError:
    return ExecutorError(
        f"A worker failed, through no fault of a return ({type(fault).__name__}: {fault}). Leave "
        "out --cluster to read the returns here."
    )


def _seen_otherwise(worker: str, names: list[str]) -> str:
    what = f"{len(names):,} files" if len(names) > 3 else ", ".join(f"“{each}”" for each in names)
    return (
        f"The worker {worker} sees {what} otherwise than this machine does: read here instead. Is "
        "the inputs' share there the same as here?"
    )
