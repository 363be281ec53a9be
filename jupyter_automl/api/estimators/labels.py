"""Classes of y as the table of a run can hold them, and back."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from jupyter_automl.core.errors import TargetError

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Classes as a run knows them.

    Attributes
    ----------
    values : tuple
        What the table holds for each class: the label itself where a table keeps the
        labels apart as they are, else its place.
    texts : tuple of str
        What the run calls each class.
    """

    values: tuple[Any, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """All classes of y, and those of them that were learned.

    Attributes
    ----------
    every : ndarray of shape (n_classes,)
        Sorted, of the type of y.
    learned : ndarray of int64
        Places in `every` of those that a run was given.
    labels : Labels
        What the run knows these by, in the same order.
    """

    every: np.ndarray
    learned: np.ndarray
    labels: Labels

    def places(self, texts: Sequence[str]) -> np.ndarray:
        """Places in `every` of what the run calls `texts`; int64."""
        return self.learned[[self.labels.texts.index(text) for text in texts]]


def classes_of(y: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The classes, sorted, and the place of each row's class among them.

    Raises
    ------
    ValueError
        If y is not one column of classes, or a value is missing.
    """
    import pandas as pd

    kind = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    if isinstance(y, pd.Series) and kind is not None and not y.isna().any():
        # scikit-learn would make floats of pandas' nullable whole numbers and booleans.
        y = y.to_numpy(dtype=kind)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "O" and pd.isna(y).any():
        raise TargetError("Input y contains NaN.", hint="Leave out the rows without a class.")
    assert_all_finite(y, input_name="y", estimator_name=name)
    check_classification_targets(y)
    return np.unique(y, return_inverse=True)


def learnable(classes: np.ndarray, codes: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Which rows can be learned from: those with a weight and another row of their class.

    Returns
    -------
    ndarray of bool, shape (n_rows,)

    Raises
    ------
    TargetError
        If fewer than two classes are left.
    """
    kept = np.ones(len(codes), dtype=bool) if weights is None else weights > 0
    counts = np.bincount(codes[kept], minlength=len(classes))
    if (counts > 0).sum() < 2:
        raise TargetError(
            "y must have at least 2 classes, in rows with a weight where there are weights. "
            f"Got 1 class: {_listed(classes[counts > 0])}.",
            hint="Choose a target that varies.",
        )
    lone = counts == 1
    if (counts > 1).sum() < 2:
        raise TargetError(
            "y must have at least 2 classes of 2 rows or more, one to learn from and one to "
            f"test with. A single row has: {_listed(classes[lone])}.",
            hint="Add rows of these classes, or merge them.",
        )
    if lone.any():
        warnings.warn(
            "Classes of a single row cannot be learned and tested; their probability is 0: "
            f"{_listed(classes[lone])}.",
            UserWarning,
            stacklevel=3,
        )
    return kept & (counts > 1)[codes]


def as_labels(classes: np.ndarray, codes: np.ndarray) -> Labels:
    """What a run will call the classes; `codes` are the rows of its table."""
    from jupyter_automl.evaluate.target import plain_label

    values = tuple(plain_label(label) for label in classes)
    texts = tuple(str(value) for value in values)
    if len(set(texts)) == len(texts) and _settled(values, codes) == set(texts):
        return Labels(values=values, texts=texts)
    places = tuple(range(len(classes)))
    return Labels(values=places, texts=tuple(map(str, places)))


def as_column(labels: Labels, codes: np.ndarray) -> pa.Array:
    """The classes of rows as a column of a table."""
    import pyarrow as pa

    return pa.array(labels.values).take(pa.array(codes))


def _settled(values: tuple[Any, ...], codes: np.ndarray) -> set[str]:
    """What a run would call the classes, once their column is part of a table."""
    from jupyter_automl.data.settle import settle_column, storable
    from jupyter_automl.evaluate.target import plain_label

    column = as_column(Labels(values=values, texts=()), codes)
    settled, _ = settle_column("y", storable(column), typed=True)
    return {str(plain_label(value)) for value in settled.unique().to_pylist()}


def _listed(classes: np.ndarray) -> str:
    shown = ", ".join(repr(label) for label in classes[:_SHOWN].tolist())
    return f"{shown}, ..." if len(classes) > _SHOWN else shown
