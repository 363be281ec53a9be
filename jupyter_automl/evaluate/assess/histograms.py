"""How far the probabilities of the classes lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.picture import Axis, Bars, Mark, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import label_of, note, percent

BINS = 20
"""Of equal width, from 0 to 1."""


def score_shares(judged: Judged, code: int) -> np.ndarray:
    """Shares of the rows of a class, and of the rest, by the probability of that class.

    Returns
    -------
    ndarray of shape (2, 20)
        First the rest, then the class; each sums to 1, or is 0 where there are no such rows.
    """
    place = np.minimum((judged.shares(code) * BINS).astype(np.int64), BINS - 1)
    place = np.maximum(place, 0)
    cells = (judged.y == code) * BINS + place
    masses = np.bincount(cells, weights=judged.masses, minlength=2 * BINS).reshape(2, BINS)
    totals = masses.sum(axis=1, keepdims=True)
    return np.divide(masses, totals, out=np.zeros_like(masses), where=totals > 0)


def histogram_picture(judged: Judged, *, label: Any = None) -> Picture:
    """Two histograms of the probability of a class: of its rows and of all others.

    Parameters
    ----------
    label : object, optional
        A class; see `Judged.code_of` for which one where none is given.
    """
    code = judged.code_of(label)
    shares = score_shares(judged, code)
    width = 1.0 / BINS
    middles = (np.arange(BINS) + 0.5) * width
    two = judged.n_classes == 2
    positive = label_of(judged, code)
    rest = label_of(judged, 1 - code) if two else say("evaluate-other-classes")
    marks: list[Mark] = [
        Bars(
            at=numbers(middles + shift * width / 4),
            value=numbers(part),
            tone=tone,
            name=name,
            width=width / 2,
        )
        for part, name, tone, shift in (
            (shares[0], rest, f"class:{1 - code}" if two else "quiet", -1),
            (shares[1], positive, f"class:{code}", 1),
        )
    ]
    if two and judged.threshold is not None:
        at = judged.threshold if code == 1 else 1.0 - judged.threshold
        marks.append(Rule(axis="x", at=at, label=say("evaluate-threshold-now")))
    overlap = float(np.minimum(shares[0], shares[1]).sum())
    return Picture(
        name="score_histogram",
        title=say("evaluate-histogram-title", label=positive),
        findings=(_finding(shares, overlap, positive, rest),),
        x=Axis(label=say("evaluate-histogram-score", label=positive), low=0, high=1, percent=True),
        y=Axis(label=say("evaluate-histogram-share"), low=0.0, percent=True),
        marks=tuple(marks),
        table=Table(
            columns=(say("evaluate-from"), say("evaluate-to"), rest, positive),
            rows=tuple(
                (number(i * width), number((i + 1) * width), number(a, 4), number(b, 4))
                for i, (a, b) in enumerate(shares.T)
            ),
        ),
        note=note(judged),
    )


def _finding(shares: np.ndarray, overlap: float, positive: str, rest: str) -> str:
    if not shares.sum(axis=1).all():
        return say("evaluate-reason-one-class")
    return say("evaluate-histogram-overlap", overlap=percent(overlap), label=positive, rest=rest)
