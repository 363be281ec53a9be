"""How the numbers or dates of a column were written, kept beside it in the Arrow schema.

What is found out about a whole column in training (which comma is decimal, whether the day
stands before the month) cannot be found out again from a single row to predict.
"""

from __future__ import annotations

import pyarrow as pa

_KEY = b"jupyter_automl.written"


def with_written(field: pa.Field, written: str) -> pa.Field:
    """The field with `written` in its metadata; as it is where there is nothing to keep."""
    if not written:
        return field
    return field.with_metadata({**(field.metadata or {}), _KEY: written.encode()})


def written_of(field: pa.Field) -> str:
    """What `with_written` put there; empty where nothing is kept."""
    return (field.metadata or {}).get(_KEY, b"").decode("utf-8", "replace")
