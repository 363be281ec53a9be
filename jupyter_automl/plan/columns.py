"""Column names as people write them, matched to the table's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import ArgumentError, AutoMLError, TargetError, did_you_mean

_ROLES: Mapping[str, str] = {
    "target": "The target",
    "exclude": "An excluded column",
    "group": "The group column",
    "time": "The time column",
    "weight": "The weight column",
}
_TARGET_WORDS = frozenset(
    (
        *("target", "label", "class", "y", "outcome", "response", "result", "default"),
        *("churn", "churned", "survived", "species", "diagnosis", "price", "income", "sales"),
        *("subscribed", "fraud", "spam", "rating", "quality"),
    )
)
_NOISE = re.compile(r"[\W_]+")


def match_column(name: object, dataset: Dataset, role: str) -> str:
    """The column of `dataset` that `name` means: equal, or but for case and separators.

    Parameters
    ----------
    role : str
        ``"target"``, ``"exclude"``, ``"group"``, ``"time"`` or ``"weight"``.

    Raises
    ------
    TargetError
        If the target is no column.
    ArgumentError
        If a column of another role is none.
    """
    names = [column.name for column in dataset.columns]
    text = str(name)
    if text in names:
        return text
    for fold in (_caseless, _folded):
        near = [other for other in names if fold(other) == fold(text) and fold(text)]
        if len(near) == 1:
            return near[0]
        if near:
            raise _error(role, dataset, name, f"Did you mean {' or '.join(map(repr, near))}?")
    hint = did_you_mean(text, names) or f"Its columns are: {listed(names)}."
    raise _error(role, dataset, name, hint)


def likely_targets(columns: Sequence[ColumnSchema], *, most: int = 3) -> tuple[str, ...]:
    """Columns that are the target of a table more often than others, likeliest first.

    A telling name counts most, then the last place, then few distinct values.
    """
    usable = [
        (place, column)
        for place, column in enumerate(columns)
        if column.kind not in ("id", "constant", "text", "datetime") and column.n_unique != 1
    ]

    def rank(item: tuple[int, ColumnSchema]) -> tuple[int, int]:
        place, column = item
        words = _NOISE.sub(" ", _caseless(column.name)).split()
        points = 4 * any(word in _TARGET_WORDS for word in words)
        points += 2 * (place == len(columns) - 1)
        points += column.n_unique == 2 or column.kind == "boolean"
        return (-points, -place)

    return tuple(column.name for _, column in sorted(usable, key=rank)[:most])


def listed(names: Sequence[str], *, most: int = 12) -> str:
    """``'a', 'b' and 3 more``."""
    shown = ", ".join(repr(name) for name in names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


def _error(role: str, dataset: Dataset, name: object, hint: str) -> AutoMLError:
    kind = TargetError if role == "target" else ArgumentError
    return kind(
        f"{_ROLES[role]} must be a column of {dataset.name!r}. Got {name!r}.",
        hint=hint,
        argument=role,
    )


def _caseless(name: str) -> str:
    return name.strip().casefold()


def _folded(name: str) -> str:
    return _NOISE.sub("", name.casefold())
