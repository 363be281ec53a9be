"""Seconds: what is kept for the end, and what a fit will take."""

from __future__ import annotations

from jupyter_automl.core.protocols import Family

BOOSTERS = frozenset(("lightgbm", "xgboost", "catboost"))
"""Families that fit trees for every class and that stop by themselves when time is up."""

_MOST_CLASS_FACTOR = 12.0


def reserve_seconds(budget_seconds: float) -> float:
    """Kept at the end for the ensemble: 8 % of the budget, from 2 s to 60 s.

    Of a budget of 10 s or less at most a quarter.
    """
    reserve = min(60.0, max(2.0, 0.08 * budget_seconds))
    return min(reserve, 0.25 * budget_seconds) if budget_seconds <= 10 else reserve


def fit_seconds(family: Family, n_rows: int, n_columns: int, n_classes: int) -> float:
    """Rough seconds of one fit on one core.

    `Family.cost` is for two classes; boosters fit a tree a class, and stop earlier the
    more classes there are.
    """
    seconds = family.cost(n_rows, n_columns)
    if family.name in BOOSTERS and n_classes > 2:
        seconds *= min(_MOST_CLASS_FACTOR, 0.6 * n_classes)
    return seconds
