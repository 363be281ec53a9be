"""Explainable boosting (package interpret-core): a curve a column, and the sum is the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.space import Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.codes import as_codes, categorical_positions
from jupyter_automl.models.estimator import Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily

_OBJECTIVES = {"squared": "rmse", "absolute": "rmse", "poisson": "poisson_deviance"}
_PROBES = (1, 6)
_MOST_ROUNDS = 20_000
_SHARE = 0.8
_PAIR_COST = 2.0
"""A round of a pair of columns takes at most this many times that of one column."""

_SEARCH_SECONDS = 1.2e-8
"""A row and a pair of columns, to find out which pairs matter (measured, 39,000 x 14)."""

_SEARCH_SHARE = 0.1


class ExplainableBoostingEstimator(TableEstimator):
    """`model` is an ``ExplainableBoostingClassifier`` or ``-Regressor`` of interpret.

    Notes
    -----
    Its own callback would start a server process in every fit, so the deadline is kept in
    another way: two fits of a few rounds tell the seconds a round takes, and the fit that
    counts gets as many as there is time for. Rounds cost alike, and early stopping on rows
    that it sets aside by itself only makes it quicker.
    """

    takes_codes = True

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        self._learn_gaps(train.X)
        X = self._matrix(train.X)
        settings = {
            "outer_bags": 2,
            "interactions": 10,
            "early_stopping_rounds": 50,
            **self.params,
        }
        settings["interactions"] = self._pairs(settings, X, deadline)
        rounds = _MOST_ROUNDS
        if deadline is not None:
            rounds = self._affordable(X, train, settings, deadline)
        if rounds:
            self.model = self._fitted(X, train, {**settings, "max_rounds": rounds})
        best = np.asarray(self.model.best_iteration_[0], dtype=np.float64)
        used = float(best.mean()) / X.shape[1]
        self.info.update(
            best_iteration=round(used),
            n_rounds=rounds,
            n_pairs=len(self.model.term_features_) - X.shape[1],
            stopped_by_time=rounds < _MOST_ROUNDS and used > 0.9 * rounds,
        )

    def _affordable(
        self, X: np.ndarray, train: Rows, settings: dict[str, Any], deadline: float
    ) -> int:
        """Rounds that the time holds; 0 where the model of the first probe has to do."""
        seconds = []
        for rounds in _PROBES:
            started = self.clock()
            probe = {**settings, "outer_bags": 1, "interactions": 0, "max_rounds": rounds}
            self.model = self._fitted(X, train, probe)
            seconds.append(self.clock() - started)
            if self.clock() + 2.0 * seconds[-1] >= deadline:
                return 0
        pace = max((seconds[1] - seconds[0]) / (_PROBES[1] - _PROBES[0]), 1e-6)
        bags, pairs = int(settings["outer_bags"]), int(settings["interactions"])
        a_round = bags * pace * (1.0 + _PAIR_COST * pairs / X.shape[1])
        left = _SHARE * (deadline - self.clock()) - seconds[0]
        return min(_MOST_ROUNDS, max(0, int(left / a_round)))

    def _pairs(self, settings: dict[str, Any], X: np.ndarray, deadline: float | None) -> int:
        """As many pairs as are wanted; none where searching for them takes too long.

        And none for more than two classes, where a person could not read them.
        """
        n_rows, n_columns = X.shape
        if self.recipe.task == "multiclass":
            return 0
        seconds = _SEARCH_SECONDS * n_rows * n_columns * (n_columns - 1) / 2
        if deadline is not None and seconds > _SEARCH_SHARE * (deadline - self.clock()):
            return 0
        return min(int(settings["interactions"]), n_columns * (n_columns - 1) // 2)

    def _fitted(self, X: np.ndarray, train: Rows, settings: dict[str, Any]) -> Any:
        from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

        shared = {
            "feature_types": self._types,
            "n_jobs": self.recipe.n_jobs,
            "random_state": self.recipe.random_state % (2**31),
            **settings,
        }
        if self.classifies:
            model = ExplainableBoostingClassifier(**shared)
        else:
            model = ExplainableBoostingRegressor(objective=_OBJECTIVES[self.goal.loss], **shared)
        return model.fit(X, train.y, sample_weight=train.weight)

    def _learn_gaps(self, X: Any) -> None:
        """What stands for a missing cell: a level of its own, or a number below all others.

        The library takes missing cells as well, but warns of pictures that we do not draw.
        """
        matrix, categorical = as_codes(X), frozenset(categorical_positions(X))
        self._types = ["nominal" if i in categorical else "continuous" for i in range(X.shape[1])]
        self._gaps = np.full(X.shape[1], -1.0)
        for position in range(X.shape[1]):
            if position in categorical:
                continue
            column = matrix[:, position].astype(np.float64)
            known = column[np.isfinite(column)]
            if not len(known):
                self._gaps[position] = 0.0
            elif len(known) == len(column):
                self._gaps[position] = np.median(known)
            else:
                width = float(np.ptp(known)) or 1.0
                self._gaps[position] = known.min() - 0.1 * width

    def _matrix(self, X: Any) -> np.ndarray:
        matrix = as_codes(X).astype(np.float64)
        return np.where(np.isfinite(matrix), matrix, self._gaps)

    def _predict(self, X: Any) -> np.ndarray:
        matrix = self._matrix(X)
        if not self.classifies:
            values: np.ndarray = self.model.predict(matrix)
            return values
        return self._spread(self.model.classes_, self.model.predict_proba(matrix))


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    """The library's defaults with fewer bags and larger steps: its own take minutes."""
    quick = {"max_bins": 256, "smoothing_rounds": 25, "early_stopping_rounds": 50}
    return (
        ("pairs", quick | {"outer_bags": 2, "interactions": 10, "learning_rate": 0.1}),
        ("no pairs", quick | {"outer_bags": 1, "interactions": 0, "learning_rate": 0.05}),
        (
            "small steps",
            {"outer_bags": 2, "interactions": 10, "learning_rate": 0.02, "smoothing_rounds": 75},
        ),
    )


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """The part of TabArena's space for EBM that changes the fit most."""
    return {
        "learning_rate": Real(low=0.015, high=0.2, log=True),
        "interactions": Integer(low=0, high=30),
        "max_leaves": Integer(low=2, high=3),
        "smoothing_rounds": Integer(low=0, high=200),
        "min_samples_leaf": Integer(low=2, high=20, log=True),
    }


def _make(recipe: Recipe) -> ExplainableBoostingEstimator:
    return ExplainableBoostingEstimator(recipe)


FAMILY = TableFamily(
    name="ebm",
    label="Explainable boosting",
    encoding="native",
    interpretable=True,
    explanation="A curve for each column, learned by boosting; the sum of the curves answers.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    # Measured, one thread: .5 s at 2,000, 1.3 s at 10,000, 4.4 s at 39,000 rows x 14.
    seconds=lambda n_rows, n_columns: 0.3 + 8.5e-6 * n_rows * n_columns,
    most_rows=300_000,
)
