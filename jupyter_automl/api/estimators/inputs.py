"""X, y and weights as scikit-learn passes them, checked in its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import _check_sample_weight, _num_samples, validate_data

from jupyter_automl.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    from sklearn.base import BaseEstimator

_LEAST_ROWS = 2
_NO_Y = "no_validation"
"""What scikit-learn calls "y is not part of this"; None is a y that is missing."""


def features(estimator: BaseEstimator, X: Any, y: Any = _NO_Y) -> pa.Table:
    """X as a table, after `n_features_in_` and `feature_names_in_` were set or compared.

    Parameters
    ----------
    X : array-like or table of shape (n_rows, n_features)
        Columns of an array are called ``x0``, ``x1`` and so on; those of a frame keep
        their names, made unique text.
    y : array-like, optional
        Given when fitting: then the attributes are set, else X is compared with them.

    Raises
    ------
    ValueError, TypeError
        As other estimators of scikit-learn word them.
    """
    from jupyter_automl.data.opening import raw_table

    fitting = not (isinstance(y, str) and y == _NO_Y)
    least = _LEAST_ROWS if fitting else 1
    if hasattr(X, "columns") and hasattr(X, "shape"):
        _check_shape(estimator, X, least)
        source = X
    else:
        X = _array(estimator, X, least)
        source = {f"x{i}": X[:, i] for i in range(X.shape[1])}
    validate_data(estimator, X, y, reset=fitting, skip_check_array=True)
    return raw_table(source)[0]


def row_weights(sample_weight: Any, X: Any, y: np.ndarray) -> np.ndarray | None:
    """Weights as float64 of shape (n_rows,); None where none are given.

    Raises
    ------
    ValueError
        If y or the weights have not one value a row, a weight is missing or negative, or
        all are 0.
    """
    check_consistent_length(X, y)
    if sample_weight is None:
        return None
    return _check_sample_weight(sample_weight, y, dtype=np.float64, ensure_non_negative=True)


def name_of(y: Any) -> str:
    """What y is called: the name of a Series, else ``"target"``."""
    from jupyter_automl.data.names import unique_names

    name = getattr(y, "name", None)
    return unique_names([name])[0][0] if isinstance(name, str) and name.strip() else "target"


def with_column(table: pa.Table, wanted: str, values: Any) -> tuple[pa.Table, str]:
    """The table with one more column, and its name: `wanted`, or what is free near it."""
    import pyarrow as pa

    while wanted in table.column_names:
        wanted = f"{wanted}_"
    return table.append_column(wanted, pa.array(values)), wanted


def _check_shape(estimator: BaseEstimator, X: Any, least: int) -> None:
    """Rows and columns of a frame, in the words that `check_array` has for arrays."""
    shape = (_num_samples(X), len(X.columns))
    name = type(estimator).__name__
    for found, what, needed in ((shape[0], "sample(s)", least), (shape[1], "feature(s)", 1)):
        if found < needed:
            raise DataError(
                f"Found array with {found} {what} (shape={shape}) while a minimum of {needed} "
                f"is required by {name}."
            )


def _array(estimator: BaseEstimator, X: Any, least: int) -> np.ndarray:
    # Missing and infinite cells are the engine's to deal with.
    array = check_array(
        X,
        dtype=None,
        ensure_all_finite=False,
        ensure_min_samples=least,
        estimator=estimator,
        input_name="X",
    )
    if array.dtype.kind in "US" and isinstance(X, (list, tuple)):
        # NumPy made text of all of it; the numbers in it are numbers.
        return np.array(X, dtype=object)
    # A column without a name is never an id, though it may count the rows.
    return array.astype(np.float64) if array.dtype.kind in "iuf" else array
