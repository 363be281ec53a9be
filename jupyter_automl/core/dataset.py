"""A table as the engine knows it: a schema and a memory-mappable Arrow file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

ColumnKind = Literal["numeric", "boolean", "categorical", "datetime", "text", "id", "constant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSchema:
    """What is known of one column.

    Attributes
    ----------
    name : str
        As in the table; shown as text, never as markup.
    kind : ColumnKind
        How a model will treat it. ``"id"`` and ``"constant"`` are set aside.
    dtype : str
        The Arrow type it is stored as, e.g. ``"int64"`` or ``"string"``.
    n_missing, n_unique : int
        Counts of rows; `n_unique` leaves missing values out.
    examples : tuple of str
        Up to three values, as text.
    reason : str
        Why it got this kind, in words; empty where it is plain.
    written : str
        How its numbers or dates were written where the source had texts, so that a single
        row to predict is read as the table was: the decimal mark and, after a space, the unit
        (``", kg"``), or the format of the dates (``"%d/%m/%Y"``, ``"ISO8601"``). Empty where
        the source had types, and in runs stored before this was kept.
    """

    name: str
    kind: ColumnKind
    dtype: str
    n_missing: int = 0
    n_unique: int = 0
    examples: tuple[str, ...] = ()
    reason: str = ""
    written: str = ""

    def __setstate__(self, state: list[Any]) -> None:
        # What was pickled before `written` was kept is one value shorter.
        for field, value in zip(fields(self), [*state, ""], strict=False):
            object.__setattr__(self, field.name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A table converted once to an Arrow IPC file that every process maps.

    Attributes
    ----------
    name : str
        Short name for people, e.g. ``"titanic"``.
    fingerprint : str
        SHA-256 of the Arrow file, hexadecimal.
    path : str
        Absolute path of the Arrow IPC file (uncompressed, so it can be mapped).
    n_rows : int
        Rows of the table.
    columns : tuple of ColumnSchema
        In the order of the table.
    source : str
        Where it came from: a path, ``"DataFrame"``, ``"sample:churn"``.
    n_bytes : int
        Size of the Arrow file in bytes.
    """

    name: str
    fingerprint: str
    path: str
    n_rows: int
    columns: tuple[ColumnSchema, ...]
    source: str = ""
    n_bytes: int = 0

    def column(self, name: str) -> ColumnSchema:
        """The column called `name`; raises `KeyError`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def select(self, names: Iterable[str]) -> tuple[ColumnSchema, ...]:
        """The columns called `names`, in their order; raises `KeyError`."""
        by_name = {column.name: column for column in self.columns}
        return tuple(by_name[name] for name in names)
