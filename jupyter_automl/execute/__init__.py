"""Where jobs run: processes that can be killed, or the caller itself."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_automl.core.registry import Entry, Registry
from jupyter_automl.execute.inline import InlinePool
from jupyter_automl.execute.job import (
    Executor,
    JobDone,
    JobEvent,
    JobFailed,
    JobProgress,
    JobStarted,
    describe_error,
)
from jupyter_automl.execute.limits import pinned_threads, usable_cores
from jupyter_automl.execute.memory import (
    Held,
    default_memory_limit,
    held_by,
    machine_bytes,
    run_bytes,
)
from jupyter_automl.execute.pool import WorkerPool

EXECUTORS: Registry[Callable[..., Executor]] = Registry("executor", "jupyter_automl.executors")
EXECUTORS.register(Entry(name="local", load=lambda: WorkerPool))
EXECUTORS.register(Entry(name="inline", load=lambda: InlinePool))

__all__ = [
    "EXECUTORS",
    "Executor",
    "Held",
    "InlinePool",
    "JobDone",
    "JobEvent",
    "JobFailed",
    "JobProgress",
    "JobStarted",
    "WorkerPool",
    "default_memory_limit",
    "describe_error",
    "held_by",
    "machine_bytes",
    "pinned_threads",
    "run_bytes",
    "usable_cores",
]
