"""What was decided about a model after training, as values with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

VERSION = 1

HALF = 0.5
"""The threshold that takes the likelier of two classes."""

Scale = Literal["plain", "log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How probabilities are corrected: one temperature that softens or sharpens all.

    Attributes
    ----------
    temperature : float
        Logarithms of probabilities are divided by it: above 1 makes them less extreme.
    fitted : bool
        Whether there were rows enough to find it.
    used : bool
        Whether `Model.predict_proba` applies it by itself.
    n_rows : int
        Held-out rows that it was judged on.
    log_loss, brier, ece : (before, after), or None where it was not fitted
        Log loss, Brier score and expected calibration error on held-out rows, each fold
        corrected by a temperature found on the others.
    reason : str
        Why, in a sentence.
    """

    temperature: float = 1.0
    fitted: bool = False
    used: bool = False
    n_rows: int = 0
    log_loss: tuple[float, float] | None = None
    brier: tuple[float, float] | None = None
    ece: tuple[float, float] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """When a row gets the positive one of two classes.

    Attributes
    ----------
    threshold : float
        In [0, 1]: the positive class is predicted where its probability is above this.
    objective : str
        What it was chosen for: a metric, ``"f2"`` (recall counting twice), ``"cost"``;
        empty when nothing was searched.
    score : (before, after), or None
        The objective on held-out rows at 0.5 and as decided, each fold by a threshold
        found on the others.
    costs : (2, 2) tuple of floats, or None
        What it was chosen for where that is costs, by true class and predicted class.
    """

    threshold: float = HALF
    objective: str = ""
    score: tuple[float, float] | None = None
    n_rows: int = 0
    reason: str = ""
    costs: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which one of three or more classes a row gets.

    Attributes
    ----------
    costs : tuple of k tuples of k floats, or None
        ``costs[i][j]``: what it costs to predict class j when the truth is class i; the
        class with the smallest expected cost is predicted. None takes the likeliest.
    objective, score, n_rows, reason
        As in `Cut`; ``score[0]`` is that of the likeliest class.
    """

    costs: tuple[tuple[float, ...], ...] | None = None
    objective: str = ""
    score: tuple[float, float] | None = None
    n_rows: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Quantiles of a sample that hold for one more row (see `conformal`).

    Attributes
    ----------
    masses : tuple of float
        Increasing; the share of all rows, the new one included, that is known to be at
        or below the value.
    values : tuple of float
        Increasing.
    """

    masses: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """How far a number may be from its prediction, from held-out errors.

    Attributes
    ----------
    scale : ``"plain"`` or ``"log"``
        Whether errors are differences, or differences of logarithms of 1 + value / unit.
    unit : float
        Of the logarithmic scale.
    knots, spreads : tuple of float
        The typical error as a piecewise linear function of the prediction (on the scale);
        one knot means that it is the same everywhere.
    two_sided : bool
        Whether errors above and below have quantiles of their own.
    above, below, either : Levels
        Of the error, of its negative and of its size, each over the typical error.
    floor : float or None
        No interval reaches below it, where no target does.
    n_rows : int
        Held-out rows behind it.
    """

    scale: Scale = "plain"
    unit: float = 1.0
    knots: tuple[float, ...]
    spreads: tuple[float, ...]
    two_sided: bool
    above: Levels
    below: Levels
    either: Levels
    floor: float | None = None
    n_rows: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Everything that was decided about a model from its held-out predictions.

    Attributes
    ----------
    metric : str
        What the decisions are for.
    calibration : Calibration or None
        Of classification.
    cut : Cut or None
        Of two classes.
    choice : Choice or None
        Of three classes or more.
    intervals : Intervals or None
        Of regression, where there were held-out rows.
    """

    version: int = VERSION
    metric: str
    calibration: Calibration | None = None
    cut: Cut | None = None
    choice: Choice | None = None
    intervals: Intervals | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """A sentence or two about each decision."""
        return tuple(self._reasons())

    def _reasons(self) -> Iterator[str]:
        for part in (self.calibration, self.cut, self.choice, self.intervals):
            if part is not None and part.reason:
                yield part.reason

    @property
    def plain(self) -> bool:
        """Whether the likeliest class is predicted, from probabilities as they are."""
        cut = self.cut is None or self.cut.threshold == HALF
        return cut and (self.choice is None or self.choice.costs is None)
