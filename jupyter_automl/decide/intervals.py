"""From held-out errors of a regression to intervals of any coverage.

The practical form of jackknife+ and CV+ (Barber et al. 2021): the errors of all rows, each
from a model that did not see it, around the prediction of the final model. On top of it the
errors may be taken relative to what is typical for a prediction of that size (normalised
conformal prediction, Papadopoulos et al. 2008), on a logarithmic scale, or each side by
itself: whatever has the best interval score (Gneiting and Raftery 2007) on held-out rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.decide.conformal import largest_share, levels_of, quantile
from jupyter_automl.decide.decisions import Intervals, Scale
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.spread import Spread, constant_spread, spread_by_prediction

CHOSEN_AT = 0.9
"""Coverage at which shapes are compared."""

_ROWS_FOR_SPREAD, _ROWS_FOR_MORE = 200, 100
_ROWS_TO_COMPARE = 10_000
_ROWS_TO_CHECK = 20
"""Behind the intervals of a fold that they are checked on; 9 have an answer at all."""

_PENALTY = 0.005
_SLACK = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One way of making intervals from errors."""

    scale: Scale = "plain"
    by_prediction: bool = False
    two_sided: bool = False

    @property
    def parts(self) -> int:
        """How much there is beyond the same width everywhere."""
        return (self.scale == "log") + self.by_prediction + self.two_sided


def choose_intervals(evidence: Evidence, *, ordered_in_time: bool = False) -> Intervals | None:
    """The shape with the best interval score on held-out rows; None without rows.

    Parameters
    ----------
    ordered_in_time : bool
        Whether the held-out rows are later than those trained on; told in the reason, as
        groups of rows are.
    """
    n = len(evidence)
    if n == 0:
        return None
    best, covered = _compared(evidence, _shapes(evidence))
    words = {
        "scale": "errors grow with the value" if best.scale == "log" else "",
        "spread": "their width follows the prediction" if best.by_prediction else "",
        "sides": "both sides have their own" if best.two_sided else "",
    }
    how = ", ".join(word for word in words.values() if word) or "the same width everywhere"
    reason = f"Intervals come from the errors on {n:,} held-out rows: {how}"
    if covered is not None:
        reason += f". On rows not used for them, intervals of 90 % held {100 * covered:.1f} %"
    if ordered_in_time:
        reason += ". They hold as far as the future errs like the held-out past"
    n_groups = n if evidence.groups is None else len(np.unique(evidence.groups))
    if n_groups < n:
        like = "one" if n_groups == 1 else f"{n_groups:,}"
        reason += f". They hold for a new group as far as it errs like the held-out {like}"
    return fitted(evidence, best, reason=f"{reason}.")


def fitted(evidence: Evidence, shape: Shape, *, reason: str = "") -> Intervals:
    """The intervals of a shape, from all rows of the evidence."""
    y, weights = evidence.y, evidence.weights
    unit = _unit(y) if shape.scale == "log" else 1.0
    center = _scaled(evidence.prediction, shape.scale, unit)
    errors = _scaled(y, shape.scale, unit) - center
    spread = (
        spread_by_prediction(center, errors, evidence.masses())
        if shape.by_prediction
        else constant_spread()
    )
    relative = errors / spread.at(center)
    return Intervals(
        scale=shape.scale,
        unit=unit,
        knots=spread.knots,
        spreads=spread.values,
        two_sided=shape.two_sided,
        above=levels_of(relative, weights),
        below=levels_of(-relative, weights),
        either=levels_of(np.abs(relative), weights),
        floor=0.0 if float(y.min()) >= 0 else None,
        n_rows=len(y),
        reason=reason,
    )


def bounds(
    intervals: Intervals, prediction: np.ndarray, coverage: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends, each of shape (n,); the prediction lies between them.

    Parameters
    ----------
    coverage : float
        In (0, 1): the share of new rows whose value lies inside.

    Raises
    ------
    ArgumentError
        If `coverage` is outside, or needs more held-out rows than there are:
        n >= coverage / (1 - coverage).
    """
    if isinstance(coverage, bool) or not isinstance(coverage, (int, float, np.number)):
        raise _wrong_coverage(coverage)
    if not 0.0 < coverage < 1.0:
        raise _wrong_coverage(coverage)
    low, high = _reach(intervals, float(coverage))
    spread = Spread(knots=intervals.knots, values=intervals.spreads)
    center = _scaled(prediction, intervals.scale, intervals.unit)
    width = spread.at(center)
    with np.errstate(over="ignore"):
        lower = _unscaled(center - low * width, intervals.scale, intervals.unit)
        upper = _unscaled(center + high * width, intervals.scale, intervals.unit)
    if intervals.floor is not None:
        lower = np.maximum(lower, intervals.floor)
    return np.minimum(lower, prediction), np.maximum(upper, prediction)


def _reach(intervals: Intervals, coverage: float) -> tuple[float, float]:
    """How far below and above, in typical errors."""
    if intervals.two_sided:
        side = (1.0 + coverage) / 2
        low, high = quantile(intervals.below, side), quantile(intervals.above, side)
        if low is not None and high is not None:
            return low, high
    either = quantile(intervals.either, coverage)
    if either is None:
        most = largest_share(intervals.either)
        needed = int(np.ceil(coverage / (1.0 - coverage) - 1e-9))
        raise ArgumentError(
            f"Intervals with a coverage of {coverage:g} need {needed:,} held-out rows. "
            f"There are {intervals.n_rows:,}.",
            hint=f"Ask for a coverage of {np.floor(most * 1000) / 1000:g} at most.",
            argument="coverage",
        )
    return either, either


def _shapes(evidence: Evidence) -> list[Shape]:
    """What there are rows for, the simplest first."""
    n = len(evidence)
    y = evidence.y
    logs = n >= _ROWS_FOR_MORE and float(y.min()) >= 0 and float(y.max()) > 0
    scales: tuple[Scale, ...] = ("plain", "log") if logs else ("plain",)
    spreads = (False, True) if n >= _ROWS_FOR_SPREAD else (False,)
    sides = (False, True) if n >= _ROWS_FOR_MORE else (False,)
    shapes = [
        Shape(scale=scale, by_prediction=by_prediction, two_sided=two_sided)
        for scale, by_prediction, two_sided in product(scales, spreads, sides)
    ]
    return sorted(shapes, key=lambda shape: shape.parts)


def _compared(evidence: Evidence, shapes: list[Shape]) -> tuple[Shape, float | None]:
    """The best shape and its coverage on held-out rows, None where it was not checked."""
    if len(evidence) > _ROWS_TO_COMPARE:
        rows = np.random.default_rng(0).permutation(len(evidence))[:_ROWS_TO_COMPARE]
        evidence = evidence.part(np.sort(rows))
    if len(evidence) < _ROWS_FOR_MORE or _least_others(evidence) < _ROWS_TO_CHECK:
        return shapes[0], None
    least = CHOSEN_AT - _SLACK - 2 * np.sqrt(CHOSEN_AT * (1 - CHOSEN_AT) / len(evidence))
    best, best_score, best_covered = shapes[0], np.inf, 0.0
    for shape in shapes:
        score, covered = _judged(evidence, shape)
        score *= 1 + _PENALTY * shape.parts
        if shape is shapes[0] or (covered >= least and score < best_score):
            best, best_score, best_covered = shape, score, covered
    return best, best_covered


def _least_others(evidence: Evidence) -> int:
    """Rows besides the largest fold: few where nearly all rows are of one group."""
    return min(int(others.sum()) for others, _ in evidence.splits())


def _judged(evidence: Evidence, shape: Shape) -> tuple[float, float]:
    """Mean interval score and coverage, each fold by the errors of the others."""
    ends = evidence.crossed(
        lambda others, fold: np.column_stack(
            bounds(fitted(others, shape), fold.prediction, CHOSEN_AT)
        )
    )
    lower, upper, y = ends[:, 0], ends[:, 1], evidence.y
    outside = np.maximum(lower - y, 0) + np.maximum(y - upper, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        scores = upper - lower + outside * (2 / (1 - CHOSEN_AT))
        score = float(np.average(scores, weights=evidence.weights))
    return score, float(np.average(outside == 0, weights=evidence.weights))


def _unit(y: np.ndarray) -> float:
    """Below about this value the logarithmic scale is linear: it need not part 0 from tiny."""
    positive = y[y > 0]
    return max(float(y.min()), 0.01 * float(np.median(positive))) if len(positive) else 1.0


def _scaled(values: np.ndarray, scale: Scale, unit: float) -> np.ndarray:
    return values if scale == "plain" else np.log1p(np.maximum(values, 0.0) / unit)


def _unscaled(values: np.ndarray, scale: Scale, unit: float) -> np.ndarray:
    return values if scale == "plain" else unit * np.expm1(values)


def _wrong_coverage(coverage: object) -> ArgumentError:
    return ArgumentError(
        f"The coverage must be a number between 0 and 1, both excluded. Got {coverage!r}.",
        hint="0.9 means that nine of ten new rows lie inside their interval.",
        argument="coverage",
    )
