"""Dates as the parts that models can use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.features.columns import Columns, columns_of
from jupyter_automl.features.made import Made, Names
from jupyter_automl.features.values import stamps

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400_000_000
_MOST_DATES = 6
_CYCLES = {"month": 12.0, "weekday": 7.0, "hour": 24.0}


class DateMaker:
    """Year, month, day, weekday, weekend, hour and elapsed days of one date column.

    Parameters
    ----------
    source : str
        The column.
    cyclic : bool
        Whether month, weekday and hour also become sine and cosine, for models that
        measure distances.
    """

    def __init__(self, source: str, *, cyclic: bool) -> None:
        self.source = source
        self.cyclic = cyclic
        self.names = Names()
        self.built = ""
        self._parts: tuple[str, ...] = ()

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> DateMaker:
        """Keep the parts that vary in the training rows."""
        made = self._all_parts(stamps(frame[self.source]))
        kept = [name for name, values in made.items() if name == "days" or _varies(values)]
        self._parts = tuple(kept)
        for name in kept:
            label = "days since 1970" if name == "days" else name.replace("_", " ")
            self.names.add_number(
                f"{self.source}: {label}",
                self.source,
                two_valued=name == "weekend",
                how="part of the date",
            )
        shown = ", ".join(name.replace("_", " ") for name in kept)
        self.built = f"{self.source!r} became {shown}."
        return self

    def make(self, columns: Columns) -> Made:
        """The kept parts, NaN where the date is missing."""
        # Most folds keep the same parts.
        parts = columns.kept(
            ("date", self.source, *self._parts),
            lambda: self._all_parts(columns.stamps(self.source), self._parts),
        )
        return Made(numbers=[parts[name] for name in self._parts])

    def _all_parts(
        self, values: np.ndarray, wanted: tuple[str, ...] | None = None
    ) -> dict[str, np.ndarray]:
        missing = np.isnat(values)
        known = np.where(missing, np.datetime64(0, "us"), values)
        days = known.astype("datetime64[D]")
        months = known.astype("datetime64[M]").astype(np.int64)
        weekday = (days.astype(np.int64) + 3) % 7
        micros = known.astype(np.int64) - days.astype(np.int64) * _DAY
        parts = {
            "days": known.astype(np.int64) / _DAY,
            "year": months // 12 + 1970,
            "month": months % 12 + 1,
            "day": (days - known.astype("datetime64[M]")).astype(np.int64) + 1,
            "weekday": weekday,
            "weekend": weekday >= 5,
            "hour": micros // (_DAY // 24),
        }
        if self.cyclic:
            for name, period in _CYCLES.items():
                angle = 2 * np.pi * parts[name] / period
                parts |= {f"{name}_sine": np.sin(angle), f"{name}_cosine": np.cos(angle)}
        chosen = parts if wanted is None else {name: parts[name] for name in wanted}
        return {n: np.where(missing, np.nan, v.astype(np.float64)) for n, v in chosen.items()}


class DateGapMaker:
    """Days between each two date columns of a table, where that varies.

    Parameters
    ----------
    sources : sequence of str
        The date columns; of more than six the first six are used.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = tuple(sources)[:_MOST_DATES]
        self.names = Names()
        self.built = ""
        self._pairs: tuple[tuple[int, int], ...] = ()

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> DateGapMaker:
        """Keep the gaps that vary in the training rows."""
        every = tuple(combinations(range(len(self.sources)), 2))
        gaps = self._gaps(columns_of(frame), every)
        self._pairs = tuple(pair for pair, gap in zip(every, gaps, strict=True) if _varies(gap))
        shown = []
        for first, second in self._pairs:
            one, other = self.sources[first], self.sources[second]
            self.names.add_number(
                f"days from {one} to {other}", one, other, how="days between two dates"
            )
            shown.append(f"{one!r} to {other!r}")
        if shown:
            self.built = f"Added the days from {', '.join(shown)}."
        return self

    def make(self, columns: Columns) -> Made:
        """One number a kept pair, NaN where a date is missing."""
        return Made(numbers=list(self._gaps(columns, self._pairs)))

    def _gaps(self, columns: Columns, pairs: Sequence[tuple[int, int]]) -> Sequence[np.ndarray]:
        used = {place for pair in pairs for place in pair}
        days = {}
        for place in used:
            values = columns.stamps(self.sources[place])
            days[place] = np.where(np.isnat(values), np.nan, values.astype(np.int64) / _DAY)
        return [days[second] - days[first] for first, second in pairs]


def _varies(values: np.ndarray) -> bool:
    known = values[~np.isnan(values)]
    return bool(len(known)) and float(np.ptp(known)) > 1e-9
