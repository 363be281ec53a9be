"""Parts of the rows in which the model errs more than elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.estimate import (
    Estimate,
    effective_rows,
    mean_and_error,
    mean_estimate,
    rate,
)
from jupyter_automl.evaluate.assess.groups import LEAST_ROWS
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.splits import Cut, Places, best_cut, places_of

LEAST_SHARE = 0.05
SIGNIFICANT = 0.05
"""Share of false discoveries among the parts that are said to stand out."""

_LEAST_TO_SEARCH = 4 * LEAST_ROWS
_LEAST_TO_TEST = 10
_MOST_TO_SEARCH = 10_000
_TREES = 3
_MOST_SEGMENTS = 8
_CLEAR = 12.0
"""What a second condition has to gain (see `best_cut`): by chance one always gains a little."""

_SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Rows that one or two conditions describe.

    Attributes
    ----------
    rule : str
        The conditions in words; names in them are data.
    n : int
        Rows.
    share : float
        Of all rows, by weight.
    error : Estimate
        Share of wrong rows, or mean size of the error, on rows that had no say in finding
        the conditions.
    p_value : float
        Of errors as large elsewhere, corrected for the number of parts that were tested.
    stands_out : bool
        Whether errors here are larger than elsewhere, beyond chance.
    """

    rule: str
    n: int
    share: float
    error: Estimate
    p_value: float
    stands_out: bool


def row_errors(judged: Judged) -> np.ndarray:
    """1 for a wrong class and 0 for a right one, or the size of the error; shape (n,)."""
    if judged.has_classes:
        return (judged.decided() != judged.y).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.abs(judged.y - judged.prediction)


def why_no_segments(judged: Judged) -> str:
    """Why no part can be looked for, or empty."""
    if judged.frame is None or not len(judged.frame.columns):
        return say("evaluate-reason-no-columns")
    if len(judged) < _LEAST_TO_SEARCH:
        return say("evaluate-reason-few-rows", n=_LEAST_TO_SEARCH, rows=len(judged))
    return ""


def worst_segments(judged: Judged) -> tuple[Segment, ...]:
    """Parts of 5 % of the rows or more, and 30 at least, with large errors; worst first.

    Trees of depth 2 find them on one half of the rows and are tested on the other (Athey and
    Imbens 2016 call such trees honest): Welch's test of the part against the rest, corrected
    as Benjamini and Hochberg (1995) have it.
    """
    errors = row_errors(judged)
    if why_no_segments(judged) or not np.isfinite(errors).all():
        return ()
    assert judged.frame is not None
    columns = [places_of(judged.frame.iloc[:, i]) for i in range(len(judged.frame.columns))]
    searched, tested = _halves(judged)
    found = list(_searched(judged, errors, [c for c in columns if c is not None], searched))
    tests = [_tested(judged, errors, inside, tested) for _, inside in found]
    kept = [
        (rule, inside, *test)
        for (rule, inside), test in zip(found, tests, strict=True)
        if test is not None
    ]
    p_values = corrected([p for *_, p in kept])
    total = float(judged.masses.sum())
    segments = []
    for (rule, inside, error, larger, _), p in zip(kept, p_values, strict=True):
        segments.append(
            Segment(
                rule=rule,
                n=int(inside.sum()),
                share=float(judged.masses[inside].sum()) / total,
                error=error,
                p_value=p,
                stands_out=larger and p <= SIGNIFICANT,
            )
        )
    segments.sort(key=lambda s: (not s.stands_out, -(s.error.value or 0.0), s.rule))
    return tuple(segments[:_MOST_SEGMENTS])


def corrected(p_values: Sequence[float]) -> list[float]:
    """P-values by Benjamini and Hochberg: those up to q hold q false discoveries at most."""
    n = len(p_values)
    order = sorted(range(n), key=lambda i: p_values[i], reverse=True)
    out, least = [1.0] * n, 1.0
    for rank, i in zip(range(n, 0, -1), order, strict=True):
        least = min(least, p_values[i] * n / rank)
        out[i] = least
    return out


def _halves(judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Places of rows to search in and to test on; groups stay whole."""
    rng = np.random.default_rng(_SEED)
    n = len(judged)
    if judged.groups is None:
        order = rng.permutation(n)
        searched, tested = order[: n // 2], order[n // 2 :]
    else:
        codes = np.unique(judged.groups, return_inverse=True)[1]
        first = rng.permutation(int(codes.max()) + 1) % 2 == 0
        searched, tested = np.flatnonzero(first[codes]), np.flatnonzero(~first[codes])
    return np.sort(rng.permutation(searched)[:_MOST_TO_SEARCH]), np.sort(tested)


def _searched(
    judged: Judged, errors: np.ndarray, columns: list[Places], rows: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """Rules with the rows that they describe, where the errors of `rows` are above their mean."""
    if not len(rows) or errors.max() <= 0:
        return
    # Squares of very large numbers would overflow; the cuts are the same.
    scaled, masses = errors / errors.max(), judged.masses
    mean = float(np.average(scaled[rows], weights=masses[rows]))
    least = max(LEAST_ROWS // 2, int(np.ceil(LEAST_SHARE * len(rows))))
    said: set[str] = set()
    for _ in range(_TREES):
        root = best_cut(columns, rows, scaled, masses, least)
        if root is None:
            return
        for conditions in _leaves(columns, root, rows, scaled, masses, least):
            inside = _inside(conditions, len(judged))
            among = rows[inside[rows]]
            rule = _rule(conditions, inside)
            if rule in said or int(inside.sum()) < LEAST_ROWS or not len(among):
                continue
            if float(np.average(scaled[among], weights=masses[among])) > mean:
                said.add(rule)
                yield rule, inside
        columns = [column for column in columns if column is not root.column]


Condition = tuple[Cut, bool]
"""A cut, and whether its first side is meant."""


def _leaves(
    columns: list[Places],
    root: Cut,
    rows: np.ndarray,
    errors: np.ndarray,
    masses: np.ndarray,
    least: int,
) -> Iterator[tuple[Condition, ...]]:
    first = root.first()[rows]
    for side in (True, False):
        child = best_cut(columns, rows[first == side], errors, masses, least, clear=_CLEAR)
        if child is None:
            yield ((root, side),)
            continue
        for below in (True, False):
            yield ((root, side), (child, below))


def _inside(conditions: tuple[Condition, ...], n: int) -> np.ndarray:
    inside = np.ones(n, dtype=bool)
    for cut, first in conditions:
        inside &= cut.first() == first
    return inside


def _rule(conditions: tuple[Condition, ...], inside: np.ndarray) -> str:
    """In words; of two conditions that say the same of a column the stricter one stays."""
    if len(conditions) == 2:
        (root, side), (child, below) = conditions
        same = root.column is child.column and root.column.ordered and side == below
        edges = root.column.size - 1
        if same and root.at < edges and child.at < edges:
            conditions = (conditions[1],)
    said = []
    for cut, first in conditions:
        missing = bool((cut.column.places[inside] == cut.column.size - 1).any())
        said.append(cut.say(first, missing))
    return said[0] if len(said) == 1 else say("evaluate-rule-and", first=said[0], second=said[1])


def _tested(
    judged: Judged, errors: np.ndarray, inside: np.ndarray, rows: np.ndarray
) -> tuple[Estimate, bool, float] | None:
    """The error of a part, whether it is larger than that of the rest, and how likely by chance.

    None with too few rows on either side.
    """
    tested = np.zeros(len(judged), dtype=bool)
    tested[rows] = True
    sides = [tested & inside, tested & ~inside]
    if min(int(side.sum()) for side in sides) < _LEAST_TO_TEST:
        return None
    (mean, error, n), (other, other_error, m) = (_moments(judged, errors, s) for s in sides)
    p = welch(mean, error, n, other, other_error, m)
    return error_of(judged, errors, sides[0]), mean > other, p


def welch(mean: float, error: float, n: float, other: float, other_error: float, m: float) -> float:
    """P-value of two means being the same, by their standard errors and numbers of rows.

    Two-sided; 1 where an error is not known.
    """
    variance = error**2 + other_error**2
    if not np.isfinite(variance) or n <= 1 or m <= 1:
        return 1.0
    if variance == 0.0:
        return 1.0 if mean == other else 0.0
    from scipy.stats import t

    freedom = variance**2 / (error**4 / (n - 1) + other_error**4 / (m - 1))
    return float(2 * t.sf(abs(mean - other) / np.sqrt(variance), freedom))


def _moments(judged: Judged, errors: np.ndarray, among: np.ndarray) -> tuple[float, float, float]:
    values, weights, groups = _of(judged, errors, among)
    return *mean_and_error(values, weights, groups), effective_rows(values, weights, groups)


def error_of(judged: Judged, errors: np.ndarray, among: np.ndarray) -> Estimate:
    """The share of wrong rows, or the mean size of the error, of some rows (a mask)."""
    values, weights, groups = _of(judged, errors, among)
    if judged.has_classes:
        return rate(values > 0, weights, groups)
    return mean_estimate(values, weights, groups)


def _of(
    judged: Judged, errors: np.ndarray, among: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray | None]:
    return (
        errors[among],
        None if judged.weights is None else judged.weights[among],
        None if judged.groups is None else judged.groups[among],
    )
