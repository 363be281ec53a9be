"""One number that makes probabilities less, or more, sure of themselves."""

from __future__ import annotations

import numpy as np

from jupyter_automl.decide.decisions import Calibration
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.reliability import expected_calibration_error
from jupyter_automl.decide.words import number
from jupyter_automl.evaluate.metrics import find_metric
from jupyter_automl.evaluate.metrics.probability import brier, log_loss

LEAST_ROWS_BINARY, LEAST_ROWS_MULTICLASS = 3_000, 500
"""Held-out rows below which AutoGluon does not calibrate either."""

OF_PROBABILITIES = ("log_loss", "brier")
_LOWEST, _HIGHEST = 0.1, 10.0
_TINY = 1e-7
_ROUNDS = 20


def corrected(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities with their logarithms divided by `temperature`, (n, k), rows sum to 1."""
    if temperature == 1.0:
        return probabilities
    return _softmax(_logs(probabilities) / temperature)


def best_temperature(evidence: Evidence) -> float:
    """The temperature of least log loss, between 0.1 and 10 (Guo et al. 2017).

    Notes
    -----
    Log loss is convex in the inverse of the temperature: Newton's method, with steps of at
    most a factor of 2.
    """
    logs, weights = _logs(evidence.prediction), evidence.masses()
    true = np.take_along_axis(logs, evidence.y[:, None], axis=1)[:, 0]
    inverse = 1.0
    for _ in range(_ROUNDS):
        shares = _softmax(inverse * logs)
        mean = (shares * logs).sum(axis=1)
        variance = (shares * logs**2).sum(axis=1) - mean**2
        slope, curvature = weights @ (mean - true), weights @ variance
        if curvature <= 0:
            break
        wanted = inverse - slope / curvature
        before = inverse
        inverse = float(np.clip(wanted, before / 2, before * 2))
        inverse = float(np.clip(inverse, 1 / _HIGHEST, 1 / _LOWEST))
        if abs(inverse - before) < 1e-6 * before:
            break
    return 1.0 / inverse


def choose_calibration(
    evidence: Evidence, metric: str, *, calibrate: bool | None = None
) -> Calibration:
    """Whether and how to correct probabilities.

    Parameters
    ----------
    metric : str
        Canonical name; None of `calibrate` corrects for log loss and Brier score only.
    calibrate : bool or None
        True corrects whatever the metric, False never.
    """
    n, k = evidence.prediction.shape
    least = LEAST_ROWS_BINARY if k == 2 else LEAST_ROWS_MULTICLASS
    if n < least:
        return Calibration(
            n_rows=n,
            reason=f"Probabilities stay as they are: a correction that can be relied on needs "
            f"{least:,} held-out rows, there are {n:,}.",
        )
    crossed = evidence.crossed(
        lambda others, fold: corrected(fold.prediction, best_temperature(others))
    )
    found = Calibration(
        temperature=float(f"{best_temperature(evidence):.4g}"),
        fitted=True,
        n_rows=n,
        log_loss=_both(log_loss, evidence, crossed),
        brier=_both(brier, evidence, crossed),
        ece=_both(expected_calibration_error, evidence, crossed),
    )
    return _decided(found, metric, calibrate)


def _decided(found: Calibration, metric: str, calibrate: bool | None) -> Calibration:
    from dataclasses import replace

    assert found.log_loss is not None
    before, after = found.log_loss
    change = f"log loss on held-out rows goes from {number(before)} to {number(after)}"
    if after >= before or found.temperature == 1.0:
        reason = f"Probabilities stay as they are: with a temperature {change}."
        return replace(found, reason=reason)
    wanted = metric in OF_PROBABILITIES if calibrate is None else calibrate
    if wanted:
        softer = "less" if found.temperature > 1 else "more"
        reason = (
            f"Probabilities are made {softer} extreme, by a temperature of "
            f"{number(found.temperature)}: {change}."
        )
        return replace(found, used=True, reason=reason)
    why = f"{find_metric(metric).label} is not about them; decide(calibrate=True) corrects them"
    reason = (
        f"Probabilities stay as they are: {'as asked' if calibrate is False else why}. With a "
        f"temperature of {number(found.temperature)} {change}."
    )
    return replace(found, reason=reason)


def _both(score: object, evidence: Evidence, crossed: np.ndarray) -> tuple[float, float]:
    before, after = (
        float(score(evidence.y, p, evidence.weights))  # type: ignore[operator]
        for p in (evidence.prediction, crossed)
    )
    return before, after


def _logs(probabilities: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log(np.maximum(probabilities, _TINY))
    return logs


def _softmax(logs: np.ndarray) -> np.ndarray:
    shares = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares
