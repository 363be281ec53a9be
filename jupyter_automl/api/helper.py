"""A process beside the kernel for work that a person waits for."""

from __future__ import annotations

import atexit
import itertools
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import AutoMLError, RunError

if TYPE_CHECKING:
    from jupyter_automl.execute.job import JobEvent, JobFailed
    from jupyter_automl.execute.pool import WorkerPool

IDLE_SECONDS = 120.0
"""After which the process ends; the next job starts another one."""
POLL_SECONDS = 0.05
"""While a job runs, this is how long a kill or another job may wait."""

OnPart = Callable[[Any], None]


class HelperLostError(RunError):
    """The helper's process ended before its job was done."""

    code = "helper_lost"


class JobError(RunError):
    """A job failed; message, hint and context are those of its own error."""

    code = "job"


class Helper:
    """Runs jobs in one worker process, one after the other; any of them can be ended at once.

    The process starts with the first job, and leaves after `idle_seconds` without one. It has
    this process's priority: somebody is waiting.

    Parameters
    ----------
    idle_seconds : float
        See above.
    memory_limit_bytes : int, optional
        What the process may hold; None is a tenth of the machine, at least 1 GiB.

    Notes
    -----
    A thread of its own owns the process. `run` may be called on any thread.
    """

    def __init__(
        self, *, idle_seconds: float = IDLE_SECONDS, memory_limit_bytes: int | None = None
    ) -> None:
        self._idle_seconds = idle_seconds
        self._memory_limit_bytes = memory_limit_bytes
        self._orders: SimpleQueue[tuple[str, _Job] | None] = SimpleQueue()
        self._names = itertools.count(1)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._pids: tuple[int, ...] = ()

    @property
    def pids(self) -> tuple[int, ...]:
        """The process, while there is one."""
        return self._pids

    def run(
        self,
        function: str,
        payload: Any,
        *,
        on_part: OnPart | None = None,
        stop: threading.Event | None = None,
    ) -> Any:
        """The result of ``function(payload, report)``, made in the process.

        Parameters
        ----------
        function : str
            ``"module:function"``; payload, reports and result pickle.
        on_part : callable, optional
            Called on this thread with each value that the job reports.
        stop : Event, optional
            The job is ended soon after it is set.

        Raises
        ------
        AutoMLError
            What the job raised, if it is one of ours: as `JobError`, with its message, hint and
            context.
        HelperLostError
            If the process died, took too much memory, was ended by `stop`, or the helper is
            closed.
        """
        job = _Job(name=f"job-{next(self._names)}", function=function, payload=payload)
        self._order("submit", job)
        while True:
            try:
                kind, value = job.news.get(timeout=POLL_SECONDS if stop is not None else None)
            except Empty:
                kind, value = "", None
            if kind == "part" and on_part is not None:
                on_part(value)
            elif kind == "done":
                return value
            elif kind == "failed":
                raise value
            if stop is not None and stop.is_set():
                self._order("kill", job)
                raise HelperLostError("The work was given up.", hint="Ask again.")

    def close(self) -> None:
        """End the process and what it does; a second call does nothing."""
        with self._lock:
            self._closed = True
            thread = self._thread
            self._orders.put(None)
        if thread is not None:
            thread.join()

    def _order(self, what: str, job: _Job) -> None:
        with self._lock:
            if self._closed:
                raise HelperLostError("The helper is closed.", hint="Run the cell again.")
            self._orders.put((what, job))
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._serve, name="automl-helper", daemon=True
                )
                self._thread.start()

    def _serve(self) -> None:
        from jupyter_automl.execute import WorkerPool

        pool: WorkerPool | None = None
        jobs: dict[str, _Job] = {}
        try:
            while True:
                try:
                    order = self._orders.get(timeout=0 if jobs else self._idle_seconds)
                except Empty:
                    if jobs:
                        assert pool is not None
                        pool = self._listen(pool, jobs)
                    elif self._leave():
                        return
                    continue
                if order is None:
                    return
                what, job = order
                if what == "submit":
                    if pool is None:
                        pool = WorkerPool(1, nice=0, memory_limit_bytes=self._memory_limit())
                    jobs[job.name] = job
                    self._submit(pool, jobs, job)
                elif pool is not None and jobs.pop(job.name, None) is not None:
                    pool.kill(job.name)
                self._pids = pool.pids() if pool is not None else ()
        finally:
            self._pids = ()
            if pool is not None:
                pool.close()
            gone = HelperLostError("The helper was closed.", hint="Ask again.")
            for job in jobs.values():
                job.news.put(("failed", gone))

    def _submit(self, pool: WorkerPool, jobs: dict[str, _Job], job: _Job) -> None:
        try:
            pool.submit(job.name, job.function, job.payload)
        except Exception as error:
            # A payload that does not pickle is the caller's to know.
            del jobs[job.name]
            job.news.put(("failed", error))

    def _listen(self, pool: WorkerPool, jobs: dict[str, _Job]) -> WorkerPool | None:
        """Pass on what happened; None when the pool cannot go on."""
        try:
            events = pool.poll(POLL_SECONDS)
        except AutoMLError as error:
            pool.close()
            for job in jobs.values():
                job.news.put(("failed", error))
            jobs.clear()
            return None
        for event in events:
            _pass_on(event, jobs)
        self._pids = pool.pids()
        return pool

    def _leave(self) -> bool:
        """End the thread, unless an order has just come."""
        with self._lock:
            if not self._orders.empty():
                return False
            self._thread = None
            return True

    def _memory_limit(self) -> int:
        from jupyter_automl.execute.memory import machine_bytes

        if self._memory_limit_bytes is not None:
            return self._memory_limit_bytes
        return max(1024**3, machine_bytes() // 10)


class _Job:
    __slots__ = ("function", "name", "news", "payload")

    def __init__(self, *, name: str, function: str, payload: Any) -> None:
        self.name, self.function, self.payload = name, function, payload
        self.news: SimpleQueue[tuple[str, Any]] = SimpleQueue()


def _pass_on(event: JobEvent, jobs: dict[str, _Job]) -> None:
    from jupyter_automl.execute.job import JobDone, JobFailed, JobProgress

    job = jobs.get(event.job_id)
    if job is None:
        return
    if isinstance(event, JobProgress):
        job.news.put(("part", event.payload))
    elif isinstance(event, JobDone):
        del jobs[event.job_id]
        job.news.put(("done", event.result))
    elif isinstance(event, JobFailed):
        del jobs[event.job_id]
        job.news.put(("failed", _error_of(event)))


def _error_of(event: JobFailed) -> AutoMLError:
    error = event.error
    if event.reason != "error":
        return HelperLostError(
            str(error["message"]), hint="Ask again, or for fewer rows.", reason=event.reason
        )
    known = error["code"] != "internal"
    return JobError(
        str(error["message"]),
        hint=str(error["hint"]) if known else "This is a fault in jupyter_automl.",
        **{key: value for key, value in error["context"].items() if key not in _KEPT_BACK},
    )


_KEPT_BACK = ("traceback",)
"""It holds paths of the machine; a page does not need it."""

_shared: Helper | None = None
_SHARING = threading.Lock()


def shared() -> Helper:
    """The one helper of this process, for all widgets."""
    global _shared
    with _SHARING:
        if _shared is None:
            _shared = Helper()
            atexit.register(_shared.close)
        return _shared
