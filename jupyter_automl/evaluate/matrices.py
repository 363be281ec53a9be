"""What a worker process keeps between trials: the table and the encoded folds."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.protocols import Encoding
from jupyter_automl.core.task import TaskKind
from jupyter_automl.evaluate.keys import ALL_ROWS, matrix_key
from jupyter_automl.evaluate.memory import give_back
from jupyter_automl.evaluate.trial_data import TargetArrays, TrialData, load_arrays
from jupyter_automl.evaluate.validation import UNDATED, stratified_sample, training_rows

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.features.preprocessor import Extra, Preprocessor

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
        time_limit_seconds: float | None = None,
    ) -> FoldMatrices:
        """The encoded fold of fit number `fit`, made now or kept from an earlier trial.

        Parameters
        ----------
        fit : int
            0 .. `n_fits` - 1: the folds of the first repeat, then those of the next.
        extra : str or None
            Further features; see `features.Preprocessor`.
        time_limit_seconds : float or None
            For looking for them.
        """
        train = self._training_rows(fit, sample_rows)
        key = matrix_key(encoding, fit, len(train), extra)
        with self._lock:
            if key in self._folds:
                self._folds.move_to_end(key)
                return self._folds[key]
        # Room is made first: the peak is while it is encoded.
        self._forget_down_to(self.limit_bytes - self._expected_bytes(encoding, len(train)))
        made = self._encode(fit, encoding, train, key, extra, time_limit_seconds)
        give_back(made.n_bytes)
        with self._lock:
            self._folds[key] = made
        self._forget_down_to(self.limit_bytes, least=1)
        return made

    def whole(
        self, encoding: Encoding, sample_rows: int | None, *, extra: Extra | None = None
    ) -> FoldMatrices:
        """All rows that take part in any fold, encoded for a last fit; none are held out.

        With ``validation="time"`` these are all rows with a time, the latest among them.
        """
        rows = np.flatnonzero(self.arrays.folds > UNDATED)
        train = self._sampled(rows, self.n_fits, sample_rows)
        key = matrix_key(encoding, ALL_ROWS, len(train), extra)
        with self._lock:
            if key in self._folds:
                return self._folds[key]
        preprocessor, X = self._learned(encoding, train, extra, None)
        made = FoldMatrices(
            preprocessor=preprocessor, X=X, X_valid=None, train=train, valid=train[:0], key=key
        )
        with self._lock:
            self._folds[key] = made
        self._forget_down_to(self.limit_bytes, least=1)
        return made

    def _expected_bytes(self, encoding: Encoding, n_rows: int) -> int:
        """By the largest fold of this encoding that is kept; 0 before the first."""
        with self._lock:
            kept = [fold for key, fold in self._folds.items() if key.startswith(f"{encoding}-")]
        return max((fold.n_bytes * n_rows // max(1, len(fold.train)) for fold in kept), default=0)

    def _forget_down_to(self, n_bytes: int, *, least: int = 0) -> None:
        """Let go of the least recently used folds, but for the `least` latest."""
        with self._lock:
            while len(self._folds) > least and self.kept_bytes > n_bytes:
                self._folds.popitem(last=False)

    @property
    def kept_bytes(self) -> int:
        """Size of all encoded folds that are kept."""
        return sum(fold.n_bytes for fold in self._folds.values())

    def _training_rows(self, fit: int, sample_rows: int | None) -> np.ndarray:
        plan = self.data.plan
        train = training_rows(*self._splits[fit], plan.validation)
        return self._sampled(train, fit, sample_rows)

    def _sampled(self, train: np.ndarray, fit: int, sample_rows: int | None) -> np.ndarray:
        plan = self.data.plan
        if sample_rows is None or sample_rows >= len(train):
            return train
        if plan.validation == "time":
            assert self.arrays.times is not None
            latest = np.argsort(self.arrays.times[train], kind="stable")[-sample_rows:]
            return train[np.sort(latest)]
        rng = np.random.default_rng((plan.random_state, fit))
        picks = stratified_sample(self.arrays.y[train], plan.task, sample_rows, rng)
        return train[picks]

    def _encode(
        self,
        fit: int,
        encoding: Encoding,
        train: np.ndarray,
        key: str,
        extra: Extra | None,
        time_limit_seconds: float | None,
    ) -> FoldMatrices:
        folds, fold = self._splits[fit]
        valid = np.flatnonzero(folds == fold)
        preprocessor, X = self._learned(encoding, train, extra, time_limit_seconds)
        X_valid = preprocessor.transform(self.frame.iloc[valid])
        if extra:
            # Another process may have found more, or less, in the time it had.
            key += f"-{zlib.crc32(repr(preprocessor.feature_names).encode()):08x}"
        return FoldMatrices(
            preprocessor=preprocessor, X=X, X_valid=X_valid, train=train, valid=valid, key=key
        )

    def _learned(
        self,
        encoding: Encoding,
        train: np.ndarray,
        extra: Extra | None,
        time_limit_seconds: float | None,
    ) -> tuple[Preprocessor, Any]:
        from jupyter_automl.features import Preprocessor

        preprocessor = Preprocessor(
            self.data.columns,
            encoding=encoding,
            random_state=self.data.plan.random_state,
            extra=extra,
        )
        weights, groups = self.arrays.weights, self.arrays.groups
        # Over time, earlier rows of a group may tell of later ones.
        apart = groups is not None and self.data.plan.validation != "time"
        X = preprocessor.fit_transform(
            self.frame.iloc[train],
            self.arrays.y[train],
            weights=None if weights is None else weights[train],
            groups=groups[train] if groups is not None and apart else None,
            time_limit_seconds=time_limit_seconds,
        )
        return preprocessor, X


_current: list[Workspace] = []
_making = threading.Lock()


def workspace(data: TrialData) -> Workspace:
    """This process's workspace for `data`; the one of another run is let go."""
    with _making:
        if _current and _current[0].data == data:
            return _current[0]
        _current.clear()
        limit = cache_limit_bytes(data.plan.n_workers)
        if data.cache_bytes is not None:
            limit = min(limit, data.cache_bytes)
        made = Workspace(data, limit)
        _current.append(made)
        return made


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
