"""One run in this process, whatever happens in it."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable

from jupyter_automl.core import events as ev
from jupyter_automl.engine.background import Background, InlineBackground, ThreadBackground
from jupyter_automl.engine.queueing import Start, start_at_once
from jupyter_automl.execute import Executor, InlinePool, describe_error
from jupyter_automl.store import Store


def run_claimed(
    store: Store,
    run_id: str,
    executor: Executor,
    *,
    background: Background | None = None,
    start: Start | None = None,
    warm: bool = False,
    stop_requested: Callable[[], bool] = lambda: False,
) -> None:
    """Drive a run that this process has claimed and that has its turn.

    Every error ends it as ``"failed"``. `start` says how it came to its turn.
    """
    from jupyter_automl.engine.driver import Driver

    lanes: Background = background or ThreadBackground()
    try:
        Driver(
            store,
            run_id,
            executor,
            lanes,
            pid=os.getpid(),
            start=start,
            warm=warm,
            stop_requested=stop_requested,
        ).run()
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        _end(store, run_id, "failed", f"The run failed: {error}", error)


def run_inline(store: Store, run_id: str) -> None:
    """Drive a run in the calling process and thread, until it is over.

    For tests and debugging: a trial that is under way cannot be ended, so the budget is
    kept only as well as families stop by themselves. It never waits for other runs; they
    count it as one worker.

    Raises
    ------
    RunNotFoundError
        If there is no such run.
    """
    pool = InlinePool()
    if not store.claim(run_id, os.getpid(), pool.n_workers):
        return
    try:
        start = start_at_once(store, run_id)
        run_claimed(store, run_id, pool, background=InlineBackground(), start=start)
    except KeyboardInterrupt:
        _end(store, run_id, "stopped", "Interrupted from the keyboard.")
        raise


def _end(
    store: Store,
    run_id: str,
    status: ev.RunStatus,
    reason: str,
    error: Exception | None = None,
) -> None:
    from jupyter_automl.core.experiment import replay

    body = ev.RunEnded(
        status=status,
        reason=reason,
        elapsed_seconds=replay(store.events(run_id)).elapsed_at(time.time()),
        error=None if error is None else describe_error(error),
    )
    store.append(run_id, body, unless_ended=True)
