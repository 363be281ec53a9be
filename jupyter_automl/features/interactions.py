"""Bends and products of columns, which let a weighted sum follow curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Literal

import numpy as np

from jupyter_automl.data.few import MOST_ROWS
from jupyter_automl.features.lean import Lean
from jupyter_automl.features.screening import as_targets

_PAIRED = 15
"""Strongest columns that are squared and multiplied with each other."""

_BENT = 40
_MARKS = (0.2, 0.4, 0.6, 0.8)
_MOST_TERMS = 100
_CELLS = 64_000_000
_BASE = 300
_ROWS = 10_000
_FEW_ROWS = 60
_CHANCE = 0.01
"""Share of terms that tell nothing which gets through; the penalty deals with these."""

_CLIP = 8.0
_RIDGE = 0.01

Shape = Literal["square", "product", "bend"]
_HOW: Mapping[Shape, str] = {
    "product": "product of two features",
    "square": "square of a feature",
    "bend": "what is beyond a mark",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One added column, of standardised columns `first` and `second`.

    Attributes
    ----------
    mark : float
        Where a bend begins, in standard deviations; 0 for the other shapes.
    share : float
        The same as a share of the training rows below it.
    """

    shape: Shape
    first: int
    second: int
    mark: float = 0.0
    share: float = 0.0

    def values(self, Z: np.ndarray) -> np.ndarray:
        """Values of shape (n,)."""
        if self.shape == "bend":
            return np.maximum(Z[:, self.first] - self.mark, 0.0)
        return Z[:, self.first] * Z[:, self.second]


class _Plan:
    """Terms as arrays, each of shape (number of terms,).

    Attributes
    ----------
    used : ndarray of int
        Columns that any term needs.
    first, second : ndarray of int
        Places of each term's columns among those.
    """

    def __init__(self, terms: Sequence[Term]) -> None:
        self.used = np.array(sorted({p for term in terms for p in (term.first, term.second)}))
        self.first = np.searchsorted(self.used, [term.first for term in terms])
        self.second = np.searchsorted(self.used, [term.second for term in terms])
        self.bends = np.array([term.shape == "bend" for term in terms])
        self.marks = np.array([term.mark for term in terms], dtype=np.float32)


class Interactions(Lean):
    """Squares, products and piecewise linear bends of a scaled matrix.

    The candidates are all squares and products of the strongest columns, and hinge terms
    max(0, x - mark) at quantiles of the numbers (as in MARS, Friedman 1991). Those that
    explain more of what a ridge regression leaves over than chance would are kept.

    Measured with logistic and ridge regression on 13 tables (6,000 rows, 3 folds): the error
    falls on 12, by 3 to 23 % on nine of them, for 0.03 to 0.2 s a fold.

    Attributes
    ----------
    features : list of (str, str)
        Name and first source column of each added column.
    parents : dict of str to tuple of str
        All source columns of each, by its name.
    how : list of str
        How each was made.
    built : list of (str, str)
        What it is about, and a sentence on what was built.
    """

    def __init__(self, random_state: int) -> None:
        self.random_state = random_state
        self.features: list[tuple[str, str]] = []
        self.parents: dict[str, tuple[str, ...]] = {}
        self.how: list[str] = []
        self.built: list[tuple[str, str]] = []
        self._terms: list[Term] = []

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray | None,
        features: Sequence[tuple[str, str]],
        parents: Mapping[str, tuple[str, ...]],
    ) -> Interactions:
        """Choose the terms.

        Parameters
        ----------
        X : ndarray of shape (n, p)
            Scaled, nothing missing.
        y : ndarray of shape (n,) or None
            Class codes or values; without, nothing is added.
        features : sequence of (str, str)
            Name and source of each column of `X`.
        parents : mapping of str to tuple of str
            All sources of those that have several, by their name.
        """
        if y is None or len(X) < _FEW_ROWS or not X.shape[1]:
            return self
        rows = np.arange(len(X))
        if len(rows) > _ROWS:
            chosen = np.random.default_rng(self.random_state).choice(rows, _ROWS, replace=False)
            rows = np.sort(chosen)
        sample = X[rows].astype(np.float64)
        self._means = sample.mean(axis=0)
        self._deviations = _deviations(sample)
        Z = (sample - self._means) / self._deviations
        terms, values, strength = self._screened(Z, as_targets(y[rows]))
        most = min(_MOST_TERMS, max(1, _CELLS // len(X)))
        order = np.argsort(-strength, kind="stable")[:most]
        kept = np.sort(order[strength[order] > 0])
        self._terms = [terms[place] for place in kept]
        self._centres = values[:, kept].mean(axis=0)
        self._scales = _deviations(values[:, kept])
        self._name(features, parents)
        return self

    def add(self, X: np.ndarray) -> np.ndarray:
        """`X` with the terms as further columns, float32 of shape (n, p + number of terms)."""
        if not self._terms:
            return X
        if len(X) <= MOST_ROWS:
            return np.concatenate([X, self._few(X)], axis=1)
        out = np.empty((len(X), X.shape[1] + len(self._terms)), dtype=np.float32)
        out[:, : X.shape[1]] = X
        used = sorted({place for term in self._terms for place in (term.first, term.second)})
        Z = np.zeros((len(X), used[-1] + 1), dtype=np.float32)
        for place in used:
            Z[:, place] = (X[:, place] - self._means[place]) / self._deviations[place]
        for number, term in enumerate(self._terms):
            values = (term.values(Z) - self._centres[number]) / self._scales[number]
            out[:, X.shape[1] + number] = np.clip(values, -_CLIP, _CLIP)
        return out

    @cached_property
    def _plan(self) -> _Plan:
        return _Plan(self._terms)

    def _few(self, X: np.ndarray) -> np.ndarray:
        """All terms at once, float32 of shape (n, number of terms)."""
        plan = self._plan
        used = plan.used
        Z = ((X[:, used] - self._means[used]) / self._deviations[used]).astype(np.float32)
        first = Z[:, plan.first]
        values = np.where(
            plan.bends, np.maximum(first - plan.marks, np.float32(0)), first * Z[:, plan.second]
        )
        scaled = (values - self._centres) / self._scales
        return np.clip(scaled, -_CLIP, _CLIP).astype(np.float32)

    def _screened(
        self, Z: np.ndarray, targets: np.ndarray
    ) -> tuple[list[Term], np.ndarray, np.ndarray]:
        """Candidates, their values (n, c) and how far each is beyond chance (c,)."""
        from scipy.stats import chi2

        targets = targets - targets.mean(axis=0)
        alone = ((Z.T @ targets) ** 2).sum(axis=1)
        order = np.argsort(-alone, kind="stable")
        base = Z[:, order[:_BASE]]
        gram = base.T @ base + _RIDGE * len(Z) * np.eye(base.shape[1])
        rest = targets - base @ np.linalg.solve(gram, base.T @ targets)
        terms = _candidates(Z, order)
        if not terms:
            return [], np.zeros((len(Z), 0)), np.zeros(0)
        values = np.column_stack([term.values(Z) for term in terms])
        new = values - values.mean(axis=0)
        new -= base @ np.linalg.solve(gram, base.T @ new)
        size = (new**2).sum(axis=0)
        total = float((rest**2).sum()) or 1.0
        told = ((new.T @ rest) ** 2).sum(axis=1) / np.maximum(size, 1e-9) / total
        told = np.where(size > 1e-3 * len(Z), told, 0.0)
        return terms, values, told - float(chi2.isf(_CHANCE, 1)) / len(Z)

    def _name(
        self, features: Sequence[tuple[str, str]], parents: Mapping[str, tuple[str, ...]]
    ) -> None:
        for term in self._terms:
            (name, source), (other, second) = features[term.first], features[term.second]
            sources = (*parents.get(name, (source,)), *parents.get(other, (second,)))
            label = f"{name} x {other}"
            if term.shape == "square":
                label = f"{name} squared"
            elif term.shape == "bend":
                label = f"{name} beyond its {100 * term.share:.0f} % mark"
            self.features.append((label, source))
            self.how.append(_HOW[term.shape])
            self.parents[label] = tuple(dict.fromkeys(sources))
        shapes = [term.shape for term in self._terms]
        counts = [_count(shapes.count(shape), shape) for shape in _HOW if shape in shapes]
        if counts:
            said = counts[0] if len(counts) == 1 else f"{', '.join(counts[:-1])} and {counts[-1]}"
            self.built.append(("interactions", f"Added {said} of columns."))


def _candidates(Z: np.ndarray, order: np.ndarray) -> list[Term]:
    numbers = [place for place in order if len(np.unique(Z[:500, place])) > 2]
    numeric = set(numbers)
    terms = [
        Term("square" if i == j else "product", int(i), int(j))
        for i, j in combinations_with_replacement(order[:_PAIRED], 2)
        if i != j or i in numeric
    ]
    for place in numbers[:_BENT]:
        marks = np.quantile(Z[:, place], _MARKS)
        for mark, share in dict(zip(marks.tolist(), _MARKS, strict=True)).items():
            terms.append(Term("bend", int(place), int(place), mark, share))
    return terms


def _deviations(block: np.ndarray) -> np.ndarray:
    found = block.std(axis=0)
    return np.where(found > 1e-6, found, 1.0)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
