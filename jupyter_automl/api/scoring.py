"""How good a model is: on rows it never saw, and on rows of a person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import NoModelError, PredictionError, did_you_mean
from jupyter_automl.core.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.core.trial import TrialResult


def held_out(
    model: Model, members: Sequence[tuple[TrialResult, float]], plan: Plan, folder: Path
) -> pd.Series:
    """Every metric of the task on the out-of-fold predictions; see `Model.held_out_scores`."""
    import numpy as np

    try:
        y = np.load(folder / "y.npy")
        total: Any = 0.0
        for result, weight in members:
            total = total + weight * np.load(result.predictions).astype(np.float64)
    except FileNotFoundError as error:
        raise NoModelError(
            f"The held-out predictions of {model.name} are gone: {error.filename!r}.",
            hint="The run's folder was deleted or moved; train again.",
        ) from None
    known = np.isfinite(total if total.ndim == 1 else total.sum(axis=1))
    return _all_metrics(plan, y[known], total[known], model.name)


def evaluate(model: Model, table: Any, plan: Plan) -> pd.Series:
    """Every metric of the task on labelled rows; see `Model.evaluate`."""
    target = _target(table, plan.target)
    known = target.notna().to_numpy()
    if not known.any():
        raise PredictionError(
            f"At least one row needs a value in the target {plan.target!r} to evaluate. "
            f"None of {len(target)} has one.",
            column=plan.target,
        )
    y = _codes(target[known], plan) if plan.classes else _numbers(target[known], plan.target)
    prediction = model._predict_array(table)[0][known]
    return _all_metrics(plan, y, prediction, model.name)


def _all_metrics(plan: Plan, y: np.ndarray, prediction: np.ndarray, name: str) -> pd.Series:
    import numpy as np
    import pandas as pd

    from jupyter_automl.evaluate.metrics import METRICS

    found = [METRICS.get(metric) for metric in METRICS.available()]
    found = [metric for metric in found if plan.task in metric.tasks]
    found.sort(key=lambda metric: metric.name != plan.metric)
    with np.errstate(all="ignore"):
        scores = {metric.name: _score(metric, y, prediction) for metric in found}
    return pd.Series(scores, name=name, dtype="float64")


def _score(metric: Any, y: np.ndarray, prediction: np.ndarray) -> float:
    """NaN where the rows at hand do not allow it, as ROC AUC of a single class."""
    try:
        return float(metric.score(y, prediction))
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
