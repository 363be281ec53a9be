"""What every built-in estimator shares: goals, lost classes, exact shapes, deadlines."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jupyter_automl.core.plan import Device
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models.goal import RegressionGoal, regression_goal
from jupyter_automl.models.rounds import Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything an estimator is built from; see `core.protocols.Family.build`.

    Attributes
    ----------
    device : Device
        Where it is fitted; it predicts on the CPU whatever this is.
    """

    params: Mapping[str, Any]
    task: TaskKind
    n_classes: int
    metric: str
    random_state: int
    n_jobs: int
    device: Device = "cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """From a fold's training rows to all rows."""

    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Encoded rows with targets on the fitting scale.

    Attributes
    ----------
    X : DataFrame or ndarray of shape (n, d)
    y : ndarray of shape (n,)
        int64 class codes or float64 values.
    weight : ndarray of shape (n,) or None
    """

    X: Any
    y: np.ndarray
    weight: np.ndarray | None = None


class TableEstimator(ABC):
    """Base of the built-in estimators; see `core.protocols.Estimator`.

    A subclass gives `_fit` and `_predict` on the fitting scale. The base turns targets
    into what the metric asks for, replaces a fit on a single class or value by that
    constant, and makes probabilities rows of float64 that sum to 1.

    Attributes
    ----------
    kind : str
        ``"lightgbm"``, ``"xgboost"``, ``"catboost"``, ``"sklearn_tree"``, ``"linear"`` or
        ``"other"``: what `model` is, for exact explanations. ``"other"`` after a fit on a
        single class or value.
    takes_codes : bool
        Whether `predict` also takes a native frame as a matrix of floats: numbers first,
        then categories by code, missing cells as NaN. A frame takes longer than a row.
    model : object
        The fitted native object; predicts on the fitting scale (log-odds, log targets).
    goal : RegressionGoal
        The fitting scale of a regression.
    info : dict
        JSON-able facts of the fit, e.g. ``best_iteration``, ``n_rounds``, ``stopped_by``.
    keep_rounds : bool
        Set it before `fit` to be able to call `predict_at` after it.
    curve : Curve or None
        Where rounds were kept: the losses on the held-out rows.
    leave_out : bool
        Set it before `fit` to be able to call `left_out` after it; only estimators of
        families with ``leaves_rows_out`` can.
    """

    kind: str = "other"
    takes_codes: ClassVar[bool] = False

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.params = recipe.params
        self.info: dict[str, Any] = {}
        self.model: Any = None
        self.goal = RegressionGoal()
        self._constant: np.ndarray | None = None
        self.keep_rounds = False
        self.curve: Curve | None = None
        self.leave_out = False
        self._whole: Any = None
        self._without: Any = None

    def clock(self) -> float:
        """Monotonic seconds, which deadlines are measured in."""
        return time.monotonic()

    @property
    def classifies(self) -> bool:
        """Whether predictions are probabilities."""
        return self.recipe.task in ("binary", "multiclass")

    def fit(
        self,
        X: Any,
        y: np.ndarray,
        *,
        X_valid: Any | None = None,
        y_valid: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
        sample_weight_valid: np.ndarray | None = None,
        time_limit_seconds: float | None = None,
    ) -> TableEstimator:
        """Fit within the limit; what ends in ``_valid`` serves early stopping only."""
        deadline = None if time_limit_seconds is None else self.clock() + time_limit_seconds
        y = np.asarray(y)
        if float(y.min()) == float(y.max()):
            self._keep_constant(y)
            self._without = range(len(y)) if self.leave_out else None
            return self
        if not self.classifies:
            self.goal = regression_goal(self.recipe.metric, y)
        train = self._rows(X, y, sample_weight)
        valid = None
        if X_valid is not None and y_valid is not None and len(y_valid):
            valid = self._rows(X_valid, np.asarray(y_valid), sample_weight_valid)
        self._fit(train, valid, deadline)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Probabilities (n, k) as float64 that sum to 1 a row, or values (n,)."""
        if self._constant is not None:
            shape = (len(X), len(self._constant)) if self.classifies else (len(X),)
            return np.broadcast_to(self._constant, shape).copy()
        return self._finished(self._predict(X))

    def left_out(self) -> np.ndarray:
        """Of each training row what `predict` would say had the row not been there.

        Can be asked once.

        Raises
        ------
        RuntimeError
            If `leave_out` was not set before the fit, or this was asked before.
        """
        if self._without is None:
            raise RuntimeError(f"{type(self).__name__} has left no rows out.")
        left, self._without = self._without, None
        if self._constant is not None:
            return self.predict(left)
        return self._finished(left)

    def predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        """As `predict`, after so many rounds of those at which `curve` has a loss."""
        return self._finished(self._predict_at(X, n_rounds))

    def forget_rounds(self) -> None:
        """Let go of what only `predict_at` needs."""
        self._whole = self.curve = None

    def _finished(self, raw: Any) -> np.ndarray:
        values = np.asarray(raw, dtype=np.float64)
        return as_probabilities(values) if self.classifies else self.goal.from_fit(values)

    @classmethod
    def settled(
        cls, params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
    ) -> dict[str, Any]:
        """Parameters of a fit on all rows, where none is held out to stop at.

        Parameters
        ----------
        params : Mapping
            Of the fits on parts of the rows.
        infos : sequence of Mapping
            The `info` of each of these.
        growth : Growth
            How many rows those had, and how many there are now.
        """
        return dict(params)

    @abstractmethod
    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        """Set `model` and `info`; return before `deadline` (seconds of `clock`)."""

    @abstractmethod
    def _predict(self, X: Any) -> np.ndarray:
        """Probabilities (n, k), of the positive class (n,), or values (n,)."""

    def _predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__} keeps no rounds.")

    def _rows(self, X: Any, y: np.ndarray, weight: np.ndarray | None) -> Rows:
        if self.classifies:
            return Rows(X=X, y=y.astype(np.int64, copy=False), weight=weight)
        return Rows(X=X, y=self.goal.to_fit(y), weight=self.goal.weights(y, weight))

    def _keep_constant(self, y: np.ndarray) -> None:
        """All rows of one class or value: give it back (classes with Laplace smoothing)."""
        self.kind = "other"
        self.info["constant"] = True
        if not self.classifies:
            self._constant = np.array([float(y[0])])
            return
        counts = np.bincount(y.astype(np.int64), minlength=self.recipe.n_classes) + 1.0
        self._constant = counts / counts.sum()

    def _spread(self, present: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """Columns of the classes that were seen in training put at their codes."""
        full = np.zeros((len(probabilities), self.recipe.n_classes))
        full[:, np.asarray(present, dtype=np.int64)] = probabilities
        return full


def as_probabilities(raw: np.ndarray) -> np.ndarray:
    """Rows of float64 that sum to 1; a column of two classes is completed.

    A row without any finite positive number becomes uniform.
    """
    if raw.shape == (1,):
        # The same sums, without ten calls of numpy: a row by itself is asked of many models.
        positive = float(raw[0])
        negative = 1.0 - positive
        if positive >= 0.0 and negative >= 0.0:
            total = negative + positive
            return np.array([[negative / total, positive / total]])
    if raw.ndim == 1:
        column, raw = raw, np.empty((len(raw), 2))
        raw[:, 0], raw[:, 1] = 1.0 - column, column
    sums = raw.sum(axis=1, keepdims=True)
    if bool((raw >= 0.0).all()) and bool(((sums > 0.0) & (sums < np.inf)).all()):
        plain: np.ndarray = raw / sums
        return plain
    clean = np.nan_to_num(np.clip(raw, 0.0, None), nan=0.0, posinf=1.0)
    sums = clean.sum(axis=1, keepdims=True)
    k = clean.shape[1]
    whole: np.ndarray = np.divide(clean, sums, out=np.full_like(clean, 1.0 / k), where=sums > 0)
    return whole
