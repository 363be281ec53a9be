"""Explanations of a run's models: the stored one where it fits, else computed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jupyter_automl.api import scoring
from jupyter_automl.core.errors import ArgumentError, AutoMLError
from jupyter_automl.core.events import ExplanationReady
from jupyter_automl.core.leaderboard import explanation_file

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.api.run import Run
    from jupyter_automl.explain import Explanation, Local, Permuted

OnPart = Callable[["Explanation", float], None]
Stop = Callable[[], bool]
Method = Literal["exact", "permutation"]
_FEW_ROWS = 16
"""Rows given that are too few to stand for all others."""
_LIME_ROWS = 2_000


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
    model: Model,
    X: Any,
    *,
    max_rows: int,
    time_limit_seconds: float | None,
    method: Method | None = None,
    on_part: OnPart | None = None,
    stop: Stop | None = None,
) -> Explanation:
    """SHAP values of `model`; see `Model.explain`.

    Parameters
    ----------
    method : {"exact", "permutation"}, optional
        None takes the exact way where there is one; see `explain_run`.
    on_part : callable, optional
        Gets the explanation so far and the share that is done. Not called where the run has
        a stored explanation.
    stop : callable, optional
        True ends with the rows that are done; they are not stored then.
    """
    stopped = _Stopped(stop)
    options: dict[str, Any] = {
        "max_rows": max_rows,
        "time_limit_seconds": time_limit_seconds,
        "method": method,
        "on_part": on_part,
        "stop": None if stop is None else stopped,
    }
    if X is not None:
        rows = model.features_of(X)
        return _compute(model, rows, background=_others(model, rows), **options)
    kept = stored(model)
    if kept is not None and method in (None, _kind(kept)):
        return kept
    explanation = _compute(model, _training_rows(model), **options)
    if not stopped.said and method is None:
        _keep(model, explanation)
    return explanation


def explain_rows(
    model: Model,
    rows: Sequence[int],
    *,
    time_limit_seconds: float | None = 20.0,
    method: Method | None = None,
    stop: Stop | None = None,
) -> Explanation:
    """SHAP values of chosen rows of the training table, in their order.

    Parameters
    ----------
    rows : sequence of int
        Numbers as `Explanation.data.index` has them: rows that were trained on, from 0.

    Raises
    ------
    ArgumentError
        If there is no such row.
    """
    import numpy as np

    frame = _training_rows(model)
    chosen = np.asarray(list(rows), dtype=np.int64)
    if not len(chosen) or chosen.min() < 0 or chosen.max() >= len(frame):
        raise ArgumentError(
            f"Rows must be numbers from 0 to {len(frame) - 1}. Got {list(rows)[:5]}.",
            argument="rows",
        )
    explanation = _compute(
        model,
        frame.iloc[chosen].reset_index(drop=True),
        max_rows=len(chosen),
        time_limit_seconds=time_limit_seconds,
        method=method,
        stop=stop,
        background=frame,
    )
    # They were drawn in random order.
    order = np.argsort(explanation.data.index.to_numpy(), kind="stable")
    data = explanation.data.iloc[order]
    error = explanation.error
    return replace(
        explanation,
        values=explanation.values[order],
        data=data.set_axis(chosen[data.index.to_numpy()], axis=0),
        error=None if error is None else error[order],
    )


def permuted(
    model: Model,
    X: Any = None,
    *,
    repeats: int = 5,
    max_rows: int = 5_000,
    time_limit_seconds: float | None = 60.0,
    on_part: Callable[[float], None] | None = None,
    stop: Stop | None = None,
) -> Permuted:
    """Permutation importance by the run's metric.

    Parameters
    ----------
    X : table or path, optional
        Rows with the target. None takes the training table, and asks of each row the models
        of the fold that left it out; where the model has no such, all of them, and says so.
    repeats, time_limit_seconds, on_part, stop
        As of `explain.permute`.
    max_rows : int
        At most so many rows, drawn with the run's seed.

    Raises
    ------
    PredictionError
        If the rows lack the target.
    RunError
        If the metric has no value on them or the time is too short.
    """
    import numpy as np

    from jupyter_automl.evaluate.metrics import METRICS
    from jupyter_automl.explain import draw_rows, permute

    plan = model.plan
    source: Literal["held_out", "training", "given"] = "given"
    folds: np.ndarray | None = None
    if X is None:
        frame, y, folds = _training_target(model)
        source = "training" if folds is None else "held_out"
    else:
        frame, y = _labelled(model, X)
    rng = np.random.default_rng(plan.random_state)
    rows = np.sort(draw_rows(len(frame), max_rows, rng)) if len(frame) > max_rows else slice(None)
    frame, y = frame.iloc[rows].reset_index(drop=True), y[rows]
    predict = model.predictor.predict
    if folds is not None:
        predict = _by_folds(model.predictor, folds[rows])
    return permute(
        predict,
        frame,
        y,
        METRICS.get(plan.metric),
        columns=plan.features,
        repeats=repeats,
        random_state=plan.random_state,
        time_limit_seconds=time_limit_seconds,
        source=source,
        on_part=on_part,
        stop=stop,
    )


def lime(model: Model, row: int, label: str | None = None) -> Local:
    """LIME's weights of one row of the training table, for comparison.

    Parameters
    ----------
    row : int
        As of `explain_rows`.
    label : str, optional
        The class that is explained; None takes the last one.

    Raises
    ------
    UnavailableError
        If the package lime is not installed.
    ArgumentError
        If there is no such row or class.
    """
    import numpy as np

    from jupyter_automl.explain import draw_rows, local

    plan, frame = model.plan, _training_rows(model)
    if not 0 <= row < len(frame):
        raise ArgumentError(
            f"The row must be a number from 0 to {len(frame) - 1}. Got {row!r}.", argument="row"
        )
    classes = list(plan.classes)
    if label is not None and label not in classes:
        raise ArgumentError(
            f"The class must be one of: {', '.join(classes[:10]) or 'none'}. Got {label!r}.",
            argument="label",
        )
    place = None
    if classes:
        place = len(classes) - 1 if label is None else classes.index(label)
    names = list(plan.features)
    rng = np.random.default_rng(plan.random_state)
    return local(
        model.predictor.predict,
        frame.iloc[draw_rows(len(frame), _LIME_ROWS, rng)][names].reset_index(drop=True),
        frame.iloc[[row]][names].reset_index(drop=True),
        class_place=place,
        random_state=plan.random_state,
    )


def table_rows(model: Model) -> np.ndarray | None:
    """Numbers in the table of the rows that were trained on; None where that is all of them."""
    import numpy as np

    path = model.run.folder / "rows.npy"
    return np.load(path) if path.is_file() else None


def by_table(model: Model, explanation: Explanation) -> Explanation:
    """An explanation of training rows whose `data.index` has the numbers of the table's rows.

    They differ from the positions among the rows that were trained on where rows were left out,
    as those without a target are.
    """
    known = table_rows(model)
    if known is None:
        return explanation
    places = explanation.data.index.to_numpy()
    return replace(explanation, data=explanation.data.set_axis(known[places], axis=0))


def place_of_row(model: Model, row: int) -> int:
    """The position of a row of the table among those that were trained on.

    Raises
    ------
    ArgumentError
        If it is none of them.
    """
    import numpy as np

    known = table_rows(model)
    if known is None:
        known = np.arange(model.dataset.n_rows)
    found = np.flatnonzero(known == row)
    if not len(found):
        raise ArgumentError(
            f"Row {row} is none of the {len(known)} rows that were trained on.",
            hint=f"They are numbered from {known.min()} to {known.max()}; rows without a value "
            f"in {model.plan.target!r} are left out."
            if len(known)
            else "",
            argument="row",
        )
    return int(found[0])


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
    model: Model,
    frame: pd.DataFrame,
    *,
    max_rows: int,
    time_limit_seconds: float | None,
    method: Method | None = None,
    on_part: OnPart | None = None,
    stop: Stop | None = None,
    background: pd.DataFrame | None = None,
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
        method=method,
        background=background,
        n_jobs=_threads(model),
        on_part=on_part,
        stop=stop,
    )


class _Stopped:
    """Remembers that it has said yes."""

    def __init__(self, stop: Stop | None) -> None:
        self.stop = stop
        self.said = False

    def __call__(self) -> bool:
        self.said = self.said or (self.stop is not None and bool(self.stop()))
        return self.said


def _kind(explanation: Explanation) -> Method:
    return "permutation" if explanation.method == "permutation" else "exact"


def _threads(model: Model) -> int:
    """All cores, but one while the run trains: its workers have them."""
    from jupyter_automl.execute import usable_cores

    return 1 if model.run.experiment.running else usable_cores()


def _others(model: Model, rows: pd.DataFrame) -> pd.DataFrame | None:
    """Training rows to compare with, where the rows given are few."""
    if len(rows) >= _FEW_ROWS:
        return None
    try:
        return _training_rows(model)
    except (AutoMLError, OSError):
        # The table is gone; the rows given have to do.
        return None


def _training_target(model: Model) -> tuple[pd.DataFrame, np.ndarray, np.ndarray | None]:
    """Training rows, their target, and the fold of each where every fold has its model."""
    from jupyter_automl.evaluate import stored_arrays

    arrays = stored_arrays(model.run.folder)
    frame, folds = _training_rows(model), arrays.folds
    if model.refitted or not _has_folds(model.predictor, model.plan.n_folds, model.plan.validation):
        return frame, arrays.y, None
    held = folds >= 0
    return frame[held].reset_index(drop=True), arrays.y[held], folds[held]


def _has_folds(predictor: Any, n_folds: int, validation: str) -> bool:
    """Whether part f of every bag was fitted without the rows of fold f."""
    bags = [bag for bag, _ in getattr(predictor, "members", ((predictor, 1.0),))]
    return (
        validation != "time"
        and n_folds > 1
        and all(len(bag.parts) >= n_folds and not bag.stacked_on for bag in bags)
    )


def _by_folds(predictor: Any, folds: np.ndarray) -> Callable[[pd.DataFrame], np.ndarray]:
    """Predictions of each row by the models that left its fold out."""
    import numpy as np

    members = getattr(predictor, "members", ((predictor, 1.0),))
    places = {int(fold): np.flatnonzero(folds == fold) for fold in np.unique(folds)}

    def predict(frame: pd.DataFrame) -> np.ndarray:
        whole: np.ndarray | None = None
        for fold, rows in places.items():
            some = frame.iloc[rows]
            said = sum(weight * bag.parts[fold].predict(some) for bag, weight in members)
            if whole is None:
                whole = np.zeros((len(frame), *said.shape[1:]))
            whole[rows] = said
        assert whole is not None
        return whole

    return predict


def _labelled(model: Model, X: Any) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows that somebody gave, and their target."""
    from jupyter_automl.core.errors import PredictionError
    from jupyter_automl.data.frames import Rows
    from jupyter_automl.evaluate.target import encode_target, known_rows

    plan, rows = model.plan, Rows(X)
    target = scoring.read_target(rows, model.dataset.column(plan.target))
    known = known_rows(target, plan.task, None)
    if not known.any():
        raise PredictionError(
            f"At least one row needs a value in the target {plan.target!r}. "
            f"None of {len(target)} has one.",
            column=plan.target,
        )
    target = target[known]
    y = scoring.target_codes(target, plan) if plan.classes else encode_target(target, plan.task).y
    return rows.frame(model._columns)[known].reset_index(drop=True), y


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
