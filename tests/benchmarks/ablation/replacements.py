"""What stands in the place of a part that is switched off; each takes the original.

Nothing of the package is imported before a replacement is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Function = Callable[..., Any]

ONE_FAMILY = ("dummy", "lightgbm")


def first_start(warm_starts: Function) -> Function:
    """Of a family's warm starts only the first."""

    def replaced(self: Any, task: str, n_rows: int, n_columns: int) -> Sequence[Any]:
        return tuple(warm_starts(self, task, n_rows, n_columns))[:1]

    return replaced


def one_family(choose_families: Function) -> Function:
    """LightGBM, and the baseline that every run has."""

    def replaced(*args: Any, **kwargs: Any) -> tuple[Mapping[str, Any], Sequence[Any]]:
        chosen, notices = choose_families(*args, **kwargs)
        return {name: chosen[name] for name in ONE_FAMILY if name in chosen}, notices

    return replaced


def no_selection(select: Function) -> Function:
    """As where no blend is better than the best single trial."""
    return lambda self, deadline_monotonic=None: None


def no_space(space: Function) -> Function:
    """As families that have nothing to search."""
    return lambda self, task, n_rows, n_columns: {}


def all_the_time(starts_share: Function) -> Function:
    """No part of the budget is kept for a search: all warm starts that fit are tried."""
    return lambda families, room: 1.0


def no_stacks(plan_stacks: Function) -> Function:
    """No model is given what others say."""
    return lambda families, validation, room: ()


def no_sample(affordable_rows: Function) -> Function:
    """All rows, or none: a booster stops in time by itself, another family is left out."""

    def replaced(family: Any, room: Any) -> int | None:
        from jupyter_automl.evaluate import BOOSTERS

        rows = affordable_rows(family, room)
        if rows is None or family.name in ("dummy", "lightgbm"):
            return None
        return None if rows > 0 and family.name in BOOSTERS else 0

    return replaced


def no_quick_start(quick_rows: Function) -> Function:
    """The first booster on all rows at once."""
    return lambda family, room: None


def no_pruning(least_scores: Function) -> Function:
    """Every trial is fitted on all its folds."""
    return lambda state, family: ()


def no_checks(n_checks: Function) -> Function:
    """As on large data: chosen by the metric itself, on the rows that it was chosen on."""
    return lambda n_rows: 0


def no_extra(init: Function) -> Function:
    """No pairs and no interactions, whatever a trial asks for."""

    def replaced(self: Any, columns: Any, **options: Any) -> None:
        init(self, columns, **{**options, "extra": None})

    return replaced


def plain_makers(planned: Function) -> Function:
    """Numbers, dates as one number each, and everything else as categories."""

    def replaced(self: Any) -> list[Any]:
        from tests.benchmarks.ablation.plain_features import plain_makers

        return plain_makers(self.columns)

    return replaced


def no_target_means(can_encode: Function) -> Function:
    """As where the target cannot be averaged."""
    return lambda y: False
