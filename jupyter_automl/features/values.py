"""One column of a frame as numbers, texts or dates, whatever type it came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jupyter_automl.data.frames import coerce
from jupyter_automl.data.settle import TYPED_MARKS, storable

if TYPE_CHECKING:
    import pandas as pd


def numbers(series: pd.Series) -> np.ndarray:
    """float64 of shape (n,); missing, infinite and unreadable cells are NaN."""
    kind = series.dtype.kind
    if kind in "fiub" and isinstance(series.dtype, np.dtype):
        values = series.to_numpy(dtype=np.float64)
    else:
        array = coerce(_arrow(series), pa.float64(), TYPED_MARKS)
        values = array.to_numpy(zero_copy_only=False).astype(np.float64)
    if kind == "f" or kind not in "iub":
        bad = ~np.isfinite(values)
        if bad.any():
            values = np.where(bad, np.nan, values)
    return values


def texts(series: pd.Series) -> pa.Array:
    """Arrow strings of shape (n,), trimmed; missing stays null."""
    return coerce(_arrow(series), pa.string(), TYPED_MARKS)


def stamps(series: pd.Series) -> np.ndarray:
    """datetime64[us] of shape (n,); missing and unreadable cells are NaT."""
    array = coerce(_arrow(series), pa.timestamp("us"), TYPED_MARKS)
    return array.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def _arrow(series: pd.Series) -> pa.Array:
    import pandas as pd

    from jupyter_automl.data.memory import from_memory

    if isinstance(series.dtype, pd.StringDtype):
        array = pa.array(series, from_pandas=True)
        return storable(array)
    table, _ = from_memory(series.to_frame())
    return storable(table.column(0))
