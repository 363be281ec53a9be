"""The last step: made features as one matrix of the kind a family takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from jupyter_automl.features.made import Names
from jupyter_automl.features.shaping import Shaper
from jupyter_automl.features.target_means import TargetMeans, can_encode

if TYPE_CHECKING:
    import pandas as pd

ONE_HOT_LEVELS = 50
ONE_HOT_CELLS = 128_000_000
"""Cells of one-hot columns at most (0.5 GB); beyond, fewer levels get a column."""

_MEAN_LEVELS = 20
_EXACT_FLOAT32 = 2.0**24


class Encoder(Protocol):
    """Numbers (n, p) and codes to a matrix, with the names of its columns.

    Attributes
    ----------
    features : list of (str, str)
        Name and source column of each output column.
    categorical : list of str
        Names of those that hold categories.
    built : list of str
        Sentences on what was built.
    """

    features: list[tuple[str, str]]
    categorical: list[str]
    built: list[str]

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], y: np.ndarray | None
    ) -> Any: ...

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> Any: ...


class NativeEncoder:
    """A DataFrame of floats and categories, missing values kept; columns are f0, f1, ...

    Names of the table's columns never reach a booster, whose text formats do not take
    every character.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.features = [*names.numbers, *names.codes]
        self.categorical = [name for name, _ in names.codes]
        self.built: list[str] = []
        self._wide = np.zeros(0, dtype=np.int64)

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], y: np.ndarray | None
    ) -> pd.DataFrame:
        """Large whole numbers keep float64, everything else is float32."""
        largest = np.max(np.abs(numbers), axis=0, where=~np.isnan(numbers), initial=0.0)
        self._wide = np.flatnonzero(largest > _EXACT_FLOAT32)
        return self.transform(numbers, codes)

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> pd.DataFrame:
        """A frame of shape (n, p + number of categories)."""
        import pandas as pd

        limit = float(np.finfo(np.float32).max)
        narrow = np.clip(numbers, -limit, limit).astype(np.float32, order="F")
        columns = [f"f{i}" for i in range(len(self.features))]
        n_numbers = numbers.shape[1]
        parts = [pd.DataFrame(narrow, columns=columns[:n_numbers], copy=False)]
        if len(self._wide):
            for position in self._wide:
                parts[0][columns[position]] = numbers[:, position]
        coded = {
            columns[n_numbers + i]: pd.Categorical.from_codes(
                np.where(values >= n_levels, -1, values), categories=range(n_levels)
            )
            for i, (values, n_levels) in enumerate(
                zip(codes, map(len, self.names.levels), strict=True)
            )
        }
        if coded:
            parts.append(pd.DataFrame(coded, copy=False))
        return parts[0] if len(parts) == 1 else pd.concat(parts, axis=1)


class _Means:
    """Target means of the codes that have many levels, for encoders without categories."""

    def __init__(self, names: Names, positions: list[int], random_state: int) -> None:
        self.names = names
        self.positions = positions
        self.means = [
            TargetMeans(len(names.levels[position]), random_state + position)
            for position in positions
        ]
        self.features: list[tuple[str, str]] = []

    def fit_transform(self, codes: list[np.ndarray], y: np.ndarray | None) -> list[np.ndarray]:
        if y is None or not can_encode(y):
            self.means = []
            return []
        out = [
            means.fit_transform(codes[position], y)
            for means, position in zip(self.means, self.positions, strict=True)
        ]
        for means, position in zip(self.means, self.positions, strict=True):
            name, source = self.names.codes[position]
            labels = [f"{name}: target mean"]
            if means.width > 1:
                labels = [f"{name}: share of class {k + 1}" for k in range(means.width)]
            self.features += [(label, source) for label in labels]
        return out

    def transform(self, codes: list[np.ndarray]) -> list[np.ndarray]:
        return [
            means.transform(codes[position])
            for means, position in zip(self.means, self.positions, strict=False)
        ]


class OrdinalEncoder:
    """A float32 matrix of numbers and codes; missing numbers lie below all others."""

    def __init__(self, names: Names, random_state: int) -> None:
        self.names = names
        self.categorical = [name for name, _ in names.codes]
        self.features: list[tuple[str, str]] = []
        self.built: list[str] = []
        many = [i for i, levels in enumerate(names.levels) if len(levels) > _MEAN_LEVELS]
        self._means = _Means(names, many, random_state)
        self._fill = np.zeros(0)

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], y: np.ndarray | None
    ) -> np.ndarray:
        """Learn the fill values, and target means of columns of many levels."""
        known = ~np.isnan(numbers)
        low = np.min(numbers, axis=0, where=known, initial=np.inf)
        high = np.max(numbers, axis=0, where=known, initial=-np.inf)
        span = np.where(low <= high, high - low, 0.0)
        self._fill = np.where(low <= high, low, 0.0) - span - 1.0
        means = self._means.fit_transform(codes, y)
        self.features = [*self.names.numbers, *self.names.codes, *self._means.features]
        return self._matrix(numbers, codes, means)

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        """float32 of shape (n, number of features), nothing missing."""
        return self._matrix(numbers, codes, self._means.transform(codes))

    def _matrix(
        self, numbers: np.ndarray, codes: list[np.ndarray], means: list[np.ndarray]
    ) -> np.ndarray:
        filled = np.where(np.isnan(numbers), self._fill, numbers)
        return _hstack([filled, *(values[:, None] for values in codes), *means], len(numbers))


class ScaledEncoder:
    """A float32 matrix of shaped numbers and one-hot levels, nothing missing."""

    def __init__(self, names: Names, random_state: int) -> None:
        self.names = names
        self.categorical: list[str] = []
        self.features: list[tuple[str, str]] = []
        self.built: list[str] = []
        self._random_state = random_state
        self._shaper = Shaper(
            np.array(names.two_valued, dtype=bool), [source for _, source in names.numbers]
        )
        self._means_shaper: Shaper | None = None
        self._hot: list[int] = []
        self._kept: dict[int, np.ndarray] = {}

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], y: np.ndarray | None
    ) -> np.ndarray:
        """Learn the shapes of the numbers, and target means of columns of many levels."""
        limit = self._level_limit(len(numbers))
        sizes = [len(levels) for levels in self.names.levels]
        self._hot = [i for i, size in enumerate(sizes) if size <= limit]
        many = [i for i, size in enumerate(sizes) if size > limit]
        self._means = _Means(self.names, many, self._random_state)
        for position in self._hot:
            seen = np.bincount(_places(codes[position], sizes[position]))
            self._kept[position] = np.flatnonzero(seen)
        self._shaper.fit(numbers)
        means = self._means.fit_transform(codes, y)
        if means:
            block = np.hstack(means)
            self._means_shaper = Shaper(
                np.zeros(block.shape[1], dtype=bool), [name for name, _ in self._means.features]
            ).fit(block)
        self._name_features()
        return self._matrix(numbers, codes, means)

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        """float32 of shape (n, number of features)."""
        return self._matrix(numbers, codes, self._means.transform(codes))

    def _level_limit(self, n_rows: int) -> int:
        limit = ONE_HOT_LEVELS
        sizes = [len(levels) for levels in self.names.levels]
        while limit > 2 and sum(s + 1 for s in sizes if s <= limit) * n_rows > ONE_HOT_CELLS:
            limit //= 2
        return limit

    def _name_features(self) -> None:
        names = self.names
        self.features = list(names.numbers)
        taken: set[str] = set()
        for name, source in (names.numbers[i] for i in self._shaper.indicated):
            label = f"{name if source in taken else source} is missing"
            taken.add(source)
            self.features.append((label, source))
        for position in self._hot:
            name, source = names.codes[position]
            labels = [*names.levels[position], "(missing)", "(other)"]
            shown = [labels[place] for place in self._kept[position]]
            self.features += [(f"{name} = {label}", source) for label in shown]
        self.features += self._means.features
        bent = int((self._shaper.powers != 1.0).sum())
        if bent:
            words = "1 skewed number was" if bent == 1 else f"{bent} skewed numbers were"
            self.built.append(f"{words} straightened.")

    def _matrix(
        self, numbers: np.ndarray, codes: list[np.ndarray], means: list[np.ndarray]
    ) -> np.ndarray:
        n = len(numbers)
        blocks = [self._shaper.apply(numbers)]
        for position in self._hot:
            size = len(self.names.levels[position])
            hot = np.zeros((n, size + 2), dtype=np.float32)
            hot[np.arange(n), _places(codes[position], size)] = 1.0
            blocks.append(hot[:, self._kept[position]])
        if means and self._means_shaper is not None:
            blocks.append(self._means_shaper.apply(np.hstack(means)))
        return _hstack(blocks, n)


def _places(codes: np.ndarray, size: int) -> np.ndarray:
    """Columns of a one-hot block: the levels, then missing, then other."""
    return np.where(codes < 0, size, np.where(codes >= size, size + 1, codes))


def _hstack(blocks: list[np.ndarray], n_rows: int) -> np.ndarray:
    widths = [block.shape[1] for block in blocks]
    out = np.empty((n_rows, sum(widths)), dtype=np.float32)
    limit = float(np.finfo(np.float32).max)
    start = 0
    for block, width in zip(blocks, widths, strict=True):
        out[:, start : start + width] = np.clip(block, -limit, limit) if width else block
        start += width
    return out
