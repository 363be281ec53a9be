"""What workers are asked to do; they know nothing of the machine, the store or Optuna."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.events import ExplanationReady
from jupyter_automl.core.trial import TrialResult, TrialSpec

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.evaluate import TrialData

RUN_TRIAL = f"{__name__}:run_trial"
EXPLAIN = f"{__name__}:explain"
WARM_UP = f"{__name__}:warm_up"
EXPLAINED_ROWS = 500
LEAST_EXPLAINED_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainRequest:
    """Which model to explain on which rows, and where to put the values.

    Attributes
    ----------
    model : str
        Leaderboard name.
    members : tuple of (path of a bag, weight)
        One for a single model.
    path : str
        Where the explanation is stored.
    """

    model: str
    members: tuple[tuple[str, float], ...]
    data: TrialData
    path: str
    time_limit_seconds: float | None = None
    max_rows: int = EXPLAINED_ROWS


def warm_up(families: Sequence[str], report: Callable[[Any], None]) -> None:
    """Import what trials of `families` need; a family that cannot is told by its trial."""
    from jupyter_automl.evaluate import warm_up as load

    load(tuple(families))


def run_trial(payload: tuple[TrialSpec, TrialData], report: Callable[[Any], None]) -> TrialResult:
    """Fit a candidate on every fold; reports ``(fold, n_folds, score)`` and `FitCurve`."""
    from jupyter_automl.evaluate import run_trial as run

    spec, data = payload
    return run(spec, data, lambda fold, n_folds, score: report((fold, n_folds, score)), report)


def explain(request: ExplainRequest, report: Callable[[Any], None]) -> ExplanationReady:
    """SHAP values of a model on a sample of the rows it was trained on, stored at its path."""
    started = time.monotonic()
    from jupyter_automl.evaluate import load_predictor
    from jupyter_automl.explain import explain_run

    plan = request.data.plan
    predictor = load_predictor(request.members, blends=len(request.members) > 1)
    frame = load_features(request.data)
    limit = request.time_limit_seconds
    if limit is not None:
        limit = max(0.0, limit - (time.monotonic() - started))
    explanation = explain_run(
        predictor,
        frame,
        task=plan.task,
        classes=plan.classes,
        sources=plan.features,
        max_rows=request.max_rows,
        min_rows=LEAST_EXPLAINED_ROWS,
        time_limit_seconds=limit,
        random_state=plan.random_state,
        model=request.model,
    )
    path = Path(request.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    explanation.save(path)
    return ExplanationReady(
        model=request.model,
        path=str(path),
        importance=tuple(explanation.ranking()),
        method=explanation.method,
        n_rows=explanation.n_rows,
    )


def load_features(data: TrialData) -> pd.DataFrame:
    """The rows that were trained on, features only."""
    import numpy as np

    from jupyter_automl.data import load_frame

    frame = load_frame(data.dataset, [column.name for column in data.columns])
    if data.rows_path is None:
        return frame
    return frame.iloc[np.load(data.rows_path)].reset_index(drop=True)
