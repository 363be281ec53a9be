"""What decisions are made from: held-out predictions beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MOST_CELLS = 200_000
"""Rows x classes that decisions look at; more change no digit that matters."""

MOST_FOLDS = 5
_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Rows that no model behind the prediction was fitted on.

    Attributes
    ----------
    y : ndarray of shape (n,)
        Class codes (int64) or values (float64).
    prediction : ndarray of shape (n, k) or (n,), float64
        Probabilities or values; finite.
    folds : ndarray of shape (n,)
        Whole numbers: decisions about a fold are checked with what the others say.
    weights : ndarray of shape (n,) or None
        Weights of rows.
    groups : ndarray of shape (n,) or None
        Codes of groups of rows that belong together.
    """

    y: np.ndarray
    prediction: np.ndarray
    folds: np.ndarray
    weights: np.ndarray | None = None
    groups: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.y)

    def part(self, rows: np.ndarray) -> Evidence:
        """The same on some rows: their numbers, or a mask."""
        return Evidence(
            y=self.y[rows],
            prediction=self.prediction[rows],
            folds=self.folds[rows],
            weights=None if self.weights is None else self.weights[rows],
            groups=None if self.groups is None else self.groups[rows],
        )

    def masses(self) -> np.ndarray:
        """Weights of rows; 1 each where there are none."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    def splits(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """``(others, fold)`` as masks, at most 5 pairs that cover all rows once."""
        numbers = np.unique(self.folds, return_inverse=True)[1] % MOST_FOLDS
        for number in range(int(numbers.max(initial=-1)) + 1):
            yield numbers != number, numbers == number

    def crossed(self, decide: Callable[[Evidence, Evidence], np.ndarray]) -> np.ndarray:
        """Each fold as decided from the others.

        Parameters
        ----------
        decide : callable
            ``decide(others, fold) -> ndarray`` with one entry (or row) a row of the fold.
        """
        out: np.ndarray | None = None
        for others, fold in self.splits():
            decided = decide(self.part(others), self.part(fold))
            if out is None:
                out = np.empty((len(self.y), *decided.shape[1:]), dtype=decided.dtype)
            out[fold] = decided
        assert out is not None
        return out


def make_evidence(
    y: np.ndarray,
    prediction: np.ndarray,
    folds: np.ndarray,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> Evidence:
    """Evidence of the rows that were held out, thinned where there are very many.

    Parameters
    ----------
    folds : ndarray of shape (n,)
        -1 for rows that never were. A single fold is dealt out into five, so that there
        is something to check a decision on; of two groups or more each stays whole.
    groups : ndarray of shape (n,), optional
        Codes of groups.
    """
    held = np.isfinite(prediction if prediction.ndim == 1 else prediction.sum(axis=1))
    rows = np.flatnonzero(held & (folds >= 0))
    rng = np.random.default_rng(_SEED)
    cells = prediction.shape[1] if prediction.ndim == 2 else 1
    if len(rows) * cells > MOST_CELLS:
        rows = np.sort(rng.permutation(rows)[: MOST_CELLS // cells])
    numbers = folds[rows].astype(np.int64)
    groups = None if groups is None else groups[rows]
    if len(np.unique(numbers)) < 2:
        numbers = _dealt(y[rows], groups, rng)
    return Evidence(
        y=y[rows],
        prediction=prediction[rows].astype(np.float64),
        folds=numbers,
        weights=None if weights is None else weights[rows],
        groups=groups,
    )


def _dealt(y: np.ndarray, groups: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Folds for rows of one part: like by target, the largest groups first."""
    codes, sizes, means = np.arange(len(y)), np.ones(len(y)), y
    if groups is not None:
        found, inverse = np.unique(groups, return_inverse=True)
        if len(found) >= 2:
            codes, sizes = inverse, np.bincount(inverse)
            means = np.bincount(inverse, weights=y) / sizes
    numbers = np.empty(len(sizes), dtype=np.int64)
    order = np.lexsort((rng.random(len(sizes)), means, -sizes))
    numbers[order] = np.arange(len(sizes)) % MOST_FOLDS
    return numbers[codes]


def load_evidence(folder: Path, members: Sequence[tuple[str, float]]) -> Evidence:
    """Evidence about a weighted mean of trials, from the run's files.

    Parameters
    ----------
    folder : Path
        The run's: ``y.npy``, ``folds.npy``, perhaps ``weights.npy`` and ``groups.npy``.
    members : sequence of (path, weight)
        Out-of-fold predictions of each trial; weights sum to 1.

    Raises
    ------
    FileNotFoundError
        If one of the files is gone.
    """
    total: np.ndarray | float = 0.0
    for path, weight in members:
        total = total + weight * np.load(path).astype(np.float64)
    return make_evidence(
        np.load(folder / "y.npy"),
        np.asarray(total),
        np.load(folder / "folds.npy"),
        _optional(folder / "weights.npy"),
        _optional(folder / "groups.npy"),
    )


def _optional(path: Path) -> np.ndarray | None:
    return np.load(path) if path.is_file() else None
