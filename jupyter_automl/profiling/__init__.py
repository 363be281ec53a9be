"""What a table says about the task, and what a person should know of it."""

from __future__ import annotations

from jupyter_automl.profiling.copied import without_copies
from jupyter_automl.profiling.distribution import Distribution, distribution
from jupyter_automl.profiling.finding import findings, infinities, repeated_rows
from jupyter_automl.profiling.guard import guarded
from jupyter_automl.profiling.leaks import scan_leaks
from jupyter_automl.profiling.rare import rare_classes
from jupyter_automl.profiling.target import MIN_ROWS, check_target
from jupyter_automl.profiling.task import infer_task
from jupyter_automl.profiling.usable import usable_features

__all__ = [
    "MIN_ROWS",
    "Distribution",
    "check_target",
    "distribution",
    "findings",
    "guarded",
    "infer_task",
    "infinities",
    "rare_classes",
    "repeated_rows",
    "scan_leaks",
    "usable_features",
    "without_copies",
]
