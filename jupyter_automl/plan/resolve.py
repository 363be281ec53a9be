"""From what a person said to a task that can be planned, or to one clear error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, TargetError, UnknownNameError, did_you_mean
from jupyter_automl.core.task import TASKS, TaskSpec
from jupyter_automl.plan.choose import choose_families, choose_features
from jupyter_automl.plan.columns import likely_targets, match_column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DEFAULT_BUDGET_SECONDS = 300.0
_LOOKED_AT = 1_000
VALIDATIONS = ("holdout", "cv", "time", "group")


def resolve_task(spec: TaskSpec, dataset: Dataset) -> TaskSpec:
    """`spec` with target, task, metric, positive class and budget filled in and checked.

    Column names are matched but for case and separators. What was not given is found out
    from the target column; `origin` says ``"data"`` or ``"default"`` then and `reasons`
    says why. `validation` is set where a group or time column asks for it, and stays None
    where the plan is to choose between cross-validation and a holdout.

    Raises
    ------
    TargetError
        If there is no target, it is no column, or it cannot be learned from.
    DataError
        If no column is left to learn from.
    ArgumentError
        If another column, the task, the validation, the families or the positive class does
        not fit.
    UnknownNameError
        If there is no such metric or family.
    """
    spec = _resolve_columns(_with_origins(spec), dataset)
    _check_families(spec)
    if spec.filters:
        raise ArgumentError(
            f"Rows cannot be filtered in a run. Got a filter on {spec.filters[0].column!r}.",
            hint="Filter the table first and train on the rest.",
            argument="filters",
        )
    spec = _resolve_validation(spec)
    spec = _resolve_target(spec, dataset)
    _check_values(spec, dataset)
    # A run that could only fail must not start.
    choose_features(spec, dataset)
    choose_families(spec, spec.families_only, dataset.n_rows)
    return spec


def _with_origins(spec: TaskSpec) -> TaskSpec:
    """What is set and has no origin yet was given as an argument."""
    fields = ("task", "target", "metric", "exclude", "positive", "time", "group", "weight")
    fields += ("validation", "budget_seconds", "families_only", "families_avoid")
    given = {name: "argument" for name in fields if getattr(spec, name) not in (None, ())}
    return replace(spec, origin={**given, **spec.origin})


def _resolve_columns(spec: TaskSpec, dataset: Dataset) -> TaskSpec:
    if spec.target is None:
        likely = likely_targets(dataset.columns)
        names = " or ".join(repr(name) for name in likely)
        raise TargetError(
            f"Which column of {dataset.name!r} should be predicted? No target was given.",
            hint=f"Name it, for example target={likely[0]!r}. Likely: {names}."
            if likely
            else "Name it: target=...",
            argument="target",
            likely=likely,
        )
    target = match_column(spec.target, dataset, "target")
    exclude = tuple(dict.fromkeys(match_column(name, dataset, "exclude") for name in spec.exclude))
    roles = {
        role: match_column(name, dataset, role)
        for role in ("group", "time", "weight")
        if (name := getattr(spec, role)) is not None
    }
    for role, name in (*roles.items(), *(("exclude", name) for name in exclude)):
        if name == target:
            raise ArgumentError(
                f"The target {target!r} cannot be used for {role!r} too.",
                hint="Choose another column for one of the two.",
                argument=role,
            )
    return replace(spec, target=target, exclude=exclude, **roles)


def _check_families(spec: TaskSpec) -> None:
    from jupyter_automl.models import FAMILIES

    for name in (*spec.families_only, *spec.families_avoid):
        FAMILIES.entry(name)


def _resolve_validation(spec: TaskSpec) -> TaskSpec:
    if spec.validation is None:
        for role, why in (("time", "later rows must not"), ("group", "rows of a group must not")):
            column = getattr(spec, role)
            if column is not None:
                reason = f"{column!r} is the {role} column: {why} help to predict others."
                if role == "time" and spec.group is not None:
                    reason += (
                        f" Rows of the same {spec.group!r} may be on both sides, earlier and "
                        'later; validation="group" keeps them together instead.'
                    )
                return _filled(spec, "validation", role, "data", reason)
        return spec
    kind = str(spec.validation).strip().casefold()
    if kind not in VALIDATIONS:
        raise ArgumentError(
            f"The validation must be one of: {', '.join(VALIDATIONS)}. Got {spec.validation!r}.",
            hint=did_you_mean(spec.validation, VALIDATIONS) or "Leave it out to have it chosen.",
            argument="validation",
        )
    if kind in ("time", "group") and getattr(spec, kind) is None:
        example = {"time": "date", "group": "customer_id"}[kind]
        raise ArgumentError(
            f"validation={kind!r} needs a {kind} column. None was given.",
            hint=f"Name it, for example {kind}={example!r}.",
            argument=kind,
        )
    return replace(spec, validation=kind)


def _resolve_target(spec: TaskSpec, dataset: Dataset) -> TaskSpec:
    from jupyter_automl.data import load_table

    assert spec.target is not None
    values = load_table(dataset, [spec.target]).column(0)
    spec = _resolve_kind(spec, dataset, values)
    counts = _class_counts(values) if spec.task != "regression" else {}
    if spec.task == "binary":
        spec = _resolve_positive(spec, counts)
    spec = _resolve_metric(spec, counts, values)
    if spec.budget_seconds is None:
        reason = "No budget was given."
        spec = _filled(spec, "budget_seconds", DEFAULT_BUDGET_SECONDS, "default", reason)
    return spec


def _check_values(spec: TaskSpec, dataset: Dataset) -> None:
    """Whether the time, group and weight columns hold what they must."""
    from jupyter_automl.data import load_frame
    from jupyter_automl.evaluate.trial_data import row_weights, sortable_time

    for role in ("time", "group"):
        name = getattr(spec, role)
        if name is not None and dataset.column(name).n_unique < 2:
            raise ArgumentError(
                f"The {role} column must hold at least 2 different values. "
                f"{name!r} holds {dataset.column(name).n_unique}.",
                hint=f"Choose another {role} column, or leave it out.",
                argument=role,
                column=name,
            )
    if spec.time is not None:
        sortable_time(load_frame(dataset, [spec.time])[spec.time].dropna().head(_LOOKED_AT))
    if spec.weight is not None:
        row_weights(load_frame(dataset, [spec.weight])[spec.weight])


def _resolve_kind(spec: TaskSpec, dataset: Dataset, values: pa.ChunkedArray) -> TaskSpec:
    from jupyter_automl.profiling import check_target, infer_task

    assert spec.target is not None
    schema = dataset.column(spec.target)
    if spec.task is None:
        kind, reason = infer_task(values, schema)
        spec = _filled(spec, "task", kind, "data", reason)
    if spec.task == "forecast":
        raise ArgumentError(
            "Forecasting is not offered. Got task='forecast'.",
            hint='Predict the value from columns known beforehand: task="regression" with '
            'time="<date column>" tests on later rows only.',
            argument="task",
        )
    if spec.task not in TASKS:
        raise UnknownNameError(
            f"The task must be one of: {', '.join(TASKS)}. Got {spec.task!r}.",
            hint=did_you_mean(spec.task, TASKS) or "Leave it out to have it read from the target.",
            argument="task",
            name=str(spec.task),
            kind="task",
        )
    check_target(values, schema, spec.task)
    return spec


def _resolve_positive(spec: TaskSpec, counts: Mapping[Any, int]) -> TaskSpec:
    from jupyter_automl.evaluate import choose_positive
    from jupyter_automl.evaluate.target import match_label

    labels = sorted(counts, key=str)
    if spec.positive is not None:
        return replace(spec, positive=match_label(spec.positive, labels))
    chosen, reason = choose_positive(labels, [counts[label] for label in labels])
    return _filled(spec, "positive", chosen, "data", reason)


def _resolve_metric(spec: TaskSpec, counts: Mapping[Any, int], values: pa.ChunkedArray) -> TaskSpec:
    from jupyter_automl.evaluate.metrics import default_metric, find_metric

    assert spec.task is not None
    if spec.metric is None:
        stats = {
            "binary": counts.get(spec.positive, 0) / max(1, sum(counts.values())),
            "multiclass": float(len(counts)),
        }.get(spec.task)
        name, reason = default_metric(spec.task, stats)
        return _filled(spec, "metric", name, "default", reason)
    metric = find_metric(spec.metric, spec.task)
    check = getattr(metric, "check_target", None)
    if check is not None and spec.task == "regression":
        check(_known_numbers(values))
    return replace(spec, metric=metric.name)


def _class_counts(values: pa.ChunkedArray) -> dict[Any, int]:
    """Rows a class, by plain label; missing values are left out."""
    from jupyter_automl.evaluate.target import plain_label

    counts: dict[Any, int] = {}
    for item in values.drop_null().value_counts().to_pylist():
        label = plain_label(item["values"])
        if label == label:  # not-a-number is a missing value
            counts[label] = counts.get(label, 0) + item["counts"]
    return counts


def _known_numbers(values: pa.ChunkedArray) -> np.ndarray:
    import numpy as np

    numbers = np.asarray(values.drop_null().to_numpy(), dtype=np.float64)
    return numbers[np.isfinite(numbers)]


def _filled(spec: TaskSpec, field: str, value: Any, origin: str, reason: str) -> TaskSpec:
    changes: dict[str, Any] = {field: value}
    return replace(
        spec,
        **changes,
        origin={**spec.origin, field: origin},
        reasons={**spec.reasons, field: reason},
    )
