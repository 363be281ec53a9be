"""Bytes: what a trial will take in a worker, by rows, columns, classes and kind of model.

Figures are of measured peaks (Linux, x86-64, 60,000 to 300,000 rows, 30 to 200 columns) and a
tenth to a fifth above them; a run learns from its own trials how far they are off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.protocols import Encoding, Family
from jupyter_automl.evaluate import FORESTS
from jupyter_automl.features.encoders import ONE_HOT_CELLS, ONE_HOT_LEVELS

WORKER_BYTES = 200 * 2**20
"""A worker that has imported every library and has no data (measured: 160 MiB)."""

_CELL_BYTES: Mapping[str, float] = {
    "dummy": 0.0,
    "linear": 1.0,
    "lightgbm": 19.0,
    "xgboost": 12.0,
    "catboost": 28.0,
    "hist_gradient_boosting": 24.0,
    "ebm": 32.0,
    "mlp": 9.0,
    "svm": 5.0,
    "knn": 2.0,
    "naive_bayes": 11.0,
    "random_forest": 3.0,
    "extra_trees": 3.0,
    "decision_tree": 4.0,
    "adaboost": 4.0,
}
"""What a fit takes a cell of the training matrix, beside the matrix."""

_OTHER_CELL_BYTES = 24.0
"""Of a family that is not known here: a copy as float64, and two more as float32."""

_OUTPUT_BYTES = 64.0
_CATBOOST_OUTPUT_BYTES = 130.0
"""A row and class: scores, gradients and their like."""

_NUMBER_BYTES = 24.0
_CODE_BYTES = 8.0
"""A row and made column, while a fold is encoded."""

_FOREST_BYTES = 96 * 2**20
_FOREST_ROW_BYTES = 20_000.0
_ONCE_MODELS = 4
"""A forest that is fitted once may be so many times as large as one of a fold."""

_KERNEL_BYTES = 200 * 2**20
_MODEL_BYTES = 4 * 2**20
_NEIGHBOURS = 30_000

_DATE_COLUMNS = 12
_TEXT_COLUMNS = 50
_TEXT_LEVELS = 50
_WORD_LEVELS = 10
_MANY_LEVELS = 30
_MEAN_LEVELS = 20
_MOST_CLASSES = 10
_EXTRA_COLUMNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the data of a run weigh in a worker.

    Attributes
    ----------
    n_rows : int
        Training rows of one fold.
    n_held : int
        Held-out rows of one fold.
    table_bytes : int
        The table as a frame.
    row_bytes : float
        One row of it.
    numbers, codes : int
        Made columns of numbers, and of categories.
    gaps : int
        Columns that say where a number is missing.
    levels : int
        Columns of 0 and 1 that stand for categories in the encoding ``"scaled"``.
    means : int
        Columns of target means.
    n_outputs : int
        Classes, 1 for two of them and for values.
    n_fits : int
        Models a trial.
    """

    n_rows: int
    n_held: int = 0
    table_bytes: int = 0
    row_bytes: float = 0.0
    numbers: int = 0
    codes: int = 0
    gaps: int = 0
    levels: int = 0
    means: int = 0
    n_outputs: int = 1
    n_fits: int = 1

    def cells(self, encoding: Encoding, n_rows: int) -> float:
        """Cells of the encoded matrix of so many rows."""
        if encoding in ("native", "ordinal"):
            return float(n_rows * (self.numbers + self.codes + self.means))
        hot = min(n_rows * self.levels, ONE_HOT_CELLS)
        return float(n_rows * (self.numbers + self.gaps + self.means) + hot)


def load_of(
    columns: Sequence[ColumnSchema],
    *,
    n_rows: int,
    n_held: int = 0,
    table_bytes: int = 0,
    n_classes: int = 0,
    n_fits: int = 1,
) -> Load:
    """The load of features, roughly.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        The features.
    n_rows, n_held : int
        Training and held-out rows of a fold.
    table_bytes : int
        Size of the table's Arrow file; a frame takes as much.
    n_classes : int
        0 for values.
    """
    n_outputs = n_classes if n_classes > 2 else 1
    wide = n_outputs if n_outputs <= _MOST_CLASSES else 0
    numbers = codes = gaps = levels = means = 0
    for column in columns:
        gaps += column.n_missing > 0 and column.kind != "categorical"
        if column.kind == "datetime":
            numbers += _DATE_COLUMNS
        elif column.kind == "text":
            numbers += _TEXT_COLUMNS
            codes += 2
            levels += 2 * _TEXT_LEVELS
        elif column.kind == "categorical":
            codes += 1
            if column.n_unique > _MANY_LEVELS:
                # Its frequency, its first word and its number.
                numbers, codes, levels = numbers + 2, codes + 1, levels + _WORD_LEVELS
            levels += column.n_unique + 2 if column.n_unique <= ONE_HOT_LEVELS else 0
            means += wide if column.n_unique > _MEAN_LEVELS else 0
        else:
            numbers += 1
    return Load(
        n_rows=n_rows,
        n_held=n_held,
        table_bytes=table_bytes,
        row_bytes=table_bytes / max(1, n_rows + n_held),
        numbers=numbers,
        codes=codes,
        gaps=gaps,
        levels=levels,
        means=means,
        n_outputs=n_outputs,
        n_fits=n_fits,
    )


def trial_bytes(
    load: Load,
    family: Family,
    *,
    sample_rows: int | None = None,
    further_features: bool = False,
    once: bool = False,
) -> int:
    """What a worker holds at most during a trial: libraries, table, one fold and its fit.

    Parameters
    ----------
    sample_rows : int or None
        Training rows that are used; None for all of them.
    further_features : bool
        Whether features are searched for and added (`core.trial.FEATURES`).
    once : bool
        Whether it is one fit on all rows (`core.trial.fits_of`).

    Returns
    -------
    int
        Grows with rows, columns and classes.
    """
    rows = load.n_rows if sample_rows is None else min(sample_rows, load.n_rows)
    n_held = load.n_held
    if once:
        rows, n_held = rows + n_held, 0
    cells = load.cells(family.encoding, rows)
    matrix = 4.0 * load.cells(family.encoding, rows + n_held)
    encoding = max(rows, n_held) * (
        load.row_bytes + _NUMBER_BYTES * load.numbers + _CODE_BYTES * load.codes
    )
    if further_features:
        cells += _EXTRA_COLUMNS * rows
        matrix += 4.0 * _EXTRA_COLUMNS * (rows + n_held)
        encoding += 8.0 * _EXTRA_COLUMNS * rows
    work = max(encoding, _fit_bytes(load, family.name, rows, cells))
    models = (_ONCE_MODELS if once else load.n_fits) * _model_bytes(family.name, rows)
    return int(WORKER_BYTES + load.table_bytes + matrix + work + models)


def _fit_bytes(load: Load, name: str, rows: int, cells: float) -> float:
    output = _CATBOOST_OUTPUT_BYTES if name == "catboost" else _OUTPUT_BYTES
    size = _CELL_BYTES.get(name, _OTHER_CELL_BYTES) * cells + output * load.n_outputs * rows
    if name == "svm":
        # The library keeps as much of the kernel as it may: every row with every other.
        size += min(float(_KERNEL_BYTES), 4.0 * rows * rows)
    if name == "knn":
        size += 8.0 * load.cells("scaled", min(rows, _NEIGHBOURS))
    return size


def _model_bytes(name: str, rows: int) -> float:
    if name in FORESTS:
        return min(float(_FOREST_BYTES), _FOREST_ROW_BYTES * rows)
    return float(_MODEL_BYTES)
