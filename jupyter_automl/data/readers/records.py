"""Records with nested values, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from jupyter_automl.data.cells import from_cells
from jupyter_automl.data.names import unique_names
from jupyter_automl.data.opened import attach

_DEPTH = 3


def table_of_records(records: Sequence[Mapping[str, Any]]) -> pa.Table:
    """One column a key, in order of appearance; nested objects become ``outer.inner``."""
    nested = any(isinstance(value, Mapping) for record in records for value in record.values())
    flat = [_flat(record, "", _DEPTH) for record in records] if nested else records
    keys = list(dict.fromkeys(key for record in flat for key in record))
    names, notices = unique_names(keys)
    columns = [from_cells([record.get(key) for record in flat]) for key in keys]
    return attach(pa.table(columns, names=list(names)), notices)


def _flat(record: Mapping[str, Any], prefix: str, depth: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value and depth:
            out |= _flat(value, f"{name}.", depth - 1)
        else:
            out[name] = value
    return out
