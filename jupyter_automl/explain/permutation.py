"""Values of any model by walking from background rows to the rows, column by column.

Castro, Gómez and Tejada (2009), "Polynomial calculation of the Shapley value based on
sampling"; each order is walked forwards and backwards (antithetic, as in the shap
package's permutation explainer, Lundberg and Lee 2017), which makes the values exact for
models without interactions of more than two columns at each background row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.errors import RunError
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.found import Found, Progress

if TYPE_CHECKING:
    import pandas as pd

BACKGROUND_ROWS = 16
"""Rows that stand for "the feature is not known"; one order of columns for each."""
MAX_CELLS = 4_000_000
"""Cells of one table of mixed rows: bounds memory whatever the number of columns."""
WANTED_ROWS = 100
_PORTIONS = (0.1, 0.25, 0.6)
"""Of the whole time, for one portion: small ones waste calls, large ones may overrun. The
largest is for models whose every call costs much, such as a blend of many folds."""
_WORTHWHILE = 8
_FIRST_SHARE = 0.6
"""Of the time, for walks to the first rows where more rows are waiting."""

Predict = Callable[["pd.DataFrame"], np.ndarray]
Summed = tuple[np.ndarray, np.ndarray]
"""Mean and standard error, both (n, d[, k])."""


def explain(
    predict: Predict,
    frame: pd.DataFrame,
    background: pd.DataFrame,
    *,
    binary: bool,
    classifies: bool,
    deadline: Deadline,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> Found:
    """Sampled values of as many rows as the time holds.

    Parameters
    ----------
    predict : callable
        DataFrame to probabilities (n, k) or values (n,).
    frame, background : DataFrame
        Rows to explain and rows to come from; the same columns, numbered from 0.

    Returns
    -------
    Found
        A row's values sum to its prediction less the base value, up to rounding. The
        base value is the mean prediction of the background rows used. The error of a value
        is that of the mean over the walks, not a number where there was one walk.

    Notes
    -----
    Costs ``2 * n_columns`` predictions a row and background row. The first
    `WANTED_ROWS` rows are walked to from one background row after another while time is
    left; then the other rows, from as many background rows.
    """
    progress = progress or Progress()
    progress.first_part = min(WANTED_ROWS, len(frame))
    walker = _Walker(predict, frame, background, binary, deadline)
    orders = rng.permuted(np.tile(np.arange(frame.shape[1]), (len(background), 1)), axis=1)

    def found(parts: Sequence[Summed], n_walks: int) -> Found:
        return Found(
            values=np.concatenate([mean for mean, _ in parts]),
            error=np.concatenate([error for _, error in parts]),
            base_values=np.asarray(walker.background_outputs[:n_walks].mean(axis=0)),
            method="permutation",
            space="probability" if classifies else "target",
        )

    walks = [_first_walk(walker, orders[0], min(WANTED_ROWS, len(frame)))]
    rows = np.arange(len(walks[0]))
    share = _FIRST_SHARE if len(frame) > len(rows) else 1.0
    while len(walks) < len(background) and not progress.stopped():
        if progress.is_due(len(rows)):
            done = len(rows) * len(walks) / (len(frame) * len(background))
            progress.tell(found([_summed(walks)], len(walks)), done)
        if deadline.fits(walker.seconds(len(rows)), share) < 1:
            break
        walk = walker.walk(rows, len(walks), orders[len(walks)])
        if walk is None:
            break
        walks.append(walk)
    parts = [_summed(walks)]
    for part in _other_rows(walker, orders[: len(walks)], len(rows), progress):
        parts.append(part)
        n_done = sum(len(mean) for mean, _ in parts)
        if n_done < len(frame) and progress.is_due(n_done):
            progress.tell(found(parts, len(walks)), n_done / len(frame))
    return found(parts, len(walks))


def _summed(walks: Sequence[np.ndarray]) -> Summed:
    """The mean over walks and its standard error."""
    mean = np.asarray(np.mean(walks, axis=0))
    if len(walks) < 2:
        return mean, np.full_like(mean, np.nan)
    return mean, np.asarray(np.std(walks, axis=0, ddof=1) / math.sqrt(len(walks)))


def _first_walk(walker: _Walker, order: np.ndarray, n_rows: int) -> np.ndarray:
    """The walk from background row 0 to up to `n_rows` rows, as the time allows.

    Raises
    ------
    RunError
        If the time ends before the first row is done.
    """
    done: list[np.ndarray] = []
    n_done, size = 0, max(1, min(walker.portion(), n_rows))
    while size > 0:
        part = walker.walk(np.arange(n_done, n_done + size), 0, order)
        if part is None:
            break
        done.append(part)
        n_done += size
        size = min(n_rows - n_done, walker.portion())
    if not done:
        raise RunError(
            f"The time was too short to explain one row of {walker.d:,} columns.",
            hint="Explain it again with more time.",
        )
    return np.concatenate(done)


def _other_rows(
    walker: _Walker, orders: np.ndarray, n_done: int, progress: Progress
) -> Iterator[Summed]:
    """Means of all walks to further rows, a portion at a time."""
    while n_done < walker.n and not progress.stopped():
        size = min(walker.n - n_done, walker.portion(len(orders)))
        rows = np.arange(n_done, n_done + size)
        walks = [walker.walk(rows, place, order) for place, order in enumerate(orders) if size]
        whole = [walk for walk in walks if walk is not None]
        if size == 0 or len(whole) < len(walks):
            break
        yield _summed(whole)
        n_done += size


class _Walker:
    """Predicts the mixed rows on the way from a background row to some rows and back.

    Attributes
    ----------
    call_seconds, row_seconds : float
        What a prediction costs: so much a call, and so much a row.
    """

    def __init__(
        self,
        predict: Predict,
        frame: pd.DataFrame,
        background: pd.DataFrame,
        binary: bool,
        deadline: Deadline,
    ) -> None:
        import pandas as pd

        self.predict = predict
        self.binary = binary
        self.deadline = deadline
        self.n = len(frame)
        self.d = frame.shape[1]
        self.names = list(frame.columns)
        whole = pd.concat([frame, background], ignore_index=True)
        self.columns = [whole.iloc[:, place].array for place in range(self.d)]
        before = deadline.clock()
        self._outputs(whole.iloc[:1])
        self.call_seconds = deadline.clock() - before
        self.outputs = self._outputs(whole)
        both = deadline.clock() - before
        self.row_seconds = max(1e-9, (both - 2 * self.call_seconds) / max(1, len(whole) - 1))
        self.background_outputs = self.outputs[self.n :]

    def seconds(self, n_rows: int, n_walks: int = 1) -> float:
        """What walks to `n_rows` rows will take."""
        return 2 * n_walks * (self.call_seconds + n_rows * max(1, self.d - 1) * self.row_seconds)

    def portion(self, n_walks: int = 1) -> int:
        """Rows that a portion may have, by memory and by time; 0 when no more fit."""
        by_memory = max(1, MAX_CELLS // max(1, self.d * self.d))
        each = self.seconds(1, n_walks) - self.seconds(0, n_walks)
        for share in _PORTIONS:
            left = self.deadline.spare(share) - self.seconds(0, n_walks)
            size = by_memory if math.isinf(left) else min(by_memory, int(left / each))
            if size >= _WORTHWHILE:
                return size
        return max(0, size)

    def walk(self, rows: np.ndarray, place: int, order: np.ndarray) -> np.ndarray | None:
        """Values (n, d[, k]) of `rows` against one background row, mean of both directions.

        None when the time ended before all rows were done.
        """
        started = self.deadline.clock()
        values = self._walk(rows, self.n + place, order)
        taken = self.deadline.clock() - started - 2 * self.call_seconds
        self.row_seconds = max(1e-9, taken / (2 * max(1, len(rows) * (self.d - 1))))
        return values

    def _walk(self, rows: np.ndarray, start: int, order: np.ndarray) -> np.ndarray | None:
        values = np.zeros((len(rows), self.d, *self.outputs.shape[1:]))
        first = np.broadcast_to(self.outputs[start], (len(rows), *self.outputs.shape[1:]))
        for way in (order, order[::-1]):
            steps = self._steps(rows, start, way)
            if steps is None:
                return None
            path = np.concatenate([first[:, None], steps, self.outputs[rows][:, None]], axis=1)
            values[:, way] += np.diff(path, axis=1) / 2.0
        return values

    def _steps(self, rows: np.ndarray, start: int, way: np.ndarray) -> np.ndarray | None:
        """Outputs (n, d - 1[, k]) after 1 .. d - 1 columns are taken from the rows."""
        reached = np.empty(self.d, dtype=np.int64)
        reached[way] = np.arange(self.d)
        at_once = max(1, MAX_CELLS // max(1, len(rows) * self.d))
        outputs = [np.zeros((len(rows), 0, *self.outputs.shape[1:]))]
        for begin in range(0, self.d - 1, at_once):
            if self.deadline.left() <= 0:
                return None
            after = np.arange(begin, min(begin + at_once, self.d - 1))
            taken = reached[None, :] <= after[:, None]
            picks = np.where(taken[None], rows[:, None, None], start).reshape(-1, self.d)
            mixed = self._mixed(picks)
            outputs.append(mixed.reshape(len(rows), len(after), *mixed.shape[1:]))
        return np.concatenate(outputs, axis=1)

    def _mixed(self, picks: np.ndarray) -> np.ndarray:
        import pandas as pd

        columns = {place: held.take(picks[:, place]) for place, held in enumerate(self.columns)}
        mixed = pd.DataFrame(columns)
        mixed.columns = pd.Index(self.names)
        return self._outputs(mixed)

    def _outputs(self, frame: pd.DataFrame) -> np.ndarray:
        raw = np.asarray(self.predict(frame), dtype=np.float64)
        return raw[:, 1] if self.binary and raw.ndim == 2 else raw
