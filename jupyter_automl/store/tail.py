"""Following a run as it happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from jupyter_automl.core.events import Event
from jupyter_automl.store.store import Store

POLL_SECONDS = 0.05


def tail(
    store: Store,
    run_id: str,
    since: int = 0,
    stop: threading.Event | None = None,
    *,
    poll_seconds: float = POLL_SECONDS,
) -> Iterator[list[Event]]:
    """Yield events with ``seq > since`` as they are committed, until `stop` is set.

    Parameters
    ----------
    since : int
        Number of the last event the caller has.
    stop : threading.Event, optional
        Ends the iteration within `poll_seconds`; without it the caller breaks off.
    poll_seconds : float
        How often ``PRAGMA data_version`` is read; it costs a few microseconds.

    Yields
    ------
    list of Event
        Never empty, in order, without gaps.
    """
    stop = stop or threading.Event()
    watcher = store.watcher()
    try:
        while not stop.is_set():
            events = watcher.events(run_id, since) if watcher.changed() else []
            if events:
                since = events[-1].seq
                yield events
            else:
                stop.wait(poll_seconds)
    finally:
        watcher.close()
