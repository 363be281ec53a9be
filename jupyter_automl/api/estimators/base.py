"""What both estimators share: parameters, a blocking fit, and what is kept of it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from jupyter_automl.api.estimators import inputs, storage
from jupyter_automl.api.estimators.trained import Trained, best_of
from jupyter_automl.core.errors import RunNotFoundError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from sklearn.utils import Tags

    from jupyter_automl.api.arguments import Arguments
    from jupyter_automl.api.estimators.labels import Classes
    from jupyter_automl.api.run import Run
    from jupyter_automl.core.task import TaskKind

_INTERRUPTED_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """y and its weights as a run takes them.

    Attributes
    ----------
    column : array of shape (n_kept,)
        Classes or values of the rows to learn from.
    kept : ndarray of bool, shape (n_rows,)
        Which rows these are.
    weights : ndarray of shape (n_rows,) or None
    positive : object
        Of two classes, the label that counts as positive.
    classes : Classes or None
        What the codes of a classifier mean.
    """

    column: Any
    kept: np.ndarray
    weights: np.ndarray | None
    task: TaskKind
    positive: Any = None
    classes: Classes | None = None


class AutoMLEstimator(BaseEstimator):
    """Base of `AutoMLClassifier` and `AutoMLRegressor`, which say what the parameters mean."""

    leaderboard_: pd.DataFrame
    _trained: Trained
    _run: Run | None
    _kept_at: tuple[str, str] | None

    def __init__(
        self,
        time_budget: float | str | None = 60,
        metric: str | None = None,
        random_state: int | np.random.RandomState | None = 0,
        n_jobs: int | None = None,
        *,
        families: str | Iterable[str] | None = None,
        max_trials: int | None = None,
        max_memory: int | str | None = None,
        executor: str = "local",
        store: bool = False,
    ) -> None:
        self.time_budget = time_budget
        self.metric = metric
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.families = families
        self.max_trials = max_trials
        self.max_memory = max_memory
        self.executor = executor
        self.store = store

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Look for the best model until the time is used up.

        Parameters
        ----------
        X : array-like or table of shape (n_rows, n_features)
            Missing values, texts, dates and categories are fine; sparse matrices are not.
        y : array-like of shape (n_rows,)
            Of a classifier classes: numbers, texts or booleans, none missing. Of a regressor
            finite numbers.
        sample_weight : array-like of shape (n_rows,), optional
            0 or more; rows of weight 0 are left out.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If the data cannot be used; also `AutoMLError` where the engine refuses them.
        RunError
            If no model could be trained.
        """
        self._forget()
        table = inputs.features(self, X, y)
        target = self._target(X, y, sample_weight)
        self._train(table, target, inputs.name_of(y))
        self._learned(target)
        return self

    def _target(self, X: Any, y: Any, sample_weight: Any) -> Target:
        """y and the weights, checked; raises what `fit` raises."""
        raise NotImplementedError

    def _learned(self, target: Target) -> None:
        """Take over what a fit has told of the target."""

    @property
    def run_(self) -> Run:
        """The run behind the model.

        Raises
        ------
        NotFittedError
            Before `fit`.
        RunNotFoundError
            In a copy or after unpickling, unless it was fitted with ``store=True``.
        """
        check_is_fitted(self, "leaderboard_")
        if self._run is not None:
            return self._run
        if self._kept_at is None:
            raise RunNotFoundError(
                "The run must be held by the estimator that was fitted. "
                "A copy or an unpickled estimator has the model and the leaderboard only.",
                hint="Fit it with store=True to keep the run in the history.",
            )
        from jupyter_automl.api.run import Run
        from jupyter_automl.store import Store

        folder, run_id = self._kept_at
        store = Store(folder)
        store.run(run_id)
        return Run(run_id, store)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "_run" in state:
            state["_run"] = None
        return state

    def _train(self, X: pa.Table, target: Target, name: str) -> None:
        """Run until the end and keep the best model.

        Parameters
        ----------
        X : pyarrow.Table of shape (n_rows, n_features)
        name : str
            What y is called.
        """
        table, weight = X, None
        if target.weights is not None:
            table, weight = inputs.with_column(table, "weight", target.weights)
        table = table if target.kept.all() else table.filter(target.kept)
        table, column = inputs.with_column(table, name, target.column)
        asked = self._asked(target=column, task=target.task, weight=weight)
        run = self._run_to_the_end(table, asked, target.positive)
        self._trained = best_of(run, tuple(X.column_names))
        self._run = run
        self._kept_at = (str(run.store.folder), run.id) if self.store else None
        self.leaderboard_ = run.leaderboard()

    def _asked(self, **columns: Any) -> Arguments:
        """The parameters as the keywords of `fit`, checked; the others as it has them."""
        from jupyter_automl.api.arguments import check
        from jupyter_automl.api.fitting import fit

        keywords = dict(inspect.getfullargspec(fit).kwonlydefaults or {}) | columns
        for name in ("metric", "families", "n_jobs", "executor", "max_trials", "max_memory"):
            keywords[name] = _plain(getattr(self, name))
        keywords["budget"] = _plain(self.time_budget)
        keywords["random_state"] = _seed(self.random_state)
        return check(**keywords | {"name": type(self).__name__})

    def _run_to_the_end(self, table: pa.Table, asked: Arguments, positive: Any) -> Run:
        from jupyter_automl.api.fitting import start
        from jupyter_automl.api.history import open_store
        from jupyter_automl.data import open_table, save_dataset

        store = open_store() if self.store else storage.session_store()
        folder = store.data_folder if self.store else storage.fresh_folder(store)
        opened = open_table(table)
        try:
            run = start(
                save_dataset(opened, folder),
                replace(asked.explicit, positive=positive),
                notices=opened.notices,
                name=asked.name,
                max_memory_bytes=asked.max_memory_bytes,
                n_workers=asked.n_workers,
                random_state=asked.random_state,
                max_trials=asked.max_trials,
                # Who wants an explanation has run_.explain() make it.
                explain=False,
                inline=asked.executor == "inline",
                store=store,
            )
        except BaseException:
            if not self.store:
                storage.remove(folder)
            raise
        if not self.store:
            storage.remove_with(run, (folder, run.folder))
        try:
            return run.wait()
        except KeyboardInterrupt:
            run.cancel()
            run.wait(_INTERRUPTED_SECONDS)
            raise

    def _forget(self) -> None:
        """Be unfitted, so that a fit that fails does not leave the model of the one before."""
        for name in ("_trained", "_run", "_kept_at", "leaderboard_", "classes_"):
            vars(self).pop(name, None)

    def _predict_array(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "leaderboard_")
        return self._trained.predict(inputs.features(self, X))


def _plain(value: Any) -> Any:
    # A search over parameters draws them from arrays.
    return value.item() if isinstance(value, np.generic) else value


def _seed(random_state: Any) -> Any:
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    return random_state
