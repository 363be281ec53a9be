"""How much of a run one trial may take."""

from __future__ import annotations

from jupyter_automl.core.plan import Plan

BOOSTERS = frozenset(("lightgbm", "xgboost", "catboost", "hist_gradient_boosting"))
"""Families that fit trees for every class, one round after another, and stop in time."""

FORESTS = frozenset(("random_forest", "extra_trees"))
"""Families that grow many deep trees, each on its own."""

_BOOSTER_SHARE = 0.35
_OTHER_SHARE = 0.2
_FOREST_SHARE = 0.1
_FEW_FAMILIES = 2
_FEW_SHARE = 0.5


def trial_share(family: str, families: tuple[str, ...]) -> float:
    """Part of the budget that one trial may take, so that others get their turn.

    A well fitted booster is worth more than anything else on large data, the other kinds
    are there for diversity, forests with little weight in most ensembles; half for each where
    a person chose two families at most.
    """
    if family == "dummy":
        # Its fit costs nothing: a machine too busy to start a process must not lose the row.
        return 1.0
    if len(set(families) - {"dummy"}) <= _FEW_FAMILIES:
        return _FEW_SHARE
    if family in FORESTS:
        return _FOREST_SHARE
    return _BOOSTER_SHARE if family in BOOSTERS else _OTHER_SHARE


def longest_trial_seconds(plan: Plan, family: str) -> float:
    """Seconds that a trial of `family` may take, all folds together."""
    usable = plan.budget_seconds - plan.reserve_seconds
    return trial_share(family, plan.families) * usable
