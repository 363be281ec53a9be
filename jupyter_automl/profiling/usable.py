"""Which columns models get."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.events import NoticeRaised

_SHOWN = 5
_SINGLY = 12


def usable_features(
    columns: Sequence[ColumnSchema], target: str, exclude: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[NoticeRaised, ...]]:
    """Columns to learn from, in table order, and a notice for each that is set aside.

    Ids and constants are set aside; the target and the excluded columns are left out
    without a word, since a person named them.
    """
    named = {target, *exclude}
    rest = [column for column in columns if column.name not in named]
    ids = [column for column in rest if column.kind == "id"]
    constants = [column for column in rest if column.kind == "constant"]
    features = tuple(c.name for c in rest if c.kind not in ("id", "constant"))
    notices = (
        *_set_aside(ids, "id_column", "ids", "looks like an id"),
        *_set_aside(constants, "constant_column", "constants", "has nothing to tell"),
    )
    return features, notices


def _set_aside(
    columns: Sequence[ColumnSchema], code: str, plural: str, what: str
) -> tuple[NoticeRaised, ...]:
    if len(columns) <= _SINGLY:
        return tuple(
            NoticeRaised(
                code=code,
                message=f"Column {column.name!r} is set aside: it {what}. {column.reason}".strip(),
                level="info",
                column=column.name,
            )
            for column in columns
        )
    shown = ", ".join(repr(column.name) for column in columns[:_SHOWN])
    message = f"{len(columns):,} columns are set aside as {plural}: {shown}, ..."
    return (NoticeRaised(code=code, message=message, level="info"),)
