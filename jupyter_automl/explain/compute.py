"""The values of a model within a time limit: exact where the model allows it, else sampled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.errors import NoModelError, RunError
from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain import exact, permutation
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.explanation import Explanation

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 500


def explain_run(
    predictor: Any,
    frame: pd.DataFrame,
    *,
    task: TaskKind,
    classes: Sequence[str] = (),
    sources: Sequence[str] | None = None,
    max_rows: int = MAX_ROWS,
    min_rows: int = 1,
    time_limit_seconds: float | None = None,
    random_state: int = 0,
    model: str = "",
) -> Explanation:
    """SHAP values of the raw columns.

    Parameters
    ----------
    predictor : Bag or Blend
        A bag of boosters, of linear models or of small forests is explained exactly,
        as the mean over its folds; anything else by sampling permutations of columns.
    frame : DataFrame
        Rows to draw from, as the predictor takes them.
    sources : sequence of str, optional
        Columns to explain, in order; None takes all of `frame`.
    max_rows : int
        Rows explained at most; fewer where the time ends before.
    min_rows : int
        Fewer than these say nothing about a model: better none.
    time_limit_seconds : float or None
        Wall-clock seconds; None is without end.
    random_state : int
        Draws rows and permutations.
    model : str
        Name for titles; the predictor's family when empty.

    Returns
    -------
    Explanation

    Raises
    ------
    NoModelError
        If there are no rows or no columns to explain.
    RunError
        If the time is too short to explain `min_rows` rows, or all there are.
    """
    deadline = Deadline(time_limit_seconds)
    names = list(frame.columns if sources is None else sources)
    if frame.empty or not names:
        raise NoModelError(
            f"An explanation needs rows and columns. Got {len(frame)} rows, {len(names)} columns."
        )
    rng = np.random.default_rng(random_state)
    rows = draw_rows(len(frame), max_rows, rng)
    chosen = frame.iloc[rows][names].reset_index(drop=True)
    found = exact.explain(predictor, chosen, names, task=task, deadline=deadline)
    if found is None:
        background = frame.iloc[draw_rows(len(frame), permutation.BACKGROUND_ROWS, rng)][names]
        found = permutation.explain(
            predictor.predict,
            chosen,
            background.reset_index(drop=True),
            binary=task == "binary",
            classifies=task != "regression",
            deadline=deadline,
            rng=rng,
        )
    n = len(found.values)
    if n < min(min_rows, len(chosen)):
        raise RunError(
            f"The time was too short to explain more than {n} of {len(chosen):,} rows.",
            hint="Explain it again with more time.",
        )
    data = chosen.iloc[:n].copy()
    data.index = rows[:n]
    return Explanation(
        values=found.values,
        base_values=found.base_values,
        data=data,
        classes=tuple(str(label) for label in classes),
        model=model or str(getattr(predictor, "family", "")),
        method=found.method,
        space=found.space,
        random_state=random_state,
    )


def draw_rows(n: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of up to `most` of `n` rows in random order, without repeats."""
    return rng.permutation(n)[: max(1, most)] if n <= 1_000_000 else _draw_few(n, most, rng)


def _draw_few(n: int, most: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(n, size=max(1, min(n, most)), replace=False, shuffle=True)
