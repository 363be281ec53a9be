"""How much worse a model gets when a column is shuffled (Breiman 2001; Fisher et al. 2019)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from jupyter_automl.core.errors import NoModelError, RunError
from jupyter_automl.explain.clockwork import Deadline

if TYPE_CHECKING:
    import pandas as pd

REPEATS = 5
MOST_ROWS = 5_000
_TAIL = 0.975

Source = Literal["held_out", "training", "given"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """What shuffling one column costs.

    Attributes
    ----------
    feature : str
    mean : float
        How much worse the metric gets, whichever way it counts; negative where shuffling made it
        better by chance.
    low, high : float or None
        95 % interval of the mean over the repeats (Student's t); None after one repeat.
    """

    feature: str
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """Permutation importance of the columns, largest first.

    Attributes
    ----------
    metric : str
    score : float
        Of the rows as they are.
    drops : tuple of Drop
    n_rows, repeats : int
    source : {"held_out", "training", "given"}
        Rows that their models had not seen, rows they were trained on (too good), or rows
        that somebody gave.
    """

    metric: str
    score: float
    drops: tuple[Drop, ...]
    n_rows: int
    repeats: int
    source: Source = "given"


def permute(
    predict: Callable[[pd.DataFrame], np.ndarray],
    frame: pd.DataFrame,
    y: np.ndarray,
    metric: Any,
    *,
    columns: Sequence[str] | None = None,
    repeats: int = REPEATS,
    random_state: int = 0,
    time_limit_seconds: float | None = None,
    source: Source = "given",
    on_part: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Permuted:
    """Permutation importance.

    Parameters
    ----------
    predict : callable
        Rows, all of `frame` in its order, to probabilities (n, k) or values (n,).
    y : ndarray of shape (n,)
        Class codes or values.
    metric : Metric
        Of `evaluate.metrics`.
    columns : sequence of str, optional
        Columns to shuffle; None takes all.
    repeats : int
        Shuffles of each column; fewer where the time ends.
    on_part : callable, optional
        Gets the share that is done.
    stop : callable, optional
        True ends with the repeats that are done.

    Raises
    ------
    NoModelError
        If there are no rows or no columns.
    RunError
        If the metric has no value on these rows, or the time is too short for one repeat.
    """
    names = list(frame.columns if columns is None else columns)
    if frame.empty or not names:
        raise NoModelError(
            f"Shuffling needs rows and columns. Got {len(frame)} rows, {len(names)} columns."
        )
    deadline = Deadline(time_limit_seconds)
    rng = np.random.default_rng(random_state)
    sign = 1.0 if metric.greater_is_better else -1.0
    score = _score(metric, y, predict(frame))
    if not np.isfinite(score):
        raise RunError(
            f"{metric.label} has no value on these {len(frame):,} rows.",
            hint="It may need rows of more than one class.",
        )
    rounds: list[np.ndarray] = []
    order = np.arange(len(frame))
    for done in range(repeats):
        before = deadline.clock()
        drops = np.zeros(len(names))
        for place, name in enumerate(names):
            if deadline.left() <= 0 or (rounds and stop is not None and stop()):
                break
            rng.shuffle(order)
            mixed = frame.copy(deep=False)
            mixed[name] = frame[name].take(order).set_axis(frame.index)
            drops[place] = sign * (score - _score(metric, y, predict(mixed)))
            if on_part is not None:
                on_part((done + (place + 1) / len(names)) / repeats)
        else:
            rounds.append(drops)
            if deadline.fits(deadline.clock() - before) < 1:
                break
            continue
        break
    if not rounds:
        raise RunError(
            f"The time was too short to shuffle {len(names):,} columns.",
            hint="Try it with more time.",
        )
    return Permuted(
        metric=str(metric.name),
        score=float(score),
        drops=_ranked(names, np.stack(rounds)),
        n_rows=len(frame),
        repeats=len(rounds),
        source=source,
    )


def _ranked(names: Sequence[str], rounds: np.ndarray) -> tuple[Drop, ...]:
    n, mean = len(rounds), rounds.mean(axis=0)
    reach = None
    if n > 1:
        from scipy.stats import t

        reach = float(t.ppf(_TAIL, n - 1)) * rounds.std(axis=0, ddof=1) / np.sqrt(n)
    found = [
        Drop(
            feature=str(name),
            mean=float(mean[i]),
            low=None if reach is None else float(mean[i] - reach[i]),
            high=None if reach is None else float(mean[i] + reach[i]),
        )
        for i, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda drop: -drop.mean))


def _score(metric: Any, y: np.ndarray, prediction: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        try:
            return float(metric.score(y, prediction, None))
        except ValueError:
            return float("nan")
