"""What makers make of columns: numbers and codes of categories, each with a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.features.columns import Columns


@dataclass(slots=True)
class Names:
    """Names of the made features, numbers and codes apart.

    Attributes
    ----------
    numbers, codes : list of (str, str)
        Name of the feature and the column it comes from.
    levels : list of tuple of str
        Labels of the levels of each coded feature, the most frequent first.
    n_levels : list of int
        Its levels, those too rare for a label included.
    two_valued : list of bool
        For each number, whether it holds only 0 and 1.
    parents : dict of str to tuple of str
        All columns of the numbers that come from more than one, by their name.
    how : dict of (str, str) to str
        How a feature was made, by its name and column; what is not there is as it was.
    """

    numbers: list[tuple[str, str]] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    levels: list[tuple[str, ...]] = field(default_factory=list)
    n_levels: list[int] = field(default_factory=list)
    two_valued: list[bool] = field(default_factory=list)
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    how: dict[tuple[str, str], str] = field(default_factory=dict)

    def add_number(
        self, name: str, source: str, *also: str, two_valued: bool = False, how: str = ""
    ) -> None:
        """A number of the column `source`, and of further columns."""
        self.numbers.append((name, source))
        self.two_valued.append(two_valued)
        if also:
            self.parents[name] = tuple(dict.fromkeys((source, *also)))
        if how:
            self.how[name, source] = how

    def add_codes(
        self,
        name: str,
        source: str,
        levels: tuple[str, ...],
        how: str = "",
        n_levels: int | None = None,
    ) -> None:
        """A category; `n_levels` where there are more than labels."""
        self.codes.append((name, source))
        self.levels.append(levels)
        self.n_levels.append(len(levels) if n_levels is None else n_levels)
        if how:
            self.how[name, source] = how

    def labelled(self, codes: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The codes of all coded features, with levels without a label as unseen."""
        return [
            np.minimum(values, len(levels))
            for values, levels in zip(codes, self.levels, strict=True)
        ]

    def extend(self, other: Names) -> None:
        self.numbers += other.numbers
        self.codes += other.codes
        self.levels += other.levels
        self.n_levels += other.n_levels
        self.two_valued += other.two_valued
        self.parents |= other.parents
        self.how |= other.how


@dataclass(slots=True)
class Made:
    """Values of the made features.

    Attributes
    ----------
    numbers : list of ndarray of float64
        Each of shape (n,) or (n, p); NaN is missing.
    codes : list of ndarray of int32, shape (n,)
        Position among the levels; -1 is missing, the number of levels is unseen. Only
        target means tell levels without a label from unseen ones.
    """

    numbers: list[np.ndarray] = field(default_factory=list)
    codes: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature as people see it, before categories become codes or columns of 0 and 1.

    Attributes
    ----------
    columns : tuple of str
        What it is made from.
    how : str
        How it was made, in words; empty where the column is used as it is.
    """

    name: str
    columns: tuple[str, ...]
    how: str = ""


class Maker(Protocol):
    """Learns from the training rows of one or more columns and makes features of any rows.

    Attributes
    ----------
    names : Names
        Known after `fit`.
    built : str
        One sentence on what was built, or empty where it is plain.
    """

    names: Names
    built: str

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> Maker: ...

    def make(self, columns: Columns) -> Made: ...
