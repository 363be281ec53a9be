"""Arithmetic of two numbers and crosses of two categories, where they tell something new."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from jupyter_automl.features.made import Names
from jupyter_automl.features.quick_booster import QuickBooster
from jupyter_automl.features.screening import BINS, Aim, as_targets, binned, chance, effective
from jupyter_automl.features.target_means import TargetMeans, can_encode
from jupyter_automl.features.training import Training

_COLUMNS = 15
_MOST_COLUMNS = 100
"""Numbers, and as many categories, that the small booster sees: those that tell most of the
target. On 10,000 rows, 2,000 columns take it 22 times as long as 100."""

_MOST_PAIRS = 10
_MOST_CROSSES = 5
_CROSSED = 10
_CROSS_CELLS = 1_000
_ROWS = 10_000
_FEW_ROWS = 300
_CHANCE = 0.001
_ALIKE = 0.9
_PAIRS_SURE = 1.0
_CROSSES_SURE = 2.0
"""Standard errors by which the loss has to fall. On 12 tables of 6,000 rows LightGBM's error
becomes .96 times as large on one and .99 on another, 1.00 on nine and 1.02 on one, so a trial
with pairs has to show its worth. Without the gate four of nine tables become 2 to 6 % worse."""

Sign = Literal["+", "-", "*", "/"]
_SHOWN = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_HOW = {
    "+": "sum of two numbers",
    "-": "difference of two numbers",
    "*": "product of two numbers",
    "/": "ratio of two numbers",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers and what is done with them."""

    sign: Sign
    first: int
    second: int

    def values(self, numbers: np.ndarray) -> np.ndarray:
        """float64 of shape (n,); what is not finite is missing."""
        a, b = numbers[:, self.first], numbers[:, self.second]
        with np.errstate(all="ignore"):
            if self.sign == "+":
                made = a + b
            elif self.sign == "-":
                made = a - b
            elif self.sign == "*":
                made = a * b
            else:
                made = a / np.where(np.abs(b) > 1e-12, b, np.nan)
        return np.where(np.isfinite(made), made, np.nan)


@dataclass(frozen=True, slots=True)
class Cross:
    """Two categories of `n_first` and `n_second` levels as one."""

    first: int
    second: int
    n_first: int
    n_second: int

    @property
    def size(self) -> int:
        """Cells, with one more level each for missing and for unseen."""
        return (self.n_first + 2) * (self.n_second + 2)

    def codes(self, codes: list[np.ndarray]) -> np.ndarray:
        """int64 of shape (n,), 0 .. size - 1."""
        a, b = codes[self.first], codes[self.second]
        left = np.where(a < 0, self.n_first + 1, a).astype(np.int64)
        return left * (self.n_second + 2) + np.where(b < 0, self.n_second + 1, b)


class PairMaker:
    """Sums, differences, products and ratios of numbers; target means of crossed categories.

    The 15 strongest numbers give at most 525 candidates. A small booster is fitted on other
    folds of a sample of the training rows, and the candidates are judged by what they tell
    of the error it leaves and of the target (after OpenFE, Zhang et al. 2023, made cheap).
    What passes stays only if it surely lowers that booster's out-of-fold loss; otherwise
    nothing is added.

    Parameters
    ----------
    time_limit_seconds : float or None
        Nothing more is looked for when it is over; what was found stays.

    Attributes
    ----------
    names : Names
        Of the added numbers.
    built : list of (str, str)
        What it is about, and a sentence on what was built.
    """

    def __init__(
        self,
        random_state: int,
        *,
        time_limit_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.random_state = random_state
        self.names = Names()
        self.built: list[tuple[str, str]] = []
        self._limit = time_limit_seconds
        self._clock = clock
        self._pairs: list[Pair] = []
        self._crosses: list[Cross] = []
        self._means: list[TargetMeans] = []

    def fit_make(
        self,
        numbers: np.ndarray,
        codes: list[np.ndarray],
        names: Names,
        training: Training | None,
    ) -> np.ndarray:
        """Choose, and give the added numbers of the training rows.

        Target means of the training rows come from other folds of them.

        Returns
        -------
        ndarray of float64, shape (n, number of added columns)
        """
        if training is None or len(numbers) < _FEW_ROWS or not can_encode(training.y):
            return np.zeros((len(numbers), 0))
        codes = names.labelled(codes)
        rows = np.arange(len(numbers))
        if len(rows) > _ROWS:
            chosen = np.random.default_rng(self.random_state).choice(rows, _ROWS, replace=False)
            rows = np.sort(chosen)
        sample = training if len(rows) == len(numbers) else training.take(rows)
        self._choose(numbers[rows], [values[rows] for values in codes], names, sample)
        self._means = [TargetMeans(cross.size, self.random_state) for cross in self._crosses]
        blocks = [pair.values(numbers)[:, None] for pair in self._pairs]
        for cross, means in zip(self._crosses, self._means, strict=True):
            blocks.append(means.fit_transform(cross.codes(codes), training))
        self._name(names)
        return np.hstack(blocks) if blocks else np.zeros((len(numbers), 0))

    def make(self, numbers: np.ndarray, codes: list[np.ndarray]) -> np.ndarray:
        """The added numbers of any rows, NaN where they cannot be computed."""
        blocks = [pair.values(numbers)[:, None] for pair in self._pairs]
        for cross, means in zip(self._crosses, self._means, strict=True):
            blocks.append(means.transform(cross.codes(codes)))
        return np.hstack(blocks) if blocks else np.zeros((len(numbers), 0))

    def _choose(
        self, numbers: np.ndarray, codes: list[np.ndarray], names: Names, training: Training
    ) -> None:
        ends = None if self._limit is None else self._clock() + self._limit

        def in_time() -> bool:
            return ends is None or self._clock() < ends

        weights = effective(training.weights)
        target = Aim(as_targets(training.y), weights)
        columns, coded = _most_telling(numbers, codes, names, target, in_time)
        if not in_time():
            return
        booster = QuickBooster(training, self.random_state)
        seen = [codes[place] for place in coded]
        grown = numbers[:, columns]
        before, left = booster.left_over(grown, seen)
        rest = Aim(left, weights)
        # What explains the error that is left, then what explains the target itself: a
        # booster comes near a ratio by many steps, and needs it all the same.
        for aim in (rest, target):
            found = _promising_pairs(numbers, names, aim, columns) if in_time() else []
            pairs = [pair for pair in found if pair not in self._pairs]
            if pairs and in_time():
                added = np.column_stack([grown, *(pair.values(numbers) for pair in pairs)])
                after, _ = booster.left_over(added, seen)
                if _better(before, after, _PAIRS_SURE):
                    self._pairs, before, grown = self._pairs + pairs, after, added
        for aim in (rest, target):
            crossed = _promising_crosses(codes, names, aim, coded) if in_time() else []
            crosses = [cross for cross in crossed if cross not in self._crosses]
            if crosses and in_time():
                means = [
                    TargetMeans(cross.size, self.random_state).fit_transform(
                        cross.codes(codes), training
                    )
                    for cross in crosses
                ]
                added = np.hstack([grown, *means])
                after, _ = booster.left_over(added, seen)
                if _better(before, after, _CROSSES_SURE):
                    self._crosses, before, grown = self._crosses + crosses, after, added

    def _name(self, names: Names) -> None:
        for pair in self._pairs:
            (name, source), (other, second) = names.numbers[pair.first], names.numbers[pair.second]
            label = f"{name} {_SHOWN[pair.sign]} {other}"
            self.names.add_number(label, source, second, how=_HOW[pair.sign])
        for cross, means in zip(self._crosses, self._means, strict=True):
            (name, source), (other, second) = names.codes[cross.first], names.codes[cross.second]
            both = f"{name} with {other}"
            for k in range(means.width):
                what = "target mean" if means.width == 1 else f"share of class {k + 1}"
                self.names.add_number(
                    f"{both}: {what}", source, second, how="mean of the target by both values"
                )
            self.built.append((both, f"{both!r} became the mean of the target."))
        if self._pairs:
            shown = ", ".join(repr(name) for name, _ in self.names.numbers[: len(self._pairs)])
            self.built.insert(0, ("pairs", f"Added {shown}."))


def _better(before: np.ndarray, after: np.ndarray, sure: float) -> bool:
    """Whether the mean loss of rows falls by more than `sure` standard errors of its fall."""
    fall = before - after
    return bool(fall.mean() > sure * fall.std() / np.sqrt(len(fall)))


def _most_telling(
    numbers: np.ndarray,
    codes: list[np.ndarray],
    names: Names,
    aim: Aim,
    in_time: Callable[[], bool],
) -> tuple[list[int], list[int]]:
    """Places of the numbers and of the categories that tell most of the target, in order.

    All of them where there are few; those that there was no time to look at are left out.
    """

    def strongest(strength: Callable[[int], float], n_columns: int) -> list[int]:
        if n_columns <= _MOST_COLUMNS:
            return list(range(n_columns))
        known: list[tuple[float, int]] = []
        for place in range(n_columns):
            if not in_time():
                break
            known.append((-strength(place), place))
        return sorted(place for _, place in sorted(known)[:_MOST_COLUMNS])

    def of_number(place: int) -> float:
        return aim.told(binned(numbers[:, place]), BINS + 1)

    def of_codes(place: int) -> float:
        n_levels = len(names.levels[place])
        return aim.told(_with_missing(codes[place], n_levels), n_levels + 2)

    return strongest(of_number, numbers.shape[1]), strongest(of_codes, len(codes))


def _promising_pairs(
    numbers: np.ndarray, names: Names, aim: Aim, columns: Sequence[int]
) -> list[Pair]:
    """Pairs of `columns` that tell more of the aim than either does, unlike each other."""
    plain = [place for place in columns if _is_plain(names, place)]
    alone = {place: aim.told(binned(numbers[:, place]), BINS + 1) for place in plain}
    strongest = sorted(plain, key=lambda place: -alone[place])[:_COLUMNS]
    found = []
    for i, j in combinations(sorted(strongest), 2):
        for sign, a, b in (("+", i, j), ("-", i, j), ("*", i, j), ("/", i, j), ("/", j, i)):
            pair = Pair(sign, a, b)  # type: ignore[arg-type]
            gain = aim.told(binned(pair.values(numbers)), BINS + 1)
            found.append((gain - max(alone[i], alone[j], 0.0), pair))
    found.sort(key=lambda one: -one[0])
    least = chance(BINS, aim.n_rows, _CHANCE / max(1, len(found)))
    kept: list[Pair] = []
    ranks: list[np.ndarray] = []
    for gain, pair in found:
        if gain < least or len(kept) == _MOST_PAIRS:
            break
        rank = _unit_ranks(pair.values(numbers))
        if all(abs(float(rank @ other)) < _ALIKE for other in ranks):
            kept.append(pair)
            ranks.append(rank)
    return kept


def _is_plain(names: Names, place: int) -> bool:
    name, source = names.numbers[place]
    return name.removesuffix(": number") == source and not names.two_valued[place]


def _with_missing(codes: np.ndarray, n_levels: int) -> np.ndarray:
    return np.where(codes < 0, n_levels + 1, codes)


def _promising_crosses(
    codes: list[np.ndarray], names: Names, aim: Aim, coded: Collection[int]
) -> list[Cross]:
    """Crosses of the categories `coded` that tell more of the aim than either does."""
    alone = {
        i: aim.told(_with_missing(codes[i], len(levels)), len(levels) + 2)
        for i, levels in enumerate(names.levels)
        if i in coded and 2 <= len(levels) <= _CROSS_CELLS // 4
    }
    strongest = sorted(alone, key=lambda i: -alone[i])[:_CROSSED]
    n_tests = max(1, len(strongest) * (len(strongest) - 1) // 2)
    found = []
    for i, j in combinations(sorted(strongest), 2):
        cross = Cross(i, j, len(names.levels[i]), len(names.levels[j]))
        if cross.size > _CROSS_CELLS:
            continue
        cells = cross.codes(codes)
        gain = aim.told(cells, cross.size) - max(alone[i], alone[j], 0.0)
        if gain > chance(len(np.unique(cells)), aim.n_rows, _CHANCE / n_tests):
            found.append((gain, cross))
    found.sort(key=lambda one: -one[0])
    return [cross for _, cross in found[:_MOST_CROSSES]]


def _unit_ranks(values: np.ndarray) -> np.ndarray:
    """Centred ranks of length 1, whose products are Spearman's correlations."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)
    ranks -= ranks.mean()
    return ranks / (float(np.sqrt(ranks @ ranks)) or 1.0)
