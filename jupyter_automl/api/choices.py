"""What a person chooses of a table's profile, as keywords of `fit`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import arguments
from jupyter_automl.core.task import TaskSpec

if TYPE_CHECKING:
    from jupyter_automl.api.tables import OpenedTable

CHOICES: tuple[str, ...] = ("target", "exclude", "group", "time", "metric")
"""Keywords of `fit` that findings propose, and the target that they are about."""


def check_choices(table: OpenedTable, choices: Mapping[str, Any]) -> TaskSpec:
    """The task that `fit` would make of a table and these keywords.

    Where the target is not known yet, what follows from it stays None.

    Parameters
    ----------
    choices : Mapping
        Of `CHOICES`; None is "as if never set".

    Raises
    ------
    AutoMLError
        If one of them cannot be used.
    """
    from jupyter_automl.api.settings import settings
    from jupyter_automl.plan import resolve_task
    from jupyter_automl.plan.columns import match_column

    given = {name: value for name, value in choices.items() if value is not None}
    spec = arguments.check(
        **{
            **dict.fromkeys(arguments.KEYWORDS),
            **{"exclude": (), "executor": "local", "use_all_time": False, "random_state": 0},
            **given,
        }
    ).explicit
    spec = replace(spec, budget_seconds=settings().budget_seconds)
    if spec.target is not None:
        return resolve_task(spec, table.dataset)
    roles = {
        role: match_column(name, table.dataset, role)
        for role in ("group", "time")
        if (name := getattr(spec, role)) is not None
    }
    exclude = tuple(match_column(name, table.dataset, "exclude") for name in spec.exclude)
    return replace(spec, exclude=exclude, **roles)


def fit_code(data: str, keywords: Mapping[str, Any]) -> str:
    """A line of Python that trains with these keywords.

    Parameters
    ----------
    data : str
        The table, as code.
    """
    told = (f"{name}={value!r}" for name, value in keywords.items())
    return f"ja.fit({', '.join((data, *told))})"
