"""scikit-learn's gradient boosting on histograms: native categories, a deadline, no package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.space import Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models import boosting
from jupyter_automl.models.codes import as_codes, categorical_positions
from jupyter_automl.models.estimator import Growth, Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.rounds import Curve
from jupyter_automl.models.threads import limited

_LOSSES = {"squared": "squared_error", "absolute": "absolute_error", "poisson": "poisson"}
_MOST_BINS = 255
_FIRST_ROUNDS = 10
_SHARE = 0.7
"""Of the time left that the next portion of rounds is planned for."""

_PREDICTED = 0.1
"""Of the time that a round takes to grow, to predict the training rows with it."""

_EXTRA_PATIENCE = 20


class HistGradientBoostingEstimator(TableEstimator):
    """Grown in portions by warm starts, because the library knows no deadline.

    Notes
    -----
    Every portion puts the columns into bins again and predicts the training rows once, so
    portions are few: the first tells the seconds a round takes, each next one takes what
    is expected to fill most of the time left. The library stops a portion when the
    validation loss has not fallen for as many rounds as patience allows.
    """

    takes_codes = True

    @classmethod
    def settled(
        cls, params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
    ) -> dict[str, Any]:
        """See `boosting.settled`."""
        return boosting.settled(params, infos, growth)

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        with limited(self.recipe.n_jobs, "openmp"):
            self._grow(train, valid, deadline)

    def _grow(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        started = self.clock()
        self._kept = _kept_levels(train.X, int(self.params.get("max_bins", _MOST_BINS)))
        # The library finds no bins for a column without any value.
        self._empty = np.isnan(as_codes(train.X)).all(axis=0)
        X, held = self._matrix(train.X), self._held(train, valid)
        most = boosting.MAX_ROUNDS
        if held is None:
            most = boosting.rounds_without_validation({"learning_rate": 0.1, **self.params})
        limit = None if deadline is None else deadline - started
        patience = boosting.min_patience(limit) + _EXTRA_PATIENCE
        self.model = self._new(early_stopping=held is not None, patience=patience)
        grown, wanted, stopped_by = 0, most if deadline is None else 1, "rounds"
        once = 0.0
        while grown < wanted and stopped_by != "patience":
            before = self.clock()
            self.model.set_params(max_iter=wanted)
            self.model.fit(X, train.y, sample_weight=train.weight, **(held or {}))
            now = self.clock()
            portion, grown = self.model.n_iter_ - grown, self.model.n_iter_
            if grown < wanted:
                stopped_by = "patience"
            elif deadline is not None:
                stopped_by = "rounds" if grown == most else "time"
                once = once or now - before
                pace = (now - before) / portion
                wanted = min(most, _next_rounds(grown, pace, once, deadline - now))
        if held is not None:
            self._cut()
        self.info.update(
            best_iteration=self.model.n_iter_,
            n_rounds=grown,
            stopped_by=stopped_by,
            stopped_by_time=stopped_by == "time",
        )

    def _new(self, *, early_stopping: bool, patience: int) -> Any:
        import sklearn.ensemble

        given = {key: value for key, value in self.params.items() if key != "n_rounds"}
        settings: dict[str, Any] = {
            "learning_rate": 0.1,
            "early_stopping": early_stopping,
            "n_iter_no_change": patience,
            "warm_start": True,
            "categorical_features": list(self._kept),
            "random_state": self.recipe.random_state % (2**32),
            **given,
        }
        if self.classifies:
            return sklearn.ensemble.HistGradientBoostingClassifier(**settings)
        loss = _LOSSES[self.goal.loss]
        return sklearn.ensemble.HistGradientBoostingRegressor(loss=loss, **settings)

    def _held(self, train: Rows, valid: Rows | None) -> dict[str, Any] | None:
        """Validation rows as `fit` takes them; classes that training lacks are left out."""
        if valid is None:
            return None
        X, y, weight = self._matrix(valid.X), valid.y, valid.weight
        if self.classifies:
            known = np.isin(y, np.unique(train.y))
            X, y = X[known], y[known]
            weight = None if weight is None else weight[known]
        if not len(y):
            return None
        # Absent weights and weights of one mean the same, but it wants both or neither.
        if train.weight is None:
            weight = None
        elif weight is None:
            weight = np.ones(len(y))
        return {"X_val": X, "y_val": y, "sample_weight_val": weight}

    def _cut(self) -> None:
        """Keep the rounds up to the best; the library keeps all."""
        scores, rounds = self.model.validation_score_, self.model._predictors
        if self.keep_rounds:
            losses = [-float(score) for score in scores[1:]]
            self._whole = list(rounds)
            self.curve = Curve(rounds=list(range(1, len(losses) + 1)), losses=losses)
        # The first score is that of no round at all.
        del rounds[max(1, int(np.argmax(scores))) :]

    def _matrix(self, X: Any) -> np.ndarray:
        """Codes, with the levels beyond the most frequent ones as one, no column all missing."""
        matrix = X.copy() if isinstance(X, np.ndarray) else as_codes(X)
        matrix[:, self._empty] = 0.0
        for position, kept in self._kept.items():
            if kept is not None:
                column = matrix[:, position]
                known = np.isfinite(column)
                column[known] = kept[column[known].astype(np.int64)]
        return matrix

    def _predict(self, X: Any) -> np.ndarray:
        matrix = self._matrix(X)
        with limited(self.recipe.n_jobs, "openmp"):
            if not self.classifies:
                values: np.ndarray = self.model.predict(matrix)
                return values
            return self._spread(self.model.classes_, self.model.predict_proba(matrix))

    def _predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        kept = self.model._predictors
        self.model._predictors = self._whole[:n_rounds]
        try:
            return self._predict(X)
        finally:
            self.model._predictors = kept


def _kept_levels(X: Any, most: int) -> Mapping[int, np.ndarray | None]:
    """Position of each category column -> new code by old one; None where codes stay.

    The library takes no more levels than it has bins.
    """
    kept: dict[int, np.ndarray | None] = {}
    for position in categorical_positions(X):
        column = X.iloc[:, position].cat
        n_levels = len(column.categories)
        kept[position] = None
        if n_levels > most:
            codes = column.codes.to_numpy(np.int64)
            counts = np.bincount(codes[codes >= 0], minlength=n_levels)
            often = np.argsort(-counts, kind="stable")[: most - 1]
            renamed = np.full(n_levels, most - 1)
            renamed[often] = np.arange(len(often))
            kept[position] = renamed
    return kept


def _next_rounds(grown: int, pace: float, once: float, left: float) -> int:
    """Rounds in all after the next portion; `grown` when the time is over.

    Parameters
    ----------
    pace : float
        Seconds a round of the last portion.
    once : float
        Seconds of a portion of one round: bins, and what happens only the first time.
    left : float
        Seconds until the deadline.
    """
    again = once + _PREDICTED * pace * grown
    more = int((_SHARE * left - again) / max(pace, 1e-6))
    if grown == 1:
        # A first round says little: it holds what happens only once.
        more = min(more, _FIRST_ROUNDS)
    return grown + more if more >= max(1, grown // 50) else grown


# scikit-learn's defaults; pytabkit 1.7 default_params.py for LightGBM (Apache-2.0) in the
# words of this library; AutoGluon's r63 and r163 likewise (Apache-2.0).
_PUBLISHED: Mapping[str, Mapping[str, Any]] = {
    "r63": {
        "learning_rate": 0.0309,
        "max_leaf_nodes": 24,
        "min_samples_leaf": 2,
        "max_features": 0.49,
        "l2_regularization": 0.58,
    },
    "default": {"learning_rate": 0.1, "max_leaf_nodes": 31, "min_samples_leaf": 20},
    "slow": {
        "learning_rate": 0.05,
        "max_leaf_nodes": 50,
        "min_samples_leaf": 40,
        "max_features": 0.7,
    },
    "shallow": {"learning_rate": 0.1, "max_leaf_nodes": 8, "min_samples_leaf": 20},
}


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    if n_rows <= boosting.LARGE_ROWS:
        return [(label, dict(params)) for label, params in _PUBLISHED.items()]
    return [(label, boosting.fit_for_many_rows(params)) for label, params in _PUBLISHED.items()]


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """TabArena's space for LightGBM as far as the library has its settings."""
    return {
        "learning_rate": Real(low=max(0.01, boosting.slowest_rate(n_rows)), high=0.2, log=True),
        "max_leaf_nodes": Integer(low=4, high=200, log=True),
        "min_samples_leaf": Integer(low=1, high=64, log=True),
        "max_features": Real(low=0.4, high=1.0),
        "l2_regularization": Real(low=1e-4, high=2.0, log=True),
        "max_bins": Integer(low=63, high=255, log=True),
    }


def _make(recipe: Recipe) -> HistGradientBoostingEstimator:
    return HistGradientBoostingEstimator(recipe)


FAMILY = TableFamily(
    name="hist_gradient_boosting",
    label="Histogram gradient boosting",
    encoding="native",
    interpretable=False,
    explanation="scikit-learn's boosted decision trees, each correcting the ones before it.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    # Measured, one thread: .35 s at 2,000, .65 s at 10,000, 2.6 s at 39,000 rows x 14.
    seconds=lambda n_rows, n_columns: 0.3 + 4.2e-6 * n_rows * n_columns,
)
