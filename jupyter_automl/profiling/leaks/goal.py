"""The target of the rows that are looked at, made ready once for every column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.task import TaskKind

MOST_ROWS = 10_000
"""Rows that a column is looked at on."""

LEAST_IN_CLASS = 10
"""Rows of a class from which predicting it says something."""

N_FOLDS = 3
_MOST_CLASSES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The target of all rows that have one.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Their numbers in the table, ascending.
    y : ndarray, shape (n,)
        int64 class codes, or float64 ranks of mean 0 and variance 1.
    raw : ndarray of float64, shape (n,)
        The values themselves; empty for classes.
    n_classes : int
        0 for regression.
    """

    rows: np.ndarray
    y: np.ndarray
    raw: np.ndarray
    n_classes: int

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A sample of `Known`, with folds.

    Attributes
    ----------
    rows, y, raw, n_classes
        As in `Known`.
    folds : ndarray of int64, shape (n,)
        0 to `N_FOLDS` - 1, dealt out evenly over the target.
    scored : tuple of int
        Classes with enough rows, each held against the rest; empty for regression.
    """

    rows: np.ndarray
    y: np.ndarray
    raw: np.ndarray
    n_classes: int
    folds: np.ndarray
    scored: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)


def known_target(column: pa.ChunkedArray, task: TaskKind) -> Known:
    """Class codes or ranks of the rows whose target is known.

    Ranks stand for values, so that neither a long tail nor one value of 1e300 decides what
    a column explains.
    """
    array = column.combine_chunks()
    if task == "regression":
        values = pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(np.isfinite(values))
        raw = values[rows]
        return Known(rows=rows, y=ranks(raw), raw=raw, n_classes=0)
    codes = array.dictionary_encode()
    found = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    rows = np.flatnonzero(found >= 0)
    n_classes = len(codes.dictionary)
    return Known(rows=rows, y=found[rows], raw=np.empty(0), n_classes=n_classes)


def sample(known: Known, most_rows: int, seed: int) -> Goal:
    """At most `most_rows` of the rows, in their order; rare classes are kept before common ones.

    What is measured of a class, the area under its curve, does not depend on its share.
    """
    rng = np.random.default_rng(seed)
    chosen = _chosen(known, most_rows, rng)
    y = known.y[chosen]
    counts = np.bincount(y, minlength=known.n_classes) if known.n_classes else np.empty(0)
    common = np.argsort(-counts, kind="stable")[:_MOST_CLASSES]
    scored = [int(code) for code in common if counts[code] >= LEAST_IN_CLASS]
    if known.n_classes == 2:
        scored = scored[1:]
    return Goal(
        rows=known.rows[chosen],
        y=y,
        raw=known.raw[chosen] if len(known.raw) else known.raw,
        n_classes=known.n_classes,
        folds=_folds(y, rng),
        scored=tuple(scored),
    )


def _chosen(known: Known, most: int, rng: np.random.Generator) -> np.ndarray:
    n = len(known)
    if n <= most:
        return np.arange(n)
    if not known.n_classes:
        return np.sort(rng.choice(n, most, replace=False))
    n_classes = known.n_classes
    quotas = _quotas(np.bincount(known.y, minlength=n_classes), most)
    shuffled = rng.permutation(n)
    codes = known.y[shuffled]
    # NumPy sorts 16-bit numbers by radix, five times as fast.
    by_class = shuffled[np.argsort(codes.astype(np.min_scalar_type(n_classes)), kind="stable")]
    classes = known.y[by_class]
    starts = np.searchsorted(classes, np.arange(n_classes))
    place = np.arange(n) - starts[classes]
    return np.sort(by_class[place < quotas[classes]])


def _quotas(counts: np.ndarray, most: int) -> np.ndarray:
    """Rows of each class: all of a rare one, and the rest shared out evenly."""
    quotas = np.zeros(len(counts), dtype=np.int64)
    left = most
    for done, code in enumerate(np.argsort(counts, kind="stable")):
        quotas[code] = min(int(counts[code]), left // (len(counts) - done))
        left -= int(quotas[code])
    return quotas


def _folds(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shuffled = rng.permutation(len(y))
    folds = np.empty(len(y), dtype=np.int64)
    folds[shuffled[np.argsort(y[shuffled], kind="stable")]] = np.arange(len(y)) % N_FOLDS
    return folds


def ranks(values: np.ndarray) -> np.ndarray:
    """Mean ranks of mean 0 and variance 1; all 0 where the values do not vary."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts, dtype=np.float64)
    ranks = (ends - 0.5 * (counts - 1))[inverse]
    spread = ranks.std() if len(ranks) else 0.0
    return (ranks - ranks.mean()) / spread if spread > 0 else np.zeros(len(values))
