"""What a run will do, decided before it starts: the resolved task, folds, order of work."""

from __future__ import annotations

from jupyter_automl.plan.allowance import Allowance, check_total, fitting_workers, share_out
from jupyter_automl.plan.planner import make_plan
from jupyter_automl.plan.resolve import DEFAULT_BUDGET_SECONDS, resolve_task

__all__ = [
    "DEFAULT_BUDGET_SECONDS",
    "Allowance",
    "check_total",
    "fitting_workers",
    "make_plan",
    "resolve_task",
    "share_out",
]
