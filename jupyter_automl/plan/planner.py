"""The plan of a run: features, folds, families and the order of work, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.plan import DeviceSetting, Plan, PlanStep
from jupyter_automl.core.protocols import Family
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.evaluate import EncodedTarget, encode_target, holdout_fraction_for
from jupyter_automl.evaluate.target import known_rows
from jupyter_automl.models.devices import choose_devices
from jupyter_automl.models.gpus import Findings, find_gpus
from jupyter_automl.plan.budget import (
    effective_classes,
    encoded_columns,
    fit_seconds,
    reserve_seconds,
)
from jupyter_automl.plan.choose import choose_families, choose_features
from jupyter_automl.plan.folds import Validation, choose_validation
from jupyter_automl.plan.memory import Load, load_of
from jupyter_automl.plan.order import Room, order_steps, starts_share
from jupyter_automl.plan.resolve import DEFAULT_BUDGET_SECONDS
from jupyter_automl.plan.stacking import plan_stacks, without_stacking

_FALLBACK_ANCHOR = 2.5e-6
"""Seconds a row and column of a default LightGBM fit, one core (2.3 s at 50,000 x 14)."""


def make_plan(
    task: TaskSpec,
    dataset: Dataset,
    *,
    n_workers: int,
    families: Sequence[str] | None = None,
    random_state: int = 0,
    device: DeviceSetting = "auto",
    repeatable: bool = False,
    explain: bool = True,
    find: Callable[[], Findings] = find_gpus,
    worker_bytes: int | None = None,
) -> tuple[Plan, tuple[NoticeRaised, ...]]:
    """Decide what a run will do.

    Parameters
    ----------
    task : TaskSpec
        Resolved (see `resolve_task`).
    n_workers : int
        Trials that run at the same time, one core each.
    families : sequence of str or None
        The only ones to use; None takes `task.families_only`, or all that are installed
        and fit the data.
    device : DeviceSetting
        Whether boosters may be fitted on a GPU.
    repeatable : bool
        The run has to give the same scores again.
    explain : bool
        Time is kept for an explanation.
    find : callable
        What GPUs there are; asked only where the data are large enough for one.
    worker_bytes : int or None
        What a worker may hold; None knows no limit.

    Raises
    ------
    DataError
        If no column is left to learn from.
    ArgumentError
        If no family is left, or one is asked for that cannot do the task, or none of those
        that are fits into memory.
    UnavailableError
        If one is asked for whose package is not installed.
    """
    from jupyter_automl.evaluate.metrics import find_metric

    assert task.task is not None
    assert task.target is not None
    assert task.metric is not None
    budget = task.budget_seconds or DEFAULT_BUDGET_SECONDS
    target, dropped = _target(task, dataset)
    features, notices = choose_features(task, dataset)
    asked = tuple(families) if families is not None else task.families_only
    every, left_out = choose_families(task, asked, len(target.y))
    chosen = without_stacking(every)
    width = encoded_columns(dataset.select(features))
    validation = _validation(task, dataset, target, width, chosen, budget, n_workers)
    load = _load(dataset, features, target, validation)
    learned = load.means > 0 or any(one.kind == "text" for one in dataset.select(features))
    once = () if learned else _fitted_once(task, validation, chosen)
    reserve = reserve_seconds(budget, explain=explain)
    room = Room(
        task=task.task,
        n_rows=_training_rows(len(target.y), validation),
        n_columns=width,
        n_classes=effective_classes(target.y) if target.classes else 0.0,
        n_folds=validation.n_folds * validation.n_repeats,
        n_workers=n_workers,
        usable_seconds=budget - reserve,
        families=tuple(chosen),
        fitted_once=once,
        load=load,
        worker_bytes=worker_bytes,
        repeatable=repeatable,
    )
    steps, skipped, dear = order_steps(chosen, room, chosen_by_person=bool(asked))
    _check_steps(steps, skipped)
    judged = " ".join((validation.reason, *_once_reason(once, chosen)))
    reasons = {**task.reasons, "validation": judged}
    if dear:
        reasons["families"] = (
            f"Left out: {', '.join(dear)}. Others are worth more of {format_duration(budget)}; "
            "families=... takes any of them."
        )
    devices = choose_devices(
        device,
        tuple(chosen),
        n_rows=room.n_rows,
        n_columns=width,
        find=find,
        repeatable=repeatable,
    )
    if devices.reason:
        reasons["device"] = devices.reason
    told = (NoticeRaised(code="gpu_not_used", message=devices.notice),) if devices.notice else ()
    taking_part = {step.family for step in steps}
    metric = find_metric(task.metric, task.task)
    plan = Plan(
        task=task.task,
        target=task.target,
        metric=metric.name,
        greater_is_better=metric.greater_is_better,
        classes=target.classes,
        features=features,
        validation=validation.kind,
        n_folds=validation.n_folds,
        n_repeats=validation.n_repeats,
        budget_seconds=budget,
        reserve_seconds=reserve,
        n_workers=n_workers,
        random_state=random_state,
        families=tuple(name for name in chosen if name in taking_part),
        steps=steps,
        starts_share=starts_share(chosen, room),
        stacks=plan_stacks(every, validation, room),
        reasons=reasons,
        fitted_once=tuple(name for name in once if name in taking_part),
        gpu={name: use for name, use in devices.gpu.items() if name in taking_part},
    )
    return plan, (*dropped, *notices, *left_out, *skipped, *told)


def _target(task: TaskSpec, dataset: Dataset) -> tuple[EncodedTarget, tuple[NoticeRaised, ...]]:
    from jupyter_automl.data import load_frame

    assert task.task is not None
    assert task.target is not None
    columns = [task.target] if task.weight is None else [task.target, task.weight]
    frame = load_frame(dataset, columns)
    values = frame[task.target]
    told = known_rows(values, task.task)
    weights = None if task.weight is None else frame[task.weight]
    known = told if weights is None else known_rows(values, task.task, weights)
    target = encode_target(values[known], task.task, task.positive)
    missing, idle = int((~told).sum()), int((told & ~known).sum())
    notices = []
    if missing:
        notices.append(_left_out(missing, "no value in the target", task.target, "missing_target"))
    if idle:
        notices.append(_left_out(idle, "the weight 0", task.weight, "zero_weight"))
    return target, tuple(notices)


def _left_out(n_rows: int, why: str, column: str | None, code: str) -> NoticeRaised:
    rows = "row has" if n_rows == 1 else "rows have"
    message = f"{n_rows:,} {rows} {why} and cannot be learned from."
    return NoticeRaised(code=code, message=message, column=column)


def _validation(
    task: TaskSpec,
    dataset: Dataset,
    target: EncodedTarget,
    n_columns: int,
    chosen: Mapping[str, Family],
    budget: float,
    n_workers: int,
) -> Validation:
    assert task.task is not None
    n_rows = len(target.y)
    anchor = n_rows * n_columns * _FALLBACK_ANCHOR
    if "lightgbm" in chosen:
        classes = effective_classes(target.y) if target.classes else 0.0
        anchor = fit_seconds(chosen["lightgbm"], n_rows, n_columns, classes)
    return choose_validation(
        target.y,
        task=task.task,
        asked=task.validation,
        anchor_seconds=max(anchor, 0.01),
        budget_seconds=budget,
        n_workers=n_workers,
        n_groups=dataset.column(task.group).n_unique if task.group else None,
        n_times=dataset.column(task.time).n_unique if task.time else None,
        n_undated=dataset.column(task.time).n_missing if task.time else 0,
    )


def _fitted_once(
    task: TaskSpec, validation: Validation, chosen: Mapping[str, Family]
) -> tuple[str, ...]:
    """Families that need no folds, where these are dealt out by chance.

    Where rows are so few that they are dealt out several times, the mean over these is worth
    more than the time. What is learned of the target before a model sees the rows (means of
    categories, words that tell) is learned of a row's own too: probably why on titanic forests
    look 0.02 to 0.05 of AUC better out of bag than in folds, and are no better on new rows.
    """
    if validation.kind != "cv" or validation.n_repeats > 1 or task.group:
        return ()
    return tuple(
        name for name, family in chosen.items() if getattr(family, "leaves_rows_out", False)
    )


def _once_reason(once: Sequence[str], chosen: Mapping[str, Family]) -> tuple[str, ...]:
    if not once:
        return ()
    labels = [chosen[name].label for name in once]
    names = " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
    what = "is" if len(labels) == 1 else "are"
    return (
        f"{names} {what} fitted once on all rows; each row is judged by what has not "
        "learned from it.",
    )


def _check_steps(steps: Sequence[PlanStep], notices: Sequence[NoticeRaised]) -> None:
    """Raise where nothing but the baseline is left because of the memory."""
    short = [notice.message for notice in notices if notice.code == "memory_skipped"]
    if short and all(step.family == "dummy" for step in steps):
        raise ArgumentError(
            f"No family of models is left to train. {' '.join(short)}",
            hint="Allow more with max_memory, use fewer n_jobs, or leave families out to have "
            "them chosen.",
            argument="max_memory",
        )


def _load(
    dataset: Dataset, features: Sequence[str], target: EncodedTarget, validation: Validation
) -> Load:
    n_rows = _training_rows(len(target.y), validation)
    return load_of(
        dataset.select(features),
        n_rows=n_rows,
        n_held=len(target.y) - n_rows,
        table_bytes=dataset.n_bytes,
        n_classes=len(target.classes),
        n_fits=validation.n_folds * validation.n_repeats,
    )


def _training_rows(n_rows: int, validation: Validation) -> int:
    if validation.n_folds <= 1:
        return n_rows - round(n_rows * holdout_fraction_for(n_rows))
    return n_rows * (validation.n_folds - 1) // validation.n_folds
