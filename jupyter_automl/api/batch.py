"""Predictions for a whole file, in portions, into a file of its own."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.api import deciding
from jupyter_automl.api.batch_out import CSV, PARQUET, TableWriter
from jupyter_automl.api.batch_rows import BatchRows, fine
from jupyter_automl.core.errors import ArgumentError, RunError
from jupyter_automl.core.picture import name as cut
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from jupyter_automl.api.model import Model

COVERAGE = 0.9
_MOST_PROBLEMS = 20

OnPart = Callable[[int, int], None]
"""``on_part(n_done, n_rows)``, in the thread that called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows written: all there were, in their order.
    failed : int
        Those among them without a prediction, because a cell could not be read; the reason is in
        the column of errors.
    seconds : float
        Wall-clock time.
    path : Path
        Where the predictions are.
    columns : tuple of str
        Names of the columns that were added.
    problems : tuple of str
        Sentences on rows that failed, with their numbers (from 1, without the header), at most
        20.
    """

    rows: int
    failed: int
    seconds: float
    path: Path
    columns: tuple[str, ...]
    problems: tuple[str, ...] = ()


def predict_file(
    model: Model,
    source: Any,
    out: str | os.PathLike[str],
    *,
    on_part: OnPart | None = None,
    stop: threading.Event | None = None,
    proba: bool = True,
    guard_formulas: bool = True,
) -> BatchResult:
    """Write a table again, with a prediction for each row.

    Parameters
    ----------
    source : path or table
        Whatever `Model.predict` takes. Rows are read as it reads them.
    out : path
        Ends in ``.csv`` or ``.parquet``. A file that is there is replaced once the new one is
        whole.
    on_part : callable, optional
        Told after every portion of up to 20,000 rows.
    stop : threading.Event, optional
        Looked at before every portion.
    proba : bool
        Also write the probability of each class; of a number, the ends of its 90 % interval
        where the model has them.
    guard_formulas : bool
        Of CSV: put an apostrophe before texts (and names of columns) that begin with ``=``,
        ``+``, ``-``, ``@``, a tab or a line end. A spreadsheet runs such cells as formulas,
        whoever wrote them; False writes them as they came.

    Returns
    -------
    BatchResult

    Raises
    ------
    PredictionError
        If a column is missing, or no row of the file has values in it that can be read.
    ArgumentError
        If `out` ends in something else, or is the file that is read.
    RunError
        If it was stopped. Nothing is left behind then, nor after any other error.
    StoreError
        If the file cannot be written.

    Notes
    -----
    The columns of the source keep their order and their names (unique ones, as in training).
    After them come ``TARGET_predicted``, then ``TARGET_probability_CLASS`` for each class, or
    ``TARGET_low`` and ``TARGET_high``; and ``TARGET_error`` where rows failed. In CSV, numbers
    and dates are written in plain form and missing cells are empty.

    A portion in which none of the values of a column can be read, though other portions can, is
    taken for a part of the file that is out of place: its rows with such values get no
    prediction and a reason. A single cell that cannot be read counts as missing, as always.
    """
    started = time.perf_counter()
    path = Path(out)
    _check_names(source, path)
    rows = BatchRows(model, source)

    def go_on(n_done: int) -> None:
        if stop is not None and stop.is_set():
            raise RunError(say("whatif-batch-stopped", done=n_done, total=rows.n))

    rows.check(go_on)
    added = _Added(model, proba=proba, errors=rows.n_failed > 0)
    n_given = len(rows.table.column_names)
    names = _unique([*rows.table.column_names, *added.names])
    with TableWriter(path, guard=guard_formulas) as writer:
        for portion in rows.portions:
            go_on(portion.start)
            writer.write([*rows.cells(portion), *added.cells(*rows.read(portion))], names)
            if on_part is not None:
                on_part(portion.stop, rows.n)
    return BatchResult(
        rows=rows.n,
        failed=rows.n_failed,
        seconds=time.perf_counter() - started,
        path=path,
        columns=tuple(names[n_given:]),
        problems=tuple(rows.problems[:_MOST_PROBLEMS]),
    )


class _Added:
    """The columns that are added.

    Attributes
    ----------
    names : list of str
    """

    def __init__(self, model: Model, *, proba: bool, errors: bool) -> None:
        self._model = model
        self._errors = errors
        target, classes = model.plan.target, model.plan.classes
        self._classes = proba and bool(classes)
        self._ends = proba and not classes and _has_intervals(model)
        self.names = [f"{target}_predicted"]
        if self._classes:
            self.names += [f"{target}_probability_{cut(label)}" for label in classes]
        if self._ends:
            self.names += [f"{target}_low", f"{target}_high"]
        if errors:
            self.names.append(f"{target}_error")

    def cells(self, frame: pd.DataFrame, errors: np.ndarray) -> list[pa.Array]:
        """One array a name, null where there is no prediction."""
        import pyarrow as pa

        known = fine(errors)
        values = self._predicted(frame if known.all() else frame[known].reset_index(drop=True))
        made: list[pa.Array] = []
        if self._model.has_classes:
            codes = np.zeros(len(known), dtype=np.int64)
            codes[known] = self._model._codes(values) if known.any() else 0
            labels = pa.array(self._model._labels)
            made.append(labels.take(pa.array(codes, mask=~known)))
            if self._classes:
                made += [_spread(column, known) for column in values.T]
        else:
            made.append(_spread(values, known))
            if self._ends:
                ends = deciding.interval_ends(self._model, values, COVERAGE)
                made += [_spread(end, known) for end in ends]
        if self._errors:
            made.append(pa.array(errors.tolist(), pa.string()))
        return made

    def _predicted(self, frame: pd.DataFrame) -> np.ndarray:
        """Probabilities as decided, or values."""
        classes = self._model.plan.classes
        if not len(frame):
            return np.empty((0, len(classes)) if classes else 0)
        values = self._model.predictor.predict(frame)
        return self._model._decided(values) if classes else values


def _check_names(source: Any, path: Path) -> None:
    """Raise `ArgumentError` where the predictions cannot go to `path`."""
    if path.suffix.lower() not in (*CSV, *PARQUET):
        raise ArgumentError(say("whatif-batch-suffix", path=cut(path.name)), argument="out")
    if not isinstance(source, (str, os.PathLike)):
        return
    same = False
    with contextlib.suppress(OSError, ValueError):
        same = os.path.samefile(Path(os.fsdecode(source)).expanduser(), path)
    if same:
        raise ArgumentError(
            say("whatif-batch-same"), hint=say("whatif-batch-same-hint"), argument="out"
        )


def _has_intervals(model: Model) -> bool:
    """Whether there are held-out rows enough for intervals."""
    if model.decisions.intervals is None:
        return False
    try:
        deciding.interval_ends(model, np.zeros(1), COVERAGE)
    except ArgumentError:
        # There are too few held-out rows for it.
        return False
    return True


def _unique(names: Sequence[str]) -> list[str]:
    from jupyter_automl.data.names import unique_names

    return list(unique_names(names)[0])


def _spread(values: np.ndarray, known: np.ndarray) -> pa.Array:
    """float64, null in the rows that have no prediction."""
    import pyarrow as pa

    whole = np.zeros(len(known))
    whole[known] = values
    return pa.array(whole, mask=~known)
