"""Which columns and which kinds of models take part; both are known before a run starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import ArgumentError, DataError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.protocols import Family
from jupyter_automl.core.task import TaskSpec

_SHOWN = 5


def choose_features(
    task: TaskSpec, dataset: Dataset
) -> tuple[tuple[str, ...], tuple[NoticeRaised, ...]]:
    """Columns to learn from, in table order, and notices on what is set aside.

    Raises
    ------
    DataError
        If no column is left.
    """
    from jupyter_automl.profiling import usable_features

    assert task.target is not None
    set_aside = [*task.exclude, *(name for name in (task.group, task.weight) if name)]
    features, notices = usable_features(dataset.columns, task.target, set_aside)
    if not features:
        raise DataError(
            f"At least one column besides the target {task.target!r} is needed to learn from. "
            f"{_set_aside(task, dataset)}",
            hint="Ids, constants and excluded columns are not used. Add columns that vary.",
            column=task.target,
        )
    return tuple(features), tuple(notices)


def _set_aside(task: TaskSpec, dataset: Dataset) -> str:
    others = [column for column in dataset.columns if column.name != task.target]
    if not others:
        return "The table has no other column."
    shown = ", ".join(f"{c.name!r} ({_why(c, task)})" for c in others[:_SHOWN])
    more = len(others) - _SHOWN
    return f"Set aside: {shown}{f' and {more:,} more' if more > 0 else ''}."


def _why(column: ColumnSchema, task: TaskSpec) -> str:
    if column.name in task.exclude:
        return "excluded"
    roles = {task.group: "group", task.weight: "weight"}
    return roles.get(column.name) or column.kind


def choose_families(
    task: TaskSpec, asked: Sequence[str], n_rows: int
) -> tuple[Mapping[str, Family], tuple[NoticeRaised, ...]]:
    """Kinds of models to train, by name, and notices on those that do not fit the data.

    Parameters
    ----------
    asked : sequence of str
        The only ones to use; empty takes all that are installed and fit.

    Raises
    ------
    ArgumentError
        If none is left, or one is asked for that cannot do the task.
    UnavailableError
        If one is asked for whose package is not installed.
    """
    from jupyter_automl.models import FAMILIES

    names = asked or FAMILIES.available()
    avoided = {FAMILIES.entry(name).name for name in task.families_avoid}
    chosen = {name: FAMILIES.get(name) for name in names if name not in avoided}
    interpretable = any(wish.kind == "interpretable" and wish.value for wish in task.constraints)
    notices: list[NoticeRaised] = []
    for name, family in tuple(chosen.items()):
        if task.task not in family.tasks:
            if asked:
                raise ArgumentError(
                    f"{family.label} cannot do a {task.task} task. It can do: "
                    f"{', '.join(family.tasks)}.",
                    hint="Leave it out of families.",
                    argument="families",
                )
            del chosen[name]
        elif interpretable and not family.interpretable and name != "dummy":
            del chosen[name]
        elif not asked and (most := family.max_rows()) is not None and n_rows > most:
            del chosen[name]
            message = f"{family.label} is left out: it is for up to {most:,} rows."
            notices.append(NoticeRaised(code="family_skipped", message=message, level="info"))
    alone = {name for name, family in chosen.items() if not getattr(family, "stacks", False)}
    if not alone - ({"dummy"} - set(asked)):
        raise ArgumentError(
            "No family of models is left to train.",
            hint="Avoid fewer families, or name the ones to use: families=['lightgbm'].",
            argument="families",
        )
    return chosen, tuple(notices)
