"""Imports and first fits, done before anybody waits for them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.protocols import Family

_ROWS = 60
_SECONDS = 0.5
_COLUMNS = (
    ColumnSchema(name="number", kind="numeric", dtype="double", n_unique=_ROWS),
    ColumnSchema(name="group", kind="categorical", dtype="string", n_unique=3),
)


def warm_up(families: Sequence[str]) -> Mapping[str, str]:
    """Load what trials of `families` need and fit each once on a tiny table.

    Returns
    -------
    Mapping
        Family name -> why it cannot be used; empty when all is well.
    """
    import joblib  # noqa: F401
    import psutil  # noqa: F401

    import jupyter_automl.data
    import jupyter_automl.evaluate.metrics  # noqa: F401
    from jupyter_automl.models import FAMILIES

    broken: dict[str, str] = {}
    for name in families:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _fit_once(FAMILIES.get(name))
        # A library may fail to load in any way; the reason goes back to the caller.
        except Exception as error:
            broken[name] = f"{type(error).__name__}: {error}"
    return broken


def _fit_once(family: Family) -> None:
    import pandas as pd

    from jupyter_automl.features import Preprocessor

    codes = np.arange(_ROWS) % 3
    frame = pd.DataFrame(
        {"number": np.linspace(0.0, 1.0, _ROWS), "group": np.array(["a", "b", "c"])[codes]}
    )
    task = family.tasks[0]
    y = codes.astype(np.float64) if task == "regression" else (codes > 0).astype(np.int64)
    preprocessor = Preprocessor(_COLUMNS, encoding=family.encoding, random_state=0)
    X = preprocessor.fit_transform(frame, y)
    estimator = family.build(
        {},
        task=task,
        n_classes=0 if task == "regression" else 2,
        metric="rmse" if task == "regression" else "log_loss",
        random_state=0,
        n_jobs=1,
    )
    estimator.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=_SECONDS)
    estimator.predict(X)
