"""Seconds: what is kept for the end, and what a fit will take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.protocols import Family
from jupyter_automl.core.trial import SAMPLE_ROWS, fits_of
from jupyter_automl.evaluate import BOOSTERS

_CLASS_FACTOR = 0.6
_MOST_CLASS_FACTOR = 8.0
_WIDTHS = {"text": 32, "datetime": 8}


_RATE = "learning_rate"
_MOST_PACE = 4.0
_RANDOM_SPLITS = 2.5
"""Times the rounds of the same booster with the best splits: 1.4 on bank_marketing, 2.5 on
adult_census, 6 on diamonds (LightGBM, patience)."""

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
    if _boosts(family) and n_classes > 2:
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
    family: Family, plan: Plan, n_rows: int, params: Mapping[str, Any], n_columns: int | None = None
) -> float:
    """Rough seconds of all fits of a trial on one core, left to finish.

    Parameters
    ----------
    n_rows : int
        Training rows of a fold.
    n_columns : int, optional
        As `encoded_columns` counts them; None is one a feature.
    params : Mapping
        Of the trial; they say whether it takes a sample of these rows, and how fast a booster
        learns: half the rate of the family's first warm start takes twice the rounds.
    """
    n_fits: float = fits_of(plan, family.name, params)
    rows = min(n_rows, params.get(SAMPLE_ROWS, n_rows))
    if n_fits < plan.n_fits:
        rows = all_rows(n_rows, plan.n_folds)
        n_fits = once_fits(family)
    width = len(plan.features) if n_columns is None else n_columns
    one = fit_seconds(family, rows, width, len(plan.classes))
    return n_fits * one * _pace(family, plan, n_rows, params)


def once_fits(family: Family) -> float:
    """Ordinary fits that take as long as one which says of each row what it is without it."""
    return float(getattr(family, "left_out_fits", 1.0))


def _boosts(family: Family) -> bool:
    return family.name in BOOSTERS or bool(getattr(family, "stacks", False))


def _pace(family: Family, plan: Plan, n_rows: int, params: Mapping[str, Any]) -> float:
    """Rounds that a booster needs, as a multiple of those of its family's first warm start."""
    if not _boosts(family) or _RATE not in params:
        return 1.0
    slower = _RANDOM_SPLITS if params.get("extra_trees") else 1.0
    starts = family.warm_starts(plan.task, n_rows, len(plan.features))
    usual = next((first[_RATE] for _, first in starts if _RATE in first), params[_RATE])
    return float(np.clip(slower * usual / params[_RATE], 1 / _MOST_PACE, _MOST_PACE))
