"""A run, wherever it was started: everything it knows comes from the store."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.model import Model
from jupyter_automl.api.run_facts import RunFacts
from jupyter_automl.api.wishes import wish
from jupyter_automl.core.budget import parse_duration
from jupyter_automl.core.errors import NoModelError, RunError, UnknownNameError, did_you_mean
from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.leaderboard import LeaderboardRow
from jupyter_automl.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.plotting import Plot
    from jupyter_automl.evaluate import HonestEstimate
    from jupyter_automl.explain import Explanation

_KEPT_MODELS = 4


class Run(RunFacts):
    """A search for models, under way or over.

    Parameters
    ----------
    run_id : str
        An id in `store`.
    store : Store
        Where it lives.

    Notes
    -----
    `fit`, `open` and `last` make these. Two of the same id, in this process or another,
    show the same.
    """

    def __init__(self, run_id: str, store: Store) -> None:
        super().__init__(run_id, store)
        self._models: dict[object, Model] = {}

    def wait(self, timeout: float | None = None) -> Run:
        """Return the run itself when it is over, or after `timeout` seconds.

        The time in the queue, if it has to wait for its turn, is waited too.
        It raises nothing when the run failed: see `status` and `error`. A keyboard
        interrupt leaves the run going.
        """
        over = threading.Event()
        deadline = None if timeout is None else time.monotonic() + timeout
        stop_listening = self.subscribe(lambda state, _: over.set() if state.ended else None)
        try:
            while not self.experiment.ended:
                left = 1.0 if deadline is None else min(1.0, deadline - time.monotonic())
                if left <= 0:
                    break
                over.wait(left)
        finally:
            stop_listening()
        return self

    def __await__(self) -> Generator[Any, None, Run]:
        return self._finished().__await__()

    async def _finished(self) -> Run:
        import asyncio

        loop = asyncio.get_running_loop()
        over = asyncio.Event()

        def tell(state: Experiment, _: Sequence[Event]) -> None:
            if state.ended and not loop.is_closed():
                loop.call_soon_threadsafe(over.set)

        stop_listening = self.subscribe(tell)
        waiting = asyncio.ensure_future(over.wait())
        try:
            # The timeout only notices a store that was taken away.
            while not self.experiment.ended:
                await asyncio.wait({waiting}, timeout=1.0)
        finally:
            stop_listening()
            waiting.cancel()
        return self

    def stop(self) -> None:
        """Finish now and keep the best so far; nothing when it is over already.

        A run that is queued ends as ``"stopped"``, without a model.
        """
        self.store.send_command(self.id, "stop")

    def pause(self) -> None:
        """Stop training for now and free the cores; the clock of the budget stands still.

        What was under way is trained again after `resume`. Nothing when it is paused, and
        nothing once the best model is being explained. A run that is queued leaves the line.
        """
        self.store.send_command(self.id, "pause")

    def resume(self) -> None:
        """Go on after `pause`, as soon as it is the run's turn again."""
        self.store.send_command(self.id, "resume")

    def extend(self, more: float | str) -> None:
        """Give it more time, as long as it is not over.

        Parameters
        ----------
        more : float or str
            Seconds, or ``"90s"``, ``"5m"``, ``"1h"``, on top of the budget.

        Raises
        ------
        ArgumentError
            If that is no time, or not more than none.
        RunError
            If the run is over.
        """
        seconds = parse_duration(more)
        if not self.store.send_command(self.id, "extend", seconds):
            raise RunError(
                f"A run can be extended while it goes on. {self.id!r} is over.",
                hint="Start another one with ja.fit and a larger budget.",
                run_id=self.id,
            )

    def drop(self, family: str) -> None:
        """Train no more models of a family; those of it that are under way are ended.

        What it has trained stays on the leaderboard and may be in the ensemble. `restore`
        undoes it.

        Parameters
        ----------
        family : str
            One that the run trains, as on the leaderboard; case does not matter.

        Raises
        ------
        UnknownNameError
            If the run trains no such family.
        RunError
            If the run is over, or nothing but the baseline would be left to train.
        """
        wish(self, "drop", family)

    def boost(self, family: str) -> None:
        """Train more models of a family than it would get otherwise.

        In the search it gets three times the time of the family that deserves most of it,
        whatever its scores are, and its models are not given up for being behind. One that was
        dropped, or given up because it failed, is tried again. `restore` undoes it.

        Parameters
        ----------
        family : str
            As of `drop`.

        Raises
        ------
        UnknownNameError
            If the run trains no such family.
        RunError
            If the run is over.
        """
        wish(self, "boost", family)

    def restore(self, family: str) -> None:
        """Undo `drop` or `boost`; nothing where there was neither. Raises as `boost`."""
        wish(self, "restore", family)

    def cancel(self) -> None:
        """End now, without an ensemble or an explanation; nothing when it is over already."""
        self.store.send_command(self.id, "cancel")

    @property
    def plot(self) -> Plot:
        """Every picture of the best model by name: ``plot.roc()``; see `Plot`."""
        from jupyter_automl.api.plotting import Plot

        return Plot(lambda: self.best)

    @property
    def best(self) -> Model:
        """The best model so far.

        Raises
        ------
        NoModelError
            If none has finished.
        """
        row = self.experiment.leaderboard.best
        if row is None:
            raise self._no_model()
        return self._model(row)

    def model(self, name: str) -> Model:
        """A model by its name on the leaderboard, or by its family; case does not matter.

        Raises
        ------
        UnknownNameError
            If no row is called so.
        NoModelError
            If that row has no score yet.
        """
        rows = self.experiment.leaderboard.rows
        if not rows:
            raise self._no_model()
        wanted = str(name).strip().casefold()
        for row in rows:
            if wanted in (row.model.casefold(), row.family.casefold()):
                if row.score is None:
                    raise NoModelError(
                        f"{row.model} has no score: {row.note or row.state}.", model=row.model
                    )
                return self._model(row)
        names = [row.model for row in rows]
        raise UnknownNameError(
            f"The model must be one of: {', '.join(names)}. Got {name!r}.",
            hint=did_you_mean(name, names),
            name=str(name),
        )

    def predict(self, X: Any, *, threshold: float | None = None) -> pd.Series:
        """Predictions of the best model; see `Model.predict`."""
        return self.best.predict(X, threshold=threshold)

    def predict_proba(self, X: Any) -> pd.DataFrame:
        """Probabilities of the best model; see `Model.predict_proba`."""
        return self.best.predict_proba(X)

    def predict_interval(self, X: Any, coverage: float = 0.9) -> pd.DataFrame:
        """Intervals of the best model of a regression; see `Model.predict_interval`."""
        return self.best.predict_interval(X, coverage)

    def evaluate(self, X: Any, *, threshold: float | None = None) -> pd.Series:
        """Metrics of the best model on labelled rows; see `Model.evaluate`."""
        return self.best.evaluate(X, threshold=threshold)

    def honest_score(self, *, time_limit_seconds: float = 30.0) -> HonestEstimate | None:
        """What the best model scores on rows that had no say in choosing it.

        The score on the leaderboard is that of the luckiest of many candidates. Here the
        choice (of the best trial, or of the ensemble) is made again without some of the
        rows and judged on these, by out-of-fold predictions only: nothing is trained.

        Returns
        -------
        HonestEstimate or None
            ``score`` in the metric's natural direction, ``low`` and ``high`` of its 95 %
            interval, ``n_candidates``; None with too few rows, or too little time.

        Raises
        ------
        NoModelError
            If no model has finished, or the run's files are gone.
        """
        from jupyter_automl.api.honesty import honest_score

        return honest_score(self, time_limit_seconds)

    def explain(
        self,
        model: str | None = None,
        X: Any = None,
        *,
        max_rows: int = 500,
        time_limit_seconds: float | None = 60.0,
    ) -> Explanation:
        """SHAP values of a model; see `Model.explain`.

        Parameters
        ----------
        model : str, optional
            A name on the leaderboard; None is the best.
        """
        chosen = self.best if model is None else self.model(model)
        return chosen.explain(X, max_rows=max_rows, time_limit_seconds=time_limit_seconds)

    def features(self, model: str | None = None) -> pd.DataFrame:
        """What the models get: the columns as they are, and what was made of them.

        Parameters
        ----------
        model : str, optional
            A name on the leaderboard; None is the best.

        Returns
        -------
        DataFrame
            ``feature, made_from, how, share``; see `Model.features`.
        """
        return (self.best if model is None else self.model(model)).features()

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Write the results as one file that needs nothing else.

        Parameters
        ----------
        path : str or path
            Its suffix says which form: ``.html`` (a page without script, below 1 MB), ``.pdf``
            (needs the extra ``pdf``), ``.md`` (a model card), ``.json`` (see
            `api.report.metrics.report_json`) or ``.csv`` (a line a metric: ``metric, value, low,
            high, rows``).

        Returns
        -------
        Path
            Where it was written.

        Raises
        ------
        ArgumentError
            If there is no such form, or the file cannot be written.
        UnavailableError
            If a PDF is asked for and fpdf2 is not installed.
        """
        from jupyter_automl.api.report import write_report

        return write_report(self, Path(path))

    def snapshot_html(self) -> str:
        """The state as HTML without script, at most 40 KB."""
        from jupyter_automl.api import snapshot

        return snapshot.to_html(self.experiment)

    def _repr_mimebundle_(self, **options: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        from jupyter_automl.api import snapshot

        return snapshot.mimebundle(self, **options)

    def _ipython_display_(self) -> None:
        from jupyter_automl.api import snapshot

        snapshot.show(self)

    def _model(self, row: LeaderboardRow) -> Model:
        key = (row.family, row.trial, row.members)
        if key not in self._models:
            while len(self._models) >= _KEPT_MODELS:
                self._models.pop(next(iter(self._models)))
            self._models[key] = Model(self, row)
        return self._models[key]

    def _no_model(self) -> NoModelError:
        state = self.experiment
        if not state.ended:
            hint = "run.wait() waits for the end."
        elif state.n_failed:
            hint = "run.leaderboard() and run.events() tell why; a larger budget may help."
        else:
            hint = "Give it a larger budget."
        return NoModelError(
            f"No model of the run {self.id!r} has finished; it is {state.status}."
            + (f" {state.reason}" if state.reason else ""),
            hint=hint,
            run_id=self.id,
        )
