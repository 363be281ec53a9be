"""How good a model is: on rows it never saw, and on rows of a person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import PredictionError, did_you_mean
from jupyter_automl.core.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.model import Model


def held_out(model: Model) -> pd.Series:
    """Every metric of the task on the out-of-fold predictions; see `Model.held_out_scores`."""
    from jupyter_automl.api.deciding import evidence_of
    from jupyter_automl.decide import crossed_decisions

    evidence = evidence_of(model)
    prediction, codes = evidence.prediction, None
    if model.has_classes:
        prediction, codes = crossed_decisions(model.decisions, evidence)
    return _all_metrics(model, evidence.y, prediction, codes, evidence.weights)


def evaluate(model: Model, table: Any, threshold: float | None = None) -> pd.Series:
    """Every metric of the task on labelled rows; see `Model.evaluate`."""
    plan = model.plan
    target = _target(table, plan.target)
    known = target.notna().to_numpy()
    if not known.any():
        raise PredictionError(
            f"At least one row needs a value in the target {plan.target!r} to evaluate. "
            f"None of {len(target)} has one.",
            column=plan.target,
        )
    y = _codes(target[known], plan) if plan.classes else _numbers(target[known], plan.target)
    prediction, codes = model._predict_array(table)[0][known], None
    if plan.classes:
        prediction = model._decided(prediction)
        codes = model._codes(prediction, threshold)
    return _all_metrics(model, y, prediction, codes)


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


def _target(table: Any, name: str) -> pd.Series:
    import pandas as pd

    names = [str(column) for column in getattr(table, "column_names", None) or table.columns]
    if name not in names:
        raise PredictionError(
            f"The target {name!r} must be a column of the rows to evaluate. It is not.",
            hint=did_you_mean(name, names),
            column=name,
        )
    if isinstance(table, pd.DataFrame):
        column = table.iloc[:, names.index(name)]
        return column.astype(object) if column.dtype == "category" else column
    return table.column(name).to_pandas()


def _codes(target: pd.Series, plan: Plan) -> np.ndarray:
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


def _numbers(target: pd.Series, name: str) -> np.ndarray:
    import numpy as np
    import pandas as pd

    numbers = pd.to_numeric(target, errors="coerce").to_numpy(dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise PredictionError(
            f"The target {name!r} must hold finite numbers. It holds others.", column=name
        )
    return numbers
