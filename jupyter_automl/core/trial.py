"""One candidate model: what to fit, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.plan import Device, Plan, TrialSource

TrialState = Literal["running", "done", "failed", "stopped"]

SAMPLE_ROWS = "sample_rows"
"""Parameter of any family: fit on a stratified sample of so many training rows."""


FEATURES = "features"
"""Parameter of any family: further features to fit on, a name of ``features.EXTRAS``."""


STACKED_ON = "stacked_on"
"""Parameter of a family that stacks: numbers of the trials whose predictions it is given beside
the columns."""


def family_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """What of a trial's parameters its family is built with."""
    ours = (SAMPLE_ROWS, FEATURES, STACKED_ON)
    return {key: value for key, value in params.items() if key not in ours}


def fits_of(plan: Plan, family: str, params: Mapping[str, Any]) -> int:
    """Models that a trial fits.

    1 for a family of `Plan.fitted_once`, unless it takes a sample of the rows or further
    features: those are chosen by rows that it would then be judged on.
    """
    once = family in plan.fitted_once and SAMPLE_ROWS not in params and FEATURES not in params
    return 1 if once else plan.n_fits


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSpec:
    """Everything a worker needs to know about a trial besides the data.

    Attributes
    ----------
    number : int
        Counts from 1 within a run.
    random_state : int
        Derived from the run's seed and the number.
    n_jobs : int
        Threads that a fit may use.
    time_limit_seconds : float or None
        Seconds the whole trial may take; boosters stop themselves shortly before. None where
        the run has to repeat: then each fit has its even part of the trial's share.
    least_scores : tuple of float
        What the mean score of the first 1, 2, ... folds has to reach for the trial to go
        on, in the metric's natural direction. Empty: it goes on whatever they are.
    device : Device
        What its folds are fitted on; a fit that fails on a GPU is made again on the CPU.
    """

    number: int
    family: str
    params: Mapping[str, Any] = field(default_factory=dict)
    source: TrialSource = "search"
    label: str = ""
    random_state: int = 0
    n_jobs: int = 1
    time_limit_seconds: float | None = None
    least_scores: tuple[float, ...] = ()
    device: Device = "cpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitCurve:
    """How the loss on held-out rows went along one fit.

    Attributes
    ----------
    fit : int
        Counts from 1 over the folds of a trial.
    loss : str
        What it is, e.g. ``"log_loss"``, ``"1 - roc_auc"``, ``"error rate"``; smaller is better.
    rounds : tuple of int
        Rounds or steps done, ascending; thinned.
    losses : tuple of float
        What was seen there, finite.
    best : int
        The round with the smallest loss so far.
    """

    fit: int
    loss: str
    rounds: tuple[int, ...]
    losses: tuple[float, ...]
    best: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFit:
    """The fits of a trial under way, as far as they tell of themselves."""

    number: int
    family: str
    n_fits: int
    curves: tuple[FitCurve, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """A finished trial.

    Attributes
    ----------
    score : float
        Mean over folds of the metric in its natural direction (rmse is positive).
    score_std : float or None
        Standard deviation over folds (ddof 1); None with one fold.
    fold_scores : tuple of float
        One a fold.
    fit_seconds : float
        Sum over folds, preprocessing included.
    predict_ms_per_row : float
        Milliseconds a row of the whole bag (all fold models), measured on held-out rows.
    predictions : str
        Path of the out-of-fold predictions (npy, float32; (n_rows, n_classes)
        probabilities or (n_rows,) values; NaN rows were never held out).
    model : str
        Path of the fitted bag (joblib, readable by this package only).
    memory_bytes : int
        Peak resident size of the worker, 0 where unknown.
    info : Mapping
        What the family tells of the fit, e.g. ``{"best_iteration": 212}``; ``"device"``
        where a fold was not fitted on the CPU, ``"gpu_error"`` where that failed, and
        ``"curve"``, the fields of a `FitCurve` but `fit` for each of its first fits:
        ``{"loss": name, "lines": [[rounds, losses, best], ...]}``.
    """

    number: int
    family: str
    score: float
    score_std: float | None = None
    fold_scores: tuple[float, ...] = ()
    fit_seconds: float = 0.0
    predict_ms_per_row: float = 0.0
    predictions: str = ""
    model: str = ""
    memory_bytes: int = 0
    info: Mapping[str, Any] = field(default_factory=dict)
