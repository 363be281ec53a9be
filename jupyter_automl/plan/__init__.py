"""What a run will do, decided before it starts: the resolved task, folds, order of work."""

from __future__ import annotations

from jupyter_automl.plan.allowance import (
    Allowance,
    check_total,
    fitting_workers,
    least_bytes,
    part_bytes,
    share_out,
)
from jupyter_automl.plan.planner import make_plan
from jupyter_automl.plan.resolve import DEFAULT_BUDGET_SECONDS, resolve_task

__all__ = [
    "DEFAULT_BUDGET_SECONDS",
    "Allowance",
    "check_total",
    "fitting_workers",
    "least_bytes",
    "make_plan",
    "part_bytes",
    "resolve_task",
    "share_out",
]
