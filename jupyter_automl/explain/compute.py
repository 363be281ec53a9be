"""The values of a model within a time limit: exact where the model allows it, else sampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from jupyter_automl.core.errors import ArgumentError, NoModelError, RunError
from jupyter_automl.core.task import TaskKind
from jupyter_automl.explain import exact, members, permutation
from jupyter_automl.explain.clockwork import Deadline
from jupyter_automl.explain.explanation import Explanation
from jupyter_automl.explain.found import Found, Progress
from jupyter_automl.explain.interactions import Pair

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 500
MOST_VALUES = 20_000_000
"""Rows times columns times classes of an explanation: 160 MB."""
Method = Literal["exact", "permutation"]
METHODS: tuple[Method, ...] = ("exact", "permutation")


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
    method: Method | None = None,
    background: pd.DataFrame | None = None,
    n_jobs: int = 1,
    on_part: Callable[[Explanation, float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Explanation:
    """SHAP values of the raw columns.

    Parameters
    ----------
    predictor : Bag or Blend
        A bag of boosters, of linear models or of trees is explained exactly, as the mean over
        its folds; a blend of such bags by its members; anything else by sampling permutations
        of columns.
    frame : DataFrame
        Rows to draw from, as the predictor takes them.
    sources : sequence of str, optional
        Columns to explain, in order; None takes all of `frame`.
    max_rows : int
        Rows explained at most; fewer where the time ends before, or where there are so many
        columns and classes that memory would.
    min_rows : int
        Fewer than these say nothing about a model: better none.
    time_limit_seconds : float or None
        Wall-clock seconds; None is without end.
    random_state : int
        Draws rows and permutations.
    model : str
        Name for titles; the predictor's family when empty.
    method : {"exact", "permutation"}, optional
        None takes the exact way where there is one and it is quick enough.
    background : DataFrame, optional
        Rows that stand for "the column is not known" where values are sampled; None takes
        rows of `frame`.
    n_jobs : int
        Threads of the exact values of trees.
    on_part : callable, optional
        Called with the explanation so far and the share that is done, from 0 to 1: after some
        200 rows, or fewer where they take long, and then as they grow.
    stop : callable, optional
        Asked between portions; True ends with the rows that are done.

    Returns
    -------
    Explanation

    Raises
    ------
    ArgumentError
        If there is no such method.
    NoModelError
        If there are no rows or no columns to explain.
    RunError
        If the time is too short to explain `min_rows` rows, or all there are; or if the model
        has no exact values and these were asked for.
    """
    deadline = Deadline(time_limit_seconds)
    if method is not None and method not in METHODS:
        raise ArgumentError(
            f"The method must be one of: {', '.join(METHODS)}. Got {method!r}.", argument="method"
        )
    names = list(frame.columns if sources is None else sources)
    if frame.empty or not names:
        raise NoModelError(
            f"An explanation needs rows and columns. Got {len(frame)} rows, {len(names)} columns."
        )
    rng = np.random.default_rng(random_state)
    most = MOST_VALUES // (len(names) * (len(classes) if len(classes) > 2 else 1))
    rows = draw_rows(len(frame), min(max_rows, max(1, most)), rng)
    chosen = frame.iloc[rows][names].reset_index(drop=True)

    def explained(found: Found) -> Explanation:
        n = len(found.values)
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
            error=found.error,
            gap=found.gap,
            interactions=tuple(
                Pair(first=str(names[one]), second=str(names[two]), strength=strength)
                for one, two, strength in found.pairs
            ),
        )

    def tell(found: Found, done: float) -> None:
        if on_part is not None:
            on_part(explained(found), done)

    progress = Progress(on_part=None if on_part is None else tell, stop=stop, clock=deadline.clock)
    found = None
    if method != "permutation":
        way = members if hasattr(predictor, "members") else exact
        found = way.explain(
            predictor, chosen, names, task=task, deadline=deadline, n_jobs=n_jobs,
            progress=progress,
        )  # fmt: skip
        if found is None and method == "exact":
            raise RunError(
                f"There are no exact values of {model or 'this model'}, or not within the time.",
                hint="Leave method out to have them sampled.",
            )
    if found is None:
        known = frame if background is None or background.empty else background
        drawn = known.iloc[draw_rows(len(known), permutation.BACKGROUND_ROWS, rng)][names]
        found = permutation.explain(
            predictor.predict,
            chosen,
            drawn.reset_index(drop=True),
            binary=task == "binary",
            classifies=task != "regression",
            deadline=deadline,
            rng=rng,
            progress=progress,
        )
    n = len(found.values)
    if n < min(min_rows, len(chosen)) and not progress.stopped():
        raise RunError(
            f"The time was too short to explain more than {n} of {len(chosen):,} rows.",
            hint="Explain it again with more time.",
        )
    return explained(found)


def draw_rows(n: int, most: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of up to `most` of `n` rows in random order, without repeats."""
    return rng.permutation(n)[: max(1, most)] if n <= 1_000_000 else _draw_few(n, most, rng)


def _draw_few(n: int, most: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(n, size=max(1, min(n, most)), replace=False, shuffle=True)
