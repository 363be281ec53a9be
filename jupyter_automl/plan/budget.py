"""Seconds: what is kept for the end, and what a fit will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.protocols import Family
from jupyter_automl.core.trial import SAMPLE_ROWS, fits_of
from jupyter_automl.evaluate import BOOSTERS, longest_trial_seconds

_CLASS_FACTOR = 0.6
_MOST_CLASS_FACTOR = 8.0
_WIDTHS = {"text": 32, "datetime": 8}


_UNEXPLAINED = 0.4
"""Of the reserve that a run needs which explains nothing."""


def reserve_seconds(budget_seconds: float, *, explain: bool = True) -> float:
    """Kept at the end for the ensemble and the explanation: 8 % of the budget, 2 s to 60 s.

    Of a budget of 10 s or less at most a quarter. Two fifths of that without an explanation.
    """
    reserve = min(60.0, max(2.0, 0.08 * budget_seconds))
    reserve = min(reserve, 0.25 * budget_seconds) if budget_seconds <= 10 else reserve
    return reserve if explain else _UNEXPLAINED * reserve


def fit_seconds(family: Family, n_rows: int, n_columns: int, n_classes: float) -> float:
    """Rough seconds of one fit on one core, left to finish.

    `Family.cost` is for two classes; boosters fit a tree a class in every round, and need
    fewer rounds the more classes there are.

    Parameters
    ----------
    n_classes : float
        Better the effective number of classes (see `effective_classes`) than all of them:
        the trees of rare classes are small.
    """
    seconds = family.cost(n_rows, n_columns)
    if family.name in BOOSTERS and n_classes > 2:
        seconds *= min(_MOST_CLASS_FACTOR, max(1.0, _CLASS_FACTOR * n_classes))
    return seconds


def effective_classes(y: np.ndarray) -> float:
    """How many equally frequent classes are as mixed as these codes: exp of the entropy."""
    shares = np.bincount(y) / max(1, len(y))
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def encoded_columns(columns: Sequence[ColumnSchema]) -> int:
    """Roughly how many columns a tree gets: texts and dates become several."""
    return sum(_WIDTHS.get(column.kind, 1) for column in columns)


def all_rows(n_rows: int, n_folds: int) -> int:
    """Rows of a table of which a fold of a cross-validation trains on `n_rows`."""
    return n_rows * n_folds // max(1, n_folds - 1)


def expected_trial_seconds(
    family: Family, plan: Plan, n_rows: int, params: Mapping[str, Any]
) -> float:
    """Rough seconds of all fits of a trial on one core, its limit included.

    Parameters
    ----------
    n_rows : int
        Training rows of a fold.
    params : Mapping
        Of the trial; they say whether it takes a sample of these rows.
    """
    n_fits = fits_of(plan, family.name, params)
    rows = min(n_rows, params.get(SAMPLE_ROWS, n_rows))
    if n_fits < plan.n_fits:
        rows = all_rows(n_rows, plan.n_folds)
    one = fit_seconds(family, rows, len(plan.features), len(plan.classes))
    return min(n_fits * one, longest_trial_seconds(plan, family.name))
