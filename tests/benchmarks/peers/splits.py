"""Which rows are held out: a quarter, the same for every system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from tests.benchmarks.peers.sets import DataSet

TEST_SHARE = 0.25


def held_out(frame: pd.DataFrame, data: DataSet, repeat: int) -> np.ndarray:
    """Rows of the test part.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        What `load` gives.
    repeat : int
        Seed of the kinds that draw; splits by time and by order are always the same.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
        True for about a quarter of the rows.

    Raises
    ------
    ValueError
        If the kind is unknown or its column is not there.
    """
    rng = np.random.default_rng(repeat)
    if data.split == "stratified" and data.task != "regression":
        return stratified(frame[data.target].astype(str).to_numpy(dtype=object), rng)
    if data.split in ("random", "stratified"):
        return stratified(np.zeros(len(frame), dtype=int), rng)
    if data.split == "order":
        return np.arange(len(frame)) >= len(frame) - round(TEST_SHARE * len(frame))
    if data.split not in ("time", "group"):
        raise ValueError(
            "The split must be stratified, random, time, order or group. "
            f"Got {data.split!r} for {data.name}."
        )
    if data.split_column not in frame:
        raise ValueError(
            f"The split of {data.name} must name a column of it. Got {data.split_column!r}."
        )
    column = frame[data.split_column]
    return latest(column) if data.split == "time" else some_groups(column, rng)


def stratified(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A quarter of each label, drawn; a label with one row stays in training."""
    test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        wanted = round(TEST_SHARE * len(rows)) or int(len(rows) > 1)
        test[rng.permutation(rows)[:wanted]] = True
    return test


def latest(column: pd.Series) -> np.ndarray:
    """The last quarter in time, cut between two dates; rows without a date are training."""
    import pandas as pd

    times = column if column.dtype.kind in "iufM" else pd.to_datetime(column)
    places = times.rank(method="dense").to_numpy(dtype=float)
    known = np.sort(places[np.isfinite(places)])
    first = known[int((1 - TEST_SHARE) * len(known))]
    # Never the first moment, or there would be nothing to train on.
    return np.nan_to_num(places, nan=0.0) >= max(first, 2.0)


def some_groups(column: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Whole groups, drawn until they hold a quarter of the rows."""
    names = column.astype(str).to_numpy(dtype=object)
    groups, sizes = np.unique(names, return_counts=True)
    order = rng.permutation(len(groups))
    before = np.cumsum(sizes[order]) - sizes[order]
    chosen = order[before < TEST_SHARE * len(names)][: len(groups) - 1]
    return np.isin(names, groups[chosen])
