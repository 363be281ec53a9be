"""Single trials: all of them as a table, some of them in detail, a family's search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TrialEnd = Literal["done", "failed", "pruned", "stopped"]
ENDS: tuple[TrialEnd, ...] = ("done", "failed", "pruned", "stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialsArgs:
    """Trials that ended after event `since` of the run; 0 is all."""

    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialsView:
    """Trials, one an entry of each array.

    The arrays are ``number``, ``family`` (an index of `families`), ``end`` (an index of `ends`),
    ``score``, ``std`` (over the folds), ``fit_seconds``, ``predict_us`` (microseconds a row) and
    ``memory_mib`` (peak of the worker); NaN where there is none.

    Attributes
    ----------
    seq : int
        The event up to which this tells everything.
    families, labels : tuple of str
        Names of families, and what people call them.
    """

    seq: int
    families: tuple[str, ...]
    labels: tuple[str, ...]
    ends: tuple[TrialEnd, ...] = ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsArgs:
    """One to five rows: ``"trial:12"``, or ``"family:lightgbm"`` for the best of a family."""

    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One model of an ensemble."""

    row: str
    model: str
    family: str
    weight: float
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersusView:
    """How much better the first of the rows is, with its 95 % interval over the folds.

    Positive where the first one is better, whatever the metric's direction.
    """

    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailView:
    """Everything about one trial.

    Attributes
    ----------
    number : int or None
        None for the ensemble.
    params, info : tuple of (name, value)
        What it was fitted with, and what the family tells of the fit.
    reason, message, traceback : str
        Why there is no model.
    """

    row: str
    number: int | None
    model: str
    family: str
    end: TrialEnd
    score: float | None = None
    score_std: float | None = None
    folds: tuple[float, ...] = ()
    fit_seconds: float | None = None
    predict_us: float | None = None
    memory_mib: float | None = None
    params: tuple[tuple[str, str], ...] = ()
    info: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    message: str = ""
    traceback: str = ""
    members: tuple[MemberView, ...] = ()
    versus: VersusView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsView:
    """The rows that were asked for and are there, in that order."""

    rows: tuple[DetailView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelArgs:
    """The search of one family."""

    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelAxis:
    """One parameter.

    Attributes
    ----------
    kind : {"number", "log", "names"}
        How positions 0 to 1 are made of values.
    ticks : tuple of (position, text)
        The ends of a scale, or each name.
    """

    name: str
    kind: Literal["number", "log", "names"]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelView:
    """Parameters that differ between a family's trials; the last axis is the score.

    The arrays are ``place``, of shape (n_trials, n_axes) with positions from 0 to 1 (NaN: the trial
    does not have it), ``number``, and ``score``; best trials come first.

    Attributes
    ----------
    same : tuple of (name, value)
        Parameters that all trials share.
    n_trials : int
        Of the family; those that are left out lie in the middle of the field.
    """

    axes: tuple[ParallelAxis, ...]
    same: tuple[tuple[str, str], ...]
    n_trials: int
