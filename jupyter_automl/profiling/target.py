"""Whether a target can be learned from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import TargetError
from jupyter_automl.core.task import TaskKind
from jupyter_automl.profiling.task import _known

MIN_ROWS = 10
"""Rows with a value in the target that training needs at least."""

MOST_CLASSES = 1_000
"""Classes at most; more are nearly always an id or free text."""

_SHOWN = 3


def check_target(
    column: pa.ChunkedArray | pa.Array | Any, schema: ColumnSchema, task: TaskKind
) -> None:
    """Raise where nothing can be learned; rows without a target are left out first.

    Parameters
    ----------
    column : pyarrow array, ChunkedArray or Series
        The target.
    schema : ColumnSchema
        Its description.
    task : TaskKind
        What is to be learned.

    Raises
    ------
    TargetError
        If there are too few rows, one value only, all texts differ, a class has a single
        row, or the values do not fit the task.
    """
    values = _known(column)
    name = schema.name
    if not len(values):
        raise _error(name, "must hold values. Every cell is missing.", "Choose another column.")
    distinct = pc.count_distinct(values, mode="only_valid").as_py()
    if len(values) < MIN_ROWS:
        rows = "1 row has" if len(values) == 1 else f"{len(values)} rows have"
        need = f"must have a value in at least {MIN_ROWS} rows. {rows} one."
        raise _error(name, need, "Add more rows.")
    if distinct == 1:
        only = values[0].as_py()
        need = f"must have at least 2 different values. Every row holds {only!r}."
        raise _error(name, need, "Choose a column that varies.")
    if task == "regression":
        _check_numbers(name, values)
        return
    if task == "binary" and distinct != 2:
        need = f"must have exactly 2 different values for a binary task. It has {distinct:,}."
        raise _error(name, need, 'Use task="multiclass" or task="regression", or choose another.')
    _check_classes(name, values, distinct)


def _error(name: str, need: str, hint: str, **context: Any) -> TargetError:
    return TargetError(f"The target {name!r} {need}", hint=hint, column=name, **context)


def _check_numbers(name: str, values: pa.Array) -> None:
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        need = f"must be numbers for regression. It holds {_word(values.type)}."
        raise _error(name, need, 'Use task="multiclass" or choose a column of numbers.')
    numbers = values.to_numpy(zero_copy_only=False).astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    if len(finite) < MIN_ROWS:
        need = f"must have a finite number in at least {MIN_ROWS} rows. It has {len(finite)}."
        raise _error(name, need, "Replace the infinite values.")
    if finite.min() == finite.max():
        need = f"must have at least 2 different values. Every finite one is {finite[0]:g}."
        raise _error(name, need, "Choose a column that varies.")


def _check_classes(name: str, values: pa.Array, distinct: int) -> None:
    if distinct == len(values):
        need = f"must repeat its values to be classes. All {distinct:,} differ, as in an id."
        raise _error(name, need, "Choose a column of classes, or a number to predict.")
    if distinct > MOST_CLASSES:
        need = f"must have at most {MOST_CLASSES:,} classes. It has {distinct:,}."
        raise _error(name, need, "Choose another column, or group its values.")
    counts = pc.value_counts(values)
    labels = counts.field("values").to_pylist()
    rows = counts.field("counts").to_numpy(zero_copy_only=False)
    rare = [str(label) for label, count in zip(labels, rows, strict=True) if count < 2]
    if not rare:
        return
    shown = ", ".join(repr(label[:40]) for label in rare[:_SHOWN])
    shown += ", ..." if len(rare) > _SHOWN else ""
    if len(rare) == 1:
        need = f"must have at least 2 rows of each class. The class {shown} has 1."
    else:
        need = f"must have at least 2 rows of each class. {len(rare):,} classes have 1: {shown}."
    hint = "Remove these rows, merge the class into another, or add rows of it."
    raise _error(name, need, hint, classes=tuple(rare[:20]))


def _word(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "dates"
    return "true and false" if pa.types.is_boolean(kind) else "text"
