"""What happens to a run, from the store to whoever listens in this process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import Experiment, replay
from jupyter_automl.store import Store

Callback = Callable[[Experiment, Sequence[Event]], None]

POLL_SECONDS = 0.02
"""A look costs 4 us; at 0.05 the painted row came 17 ms later at p95."""

RECONCILE_SECONDS = 1.0
# Explanations may follow the end of a run; after this long without an event nobody listens.
LINGER_SECONDS = 30.0

_log = logging.getLogger(__name__)
# Without any handler, logging would print on its own, from our thread.
_log.addHandler(logging.NullHandler())


class Feed:
    """The state of one run, and one daemon thread that tells subscribers about news.

    The thread lives while somebody listens and something can still happen.
    """

    def __init__(self, store: Store, run_id: str) -> None:
        self.store = store
        self.run_id = run_id
        self._lock = threading.RLock()
        self._state = Experiment(run_id=run_id)
        self._told = 0
        self._callbacks: dict[object, Callback] = {}
        self._thread: threading.Thread | None = None
        self._next_reconcile = 0.0

    def experiment(self) -> Experiment:
        """The state as the store has it now."""
        self._reconcile()
        return self._catch_up()

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback(experiment, events)` from the feed's thread at every change.

        Events already in the store when it is called are not told again. An error in a
        callback is logged and stops nobody else.

        Returns
        -------
        callable
            Ends the subscription; may be called more than once.
        """
        key = object()
        with self._lock:
            if self._thread is None:
                self._told = self._catch_up().seq
            self._callbacks[key] = callback
            self._start()

        def unsubscribe() -> None:
            with self._lock:
                self._callbacks.pop(key, None)

        return unsubscribe

    def wake(self) -> None:
        """Look for news again although the run is over."""
        with self._lock:
            if self._callbacks:
                self._start()

    def _start(self) -> None:
        if self._thread is None:
            name = f"automl-feed-{self.run_id}"
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._follow()
        except Exception:
            _log.exception("The run %s cannot be followed any more.", self.run_id)
            with self._lock:
                self._thread = None

    def _follow(self) -> None:
        watcher = self.store.watcher()
        pause = threading.Event()
        try:
            while True:
                if watcher.changed():
                    self._tell()
                self._reconcile()
                with self._lock:
                    if self._is_over():
                        self._thread = None
                        return
                pause.wait(POLL_SECONDS)
        finally:
            watcher.close()

    def _tell(self) -> None:
        events = self.store.events(self.run_id, since=self._told)
        if not events:
            return
        with self._lock:
            self._state = state = replay(events, self._state)
            self._told = events[-1].seq
            callbacks = tuple(self._callbacks.values())
        for callback in callbacks:
            try:
                callback(state, events)
            except Exception:
                _log.exception("A subscriber of the run %s failed.", self.run_id)

    def _is_over(self) -> bool:
        if not self._callbacks:
            return True
        state = self._state
        return state.ended and time.time() - state.updated_at > LINGER_SECONDS

    def _catch_up(self) -> Experiment:
        with self._lock:
            self._state = replay(self.store.events(self.run_id, since=self._state.seq), self._state)
            return self._state

    def _reconcile(self) -> None:
        """Have a run whose runner died marked as interrupted; looks once a second."""
        with self._lock:
            if self._state.ended or time.monotonic() < self._next_reconcile:
                return
            self._next_reconcile = time.monotonic() + RECONCILE_SECONDS
        from jupyter_automl.engine import reconcile

        reconcile(self.store, self.run_id)
