"""How the loss went along the fits of a trial: told while they go on, and kept in small."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jupyter_automl.core.trial import FitCurve
from jupyter_automl.models.boosting import stop_metric
from jupyter_automl.models.rounds import Curve
from jupyter_automl.models.telling import listening, thinned

TELL_SECONDS = 0.5
LIVE_POINTS = 16
KEPT_POINTS = 64
"""Of all kept fits together: about 1 KB of a trial in the log."""

MOST_KEPT = 8
LEAST_POINTS = 6

OnCurve = Callable[[FitCurve], None]

_BOOSTERS = ("lightgbm", "xgboost", "catboost")
_GREATER = ("roc_auc", "average_precision", "accuracy")


class FitCurves:
    """The curves of a trial's fits.

    Parameters
    ----------
    on_curve : callable, optional
        Is given the curve of a fit that goes on, at most twice a second.
    """

    def __init__(self, on_curve: OnCurve | None = None) -> None:
        self._on_curve = on_curve
        self._curves: dict[int, tuple[str, Curve]] = {}

    @contextmanager
    def of(self, fit: int, estimator: Any, n_valid: int) -> Iterator[None]:
        """Listen to a fit of `estimator` inside of the block; `fit` counts from 1.

        What the last device has told of a fit replaces what the one before has.
        """
        heard: list[Curve] = []
        due, told = time.monotonic() + TELL_SECONDS, False

        def tell(curve: Curve) -> None:
            nonlocal due, told
            if not heard or heard[-1] is not curve:
                heard.append(curve)
            if self._on_curve is None or (now := time.monotonic()) < due:
                return
            due, told = now + TELL_SECONDS, True
            self._tell(fit, estimator, n_valid, curve)

        with listening(tell):
            yield
        curve = getattr(estimator, "curve", None) or (heard[-1] if heard else None)
        if not isinstance(curve, Curve) or not curve.rounds:
            self._curves.pop(fit, None)
            return
        # `Stopping` lets go of it, not of the object.
        self._curves[fit] = (loss_name(estimator, n_valid, curve), curve)
        if told:
            self._tell(fit, estimator, n_valid, curve)

    def kept(self) -> Mapping[str, Any] | None:
        """What `TrialResult.info` holds as ``"curve"``; None where no fit told anything."""
        if not self._curves:
            return None
        name = self._curves[min(self._curves)][0]
        curves = [one for _, (loss, one) in sorted(self._curves.items()) if loss == name]
        curves = curves[:MOST_KEPT]
        most = max(LEAST_POINTS, KEPT_POINTS // len(curves))
        made = [_made(0, name, curve, most) for curve in curves]
        lines = [[list(c.rounds), list(c.losses), c.best] for c in made if c is not None]
        return {"loss": name, "lines": lines} if lines else None

    def _tell(self, fit: int, estimator: Any, n_valid: int, curve: Curve) -> None:
        made = _made(fit, loss_name(estimator, n_valid, curve), curve, LIVE_POINTS)
        if made is not None and self._on_curve is not None:
            self._on_curve(made)


def loss_name(estimator: Any, n_valid: int, curve: Curve) -> str:
    """What the losses of a fit are, for people; smaller is better.

    Boosters watch what `boosting.stop_metric` says, a score of which greater is better as its
    negative; others their log loss. Where nothing is known of a family it is ``"loss"``.
    """
    recipe = getattr(estimator, "recipe", None)
    if recipe is None or recipe.task not in ("binary", "multiclass"):
        return "loss"
    watched, kind = "log_loss", getattr(estimator, "kind", "")
    if kind in _BOOSTERS:
        watched = stop_metric(recipe, n_valid)
    if watched not in _GREATER:
        return watched
    if _negative(curve):
        return "error rate" if watched == "accuracy" else f"1 - {watched}"
    # Rows of classes that were never seen are left out, and few rows are watched otherwise.
    return "error rate" if watched == "accuracy" and kind != "catboost" else "log_loss"


def _negative(curve: Curve) -> bool:
    """Whether these are the negatives of a score between 0 and 1."""
    return all(not loss > 0 for loss in curve.losses)


def _made(fit: int, name: str, curve: Curve, most: int) -> FitCurve | None:
    rounds, losses, best = thinned(curve, most)
    if not rounds:
        return None
    if name.startswith("1 - ") or (name == "error rate" and _negative(curve)):
        losses = tuple(float(f"{1.0 + loss:.5g}") for loss in losses)
    return FitCurve(fit=fit, loss=name, rounds=rounds, losses=losses, best=best)
