"""mljar-supervised in the mode that it recommends for the best score, Compete."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from benchmark_job import Job, folder_bytes
from supervised.automl import AutoML

METRICS = {"roc_auc": "auc", "log_loss": "logloss", "rmse": "rmse"}
TASKS = {
    "binary": "binary_classification",
    "multiclass": "multiclass_classification",
    "regression": "regression",
}


def version() -> str:
    """Of the installed package."""
    return metadata.version("mljar-supervised")


def fit(train: Any, job: Job) -> AutoML:
    """Train until it takes its budget for used up."""
    model = AutoML(
        results_path=str(job.place("mljar")),
        mode=job.options.get("mode", "Compete"),
        ml_task=TASKS[job.task],
        eval_metric=METRICS[job.metric],
        n_jobs=job.cores,
        random_state=job.seed,
        verbose=0,
        total_time_limit=round(job.left()),
    )
    model.fit(train.drop(columns=[job.target]), train[job.target])
    return model


def predict(model: AutoML, frame: Any, job: Job) -> tuple[Any, list[Any] | None]:
    """Probabilities with their labels, or values."""
    if not job.is_classification:
        return model.predict(frame), None
    table = model.predict_all(frame).drop(columns=["label"])
    return table.to_numpy(), [name.removeprefix("prediction_") for name in table.columns]


def artefact_bytes(model: AutoML, job: Job) -> int:
    """Of the folder that it writes."""
    return folder_bytes(job.place("mljar"))


def first_model_at(model: AutoML, job: Job) -> float | None:
    """Not told; the folder shows when the first model was written."""
    return None
