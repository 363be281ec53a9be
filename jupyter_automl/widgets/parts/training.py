"""The part that shows a run and takes a person's orders for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.log import LogLine, log_line
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import RunError
from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.store import read_fits
from jupyter_automl.widgets.controller import Part, plain
from jupyter_automl.widgets.monitoring import curve_of, monitor
from jupyter_automl.widgets.requests import Buffers, Nothing, Request
from jupyter_automl.widgets.run_feed import CHUNK, RunFeed
from jupyter_automl.widgets.schema import RunDelta, RunView
from jupyter_automl.widgets.schema.monitor import (
    CurveArgs,
    ExtendArgs,
    FamilyArgs,
    LogArgs,
    LogView,
    MonitorArgs,
)

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
            "pause": Request(body=Nothing, answer=self._pause, lane="control"),
            "resume": Request(body=Nothing, answer=self._resume, lane="control"),
            "extend": Request(body=ExtendArgs, answer=self._extend, lane="control"),
            "drop": Request(body=FamilyArgs, answer=self._drop, lane="control"),
            "boost": Request(body=FamilyArgs, answer=self._boost, lane="control"),
            "restore": Request(body=FamilyArgs, answer=self._restore, lane="control"),
            "monitor": Request(body=MonitorArgs, answer=self._monitor, lane="control"),
            "curve": Request(body=CurveArgs, answer=self._curve, lane="control"),
            "log": Request(body=LogArgs, answer=self._older),
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

    def _pause(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        self._going().pause()
        return {}

    def _resume(self, body: Nothing, buffers: Buffers) -> Mapping[str, Any]:
        self._going().resume()
        return {}

    def _extend(self, body: ExtendArgs, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().extend(body.seconds)
        return {}

    def _drop(self, body: FamilyArgs, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().drop(body.family)
        return {}

    def _boost(self, body: FamilyArgs, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().boost(body.family)
        return {}

    def _restore(self, body: FamilyArgs, buffers: Buffers) -> Mapping[str, Any]:
        self._shown().restore(body.family)
        return {}

    def _monitor(self, body: MonitorArgs, buffers: Buffers) -> Any:
        run = self._shown()
        fits = () if run.experiment.ended else read_fits(run.folder)
        with self._lock:
            if run is not self._run:
                raise RunError("Another run is shown by now.")
            return plain(monitor(self._feed.experiment, self._feed.changes, fits, body))

    def _curve(self, body: CurveArgs, buffers: Buffers) -> Any:
        return plain(curve_of(self._shown().experiment, body.number))

    def _older(self, body: LogArgs, buffers: Buffers) -> Any:
        run = self._shown()
        with self._lock:
            feed, state = self._feed, self._feed.experiment
            start, first, since = feed.older(body.before)
        lines: list[LogLine] = []
        wanted = max(0, body.before - first)
        while len(lines) < wanted:
            events = run.store.events(run.id, since=since, limit=CHUNK)
            if not events:
                break
            since = events[-1].seq
            # Names of families and the metric are the same in every state that has them.
            lines += [line for one in events if (line := log_line(state, one)) is not None]
        return plain(LogView(start=start, lines=tuple(lines[start - first : wanted])))

    def _going(self) -> Run:
        run = self._shown()
        if run.experiment.ended:
            raise RunError(f"The run {run.id!r} is over.", run_id=run.id)
        return run

    def _shown(self) -> Run:
        if self._run is None:
            raise RunError("There is no run to stop.", hint="Start one with Train.")
        return self._run
