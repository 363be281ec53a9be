"""A 64-bit hash of each row, so that equal rows are found without comparing cells."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def mixed(codes: np.ndarray, column: pa.ChunkedArray) -> np.ndarray:
    """A running hash of the rows, one column further (splitmix64's mixing).

    Parameters
    ----------
    codes : ndarray of uint64, shape (n,)
        Of the columns before; zeros for the first.
    column : pyarrow.ChunkedArray of length n
        Of a stored type (bool, int64, float64, string, timestamp[us]).
    """
    if pa.types.is_string(column.type):
        values = _of_texts(column)
    elif pa.types.is_floating(column.type):
        numbers = column.to_numpy().astype(np.float64) + 0.0
        values = np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
    else:
        whole = pc.cast(column, pa.int64()).fill_null(-(2**62))
        values = whole.to_numpy().view(np.uint64)
    mixed = (codes ^ values) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _of_texts(column: pa.ChunkedArray) -> np.ndarray:
    indices = column.combine_chunks().dictionary_encode().indices
    return indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.uint64)
