"""Predictions of a whole file, made in the helper's process, which can be ended at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_automl.api.batch import BatchResult, predict_file
from jupyter_automl.api.batch_out import first_cells
from jupyter_automl.api.jobs.models import ModelRef, model_of

Report = Callable[[Any], None]

PREVIEW_ROWS = 10
PREVIEW_COLUMNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """Predict the rows of the file `source`; they go to `out`, see `api.batch.predict_file`."""

    model: ModelRef
    source: str
    out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDone:
    """What became of it.

    Attributes
    ----------
    n_columns : int
        Of the file that was written.
    columns, rows : tuple
        The first rows as texts, None where a cell is missing: the columns that were added, then
        the first ones of the file.
    """

    result: BatchResult
    n_columns: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def predict(job: BatchJob, report: Report) -> BatchDone:
    """Do it; reports ``(rows done, rows in all)`` after every portion."""
    out = Path(job.out)
    result = predict_file(
        model_of(job.model), job.source, out, on_part=lambda done, total: report((done, total))
    )
    names, cells = first_cells(out, PREVIEW_ROWS)
    added = len(names) - len(result.columns)
    order = [*range(added, len(names)), *range(added)][:PREVIEW_COLUMNS]
    return BatchDone(
        result=result,
        n_columns=len(names),
        columns=tuple(names[place] for place in order),
        rows=tuple(tuple(row[place] for place in order) for row in cells),
    )
