"""What errors cost, as a table by true class and predicted class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jupyter_automl.core.errors import ArgumentError


def cost_matrix(costs: Any, n_classes: int) -> np.ndarray:
    """Costs as float64 of shape (k, k): rows are true classes, columns predicted ones.

    Parameters
    ----------
    costs : mapping or array
        ``{"false_positive": 1, "false_negative": 5}`` for two classes, or numbers in the
        order of the classes.

    Raises
    ------
    ArgumentError
        If it is neither, or not finite.

    Notes
    -----
    `decide.cost_table` reads tables with labels too; whoever has those calls it before.
    """
    given = costs
    if isinstance(costs, Mapping) and n_classes == 2:
        if set(costs) != {"false_positive", "false_negative"}:
            raise _wrong(n_classes, given)
        costs = [[0.0, costs["false_positive"]], [costs["false_negative"], 0.0]]
    try:
        table = np.asarray(costs, dtype=np.float64)
    except (TypeError, ValueError):
        raise _wrong(n_classes, given) from None
    if table.shape != (n_classes, n_classes) or not np.isfinite(table).all():
        raise _wrong(n_classes, given)
    return table


def _wrong(n_classes: int, given: object) -> ArgumentError:
    words = ', or {"false_positive": ..., "false_negative": ...}' if n_classes == 2 else ""
    return ArgumentError(
        f"The costs must be a table of {n_classes} x {n_classes} finite numbers, a row a true "
        f"class and a column a predicted one{words}. Got {str(given)[:200]!r}.",
        argument="costs",
    )
