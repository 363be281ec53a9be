"""What a run uses: processor time and memory of the runner and its workers, and the GPU."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import psutil

from jupyter_automl.core.events import ResourcesSampled
from jupyter_automl.engine.gpu_meter import GpuMeter
from jupyter_automl.execute import held_by


class Meter:
    """Samples processes; the share of the processor is of the time between two samples."""

    def __init__(self, monotonic: float) -> None:
        self._processes: dict[int, psutil.Process] = {}
        self._seconds: dict[int, float] = {}
        self._at = monotonic
        self._n_cores = psutil.cpu_count() or 1
        self._total_bytes = int(psutil.virtual_memory().total)
        self._own = psutil.Process()
        self._gpu = GpuMeter()

    def watch_gpu(self) -> None:
        """Sample the GPU as well from here on, where there is one."""
        self._gpu.start()

    def sample(
        self, pids: Sequence[int], *, monotonic: float, elapsed_seconds: float
    ) -> ResourcesSampled:
        """Usage of this process and `pids` since the last call."""
        used, memory, shared = 0.0, 0, 0
        seconds: dict[int, float] = {}
        for process in [self._own, *self._known(pids)]:
            with contextlib.suppress(psutil.Error), process.oneshot():
                times = process.cpu_times()
                seconds[process.pid] = times.user + times.system
                used += max(0.0, seconds[process.pid] - self._seconds.get(process.pid, 0.0))
                held = held_by(process)
                memory += held.own
                shared = max(shared, held.shared)
        span, self._at = max(monotonic - self._at, 1e-3), monotonic
        self._seconds = seconds
        return ResourcesSampled(
            elapsed_seconds=elapsed_seconds,
            cpu_percent=round(min(100.0, 100.0 * used / span / self._n_cores), 1),
            # Libraries and the mapped table are the same in all of them.
            memory_bytes=memory + shared,
            memory_total_bytes=self._total_bytes,
            gpu=self._gpu.sample(),
        )

    def _known(self, pids: Sequence[int]) -> list[psutil.Process]:
        known: dict[int, psutil.Process] = {}
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                known[pid] = self._processes.get(pid) or psutil.Process(pid)
        self._processes = known
        return list(known.values())
