"""Runs: a pure machine, the driver that carries it out, and the processes around them."""

from __future__ import annotations

from jupyter_automl.engine.children import child_environment
from jupyter_automl.engine.launching import (
    dismiss_standby,
    launch,
    prepare_standby,
    wait_for_standby,
)
from jupyter_automl.engine.reconciling import reconcile
from jupyter_automl.engine.running import run_inline

__all__ = [
    "child_environment",
    "dismiss_standby",
    "launch",
    "prepare_standby",
    "reconcile",
    "run_inline",
    "wait_for_standby",
]
