"""One worker process as its pool sees it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from jupyter_automl.execute import worker
from jupyter_automl.execute.limits import pinned_threads
from jupyter_automl.execute.memory import held_by

if TYPE_CHECKING:
    import psutil

JOIN_SECONDS = 5.0


class WorkerProcess:
    """A spawned process, the pipe to it, and the job it has.

    Attributes
    ----------
    job_id : str or None
        What it is busy with.
    ready : bool
        Whether it has said that it listens.
    broken : bool
        Whether its pipe is at the end.
    """

    def __init__(self, name: str, nice: int, warm_up: Sequence[worker.Call]) -> None:
        # spawn and not fork: this process may have threads and warm libraries with locks.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(
            target=worker.main, args=(theirs, nice, warm_up), name=name, daemon=True
        )
        with pinned_threads():
            self._process.start()
        theirs.close()
        self.job_id: str | None = None
        self.ready = False
        self.broken = False
        self.exit_code: int | None = None
        self.pid = int(self._process.pid or 0)
        self.sentinel = self._process.sentinel
        self._killed = False
        self._seen: psutil.Process | None = None

    def alive(self) -> bool:
        return not self._killed and self._process.is_alive()

    def send(self, message: bytes) -> bool:
        """Give it a job; False when it is dead."""
        try:
            self.connection.send_bytes(message)
        except OSError:
            self.broken = True
            return False
        return True

    def messages(self) -> Iterator[bytes]:
        """Everything that has arrived."""
        try:
            while self.connection.poll():
                yield self.connection.recv_bytes()
        except (EOFError, OSError):
            self.broken = True

    def memory_bytes(self) -> int:
        """What it alone holds (see `memory.Held`); 0 when it is gone."""
        import psutil

        try:
            if self._seen is None:
                self._seen = psutil.Process(self.pid)
            return held_by(self._seen).own
        except psutil.Error:
            return 0

    def kill(self, *, keep_connection: bool = False) -> None:
        """End it and everything it has started, and reap it."""
        if not self._killed:
            self._killed = True
            _kill_tree(self.pid)
            self._process.kill()
            self._process.join(JOIN_SECONDS)
            self.exit_code = self._process.exitcode
            if self.exit_code is not None:
                self._process.close()
        if not keep_connection:
            self.connection.close()

    def how_it_ended(self) -> str:
        """``"signal 9"`` or ``"exit code 1"``."""
        code = self.exit_code
        if code is not None and code < 0:
            return f"signal {-code}"
        return f"exit code {code}"


def _kill_tree(pid: int) -> None:
    import psutil

    children: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        children = psutil.Process(pid).children(recursive=True)
    # The worker leads a group; one that died at once may not have made it yet.
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    for child in children:
        with contextlib.suppress(psutil.Error):
            child.kill()
