"""What a run is and how far it has come, as the store has it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.api.feed import Callback, Feed
from jupyter_automl.core.errors import AutoMLError, RunError
from jupyter_automl.core.events import Body, Event, RunStatus
from jupyter_automl.core.experiment import Experiment, headline
from jupyter_automl.core.leaderboard import COLUMNS
from jupyter_automl.core.place import status_text
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.profiling import TableProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    fraction : float
        Of the budget that is used, 0 to 1; 1 when the run is over.
    n_done, n_failed : int
        Trials by outcome.
    message : str
        The one sentence that says how the run stands.
    queue_place : int or None
        Its place in the line of runs that wait for their turn, 1 is next; None outside it.
    """

    elapsed_seconds: float
    budget_seconds: float
    fraction: float
    n_done: int
    n_failed: int
    message: str
    queue_place: int | None = None


class RunFacts:
    """Name, status, plan, progress, leaderboard and events of a run; see `Run`."""

    def __init__(self, run_id: str, store: Store) -> None:
        self.store = store
        self._feed = Feed(store, run_id)
        self._id = run_id

    def __repr__(self) -> str:
        return f"<Run {self.id!r}: {status_text(self.experiment)}>"

    @property
    def id(self) -> str:
        """What ``ja.open`` takes."""
        return self._id

    @property
    def name(self) -> str:
        """For people; need not be unique."""
        return self.experiment.name

    @property
    def experiment(self) -> Experiment:
        """The whole state, as the store has it now."""
        return self._feed.experiment()

    @property
    def status(self) -> RunStatus:
        """``"queued" "running" "paused" "finished" "stopped" "cancelled"`` and others.

        The others are ``"failed"`` and ``"interrupted"``: its process is gone. A queued run
        waits for its turn; `progress` has its place.
        """
        return self.experiment.status

    @property
    def task(self) -> TaskSpec:
        """What is predicted, and how it is judged."""
        task = self.experiment.task
        if task is None:
            raise RunError(f"The run {self.id!r} has no first event.", run_id=self.id)
        return task

    @property
    def plan(self) -> Plan | None:
        """The order of work, with reasons; None until it is made."""
        return self.experiment.plan

    @cached_property
    def profile(self) -> TableProfile:
        """How good its table is, seen from its target; see `profile`.

        Raises
        ------
        DataError
            If the table is in the store no more.
        """
        from jupyter_automl.api.profiling import profile_of
        from jupyter_automl.api.tables import table_of

        created = self.experiment.dataset
        if created is None:
            raise RunError(f"The run {self.id!r} has no first event.", run_id=self.id)
        return profile_of(table_of(created), self.task.target)

    @property
    def progress(self) -> Progress:
        """How far it is, by the clock of now."""
        state = self.experiment
        elapsed = state.elapsed_at(time.time())
        budget = state.budget_seconds
        fraction = 1.0 if state.ended else min(1.0, elapsed / budget if budget else 0.0)
        return Progress(
            elapsed_seconds=elapsed,
            budget_seconds=budget,
            fraction=fraction,
            n_done=state.n_done,
            n_failed=state.n_failed,
            message=headline(state, elapsed),
            queue_place=state.queue_place,
        )

    @property
    def error(self) -> AutoMLError | None:
        """Why the run failed, or None."""
        error = self.experiment.error
        if error is None:
            return None
        context = {str(k): v for k, v in (error.get("context") or {}).items()}
        return RunError(str(error.get("message", "")), hint=str(error.get("hint", "")), **context)

    @property
    def folder(self) -> Path:
        """Where the run's files are."""
        return self.store.run_folder(self.id)

    def leaderboard(self) -> pd.DataFrame:
        """One row a kind of model and one for the ensemble, best first.

        Returns
        -------
        DataFrame
            Columns ``rank, model, family, score, score_std, fit_seconds,
            predict_ms_per_row, n_trials, state``; the score in the metric's own direction
            (``rmse`` is positive, smaller is better). Rows without a score come last.
        """
        import pandas as pd

        rows = self.experiment.leaderboard.rows
        table = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
        frame = pd.DataFrame(table, columns=list(COLUMNS))
        numbers = ["score", "score_std", "fit_seconds", "predict_ms_per_row"]
        return frame.astype(
            {"rank": "Int64", "n_trials": "int64", "model": "str", "family": "str", "state": "str"}
            | dict.fromkeys(numbers, "float64")
        )

    def events(self, since: int = 0) -> list[Event]:
        """Everything that happened after event number `since`, oldest first."""
        return self.store.events(self.id, since=since)

    def record(self, body: Body) -> None:
        """Add an event to the run's log, for everybody who follows it."""
        self.store.append(self.id, body)
        self._feed.wake()

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call ``callback(experiment, events)`` from a thread at every change.

        Returns
        -------
        callable
            Ends the subscription.
        """
        return self._feed.subscribe(callback)
