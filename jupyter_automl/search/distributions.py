"""Search spaces in Optuna's words, and parameters there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.space import Choice, Dimension, Integer, Real, Space

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


def to_distributions(space: Space) -> dict[str, BaseDistribution]:
    """One Optuna distribution a dimension."""
    return {name: _distribution(dimension) for name, dimension in space.items()}


def to_params(space: Space, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters a family takes, from what Optuna stores."""
    return {
        name: _choices(space[name])[value] if isinstance(space[name], Choice) else value
        for name, value in stored.items()
    }


def to_stored(space: Space, params: Mapping[str, Any]) -> dict[str, Any]:
    """What Optuna stores of parameters that did not come from it.

    A number outside its range is moved to the nearer end; a parameter that is not in the
    space, and a choice the space does not have, are left out.
    """
    stored: dict[str, Any] = {}
    for name, dimension in space.items():
        if name not in params:
            continue
        value = params[name]
        if isinstance(dimension, Choice):
            text = _text(value)
            if text in _choices(dimension):
                stored[name] = text
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and value == value:
            near = min(max(value, dimension.low), dimension.high)
            stored[name] = round(near) if isinstance(dimension, Integer) else float(near)
    return stored


def _distribution(dimension: Dimension) -> BaseDistribution:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    if isinstance(dimension, Real):
        return FloatDistribution(dimension.low, dimension.high, log=dimension.log)
    if isinstance(dimension, Integer):
        return IntDistribution(dimension.low, dimension.high, log=dimension.log)
    return CategoricalDistribution(tuple(_choices(dimension)))


def _choices(dimension: Dimension) -> dict[str, Any]:
    """Stored text to value: Optuna takes scalars only, and holds 1, 1.0 and True for one."""
    assert isinstance(dimension, Choice)
    return {_text(value): value for value in dimension.values}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
