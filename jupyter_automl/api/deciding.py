"""Decisions about a run's models: the stored ones where they fit, else made here."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError, NoModelError, RunError
from jupyter_automl.core.leaderboard import explanation_file

if TYPE_CHECKING:
    import numpy as np

    from jupyter_automl.api.model import Model
    from jupyter_automl.decide import Decisions, Evidence

_LOG = logging.getLogger("jupyter_automl")


def decisions_of(model: Model) -> Decisions:
    """What was decided about `model` for the run's metric; see `Model.decisions`."""
    from jupyter_automl.decide import load_decisions, save_decisions, undecided

    path = _path(model)
    kept = load_decisions(path)
    if kept is not None:
        return kept
    try:
        found = _decide(model, model.plan.metric)
    except NoModelError as error:
        # The model itself may be there still, and predicts without them.
        return undecided(model.plan.metric, len(model.plan.classes), error.message)
    try:
        save_decisions(found, path)
    except OSError as error:
        _LOG.warning("The decisions about %s could not be kept: %s", model.name, error)
    return found


def decided(model: Model, *, metric: str | None, costs: Any, calibrate: bool | None) -> Decisions:
    """Decisions for something else than the run's metric; see `Model.decide`."""
    from jupyter_automl.decide import cost_table
    from jupyter_automl.evaluate.metrics import find_metric

    if metric is not None and costs is not None:
        raise ArgumentError(
            "Decisions are made for a metric or for costs. Got both.",
            hint="Leave one of them out.",
            argument="costs",
        )
    plan = model.plan
    name = plan.metric if metric is None else find_metric(metric, plan.task).name
    table = None if costs is None else cost_table(costs, plan.classes)
    found = _decide(model, name, costs=table, calibrate=calibrate)
    if calibrate and found.calibration is not None and not found.calibration.fitted:
        raise RunError(
            f"The probabilities of {model.name} cannot be calibrated. {found.calibration.reason}",
            hint="Leave calibrate out.",
            run_id=model.run.id,
        )
    return found


def evidence_of(model: Model) -> Evidence:
    """Its held-out predictions beside the truth.

    Raises
    ------
    NoModelError
        If the run's files are gone.
    """
    from jupyter_automl.decide import load_evidence

    try:
        return load_evidence(model.run.folder, model.held_out_files)
    except FileNotFoundError as error:
        raise NoModelError(
            f"The held-out predictions of {model.name} are gone: {error.filename!r}.",
            hint="The run's folder was deleted or moved; train again.",
        ) from None


def checked_threshold(model: Model, threshold: Any) -> float | None:
    """`threshold` as a float, None as it is.

    Raises
    ------
    ArgumentError
        If it is no number from 0 to 1, or there are not two classes.
    """
    if threshold is None:
        return None
    if len(model.plan.classes) != 2:
        raise ArgumentError(
            f"A threshold needs a target with two classes. {model.plan.target!r} "
            + (f"has {len(model.plan.classes)}." if model.plan.classes else "is a number."),
            hint="Leave threshold out.",
            argument="threshold",
        )
    number = isinstance(threshold, (int, float)) and not isinstance(threshold, bool)
    if not number or not 0.0 <= threshold <= 1.0:
        raise ArgumentError(
            f"The threshold must be a number from 0 to 1. Got {threshold!r}.",
            hint=f"{str(model.plan.classes[-1])!r} is predicted where its probability is above.",
            argument="threshold",
        )
    return float(threshold)


def interval_ends(
    model: Model, values: np.ndarray, coverage: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends around predictions; see `Model.predict_interval`."""
    from jupyter_automl.decide import bounds

    intervals = model.decisions.intervals
    if intervals is None:
        # Says which file is gone, if one is.
        evidence_of(model)
        raise RunError(
            f"Intervals need rows that {model.name} did not see. There are none.",
            run_id=model.run.id,
        )
    return bounds(intervals, values, coverage)


def _decide(model: Model, metric: str, **asked: Any) -> Decisions:
    from jupyter_automl.decide import decide

    ordered = model.plan.validation == "time"
    return decide(evidence_of(model), metric, ordered_in_time=ordered, **asked)


def _path(model: Model) -> Path:
    name = explanation_file(model.family, model.members)
    return model.run.folder / "decisions" / Path(name).with_suffix(".json")
