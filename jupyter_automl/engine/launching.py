"""Starting runner processes that outlive this one, and keeping a warm one at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import RunError
from jupyter_automl.store import Store

READY = b"ready"
TAKEN = b"taken"
_LOCK = threading.RLock()
_STARTED: list[subprocess.Popen[Any]] = []
"""Runners that this process started and has to reap."""


class _Standby:
    """A runner that stays warm between runs; `run_id` is its first one."""

    def __init__(self, folder: Path, n_workers: int, run_id: str | None = None) -> None:
        self.folder, self.n_workers = folder, n_workers
        first = [] if run_id is None else ["--run", run_id]
        self.process = _start(
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
                if line.strip() == READY:
                    self._ready.set()
                elif line.strip() == TAKEN:
                    self._pending = None
        self._ready.clear()
        if self._pending is not None:
            # It died between the hand-over and taking the run.
            _start_runner(self.folder, self._pending, self.n_workers)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it waits for a run now."""
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
        pipe = self.process.stdin
        assert pipe is not None
        try:
            pipe.write(f"{run_id}\n".encode())
            pipe.flush()
        except OSError:
            self._pending = None
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
    the runs that follow.

    Raises
    ------
    RunNotFoundError
        If there is no such run.
    RunError
        If the process cannot be started.
    """
    global _standby
    n_workers = _workers_of(store, run_id)
    with _LOCK:
        reap()
        if _standby is not None and not _standby.serves(store.folder, n_workers):
            dismiss_standby()
        if _standby is None:
            _standby = _Standby(store.folder, n_workers, run_id)
        elif not (_standby.ready and _standby.hand_over(run_id)):
            _start_runner(store.folder, run_id, n_workers)


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
            _STARTED.append(_standby.process)
            _standby = None


def _workers_of(store: Store, run_id: str) -> int:
    from jupyter_automl.execute import usable_cores

    store.run(run_id)
    created = store.events(run_id, limit=1)[0].body
    assert isinstance(created, ev.RunCreated)
    return created.n_workers or usable_cores()


def _start_runner(folder: Path, run_id: str, n_workers: int) -> None:
    arguments = ["--store", str(folder), "--run", run_id, "--n-workers", str(n_workers)]
    log = folder / "runs" / run_id / "runner.log"
    with _LOCK:
        _STARTED.append(_start(arguments, folder=folder, log=log))


def _start(
    arguments: list[str],
    *,
    folder: Path,
    log: Path,
    stdin: int = subprocess.DEVNULL,
    stdout: int | None = None,
) -> subprocess.Popen[Any]:
    # -P: a user's folder with a random.py in it must not take the place of the library's.
    command = [sys.executable, "-P", "-m", "jupyter_automl.engine.runner", *arguments]
    try:
        with open(log, "ab") as errors:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=errors if stdout is None else stdout,
                stderr=errors,
                env=child_environment(),
                cwd=folder,
                **_detached(),
            )
    except OSError as error:
        raise RunError(
            f"The runner process could not be started: {error}.",
            hint="Check that the store's folder is writable and memory is left.",
        ) from error


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


def child_environment() -> Mapping[str, str]:
    """Variables for a Python process of ours, wherever this package was imported from."""
    import jupyter_automl

    root = str(Path(jupyter_automl.__file__).resolve().parent.parent)
    paths = [root, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(path for path in paths if path)),
        # A kernel's backend for inline figures is not installed for a bare process.
        "MPLBACKEND": "agg",
    }


def reap() -> None:
    """Take note of runners that have ended, so that none stays as a zombie."""
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]
