"""How good a model is: on rows it never saw, and on rows of a person's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import PredictionError, did_you_mean
from jupyter_automl.core.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.data.frames import Rows


def held_out(model: Model) -> pd.Series:
    """Every metric of the task on the out-of-fold predictions; see `Model.held_out_scores`."""
    from jupyter_automl.api.deciding import evidence_of
    from jupyter_automl.decide import crossed_decisions

    evidence = evidence_of(model)
    prediction, codes = evidence.prediction, None
    if model.has_classes:
        prediction, codes = crossed_decisions(model.decisions, evidence)
    return _all_metrics(model, evidence.y, prediction, codes, evidence.weights)


def evaluate(model: Model, X: Any, threshold: float | None = None) -> pd.Series:
    """Every metric of the task on labelled rows; see `Model.evaluate`."""
    from jupyter_automl.data.frames import Rows
    from jupyter_automl.evaluate.target import encode_target, known_rows
    from jupyter_automl.evaluate.trial_data import row_weights

    plan, rows = model.plan, Rows(X)
    target = read_target(rows, model.dataset.column(plan.target))
    weights = read_weights(model, rows)
    known = known_rows(target, plan.task, weights)
    if not known.any():
        raise PredictionError(
            f"At least one row needs a value in the target {plan.target!r} to evaluate. "
            f"None of {len(target)} has one.",
            column=plan.target,
        )
    target = target[known]
    y = target_codes(target, plan) if plan.classes else encode_target(target, plan.task).y
    masses = None if weights is None else row_weights(weights[known])
    features = rows.frame(model._columns)[known].reset_index(drop=True)
    prediction, codes = model.predictor.predict(features), None
    if plan.classes:
        prediction = model._decided(prediction)
        codes = model._codes(prediction, threshold)
    return _all_metrics(model, y, prediction, codes, masses)


def _all_metrics(
    model: Model,
    y: np.ndarray,
    prediction: np.ndarray,
    codes: np.ndarray | None,
    weights: np.ndarray | None = None,
) -> pd.Series:
    """Metrics of `codes` where they look at classes, of `prediction` where at probabilities."""
    import numpy as np
    import pandas as pd

    from jupyter_automl.evaluate.metrics import METRICS
    from jupyter_automl.evaluate.metrics.labels import predicted_codes

    plan = model.plan
    found = [METRICS.get(metric) for metric in METRICS.available()]
    found = [metric for metric in found if plan.task in metric.tasks]
    found.sort(key=lambda metric: metric.name != plan.metric)
    decided, again = prediction, False
    if codes is not None:
        again = not np.array_equal(codes, predicted_codes(prediction))
        again = again or not model.decisions.plain
        decided = np.eye(prediction.shape[1])[codes]
    scores, plain = {}, {}
    suffix = "at 0.5" if len(plan.classes) == 2 else "of the likeliest class"
    with np.errstate(all="ignore"):
        for metric in found:
            of_classes = getattr(metric, "of_classes", False)
            judged = decided if of_classes else prediction
            scores[metric.name] = _score(metric, y, judged, weights)
            if of_classes and again:
                plain[f"{metric.name} {suffix}"] = _score(metric, y, prediction, weights)
    return pd.Series(scores | plain, name=model.name, dtype="float64")


def _score(metric: Any, y: np.ndarray, prediction: np.ndarray, weights: np.ndarray | None) -> float:
    """NaN where the rows at hand do not allow it, as ROC AUC of a single class."""
    try:
        return float(metric.score(y, prediction, weights))
    except ValueError:
        return float("nan")


def read_target(rows: Rows, column: ColumnSchema) -> pd.Series:
    """The target as it was read for training, in all rows."""
    name = column.name
    if name not in rows.names:
        raise PredictionError(
            f"The target {name!r} must be a column of the rows to evaluate. It is not.",
            hint=did_you_mean(name, rows.names),
            column=name,
        )
    target = rows.frame([column])[name]
    if column.dtype != "bool":
        return target
    # Training reads no text as true or false: another word is a class that was never seen.
    words = rows.frame([replace(column, dtype="string")])[name]
    return target.astype(object).where(target.notna(), words)


def read_weights(model: Model, rows: Rows) -> pd.Series | None:
    """The run's weight column of all rows; None where there is none."""
    name = model.run.task.weight
    if name is None or name not in rows.names:
        return None
    return rows.frame([model.dataset.column(name)])[name]


def target_codes(target: pd.Series, plan: Plan) -> np.ndarray:
    """The class codes of a target; raises `PredictionError` for a class never seen."""
    import numpy as np

    from jupyter_automl.evaluate.target import plain_label

    place = {text: code for code, text in enumerate(plan.classes)}
    texts = [str(plain_label(value)) for value in target]
    strange = next((text for text in texts if text not in place), None)
    if strange is not None:
        raise PredictionError(
            f"The target {plan.target!r} must hold the classes the run was trained on: "
            f"{', '.join(plan.classes[:10])}. Got {strange!r}.",
            hint=did_you_mean(strange, plan.classes),
            column=plan.target,
        )
    return np.array([place[text] for text in texts], dtype=np.int64)
