"""One fit on a device, and on the CPU where that fails."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_automl.core.plan import Device
from jupyter_automl.core.protocols import Estimator

_LONGEST = 200


def fitted_on(
    device: Device, fit: Callable[[Mapping[str, Any]], Estimator]
) -> tuple[Estimator, str]:
    """A fitted model, and why it could not be fitted on the GPU; empty where it was.

    Parameters
    ----------
    fit : callable
        ``fit(further)`` builds with these further arguments and fits. Families of other
        packages need not know the argument ``device``: for the CPU there is none.
    """
    error = ""
    if device != "cpu":
        try:
            return fit({"device": device}), ""
        # Memory, drivers and kernels fail in ways that no library gives names to.
        except Exception as failure:
            error = _in_short(failure)
        # What the failed fit holds of the GPU's memory goes with its cycles.
        gc.collect()
    return fit({}), error


def _in_short(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:_LONGEST]
