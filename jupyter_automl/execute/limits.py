"""Manners of a worker process: threads, priority, and who dies first when memory is short."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
)


def usable_cores() -> int:
    """Cores this process may use: affinity and the container's quota taken into account."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    quota = _quota()
    return max(1, min(cores, math.ceil(quota)) if quota else cores)


def _quota() -> float | None:
    # cgroup v2; on v1 and elsewhere there is no such file and affinity has to do.
    try:
        limit, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return float(limit) / float(period)
    except (OSError, ValueError):
        return None


def pin_threads(n_threads: int = 1) -> None:
    """Set the sizes of thread pools for libraries that are imported from here on."""
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(n_threads)))


@contextlib.contextmanager
def pinned_threads(n_threads: int = 1) -> Iterator[None]:
    """Start processes in here: their thread pools are read from the environment at import."""
    before = {name: os.environ.get(name) for name in THREAD_VARIABLES}
    pin_threads(n_threads)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def be_modest(nice: int) -> None:
    """Lower this process's priority and let it be the one that dies when memory runs out."""
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(nice)
    # Linux only, and not in every container: without it the kernel picks by size.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
