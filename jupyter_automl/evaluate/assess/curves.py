"""ROC and precision-recall curves, with bands."""

from __future__ import annotations

from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Axis, Line, Picture, Rule, Table, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import band, interval
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.ranked import Ranked, ranked, ranked_draws
from jupyter_automl.evaluate.assess.telling import label_of, note, percent, plain

FALSE_ALARMS = np.concatenate([[0.0, 0.001, 0.002, 0.005], np.linspace(0.01, 1.0, 100)])
"""False positive rates that a ROC curve is drawn at."""

RECALLS = np.linspace(0.01, 1.0, 100)
"""Recalls that a precision-recall curve is drawn at."""

_TOLERANCE = 1e-9
_SHOWN = 5


def roc_at(curve: Ranked, false_alarms: np.ndarray = FALSE_ALARMS) -> np.ndarray:
    """The true positive rate at each false positive rate, the highest one where there are more.

    Between the steps of the curve, which are joined by straight lines as `roc_auc` has it.
    """
    x, y = curve.down / curve.n_down, curve.up / curve.n_up
    last = np.append(x[1:] > x[:-1], True)
    found: np.ndarray = np.interp(false_alarms, x[last], y[last])
    return found


def area(curve: Ranked) -> float:
    """Below the ROC curve, ties counted half."""
    x, y = curve.down / curve.n_down, curve.up / curve.n_up
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)


def precision_at(curve: Ranked, recalls: np.ndarray = RECALLS) -> np.ndarray:
    """The precision of the fewest rows, from the top, that reach each recall."""
    recall = curve.up[1:] / curve.n_up
    precision = curve.up[1:] / np.maximum(curve.up[1:] + curve.down[1:], _TOLERANCE)
    first = np.searchsorted(recall, recalls - _TOLERANCE, side="left")
    found: np.ndarray = precision[np.minimum(first, len(precision) - 1)]
    return found


def average_precision(curve: Ranked) -> float:
    """Precision times the step in recall, summed."""
    precision = curve.up[1:] / np.maximum(curve.up[1:] + curve.down[1:], _TOLERANCE)
    return float(np.sum(np.diff(curve.up) * precision) / curve.n_up)


def one_class(judged: Judged) -> str:
    """Why there is no curve, or empty: it needs rows of two classes."""
    if not len(judged):
        return say("evaluate-reason-no-rows")
    return say("evaluate-reason-one-class") if (judged.y[0] == judged.y).all() else ""


def roc_picture(judged: Judged, *, label: Any = None) -> Picture:
    """The ROC curve of a class against the rest.

    Parameters
    ----------
    label : object, optional
        A class; see `Judged.code_of` for which one where none is given.
    """
    code = _code(judged, label)
    curve, draws = ranked(judged, code), ranked_draws(judged, code)
    y = roc_at(curve)
    low, high = _band(y, draws, roc_at)
    auc = area(curve)
    ends = _ends(auc, draws, area)
    positive = label_of(judged, code)
    at = int(np.argmin(np.abs(FALSE_ALARMS - 0.1)))
    said = [_with_ends("evaluate-roc-area", auc, ends, label=positive)]
    said.append(say("evaluate-roc-at", found=percent(y[at]), false=percent(FALSE_ALARMS[at])))
    first = (0.0,)
    return Picture(
        name="roc",
        title=say("evaluate-roc-title", label=positive),
        findings=tuple(said),
        x=Axis(label=say("evaluate-false-positive-rate"), low=0.0, high=1.0, percent=True),
        y=Axis(label=say("evaluate-true-positive-rate"), low=0.0, high=1.0, percent=True),
        marks=(
            Line(x=(0.0, 1.0), y=(0.0, 1.0), tone="quiet", name=say("evaluate-chance")),
            Line(
                x=first + numbers(FALSE_ALARMS),
                y=first + numbers(y),
                low=None if low is None else first + numbers(low),
                high=None if high is None else first + numbers(high),
            ),
        ),
        table=_table(
            ("evaluate-false-positive-rate", "evaluate-true-positive-rate"),
            (FALSE_ALARMS, y, low, high),
        ),
        note=note(judged, _others(judged)),
        square=True,
    )


def precision_recall_picture(judged: Judged, *, label: Any = None) -> Picture:
    """Precision by recall, of a class against the rest.

    Parameters
    ----------
    label : object, optional
        As for `roc_picture`.
    """
    code = _code(judged, label)
    curve, draws = ranked(judged, code), ranked_draws(judged, code)
    y = precision_at(curve)
    low, high = _band(y, draws, precision_at)
    mean = average_precision(curve)
    ends = _ends(mean, draws, average_precision)
    share = float(curve.n_up / (curve.n_up + curve.n_down))
    positive = label_of(judged, code)
    half = int(np.argmin(np.abs(RECALLS - 0.5)))
    said = [
        _with_ends("evaluate-precision-recall-mean", mean, ends, label=positive),
        say("evaluate-precision-recall-at", label=positive, precision=percent(y[half])),
    ]
    return Picture(
        name="precision_recall",
        title=say("evaluate-precision-recall-title", label=positive),
        findings=tuple(said),
        x=Axis(label=say("evaluate-recall"), low=0.0, high=1.0, percent=True),
        y=Axis(label=say("evaluate-precision"), low=0.0, high=1.0, percent=True),
        marks=(
            Rule(
                axis="y",
                at=number(share) or 0.0,
                label=say("evaluate-precision-recall-share", share=percent(share)),
            ),
            Line(
                x=numbers(RECALLS),
                y=numbers(y),
                low=None if low is None else numbers(low),
                high=None if high is None else numbers(high),
            ),
        ),
        table=_table(("evaluate-recall", "evaluate-precision"), (RECALLS, y, low, high)),
        note=note(judged, _others(judged)),
        square=True,
    )


def _code(judged: Judged, label: Any) -> int:
    """The class to look at, of which there must be rows as well as others.

    Raises
    ------
    ArgumentError
        If not.
    """
    code = judged.code_of(label)
    positive = judged.y == code
    if positive.all() or not positive.any():
        raise ArgumentError(
            "A curve needs rows of the class and others. There are "
            f"{int(positive.sum()):,} and {int((~positive).sum()):,}.",
            argument="label",
        )
    return code


def _band(
    values: np.ndarray, draws: Ranked | None, at: Any
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Vertical averaging: at each place the values of all samples (Fawcett 2006)."""
    if draws is None:
        return None, None
    return band(values, draws.each(at), 0.0, 1.0)


def _ends(value: float, draws: Ranked | None, of: Any) -> tuple[float | None, float | None]:
    if draws is None:
        return None, None
    return interval(value, draws.each(of), 0.0, 1.0)


def _with_ends(
    key: str, value: float, ends: tuple[float | None, float | None], **words: str
) -> str:
    low, high = ends
    if low is None or high is None:
        return say(f"{key}-alone", value=plain(value), **words)
    return say(key, value=plain(value), low=plain(low), high=plain(high), **words)


def _others(judged: Judged) -> str:
    return say("evaluate-one-vs-rest") if judged.n_classes > 2 else ""


def _table(keys: tuple[str, str], columns: tuple[np.ndarray | None, ...]) -> Table:
    held = [column for column in columns if column is not None]
    last = len(held[0]) - 1
    places = [*range(0, last, _SHOWN), last]
    ends = (say("evaluate-low"), say("evaluate-high")) if len(held) == 4 else ()
    return Table(
        columns=(*(say(key) for key in keys), *ends),
        rows=tuple(tuple(number(column[i], 4) for column in held) for i in places),
    )
