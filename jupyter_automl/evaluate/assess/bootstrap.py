"""Rows drawn again and again: how far a number would move with other rows of the same kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.judged import Judged

N_RESAMPLES = 200
_SEED = 0
_ROUNDING = 1e-12
_TAILS = (0.025, 0.5, 0.975)


class Resamples:
    """200 bootstrap samples of judged rows, the same ones whenever they are asked for.

    Rows are drawn with replacement within each class, so that its share stays; where rows
    belong to groups, whole groups are drawn instead.

    Parameters
    ----------
    judged : Judged
        What is drawn from.
    strata : ndarray of shape (n,), optional
        Codes of what keeps its share, where that is not the class.
    """

    def __init__(self, judged: Judged, strata: np.ndarray | None = None) -> None:
        self._n = len(judged)
        self._weights = judged.weights
        self._masses = judged.masses
        self._groups: np.ndarray | None = None
        self._n_groups = 0
        self._strata: tuple[np.ndarray, ...] = ()
        if judged.groups is not None and self._n:
            self._groups = np.unique(judged.groups, return_inverse=True)[1]
            self._n_groups = int(self._groups.max()) + 1
        elif judged.has_classes:
            codes = judged.y if strata is None else strata
            order = np.argsort(codes, kind="stable")
            starts = np.flatnonzero(np.diff(codes[order])) + 1
            self._strata = tuple(np.split(order, starts)) if self._n else ()
        else:
            self._strata = (np.arange(self._n),)

    @property
    def reason(self) -> str:
        """Why nothing can be drawn, or empty."""
        if self._n < 2:
            return say("evaluate-reason-one-row")
        if self._groups is not None and self._n_groups < 2:
            return say("evaluate-reason-one-group")
        return ""

    def times(self) -> Iterator[np.ndarray]:
        """How often each row is drawn, float64 of shape (n,), once a sample."""
        rng = np.random.default_rng(_SEED)
        for _ in range(N_RESAMPLES):
            if self._groups is not None:
                drawn = rng.integers(0, self._n_groups, self._n_groups)
                yield np.bincount(drawn, minlength=self._n_groups).astype(np.float64)[self._groups]
                continue
            times = np.empty(self._n)
            for rows in self._strata:
                drawn = rng.integers(0, len(rows), len(rows))
                times[rows] = np.bincount(drawn, minlength=len(rows))
            yield times

    def cells(
        self, cells: np.ndarray, n_cells: int, values: Sequence[np.ndarray] | None = None
    ) -> np.ndarray:
        """What falls into each cell in each sample.

        Parameters
        ----------
        cells : ndarray of shape (n,)
            The cell of each row, 0 .. n_cells - 1.
        values : sequence of ndarray of shape (n,), optional
            What rows bring, beside their weight; nothing else where none are given.

        Returns
        -------
        ndarray of shape (200, n_cells), or (200, number of values, n_cells)
            Sums of weights, or of weights times values.
        """
        if values is None and self._weights is None and self._groups is None:
            return self._counts(cells, n_cells)
        brought = [self._masses] if values is None else [self._masses * v for v in values]
        out = np.empty((N_RESAMPLES, len(brought), n_cells))
        for place, times in enumerate(self.times()):
            for which, mass in enumerate(brought):
                out[place, which] = np.bincount(cells, weights=times * mass, minlength=n_cells)
        return out[:, 0] if values is None else out

    def means(self, columns: np.ndarray) -> np.ndarray:
        """Weighted means of columns (n, q) in each sample, shape (200, q)."""
        out = np.empty((N_RESAMPLES, columns.shape[1]))
        for place, times in enumerate(self.times()):
            masses = times * self._masses
            out[place] = masses @ columns / masses.sum()
        return out

    def scores(self, score: Callable[[np.ndarray], float], most: int) -> np.ndarray:
        """A score of the rows drawn, shape (200,).

        Parameters
        ----------
        score : callable
            Of places of rows, some of them several times.
        most : int
            Rows drawn at most. Fewer than there are scatter more: the scores are drawn
            towards their median by the root of the share.
        """
        rng = np.random.default_rng(_SEED)
        share = min(1.0, most / max(self._n, 1))
        out = np.array([score(self._picks(rng, share)) for _ in range(N_RESAMPLES)])
        if share < 1.0:
            middle = np.nanmedian(out) if np.isfinite(out).any() else 0.0
            out = middle + np.sqrt(share) * (out - middle)
        return out

    def _picks(self, rng: np.random.Generator, share: float) -> np.ndarray:
        if self._groups is None:
            return np.concatenate(
                [
                    rows[rng.integers(0, len(rows), max(1, round(share * len(rows))))]
                    for rows in self._strata
                ]
            )
        drawn = rng.integers(0, self._n_groups, max(2, round(share * self._n_groups)))
        times = np.bincount(drawn, minlength=self._n_groups)[self._groups]
        return np.repeat(np.arange(self._n), times)

    def _counts(self, cells: np.ndarray, n_cells: int) -> np.ndarray:
        """Of rows that count alike: drawing rows is drawing cells, by their shares."""
        rng = np.random.default_rng(_SEED)
        out = np.zeros((N_RESAMPLES, n_cells))
        for rows in self._strata:
            counts = np.bincount(cells[rows], minlength=n_cells)
            held = np.flatnonzero(counts)
            shares = counts[held] / len(rows)
            out[:, held] += rng.multinomial(len(rows), shares, size=N_RESAMPLES)
        return out


def interval(
    value: float | None, draws: np.ndarray, least: float = -np.inf, most: float = np.inf
) -> tuple[float | None, float | None]:
    """Ends of the 95 % interval of a number, from what it was in each sample.

    Notes
    -----
    The percentile interval, moved so that the median of the samples lies on the number: the
    largest difference between groups, for one, is larger in samples than in the rows.
    None where less than half of the samples say anything, or all say the same.
    """
    draws = draws[np.isfinite(draws)]
    if value is None or not np.isfinite(value) or 2 * len(draws) < N_RESAMPLES:
        return None, None
    low, middle, high = np.quantile(draws, _TAILS)
    if high - low <= _ROUNDING * max(1.0, abs(middle)):
        return None, None
    return (
        float(np.clip(value + low - middle, least, value)),
        float(np.clip(value + high - middle, value, most)),
    )


def band(
    values: np.ndarray, draws: np.ndarray, least: float = -np.inf, most: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """The same for a curve: values of shape (m,), draws of shape (200, m).

    Where there is no interval both ends are the value itself.
    """
    known = np.isfinite(draws).sum(axis=0) * 2 >= N_RESAMPLES
    low, high = values.copy(), values.copy()
    if known.any():
        ends = np.nanquantile(draws[:, known], _TAILS, axis=0)
        low[known] = values[known] + ends[0] - ends[1]
        high[known] = values[known] + ends[2] - ends[1]
    return np.clip(np.fmin(low, values), least, most), np.clip(np.fmax(high, values), least, most)
