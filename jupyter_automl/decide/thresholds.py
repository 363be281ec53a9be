"""From which probability on a row is called positive."""

from __future__ import annotations

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.decide.decisions import HALF, Cut
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.objectives import Objective, objective_of
from jupyter_automl.decide.words import number

_PRIOR_ROWS = 200.0
"""So many rows speak for the model's own probabilities. With 222 models of six tables, trained
on 100 rows, F1 on unseen rows rose by 0.048 with the best threshold itself, 0.068 with the mean
over resamples and 0.080 with these rows; with 2,500 rows all three gave 0.075 to 0.077. Asking for
a least gain on held-out rows, of 0.5 to 2 %, lost more than it spared."""

_DRAWS = 20
_LEAST_OF_A_CLASS = 5
_SEED = 0


def choose_cut(evidence: Evidence, metric: Metric) -> Cut:
    """The threshold for a metric; 0.5 where it depends on none or a search does not pay."""
    objective = objective_of(metric)
    n = len(evidence)
    if objective is None:
        return Cut(n_rows=n, reason=_why_none(metric))
    return searched_cut(evidence, objective)


def searched_cut(
    evidence: Evidence, objective: Objective, *, start: float = HALF, because: str = ""
) -> Cut:
    """The best threshold for an objective, or `start` where a search does not gain.

    Parameters
    ----------
    start : float
        What is right when nothing is searched.
    because : str
        Why it is, as the end of a sentence.
    """
    n = len(evidence)
    least = _too_few(evidence, objective)
    crossed = None
    if not least:
        crossed = evidence.crossed(
            lambda others, fold: fold.prediction[:, 1] > best_threshold(others, objective)
        )
    shares, sign = evidence.prediction[:, 1], objective.sign
    half, before = (judged(evidence, shares > at, objective) for at in (HALF, start))
    after = -np.inf if crossed is None else judged(evidence, crossed, objective)
    best = max(before, after)
    found = best_threshold(evidence, objective) if after > before else start
    if found == HALF:
        why = least or f"no other is better for {objective.label} on held-out rows"
    else:
        why = (
            f"{objective.label} on held-out rows goes from {number(sign * half)} at 0.5 to "
            f"{number(sign * best)}"
        )
        why += ", each fold judged by a threshold found on the others" if after > before else ""
    return Cut(
        threshold=found,
        objective=objective.name,
        score=None if not n else (sign * half, sign * best),
        n_rows=n,
        reason=f"The threshold is {number(found)}{because}: {why}.",
    )


def _too_few(evidence: Evidence, objective: Objective) -> str:
    """Why a search would be luck, or empty."""
    n = len(evidence)
    rare = int(np.bincount(evidence.y, minlength=2)[:2].min())
    if n < objective.least_rows:
        return (
            f"a search for {objective.label} needs {objective.least_rows:,} held-out rows, "
            f"there are {n:,}"
        )
    if rare < _LEAST_OF_A_CLASS:
        return f"one class has no more than {rare} held-out rows"
    return ""


def best_threshold(evidence: Evidence, objective: Objective) -> float:
    """A threshold that does not follow the luck of single rows.

    Notes
    -----
    The truth of each row is mixed with the model's probability, as if 200 rows spoke for
    that. Of this mass 20 posterior draws are made (Dirichlet, the Bayesian bootstrap of
    Rubin 1981); the answer is the mean, in log-odds, of the best threshold of each.
    """
    shares = evidence.prediction[:, 1]
    cuts = _cuts(evidence.y, shares, objective.most_cuts)
    if len(cuts) == 0:
        return HALF
    positive, negative = _mass(evidence, cuts)
    rng = np.random.default_rng(_SEED)
    drawn_positive = rng.standard_gamma(positive, size=(_DRAWS, len(positive)))
    drawn_negative = rng.standard_gamma(negative, size=(_DRAWS, len(negative)))
    fn = np.cumsum(drawn_positive, axis=1)
    tn = np.cumsum(drawn_negative, axis=1)
    scores = objective.score(
        fn[:, -1:] - fn[:, :-1], tn[:, -1:] - tn[:, :-1], fn[:, :-1], tn[:, :-1]
    )
    best = cuts[scores.argmax(axis=1)]
    odds = float(np.mean(np.log(best / (1 - best))))
    return float(f"{1 / (1 + np.exp(-odds)):.3g}")


def judged(evidence: Evidence, positive: np.ndarray, objective: Objective) -> float:
    """The objective of a decision, `positive` being a mask of shape (n,)."""
    weights, true = evidence.masses(), evidence.y == 1
    counts = (
        np.array([weights[which].sum()])
        for which in (true & positive, ~true & positive, true & ~positive, ~true & ~positive)
    )
    return float(objective.score(*counts)[0])


def _cuts(y: np.ndarray, shares: np.ndarray, most: int) -> np.ndarray:
    """Midpoints between neighbouring probabilities, `most` of them, dense where each class is."""
    values = np.unique(np.clip(shares, 1e-6, 1 - 1e-6))
    middles = (values[1:] + values[:-1]) / 2
    if len(middles) <= most:
        return middles
    wanted = np.linspace(0, 1, most // 2)
    ends = [np.quantile(shares[y == code], wanted) for code in (0, 1) if (y == code).any()]
    places = np.searchsorted(middles, np.concatenate(ends))
    return middles[np.unique(np.minimum(places, len(middles) - 1))]


def _mass(evidence: Evidence, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each class between the cuts: arrays of shape (n_cuts + 1,)."""
    shares, weights = evidence.prediction[:, 1], evidence.masses()
    place = np.searchsorted(cuts, shares, side="left")
    prior = weights * (_PRIOR_ROWS / len(evidence))
    size = len(cuts) + 1
    positive = np.bincount(
        place, weights=weights * (evidence.y == 1) + prior * shares, minlength=size
    )
    negative = np.bincount(
        place, weights=weights * (evidence.y == 0) + prior * (1 - shares), minlength=size
    )
    return positive, negative


def _why_none(metric: Metric) -> str:
    if metric.name == "precision":
        return (
            "The threshold is 0.5: precision alone would be highest where next to nothing is "
            "called positive."
        )
    return f"The threshold is 0.5: {metric.label} does not depend on one."
