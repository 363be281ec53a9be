"""Errors of predicted numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from jupyter_automl.core.picture import (
    Axis,
    Dots,
    Line,
    Mark,
    Picture,
    Rule,
    Table,
    number,
    numbers,
)
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import Z, mean_and_error, mean_estimate
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import note, percent, plain, shown
from jupyter_automl.evaluate.metrics.regression import medae

MOST_DOTS = 600
"""Of which the first hundred are the largest errors."""

_WORST = 100
_MOST_BINS = 20
_ROWS_A_BIN = 20
_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bins:
    """Rows of about equal numbers, by rising prediction.

    Attributes
    ----------
    place : ndarray of shape (n,)
        The bin of each row.
    centre : ndarray of shape (b,)
        Mean prediction.
    n : ndarray of shape (b,)
        Rows.
    """

    place: np.ndarray = field(repr=False)
    centre: np.ndarray = field(repr=False)
    n: np.ndarray = field(repr=False)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.centre)


def bins_of(judged: Judged, most: int = _MOST_BINS) -> Bins:
    """Bins of 20 rows or more, `most` of them at most; equal predictions stay together."""
    prediction = judged.prediction
    size = int(np.clip(len(judged) // _ROWS_A_BIN, 1, most))
    edges = np.unique(np.quantile(prediction, np.linspace(0, 1, size + 1)[1:-1], method="lower"))
    place = np.unique(np.searchsorted(edges, prediction, side="left"), return_inverse=True)[1]
    with np.errstate(over="ignore", invalid="ignore"):
        masses = np.bincount(place, weights=judged.masses)
        centre = np.bincount(place, weights=judged.masses * prediction) / masses
    return Bins(place=place, centre=centre, n=np.bincount(place))


def residuals_picture(judged: Judged) -> Picture:
    """What is missing to the truth, by the prediction, with the mean of each stretch."""
    with np.errstate(over="ignore", invalid="ignore"):
        missing = judged.y - judged.prediction
    bins = bins_of(judged)
    means, low, high = _of_bins(judged, bins, missing)
    dots = _drawn(np.abs(missing))
    marks: list[Mark] = [
        Dots(
            x=numbers(judged.prediction[dots]),
            y=numbers(missing[dots]),
            tone="quiet",
            rows=tuple(judged.rows[dots].tolist()),
        ),
        Rule(axis="y", at=0.0),
    ]
    if bins.size > 1:
        marks.append(
            Line(
                x=numbers(bins.centre),
                y=numbers(means),
                low=numbers(low),
                high=numbers(high),
                name=say("evaluate-residuals-mean"),
            )
        )
    return Picture(
        name="residuals",
        title=say("evaluate-residuals-title"),
        findings=tuple(_findings(judged, missing, bins, low, high)),
        x=Axis(label=say("evaluate-predicted", target=shown(judged.target))),
        y=Axis(label=say("evaluate-residuals-axis")),
        marks=tuple(marks),
        table=Table(
            columns=(
                say("evaluate-predicted", target=shown(judged.target)),
                say("evaluate-residuals-mean"),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-rows"),
            ),
            rows=tuple(
                tuple(number(cell) for cell in row)
                for row in zip(bins.centre, means, low, high, bins.n, strict=True)
            ),
        ),
        note=note(judged, _sampled(judged, dots)),
        picks="row",
    )


def predicted_picture(judged: Judged) -> Picture:
    """The truth against what was predicted; right on the diagonal."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.abs(judged.y - judged.prediction)
    dots = _drawn(errors)
    both = np.concatenate([judged.prediction[dots], judged.y[dots]])
    ends = numbers((both.min(), both.max()))
    bins = bins_of(judged)
    actual, low, high = _of_bins(judged, bins, judged.y)
    return Picture(
        name="predicted_vs_actual",
        title=say("evaluate-actual-title", target=shown(judged.target)),
        findings=tuple(_typical(judged, errors)),
        x=Axis(label=say("evaluate-predicted", target=shown(judged.target))),
        y=Axis(label=say("evaluate-actual", target=shown(judged.target))),
        marks=(
            Line(x=ends, y=ends, tone="quiet", name=say("evaluate-actual-right")),
            Dots(
                x=numbers(judged.prediction[dots]),
                y=numbers(judged.y[dots]),
                rows=tuple(judged.rows[dots].tolist()),
            ),
        ),
        table=Table(
            columns=(
                say("evaluate-predicted", target=shown(judged.target)),
                say("evaluate-actual-mean"),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-rows"),
            ),
            rows=tuple(
                tuple(number(cell) for cell in row)
                for row in zip(bins.centre, actual, low, high, bins.n, strict=True)
            ),
        ),
        note=note(judged, _sampled(judged, dots)),
        picks="row",
        square=True,
    )


def _of_bins(
    judged: Judged, bins: Bins, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of each bin and the ends of its interval, NaN where there are none."""
    means, errors = np.empty(bins.size), np.empty(bins.size)
    for which in range(bins.size):
        inside = bins.place == which
        means[which], errors[which] = mean_and_error(
            values[inside],
            None if judged.weights is None else judged.weights[inside],
            None if judged.groups is None else judged.groups[inside],
        )
    with np.errstate(over="ignore", invalid="ignore"):
        return means, means - Z * errors, means + Z * errors


def _drawn(errors: np.ndarray) -> np.ndarray:
    """Places of the rows to draw: the largest errors, and others by chance."""
    n = len(errors)
    if n <= MOST_DOTS:
        return np.arange(n)
    worst = np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable")[:_WORST]
    others = np.setdiff1d(np.arange(n), worst, assume_unique=True)
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(others, MOST_DOTS - _WORST, replace=False)
    return np.sort(np.concatenate([worst, chosen]))


def _sampled(judged: Judged, dots: np.ndarray) -> str:
    if len(dots) == len(judged):
        return ""
    return say("evaluate-dots-note", n=len(dots), worst=_WORST)


def _typical(judged: Judged, errors: np.ndarray) -> list[str]:
    """How far off one is, on half of the rows and on average."""
    mean = mean_estimate(errors, judged.weights, judged.groups)
    with np.errstate(over="ignore", invalid="ignore"):
        median = medae(judged.y, judged.prediction, judged.weights)
    if mean.value is None or not np.isfinite(median):
        return [say("evaluate-reason-too-large")]
    said = [say("evaluate-actual-half", half=plain(median), mean=plain(mean.value))]
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.abs(judged.y - np.average(judged.y, weights=judged.weights))
        spread = float(np.average(far, weights=judged.weights))
    if np.isfinite(spread) and spread > 0 and mean.value < spread:
        said.append(say("evaluate-actual-gain", share=percent(1.0 - mean.value / spread)))
    return said


def _findings(
    judged: Judged, missing: np.ndarray, bins: Bins, low: np.ndarray, high: np.ndarray
) -> list[str]:
    mean = mean_estimate(missing, judged.weights, judged.groups)
    if mean.value is None:
        return [say("evaluate-reason-too-large")]
    if mean.low is None or mean.high is None:
        said = [say("evaluate-residuals-one", value=plain(mean.value))]
    elif mean.low > 0 or mean.high < 0:
        key = "low" if mean.low > 0 else "high"
        said = [
            say(
                f"evaluate-residuals-too-{key}",
                value=plain(abs(mean.value)),
                low=plain(min(abs(mean.low), abs(mean.high))),
                high=plain(max(abs(mean.low), abs(mean.high))),
            )
        ]
    else:
        said = [say("evaluate-residuals-fair", value=plain(mean.value))]
    if bins.size >= 5 and np.isfinite(low[-1]) and (low[-1] > 0 or high[-1] < 0):
        key = "low" if low[-1] > 0 else "high"
        said.append(say(f"evaluate-residuals-largest-{key}", n=int(bins.n[-1])))
    return said
