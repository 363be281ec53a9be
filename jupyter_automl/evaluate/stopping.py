"""Held-out predictions of early-stopped models that their own rows did not stop."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.plan import Plan
from jupyter_automl.models.rounds import rounds_by_others

MOST_ROWS = 10_000
"""Above, thousands of rows choose the round and the score gains nothing worth a second
prediction from it."""


class Stopping:
    """Predicts each fold again with as many rounds as the other folds of its repeat want.

    The fitted models stay as they are: they may use all rows. Only what they are judged by,
    and what ensembles, thresholds and intervals are made of, is predicted this way.
    """

    def __init__(self, plan: Plan, n_rows: int) -> None:
        # Parts in time are no peers: each has seen more than the one before.
        few = n_rows <= MOST_ROWS and plan.n_folds > 1 and plan.validation != "time"
        self._pays = few
        self._n_folds = plan.n_folds
        self._fits: dict[int, tuple[Any, Any]] = {}

    def watch(self, estimator: Any) -> None:
        """Have an estimator that is not fitted yet keep its rounds, if it can."""
        if self._pays and hasattr(estimator, "keep_rounds"):
            estimator.keep_rounds = True

    def add(self, fit: int, estimator: Any, X_valid: Any) -> None:
        """A fitted estimator and the rows it holds out; `fit` counts over all repeats."""
        if getattr(estimator, "curve", None) is not None:
            self._fits[fit] = (estimator, X_valid)

    @property
    def predicts(self) -> bool:
        """Whether every fold will be predicted a second time."""
        return bool(self._fits)

    def predictions(self) -> dict[int, np.ndarray]:
        """New predictions by fit.

        Not of fits that did not stop early, nor where the other folds say nothing.
        """
        found = {}
        repeats = {fit // self._n_folds for fit in self._fits}
        for repeat in sorted(repeats):
            fits = [fit for fit in self._fits if fit // self._n_folds == repeat]
            if len(fits) < 2:
                continue
            rounds = rounds_by_others([self._fits[fit][0].curve for fit in fits])
            for fit, n_rounds in zip(fits, rounds, strict=True):
                if n_rounds is None:
                    continue
                estimator, X_valid = self._fits[fit]
                found[fit] = np.asarray(estimator.predict_at(X_valid, n_rounds), dtype=np.float64)
        for estimator, _ in self._fits.values():
            estimator.forget_rounds()
        return found
