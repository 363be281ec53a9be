"""What every executor must do: run ``check_executor(make)`` over a new one."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from jupyter_automl.core.errors import DataError
from jupyter_automl.execute.job import Executor, JobDone, JobEvent, JobFailed, JobProgress

DEADLINE_SECONDS = 60.0
Report = Callable[[Any], None]
_HERE = "jupyter_automl.testing.executors:"


# Jobs


def echo(payload: Any, report: Report) -> Any:
    """Give the payload back."""
    return payload


def count(payload: int, report: Report) -> int:
    """Report 0 .. payload - 1."""
    for number in range(payload):
        report(number)
    return payload


def fail(payload: str, report: Report) -> None:
    """Raise an error of ours."""
    raise DataError(payload, hint="Do something else.", column="a")


def crash(payload: str, report: Report) -> None:
    """Raise an error of Python's."""
    raise ZeroDivisionError(payload)


def unpicklable(payload: Any, report: Report) -> Any:
    """Return what cannot travel."""
    return lambda: payload


def leave(payload: int, report: Report) -> None:
    """Call ``sys.exit``, as some libraries do."""
    sys.exit(payload)


def hang(payload: Any, report: Report) -> None:
    """Report the process id and never return."""
    report(os.getpid())
    threading.Event().wait()


def die(payload: Any, report: Report) -> None:
    """End like a process that the kernel kills."""
    os.kill(os.getpid(), signal.SIGKILL)


def with_child(payload: Any, report: Report) -> None:
    """Start a process that outlives its parent unless it is killed too; report both ids."""
    import subprocess

    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    report((os.getpid(), child.pid))
    child.wait()


def grow(payload: int, report: Report) -> None:
    """Hold `payload` bytes and never return."""
    held = bytearray(payload)
    held[::4096] = b"1" * len(held[::4096])
    threading.Event().wait()


def environment(payload: Sequence[str], report: Report) -> dict[str, str | None]:
    """Environment variables as the job sees them."""
    return {name: os.environ.get(name) for name in payload}


def niceness(payload: Any, report: Report) -> int:
    """The priority number of the process."""
    return os.nice(0)


# Driving


def job(name: str) -> str:
    """The full name of one of the jobs above."""
    return _HERE + name


def drain(
    executor: Executor, until: Callable[[list[JobEvent]], bool], seconds: float = DEADLINE_SECONDS
) -> list[JobEvent]:
    """Poll until `until(events)` holds; `AssertionError` after a minute."""
    events: list[JobEvent] = []
    deadline = time.monotonic() + seconds
    while not until(events):
        assert time.monotonic() < deadline, f"Nothing more came after {events!r}."
        events += executor.poll(0.05)
    return events


def ended(job_id: str) -> Callable[[list[JobEvent]], bool]:
    """Whether a job is done or has failed."""
    return lambda events: any(
        isinstance(event, (JobDone, JobFailed)) and event.job_id == job_id for event in events
    )


def outcome(executor: Executor, name: str, payload: Any) -> JobDone | JobFailed:
    """Run one job to its end."""
    executor.submit("job", job(name), payload)
    last = drain(executor, ended("job"))[-1]
    assert isinstance(last, (JobDone, JobFailed))
    return last


# Checks


def check_result(executor: Executor) -> None:
    """A result comes back equal, whatever its size."""
    done = outcome(executor, "echo", {"a": [1, 2.5, None], "b": b"x" * 3_000_000})
    assert isinstance(done, JobDone)
    assert done.result == {"a": [1, 2.5, None], "b": b"x" * 3_000_000}


def check_progress(executor: Executor) -> None:
    """Start, reports in order, then the end."""
    executor.submit("job", job("count"), 50)
    events = drain(executor, ended("job"))
    assert [type(event).__name__ for event in events] == (
        ["JobStarted"] + ["JobProgress"] * 50 + ["JobDone"]
    )
    payloads = [event.payload for event in events if isinstance(event, JobProgress)]
    assert payloads == list(range(50))


def check_our_error(executor: Executor) -> None:
    """An error of ours keeps its code, message, hint and context."""
    failed = outcome(executor, "fail", "The table must not be empty.")
    assert isinstance(failed, JobFailed)
    assert failed.reason == "error"
    assert failed.error["code"] == "data"
    assert failed.error["message"] == "The table must not be empty."
    assert failed.error["hint"] == "Do something else."
    assert failed.error["context"]["column"] == "a"


def check_foreign_error(executor: Executor) -> None:
    """Any other error is told with its type, its text and its traceback."""
    failed = outcome(executor, "crash", "by nothing")
    assert isinstance(failed, JobFailed)
    assert failed.error["message"] == "ZeroDivisionError: by nothing"
    assert "in crash" in failed.error["context"]["traceback"]


def check_goes_on(executor: Executor) -> None:
    """After a failure the next job runs."""
    outcome(executor, "crash", "x")
    done = outcome(executor, "echo", 7)
    assert isinstance(done, JobDone)
    assert done.result == 7


def check_many(executor: Executor) -> None:
    """More jobs than workers all come to their end, each once."""
    names = [f"job-{number}" for number in range(20)]
    for name in names:
        executor.submit(name, job("echo"), name)
    events = drain(executor, lambda seen: sum(isinstance(e, JobDone) for e in seen) == 20)
    done = {event.job_id: event.result for event in events if isinstance(event, JobDone)}
    assert done == {name: name for name in names}


def check_kill_queued(executor: Executor) -> None:
    """A killed job is never heard of again; the others go on."""
    for number in range(6):
        executor.submit(f"job-{number}", job("echo"), number)
    executor.kill("job-5")
    executor.submit("last", job("echo"), 0)
    events = drain(executor, lambda seen: sum(isinstance(e, JobDone) for e in seen) == 6)
    assert not any(event.job_id == "job-5" for event in events)


def check_kill_unknown(executor: Executor) -> None:
    """Killing what is not there changes nothing."""
    executor.kill("nobody")
    check_result(executor)


def check_limit(executor: Executor) -> None:
    """A limit of the memory can be set and taken back; a small job stays within it."""
    executor.limit_memory(8 * 2**30)
    check_result(executor)
    executor.limit_memory(None)
    check_result(executor)


def check_close_twice(executor: Executor) -> None:
    """Closing twice is closing once."""
    executor.close()
    executor.close()


CHECKS: Sequence[Callable[[Executor], None]] = (
    check_result,
    check_progress,
    check_our_error,
    check_foreign_error,
    check_goes_on,
    check_many,
    check_kill_queued,
    check_kill_unknown,
    check_limit,
    check_close_twice,
)


def check_executor(make: Callable[[], Executor]) -> None:
    """Run every check on an executor of its own.

    Raises
    ------
    AssertionError
        Where it does not behave.
    """
    for check in CHECKS:
        executor = make()
        try:
            check(executor)
        finally:
            executor.close()
