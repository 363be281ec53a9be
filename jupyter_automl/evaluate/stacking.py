"""What other trials say of each row, as columns for a model that is stacked on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from jupyter_automl.evaluate.matrices import FoldMatrices

HELD_OUT_FILE = "oof.npy"
_LEAST_SHARE = 1e-6
"""Probabilities nearer to 0 or 1 are all the same."""

_LARGEST = float(np.finfo(np.float32).max)


def columns_of_predictions(predictions: Sequence[np.ndarray]) -> np.ndarray:
    """Float32 columns of shape (n, m): values, or log-odds, of the last class where there are two.

    Parameters
    ----------
    predictions : sequence of ndarray
        Of shape (n,) or (n, k), one a model.
    """
    said = [np.asarray(one) for one in predictions]
    shares = [one[:, -1:] if one.ndim == 2 and one.shape[1] == 2 else one for one in said]
    if all(one.ndim == 2 for one in said):
        # At once: of a single row, each call of numpy costs more than the numbers.
        columns = _log_odds(np.hstack(shares))
    else:
        columns = np.column_stack([one if one.ndim == 1 else _log_odds(one) for one in shares])
    return np.clip(columns, -_LARGEST, _LARGEST).astype(np.float32)


def held_out_columns(folder: Path | str, numbers: Sequence[int]) -> np.ndarray:
    """The same of out-of-fold predictions of trials: no row has a part in what is said of it.

    Parameters
    ----------
    folder : path
        That of the run's trials.
    """
    files = [Path(folder) / str(number) / HELD_OUT_FILE for number in numbers]
    return columns_of_predictions([np.load(file) for file in files])


def beside(X: Any, columns: np.ndarray) -> Any:
    """An encoded matrix (DataFrame or ndarray) with further columns at its end."""
    if isinstance(X, np.ndarray):
        return np.column_stack([X, columns])
    import pandas as pd

    # Numbers for names: those of features are texts.
    further = pd.DataFrame(columns, index=X.index, copy=False)
    return pd.concat([X, further], axis=1)


def stacked(matrices: FoldMatrices, columns: np.ndarray) -> FoldMatrices:
    """A fold with what other trials say of all rows of the run (n, m)."""
    X_valid = matrices.X_valid
    return replace(
        matrices,
        X=beside(matrices.X, columns[matrices.train]),
        X_valid=None if X_valid is None else beside(X_valid, columns[matrices.valid]),
    )


def _log_odds(shares: np.ndarray) -> np.ndarray:
    shares = np.clip(shares, _LEAST_SHARE, 1 - _LEAST_SHARE)
    odds: np.ndarray = np.log(shares / (1 - shares))
    return odds
