"""FLAML with its defaults: search over all its learners on all rows, no ensemble."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from benchmark_job import Job, folder_bytes
from flaml import AutoML


def version() -> str:
    """Of the installed package."""
    return metadata.version("flaml")


def fit(train: Any, job: Job) -> AutoML:
    """Search until the budget is used up."""
    model = AutoML()
    model.fit(
        X_train=train.drop(columns=[job.target]),
        y_train=train[job.target],
        task="classification" if job.is_classification else "regression",
        metric=job.metric,
        n_jobs=job.cores,
        seed=job.seed,
        verbose=1,
        time_budget=job.left(),
    )
    return model


def predict(model: AutoML, frame: Any, job: Job) -> tuple[Any, list[Any] | None]:
    """Probabilities with their labels, or values."""
    if job.is_classification:
        return model.predict_proba(frame), list(model.classes_)
    return model.predict(frame), None


def artefact_bytes(model: AutoML, job: Job) -> int:
    """Of what its own `pickle` writes."""
    path = job.place("flaml.pickle")
    model.pickle(str(path))
    return folder_bytes(path)


def first_model_at(model: AutoML, job: Job) -> float | None:
    """When the first learner of the search had a score."""
    history = model.config_history
    seconds = min((entry[2] for entry in history.values()), default=None)
    return None if seconds is None else model._start_time_flag + seconds
