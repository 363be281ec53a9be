"""The last step: made features as one matrix of the kind a family takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from jupyter_automl.data.few import MOST_ROWS
from jupyter_automl.features.few_rows import OneHot, as_ordinal, stacked
from jupyter_automl.features.lean import Lean
from jupyter_automl.features.made import Names
from jupyter_automl.features.shaping import Shaper
from jupyter_automl.features.target_means import TargetMeans, can_encode
from jupyter_automl.features.training import Training

if TYPE_CHECKING:
    import pandas as pd

ONE_HOT_LEVELS = 50
ONE_HOT_CELLS = 128_000_000
"""Cells of one-hot columns at most (0.5 GB); beyond, fewer levels get a column."""

_MEAN_LEVELS = 20
"""Beyond so many levels a category gets target means where codes say little."""

_ROWS_A_LEVEL = 30
"""With fewer rows a level, boosters get target means beside the category."""

_EXACT_FLOAT32 = 2.0**24
_FLOAT32 = float(np.finfo(np.float32).max)
_PART_ROWS = 16_384
_SHOWN = 5


class Encoder(Protocol):
    """Numbers (n, p) and codes to a matrix, with the names of its columns.

    Attributes
    ----------
    features : list of (str, str)
        Name and source column of each output column.
    categorical : list of str
        Names of those that hold categories.
    added : list of (str, str, str)
        Name, column and way of making of what the encoder itself has built.
    built : list of (str, str)
        What it is about, and a sentence on what was built.
    """

    features: list[tuple[str, str]]
    categorical: list[str]
    added: list[tuple[str, str, str]]
    built: list[tuple[str, str]]

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], training: Training | None
    ) -> Any: ...

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> Any: ...


class NativeEncoder:
    """A DataFrame of floats and categories, missing values kept; columns are f0, f1, ...

    Names of the table's columns never reach a booster, whose text formats do not take
    every character. A category of so many levels that each has few rows also comes as
    target means: a booster that splits it by its levels learns single rows.
    """

    def __init__(self, names: Names, random_state: int) -> None:
        self.names = names
        self.features: list[tuple[str, str]] = []
        self.categorical = [name for name, _ in names.codes]
        self.added: list[tuple[str, str, str]] = []
        self.built: list[tuple[str, str]] = []
        self._random_state = random_state
        self._wide = np.zeros(0, dtype=np.int64)

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], training: Training | None
    ) -> pd.DataFrame:
        """Large whole numbers keep float64, everything else is float32."""
        few_rows = max(_MEAN_LEVELS, len(numbers) / _ROWS_A_LEVEL)
        sparse = [
            position
            for position, (levels, size) in enumerate(
                zip(self.names.levels, self.names.n_levels, strict=True)
            )
            if size > min(few_rows, len(levels))
        ]
        self._means = _Means(self.names, sparse, self._random_state)
        largest = [
            np.max(np.abs(column), where=~np.isnan(column), initial=0.0) for column in numbers.T
        ]
        self._wide = np.flatnonzero(np.array(largest) > _EXACT_FLOAT32)
        means = self._means.fit_transform(codes, training)
        self.features = [*self.names.numbers, *self._means.features, *self.names.codes]
        self.added, self.built = self._means.added, self._means.built
        return self._frame(_beside(numbers, means), codes)

    def coded(self, numbers: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        """The same as `transform` as a matrix: categories by code, missing cells as NaN.

        Returns
        -------
        ndarray of shape (n, p + target means + number of categories)
            float32, or float64 where a number needs it.
        """
        numbers = _beside(numbers, self._means.transform(codes))
        n_numbers = numbers.shape[1]
        kind = np.float64 if len(self._wide) else np.float32
        out = np.empty((len(numbers), len(self.features)), dtype=kind)
        # Not in place: numbers that keep float64 were never clipped.
        out[:, :n_numbers] = np.clip(numbers, -_FLOAT32, _FLOAT32).astype(np.float32)
        if len(self._wide):
            out[:, self._wide] = numbers[:, self._wide]
        if codes:
            sizes = np.array(list(map(len, self.names.levels)))
            given = stacked(codes, len(numbers))
            out[:, n_numbers:] = np.where((given < 0) | (given >= sizes), np.nan, given)
        return out

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> pd.DataFrame:
        """A frame of shape (n, p + target means + number of categories)."""
        return self._frame(_beside(numbers, self._means.transform(codes)), codes)

    def _frame(self, numbers: np.ndarray, codes: list[np.ndarray]) -> pd.DataFrame:
        import pandas as pd

        narrow = np.empty(numbers.shape, dtype=np.float32, order="F")
        for position, column in enumerate(numbers.T):
            narrow[:, position] = np.clip(column, -_FLOAT32, _FLOAT32)
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
    """Target means of the codes that have many levels."""

    def __init__(self, names: Names, positions: list[int], random_state: int) -> None:
        self.names = names
        self.positions = positions
        self.means = [
            TargetMeans(names.n_levels[position], random_state + position) for position in positions
        ]
        self.features: list[tuple[str, str]] = []

    def fit_transform(self, codes: list[np.ndarray], training: Training | None) -> list[np.ndarray]:
        if training is None or not can_encode(training.y):
            self.means = []
            return []
        out = [
            means.fit_transform(codes[position], training)
            for means, position in zip(self.means, self.positions, strict=True)
        ]
        for means, position in zip(self.means, self.positions, strict=True):
            name, source = self.names.codes[position]
            labels = [f"{name}: target mean"]
            if means.width > 1:
                labels = [f"{name}: share of class {k + 1}" for k in range(means.width)]
            self.features += [(label, source) for label in labels]
        return out

    @property
    def added(self) -> list[tuple[str, str, str]]:
        return [(*feature, "mean of the target by value") for feature in self.features]

    @property
    def built(self) -> list[tuple[str, str]]:
        if not self.means:
            return []
        names = [self.names.codes[position][0] for position in self.positions]
        what = "target" if self.means[0].width == 1 else "target's classes"
        return [("target means", f"Added the mean of the {what} by the value of {listed(names)}.")]

    def transform(self, codes: list[np.ndarray]) -> list[np.ndarray]:
        return [
            means.transform(codes[position])
            for means, position in zip(self.means, self.positions, strict=False)
        ]


class OrdinalEncoder:
    """A float32 matrix of numbers and codes; missing numbers lie below all others."""

    _unlabelled = False
    """Whether a code may be of a level without a label; of older stored models none is."""

    def __init__(self, names: Names, random_state: int) -> None:
        self.names = names
        self.categorical = [name for name, _ in names.codes]
        self.features: list[tuple[str, str]] = []
        self.added: list[tuple[str, str, str]] = []
        self.built: list[tuple[str, str]] = []
        many = [i for i, levels in enumerate(names.levels) if len(levels) > _MEAN_LEVELS]
        self._means = _Means(names, many, random_state)
        self._fill = np.zeros(0)

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], training: Training | None
    ) -> np.ndarray:
        """Learn the fill values, and target means of columns of many levels."""
        known = ~np.isnan(numbers)
        # Where the matrix is cut off anyway, so that nothing below overflows.
        low = np.clip(np.min(numbers, axis=0, where=known, initial=np.inf), -_FLOAT32, _FLOAT32)
        high = np.clip(np.max(numbers, axis=0, where=known, initial=-np.inf), -_FLOAT32, _FLOAT32)
        span = np.where(low <= high, high - low, 0.0)
        self._fill = np.where(low <= high, low, 0.0) - span - 1.0
        self._unlabelled = self.names.n_levels != [len(levels) for levels in self.names.levels]
        means = self._means.fit_transform(codes, training)
        self.features = [*self.names.numbers, *self.names.codes, *self._means.features]
        self.added, self.built = self._means.added, self._means.built
        return self._matrix(numbers, codes, means)

    def transform(self, numbers: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        """float32 of shape (n, number of features), nothing missing."""
        return self._matrix(numbers, codes, self._means.transform(codes))

    def _matrix(
        self, numbers: np.ndarray, codes: list[np.ndarray], means: list[np.ndarray]
    ) -> np.ndarray:
        if self._unlabelled:
            codes = self.names.labelled(codes)
        if len(numbers) <= MOST_ROWS:
            return as_ordinal(numbers, self._fill, codes, means)

        def part(rows: slice) -> np.ndarray:
            given = numbers[rows]
            filled = np.where(np.isnan(given), self._fill, given)
            columns = [values[rows, None] for values in codes]
            return _hstack([filled, *columns, *(block[rows] for block in means)], len(given))

        return _by_parts(len(numbers), part)


class ScaledEncoder(Lean):
    """A float32 matrix of shaped numbers and one-hot levels, nothing missing."""

    def __init__(self, names: Names, random_state: int) -> None:
        self.names = names
        self.categorical: list[str] = []
        self.features: list[tuple[str, str]] = []
        self.added: list[tuple[str, str, str]] = []
        self.built: list[tuple[str, str]] = []
        self._random_state = random_state
        self._shaper = Shaper(
            np.array(names.two_valued, dtype=bool), [source for _, source in names.numbers]
        )
        self._means_shaper: Shaper | None = None
        self._hot: list[int] = []
        self._kept: dict[int, np.ndarray] = {}

    def fit_transform(
        self, numbers: np.ndarray, codes: list[np.ndarray], training: Training | None
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
        means = self._means.fit_transform(codes, training)
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
            self.added.append((label, source, "whether it is missing"))
        for position in self._hot:
            name, source = names.codes[position]
            labels = [*names.levels[position], "(missing)", "(other)"]
            shown = [labels[place] for place in self._kept[position]]
            self.features += [(f"{name} = {label}", source) for label in shown]
        self.features += self._means.features
        missing = [label.removesuffix(" is missing") for label, _, _ in self.added]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            self.built.append(("missing", f"Added whether {listed(missing)} {verb} missing."))
        bent = [names.numbers[place][0] for place in np.flatnonzero(self._shaper.powers != 1.0)]
        if bent:
            what = "number" if len(bent) == 1 else "numbers"
            self.built.append(("skewed", f"Straightened the skewed {what} {listed(bent)}."))
        self.added += self._means.added
        self.built += self._means.built

    @cached_property
    def _one_hot(self) -> OneHot:
        sizes = {position: len(self.names.levels[position]) for position in self._hot}
        return OneHot(sizes, self._kept)

    def _few(
        self, numbers: np.ndarray, codes: list[np.ndarray], means: list[np.ndarray]
    ) -> np.ndarray:
        shaped = self._shaper.apply(numbers)
        start, width = shaped.shape[1], self._one_hot.width
        last = None
        if means and self._means_shaper is not None:
            last = self._means_shaper.apply(np.hstack(means))
        n_columns = start + width + (0 if last is None else last.shape[1])
        out = np.empty((len(numbers), n_columns), dtype=np.float32)
        out[:, :start] = shaped
        self._one_hot.write(codes, out[:, start : start + width])
        if last is not None:
            out[:, start + width :] = last
        return out

    def _matrix(
        self, numbers: np.ndarray, codes: list[np.ndarray], means: list[np.ndarray]
    ) -> np.ndarray:
        if len(numbers) <= MOST_ROWS:
            return self._few(numbers, codes, means)

        def part(rows: slice) -> np.ndarray:
            given = numbers[rows]
            n = len(given)
            blocks = [self._shaper.apply(given)]
            for position in self._hot:
                size = len(self.names.levels[position])
                hot = np.zeros((n, size + 2), dtype=np.float32)
                hot[np.arange(n), _places(codes[position][rows], size)] = 1.0
                blocks.append(hot[:, self._kept[position]])
            if means and self._means_shaper is not None:
                blocks.append(self._means_shaper.apply(np.hstack([m[rows] for m in means])))
            return _hstack(blocks, n)

        return _by_parts(len(numbers), part)


def listed(names: Sequence[str]) -> str:
    """A few names in quotes, and how many more there are."""
    shown = [repr(name) for name in names[:_SHOWN]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _beside(numbers: np.ndarray, means: list[np.ndarray]) -> np.ndarray:
    return np.hstack([numbers, *means]) if means else numbers


def _places(codes: np.ndarray, size: int) -> np.ndarray:
    """Columns of a one-hot block: the levels, then missing, then other."""
    return np.where(codes < 0, size, np.where(codes >= size, size + 1, codes))


def _by_parts(n_rows: int, make: Callable[[slice], np.ndarray]) -> np.ndarray:
    """A matrix made some rows at a time: what is made on the way would take several times it."""
    first = make(slice(0, _PART_ROWS))
    if n_rows <= _PART_ROWS:
        return first
    out = np.empty((n_rows, first.shape[1]), dtype=first.dtype)
    out[:_PART_ROWS] = first
    for start in range(_PART_ROWS, n_rows, _PART_ROWS):
        out[start : start + _PART_ROWS] = make(slice(start, start + _PART_ROWS))
    return out


def _hstack(blocks: list[np.ndarray], n_rows: int) -> np.ndarray:
    widths = [block.shape[1] for block in blocks]
    out = np.empty((n_rows, sum(widths)), dtype=np.float32)
    start = 0
    for block, width in zip(blocks, widths, strict=True):
        out[:, start : start + width] = np.clip(block, -_FLOAT32, _FLOAT32) if width else block
        start += width
    return out
