"""A table that was just opened, before it is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from jupyter_automl.core.events import NoticeRaised

_KEY = b"jupyter_automl.notices"


@dataclass(frozen=True, slots=True)
class Opened:
    """A table with unique names and storage types, and what had to be changed for it.

    Attributes
    ----------
    table : pyarrow.Table
        Columns are bool, int64, float64 ("double"), string or timestamp[us] without zone.
    name : str
        Short name for people.
    source : str
        Where it came from: a path, ``"DataFrame"``, ``"sample:churn"``.
    notices : tuple of NoticeRaised
        What was changed on the way (renamed columns, skipped lines, repaired rows).
    """

    table: pa.Table
    name: str
    source: str
    notices: tuple[NoticeRaised, ...] = ()


def attach(table: pa.Table, notices: Sequence[NoticeRaised]) -> pa.Table:
    """The table with notices in its metadata, so that a reader can hand both back."""
    if not notices:
        return table
    rows = [[notice.code, notice.message, notice.level, notice.column] for notice in notices]
    metadata = dict(table.schema.metadata or {})
    return table.replace_schema_metadata({**metadata, _KEY: json.dumps(rows)})


def attached(table: pa.Table) -> tuple[NoticeRaised, ...]:
    """The notices that `attach` put there."""
    text = (table.schema.metadata or {}).get(_KEY)
    if not text:
        return ()
    return tuple(
        NoticeRaised(code=code, message=message, level=level, column=column)
        for code, message, level, column in json.loads(text)
    )
