"""Pictures of what each threshold brings and costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Axis, Line, Mark, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import band, interval
from jupyter_automl.evaluate.assess.confusion import checked_threshold
from jupyter_automl.evaluate.assess.costs import cost_matrix
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import count, label_of, note, percent, plain
from jupyter_automl.evaluate.assess.thresholds import AT, Counts, counts_with_draws

_SHOWN = slice(0, None, 5)


def thresholds_picture(judged: Judged, *, threshold: float | None = None) -> Picture:
    """Precision and recall at every threshold, with bands.

    Parameters
    ----------
    threshold : float, optional
        The one to mark; the model's where none is given.
    """
    asked = checked_threshold(judged, threshold)
    at = judged.threshold if asked is None else asked
    found, draws = counts_with_draws(judged)
    precision, recall = found.precision, found.recall
    lines = [
        _line(
            precision,
            None if draws is None else draws.precision,
            say("evaluate-precision"),
            "series:0",
        ),
        _line(
            recall,
            None if draws is None else draws.recall,
            say("evaluate-recall"),
            "series:1",
        ),
    ]
    marks: list[Mark] = [*lines]
    if at is not None:
        marks.append(Rule(axis="x", at=at, label=say("evaluate-threshold-now"), tone="accent"))
    return Picture(
        name="thresholds",
        title=say("evaluate-thresholds-title", label=label_of(judged, 1)),
        findings=tuple(_findings(judged, found, 0.5 if at is None else at)),
        x=Axis(label=say("evaluate-threshold"), low=0.0, high=1.0),
        y=Axis(low=0.0, high=1.0, percent=True),
        marks=tuple(marks),
        table=Table(
            columns=(
                say("evaluate-threshold"),
                say("evaluate-precision"),
                say("evaluate-recall"),
                say("evaluate-true-positives"),
                say("evaluate-false-positives"),
                say("evaluate-false-negatives"),
                say("evaluate-true-negatives"),
            ),
            rows=tuple(
                tuple(number(cell, 4) for cell in row)
                for row in zip(
                    AT[_SHOWN],
                    precision[_SHOWN],
                    recall[_SHOWN],
                    *(counts[_SHOWN] for counts in (found.tp, found.fp, found.fn, found.tn)),
                    strict=True,
                )
            ),
        ),
        note=note(judged),
        picks="x",
    )


def cost_picture(judged: Judged, *, costs: Any = None, threshold: float | None = None) -> Picture:
    """The expected cost of a row at every threshold, the cheapest one marked.

    Parameters
    ----------
    costs : mapping or array, optional
        See `costs.cost_matrix`; those of `judged` where none are given.
    threshold : float, optional
        The one to compare with; the model's where none is given.

    Raises
    ------
    ArgumentError
        If there are no costs.
    """
    if costs is None and judged.costs is None:
        raise ArgumentError("A curve of costs needs costs. There are none.", argument="costs")
    prices = judged.costs if costs is None else cost_matrix(costs, 2)
    assert prices is not None
    asked = checked_threshold(judged, threshold)
    at = judged.threshold if asked is None else asked
    found, draws = counts_with_draws(judged)
    curve = found.cost(prices)
    best = _middle_of_best(curve)
    drawn = None if draws is None else draws.cost(prices)
    marks: list[Mark] = [
        _line(curve, drawn, say("evaluate-cost"), "accent", np.inf),
        Rule(
            axis="x",
            at=float(AT[best]),
            label=say("evaluate-cost-best-at", at=plain(AT[best])),
            tone="good",
        ),
    ]
    said = [say("evaluate-cost-best", at=plain(AT[best]), cost=plain(curve[best]))]
    if at is not None:
        marks.append(Rule(axis="x", at=at, label=say("evaluate-threshold-now"), tone="quiet"))
        said.append(_saved(at, best, curve, drawn))
    return Picture(
        name="cost",
        title=say("evaluate-cost-title"),
        findings=tuple(said),
        x=Axis(label=say("evaluate-threshold"), low=0.0, high=1.0),
        y=Axis(label=say("evaluate-cost-axis")),
        marks=tuple(marks),
        table=Table(
            columns=(say("evaluate-threshold"), say("evaluate-cost-axis")),
            rows=tuple((number(t), number(c)) for t, c in zip(AT, curve, strict=True)),
        ),
        note=note(judged, say("evaluate-cost-hindsight")),
        picks="x",
    )


def _line(
    values: np.ndarray, draws: np.ndarray | None, name: str, tone: str, most: float = 1.0
) -> Line:
    low = high = None
    if draws is not None:
        ends = band(values, draws, -np.inf if most == np.inf else 0.0, most)
        low, high = (numbers(end) for end in ends)
    return Line(
        x=numbers(AT),
        y=numbers(values),
        low=low,
        high=high,
        tone=tone,
        name=name,
    )


def _findings(judged: Judged, found: Counts, at: float) -> list[str]:
    """What is found and missed at a threshold, and what a lower one would change."""
    label, here = label_of(judged, 1), _index(at)
    if found.tp[0] + found.fn[0] <= 0:
        return [say("evaluate-confusion-no-positive", label=label)]
    said = [
        say(
            "evaluate-thresholds-at",
            at=plain(AT[here]),
            label=label,
            found=count(found.tp[here]),
            all=count(found.tp[here] + found.fn[here]),
            false=count(found.fp[here]),
        )
    ]
    other = _index(at / 2)
    if found.tp[other] > found.tp[here]:
        said.append(
            say(
                "evaluate-thresholds-lower",
                at=plain(AT[other]),
                more=percent(found.recall[other]),
                false=count(found.fp[other]),
            )
        )
    return said


def _index(at: float) -> int:
    return int(np.clip(round(at * 100), 0, len(AT) - 1))


def _middle_of_best(curve: np.ndarray) -> int:
    """The middle of the first stretch of thresholds that cost least."""
    best = np.flatnonzero(curve <= curve.min() + 1e-12 * max(1.0, abs(float(curve.min()))))
    ends = np.flatnonzero(np.diff(best) > 1)
    stretch = best[: ends[0] + 1] if len(ends) else best
    return int(stretch[len(stretch) // 2])


def _saved(at: float, best: int, curve: np.ndarray, draws: np.ndarray | None) -> str:
    """What the cheapest threshold saves against the present one, if that is beyond luck."""
    here = _index(at)
    saved = float(curve[here] - curve[best])
    if saved <= 0:
        return say("evaluate-cost-is-best", at=plain(at))
    low = None
    if draws is not None:
        low, _ = interval(saved, draws[:, here] - draws[:, best])
    key = "evaluate-cost-saved" if low is not None and low > 0 else "evaluate-cost-hardly"
    return say(key, at=plain(at), cost=plain(curve[here]), saved=plain(saved))
