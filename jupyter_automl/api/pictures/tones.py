"""What a tone looks like: a colour, and a dash, hatch or shape that says it without colour."""

from __future__ import annotations

from dataclasses import dataclass

BLUE, VERMILION, GREEN, SKY = "#0072B2", "#D55E00", "#009E73", "#56B4E9"
"""Okabe and Ito's palette (2008), told apart with any kind of colour vision."""

NONE = "#8C8C8C"
"""Of a dot without a shade."""

# The six of that palette that read on white and on black, then two that differ from them.
_SERIES = (BLUE, VERMILION, GREEN, "#E69F00", SKY, "#CC79A7", "#7B61D1", "#999933")

FAMILIES = {
    "lightgbm": "#009e73",
    "xgboost": "#e69f00",
    "catboost": "#d55e00",
    "random_forest": "#0072b2",
    "extra_trees": "#56b4e9",
    "linear": "#cc79a7",
    "knn": "#999933",
    "mlp": "#882255",
    "hist_gradient_boosting": "#44aa99",
    "adaboost": "#ddcc77",
    "decision_tree": "#117733",
    "svm": "#6699cc",
    "naive_bayes": "#aa4499",
    "ebm": "#88ccee",
    "stacked_lightgbm": "#7b61d1",
    "dummy": "#888888",
    "ensemble": "#1976d2",
}
"""Of model families, the same as in the page."""

_OTHER_FAMILY = "#aaaaaa"

DASHES = ("", "7 3", "2 3", "9 3 2 3")
"""Of lines, by `Look.style`."""

SHADES = 8
"""Steps of a shade: few enough to keep a file small, too many to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the marks of one tone are drawn.

    Attributes
    ----------
    colour : str
        As ``#rrggbb``, or ``currentColor``.
    style : int
        0 to 3: of dashes, of hatches (0 is solid) and of dots (circle, square, triangle, diamond).
    quiet : bool
        In the background: thin, pale and dashed.
    """

    colour: str
    style: int = 0
    quiet: bool = False


def look(tone: str, *, dark: bool = False) -> Look:
    """The look of a tone; an unknown tone looks like ``"accent"``."""
    group, _, which = tone.partition(":")
    if group in ("class", "series") and which.isascii() and which.isdigit():
        # More than four digits name no class that anybody draws.
        number = int(which[:4])
        return Look(colour=_SERIES[number % len(_SERIES)], style=number % len(DASHES))
    if group == "family":
        # Two families of one picture rarely have names of one length; their names stand beside.
        return Look(colour=FAMILIES.get(which, _OTHER_FAMILY), style=len(which) % len(DASHES))
    accent = Look(colour=SKY if dark else BLUE)
    return {
        "quiet": Look(colour="currentColor", quiet=True),
        "good": Look(colour=GREEN),
        "bad": Look(colour=VERMILION, style=1),
        "up": Look(colour=VERMILION),
        "down": Look(colour=BLUE, style=1),
    }.get(tone, accent)


def shade_step(share: float | None) -> int | None:
    """Which of 0 to `SHADES` a shade from 0 to 1 is; None stays None."""
    return None if share is None else round(min(1.0, max(0.0, share)) * SHADES)


def shade_colour(step: int | None) -> str:
    """From blue (0) over grey to vermilion (`SHADES`); `NONE` where there is no shade."""
    if step is None:
        return NONE
    low, high = _channels(BLUE), _channels(VERMILION)
    share = step / SHADES
    mixed = (round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
