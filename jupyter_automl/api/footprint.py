"""What a model costs to use: milliseconds and megabytes, measured here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.refitting import of_folds, refit_file

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.model import Model
    from jupyter_automl.evaluate import Bag

BAG, REFITTED = "one model a fold", "one model a member"
_SINGLE_ROWS = 100
_MANY_ROWS = 1_000
_SECONDS = 2.0
_LEAST = 3


def footprint(model: Model) -> pd.DataFrame:
    """Time and size of a model, and of its other form where there is one; see
    `Model.footprint`."""
    import pandas as pd

    forms = {BAG: of_folds(model)}
    if model.has_refit:
        forms[REFITTED] = model.refit()
    frame = pd.DataFrame([_measured(form) for form in forms.values()], index=list(forms))
    return frame.astype({"n_models": "int64"})


def _measured(model: Model) -> dict[str, Any]:
    import numpy as np

    from jupyter_automl.data import load_table
    from jupyter_automl.data.frames import frame_of
    from jupyter_automl.evaluate import bags_behind

    columns = list(model.plan.features)
    table = load_table(model.dataset, columns).slice(0, _MANY_ROWS)
    frame = frame_of(table)
    many = frame.iloc[np.resize(np.arange(len(frame)), _MANY_ROWS)].reset_index(drop=True)
    singles = [many.iloc[[place]] for place in range(_SINGLE_ROWS)]
    # The first call loads the files.
    model.predict(singles[0])
    return {
        "n_models": sum(len(bag.parts) for bag in bags_behind(_bags(model))),
        "row_ms": _typical_ms(model.predict, iter(singles)),
        "thousand_rows_ms": _typical_ms(model.predict, iter([many] * _LEAST)),
        "size_mb": sum(Path(path).stat().st_size for path in _files(model)) / 1e6,
    }


def _bags(model: Model) -> list[Bag]:
    members = getattr(model.predictor, "members", None)
    return [model.predictor] if members is None else [bag for bag, _ in members]


def _files(model: Model) -> list[str]:
    """Those of the trials behind it and of what they are stacked on."""
    if model.refitted:
        return [str(refit_file(model, result)) for result in model.behind]
    return [result.model for result in model.behind]


def _typical_ms(predict: Callable[[Any], Any], tables: Iterator[Any]) -> float:
    """Median over the tables; some are left out where they take seconds."""
    taken: list[float] = []
    for table in tables:
        started = time.perf_counter()
        predict(table)
        taken.append(time.perf_counter() - started)
        if len(taken) >= _LEAST and sum(taken) > _SECONDS:
            break
    return 1000.0 * median(taken)
