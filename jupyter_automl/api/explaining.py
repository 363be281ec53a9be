"""Explanations of a run's models: the stored one where it fits, else computed here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.events import ExplanationReady
from jupyter_automl.core.leaderboard import explanation_file

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.api.run import Run
    from jupyter_automl.explain import Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Strongest:
    """What moves the predictions of one model most.

    Attributes
    ----------
    importance : tuple of (feature, mean absolute SHAP value)
        Largest first.
    sentences : tuple of str
        What the numbers say, in words.
    """

    model: str
    importance: tuple[tuple[str, float], ...]
    sentences: tuple[str, ...]


def explain(
    model: Model, X: Any, *, max_rows: int, time_limit_seconds: float | None
) -> Explanation:
    """SHAP values of `model`; see `Model.explain`."""
    if X is not None:
        return _compute(model, model.features_of(X), max_rows, time_limit_seconds)
    kept = stored(model)
    if kept is not None:
        return kept
    explanation = _compute(model, _training_rows(model), max_rows, time_limit_seconds)
    _keep(model, explanation)
    return explanation


def strongest(run: Run, most: int) -> Strongest | None:
    """Of the best model that the run has explained; None while there is none."""
    state = run.experiment
    for row in state.leaderboard.rows:
        ready = state.explanations.get(row.model)
        if ready is not None:
            return Strongest(
                model=row.model,
                importance=ready.importance[:most],
                sentences=_sentences(Path(ready.path)),
            )
    return None


def _sentences(path: Path) -> tuple[str, ...]:
    from jupyter_automl.explain import load_explanation

    return tuple(load_explanation(path).insights()) if path.is_file() else ()


def stored(model: Model) -> Explanation | None:
    """What the run has on disk for exactly this model."""
    from jupyter_automl.explain import load_explanation

    if model.refitted:
        path = model.run.folder / "explanations" / _file_name(model)
        return load_explanation(path) if path.is_file() else None
    ready = model.run.experiment.explanations.get(model.name)
    # The file is named after the trials in the model; a row may have moved on since.
    if ready is None or Path(ready.path).name != _file_name(model):
        return None
    return load_explanation(Path(ready.path)) if Path(ready.path).is_file() else None


def _compute(
    model: Model, frame: pd.DataFrame, max_rows: int, time_limit_seconds: float | None
) -> Explanation:
    from jupyter_automl.explain import explain_run

    plan = model.plan
    return explain_run(
        model.predictor,
        frame,
        task=plan.task,
        classes=plan.classes,
        sources=plan.features,
        max_rows=max_rows,
        time_limit_seconds=time_limit_seconds,
        random_state=plan.random_state,
        model=model.name,
    )


def _training_rows(model: Model) -> pd.DataFrame:
    import numpy as np

    from jupyter_automl.data import load_frame

    frame = load_frame(model.dataset, list(model.plan.features))
    known = model.run.folder / "rows.npy"
    return frame.iloc[np.load(known)].reset_index(drop=True) if known.is_file() else frame


def _keep(model: Model, explanation: Explanation) -> None:
    """Store it with the run, for whoever asks next, here or in another process."""
    path = model.run.folder / "explanations" / _file_name(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    explanation.save(path)
    if model.refitted:
        # What the run shows under this name is the bag's.
        return
    ready = ExplanationReady(
        model=model.name,
        path=str(path),
        importance=tuple(explanation.ranking()),
        method=explanation.method,
        n_rows=explanation.n_rows,
    )
    model.run.record(ready)


def _file_name(model: Model) -> str:
    name = explanation_file(model.family, model.members)
    return f"refit-{name}" if model.refitted else name
