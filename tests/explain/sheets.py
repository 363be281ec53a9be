"""Sheets of tables, models that are plain functions, and what every picture must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from jupyter_automl.core.picture import MOST_LETTERS, Picture
from jupyter_automl.data import describe, open_table
from jupyter_automl.data.frames import frame_of
from jupyter_automl.explain.sheet import Sheet, sheet_of
from jupyter_automl.features.columns import Columns

EVIL = "<img src=x onerror=alert(1)>"
TURNED = "\u202eשלום"
LONG = "x" * 10_000


def sheet(frame: pd.DataFrame | Mapping[str, Any]) -> Sheet:
    """The rows of a table as a run would have stored them."""
    table = open_table(pd.DataFrame(frame)).table
    return sheet_of(frame_of(table), describe(table))


def numbers(columns: Columns, name: str) -> np.ndarray:
    """A column of numbers, missing ones as 0."""
    return np.nan_to_num(columns.numbers([name])[:, 0])


def texts(columns: Columns, name: str) -> np.ndarray:
    """A column of texts."""
    return np.array(columns.texts(name).array.to_pylist(), dtype=object)


@dataclass
class Counting:
    """A model that is a function; it counts the rows of each call."""

    function: Callable[[Columns], np.ndarray]
    calls: list[int] = field(default_factory=list)

    def __call__(self, columns: Columns) -> np.ndarray:
        self.calls.append(len(columns))
        return self.function(columns)


def checked(picture: Picture) -> Picture:
    """The same picture, after a look at what every surface relies on."""
    json.dumps(asdict(picture), allow_nan=False)
    assert picture.title
    assert picture.findings
    assert all(picture.findings)
    for axis in (picture.x, picture.y):
        assert len(axis.label) <= MOST_LETTERS + 60
        assert all(0 < len(name) <= MOST_LETTERS for name in axis.names)
    assert all(len(text) < 800 for text in (*picture.findings, picture.note, picture.title))
    return picture
