"""What an executor takes and what it tells."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jupyter_automl.core.errors import AutoMLError

FailureReason = Literal["error", "lost", "memory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStarted:
    """A worker began the job."""

    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """The job called its ``report``."""

    job_id: str
    payload: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDone:
    """The job returned."""

    job_id: str
    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailed:
    """The job did not return.

    Attributes
    ----------
    error : Mapping
        ``{code, message, hint, context}``; `context` holds ``type`` and ``traceback`` of an
        exception.
    reason : FailureReason
        ``"error"`` it raised, ``"lost"`` its process died, ``"memory"`` it took too much.
    """

    job_id: str
    error: Mapping[str, Any]
    reason: FailureReason


JobEvent = JobStarted | JobProgress | JobDone | JobFailed


class Executor(Protocol):
    """Runs jobs somewhere and can end any of them at once.

    A job is named by ``"module:function"`` and called as ``function(payload, report)``, where
    ``report(value)`` may be called any number of times. Payload, reports and result pickle.
    """

    n_workers: int

    def submit(self, job_id: str, function: str, payload: Any) -> None:
        """Queue a job; it starts as soon as a worker is free."""

    def kill(self, job_id: str) -> None:
        """End a job; nothing more is told of it. An unknown or finished one is ignored."""

    def poll(self, timeout_seconds: float) -> list[JobEvent]:
        """What happened, in order a job; waits up to `timeout_seconds` for something."""

    def limit_memory(self, worker_bytes: int | None) -> None:
        """From here on, a job whose process takes more fails with ``"memory"``; None: no limit.

        An executor that cannot end a job, or does not see its process, ignores it.
        """

    def pids(self) -> tuple[int, ...]:
        """Processes that work for this executor."""

    def close(self) -> None:
        """End all jobs and processes; a second call does nothing."""


def find_function(name: str) -> Callable[[Any, Callable[[Any], None]], Any]:
    """The function called ``"module:function"``."""
    module, _, attribute = name.partition(":")
    function: Callable[[Any, Callable[[Any], None]], Any] = getattr(
        importlib.import_module(module), attribute
    )
    return function


def describe_error(error: BaseException) -> dict[str, Any]:
    """The wire shape of any exception, with its type and traceback in the context."""
    text = "".join(traceback.format_exception(error))
    if isinstance(error, AutoMLError):
        shape = error.to_dict()
    else:
        shape = {
            "code": "internal",
            "message": f"{type(error).__name__}: {error}".rstrip(": "),
            "hint": "",
            "context": {},
        }
    shape["context"] = {**shape["context"], "type": type(error).__name__, "traceback": text}
    return shape


def failure(job_id: str, error: BaseException) -> JobFailed:
    """What is told of a job that raised."""
    return JobFailed(
        job_id=job_id,
        error=describe_error(error),
        reason="memory" if isinstance(error, MemoryError) else "error",
    )
