"""Starting runner processes that outlive this one, and keeping a warm one at hand."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

from jupyter_automl.core import events as ev
from jupyter_automl.engine.children import READY, TAKEN, leave, reap, start_runner
from jupyter_automl.engine.queueing import announce
from jupyter_automl.store import Store

_LOCK = threading.RLock()


class _Standby:
    """A runner that stays warm between runs; `run_id` is its first one.

    It says ``"taken ID"`` when it has dealt with a run's id, whoever drives that run now, and
    ``"ready"`` when it waits for the next one.
    """

    def __init__(self, folder: Path, n_workers: int, run_id: str | None = None) -> None:
        self.folder, self.n_workers = folder, n_workers
        first = [] if run_id is None else ["--run", run_id]
        self.process = start_runner(
            ["--store", str(folder), "--standby", "--n-workers", str(n_workers), *first],
            folder=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            log=folder / "standby.log",
        )
        self._ready = threading.Event()
        self._pending = run_id
        threading.Thread(target=self._listen, name="automl-standby", daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as replies:
            for line in replies:
                word, _, run_id = line.decode().strip().partition(" ")
                if word == READY:
                    self._ready.set()
                elif word == TAKEN:
                    self._on_taken(run_id)
        with _LOCK:
            self._ready.clear()
            # It died between the hand-over and taking the run.
            self._elsewhere()

    def _on_taken(self, run_id: str) -> None:
        with _LOCK:
            self._ready.clear()
            if self._pending == run_id:
                self._pending = None
            # It took over a waiting run in the moment in which it was handed another one.
            self._elsewhere()

    def _elsewhere(self) -> None:
        """Have another process drive the run that it was given; the store knows who was first."""
        pending, self._pending = self._pending, None
        if pending is not None:
            _start_cold(self.folder, pending, self.n_workers)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it is free for a run now."""
        return self.alive and self._ready.is_set()

    def serves(self, folder: Path, n_workers: int) -> bool:
        """Whether it is alive and made for such runs."""
        return self.alive and (self.folder, self.n_workers) == (folder, n_workers)

    def wait_ready(self, timeout_seconds: float) -> bool:
        return self._ready.wait(timeout_seconds)

    def hand_over(self, run_id: str) -> bool:
        """Give it a run; False when it is gone."""
        self._ready.clear()
        self._pending = run_id
        if self._write(run_id):
            return True
        self._pending = None
        return False

    def offer(self, run_id: str) -> None:
        """Let it take a run over when it has time, if that one still waits for its turn then."""
        self._write(run_id)

    def _write(self, run_id: str) -> bool:
        pipe = self.process.stdin
        assert pipe is not None
        try:
            pipe.write(f"{run_id}\n".encode())
            pipe.flush()
        except (OSError, ValueError):
            return False
        return True

    def dismiss(self) -> None:
        """Let it end; a run that it drives goes on."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except OSError:
            return


_standby: _Standby | None = None


def launch(store: Store, run_id: str) -> None:
    """Have a process of its own drive a queued run; returns at once.

    A standby that fits takes it, else a new process starts. The first one stays warm for
    the runs that follow, and takes over those that still wait for their turn when it is free.
    Where the run has to wait, its log says so when this returns.

    Raises
    ------
    RunNotFoundError
        If there is no such run.
    RunError
        If the process cannot be started.
    """
    global _standby
    n_workers = _workers_of(store, run_id)
    announce(store, run_id)
    with _LOCK:
        reap()
        if _standby is not None and not _standby.serves(store.folder, n_workers):
            dismiss_standby()
        if _standby is None:
            _standby = _Standby(store.folder, n_workers, run_id)
        elif not (_standby.ready and _standby.hand_over(run_id)):
            _start_cold(store.folder, run_id, n_workers, offered=_standby.alive)
            _standby.offer(run_id)


def prepare_standby(store_folder: str | os.PathLike[str], n_workers: int | None = None) -> None:
    """Start a process that imports everything, so that the next run starts quickly.

    At most one a process: another one that is alive and fits is kept, else it is dismissed.
    It ends by itself after 15 idle minutes and with this process.
    """
    from jupyter_automl.execute import usable_cores

    global _standby
    folder = Store(store_folder).folder
    wanted = n_workers or usable_cores()
    with _LOCK:
        reap()
        if _standby is not None and _standby.serves(folder, wanted):
            return
        dismiss_standby()
        _standby = _Standby(folder, wanted)


def wait_for_standby(timeout_seconds: float) -> bool:
    """Wait until the standby is warm; False when there is none or it takes longer."""
    standby = _standby
    return standby is not None and standby.wait_ready(timeout_seconds)


def dismiss_standby() -> None:
    """Let the standby of this process end, if there is one."""
    global _standby
    with _LOCK:
        if _standby is not None:
            _standby.dismiss()
            leave(_standby.process)
            _standby = None


def _workers_of(store: Store, run_id: str) -> int:
    from jupyter_automl.execute import usable_cores

    store.run(run_id)
    created = store.events(run_id, limit=1)[0].body
    assert isinstance(created, ev.RunCreated)
    return created.n_workers or usable_cores()


def _start_cold(folder: Path, run_id: str, n_workers: int, *, offered: bool = False) -> None:
    arguments = ["--store", str(folder), "--run", run_id, "--n-workers", str(n_workers)]
    if offered:
        arguments.append("--offered")
    log = folder / "runs" / run_id / "runner.log"
    with _LOCK:
        leave(start_runner(arguments, folder=folder, log=log))
