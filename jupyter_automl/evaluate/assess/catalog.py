"""The pictures of judged rows by name, and which of them there can be."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_automl.core.errors import (
    ArgumentError,
    UnknownArgumentError,
    UnknownNameError,
    did_you_mean,
)
from jupyter_automl.core.picture import Picture
from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.calibration import calibration_picture
from jupyter_automl.evaluate.assess.confusion import confusion_picture
from jupyter_automl.evaluate.assess.coverage import coverage_picture, width_picture
from jupyter_automl.evaluate.assess.curves import precision_recall_picture, roc_picture
from jupyter_automl.evaluate.assess.histograms import histogram_picture
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.learning import learning_picture
from jupyter_automl.evaluate.assess.lift import gain_picture, lift_picture
from jupyter_automl.evaluate.assess.pictures_fairness import fairness_picture
from jupyter_automl.evaluate.assess.pictures_segments import segments_picture
from jupyter_automl.evaluate.assess.pictures_thresholds import cost_picture, thresholds_picture
from jupyter_automl.evaluate.assess.residuals import predicted_picture, residuals_picture
from jupyter_automl.evaluate.assess.segments import why_no_segments
from jupyter_automl.evaluate.assess.worst import errors_picture

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A picture that can be drawn of judged rows.

    Attributes
    ----------
    draw : callable
        ``(judged, **options) -> Picture``.
    lacks : callable
        ``(judged, options) -> str``: why it cannot be drawn, or empty.
    """

    draw: Callable[..., Picture]
    lacks: Callable[[Judged, Options], str]


def available(judged: Judged) -> tuple[str, ...]:
    """Names of the pictures that need nothing more than these rows, in reading order."""
    return tuple(name for name, kind in PICTURES.items() if not kind.lacks(judged, {}))


def draw(judged: Judged, name: str, options: Options | None = None) -> Picture:
    """One picture.

    Parameters
    ----------
    name : str
        One of `PICTURES`.
    options : Mapping, optional
        Keywords of that picture's function.

    Raises
    ------
    UnknownNameError, UnknownArgumentError
        If there is no such picture, or it has no such option.
    ArgumentError
        If the rows, or a value of an option, do not allow it.
    """
    options = {} if options is None else options
    kind = PICTURES.get(name)
    if kind is None:
        raise UnknownNameError(
            f"The picture must be one of: {', '.join(PICTURES)}. Got {name!r}.",
            hint=did_you_mean(name, PICTURES),
            argument="name",
            name=str(name),
            kind="picture",
        )
    allowed = [p for p in inspect.signature(kind.draw).parameters if p != "judged"]
    strange = next((option for option in options if option not in allowed), None)
    if strange is not None:
        takes = f"takes {', '.join(allowed)}" if allowed else "takes no options"
        raise UnknownArgumentError(
            f"The picture {name!r} {takes}. Got {strange!r}.",
            hint=did_you_mean(strange, allowed),
            argument=str(strange),
        )
    reason = kind.lacks(judged, options)
    if reason:
        raise ArgumentError(
            f"There is no picture {name!r} of these rows. {reason}", argument="name"
        )
    return kind.draw(judged, **options)


def _rows(judged: Judged, options: Options) -> str:
    return "" if len(judged) else say("evaluate-reason-no-rows")


def _classes(judged: Judged, options: Options) -> str:
    if not len(judged):
        return say("evaluate-reason-no-rows")
    return "" if judged.has_classes else say("evaluate-reason-needs-classes")


def _two_classes(judged: Judged, options: Options) -> str:
    lacks = _classes(judged, options)
    if lacks or judged.n_classes == 2:
        return lacks
    return say("evaluate-reason-needs-two-classes")


def _both_sides(judged: Judged, options: Options) -> str:
    """Rows of a class as well as others."""
    lacks = _classes(judged, options)
    if lacks or not (judged.y[0] == judged.y).all():
        return lacks
    return say("evaluate-reason-one-class")


def _costs(judged: Judged, options: Options) -> str:
    lacks = _two_classes(judged, options)
    if lacks or judged.costs is not None or options.get("costs") is not None:
        return lacks
    return say("evaluate-reason-needs-costs")


def _numbers(judged: Judged, options: Options) -> str:
    if not len(judged):
        return say("evaluate-reason-no-rows")
    return say("evaluate-reason-needs-number") if judged.has_classes else ""


def _intervals(judged: Judged, options: Options) -> str:
    lacks = _numbers(judged, options)
    return lacks or ("" if judged.intervals else say("evaluate-reason-needs-intervals"))


def _segments(judged: Judged, options: Options) -> str:
    return why_no_segments(judged)


def _fairness(judged: Judged, options: Options) -> str:
    if not len(judged):
        return say("evaluate-reason-no-rows")
    if judged.by is not None or options.get("by") is not None:
        return ""
    return say("evaluate-reason-needs-column")


def _learning(judged: Judged, options: Options) -> str:
    if len({point.n_rows for point in judged.learning}) >= 2:
        return ""
    return say("evaluate-reason-no-learning")


PICTURES: Mapping[str, Kind] = {
    "confusion": Kind(draw=confusion_picture, lacks=_classes),
    "thresholds": Kind(draw=thresholds_picture, lacks=_two_classes),
    "cost": Kind(draw=cost_picture, lacks=_costs),
    "roc": Kind(draw=roc_picture, lacks=_both_sides),
    "precision_recall": Kind(draw=precision_recall_picture, lacks=_both_sides),
    "calibration": Kind(draw=calibration_picture, lacks=_classes),
    "gain": Kind(draw=gain_picture, lacks=_both_sides),
    "lift": Kind(draw=lift_picture, lacks=_both_sides),
    "score_histogram": Kind(draw=histogram_picture, lacks=_classes),
    "predicted_vs_actual": Kind(draw=predicted_picture, lacks=_numbers),
    "residuals": Kind(draw=residuals_picture, lacks=_numbers),
    "interval_coverage": Kind(draw=coverage_picture, lacks=_intervals),
    "interval_width": Kind(draw=width_picture, lacks=_intervals),
    "errors": Kind(draw=errors_picture, lacks=_rows),
    "error_by_segment": Kind(draw=segments_picture, lacks=_segments),
    "fairness": Kind(draw=fairness_picture, lacks=_fairness),
    "learning_curve": Kind(draw=learning_picture, lacks=_learning),
}
"""By name, in the order in which one reads them."""
