"""Native frames as matrices of numbers, for libraries that take codes."""

from __future__ import annotations

from typing import Any

import numpy as np


def categorical_positions(X: Any) -> tuple[int, ...]:
    """Positions of the category columns of a DataFrame; none for an ndarray."""
    if isinstance(X, np.ndarray):
        return ()
    return tuple(i for i, kind in enumerate(X.dtypes) if kind.name == "category")


def as_codes(X: Any) -> np.ndarray:
    """A native DataFrame as a float matrix; categories by code, missing as NaN.

    Levels are fixed by the preprocessor, so a code means the same in every frame.

    Returns
    -------
    ndarray of shape (n, d)
        float64 if any column is (times as seconds need it), else float32.
    """
    if isinstance(X, np.ndarray):
        return X
    categorical = frozenset(categorical_positions(X))
    wide = any(kind == np.float64 for kind in X.dtypes)
    matrix = np.empty(X.shape, dtype=np.float64 if wide else np.float32)
    for position in range(X.shape[1]):
        column = X.iloc[:, position]
        if position in categorical:
            codes = column.cat.codes.to_numpy()
            matrix[:, position] = np.where(codes < 0, np.nan, codes)
        else:
            matrix[:, position] = column.to_numpy(dtype=matrix.dtype, na_value=np.nan)
    return matrix
