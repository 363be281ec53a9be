"""What a person may want of the families of a run: fewer of one, or more of it."""

from __future__ import annotations

from collections.abc import Collection

from jupyter_automl.core.plan import Plan

BASELINE = "dummy"


def families_of(plan: Plan) -> tuple[str, ...]:
    """Every family that the plan trains, those that stack last."""
    return tuple(dict.fromkeys((*plan.families, *(step.family for step in plan.stacks))))


def leaves_nothing(plan: Plan, dropped: Collection[str]) -> bool:
    """Whether without these families nothing but the baseline is trained.

    Families that only stack do not count: they stand on what others say.
    """
    return not set(plan.families) - {BASELINE} - set(dropped)
