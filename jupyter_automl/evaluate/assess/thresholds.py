"""What follows from each threshold: rows found, rows missed, what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.evaluate.assess.bootstrap import Resamples
from jupyter_automl.evaluate.assess.groups import grouping_of
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import label_of

AT = np.linspace(0.0, 1.0, 101)
"""The thresholds: a hundredth each."""

_SIZE = 2 * (len(AT) + 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """Weights of rows of two classes by truth and decision, at each threshold.

    Attributes
    ----------
    tp, fp, fn, tn : ndarray of shape (..., 101)
        True and false positives, false and true negatives.
    """

    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray

    @property
    def precision(self) -> np.ndarray:
        """NaN where nothing is called positive."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> np.ndarray:
        """NaN where no row is positive."""
        return _share(self.tp, self.tp + self.fn)

    def cost(self, costs: np.ndarray) -> np.ndarray:
        """Expected cost of a row, by costs of shape (2, 2)."""
        total = self.tn * costs[0, 0] + self.fp * costs[0, 1]
        total = total + self.fn * costs[1, 0] + self.tp * costs[1, 1]
        return _share(total, self.tp + self.fp + self.fn + self.tn)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thresholds:
    """All that a slider needs: no threshold has to be asked for.

    Attributes
    ----------
    at : ndarray of shape (101,)
        0, 0.01, ... 1; a row is positive where its probability is above.
    counts : Counts
        Arrays of shape (101,).
    by : str
        The column of the groups, or empty.
    group_names : tuple of str
        Of g groups.
    group_counts : Counts or None
        Arrays of shape (g, 101).
    labels : (negative, positive)
    current : float or None
        What the model decides with.
    costs : ndarray of shape (2, 2) or None
    n_rows : int
    """

    at: np.ndarray = field(repr=False)
    counts: Counts = field(repr=False)
    by: str = ""
    group_names: tuple[str, ...] = ()
    group_counts: Counts | None = field(default=None, repr=False)
    labels: tuple[str, str]
    current: float | None = None
    costs: np.ndarray | None = field(default=None, repr=False)
    n_rows: int


def thresholds_of(judged: Judged, *, by: str | None = None) -> Thresholds:
    """Counts at 101 thresholds, of all rows and of each group.

    Parameters
    ----------
    by : str, optional
        A column of the rows; the one of `judged` where none is given.

    Raises
    ------
    ArgumentError
        If there are not two classes, or no such column.
    """
    if judged.n_classes != 2:
        raise ArgumentError("Thresholds need a target with two classes.", argument="name")
    places = _places(judged)
    groups = None if by is None and judged.by is None else grouping_of(judged, by)
    group_counts = None
    if groups is not None:
        n_groups = len(groups.names)
        cells = np.bincount(
            groups.codes * _SIZE + places, weights=judged.masses, minlength=n_groups * _SIZE
        )
        group_counts = _cumulated(cells.reshape(n_groups, _SIZE))
    return Thresholds(
        at=AT,
        counts=_cumulated(np.bincount(places, weights=judged.masses, minlength=_SIZE)),
        by="" if groups is None else groups.column,
        group_names=() if groups is None else groups.names,
        group_counts=group_counts,
        labels=(label_of(judged, 0), label_of(judged, 1)),
        current=judged.threshold,
        costs=judged.costs,
        n_rows=len(judged),
    )


def counts_with_draws(judged: Judged) -> tuple[Counts, Counts | None]:
    """Counts of shape (101,), and those of the bootstrap samples, (200, 101).

    The latter None where nothing can be drawn (see `Resamples.reason`).
    """
    places, resamples = _places(judged), Resamples(judged)
    found = _cumulated(np.bincount(places, weights=judged.masses, minlength=_SIZE))
    if resamples.reason:
        return found, None
    return found, _cumulated(resamples.cells(places, _SIZE))


def _places(judged: Judged) -> np.ndarray:
    """Of each row: its class, and how many thresholds its probability is above."""
    above = np.searchsorted(AT, judged.shares(1), side="left")
    return judged.y * (len(AT) + 1) + above


def _cumulated(masses: np.ndarray) -> Counts:
    """Counts at each threshold, from masses of shape (..., 2 * 102)."""
    parts = masses.reshape(*masses.shape[:-1], 2, len(AT) + 1)
    above = np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    total = parts.sum(axis=-1, keepdims=True)
    # Differences of sums of weights may miss 0 by a rounding.
    below = np.maximum(total - above, 0.0)
    return Counts(
        tp=above[..., 1, :], fp=above[..., 0, :], fn=below[..., 1, :], tn=below[..., 0, :]
    )


def _share(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
