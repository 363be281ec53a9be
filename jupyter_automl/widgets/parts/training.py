"""The part that shows a run and stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import RunError
from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.widgets.controller import Part
from jupyter_automl.widgets.requests import Buffers, Nothing, Request
from jupyter_automl.widgets.run_feed import RunFeed
from jupyter_automl.widgets.schema import RunDelta, RunView

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


class TrainingPart(Part[RunView | None]):
    """Follows one run; another may take its place."""

    section = "run"

    def __init__(self, run: Run | None = None) -> None:
        super().__init__()
        self._run: Run | None = None
        self._feed = RunFeed()
        self._news = False
        self._unsubscribe: Callable[[], None] | None = None
        if run is not None:
            self.follow(run)

    @property
    def requests(self) -> Mapping[str, Request]:
        return {
            "stop": Request(body=Nothing, answer=self._stop, lane="control"),
            "cancel": Request(body=Nothing, answer=self._cancel, lane="control"),
        }

    @property
    def run(self) -> Run | None:
        """The run being shown."""
        return self._run

    def follow(self, run: Run) -> None:
        """Show this run from now on, whatever was shown before."""
        self.close()
        with self._lock:
            self._run = run
            self._feed = feed = RunFeed()
            # Subscribed first, so that nothing falls between; the lock keeps what is told
            # meanwhile behind what the store has already.
            self._unsubscribe = run.subscribe(lambda state, new: self._told(feed, state, new))
            feed.update(run.experiment, run.events())
        self.changed()

    def view(self) -> RunView | None:
        with self._lock:
            return self._feed.view() if self._run is not None else None

    def take(self) -> Mapping[str, Any] | None:
        with self._lock:
            news, self._news = self._news, False
            whole, self._dirty = self._dirty, False
            if not (news or whole) or self._run is None:
                return None
            delta = self._feed.delta()
            if whole:
                return {"set": {self.section: to_plain(self._feed.view())}}
            return {"run": to_plain(delta, RunDelta)}

    def close(self) -> None:
        with self._lock:
            unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()

    def _told(self, feed: RunFeed, state: Experiment, events: Sequence[Event]) -> None:
        with self._lock:
            if feed is not self._feed or not feed.update(state, events):
                return
            self._news = True
        self.wake()

    def _stop(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().stop()
        return {}

    def _cancel(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().cancel()
        return {}

    def _shown(self) -> Run:
        if self._run is None:
            raise RunError("There is no run to stop.", hint="Start one with Train.")
        return self._run
