"""Python values of one column to an Arrow array."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_NUMBERS = (int, float)
_TIMES = (dt.datetime, dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64)


def from_cells(cells: Sequence[Any]) -> pa.Array:
    """An Arrow array of the narrowest type that holds every value.

    Values of different types become text; `settle` then makes numbers of it again where
    nearly all of them are numbers.
    """
    if _mixes_times(cells):
        return pa.array([text_of(cell) for cell in cells], type=pa.string())
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    kinds = {type(cell) for cell in cells if cell is not None and not _missing(cell)}
    if kinds and all(issubclass(kind, _NUMBERS) and kind is not bool for kind in kinds):
        whole = all(isinstance(cell, int) for cell in cells if cell is not None)
        if not whole:
            return pa.array(
                [None if cell is None else float(cell) for cell in cells], type=pa.float64()
            )
    return pa.array([text_of(cell) for cell in cells], type=pa.string())


def text_of(cell: Any) -> str | None:
    """One value as text; missing stays missing, whole floats lose their ``.0``."""
    if cell is None or _missing(cell):
        return None
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode("utf-8")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, (list, tuple, dict)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def _mixes_times(cells: Sequence[Any]) -> bool:
    """Whether dates or times stand beside other values.

    Arrow would take numbers for microseconds since 1970, and leave off the time of day where a
    date came first.
    """
    if not any(issubclass(kind, _TIMES) for kind in set(map(type, cells))):
        return False
    kinds = {type(cell) for cell in cells if cell is not None and not _missing(cell)}
    return len({next((t for t in _TIMES if issubclass(kind, t)), kind) for kind in kinds}) > 1


def _missing(cell: Any) -> bool:
    if isinstance(cell, float):
        return math.isnan(cell)
    return type(cell).__name__ in ("NaTType", "NAType")
