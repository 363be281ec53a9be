"""Whether models may be stacked on others."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_automl.core.plan import PlanStep
from jupyter_automl.core.protocols import Family
from jupyter_automl.plan.folds import Validation
from jupyter_automl.plan.order import Room

LEAST_ROWS = 1_000
"""Below so many training rows of a fold it gained nothing (german_credit, titanic)."""

_KINDS = ("cv", "group")


def without_stacking(families: Mapping[str, Family]) -> dict[str, Family]:
    """The families that need no others."""
    return {name: family for name, family in families.items() if not _stacks(family)}


def plan_stacks(
    families: Mapping[str, Family], validation: Validation, room: Room
) -> tuple[PlanStep, ...]:
    """Settings to try on what the first models say; none where that is not known of every row.

    Folds dealt out several times say of a row what models say that have learned from it, too,
    in another repeat. In time, the first rows are never held out. Where a run has to repeat, what
    there is to stack on must not depend on the clock.
    """
    several = validation.kind in _KINDS and validation.n_folds > 1 and validation.n_repeats == 1
    if not several or room.repeatable or room.n_rows < LEAST_ROWS:
        return ()
    return tuple(
        PlanStep(family=name, params=dict(params), source="stack", label=label)
        for name, family in families.items()
        if _stacks(family)
        for label, params in family.warm_starts(room.task, room.n_rows, room.n_columns)
    )


def _stacks(family: Family) -> bool:
    return bool(getattr(family, "stacks", False))
