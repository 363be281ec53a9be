"""Everything that one job started, whoever its parent is now: its memory, and its end."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import psutil

MARK = "PEER_BENCHMARK_JOB"
ENDING_SECONDS = 10.0


class Family:
    """The processes that carry one job's mark in their environment.

    Parents alone would not do: a daemon leaves its process group, and a runner that outlives
    its caller belongs to the system.

    Attributes
    ----------
    mark : str
        Value of the variable `MARK` in the environment of the first process.
    peak_bytes : int
        Largest sum seen by `measure`.
    """

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self.peak_bytes = 0
        self._ours: dict[int, psutil.Process] = {}
        self._others: set[int] = {os.getpid()}

    def environment(self) -> dict[str, str]:
        """What the first process has to be started with."""
        return {MARK: self.mark}

    def members(self) -> list[psutil.Process]:
        """Those that run now."""
        alive = set(psutil.pids())
        self._others &= alive
        for pid in alive - self._others - self._ours.keys():
            process = _process(pid)
            if process is not None and self._is_ours(process):
                self._ours[pid] = process
            else:
                self._others.add(pid)
        self._ours = {pid: process for pid, process in self._ours.items() if _runs(process)}
        return list(self._ours.values())

    def measure(self) -> int:
        """Bytes in use by all of them together, shared pages counted once."""
        total = sum(_bytes(process) for process in self.members())
        self.peak_bytes = max(self.peak_bytes, total)
        return total

    def end(self) -> None:
        """Kill them all, and those that they start meanwhile."""
        for _ in range(5):
            members = self.members()
            if not members:
                return
            for process in members:
                _kill(process)
            psutil.wait_procs(members, timeout=ENDING_SECONDS)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == self.mark
        except (psutil.Error, OSError):
            return False


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _runs(process: psutil.Process) -> bool:
    """A zombie is over; nobody but its parent can take it away."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _bytes(process: psutil.Process) -> int:
    """The proportional set size where the system tells it, else the resident size."""
    try:
        return _proportional(process.pid) or process.memory_info().rss
    except (psutil.Error, OSError):
        return 0


def _proportional(pid: int) -> int:
    path = Path(f"/proc/{pid}/smaps_rollup")
    if not path.exists():
        return 0
    for line in path.read_text().splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    return 0
