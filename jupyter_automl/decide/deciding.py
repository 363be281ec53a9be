"""All decisions about a model, from its held-out predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.decide.choices import cheapest, choose_choice, class_weights
from jupyter_automl.decide.costs import choice_by_costs, cut_by_costs, threshold_of
from jupyter_automl.decide.decisions import HALF, Calibration, Choice, Cut, Decisions
from jupyter_automl.decide.evidence import Evidence
from jupyter_automl.decide.intervals import choose_intervals
from jupyter_automl.decide.objectives import Objective, cost_objective, objective_of
from jupyter_automl.decide.temperature import best_temperature, choose_calibration, corrected
from jupyter_automl.decide.thresholds import best_threshold, choose_cut
from jupyter_automl.evaluate.metrics import find_metric


def decide(
    evidence: Evidence,
    metric: str,
    *,
    costs: np.ndarray | None = None,
    calibrate: bool | None = None,
    ordered_in_time: bool = False,
) -> Decisions:
    """Decide everything that the evidence allows.

    Parameters
    ----------
    metric : str
        Canonical name; what decisions are good for where no costs are given.
    costs : ndarray of shape (k, k), optional
        See `costs.cost_table`. They need right probabilities, so these are corrected.
    calibrate : bool or None
        See `temperature.choose_calibration`.
    ordered_in_time : bool
        See `intervals.choose_intervals`.
    """
    if evidence.prediction.ndim == 1:
        intervals = choose_intervals(evidence, ordered_in_time=ordered_in_time)
        return Decisions(metric=metric, intervals=intervals)
    wanted = True if calibrate is None and costs is not None else calibrate
    calibration = choose_calibration(evidence, metric, calibrate=wanted)
    if calibration.used:
        evidence = replace(
            evidence, prediction=corrected(evidence.prediction, calibration.temperature)
        )
    found = Decisions(metric=metric, calibration=calibration)
    if evidence.prediction.shape[1] == 2:
        cut = (
            choose_cut(evidence, find_metric(metric))
            if costs is None
            else cut_by_costs(evidence, costs)
        )
        return replace(found, cut=cut)
    choice = (
        choose_choice(evidence, find_metric(metric))
        if costs is None
        else choice_by_costs(evidence, costs)
    )
    return replace(found, choice=choice)


def undecided(metric: str, n_classes: int, reason: str) -> Decisions:
    """No decision but the plain ones, and why; for a model without held-out predictions."""
    if n_classes == 0:
        return Decisions(metric=metric)
    return Decisions(
        metric=metric,
        calibration=Calibration(reason=reason),
        cut=Cut(reason=reason) if n_classes == 2 else None,
        choice=Choice(reason=reason) if n_classes > 2 else None,
    )


def probabilities_of(decisions: Decisions, prediction: np.ndarray) -> np.ndarray:
    """Probabilities (n, k) as decided, from those of the model."""
    calibration = decisions.calibration
    if calibration is None or not calibration.used:
        return prediction
    return corrected(prediction, calibration.temperature)


def codes_of(
    decisions: Decisions, probabilities: np.ndarray, threshold: float | None = None
) -> np.ndarray:
    """Class codes (n,) as decided, from `probabilities_of`.

    Parameters
    ----------
    threshold : float, optional
        Of two classes: instead of the decided one.
    """
    cut, choice = decisions.cut, decisions.choice
    if cut is not None:
        at = cut.threshold if threshold is None else threshold
        if at == HALF:
            # Exact where both are equal, and where they do not quite sum to 1.
            positive = probabilities[:, 1] > probabilities[:, 0]
        else:
            positive = probabilities[:, 1] > at
        return positive.astype(np.int64)
    if choice is not None and choice.costs is not None:
        return cheapest(probabilities, np.asarray(choice.costs))
    likeliest: np.ndarray = probabilities.argmax(axis=1)
    return likeliest


def crossed_decisions(decisions: Decisions, evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, k) and codes (n,), each fold as decided on the others.

    What is decided stays; its numbers are found anew, so that no row is judged by a number
    that it took part in.
    """
    calibration, cut, choice = decisions.calibration, decisions.cut, decisions.choice
    if calibration is not None and calibration.used:
        crossed = evidence.crossed(
            lambda others, fold: corrected(fold.prediction, best_temperature(others))
        )
        evidence = replace(evidence, prediction=crossed)
    metric = find_metric(decisions.metric)
    objective = None if cut is None else _searched_for(cut, metric)
    if objective is not None:
        codes = evidence.crossed(
            lambda others, fold: (fold.prediction[:, 1] > best_threshold(others, objective)).astype(
                np.int64
            )
        )
        return evidence.prediction, codes
    if choice is not None and choice.costs is not None and choice.objective != "cost":
        codes = evidence.crossed(
            lambda others, fold: (fold.prediction * class_weights(others, metric)).argmax(axis=1)
        )
        return evidence.prediction, codes
    return evidence.prediction, codes_of(decisions, evidence.prediction)


def _searched_for(cut: Cut, metric: Metric) -> Objective | None:
    """What the threshold was found for on held-out rows; None where it follows without."""
    if cut.costs is not None:
        costs = np.asarray(cut.costs)
        return None if cut.threshold == threshold_of(costs) else cost_objective(costs)
    objective = objective_of(metric)
    if cut.threshold == HALF or objective is None or cut.objective != objective.name:
        return None
    return objective
