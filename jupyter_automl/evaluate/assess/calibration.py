"""Whether what is said to happen with 80 % happens in 80 of 100 rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupyter_automl.core.picture import Axis, Dots, Line, Picture, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import effective_rows, wilson
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import label_of, note, percent

_MOST_BINS = 10
_ROWS_A_BIN = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """Bins of about equal numbers of rows, by rising probability.

    Attributes
    ----------
    said, happened : ndarray of shape (b,)
        Mean probability and the share of rows where it came true.
    low, high : ndarray of shape (b,)
        Wilson's interval of the latter.
    masses : ndarray of shape (b,)
        Weights of the rows.
    """

    said: np.ndarray = field(repr=False)
    happened: np.ndarray = field(repr=False)
    low: np.ndarray = field(repr=False)
    high: np.ndarray = field(repr=False)
    masses: np.ndarray = field(repr=False)

    @property
    def error(self) -> float:
        """Expected calibration error over these bins, 0 to 1.

        Notes
        -----
        Of bins of equal mass, which is less biased than that of bins of equal width
        (Nixon et al. 2019); `decide.expected_calibration_error` has the latter.
        """
        gaps = np.abs(self.said - self.happened)
        return float(self.masses @ gaps / self.masses.sum())


def reliability(
    happened: np.ndarray,
    shares: np.ndarray,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    *,
    n_bins: int | None = None,
) -> Reliability:
    """Said and seen shares in bins of equal mass.

    Parameters
    ----------
    happened : ndarray of bool, shape (n,)
        At least one row.
    shares : ndarray of shape (n,)
        Probabilities of it; equal ones stay in one bin.
    weights, groups : ndarray of shape (n,), optional
        As `Judged` has them.
    n_bins : int, optional
        10, fewer where a bin would have less than 20 rows.
    """
    place = bins_of(shares, weights, n_bins=n_bins)
    masses = np.ones(len(shares)) if weights is None else weights
    mass = np.bincount(place, weights=masses)
    held = np.flatnonzero(mass > 0)
    said = np.bincount(place, weights=masses * shares, minlength=len(mass))[held] / mass[held]
    seen = np.bincount(place, weights=masses * happened, minlength=len(mass))[held] / mass[held]
    hits = happened.astype(np.float64)
    rows = np.array(
        [
            effective_rows(
                hits[inside],
                None if weights is None else weights[inside],
                None if groups is None else groups[inside],
            )
            for inside in (place == which for which in held)
        ]
    )
    low, high = wilson(seen, rows)
    return Reliability(
        said=said,
        happened=seen,
        low=np.asarray(low),
        high=np.asarray(high),
        masses=mass[held],
    )


def bins_of(
    shares: np.ndarray, weights: np.ndarray | None = None, *, n_bins: int | None = None
) -> np.ndarray:
    """The bin of each row, as `reliability` has them: int64 of shape (n,)."""
    n = len(shares)
    size = int(np.clip(n // _ROWS_A_BIN, 1, _MOST_BINS)) if n_bins is None else max(1, n_bins)
    edges = np.unique(_quantiles(shares, weights, np.linspace(0, 1, size + 1)[1:-1]))
    place: np.ndarray = np.searchsorted(edges, shares, side="left")
    return place


def said_and_happened(judged: Judged, label: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities that are looked at, and whether what they speak of came true."""
    if judged.n_classes > 2 and label is None:
        return judged.prediction.max(axis=1), judged.prediction.argmax(axis=1) == judged.y
    code = judged.code_of(label)
    return judged.prediction[:, code], judged.y == code


def calibration_picture(judged: Judged, *, label: Any = None, bins: int | None = None) -> Picture:
    """What was said against what happened.

    Parameters
    ----------
    label : object, optional
        A class. Without one it is the positive one of two; of more the likeliest class of each
        row is looked at, and whether it was right.
    bins : int, optional
        See `reliability`.
    """
    shares, happened = said_and_happened(judged, label)
    if judged.n_classes > 2 and label is None:
        what, title = say("evaluate-calibration-right"), say("evaluate-calibration-title-top")
    else:
        what = label_of(judged, judged.code_of(label))
        title = say("evaluate-calibration-title", label=what)
    found = reliability(happened, shares, judged.weights, judged.groups, n_bins=bins)
    dots = numbers(found.said), numbers(found.happened)
    return Picture(
        name="calibration",
        title=title,
        findings=tuple(_findings(found)),
        x=Axis(label=say("evaluate-calibration-said"), low=0.0, high=1.0, percent=True),
        y=Axis(label=say("evaluate-calibration-seen", label=what), low=0, high=1, percent=True),
        marks=(
            Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=say("evaluate-calibration-ideal")),
            Line(x=dots[0], y=dots[1], low=numbers(found.low), high=numbers(found.high)),
            Dots(x=dots[0], y=dots[1]),
        ),
        table=Table(
            columns=(
                say("evaluate-calibration-said"),
                say("evaluate-calibration-seen", label=what),
                say("evaluate-low"),
                say("evaluate-high"),
                say("evaluate-rows"),
            ),
            rows=tuple(
                (number(a, 4), number(b, 4), number(c, 4), number(d, 4), number(e))
                for a, b, c, d, e in zip(
                    found.said, found.happened, found.low, found.high, found.masses, strict=True
                )
            ),
        ),
        note=note(judged, say("evaluate-calibration-note")),
        square=True,
    )


def _findings(found: Reliability) -> list[str]:
    inside = (found.low <= found.said) & (found.said <= found.high)
    said = [
        say(
            "evaluate-calibration-error",
            points=percent(found.error),
            inside=int(inside.sum()),
            bins=len(inside),
        )
    ]
    # One in twenty lies outside by chance.
    if (~inside).sum() > 1:
        gaps = np.where(inside, 0.0, found.said - found.happened)
        worst = int(np.abs(gaps).argmax())
        key = "high" if gaps[worst] > 0 else "low"
        said.append(
            say(
                f"evaluate-calibration-too-{key}",
                said=percent(found.said[worst]),
                seen=percent(found.happened[worst]),
            )
        )
    return said


def _quantiles(values: np.ndarray, weights: np.ndarray | None, wanted: np.ndarray) -> np.ndarray:
    if weights is None:
        found: np.ndarray = np.quantile(values, wanted)
        return found
    order = np.argsort(values, kind="stable")
    masses = np.cumsum(weights[order])
    places = np.searchsorted(masses, wanted * masses[-1], side="left")
    return values[order][np.minimum(places, len(values) - 1)]
