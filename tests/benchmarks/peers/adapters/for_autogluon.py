"""AutoGluon with one of its presets; options are arguments of its ``fit``."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from autogluon.tabular import TabularPredictor
from benchmark_job import Job, folder_bytes

METRICS = {"roc_auc": "roc_auc", "log_loss": "log_loss", "rmse": "root_mean_squared_error"}


def version() -> str:
    """Of the installed package."""
    return metadata.version("autogluon.tabular")


def fit(train: Any, job: Job) -> TabularPredictor:
    """Train within its own idea of the time limit."""
    predictor = TabularPredictor(
        label=job.target,
        problem_type=job.task,
        eval_metric=METRICS[job.metric],
        path=str(job.place("autogluon")),
        verbosity=2,
    )
    return predictor.fit(
        train,
        num_cpus=job.cores,
        num_gpus=0,
        time_limit=job.left(),
        **job.options,
    )


def predict(model: TabularPredictor, frame: Any, job: Job) -> tuple[Any, list[Any] | None]:
    """Probabilities with their labels, or values."""
    if not job.is_classification:
        return model.predict(frame).to_numpy(), None
    table = model.predict_proba(frame, as_pandas=True, as_multiclass=True)
    return table.to_numpy(), list(table.columns)


def artefact_bytes(model: TabularPredictor, job: Job) -> int:
    """Of the copy that it makes for deployment: the best model and what that needs."""
    path = job.place("autogluon_deployed")
    model.clone_for_deployment(path=str(path))
    return folder_bytes(path)


def first_model_at(model: TabularPredictor, job: Job) -> float | None:
    """Not told; the folder shows when the first model was written."""
    return None
