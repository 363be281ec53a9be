"""The kind of task, found out from the target."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import TargetError
from jupyter_automl.core.task import TaskKind

MOST_NUMERIC_CLASSES = 30
"""Whole numbers with more different values than this are amounts, not classes."""

_FEW_CLASSES = 12
_CLASS_SHARE = 0.10
_LARGE_ROWS = 10_000
_LARGE_SHARE = 0.05
_GAP = 20


def infer_task(
    column: pa.ChunkedArray | pa.Array | Any, schema: ColumnSchema
) -> tuple[TaskKind, str]:
    """Kind of task and the reason, with numbers, in one sentence.

    Two values are a binary task; texts are classes; whole numbers are classes when there
    are few of them, close together and each often seen (AutoGluon's rule, a unique share
    of at most 10 %, 5 % on large tables, narrowed); other numbers are values.

    Parameters
    ----------
    column : pyarrow array, ChunkedArray or Series
        The target.
    schema : ColumnSchema
        Its description.

    Raises
    ------
    TargetError
        If it holds dates, or nothing at all.
    """
    values = _known(column)
    name, rows, distinct = schema.name, len(values), schema.n_unique
    if not rows:
        raise TargetError(
            f"The target {name!r} must hold values. Every cell is missing.",
            hint="Choose another column.",
            column=name,
        )
    if pa.types.is_timestamp(values.type):
        raise TargetError(
            f"The target {name!r} must be classes or numbers. It holds dates.",
            hint="Make a number of it, for example the days until then.",
            column=name,
        )
    if distinct == 2:
        a, b = (str(value) for value in _two(values))
        return "binary", f"{name!r} has 2 different values ({a!r} and {b!r}) in {rows:,} rows."
    if pa.types.is_string(values.type) or pa.types.is_boolean(values.type):
        return "multiclass", f"{name!r} holds text with {distinct:,} different values."
    return _of_numbers(values, name, rows, distinct)


def _of_numbers(values: pa.Array, name: str, rows: int, distinct: int) -> tuple[TaskKind, str]:
    numbers = values.to_numpy(zero_copy_only=False).astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    if not len(finite) or not np.array_equal(finite, np.round(finite)):
        reason = f"{name!r} holds numbers with fractions, {distinct:,} different ones"
        return "regression", f"{reason} in {rows:,} rows."
    low, high = int(finite.min()), int(finite.max())
    share = distinct / rows
    limit = _LARGE_SHARE if rows > _LARGE_ROWS else _CLASS_SHARE
    span = f"{distinct:,} different whole numbers from {low:,} to {high:,} in {rows:,} rows"
    are_classes = share <= limit and (
        distinct <= _FEW_CLASSES
        or (distinct <= MOST_NUMERIC_CLASSES and high - low < distinct + _GAP and _even(finite))
    )
    if are_classes and high - low <= 1_000 * distinct:
        return "multiclass", f"{name!r} holds only {span}, so they are read as classes."
    return "regression", f"{name!r} holds {span}, so they are read as amounts."


def _even(finite: np.ndarray) -> bool:
    """Whether the rarest tenth of the values is still common, as with codes of classes.

    Counts of something thin out towards large numbers; codes of classes do not.
    """
    _, counts = np.unique(finite, return_counts=True)
    return bool(np.median(counts) >= 0.25 * counts.max())


def _known(column: Any) -> pa.Array:
    from jupyter_automl.data.settle import storable

    if not isinstance(column, (pa.Array, pa.ChunkedArray)):
        column = pa.array(column, from_pandas=True)
    return storable(column).drop_null()


def _two(values: pa.Array) -> list[object]:
    return sorted(pc.unique(values).to_pylist(), key=str)
