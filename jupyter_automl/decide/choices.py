"""Which of three or more classes a row gets, where the likeliest is not what is wanted."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.decide.decisions import Choice
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.words import number

LEAST_ROWS = 50
_POWERS = np.linspace(0.0, 1.0, 21)
_EACH_CLASS_COUNTS = ("balanced_accuracy", "f1", "f1_macro", "mcc", "recall")
_PRIOR_ROWS = 200.0


def choose_choice(evidence: Evidence, metric: Metric) -> Choice:
    """Errors on rare classes weigh more where the metric counts classes alike, if it gains.

    Notes
    -----
    The class with the largest ``p / share**power`` is predicted, with one power between 0
    (the likeliest class) and 1 (best for balanced accuracy if probabilities are right).
    """
    n = len(evidence)
    if metric.name not in _EACH_CLASS_COUNTS:
        return Choice(n_rows=n, reason="The likeliest class is predicted.")
    if n < LEAST_ROWS:
        reason = (
            f"The likeliest class is predicted: a search for {metric.label} needs "
            f"{LEAST_ROWS} held-out rows, there are {n}."
        )
        return Choice(objective=metric.name, n_rows=n, reason=reason)
    crossed = evidence.crossed(
        lambda others, fold: (fold.prediction * class_weights(others, metric)).argmax(axis=1)
    )
    before = _judged(evidence, evidence.prediction.argmax(axis=1), metric)
    after = _judged(evidence, crossed, metric)
    weights = class_weights(evidence, metric)
    change = (
        f"{metric.label} on held-out rows goes from {number(before)} to {number(after)}, each "
        "fold judged by weights found on the others"
    )
    if after <= before or np.ptp(weights) == 0:
        reason = f"The likeliest class is predicted: weights of classes do not gain, {change}."
        return Choice(objective=metric.name, score=(before, before), n_rows=n, reason=reason)
    costs = np.tile(weights[:, None], (1, len(weights)))
    np.fill_diagonal(costs, 0.0)
    return Choice(
        costs=tuple(tuple(float(f"{c:.6g}") for c in row) for row in costs),
        objective=metric.name,
        score=(before, after),
        n_rows=n,
        reason=f"Rare classes count more, by up to {number(weights.max())} times: {change}.",
    )


def class_weights(evidence: Evidence, metric: Metric) -> np.ndarray:
    """Factors of the probabilities, shape (k,), 1 for the most frequent class."""
    k = evidence.prediction.shape[1]
    weights = evidence.masses()
    # A prior of the model's own shares: a class of two rows must not get a huge factor.
    mass = np.bincount(evidence.y, weights=weights, minlength=k)
    mass = mass + _PRIOR_ROWS * np.average(evidence.prediction, axis=0, weights=weights) / k
    rarity = mass.max() / np.maximum(mass, 1.0)
    utilities = [
        _judged(evidence, (evidence.prediction * rarity**power).argmax(axis=1), metric)
        for power in _POWERS
    ]
    # The middle of all that are as good as the best, on a curve smoothed over neighbours.
    smooth = np.convolve(np.pad(utilities, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    good = np.flatnonzero(smooth >= smooth.max() - 1e-12)
    factors: np.ndarray = rarity ** _POWERS[int(good[len(good) // 2])]
    return factors


def cheapest(probabilities: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Codes of the class with the smallest expected cost, shape (n,); the first on ties."""
    codes: np.ndarray = (probabilities @ costs).argmin(axis=1)
    return codes


def mean_cost(evidence: Evidence, codes: np.ndarray, costs: np.ndarray) -> float:
    """Weighted mean of ``costs[y, code]``."""
    return float(np.average(costs[evidence.y, codes], weights=evidence.weights))


def _judged(evidence: Evidence, codes: np.ndarray, metric: Metric) -> float:
    hard = np.zeros(evidence.prediction.shape)
    hard[np.arange(len(codes)), codes] = 1.0
    return float(metric.score(evidence.y, hard, evidence.weights))
