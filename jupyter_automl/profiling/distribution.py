"""How the values of a column are spread, as few numbers as a column's head can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema

BINS = 20
LEVELS = 5
MOST_ROWS = 1_000_000
"""Rows beyond are looked at evenly."""

Kind = Literal["numbers", "dates", "levels", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Counts of bins, or of the most frequent levels.

    Attributes
    ----------
    kind : {"numbers", "dates", "levels", "none"}
        ``"none"`` for a column whose counts say nothing: ids, texts, nothing but missing cells.
    counts : tuple of int
        Of `BINS` bins of equal width from `low` to `high`, or of `levels`.
    low, high : float or None
        The ends; Unix seconds of dates.
    levels : tuple of str
        Most frequent first; at most `LEVELS`.
    n_other : int
        Cells of other levels.
    sampled : bool
        Whether the counts are those of a part of the rows.
    """

    kind: Kind = "none"
    counts: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] = ()
    n_other: int = 0
    sampled: bool = False


def distribution(column: pa.ChunkedArray, schema: ColumnSchema) -> Distribution:
    """How the cells of a column are spread.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of a stored type (bool, int64, float64, string, timestamp[us]).
    schema : ColumnSchema
        Its description, from `data.describe`.
    """
    step = -(-len(column) // MOST_ROWS)
    sampled = step > 1
    if sampled:
        column = column.take(pa.array(np.arange(0, len(column), step)))
    if schema.kind in ("id", "text"):
        return Distribution()
    kind = column.type
    if pa.types.is_timestamp(kind):
        values = pc.cast(column.drop_null(), pa.int64()).to_numpy().astype(np.float64) / 1e6
        return _binned(values, "dates", sampled)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = column.drop_null().to_numpy().astype(np.float64)
        return _binned(values[np.isfinite(values)], "numbers", sampled)
    return _counted(column, sampled)


def _binned(values: np.ndarray, kind: Kind, sampled: bool) -> Distribution:
    if not len(values):
        return Distribution(sampled=sampled)
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return Distribution(kind=kind, counts=(len(values),), low=low, high=high, sampled=sampled)
    # Halves: the whole span of the largest numbers is more than a float holds.
    place = (values / 2 - low / 2) / (high / 2 - low / 2) * BINS
    counts = np.bincount(np.minimum(place.astype(np.int64), BINS - 1), minlength=BINS)
    return Distribution(
        kind=kind, counts=tuple(counts.tolist()), low=low, high=high, sampled=sampled
    )


def _counted(column: pa.ChunkedArray, sampled: bool) -> Distribution:
    counted = pc.value_counts(column.drop_null())
    if not len(counted):
        return Distribution(sampled=sampled)
    texts = [_text(value) for value in counted.field("values").to_pylist()]
    counts = counted.field("counts").to_pylist()
    order = sorted(range(len(texts)), key=lambda k: (-counts[k], texts[k]))[:LEVELS]
    shown = tuple(counts[k] for k in order)
    return Distribution(
        kind="levels",
        counts=shown,
        levels=tuple(texts[k] for k in order),
        n_other=sum(counts) - sum(shown),
        sampled=sampled,
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
