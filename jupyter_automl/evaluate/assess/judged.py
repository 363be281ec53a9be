"""What is judged: the truth beside what a model says of it, and where these rows come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from jupyter_automl.core.errors import ArgumentError, did_you_mean
from jupyter_automl.core.task import TaskKind
from jupyter_automl.evaluate.metrics.labels import predicted_codes
from jupyter_automl.evaluate.target import plain_label

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.evaluate.assess.groups import Grouping
    from jupyter_automl.evaluate.assess.learning import LearningPoint

Source = Literal["held_out", "test", "given"]

MOST_ROWS = 200_000
MOST_CELLS = 2_000_000
"""Rows x classes; rows beyond either are sampled, which every picture's note says."""

_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """Intervals of one coverage around predicted numbers.

    Attributes
    ----------
    coverage : float
        In (0, 1): the share of values that should lie inside.
    lower, upper : ndarray of shape (n,)
        NaN where there is no interval.
    """

    coverage: float
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Rows with their truth and their prediction; pictures and scores are functions of it.

    Attributes
    ----------
    y : ndarray of shape (n,)
        Class codes 0 .. k-1 (int64; of two classes 1 is positive) or values (float64).
    prediction : ndarray of shape (n, k) or (n,), float64
        Probabilities or values; finite.
    codes : ndarray of shape (n,) or None
        The decided class of each row; None takes what `threshold` says, else the likeliest.
    weights : ndarray of shape (n,) or None
        Weights of rows, above 0.
    groups : ndarray of shape (n,) or None
        Codes of groups of rows that belong together; resampled as a whole.
    rows : ndarray of shape (n,)
        Row numbers of the table that they come from.
    source : {"held_out", "test", "given"}
        Rows of the training table that no model behind the prediction had seen, rows that
        were kept apart from the start, or rows that a person gave.
    labels : tuple of str
        The classes in code order; empty where the target is a number.
    target, metric : str
        Name of the target's column and of the run's metric.
    threshold : float or None
        Of two classes: the positive one is predicted where its probability is above.
    costs : ndarray of shape (k, k) or None
        What it costs to predict class j (column) when the truth is class i (row).
    intervals : tuple of Ends
        Of predicted numbers, by rising coverage.
    frame : DataFrame of n rows or None
        Columns in which errors may gather.
    by : Grouping or None
        Groups to be compared, from a column that somebody picked.
    learning : tuple of LearningPoint
        Scores by the number of training rows, where the run has them.
    n_all : int
        Rows that these stand for; more than n where a sample was drawn.
    n_dropped : int
        Rows that are left out because their prediction is not a number.
    """

    y: np.ndarray = field(repr=False)
    prediction: np.ndarray = field(repr=False)
    codes: np.ndarray | None = field(default=None, repr=False)
    weights: np.ndarray | None = field(default=None, repr=False)
    groups: np.ndarray | None = field(default=None, repr=False)
    rows: np.ndarray = field(repr=False)
    source: Source = "held_out"
    labels: tuple[str, ...] = ()
    target: str = ""
    metric: str = ""
    threshold: float | None = None
    costs: np.ndarray | None = field(default=None, repr=False)
    intervals: tuple[Ends, ...] = field(default=(), repr=False)
    frame: pd.DataFrame | None = field(default=None, repr=False)
    by: Grouping | None = field(default=None, repr=False)
    learning: tuple[LearningPoint, ...] = field(default=(), repr=False)
    n_all: int
    n_dropped: int = 0

    def __len__(self) -> int:
        return len(self.y)

    @property
    def has_classes(self) -> bool:
        """Whether the target has classes; else it is a number."""
        return self.prediction.ndim == 2

    @property
    def n_classes(self) -> int:
        """0 where the target is a number."""
        return self.prediction.shape[1] if self.has_classes else 0

    @property
    def task(self) -> TaskKind:
        """``"binary"``, ``"multiclass"`` or ``"regression"``."""
        if not self.has_classes:
            return "regression"
        return "binary" if self.n_classes == 2 else "multiclass"

    @property
    def masses(self) -> np.ndarray:
        """Weights of rows; 1 each where there are none."""
        return np.ones(len(self.y)) if self.weights is None else self.weights

    def shares(self, code: int) -> np.ndarray:
        """The probability of a class in each row, shape (n,).

        Of two classes it is above one half just where the class is the likelier one, also
        where both do not quite sum to 1.
        """
        shares: np.ndarray = self.prediction[:, code]
        if self.n_classes != 2:
            return shares
        likelier = shares > self.prediction[:, 1 - code]
        if np.array_equal(likelier, shares > 0.5):
            return shares
        above, below = np.nextafter(0.5, 1.0), 0.5
        return np.where(likelier, np.maximum(shares, above), np.minimum(shares, below))

    def codes_at(self, threshold: float) -> np.ndarray:
        """Codes of two classes: 1 where its probability is above the threshold."""
        return (self.shares(1) > threshold).astype(np.int64)

    def decided(self) -> np.ndarray:
        """The class that each row is said to be, int64 of shape (n,)."""
        if self.codes is not None:
            return self.codes
        if self.threshold is not None and self.n_classes == 2:
            return self.codes_at(self.threshold)
        return predicted_codes(self.prediction)

    def code_of(self, label: Any = None) -> int:
        """The code of a class; None means the positive one, of more the most frequent.

        Raises
        ------
        ArgumentError
            If no class is called so.
        """
        if label is None:
            if self.n_classes == 2:
                return 1
            mass = np.bincount(self.y, weights=self.weights, minlength=self.n_classes)
            return int(mass.argmax())
        wanted = str(plain_label(label))
        if wanted not in self.labels:
            raise ArgumentError(
                f"The label must be one of the classes: {', '.join(self.labels[:10])}. "
                f"Got {label!r}.",
                hint=did_you_mean(wanted, self.labels),
                argument="label",
            )
        return self.labels.index(wanted)

    def part(self, rows: np.ndarray) -> Judged:
        """The same of some rows: their places, or a mask."""
        places = np.flatnonzero(rows) if rows.dtype == bool else rows

        def of(array: np.ndarray | None) -> np.ndarray | None:
            return None if array is None else array[places]

        return replace(
            self,
            y=self.y[places],
            prediction=self.prediction[places],
            codes=of(self.codes),
            weights=of(self.weights),
            groups=of(self.groups),
            rows=self.rows[places],
            intervals=tuple(
                replace(ends, lower=ends.lower[places], upper=ends.upper[places])
                for ends in self.intervals
            ),
            frame=None if self.frame is None else self.frame.iloc[places].reset_index(drop=True),
            by=None if self.by is None else self.by.part(places),
        )


def make_judged(
    y: np.ndarray,
    prediction: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    rows: np.ndarray | None = None,
    n_all: int | None = None,
    most_rows: int = MOST_ROWS,
    **facts: Any,
) -> Judged:
    """Rows to judge, without those that cannot be, and a sample where there are very many.

    Parameters
    ----------
    y, prediction, weights
        As `Judged` has them. Rows whose prediction is not finite are left out and counted;
        so are, without being counted, rows of weight 0 or without a truth.
    rows : ndarray of shape (n,), optional
        Row numbers; 0 .. n-1 where none are given.
    n_all : int, optional
        Rows that these were drawn from; their number where none were left out before.
    **facts
        Further attributes of `Judged`.

    Raises
    ------
    ValueError
        If lengths do not match.
    """
    prediction = np.asarray(prediction, dtype=np.float64)
    y = np.asarray(y)
    y = y.astype(np.int64 if prediction.ndim == 2 else np.float64, copy=False)
    n = len(y)
    if len(prediction) != n:
        raise ValueError(f"y has {n} rows, prediction {len(prediction)}")
    whole = Judged(
        y=y,
        prediction=prediction,
        weights=None if weights is None else np.asarray(weights, dtype=np.float64),
        rows=np.arange(n) if rows is None else np.asarray(rows),
        n_all=n,
        **facts,
    )
    known = np.isfinite(y) if prediction.ndim == 1 else np.ones(n, dtype=bool)
    if whole.weights is not None:
        known &= whole.weights > 0
    finite = np.isfinite(prediction)
    finite = finite if prediction.ndim == 1 else finite.all(axis=1)
    n_dropped = int((known & ~finite).sum())
    kept = np.flatnonzero(known & finite)
    stands_for = len(kept) if n_all is None else n_all - n_dropped
    sample = sampled_places(len(kept), prediction.shape[1:], most_rows)
    if sample is not None:
        kept = kept[sample]
    judged = whole if len(kept) == n else whole.part(kept)
    return replace(judged, n_all=stands_for, n_dropped=whole.n_dropped + n_dropped)


def sampled_places(
    n: int, shape: Sequence[int] = (), most_rows: int = MOST_ROWS
) -> np.ndarray | None:
    """Places of a sample of n rows whose predictions are of such a shape; None: all of them."""
    cells = int(np.prod(shape, initial=1))
    most = max(1, min(most_rows, MOST_CELLS // max(cells, 1)))
    if n <= most:
        return None
    return np.sort(np.random.default_rng(_SEED).permutation(n)[:most])
