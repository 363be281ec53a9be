"""Each column alone against the target."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from jupyter_automl.profiling.leaks.bins import MISSING, Bins, binned
from jupyter_automl.profiling.leaks.copies import same_as_target
from jupyter_automl.profiling.leaks.goal import Goal
from jupyter_automl.profiling.leaks.power import Power, in_order, power_of

SUSPICIOUS = 0.95
"""AUC or R2 of one column from which it is mentioned (as H2O Driverless AI does)."""

NEARLY_CERTAIN = 0.999
"""From here on it is nearly always a leak."""

SUSPICIOUS_GAPS = 0.9
"""The same for nothing but whether a cell is missing, which seldom tells much."""

_DOUBT = 0.05
"""How far below the threshold two standard errors may reach."""

_LEAST_KNOWN = 10
_NEARLY = 0.85
_FEW_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """What one column tells of the target.

    Attributes
    ----------
    power : Power
        What it predicts alone.
    why : str
        ``"copy"`` (`words` say of what kind), ``"missing"`` (that a cell is missing says so
        already), ``"power"`` or ``"plain"`` (nothing suspicious).
    """

    name: str
    power: Power
    why: Literal["copy", "missing", "power", "plain"] = "plain"
    words: str = ""


@dataclass(slots=True)
class Looked:
    """What came of a look at columns.

    Attributes
    ----------
    n : int
        Columns that were looked at, the first ones.
    found : list of Found
        Those that could be judged.
    numbers : dict of str to ndarray of float64
        The numeric columns as sampled.
    """

    n: int = 0
    found: list[Found] = field(default_factory=list)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)


def look_at(
    table: pa.Table, names: Iterable[str], goal: Goal, more_time: Callable[[], bool]
) -> Looked:
    """One column after the other, for as long as there is time."""
    looked = Looked()
    rows = pa.array(goal.rows)
    for name in names:
        if not more_time():
            break
        array = sampled(table, name, rows)
        bins = binned(array)
        found = _found(name, bins, goal)
        if found is not None:
            looked.found.append(found)
        if bins.numbers is not None and not pa.types.is_timestamp(array.type):
            looked.numbers[name] = bins.numbers
        looked.n += 1
    return looked


def sampled(table: pa.Table, name: str, rows: pa.Array) -> pa.Array:
    """Some rows of a column, as one array."""
    column = table.column(name)
    return (column if len(rows) == len(column) else column.take(rows)).combine_chunks()


def _found(name: str, bins: Bins, goal: Goal) -> Found | None:
    gaps = _of_gaps(bins, goal)
    if gaps is not None and _exceeds(gaps, SUSPICIOUS_GAPS):
        return Found(name, gaps, "missing")
    power = _alone(bins, goal)
    if power is None:
        return None
    if not _exceeds(power, SUSPICIOUS):
        return Found(name, power)
    words = same_as_target(bins, goal)
    return Found(name, power, "copy" if words else "power", words)


def _alone(bins: Bins, goal: Goal) -> Power | None:
    power = power_of(bins.codes, bins.n, goal)
    if power is None or bins.numbers is None or bins.exact:
        return power
    # Sorting costs most of all, and tells more than bins only where these are coarse.
    if power.score < _NEARLY and len(goal) > _FEW_ROWS:
        return power
    ordered = in_order(bins.numbers, goal)
    return ordered if ordered is not None and ordered.score > power.score else power


def _of_gaps(bins: Bins, goal: Goal) -> Power | None:
    missing = (bins.codes == MISSING).astype(np.int64)
    n = int(missing.sum())
    return power_of(missing, 2, goal) if min(n, len(goal) - n) >= _LEAST_KNOWN else None


def _exceeds(power: Power, threshold: float) -> bool:
    return power.score >= threshold and power.surely() >= threshold - _DOUBT
