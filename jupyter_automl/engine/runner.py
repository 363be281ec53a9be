"""The runner process: ``python -m jupyter_automl.engine.runner --store DIR --run ID``.

It lives in a session of its own, so that it survives the kernel that started it, waits until
its run may train, and ends by the budget of that run. With ``--standby`` it holds warm workers
and waits for runs, after the one that it was started with, if any.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from jupyter_automl.engine.children import READY, TAKEN

if TYPE_CHECKING:
    from jupyter_automl.engine.queueing import Start
    from jupyter_automl.execute import WorkerPool
    from jupyter_automl.store import Store

STANDBY_SECONDS = 15 * 60.0
_FIRST = ("dummy", "linear", "lightgbm")
"""Families whose libraries workers import first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Drive one run, or wait on standby for runs."""
    parser = argparse.ArgumentParser(prog="jupyter_automl.engine.runner")
    parser.add_argument("--store", required=True, type=Path)
    parser.add_argument("--run")
    parser.add_argument("--standby", action="store_true")
    parser.add_argument("--n-workers", type=int, default=None)
    parser.add_argument(
        "--offered", action="store_true", help="a standby may take the run over while it waits"
    )
    options = parser.parse_args(arguments)
    if not options.standby and options.run is None:
        parser.error("--run or --standby is needed")

    from jupyter_automl.execute import usable_cores
    from jupyter_automl.execute.limits import pin_threads
    from jupyter_automl.store import Store

    pin_threads()
    n_workers = options.n_workers or usable_cores()
    store = Store(options.store)
    if options.standby:
        return _stand_by(store, n_workers, options.run)
    return _run_one(store, options.run, n_workers, offered=options.offered)


def _run_one(store: Store, run_id: str, n_workers: int, *, offered: bool) -> int:
    if not _claim(store, run_id, n_workers):
        return 1
    with _turn(store, run_id, offered=offered) as turn:
        if turn is not None:
            with _start_workers(n_workers) as pool:
                turn.drive(pool, warm=False)
    return 0


def _claim(store: Store, run_id: str, n_workers: int, *, waiting: bool = False) -> bool:
    from jupyter_automl.core.errors import RunNotFoundError

    try:
        return store.claim(run_id, os.getpid(), n_workers, waiting=waiting)
    except RunNotFoundError:
        # It waited for so long that somebody has ended and deleted it.
        return False


class _Turn:
    """A run that may train; workers are started only now."""

    def __init__(self, store: Store, run_id: str, start: Start, asked: threading.Event) -> None:
        self._store, self._run_id, self._start, self._asked = store, run_id, start, asked

    def drive(self, pool: WorkerPool, *, warm: bool) -> None:
        from jupyter_automl.engine.running import run_claimed

        run_claimed(
            self._store,
            self._run_id,
            pool,
            start=self._start,
            warm=warm,
            stop_requested=self._asked.is_set,
        )


@contextlib.contextmanager
def _turn(store: Store, run_id: str, *, offered: bool = False) -> Iterator[_Turn | None]:
    """Wait for the turn of a claimed run; None when nothing is left to do.

    From here to the end of the block a signal to terminate ends the run and keeps its best.
    """
    from jupyter_automl.engine.queueing import GRACE_SECONDS, wait_for_turn

    grace_seconds = GRACE_SECONDS if offered else 0.0
    asked = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        start = wait_for_turn(store, run_id, asked.is_set, grace_seconds=grace_seconds)
        yield None if start is None else _Turn(store, run_id, start, asked)
    finally:
        signal.signal(signal.SIGTERM, before)


def _start_workers(n_workers: int) -> WorkerPool:
    from jupyter_automl.execute import WorkerPool, default_memory_limit

    return WorkerPool(
        n_workers,
        memory_limit_bytes=default_memory_limit(n_workers),
        warm_up=[("jupyter_automl.engine.jobs:warm_up", names) for names in _warm_ups()],
    )


def _warm_ups() -> list[tuple[str, ...]]:
    # One family a call: a worker looks for a job between calls.
    from jupyter_automl.models import FAMILIES

    available = FAMILIES.available()
    ordered = [*_FIRST, *(name for name in available if name not in _FIRST)]
    return [(name,) for name in ordered if name in available]


# Standby


def _stand_by(store: Store, n_workers: int, first: str | None) -> int:
    """Hold warm workers until standard input names a run, closes, or stays silent for long.

    After a run the same workers wait for the next one; `first` is driven before all others.
    A run that is named may wait for its turn in another process: it is taken over from there.
    """
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    lines = _Lines(0)
    # Whatever a library prints must not look like a reply.
    _write_log(store.folder / "standby.log")
    with contextlib.ExitStack() as stack:
        if first is not None and _take(store, first, n_workers, replies):
            with _turn(store, first) as turn:
                if turn is None:
                    # It ended while it waited: to get warm would only slow those that train.
                    return 0
                pool = stack.enter_context(_start_workers(n_workers))
                turn.drive(pool, warm=False)
        else:
            pool = stack.enter_context(_start_workers(n_workers))
        while True:
            _write_log(store.folder / "standby.log")
            if lines.empty:
                _import_all()
                _reply(replies, READY)
            run_id = lines.next(STANDBY_SECONDS)
            if not run_id:
                return 0
            if _take(store, run_id, n_workers, replies, waiting=True):
                with _turn(store, run_id) as turn:
                    if turn is not None:
                        turn.drive(pool, warm=True)


def _take(
    store: Store, run_id: str, n_workers: int, replies: TextIO, *, waiting: bool = False
) -> bool:
    claimed = _claim(store, run_id, n_workers, waiting=waiting)
    _reply(replies, f"{TAKEN} {run_id}")
    if claimed:
        _write_log(store.run_folder(run_id) / "runner.log")
    return claimed


class _Lines:
    """Lines of a pipe, with a time limit on waiting for one."""

    def __init__(self, descriptor: int) -> None:
        import queue

        self._lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=self._read, args=(descriptor,), daemon=True)
        reader.start()

    def _read(self, descriptor: int) -> None:
        with open(descriptor, encoding="utf-8", closefd=False) as pipe:
            for line in pipe:
                self._lines.put(line.strip())
        self._lines.put("")

    @property
    def empty(self) -> bool:
        """Whether there is no line now."""
        return self._lines.empty()

    def next(self, timeout_seconds: float) -> str:
        """The next line, or an empty one at the end or when none comes."""
        import queue

        try:
            return self._lines.get(timeout=timeout_seconds)
        except queue.Empty:
            return ""


def _reply(replies: TextIO, text: str) -> None:
    try:
        print(text, file=replies, flush=True)
    except (BrokenPipeError, ValueError):
        # Whoever started us is gone; the end of standard input says the same.
        return


def _write_log(path: Path) -> None:
    """Send standard output and error, ours and those of libraries, to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _import_all() -> None:
    """What planning, searching and selecting need, before anybody waits for it."""
    import jupyter_automl.data
    import jupyter_automl.engine.driver
    import jupyter_automl.ensemble
    import jupyter_automl.evaluate
    import jupyter_automl.plan
    import jupyter_automl.search  # noqa: F401


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread that is wedged in a library must not keep the process.
    os._exit(status)
