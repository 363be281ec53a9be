"""What a worker process keeps between trials: the table and the encoded folds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.protocols import Encoding
from jupyter_automl.core.task import TaskKind
from jupyter_automl.evaluate.trial_data import TargetArrays, TrialData, load_arrays
from jupyter_automl.evaluate.validation import stratified_sample, training_rows

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.features.preprocessor import Extra

_MEMORY_SHARE = 0.2
_LEAST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldMatrices:
    """One fold, encoded for a kind of family.

    Attributes
    ----------
    X, X_valid : DataFrame or ndarray
        Training rows (perhaps a sample of them) and held-out rows.
    train, valid : ndarray
        Their row numbers among the rows with a target.
    key : str
        Names fit, encoding, sample and further features.
    """

    preprocessor: Any
    X: Any
    X_valid: Any
    train: np.ndarray
    valid: np.ndarray
    key: str

    @property
    def n_bytes(self) -> int:
        return _bytes_of(self.X) + _bytes_of(self.X_valid)


class Workspace:
    """The data of one run in one process, with recently used folds kept.

    Parameters
    ----------
    limit_bytes : int
        Encoded folds beyond this are forgotten, least recently used first; the fold in
        use is always kept.
    """

    def __init__(self, data: TrialData, limit_bytes: int) -> None:
        from jupyter_automl.data import load_frame

        self.data = data
        self.limit_bytes = limit_bytes
        self.arrays: TargetArrays = load_arrays(data)
        # Every fold of the first repeat, then those of the next.
        self._splits = [
            (folds, fold)
            for folds in self.arrays.assignments
            for fold in range(int(folds.max()) + 1)
        ]
        self.n_folds = int(self.arrays.folds.max()) + 1
        self.n_fits = len(self._splits)
        frame = load_frame(data.dataset, [column.name for column in data.columns])
        if self.arrays.rows is not None:
            frame = frame.iloc[self.arrays.rows].reset_index(drop=True)
        self.frame: pd.DataFrame = frame
        self._folds: OrderedDict[str, FoldMatrices] = OrderedDict()
        self._lock = threading.Lock()

    def fold(
        self,
        fit: int,
        encoding: Encoding,
        sample_rows: int | None,
        *,
        extra: Extra | None = None,
    ) -> FoldMatrices:
        """The encoded fold of fit number `fit`, made now or kept from an earlier trial.

        Parameters
        ----------
        fit : int
            0 .. `n_fits` - 1: the folds of the first repeat, then those of the next.
        extra : str or None
            Further features; see `features.Preprocessor`.
        """
        train = self._training_rows(fit, sample_rows)
        key = f"{encoding}-{fit}-{len(train)}" + (f"-{extra}" if extra else "")
        with self._lock:
            if key in self._folds:
                self._folds.move_to_end(key)
                return self._folds[key]
        made = self._encode(fit, encoding, train, key, extra)
        with self._lock:
            self._folds[key] = made
            while len(self._folds) > 1 and self.kept_bytes > self.limit_bytes:
                self._folds.popitem(last=False)
        return made

    @property
    def kept_bytes(self) -> int:
        """Size of all encoded folds that are kept."""
        return sum(fold.n_bytes for fold in self._folds.values())

    def _training_rows(self, fit: int, sample_rows: int | None) -> np.ndarray:
        plan = self.data.plan
        train = training_rows(*self._splits[fit], plan.validation)
        if sample_rows is None or sample_rows >= len(train):
            return train
        if plan.validation == "time":
            return train[-sample_rows:]
        rng = np.random.default_rng((plan.random_state, fit))
        picks = stratified_sample(self.arrays.y[train], plan.task, sample_rows, rng)
        return train[picks]

    def _encode(
        self, fit: int, encoding: Encoding, train: np.ndarray, key: str, extra: Extra | None
    ) -> FoldMatrices:
        from jupyter_automl.features import Preprocessor

        preprocessor = Preprocessor(
            self.data.columns,
            encoding=encoding,
            random_state=self.data.plan.random_state,
            extra=extra,
        )
        folds, fold = self._splits[fit]
        valid = np.flatnonzero(folds == fold)
        X = preprocessor.fit_transform(self.frame.iloc[train], self.arrays.y[train])
        X_valid = preprocessor.transform(self.frame.iloc[valid])
        return FoldMatrices(
            preprocessor=preprocessor, X=X, X_valid=X_valid, train=train, valid=valid, key=key
        )


_current: list[Workspace] = []


def workspace(data: TrialData) -> Workspace:
    """This process's workspace for `data`; the one of another run is let go."""
    if _current and _current[0].data == data:
        return _current[0]
    _current.clear()
    _current.append(Workspace(data, cache_limit_bytes(data.plan.n_workers)))
    return _current[0]


def cache_limit_bytes(n_workers: int) -> int:
    """A fifth of the machine's memory, shared by the workers; at least 64 MiB."""
    import psutil

    share = _MEMORY_SHARE * psutil.virtual_memory().total / max(1, n_workers)
    return max(_LEAST_BYTES, int(share))


def prior(y: np.ndarray, task: TaskKind, n_classes: int) -> np.ndarray:
    """Class shares of shape (k,), or the mean of shape (1,)."""
    if task == "regression":
        return np.array([float(np.mean(y))])
    return np.bincount(y, minlength=n_classes) / max(1, len(y))


def _bytes_of(matrix: Any) -> int:
    if hasattr(matrix, "memory_usage"):
        return int(matrix.memory_usage(index=False).sum())
    return int(getattr(matrix, "nbytes", 0))
