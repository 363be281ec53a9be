"""Rounds of boosting with adaptive patience and an exact deadline, for every library."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.models.estimator import Growth, Recipe
from jupyter_automl.models.rounds import Curve
from jupyter_automl.models.telling import Tell, listener

MAX_ROUNDS = 10_000
LARGE_ROWS = 20_000
"""Above these rows a slow learning rate is beyond a minute's budget: the published ones
cost 8 to 36 s a fold at 50,000 rows for no better a score (measured, 2 cores)."""

_SLOW_RATE = 0.03
_HASTE = 2.5
_FASTEST = 0.05
StoppedBy = Literal["patience", "time", "rounds"]

_RANKING = ("roc_auc", "average_precision")
_MIN_ROWS_RANKING = 300
_MIN_ROWS_ERROR = 1_000
"""Below these validation rows the metric moves in jumps and the best round is luck;
log loss of the same rows decides instead."""

_FEW_RANKED = 2_000


def stop_metric(recipe: Recipe, n_valid: int) -> str:
    """What early stopping watches.

    Returns
    -------
    str
        ``"roc_auc"``, ``"average_precision"``, ``"accuracy"``, ``"log_loss"``, or for
        regression ``"loss"`` (the fitted loss itself).
    """
    if recipe.task not in ("binary", "multiclass"):
        return "loss"
    if recipe.task == "binary" and recipe.metric in _RANKING and n_valid >= _MIN_ROWS_RANKING:
        return recipe.metric
    if recipe.metric == "accuracy" and n_valid >= _MIN_ROWS_ERROR:
        return "accuracy"
    return "log_loss"


def min_patience(time_limit_seconds: float | None) -> int:
    """Rounds without improvement that are always allowed, by the time there is.

    AutoGluon's rule adapted to short limits: 30 up to half a minute, 50 up to two,
    100 up to a quarter of an hour, then 300.
    """
    if time_limit_seconds is None:
        return 50
    for seconds, patience in ((30, 30), (120, 50), (900, 100)):
        if time_limit_seconds <= seconds:
            return patience
    return 300


def rounds_between_scores(n_valid: int, watched: str) -> int:
    """Scoring each round costs more than small trees do once validation is large.

    Ranking sorts the rows: on 6,800 of bank_marketing that was a third of the time of a fit.

    Parameters
    ----------
    watched : str
        As of `stop_metric`.
    """
    if n_valid > 20_000:
        return 5 if n_valid <= 100_000 else 10
    return 5 if watched in _RANKING and n_valid > _FEW_RANKED else 1


def rounds_without_validation(params: Mapping[str, Any]) -> int:
    """`n_rounds` where given, else what the learning rate usually needs."""
    given = params.get("n_rounds")
    if given is not None:
        return int(given)
    return int(min(2000, max(50, 15 / float(params.get("learning_rate", 0.1)))))


def settled(
    params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
) -> dict[str, Any]:
    """Parameters of a fit on all rows, by the rounds that were best on parts of them.

    The mean of the best rounds, as AutoGluon's ``refit_full`` takes it, times the growth of
    the rows, k / (k - 1) for k folds: more rows carry more rounds.
    """
    best = [int(info["best_iteration"]) for info in infos if "best_iteration" in info]
    if not best:
        return dict(params)
    rounds = sum(best) / len(best) * growth.after / max(1, growth.before)
    return {**params, "n_rounds": max(1, min(MAX_ROUNDS, round(rounds)))}


def fit_for_many_rows(params: Mapping[str, Any]) -> dict[str, Any]:
    """A published setting with its slow learning rate raised, 2.5-fold and to 0.05 at most."""
    rate = float(params["learning_rate"])
    if rate >= _SLOW_RATE:
        return dict(params)
    return {**params, "learning_rate": min(_FASTEST, _HASTE * rate)}


def slowest_rate(n_rows: int) -> float:
    """Lower bound of a learning rate that is searched for."""
    return 0.02 if n_rows > LARGE_ROWS else 5e-3


def fitted_on(recipe: Recipe) -> dict[str, Any]:
    """For `TrialResult.info`: what it was fitted on, where that was not the CPU."""
    return {} if recipe.device == "cpu" else {"device": recipe.device}


@dataclass(slots=True)
class Stopper:
    """Decides after each round whether to go on; keeps the best round.

    Parameters
    ----------
    min_patience : int
        Patience is ``max(min_patience, 0.3 * best_round + 20)`` rounds (AutoGluon).
    deadline : float or None
        Seconds of `clock`; stops when one and a half more rounds would not fit.
    clock : callable
        Monotonic seconds.

    tell : callable, optional
        Takes the curve after each look; whoever listens to the fit where it is left out.

    Notes
    -----
    Losses are tuples compared in order, smaller is better, so that a tie of the user's
    metric falls to the log loss. So does a metric that is no number: XGBoost's AUC is none
    where all validation rows are of one class.
    """

    min_patience: int
    deadline: float | None
    clock: Callable[[], float]
    best_round: int = 0
    best_loss: tuple[float, ...] = (math.inf,)
    n_rounds: int = 0
    stopped_by: StoppedBy = "rounds"
    started: float = 0.0
    curve: Curve = field(default_factory=Curve)
    tell: Tell | None = field(default_factory=listener)

    def done(self, loss: Sequence[float] | None) -> bool:
        """Count a round that ended with `loss` (None: not scored); True to stop."""
        self.n_rounds += 1
        if loss is not None:
            self._judge(tuple(loss))
        if self._out_of_time():
            self.stopped_by = "time"
            return True
        return False if loss is None else self._out_of_patience()

    def _judge(self, loss: tuple[float, ...]) -> None:
        self.curve.add(self.n_rounds, loss[0])
        if self.tell is not None:
            self.tell(self.curve)
        loss = tuple(math.inf if math.isnan(value) else value for value in loss)
        if self.best_round == 0 or loss < self.best_loss:
            self.best_loss, self.best_round = loss, self.n_rounds

    def _out_of_patience(self) -> bool:
        patience = max(self.min_patience, 0.3 * self.best_round + 20)
        if self.n_rounds - self.best_round < patience:
            return False
        self.stopped_by = "patience"
        return True

    def _out_of_time(self) -> bool:
        if self.deadline is None:
            return False
        now = self.clock()
        if self.n_rounds == 1:
            # The first round holds what a library does only once.
            self.started = now
            return now >= self.deadline
        return now + 1.5 * (now - self.started) / (self.n_rounds - 1) >= self.deadline

    def keep(self) -> int:
        """Rounds the model should use."""
        return self.best_round or self.n_rounds

    def info(self) -> dict[str, Any]:
        """Facts for `TrialResult.info`."""
        return {
            "best_iteration": self.keep(),
            "n_rounds": self.n_rounds,
            "stopped_by": self.stopped_by,
            "stopped_by_time": self.stopped_by == "time",
        }


def grow(
    stopper: Stopper,
    update: Callable[[], bool],
    losses: Callable[[], Sequence[float]] | None,
    *,
    max_rounds: int,
    every: int = 1,
) -> None:
    """Boost until the stopper, the library or `max_rounds` says so; at least one round.

    Parameters
    ----------
    update : callable
        Grows one round; True when nothing can be added any more.
    losses : callable or None
        Validation losses after the rounds so far; None without validation rows.
    every : int
        Rounds between two looks at the losses (the first rounds are always looked at).
    """
    for number in range(1, max_rounds + 1):
        exhausted = update()
        look = losses is not None and (number % every == 0 or number <= 2 or exhausted)
        if stopper.done(losses() if look and losses is not None else None) or exhausted:
            return
