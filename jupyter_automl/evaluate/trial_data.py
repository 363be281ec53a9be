"""What a worker is told about the data: paths and the plan, never the rows."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import ArgumentError, TargetError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.evaluate.target import encode_target, known_rows
from jupyter_automl.evaluate.validation import make_folds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialData:
    """The data of a run as a worker gets it; small, pickles.

    Attributes
    ----------
    columns : tuple of ColumnSchema
        The features, in table order.
    y_path, folds_path : str
        npy files of shape (n,), n being the rows whose target is known (see `known_rows`).
    repeats_path : str or None
        npy file of shape (n, r) with the folds of all repeats, where there are r > 1; its
        first column is what `folds_path` holds.
    rows_path : str or None
        npy file with the numbers of those rows in the table, when some were dropped.
    weights_path : str or None
        npy file of shape (n,) with weights of rows, all above 0.
    groups_path : str or None
        npy file of shape (n,) with integer codes of groups, where a column names them.
    times_path : str or None
        npy file of shape (n,) with sortable times, NaN where unknown, where a column holds them.
    folder : str
        Where trials write; one folder a trial number.
    cache_bytes : int or None
        What a worker may keep of encoded folds that no trial works on; None where nobody says.
    """

    dataset: Dataset
    plan: Plan
    columns: tuple[ColumnSchema, ...]
    y_path: str
    folds_path: str
    rows_path: str | None
    folder: str
    weights_path: str | None = None
    repeats_path: str | None = None
    groups_path: str | None = None
    times_path: str | None = None
    cache_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetArrays:
    """What scores are computed from, each of shape (n,).

    Attributes
    ----------
    y : ndarray
        Class codes or values.
    folds : ndarray of int8
        See `make_folds`; those of the first repeat.
    rows : ndarray or None
        Row numbers in the table; None means all rows in order.
    weights : ndarray or None
        Weights of rows, all above 0.
    repeats : ndarray of int8, shape (n, r), or None
        Folds of all repeats, a column each; None where there is one only.
    groups : ndarray or None
        Integer codes of groups of rows that belong together.
    times : ndarray or None
        Sortable times, NaN where unknown.
    """

    y: np.ndarray
    folds: np.ndarray
    rows: np.ndarray | None = None
    weights: np.ndarray | None = None
    repeats: np.ndarray | None = None
    groups: np.ndarray | None = None
    times: np.ndarray | None = None

    @property
    def assignments(self) -> tuple[np.ndarray, ...]:
        """The folds of every repeat, each of shape (n,); the first is `folds`."""
        return (self.folds,) if self.repeats is None else tuple(self.repeats.T)


def prepare(dataset: Dataset, task: TaskSpec, plan: Plan, folder: Path | str) -> TrialData:
    """Encode the target and deal out the folds, once for all trials of a run.

    Parameters
    ----------
    task : TaskSpec
        Resolved (see `plan.resolve_task`).
    folder : path
        The run's folder; gets ``y.npy``, ``folds.npy`` and, where needed,
        ``repeats.npy``, ``rows.npy``, ``weights.npy``, ``groups.npy`` and ``times.npy``. Trials
        go into ``folder/trials``.

    Raises
    ------
    TargetError
        If fewer than two rows have a target (and a weight), or the target does not fit the task.
    ArgumentError
        If a group, time or weight column cannot be used.
    """
    from jupyter_automl.data import load_frame

    folder = Path(folder)
    (folder / "trials").mkdir(parents=True, exist_ok=True)
    needed = (plan.target, task.group, task.time, task.weight)
    frame = load_frame(dataset, list(dict.fromkeys(name for name in needed if name)))
    weight = frame[task.weight] if task.weight else None
    known = known_rows(frame[plan.target], plan.task, weight)
    if int(known.sum()) < 2:
        needed_too = "" if weight is None else " and a weight above 0"
        raise TargetError(
            f"At least 2 rows need a value in the target {plan.target!r}{needed_too}. "
            f"{int(known.sum())} of {len(known)} {'have one' if weight is None else 'do'}.",
            hint="Choose another target.",
            column=plan.target,
        )
    rows = None if known.all() else np.flatnonzero(known)
    if rows is not None:
        frame = frame.iloc[rows].reset_index(drop=True)
    target = encode_target(frame[plan.target], plan.task, task.positive)
    if target.classes != plan.classes:
        raise TargetError(
            f"The target has the classes {target.classes!r}, the plan has {plan.classes!r}.",
            hint="The data changed after the plan was made. Start the run again.",
            column=plan.target,
        )
    groups = _codes(frame[task.group]) if task.group else None
    times = sortable_time(frame[task.time]) if task.time else None
    repeats = [
        make_folds(
            target.y,
            task=plan.task,
            kind=plan.validation,
            n_folds=plan.n_folds,
            random_state=plan.random_state,
            groups=groups,
            time=times,
            repeat=repeat,
        )
        for repeat in range(plan.n_repeats)
    ]
    weights = row_weights(frame[task.weight]) if task.weight else None
    return TrialData(
        dataset=dataset,
        plan=plan,
        columns=dataset.select(plan.features),
        y_path=_save(folder / "y.npy", target.y),
        folds_path=_save(folder / "folds.npy", repeats[0]),
        rows_path=None if rows is None else _save(folder / "rows.npy", rows),
        folder=str(folder / "trials"),
        weights_path=None if weights is None else _save(folder / "weights.npy", weights),
        repeats_path=_save(folder / "repeats.npy", np.column_stack(repeats))
        if len(repeats) > 1
        else None,
        groups_path=None if groups is None else _save(folder / "groups.npy", groups),
        times_path=None if times is None else _save(folder / "times.npy", times),
    )


def load_arrays(data: TrialData) -> TargetArrays:
    """The arrays that `prepare` wrote."""
    return TargetArrays(
        y=np.load(data.y_path),
        folds=np.load(data.folds_path),
        rows=np.load(data.rows_path) if data.rows_path else None,
        weights=np.load(data.weights_path) if data.weights_path else None,
        repeats=np.load(data.repeats_path) if data.repeats_path else None,
        groups=np.load(data.groups_path) if data.groups_path else None,
        times=np.load(data.times_path) if data.times_path else None,
    )


def stored_arrays(folder: Path) -> TargetArrays:
    """The same of a run by its folder, wherever it was moved.

    Raises
    ------
    FileNotFoundError
        If the target or the folds are gone.
    """

    def optional(name: str) -> np.ndarray | None:
        path = folder / f"{name}.npy"
        return np.load(path) if path.is_file() else None

    return TargetArrays(
        y=np.load(folder / "y.npy"),
        folds=np.load(folder / "folds.npy"),
        rows=optional("rows"),
        weights=optional("weights"),
        repeats=optional("repeats"),
        groups=optional("groups"),
        times=optional("times"),
    )


def stored_data(dataset: Dataset, plan: Plan, folder: Path, time: str | None = None) -> TrialData:
    """What `prepare` gave, from what it wrote into a run's folder.

    Parameters
    ----------
    time : str or None
        The column of times. Older versions wrote no ``times.npy``, which samples of runs in
        order of time are drawn by: it is made from the table where it is missing.

    Raises
    ------
    FileNotFoundError
        If the target or the folds are gone.
    """

    def path(name: str) -> str | None:
        file = folder / f"{name}.npy"
        return str(file) if file.is_file() else None

    for name in ("y", "folds"):
        if path(name) is None:
            raise FileNotFoundError(2, "No such file", str(folder / f"{name}.npy"))
    if time is not None and plan.validation == "time" and path("times") is None:
        _save_times(dataset, time, folder)
    return TrialData(
        dataset=dataset,
        plan=plan,
        columns=dataset.select(plan.features),
        y_path=str(folder / "y.npy"),
        folds_path=str(folder / "folds.npy"),
        rows_path=path("rows"),
        folder=str(folder / "trials"),
        weights_path=path("weights"),
        repeats_path=path("repeats"),
        groups_path=path("groups"),
        times_path=path("times"),
    )


def _save_times(dataset: Dataset, column: str, folder: Path) -> None:
    from jupyter_automl.data import load_frame

    times = sortable_time(load_frame(dataset, [column])[column])
    rows = folder / "rows.npy"
    # Complete or not at all: another process may look for it at the same time.
    draft = folder / f".{uuid.uuid4().hex}.npy"
    try:
        np.save(draft, times[np.load(rows)] if rows.is_file() else times)
        os.replace(draft, folder / "times.npy")
    finally:
        draft.unlink(missing_ok=True)


def sortable_time(values: pd.Series) -> np.ndarray:
    """Times as float64 of shape (n,), NaN where unknown.

    Raises
    ------
    ArgumentError
        If the column holds neither dates nor numbers.
    """
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(str).where(values.notna())
    dates = pd.to_datetime(values, errors="coerce", format="mixed", utc=True)
    stamps = dates.astype("datetime64[ns, UTC]").astype("int64").to_numpy(dtype=np.float64)
    stamps[dates.isna().to_numpy()] = np.nan
    if np.isfinite(stamps).sum() < 0.5 * max(1, int(values.notna().sum())):
        raise ArgumentError(
            f"The time column must hold dates or numbers. {values.name!r} does not.",
            hint="Choose another time column.",
            argument="time",
            column=str(values.name),
        )
    return stamps


def row_weights(values: pd.Series) -> np.ndarray:
    """Weights as float64 of shape (n,) with a mean of 1.

    Raises
    ------
    ArgumentError
        If one is missing, negative or no number, or all are 0.
    """
    import pandas as pd

    weights = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise ArgumentError(
            f"The weight column must hold numbers of 0 or more in every row. "
            f"{values.name!r} does not.",
            hint="Fill in or drop the other rows, or choose another weight column.",
            argument="weight",
            column=str(values.name),
        )
    return weights * (len(weights) / weights.sum())


def _codes(groups: pd.Series) -> np.ndarray:
    """Integer codes; every row without a group is a group of its own."""
    import pandas as pd

    codes, uniques = pd.factorize(groups)
    missing = codes < 0
    codes[missing] = len(uniques) + np.arange(int(missing.sum()))
    return codes


def _save(path: Path, array: np.ndarray) -> str:
    np.save(path, array)
    return str(path)
