"""SHAP beside LIME for one row: where two ways of explaining agree, and how far to trust that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.picture import MOST_ROWS, Axis, Bars, Picture, Table, name, number, numbers
from jupyter_automl.core.words import say
from jupyter_automl.explain.effects import base_of

if TYPE_CHECKING:
    from jupyter_automl.explain.explanation import Explanation
    from jupyter_automl.explain.lime_extra import Local

_SHARE = 0.38
_NOTHING = 1e-300
_ROUNDING = 1e-9
_FEW = 5
_FITS = 50
"""Per cent of the spread that a straight model must explain to be worth reading."""


def beside_lime(
    explanation: Explanation,
    local: Local,
    row: int = 0,
    label: str | None = None,
    most: int = 10,
) -> Picture:
    """One row by its SHAP values and by LIME, each as a share of its largest effect.

    Parameters
    ----------
    local : Local
        What LIME says of the same row and class.
    row, label
        As for `waterfall`.
    """
    values, label = explanation.for_class(label)
    base = base_of(explanation, label)
    ours = _seen(zip(explanation.feature_names, map(float, values[row]), strict=True), base)
    theirs = _seen(local.effects, local.prediction)
    ranked = sorted(ours, key=lambda feature: -abs(ours[feature]))
    shown = ranked[:most]

    def shares(effects: Mapping[str, float]) -> tuple[float | None, ...]:
        largest = max((abs(effect) for effect in effects.values()), default=0.0) or 1.0
        return numbers(effects.get(feature, 0.0) / largest for feature in shown)

    at = np.arange(len(shown), dtype=float)
    sides = ((-1, ours, "SHAP"), (1, theirs, "LIME"))
    return Picture(
        name="lime",
        title=say("explain-lime-title", row=int(explanation.data.index[row])),
        findings=_findings(ours, theirs, local.fit),
        x=Axis(label=say("explain-permutation-axis"), percent=True),
        y=Axis(kind="names", names=tuple(name(feature) for feature in shown)),
        marks=tuple(
            Bars(
                at=numbers(at + side * _SHARE / 2),
                value=shares(effects),
                along="y",
                tone=f"series:{place}",
                name=words,
                width=_SHARE,
            )
            for place, (side, effects, words) in enumerate(sides)
        ),
        table=Table(
            columns=(say("explain-column-feature"), say("explain-lime-ours"), "LIME"),
            rows=tuple(
                (name(feature), number(ours[feature]), number(theirs.get(feature)))
                for feature in ranked[:MOST_ROWS]
            ),
            more=max(0, len(ranked) - MOST_ROWS),
        ),
        note=say("explain-lime-note", space=explanation.space),
        picks="name",
    )


def _seen(effects: Iterable[tuple[str, float]], output: float) -> dict[str, float]:
    """Effects on an output of such a size; what is but its rounding error is none."""
    least = max(_NOTHING, _ROUNDING * abs(output))
    return {feature: effect if abs(effect) > least else 0.0 for feature, effect in effects}


def _findings(
    ours: Mapping[str, float], theirs: Mapping[str, float], fit: float
) -> tuple[str, ...]:
    """How far both name the same features and push the same way, and how much LIME knows."""
    first, second = _strongest_of(ours), _strongest_of(theirs)
    both = [feature for feature in first if feature in second]
    alike = sum((ours[feature] > 0) == (theirs[feature] > 0) for feature in both)
    said = say("explain-lime-nothing")
    if first:
        said = say("explain-lime-agree", n=len(first), both=len(both), alike=alike)
    if not math.isfinite(fit):
        return (said,)
    share = round(100.0 * max(0.0, fit))
    return said, say(f"explain-lime-{'fits' if share >= _FITS else 'misfits'}", share=share)


def _strongest_of(effects: Mapping[str, float]) -> dict[str, float]:
    ranked = sorted(effects.items(), key=lambda pair: -abs(pair[1]))
    return {feature: effect for feature, effect in ranked[:_FEW] if effect}
