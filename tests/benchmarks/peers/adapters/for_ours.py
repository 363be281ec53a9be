"""This package as a user calls it: a cold process, an empty store, no warm workers."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from benchmark_job import Job, folder_bytes

import jupyter_automl as ja

BASELINE = "dummy"


def version() -> str:
    """Of the installed package."""
    return metadata.version("jupyter_automl")


def fit(train: Any, job: Job) -> ja.Run:
    """Start a run, and wait until it is over."""
    run = ja.fit(
        train,
        target=job.target,
        task=job.task,
        metric=job.metric,
        budget=job.left(),
        n_jobs=job.cores,
        random_state=job.seed,
    ).wait()
    if run.error is not None:
        raise run.error
    return run


def predict(model: ja.Run, frame: Any, job: Job) -> tuple[Any, list[Any] | None]:
    """Probabilities with their labels, or values."""
    if not job.is_classification:
        return model.predict(frame).to_numpy(), None
    table = model.predict_proba(frame)
    return table.to_numpy(), list(table.columns)


def artefact_bytes(model: ja.Run, job: Job) -> int:
    """Of the files of the best model: all its members with all their folds."""
    results = model.experiment.results
    return sum(folder_bytes(results[number].model) for number in model.best.trials)


def first_model_at(model: ja.Run, job: Job) -> float | None:
    """When the first model that is more than a constant had its score."""
    return next(
        (
            event.at
            for event in model.events()
            if event.body.type == "trial_finished" and event.body.result.family != BASELINE
        ),
        None,
    )
