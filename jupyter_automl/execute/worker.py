"""The loop inside a worker process."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from jupyter_automl.execute.job import (
    JobDone,
    JobEvent,
    JobProgress,
    JobStarted,
    failure,
    find_function,
)
from jupyter_automl.execute.limits import be_modest

READY = b"ready"
IDLE_SECONDS = 1.0
Call = tuple[str, Any]
"""``("module:function", payload)``"""


def main(connection: Connection, nice: int, warm_up: Sequence[Call]) -> None:
    """Take jobs from `connection` until it closes; warm up while there is none.

    The first call of `warm_up` is made before any job: what each job imports is not to count
    as the first one's time.

    Notes
    -----
    A thread of its own reads the connection, so that the parent never blocks on a busy worker
    and so that a worker dies with its parent even in the middle of a fit.
    """
    _leave_the_group()
    be_modest(nice)
    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(connection, jobs), daemon=True).start()
    connection.send_bytes(READY)
    for place, (function, payload) in enumerate(warm_up):
        if place > 0:
            _run_waiting(connection, jobs)
        _warm(function, payload)
    while True:
        _run(connection, jobs.get())


def _run_waiting(connection: Connection, jobs: queue.SimpleQueue[bytes]) -> None:
    """Run what has come; after a job the next one is on its way, so give it a moment."""
    pause = 0.0
    while True:
        try:
            job = jobs.get(timeout=pause) if pause else jobs.get_nowait()
        except queue.Empty:
            return
        _run(connection, job)
        pause = IDLE_SECONDS


def _leave_the_group() -> None:
    # A group of its own: a terminal's Ctrl-C is for the parent, and the pool can end a worker
    # together with whatever the worker has started.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def _read(connection: Connection, jobs: queue.SimpleQueue[bytes]) -> None:
    while True:
        try:
            jobs.put(connection.recv_bytes())
        except (EOFError, OSError):
            _die()


def _die() -> None:
    if hasattr(os, "killpg") and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _warm(function: str, payload: Any) -> None:
    try:
        find_function(function)(payload, lambda _: None)
    except Exception as error:
        # What is missing here is missing in the trial too, and is told there.
        print(f"warm-up {function}: {error!r}", flush=True)


def _run(connection: Connection, message: bytes) -> None:
    job_id, function, payload = pickle.loads(message)
    _send(connection, JobStarted(job_id=job_id))

    def report(value: Any) -> None:
        _send(connection, JobProgress(job_id=job_id, payload=value))

    try:
        result = find_function(function)(pickle.loads(payload), report)
        answer = pickle.dumps(JobDone(job_id=job_id, result=result))
    except BaseException as error:
        answer = pickle.dumps(failure(job_id, error))
    _send_bytes(connection, answer)


def _send(connection: Connection, event: JobEvent) -> None:
    _send_bytes(connection, pickle.dumps(event))


_SENDING = threading.Lock()


def _send_bytes(connection: Connection, message: bytes) -> None:
    try:
        with _SENDING:
            connection.send_bytes(message)
    except OSError:
        _die()
