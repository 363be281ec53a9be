"""The shape of a built-in metric: words and a numpy function, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.task import TaskKind

ScoreFunction = Callable[[np.ndarray, np.ndarray, "np.ndarray | None"], float]
CLASSIFICATION: tuple[TaskKind, ...] = ("binary", "multiclass")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumpyMetric:
    """A metric that is a function of numpy arrays; see `core.protocols.Metric`.

    Attributes
    ----------
    function : callable
        ``(y, prediction, sample_weight or None) -> float`` on at least one row.
    best : float
        The value of a perfect prediction.
    target : str
        ``"any"`` or ``"non_negative"``: which targets it is defined for.
    of_classes : bool
        Whether it looks at the predicted class only, and so moves in steps.
    """

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    tasks: tuple[TaskKind, ...]
    greater_is_better: bool
    explanation: str
    function: ScoreFunction
    best: float
    target: Literal["any", "non_negative"] = "any"
    of_classes: bool = False

    def score(
        self, y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None = None
    ) -> float:
        """The natural value.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Class codes 0 .. k-1, or the values.
        prediction : ndarray of shape (n, k) or (n,)
            Probabilities or values.
        sample_weight : ndarray of shape (n,), optional
            Weights of 0 or more, not all 0.

        Returns
        -------
        float
            Not a number when there are no rows or a prediction is not a number. A fold
            that lacks a class gives a finite value; each function says which.
        """
        if len(y) == 0 or np.isnan(prediction.min()):
            return float("nan")
        return float(self.function(y, prediction, sample_weight))

    def check_target(self, y: np.ndarray) -> None:
        """Raise `ArgumentError` where the metric is not defined for these targets."""
        if self.target == "non_negative" and len(y) and float(np.min(y)) < 0:
            raise ArgumentError(
                f"The metric {self.name} needs a target of 0 or more. "
                f"The smallest value is {float(np.min(y)):g}.",
                hint="Use for example 'rmse' or 'mae'.",
                argument="metric",
                metric=self.name,
            )
