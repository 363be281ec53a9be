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
_FEW_ROWS = 500
_VERY_FEW_ROWS = 200
_CHAINS = ((1_000, 3), (5_000, 4))
"""Below so many rows at most so many later and later parts; 5 above."""

_MOST_CHAINED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How candidates are judged, and why in a sentence."""

    kind: str
    n_folds: int
    reason: str
    n_repeats: int = 1


def choose_validation(
    y: np.ndarray,
    *,
    task: TaskKind,
    asked: str | None,
    anchor_seconds: float,
    budget_seconds: float,
    n_workers: int,
    n_groups: int | None = None,
    n_times: int | None = None,
    n_undated: int = 0,
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
    n_times : int or None
        Number of different times where rows are ordered by one.
    n_undated : int
        Rows without a time.

    Notes
    -----
    ``F = .55 * workers * budget / (6 * anchor)`` is how many folds leave time for six such
    candidates in the search's share. Up to 10,000 rows: F >= 16 and a budget of 300 s or
    more: 8 folds; F >= 4: 5; F >= 1.5: 3. Above: F >= 6: 5 folds; F >= 3: 3. Else one
    held-out part, whose score is the noisier the fewer rows there are. There are never more
    folds than rows of the rarest class (of those with at least 1 % of the rows, or of two).

    Below 500 rows 5 folds are dealt out twice, below 200 rows three times, where F pays
    twice that many fits: more folds of so few rows would not say more, other ones do. Rows
    in time are 3 to 5 later and later parts by their number.
    """
    n = len(y)
    affordable = _SEARCH_SHARE * n_workers * budget_seconds / (_ANCHOR_FITS * anchor_seconds)
    n_folds, pays = _folds_for(affordable, n, budget_seconds)
    kind = asked or ("holdout" if n_folds == 1 else "cv")
    if kind == "holdout":
        return Validation(kind=kind, n_folds=1, reason=_holdout_reason(n, asked, budget_seconds))
    if kind == "cv" and n_folds == 1:
        n_folds = 2
    if kind == "time":
        n_folds = min(n_folds, _MOST_CHAINED)
    cap, cause = _cap(y, task, n_groups, n_times, kind)
    n_repeats = 1 if kind == "time" else _repeats_for(affordable, n, min(n_folds, 5, cap))
    if n_repeats > 1:
        n_folds = min(n_folds, 5)
    if n_folds > cap:
        n_folds, why = cap, f": {cause}"
    elif pays:
        why = f": a budget of {format_duration(budget_seconds)} pays for them on {n:,} rows"
    else:
        why = (
            f" instead of 5: more candidates fit into {format_duration(budget_seconds)} "
            f"on {n:,} rows this way"
        )
    reason = _worded(kind, n_folds, n_repeats, why)
    if kind == "time" and n_undated:
        reason += f" {_left_out(n_undated)}"
    return Validation(kind=kind, n_folds=n_folds, n_repeats=n_repeats, reason=reason)


def _folds_for(affordable: float, n_rows: int, budget_seconds: float) -> tuple[int, bool]:
    if affordable >= 16 and budget_seconds >= 300 and n_rows <= _SMALL_ROWS:
        return 8, True
    small = n_rows <= _SMALL_ROWS
    if affordable >= (4 if small else 6):
        return 5, True
    return (3, False) if affordable >= (1.5 if small else 3) else (1, False)


def _repeats_for(affordable: float, n_rows: int, n_folds: int) -> int:
    most = 3 if n_rows < _VERY_FEW_ROWS else 2 if n_rows < _FEW_ROWS else 1
    return max(1, min(most, int(affordable / (2 * n_folds))))


def _cap(
    y: np.ndarray, task: TaskKind, n_groups: int | None, n_times: int | None, kind: str
) -> tuple[int, str]:
    """Most folds that the data allow, and what limits them."""
    n = len(y)
    caps = [(max(2, n // 2), f"there are only {n:,} rows")]
    if kind == "time":
        most = next((parts for rows, parts in _CHAINS if n < rows), _MOST_CHAINED)
        caps.append((most, f"there are only {n:,} rows"))
        if n_times is not None:
            caps.append((max(1, n_times - 1), f"there are only {n_times} different times"))
        return min(caps)
    if n_groups is not None:
        caps.append((max(2, n_groups), f"there are only {n_groups} groups"))
    if task != "regression":
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


def _worded(kind: str, n_folds: int, n_repeats: int, why: str) -> str:
    what = {
        "cv": f"{n_folds} folds",
        "group": f"{n_folds} folds that keep groups together",
        "time": f"{n_folds} later and later parts",
    }[kind]
    if n_repeats > 1:
        what += f", dealt out {n_repeats} times because rows are few"
    if n_folds == 1:
        what = {"group": "One held-out part of whole groups", "time": "The latest rows held out"}[
            kind
        ]
        why = why.removeprefix(" instead of 5")
    return f"{what[0].upper()}{what[1:]}{why}."


def _left_out(n_undated: int) -> str:
    rows = "row has" if n_undated == 1 else "rows have"
    return f"{n_undated:,} {rows} no time and cannot be put in order: left out."
