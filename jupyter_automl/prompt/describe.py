"""A task to a prompt that reads back as the same task."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_automl.core.task import TaskSpec

_TASKS = {
    "binary": "It is a binary classification task.",
    "multiclass": "It is a multiclass classification task.",
    "regression": "It is a regression task.",
    "forecast": "It is a time series forecasting task.",
}
_VALIDATION = {
    "cv": "Validate with cross validation.",
    "holdout": "Validate with a holdout split.",
    "time": "Validate with a time split.",
    "group": "Validate with a group split.",
}


def describe(spec: TaskSpec) -> str:
    """Write the prompt that `parse` reads as these fields.

    Parameters
    ----------
    spec : TaskSpec
        Fields that are None or empty are left out; row filters, constraints and
        questions are not written.

    Returns
    -------
    str
        Sentences; column names and classes stand in back ticks.
    """
    said = []
    if spec.target is not None:
        said.append(f"Predict {quote(spec.target)}.")
    if spec.task is not None:
        said.append(_TASKS[spec.task])
    if spec.positive is not None:
        said.append(f"The positive class is {quote(str(spec.positive))}.")
    if spec.metric is not None:
        said.append(f"Optimise for {spec.metric}.")
    if spec.exclude:
        said.append(f"Ignore {_listed([quote(name) for name in spec.exclude])}.")
    for role in ("time", "group", "weight"):
        name = getattr(spec, role)
        if name is not None:
            said.append(f"The {role} column is {quote(name)}.")
    if spec.horizon is not None:
        said.append(f"The horizon is {spec.horizon} steps.")
    if spec.validation is not None:
        said.append(_VALIDATION[spec.validation])
    if spec.families_only:
        said.append(f"Use only {_listed(spec.families_only)}.")
    if spec.families_avoid:
        said.append(f"Do not use {_listed(spec.families_avoid)}.")
    if spec.budget_seconds is not None:
        said.append(f"Train for {spec.budget_seconds:.12g} seconds.")
    return " ".join(said)


def quote(name: str) -> str:
    """A name in back ticks; one inside it is doubled."""
    return f"`{name.replace('`', '``')}`"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
