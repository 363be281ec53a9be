"""What a small booster leaves unexplained, on rows that it did not see."""

from __future__ import annotations

import numpy as np

from jupyter_automl.features.screening import MOST_CLASSES, as_targets, top_classes
from jupyter_automl.features.training import Training, inner_folds

_FOLDS = 3
_ROUNDS = 100
_TREES = 200


class QuickBooster:
    """LightGBM of a hundred small trees on one thread, by folds of the rows.

    Folds keep groups together; rows count by their weights.

    Parameters
    ----------
    training : Training
        Of the n rows that it is fitted on.
    """

    def __init__(self, training: Training, random_state: int) -> None:
        y = training.y
        self.targets = as_targets(y)
        self._classes = None if y.dtype.kind == "f" else y.astype(np.int64)
        self._weights = _scaled(training.weights)
        self._folds = inner_folds(training, _FOLDS, random_state)
        n_classes = 0 if self._classes is None else int(self._classes.max()) + 1
        self._n_classes = n_classes
        self._rounds = _ROUNDS if n_classes <= 2 else max(10, _TREES // n_classes)
        self._settings = {
            "objective": "regression",
            "learning_rate": 0.1 if n_classes <= 2 else 0.2,
            "num_leaves": 15,
            "max_bin": 63,
            "num_threads": 1,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
            "seed": random_state % (2**31),
        }
        if n_classes == 2:
            self._settings["objective"] = "binary"
        elif n_classes > 2:
            self._settings |= {"objective": "multiclass", "num_class": n_classes}

    def left_over(
        self, numbers: np.ndarray, codes: list[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weighted loss of each row (n,) and target minus prediction (n, m), out of fold.

        The weights in it have a mean of 1.
        """
        import lightgbm as lgb

        columns = [np.where(values < 0, np.nan, values)[:, None] for values in codes]
        X = np.hstack([numbers, *columns]).astype(np.float32)
        categories = list(range(numbers.shape[1], X.shape[1]))
        label = self.targets[:, 0] if self._classes is None else self._classes
        predicted = np.zeros((len(X), max(1, self._n_classes if self._n_classes > 2 else 1)))
        for fold in range(_FOLDS):
            held = self._folds == fold
            if not held.any() or held.all():
                continue
            data = lgb.Dataset(
                X[~held],
                label[~held],
                weight=None if self._weights is None else self._weights[~held],
                categorical_feature=categories,
                params=self._settings,
            )
            booster = lgb.train(self._settings, data, self._rounds)
            made = np.asarray(booster.predict(X[held], num_threads=1))
            predicted[held] = made.reshape(len(made), -1)
        loss = self._loss(predicted)
        return loss if self._weights is None else loss * self._weights, self._rest(predicted)

    def _loss(self, predicted: np.ndarray) -> np.ndarray:
        if self._classes is None:
            squared: np.ndarray = (self.targets[:, 0] - predicted[:, 0]) ** 2
            return squared
        if self._n_classes <= 2:
            right = np.where(self._classes == 1, predicted[:, 0], 1.0 - predicted[:, 0])
        else:
            right = predicted[np.arange(len(predicted)), self._classes]
        losses: np.ndarray = -np.log(np.clip(right, 1e-12, 1.0))
        return losses

    def _rest(self, predicted: np.ndarray) -> np.ndarray:
        if self._classes is None or self._n_classes <= 2:
            return self.targets - predicted
        rest: np.ndarray = self.targets - predicted[:, top_classes(self._classes)[:MOST_CLASSES]]
        return rest


def _scaled(weights: np.ndarray | None) -> np.ndarray | None:
    """Weights of a mean of 1; None where they say nothing."""
    total = 0.0 if weights is None else float(weights.sum())
    return None if weights is None or total <= 0 else weights * (len(weights) / total)
