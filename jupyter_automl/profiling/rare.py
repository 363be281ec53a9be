"""Classes of the target that few rows speak for."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.task import TaskKind

RARE_SHARE = 0.1
"""Of an equal share of the rows, below which a class is rare: 5 % of two, 2 % of five."""

RARE_ROWS = 1_000
"""Rows from which a class is not rare, whatever its share."""

_FEW_ROWS = 100
_SHOWN = 5


def rare_classes(column: pa.ChunkedArray | pa.Array, task: TaskKind) -> tuple[NoticeRaised, ...]:
    """One notice on all rare classes; none for numbers, or where no class is rare.

    Parameters
    ----------
    column : pyarrow array or ChunkedArray
        The target; rows without one do not count.
    """
    if task not in ("binary", "multiclass"):
        return ()
    counted = pc.value_counts(column.drop_null()).to_pylist()
    # Not-a-number is a missing value.
    rows = [
        (item["counts"], item["values"]) for item in counted if item["values"] == item["values"]
    ]
    total = sum(n for n, _ in rows)
    most = min(RARE_ROWS, RARE_SHARE * total / max(1, len(rows)))
    rare = sorted((n, _label(value)) for n, value in rows if n < most)
    if not rare:
        return ()
    it = "it" if len(rare) == 1 else "them"
    said = f"accuracy hardly counts {it}."
    if rare[0][0] < _FEW_ROWS:
        said = f"scores on {it} are rough, and {said}"
    return (
        NoticeRaised(
            code="rare_class",
            message=f"{_told(rare, len(rows), total)}; {said}",
            level="warning" if rare[0][0] < _FEW_ROWS else "info",
        ),
    )


def _told(rare: list[tuple[int, str]], n_classes: int, total: int) -> str:
    if len(rare) == 1:
        n, label = rare[0]
        return f"Class {label!r} has only {n:,} of {total:,} rows"
    shown = ", ".join(f"{label!r} {n:,}" for n, label in rare[:_SHOWN])
    more = f" and {len(rare) - _SHOWN:,} more" if len(rare) > _SHOWN else ""
    return f"{len(rare):,} of {n_classes:,} classes have few of the {total:,} rows ({shown}{more})"


def _label(value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)[:40]  # type: ignore[call-overload]
