"""The data sets of a folder: one table for every system, as ``pandas.read_csv`` gives it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TASKS = ("binary", "multiclass", "regression")
METRICS = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "rmse"}


@dataclass(frozen=True, slots=True)
class DataSet:
    """One record of ``datasets.json`` that is not a forecast.

    Attributes
    ----------
    rows : int
        Of the whole table, test rows included.
    split, split_column : str, str or None
        ``"stratified" "random" "time" "order" "group"``, and the column that it goes by.
    read : Mapping
        Arguments of ``pandas.read_csv``; ``strip`` means that values are trimmed.
    """

    name: str
    path: Path
    target: str
    task: str
    rows: int
    drop: tuple[str, ...] = ()
    split: str = "random"
    split_column: str | None = None
    positive: Any = None
    read: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """What every system is told to optimise, and what the error is made of."""
        return METRICS[self.task]

    def fingerprint(self) -> str:
        """Of the file: a result counts only for the data that it was measured on."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]


def data_sets(folder: Path, names: Sequence[str] = ()) -> list[DataSet]:
    """The data sets of a folder, smallest first.

    Parameters
    ----------
    folder : Path
        Holds ``datasets.json``.
    names : sequence of str
        Picks some; none picks all but the forecasts.

    Raises
    ------
    ValueError
        If a name is not there, or is a forecast.
    """
    records = json.loads((folder / "datasets.json").read_text(encoding="utf-8"))
    found = [_data_set(folder, record) for record in records if record["task"] in TASKS]
    known = {data.name for data in found}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(
            f"A table must be one of: {', '.join(sorted(known))}. Got {', '.join(unknown)}."
        )
    chosen = [data for data in found if not names or data.name in names]
    return sorted(chosen, key=lambda data: (data.rows, data.name))


def _data_set(folder: Path, record: Mapping[str, Any]) -> DataSet:
    split = record.get("split", {})
    return DataSet(
        name=record["name"],
        path=folder / record["file"],
        target=record["target"],
        task=record["task"],
        rows=record["rows"] - record.get("target_missing", 0),
        drop=tuple(record.get("drop", ())),
        split=split.get("kind", "random"),
        split_column=split.get("column"),
        positive=record.get("positive"),
        read=record.get("read", {}),
    )


def load(data: DataSet) -> pd.DataFrame:
    """The table with its target, without the columns of `drop` and rows without a target.

    Returns
    -------
    DataFrame
        Indexed 0 .. n-1. Nothing is parsed beyond what ``pandas.read_csv`` does by itself:
        dates, units and missing-value marks are left for each system to find.
    """
    import pandas as pd

    if data.path.suffix == ".parquet":
        frame = pd.read_parquet(data.path)
    else:
        options = {"low_memory": False, **data.read}
        strip = options.pop("strip", False)
        if "engine" in options:
            options.pop("low_memory")
        frame = pd.read_csv(data.path, **options)
        if strip:
            frame = _trimmed(frame)
    frame = frame.drop(columns=[name for name in data.drop if name in frame])
    frame = frame[frame[data.target].notna()].reset_index(drop=True)
    target = frame[data.target]
    if data.task != "regression" and target.dtype.kind == "f" and (target % 1 == 0).all():
        # Missing labels made them floats; "1.0" is no name for a class.
        frame[data.target] = target.astype("int64")
    return frame


def _trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    frame = frame.rename(columns=lambda name: str(name).strip())
    texts = [name for name in frame if isinstance(frame[name].dtype, pd.StringDtype)]
    return frame.assign(**{name: frame[name].str.strip() for name in texts})
