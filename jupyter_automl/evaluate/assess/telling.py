"""Names, numbers and sources as pictures tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.picture import name
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.evaluate.assess.judged import Judged

_OPEN, _CLOSE = "\u2068", "\u2069"
"""What `say` puts around names of another direction of writing."""


def shown(text: object) -> str:
    """A name as it can stand in a picture: cut, and never nothing."""
    words = name(text)
    return words if words.strip() else say("evaluate-empty-name")


def fitted(text: str) -> str:
    """A whole text cut to what a picture can hold, with its isolated names closed again."""
    cut = name(text)
    return cut + _CLOSE * (cut.count(_OPEN) - cut.count(_CLOSE))


def label_of(judged: Judged, code: int) -> str:
    """The class of a code."""
    return shown(judged.labels[code] if code < len(judged.labels) else code)


def percent(share: float) -> float:
    """0.1234 as 12; one digit more near 0 and 100."""
    hundredths = 100.0 * float(share)
    digits = 0 if 10.0 <= abs(hundredths) <= 95.0 else 1
    return round(hundredths, digits) + 0.0


def plain(value: float) -> str | float:
    """A number as messages can hold it: four significant digits, no rows of noughts."""
    value = float(value)
    if value == 0.0 or 0.01 <= abs(value) < 1e9:
        return float(f"{value:.4g}") + 0.0
    return f"{value:.3g}"


def written(value: float, *, dates: bool = False) -> str:
    """A number as a text by itself; of dates a number of Unix seconds."""
    if dates:
        return str(np.datetime64(int(value), "s").astype("datetime64[D]"))
    said = plain(value)
    return said if isinstance(said, str) else say("evaluate-number", value=said)


def count(mass: float) -> int:
    """Rows, from their weights."""
    return round(float(mass))


def note(judged: Judged, *more: str) -> str:
    """Where the rows come from and what was done with them, in sentences."""
    n = len(judged)
    said = [say(f"evaluate-note-{judged.source.replace('_', '-')}", n=n)]
    if n < judged.n_all:
        said.append(say("evaluate-note-sample", n=n, all=judged.n_all))
    if judged.n_dropped:
        said.append(say("evaluate-note-dropped", n=judged.n_dropped))
    if judged.weights is not None:
        said.append(say("evaluate-note-weights"))
    return " ".join([*said, *(sentence for sentence in more if sentence)])
