"""How good a model is, as a page asks for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelArgs:
    """A model of the leaderboard by its name; empty is the best."""

    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """A metric with its 95 % interval; `reason` says why there is none."""

    metric: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedView:
    """A class whose errors can be priced: its place in the order of classes, and its name."""

    code: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationView:
    """What is known of a model on rows that it had not seen.

    Attributes
    ----------
    pictures : tuple of str
        That `evaluate.picture` draws.
    columns : tuple of str
        Whose groups can be compared; at most 200.
    labels : tuple of str
        The classes, of two the second one is positive; at most 200.
    n_classes : int
        All of them; 0 where the target is a number.
    priced : tuple of PricedView
        Of three or more classes at most 12, those that are confused most.
    compared : tuple of str
        Pictures that several models can be drawn in.
    """

    model: str
    n_rows: int
    threshold: float | None
    scores: tuple[ScoreView, ...]
    findings: tuple[str, ...]
    pictures: tuple[str, ...]
    columns: tuple[str, ...]
    labels: tuple[str, ...]
    n_classes: int
    priced: tuple[PricedView, ...]
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatePictureArgs:
    """One picture.

    Attributes
    ----------
    threshold : float or None
        Of two classes; None is the model's.
    costs : tuple of float or None
        Of two classes that of a false positive and of a false negative; of more that of each
        error between `EvaluationView.priced`, row by row.
    models : tuple of str
        One or two more models, drawn over `model`.
    label, by : str
        The class that it is about, the column whose groups are compared; empty is none.
    """

    name: str
    model: str = ""
    threshold: float | None = None
    costs: tuple[float, ...] | None = None
    models: tuple[str, ...] = ()
    label: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdsArgs:
    """What each threshold does, also for the groups of a column."""

    model: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdsView:
    """Counts at 101 thresholds 0, 0.01 ... 1: arrays ``tp fp fn tn``, float64.

    Attributes
    ----------
    labels : (negative, positive)
    current : float or None
        What the model decides with.
    """

    labels: tuple[str, str]
    current: float | None
    n_rows: int
