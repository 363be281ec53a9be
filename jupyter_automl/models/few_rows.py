"""A few rows through the C interfaces of the boosters.

Python around a call of XGBoost takes twice as long as the call, 0.15 ms, and the final model of a
run makes dozens of calls a row. These give the bits that the libraries' own methods give. The
functions are those of their public C interfaces (``XGBoosterPredictFromDense``,
``LGBM_BoosterPredictForMatSingleRowFast``); where the Python package of another version does not
have its library at hand, the answer is None and the caller asks in the usual way.
"""

from __future__ import annotations

import ctypes
import json
import weakref
from functools import cache
from typing import Any

import numpy as np

MOST_ROWS = 64
"""Rows from which on the time of the call counts and not what is around it."""

_NORMAL = 0
_FLOATS = {np.dtype(np.float32): 0, np.dtype(np.float64): 1}
"""Numbers of LightGBM's C interface: ``C_API_PREDICT_NORMAL``, ``C_API_DTYPE_*``."""

_CONFIG = json.dumps(
    {
        "type": _NORMAL,
        "training": False,
        "iteration_begin": 0,
        "iteration_end": 0,
        "missing": float("nan"),
        "strict_shape": False,
        "cache_id": 0,
    }
).encode()


def of_xgboost(booster: Any, X: np.ndarray) -> np.ndarray | None:
    """What ``booster.inplace_predict(X)`` says, float32 of shape (n,) or (n, k).

    Parameters
    ----------
    booster : xgboost.Booster
    X : ndarray of shape (n, d), float32 or float64
        Categories by code, missing as NaN.

    Returns
    -------
    ndarray or None
        None where the call cannot be made or failed.
    """
    call = _function("xgboost.core", "XGBoosterPredictFromDense")
    if call is None or X.dtype not in _FLOATS:
        return None
    rows = np.ascontiguousarray(X)
    place = (
        f'{{"data":[{rows.ctypes.data},true],"shape":[{len(rows)},{rows.shape[1]}],'
        f'"typestr":"{rows.dtype.str}","version":3}}'
    )
    sizes, n_sizes = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64()
    said = ctypes.POINTER(ctypes.c_float)()
    failed = call(
        booster.handle,
        place.encode(),
        _CONFIG,
        None,
        ctypes.byref(sizes),
        ctypes.byref(n_sizes),
        ctypes.byref(said),
    )
    if failed:
        return None
    shape = sizes[: n_sizes.value]
    # The memory is the booster's, until its next prediction.
    values = np.array(said[: int(np.prod(shape))], dtype=np.float32)
    return values.reshape(shape)


class OneRow:
    """A LightGBM booster that was got ready once, for one row after the other.

    Parameters
    ----------
    booster : lightgbm.Booster
    n_columns : int
    kind : dtype
        float32 or float64.
    n_values : int
        Values of a row.
    """

    def __init__(self, booster: Any, n_columns: int, kind: np.dtype[Any], n_values: int) -> None:
        # The booster has to live as long as what was got ready of it.
        self.of = (booster, n_columns, kind)
        self._n_values = n_values
        self._handle = ctypes.c_void_p()
        self._call: Any = None
        ready = _function("lightgbm.basic", "LGBM_BoosterPredictForMatSingleRowFastInit")
        call = _function("lightgbm.basic", "LGBM_BoosterPredictForMatSingleRowFast")
        free = _function("lightgbm.basic", "LGBM_FastConfigFree")
        if ready is None or call is None or free is None or kind not in _FLOATS:
            return
        failed = ready(
            booster._handle,
            ctypes.c_int(_NORMAL),
            ctypes.c_int(0),
            ctypes.c_int(-1),
            ctypes.c_int(_FLOATS[kind]),
            ctypes.c_int32(n_columns),
            b"num_threads=1",
            ctypes.byref(self._handle),
        )
        if not failed:
            self._call = call
            weakref.finalize(self, free, self._handle)

    def predict(self, X: np.ndarray) -> np.ndarray | None:
        """What ``booster.predict(X)`` says, float64 of shape (1,) or (1, k).

        Parameters
        ----------
        X : ndarray of shape (1, n_columns)

        Returns
        -------
        ndarray or None
            None where the call cannot be made or failed.
        """
        if self._call is None:
            return None
        row, values = np.ascontiguousarray(X), np.empty(self._n_values)
        n_values = ctypes.c_int64()
        failed = self._call(
            self._handle,
            ctypes.c_void_p(row.ctypes.data),
            ctypes.byref(n_values),
            ctypes.c_void_p(values.ctypes.data),
        )
        if failed:
            return None
        return values if self._n_values == 1 else values[None, :]


@cache
def _function(module: str, name: str) -> Any:
    """A function of the C library that a Python package has loaded; None where it has not."""
    import importlib

    return getattr(getattr(importlib.import_module(module), "_LIB", None), name, None)
