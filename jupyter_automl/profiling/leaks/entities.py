"""Columns that name something which comes back: a customer, a household, a machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.data.kinds import sounds_like_id, words_of
from jupyter_automl.profiling.leaks.goal import Known

_LEAST_VALUES = 20
_LEAST_ROWS_A_VALUE = 1.2
_LEAST_SHARING = 30
_NO_IDS = frozenset(("name", "code", "num"))
_BEINGS = frozenset(
    (
        *("patient", "subject", "participant", "respondent", "person", "household", "customer"),
        *("client", "user", "borrower", "applicant", "student", "pupil", "employee", "driver"),
        *("player", "animal", "specimen"),
    )
)
"""Names of columns that name beings, not kinds of things. Names alone can tell: a car's model,
a neighbourhood or a network service has targets as alike (.91, .61 and .96 in three tables)
and is a feature to learn from."""

_LEAST_LIKENESS = 0.2
_ERRORS = 5.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A column that names things, and how alike their rows are.

    Attributes
    ----------
    n_values, n_rows : int
        Different values, and rows with one.
    n_sharing : int
        Rows whose value another row has, too.
    likeness : float
        How much nearer the targets of one value are than those of any rows: 0 as by chance,
        1 the same.
    """

    name: str
    n_values: int
    n_rows: int
    n_sharing: int
    likeness: float


def may_be_entity(column: ColumnSchema, n_rows: int) -> bool:
    """Whether a column is named like an id, or like a being, and its values come back."""
    known = n_rows - column.n_missing
    return (
        (_is_named_like_an_id(column) or _is_named_like_a_being(column))
        and column.n_unique >= _LEAST_VALUES
        and known >= _LEAST_ROWS_A_VALUE * column.n_unique
    )


def _is_named_like_an_id(column: ColumnSchema) -> bool:
    return (
        column.kind in ("categorical", "text", "numeric", "id")
        and sounds_like_id(column.name)
        and words_of(column.name)[-1] not in _NO_IDS
    )


def _is_named_like_a_being(column: ColumnSchema) -> bool:
    """``"patient"``, but neither ``"age of patient"`` nor a measurement called ``"user"``."""
    words = words_of(column.name)
    numbers = column.kind in ("numeric", "id") and column.dtype == "int64"
    texts = column.kind in ("categorical", "id") and column.dtype == "string"
    return len(words) == 1 and words[0] in _BEINGS and (numbers or texts)


def entity_of(name: str, column: pa.ChunkedArray, known: Known) -> Entity | None:
    """The entity, if rows of one value are alike in the target by more than chance.

    Notes
    -----
    Each row that has others of its value is compared with them. Classes: how often they are
    of one class, against any two rows (Cohen's kappa). Values: how far they are apart, in
    ranks, against any two rows (an intraclass correlation).
    """
    encoded = column.combine_chunks().dictionary_encode()
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)[known.rows]
    present = indices >= 0
    groups, y = indices[present].astype(np.int64), known.y[present]
    sizes = np.bincount(groups, minlength=len(encoded.dictionary))
    sharing = sizes[groups] > 1
    n = int(sharing.sum())
    if n < _LEAST_SHARING:
        return None
    groups, y = groups[sharing], y[sharing]
    alike = _alike_classes if known.n_classes else _alike_values
    likeness = alike(groups, y, sizes, known.n_classes)
    if likeness < max(_LEAST_LIKENESS, _ERRORS / np.sqrt(n)):
        return None
    return Entity(name, int((sizes > 0).sum()), int(present.sum()), n, likeness)


def _alike_classes(groups: np.ndarray, y: np.ndarray, sizes: np.ndarray, k: int) -> float:
    _, places, counts = np.unique(groups * k + y, return_inverse=True, return_counts=True)
    agree = float(np.mean((counts[places] - 1) / (sizes[groups] - 1)))
    shares = np.bincount(y) / len(y)
    chance = float(shares @ shares)
    return (agree - chance) / (1 - chance) if chance < 1 else 0.0


def _alike_values(groups: np.ndarray, y: np.ndarray, sizes: np.ndarray, _: int) -> float:
    centred = y - y.mean()
    sums = np.bincount(groups, weights=centred, minlength=len(sizes))
    others = (sums[groups] - centred) / (sizes[groups] - 1)
    spread = float(np.mean(centred**2))
    return float(np.mean(centred * others)) / spread if spread > 0 else 0.0
