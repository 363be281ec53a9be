"""Logistic regression, discriminant analysis, ridge, lasso: quick, readable, not like trees."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.space import Choice, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.core.trial import FEATURES
from jupyter_automl.models import linear_fit, slopes
from jupyter_automl.models.discriminant import MOST_COLUMNS, discriminant
from jupyter_automl.models.estimator import Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily

_MANY_CELLS = 5_000_000
_FEW_ROWS = 5_000
"""Where discriminant analysis is tried; with more rows, logistic regression knows better."""


class LinearEstimator(TableEstimator):
    """`model` is a `linear_fit.LinearModel` with ``coef_`` and ``intercept_``.

    Attributes
    ----------
    params : Mapping
        ``C``: inverse strength of the penalty, as scikit-learn's LogisticRegression.
        ``l1_ratio``: 0 for L2 (ridge), 1 for L1 (lasso), between for the elastic net.
        ``method``: ``"discriminant"`` for linear discriminant analysis, classes only.
    """

    kind = "linear"

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        X = np.ascontiguousarray(train.X, dtype=np.float32)
        n_rows = len(X)
        weight = np.full(n_rows, 1.0) if train.weight is None else train.weight
        weight = np.asarray(weight, dtype=np.float64) / float(np.sum(weight))
        penalty = 1.0 / (float(self.params.get("C", 1.0)) * n_rows)
        if self.classifies:
            self.model = self._fit_classes(X, train.y, weight, penalty, deadline)
        else:
            self.model = self._fit_values(X, train.y, weight, penalty, deadline)
            width = float(np.ptp(train.y))
            self._limits = (float(train.y.min()) - width / 2, float(train.y.max()) + width / 2)
        if self.model.link == "log":
            self.kind = "other"
        self._centre = X.mean(axis=0, dtype=np.float64)
        self.info.update(
            converged=self.model.converged,
            n_rounds=self.model.n_passes,
            n_features_used=int((self.model.coef_ != 0).any(axis=0).sum()),
        )

    @property
    def _l1_ratio(self) -> float:
        return float(self.params.get("l1_ratio", 0.0))

    def _fit_classes(
        self,
        X: np.ndarray,
        y: np.ndarray,
        weight: np.ndarray,
        penalty: float,
        deadline: float | None,
    ) -> linear_fit.LinearModel:
        k = self.recipe.n_classes
        if self.params.get("method") == "discriminant":
            return discriminant(X, y, weight, k)
        shares = np.bincount(y, weights=weight, minlength=k) + 1e-9
        binary = self.recipe.task == "binary"
        start = np.log(shares[1:] / shares[:1]) if binary else np.log(shares)
        n_outputs = 1 if binary else k
        slope = slopes.log_loss_slope(y, weight, n_outputs)
        link: linear_fit.Link = "logit" if binary else "softmax"
        return self._descend(X, slope, link, start, penalty, deadline)

    def _fit_values(
        self,
        X: np.ndarray,
        y: np.ndarray,
        weight: np.ndarray,
        penalty: float,
        deadline: float | None,
    ) -> linear_fit.LinearModel:
        if self.goal.loss == "poisson":
            slope = slopes.poisson_slope(y, weight)
            return self._descend(X, slope, "log", np.zeros(1), penalty, deadline)
        centre, scale = float(weight @ y), float(np.std(y))
        scaled = (y - centre) / scale
        if self.goal.loss == "absolute":
            slope = slopes.absolute_slope(scaled, weight)
        elif not self._l1_ratio and linear_fit.prefers_ridge(X):
            return _on_scale(linear_fit.ridge(X, scaled, weight, penalty), centre, scale)
        else:
            slope = slopes.squared_slope(scaled, weight)
        start = np.zeros(1)
        return _on_scale(
            self._descend(X, slope, "identity", start, penalty, deadline), centre, scale
        )

    def _descend(
        self,
        X: np.ndarray,
        slope: slopes.Slope,
        link: linear_fit.Link,
        start: np.ndarray,
        penalty: float,
        deadline: float | None,
    ) -> linear_fit.LinearModel:
        return linear_fit.minimise(
            X,
            slope,
            link=link,
            n_outputs=len(start),
            penalty=penalty * (1.0 - self._l1_ratio),
            l1=penalty * self._l1_ratio,
            intercept=start,
            max_passes=50 if X.size > _MANY_CELLS else 200,
            deadline=deadline,
            clock=self.clock,
        )

    def _predict(self, X: Any) -> np.ndarray:
        predicted: np.ndarray = self.model.predict(np.asarray(X, dtype=np.float32))
        if not self.classifies and self.model.link == "identity":
            # A far-out row must not get a value far from anything that was seen.
            predicted = np.clip(predicted, *self._limits)
        return predicted

    def contributions(self, X: Any) -> np.ndarray:
        """Exact SHAP values of independent features, on the scale of the raw scores.

        Returns
        -------
        ndarray of shape (n, d + 1) or, for more than two classes, (n, k, d + 1)
            Coefficient times distance from the training mean; the last entry is the base.
            Classes that discriminant analysis never predicts, because training lacks them,
            have zeros.
        """
        parts = linear_fit.contributions(self.model, X, self._centre)
        return np.where(np.isneginf(parts), 0.0, parts)


def _on_scale(model: linear_fit.LinearModel, centre: float, scale: float) -> linear_fit.LinearModel:
    return linear_fit.LinearModel(
        coef_=model.coef_ * scale,
        intercept_=model.intercept_ * scale + centre,
        link=model.link,
        converged=model.converged,
        n_passes=model.n_passes,
    )


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    ridges: list[tuple[str, dict[str, Any]]] = [
        ("C1", {"C": 1.0}),
        # Squares, products and bends lower the error on 14 of 14 tables, to .75 of it at best.
        ("bent", {"C": 1.0, FEATURES: "interactions"}),
        ("C0.01", {"C": 0.01}),
        ("C100", {"C": 100.0}),
    ]
    sparse: Starts = (
        ("lasso", {"C": 0.1, "l1_ratio": 1.0}),
        ("elastic net", {"C": 0.1, "l1_ratio": 0.5}),
    )
    if task != "regression" and n_rows <= _FEW_ROWS and n_columns <= MOST_COLUMNS:
        return [*ridges[:2], ("discriminant", {"method": "discriminant"}), *ridges[2:], *sparse]
    return [*ridges, *sparse]


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """LightAutoML's and TabArena's paths of C together, with TabArena's L1 and L2."""
    return {
        "C": Real(low=1e-5, high=1e3, log=True),
        "l1_ratio": Choice(values=(0.0, 0.5, 1.0)),
        FEATURES: Choice(values=(None, "interactions")),
    }


FAMILY = TableFamily(
    name="linear",
    label="Linear",
    encoding="scaled",
    interpretable=True,
    explanation="A weighted sum of the features; each weight can be read.",
    make=LinearEstimator,
    starts=_starts,
    dimensions=_space,
    seconds=lambda n_rows, n_columns: 0.02 + 2e-7 * n_rows * n_columns,
)
