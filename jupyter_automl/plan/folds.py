"""Cross-validation or one held-out part, and how many folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.task import TaskKind
from jupyter_automl.evaluate import holdout_fraction_for

_SEARCH_SHARE = 0.55
_ANCHOR_FITS = 6.0
_TINY_SHARE = 0.01
_SMALL_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How candidates are judged, and why in a sentence."""

    kind: str
    n_folds: int
    reason: str


def choose_validation(
    y: np.ndarray,
    *,
    task: TaskKind,
    asked: str | None,
    anchor_seconds: float,
    budget_seconds: float,
    n_workers: int,
    n_groups: int | None = None,
) -> Validation:
    """The kind of validation and the number of folds that the budget can pay.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Class codes or values.
    asked : str or None
        ``"cv"``, ``"holdout"``, ``"time"``, ``"group"``, or None to choose.
    anchor_seconds : float
        Rough time of one default LightGBM fit on one core.
    n_groups : int or None
        Number of groups where rows are kept together by a group.

    Notes
    -----
    ``F = .55 * workers * budget / (6 * anchor)`` is how many folds leave time for six such
    candidates in the search's share. Up to 10,000 rows: F >= 16 and a budget of 300 s or
    more: 8 folds; F >= 4: 5; F >= 1.5: 3. Above: F >= 6: 5 folds; F >= 3: 3. Else one
    held-out part, whose score is the noisier the fewer rows there are. There are never more
    folds than rows of the rarest class (of those with at least 1 % of the rows, or of two).
    """
    n = len(y)
    affordable = _SEARCH_SHARE * n_workers * budget_seconds / (_ANCHOR_FITS * anchor_seconds)
    n_folds, pays = _folds_for(affordable, n, budget_seconds)
    kind = asked or ("holdout" if n_folds == 1 else "cv")
    if kind == "holdout":
        return Validation(kind=kind, n_folds=1, reason=_holdout_reason(n, asked, budget_seconds))
    if kind == "cv" and n_folds == 1:
        n_folds = 2
    cap, cause = _cap(y, task, n_groups, kind)
    if n_folds > cap:
        return Validation(kind=kind, n_folds=cap, reason=_worded(kind, cap, f": {cause}"))
    why = (
        f": a budget of {format_duration(budget_seconds)} pays for them on {n:,} rows"
        if pays
        else f" instead of 5: more candidates fit into {format_duration(budget_seconds)} "
        f"on {n:,} rows this way"
    )
    return Validation(kind=kind, n_folds=n_folds, reason=_worded(kind, n_folds, why))


def _folds_for(affordable: float, n_rows: int, budget_seconds: float) -> tuple[int, bool]:
    if affordable >= 16 and budget_seconds >= 300 and n_rows <= _SMALL_ROWS:
        return 8, True
    small = n_rows <= _SMALL_ROWS
    if affordable >= (4 if small else 6):
        return 5, True
    return (3, False) if affordable >= (1.5 if small else 3) else (1, False)


def _cap(y: np.ndarray, task: TaskKind, n_groups: int | None, kind: str) -> tuple[int, str]:
    """Most folds that the data allow, and what limits them."""
    n = len(y)
    caps = [(max(2, n // 2), f"there are only {n:,} rows")]
    if n_groups is not None and kind != "time":
        caps.append((max(2, n_groups), f"there are only {n_groups} groups"))
    if task != "regression" and kind != "time":
        counts = np.bincount(y)
        # A handful of rows of one class among many must not halve all others' folds.
        weighty = counts if len(counts) <= 2 else counts[counts >= _TINY_SHARE * n]
        fewest = int(weighty.min()) if len(weighty) else n
        caps.append((max(2, fewest), f"the rarest class has only {fewest} rows"))
    return min(caps)


def _holdout_reason(n_rows: int, asked: str | None, budget_seconds: float) -> str:
    share = holdout_fraction_for(n_rows)
    part = f"One held-out part of {100 * share:.2g} % ({round(share * n_rows):,} rows)"
    if asked == "holdout":
        return f"{part}, as asked."
    return (
        f"{part}: on {n_rows:,} rows a cross-validation would leave time for few models in "
        f"{format_duration(budget_seconds)}."
    )


def _worded(kind: str, n_folds: int, why: str) -> str:
    what = {
        "cv": f"{n_folds} folds",
        "group": f"{n_folds} folds that keep groups together",
        "time": f"{n_folds} later and later parts",
    }[kind]
    if n_folds == 1:
        what = {"group": "One held-out part of whole groups", "time": "The latest rows held out"}[
            kind
        ]
        why = why.removeprefix(" instead of 5")
    return f"{what[0].upper()}{what[1:]}{why}."
