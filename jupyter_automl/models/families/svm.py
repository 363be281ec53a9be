"""Support vector machines: a straight margin for many rows, a curved one for few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from jupyter_automl.core.space import Choice, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models import linear_fit, slopes
from jupyter_automl.models.calibration import Score, calibrated
from jupyter_automl.models.estimator import Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily
from jupyter_automl.models.thinning import fit_growing

FEW_ROWS = 10_000
"""A kernel compares all rows with each other: 50,000 would take minutes."""

MOST_CURVED_CLASSES = 100
"""The curved machine compares each two classes: 300 classes are 45,000 machines, 0.9 GB and
10 ms a row."""

_EPSILON = 0.1
_MANY_CELLS = 5_000_000
_CACHE_MB = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelMachine:
    """A fitted SVC or SVR of scikit-learn and what turns its scores into predictions.

    Attributes
    ----------
    calibration : LinearModel or None
        Of scores to probabilities; None for values.
    centre, scale : float
        Of the values that the machine was fitted to, in the target's fitting scale.
    """

    machine: Any
    calibration: linear_fit.LinearModel | None = None
    centre: float = 0.0
    scale: float = 1.0

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Probabilities (n, k) or of the positive class (n,), or values (n,)."""
        if self.calibration is not None:
            return self.calibration.predict(_scores(self.machine, X))
        values: np.ndarray = self.machine.predict(X) * self.scale + self.centre
        return values


class SupportVectorEstimator(TableEstimator):
    """`model` is a `LinearModel` (``kernel="linear"``) or a `KernelMachine` (``"rbf"``).

    Probabilities are logistic in scores of rows that the machine had not been fitted to.
    The linear one is fitted by L-BFGS to the squared hinge loss, so it can be stopped. The
    curved one cannot be: it is fitted to as many rows as the time holds. More than 100 classes
    get the linear one, whatever is asked for; ``info["kernel"]`` says so.

    Attributes
    ----------
    params : Mapping
        ``kernel``; ``C``: inverse strength of the penalty; ``width``: of the curved
        kernel, 1 for scikit-learn's ``gamma="scale"``, 2 for half that gamma.
    """

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        X = np.ascontiguousarray(train.X, dtype=np.float32)
        self._centre = X.mean(axis=0, dtype=np.float64)
        self._present = np.unique(train.y) if self.classifies else np.empty(0)
        if not self.classifies:
            margin = float(np.ptp(train.y)) / 2
            self._limits = (float(train.y.min()) - margin, float(train.y.max()) + margin)
        curved = self.params.get("kernel", "linear") != "linear"
        if curved and len(self._present) > MOST_CURVED_CLASSES:
            curved, self.info["kernel"] = False, "linear"
        if not curved:
            self.kind = "linear" if self.recipe.task != "multiclass" else "other"
            self._fit_straight(X, train, deadline)
        else:
            self._fit_curved(X, train, deadline)

    def _fit_straight(self, X: np.ndarray, train: Rows, deadline: float | None) -> None:
        if not self.classifies:
            self.model = self._straight_values(X, train, deadline)
            return
        codes = np.searchsorted(self._present, train.y)
        machine = linear_fit.LinearModel(
            coef_=np.zeros((1, 1)),
            intercept_=np.zeros(1),
            link="softmax",
            converged=False,
            n_passes=0,
        )

        def score_of(rows: np.ndarray, ends: float | None) -> Score:
            nonlocal machine
            weight = None if train.weight is None else train.weight[rows]
            machine = self._straight_classes(X[rows], codes[rows], weight, ends)
            return lambda asked: machine.margin(X[asked])

        calibration = calibrated(
            score_of,
            codes,
            train.weight,
            len(self._present),
            self.recipe.random_state,
            deadline,
            self.clock,
        )
        # A logistic function of a linear one is a logistic regression again.
        self.model = linear_fit.LinearModel(
            coef_=calibration.coef_ @ machine.coef_,
            intercept_=calibration.coef_ @ machine.intercept_ + calibration.intercept_,
            link=calibration.link,
            converged=machine.converged,
            n_passes=machine.n_passes,
        )
        self.info.update(converged=machine.converged, n_rounds=machine.n_passes)

    def _straight_classes(
        self, X: np.ndarray, codes: np.ndarray, weight: np.ndarray | None, deadline: float | None
    ) -> linear_fit.LinearModel:
        k = len(self._present)
        signs = np.where(np.eye(k)[codes] > 0, 1.0, -1.0)[:, (1 if k == 2 else 0) :]
        slope = slopes.hinge_slope(signs, _shares(weight, len(X)))
        return self._descend(X, slope, np.zeros(signs.shape[1]), deadline)

    def _straight_values(
        self, X: np.ndarray, train: Rows, deadline: float | None
    ) -> linear_fit.LinearModel:
        centre, scale = _centre_and_scale(train.y)
        y, weight = (train.y - centre) / scale, _shares(train.weight, len(X))
        if self.goal.loss == "absolute":
            slope = slopes.absolute_slope(y, weight)
        else:
            slope = slopes.tube_slope(y, weight, _EPSILON)
        model = self._descend(X, slope, np.zeros(1), deadline)
        self.info.update(converged=model.converged, n_rounds=model.n_passes)
        return linear_fit.LinearModel(
            coef_=model.coef_ * scale,
            intercept_=model.intercept_ * scale + centre,
            link="identity",
            converged=model.converged,
            n_passes=model.n_passes,
        )

    def _descend(
        self, X: np.ndarray, slope: slopes.Slope, start: np.ndarray, deadline: float | None
    ) -> linear_fit.LinearModel:
        return linear_fit.minimise(
            X,
            slope,
            link="softmax",
            n_outputs=len(start),
            penalty=1.0 / (float(self.params.get("C", 1.0)) * len(X)),
            intercept=start,
            max_passes=50 if X.size > _MANY_CELLS else 200,
            deadline=deadline,
            clock=self.clock,
        )

    def _fit_curved(self, X: np.ndarray, train: Rows, deadline: float | None) -> None:
        centre, scale = (0.0, 1.0) if self.classifies else _centre_and_scale(train.y)
        codes = np.searchsorted(self._present, train.y) if self.classifies else train.y

        def fit(rows: np.ndarray) -> None:
            weight = None if train.weight is None else train.weight[rows]
            if not self.classifies:
                machine = self._machine(X[rows], (train.y[rows] - centre) / scale, weight)
                self.model = KernelMachine(machine=machine, centre=centre, scale=scale)
                return
            here, there = X[rows], codes[rows]
            machine = None

            def score_of(fitted: np.ndarray, ends: float | None) -> Score:
                nonlocal machine
                given = None if weight is None else weight[fitted]
                machine = self._machine(here[fitted], there[fitted], given)
                return lambda asked: _scores(machine, here[asked])

            k = len(self._present)
            calibration = calibrated(score_of, there, weight, k, self.recipe.random_state)
            self.model = KernelMachine(machine=machine, calibration=calibration)

        n_rows = fit_growing(
            fit,
            train.y,
            power=2.2,
            deadline=deadline,
            clock=self.clock,
            random_state=self.recipe.random_state,
            is_class=self.classifies,
        )
        self.info.update(
            n_rows_fitted=n_rows,
            n_support_vectors=len(self.model.machine.support_),
            stopped_by_time=n_rows < len(train.y),
        )

    def _machine(self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None) -> Any:
        from sklearn.svm import SVC, SVR

        spread = float(X.var()) or 1.0
        gamma = 1.0 / (X.shape[1] * spread * float(self.params.get("width", 1.0)))
        shared = {"C": float(self.params.get("C", 1.0)), "gamma": gamma, "cache_size": _CACHE_MB}
        if self.classifies:
            return SVC(**shared).fit(X, y, sample_weight=weight)
        return SVR(epsilon=_EPSILON, **shared).fit(X, y, sample_weight=weight)

    def _predict(self, X: Any) -> np.ndarray:
        predicted: np.ndarray = self.model.predict(np.asarray(X, dtype=np.float32))
        if not self.classifies:
            return np.clip(predicted, *self._limits)
        if predicted.ndim == 1:
            predicted = np.column_stack([1.0 - predicted, predicted])
        return self._spread(self._present, predicted)

    def contributions(self, X: Any) -> np.ndarray:
        """Exact SHAP values where ``kernel="linear"``, for two classes and for values.

        Returns
        -------
        ndarray of shape (n, d + 1)
            Coefficient times distance from the training mean; the last entry is the base.
        """
        return linear_fit.contributions(self.model, X, self._centre)


def _scores(machine: Any, X: np.ndarray) -> np.ndarray:
    scores: np.ndarray = machine.decision_function(X)
    return scores[:, None] if scores.ndim == 1 else scores


def _shares(weight: np.ndarray | None, n_rows: int) -> np.ndarray:
    given = np.ones(n_rows) if weight is None else np.asarray(weight, dtype=np.float64)
    shares: np.ndarray = given / given.sum()
    return shares


def _centre_and_scale(y: np.ndarray) -> tuple[float, float]:
    return float(np.mean(y)), float(np.std(y)) or 1.0


# C and gamma="scale" of scikit-learn; a stronger C with a wider kernel after the tuned
# default of Probst, Boulesteix and Bischl, "Tunability" (2019).
_CURVED: Starts = (
    ("rbf", {"kernel": "rbf", "C": 1.0, "width": 1.0}),
    ("rbf wide", {"kernel": "rbf", "C": 30.0, "width": 10.0}),
)
_STRAIGHT: Starts = (
    ("linear", {"kernel": "linear", "C": 0.1}),
    ("linear C10", {"kernel": "linear", "C": 10.0}),
)


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    if n_rows > FEW_ROWS:
        return tuple((label, dict(params)) for label, params in _STRAIGHT)
    order = (_CURVED[0], _STRAIGHT[0], _CURVED[1])
    return tuple((label, dict(params)) for label, params in order)


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """C as in "Tunability" (2019), narrowed to where scaled columns have their optimum."""
    strength = Real(low=1e-3, high=1e3, log=True)
    if n_rows > FEW_ROWS:
        return {"C": strength}
    return {
        "kernel": Choice(values=("rbf", "linear")),
        "C": strength,
        "width": Real(low=0.1, high=100.0, log=True),
    }


def _seconds(n_rows: int, n_columns: int) -> float:
    """Measured, one thread, 14 columns: curved .05 s at 2,000, 1.2 s at 10,000 rows; straight
    .1 s at 39,000."""
    straight = 0.03 + 2.5e-7 * n_rows * n_columns
    curved = 5e-10 * n_rows * n_rows * (n_columns + 10) if n_rows <= FEW_ROWS else 0.0
    return straight + curved


FAMILY = TableFamily(
    name="svm",
    label="Support vector machine",
    encoding="scaled",
    interpretable=False,
    explanation="The widest margin between classes, straight or curved; needs no trees.",
    make=SupportVectorEstimator,
    starts=_starts,
    dimensions=_space,
    seconds=_seconds,
    most_rows=200_000,
)
