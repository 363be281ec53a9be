"""Jobs in the calling process, for tests and debugging."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from jupyter_automl.execute.job import (
    JobDone,
    JobEvent,
    JobProgress,
    JobStarted,
    failure,
    find_function,
)


class InlinePool:
    """The protocol of `WorkerPool` without a process: `poll` runs the next job.

    Notes
    -----
    A job that is running cannot be killed, and one that ends the process ends the caller.
    """

    def __init__(self) -> None:
        self.n_workers = 1
        self._queue: deque[tuple[str, str, Any]] = deque()
        self._current: tuple[str, str, Any] | None = None
        self._closed = False

    def submit(self, job_id: str, function: str, payload: Any) -> None:
        """Queue a job for a later `poll`."""
        self._queue.append((job_id, function, payload))

    def kill(self, job_id: str) -> None:
        """Forget a job that has not run yet."""
        self._queue = deque(job for job in self._queue if job[0] != job_id)
        if self._current is not None and self._current[0] == job_id:
            self._current = None

    def poll(self, timeout_seconds: float) -> list[JobEvent]:
        """First that the next job starts, then, a call later, all that came of it.

        Without a job it waits, as `WorkerPool` does.
        """
        if self._closed:
            return []
        if self._current is None:
            if not self._queue:
                time.sleep(timeout_seconds)
                return []
            self._current = self._queue.popleft()
            return [JobStarted(job_id=self._current[0])]
        job, self._current = self._current, None
        return _run(*job)

    def limit_memory(self, worker_bytes: int | None) -> None:
        """Nothing: this process is the caller's."""

    def pids(self) -> tuple[int, ...]:
        """Nobody but this process works."""
        return ()

    def close(self) -> None:
        """Forget all jobs."""
        self._closed = True
        self._queue.clear()
        self._current = None


def _run(job_id: str, function: str, payload: Any) -> list[JobEvent]:
    events: list[JobEvent] = []

    def report(value: Any) -> None:
        events.append(JobProgress(job_id=job_id, payload=value))

    try:
        result = find_function(function)(payload, report)
    except Exception as error:
        events.append(failure(job_id, error))
    else:
        events.append(JobDone(job_id=job_id, result=result))
    return events
