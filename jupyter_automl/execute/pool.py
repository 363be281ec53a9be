"""Worker processes on this machine that can be killed at any moment."""

from __future__ import annotations

import itertools
import pickle
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait
from typing import Any

from jupyter_automl.core.errors import RunError
from jupyter_automl.core.size import bytes_text
from jupyter_automl.execute.job import JobDone, JobEvent, JobFailed
from jupyter_automl.execute.process import WorkerProcess
from jupyter_automl.execute.worker import READY, Call

MEMORY_CHECK_SECONDS = 0.1
MOST_FAILED_STARTS = 5


class WorkerPool:
    """Jobs in spawned processes, one thread each, at low priority.

    Parameters
    ----------
    n_workers : int
        Processes, all started at once.
    nice : int
        Added to the priority number of this process.
    memory_limit_bytes : int, optional
        What a worker alone may hold (see `memory.Held`); beyond it is killed and its job
        fails with ``"memory"``.
    warm_up : sequence of ("module:function", payload)
        What each new worker calls while it has nothing else to do, e.g. imports.

    Notes
    -----
    Use it from one thread. A dead worker is replaced at once; its job fails with ``"lost"``.
    """

    def __init__(
        self,
        n_workers: int,
        *,
        nice: int = 10,
        memory_limit_bytes: int | None = None,
        warm_up: Sequence[Call] = (),
    ) -> None:
        self.n_workers = n_workers
        self.memory_limit_bytes = memory_limit_bytes
        self._nice, self._warm_up = nice, tuple(warm_up)
        self._queue: deque[tuple[str, bytes]] = deque()
        self._failed_starts = 0
        self._memory_checked = 0.0
        self._names = itertools.count(1)
        self._closed = False
        self._workers: list[WorkerProcess] = []
        for _ in range(n_workers):
            self._workers.append(self._start())

    def submit(self, job_id: str, function: str, payload: Any) -> None:
        """Queue a job; raises what pickling `payload` raises."""
        if self._closed:
            raise RunError("The pool of workers is closed.")
        message = pickle.dumps((job_id, function, pickle.dumps(payload)))
        self._queue.append((job_id, message))
        self._hand_out()

    def kill(self, job_id: str) -> None:
        """End a job and replace its worker; nothing more is told of it."""
        self._queue = deque(job for job in self._queue if job[0] != job_id)
        for place, worker in enumerate(self._workers):
            if worker.job_id == job_id:
                worker.kill()
                self._workers[place] = self._start()
                self._hand_out()
                return

    def poll(self, timeout_seconds: float) -> list[JobEvent]:
        """What happened; waits up to `timeout_seconds` for something to happen.

        Raises
        ------
        RunError
            If workers die before they are ready, again and again.
        """
        if self._closed:
            return []
        by_waitable: dict[Any, WorkerProcess] = {}
        for worker in self._workers:
            by_waitable[worker.connection] = by_waitable[worker.sentinel] = worker
        ready = {id(by_waitable[item]) for item in wait(list(by_waitable), timeout_seconds)}
        events: list[JobEvent] = []
        for place, worker in enumerate(self._workers):
            if id(worker) in ready:
                events += self._hear(place, worker)
        events += self._check_memory()
        self._hand_out()
        return events

    def limit_memory(self, worker_bytes: int | None) -> None:
        """Another limit from here on; None is none."""
        self.memory_limit_bytes = worker_bytes

    def pids(self) -> tuple[int, ...]:
        """The workers' processes."""
        return tuple(worker.pid for worker in self._workers)

    def busy_pid(self, job_id: str) -> int | None:
        """The process that runs a job, or None."""
        return next((w.pid for w in self._workers if w.job_id == job_id), None)

    def close(self) -> None:
        """End all jobs and processes."""
        self._closed = True
        self._queue.clear()
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start(self) -> WorkerProcess:
        return WorkerProcess(f"automl-worker-{next(self._names)}", self._nice, self._warm_up)

    def _hand_out(self) -> None:
        for worker in self._workers:
            if not self._queue:
                return
            if worker.job_id is None and worker.send(self._queue[0][1]):
                worker.job_id = self._queue.popleft()[0]

    def _hear(self, place: int, worker: WorkerProcess) -> list[JobEvent]:
        """Messages of one worker; when it is dead, the last ones and its replacement."""
        dead = not worker.alive()
        if dead:
            # First its children: one that holds the pipe would keep us reading for ever.
            worker.kill(keep_connection=True)
        events: list[JobEvent] = []
        for message in worker.messages():
            if message == READY:
                worker.ready, self._failed_starts = True, 0
                continue
            event: JobEvent = pickle.loads(message)
            if isinstance(event, (JobDone, JobFailed)):
                worker.job_id = None
            events.append(event)
        if dead or worker.broken:
            events += self._bury(place, worker)
        return events

    def _bury(self, place: int, worker: WorkerProcess) -> list[JobEvent]:
        worker.kill()
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts > MOST_FAILED_STARTS:
                raise RunError(
                    "Worker processes die before they are ready.",
                    hint="The run's runner.log says why.",
                    exit_code=worker.exit_code,
                )
        self._workers[place] = self._start()
        if worker.job_id is None:
            return []
        return [_failure(worker, "lost", f"The worker process died ({worker.how_it_ended()}).")]

    def _check_memory(self) -> list[JobEvent]:
        now = time.monotonic()
        if self.memory_limit_bytes is None or now - self._memory_checked < MEMORY_CHECK_SECONDS:
            return []
        self._memory_checked = now
        events: list[JobEvent] = []
        for place, worker in enumerate(self._workers):
            used = worker.memory_bytes()
            if used <= self.memory_limit_bytes:
                continue
            worker.kill()
            self._workers[place] = self._start()
            if worker.job_id is not None:
                limit = bytes_text(self.memory_limit_bytes)
                message = f"It took {bytes_text(used)} of memory; a worker may take {limit}."
                events.append(_failure(worker, "memory", message))
        return events


def _failure(worker: WorkerProcess, reason: Any, message: str) -> JobFailed:
    assert worker.job_id is not None
    error = {
        "code": "worker_lost" if reason == "lost" else "worker_memory",
        "message": message,
        "hint": "",
        "context": {"pid": worker.pid, "exit_code": worker.exit_code},
    }
    return JobFailed(job_id=worker.job_id, error=error, reason=reason)
