"""From errors to a verdict; failures count as the worst that can happen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.benchmarks.peers.results import Result

TIE = 0.001
"""Errors that differ by less than this share of the larger one are equal."""

RESAMPLES = 10_000

Unit = tuple[str, int]
"""A table and a repeat: what all systems are compared on."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over data sets.

    Attributes
    ----------
    low, high : float
        Bootstrap 95 % interval over data sets.
    """

    mean: float
    low: float
    high: float


def errors_by_unit(
    results: Iterable[Result], systems: Sequence[str]
) -> dict[Unit, dict[str, float]]:
    """Errors where every system has a result; a failure is an infinite error.

    Parameters
    ----------
    results : iterable of Result
        Of one budget.
    systems : sequence of str
        Who is compared.
    """
    found: dict[Unit, dict[str, float]] = {}
    for result in results:
        if result.system in systems:
            error = float("inf") if result.error is None else result.error
            found.setdefault((result.table, result.repeat), {})[result.system] = error
    return {unit: errors for unit, errors in found.items() if len(errors) == len(set(systems))}


def improvability(error: float, best: float) -> float:
    """1 - best / error: 0 for the best, 1 for a failure.

    When all have failed nobody could have done better: 0.
    """
    if error == best:
        return 0.0
    return 1.0 if np.isinf(error) else 1.0 - best / error


def outcome(ours: float, theirs: float) -> float:
    """1 for a win, 0 for a loss, 0.5 for a tie; smaller errors win."""
    larger = max(ours, theirs)
    if ours == theirs or (np.isfinite(larger) and abs(ours - theirs) < TIE * larger):
        return 0.5
    return float(ours < theirs)


def ranks(errors: Mapping[str, float]) -> dict[str, float]:
    """1 for the smallest error; equal errors share the mean of their places."""
    values = np.array(list(errors.values()))
    smaller = (values[None, :] < values[:, None]).sum(axis=1)
    equal = (values[None, :] == values[:, None]).sum(axis=1)
    return dict(zip(errors, (smaller + (equal + 1) / 2).tolist(), strict=True))


def estimate(
    units: Mapping[Unit, Mapping[str, float]],
    value: Callable[[Mapping[str, float]], float],
    *,
    seed: int = 0,
) -> Estimate | None:
    """The mean of a value over data sets, repeats of one averaged before; None of nothing.

    Notes
    -----
    The interval is the percentile bootstrap (Efron 1979): data sets are drawn with
    replacement, because what is asked is how it would be on other data sets.
    """
    by_table: dict[str, list[float]] = {}
    for (table, _), errors in sorted(units.items()):
        by_table.setdefault(table, []).append(value(errors))
    if not by_table:
        return None
    means = np.array([np.mean(values) for values in by_table.values()])
    drawn = np.random.default_rng(seed).integers(len(means), size=(RESAMPLES, len(means)))
    low, high = np.percentile(means[drawn].mean(axis=1), [2.5, 97.5])
    return Estimate(mean=float(means.mean()), low=float(low), high=float(high))


def mean_improvability(units: Mapping[Unit, Mapping[str, float]], system: str) -> Estimate | None:
    """How far a system is from the best one."""
    return estimate(units, lambda errors: improvability(errors[system], min(errors.values())))


def win_rate(units: Mapping[Unit, Mapping[str, float]], ours: str, theirs: str) -> Estimate | None:
    """Share of data sets where `ours` has the smaller error, ties as half."""
    return estimate(units, lambda errors: outcome(errors[ours], errors[theirs]))


def mean_rank(units: Mapping[Unit, Mapping[str, float]], system: str) -> Estimate | None:
    """1 is always the best."""
    return estimate(units, lambda errors: ranks(errors)[system])


def kept_budget(result: Result) -> bool:
    """Whether it was over by at most 1 s or 2 %, whichever is more."""
    over = result.overrun_seconds
    return over is not None and over <= max(1.0, 0.02 * result.budget)
