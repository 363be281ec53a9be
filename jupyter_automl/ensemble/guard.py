"""On small data: which way of combining holds up on rows it has not seen."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np

from jupyter_automl.ensemble.bench import Bench, mean_of
from jupyter_automl.ensemble.greedy import greedy_weights
from jupyter_automl.evaluate import make_folds

SINGLE = "single"
GREEDY = "greedy"
PLAIN = "greedy by the metric itself"
_TOP = (3, 5)
_NESTED_ROUNDS = 12


def n_checks(n_rows: int) -> int:
    """Half splits to check on: 5 below 1,000 rows, 2 below 5,000, none above."""
    return 5 if n_rows < 1_000 else 2 if n_rows < 5_000 else 0


def contenders(
    predictions: Sequence[np.ndarray],
    bench: Bench,
    *,
    rounds: int,
    deadline_monotonic: float | None = None,
) -> Mapping[str, np.ndarray]:
    """Weights by name: the best candidate, equal means of the best few, the greedy ones.

    Where the bench is soft, the greedy weights by the metric itself are one more.
    """
    count = len(predictions)
    utilities = np.array([bench.utility(p) for p in predictions])
    order = np.argsort(-utilities, kind="stable")
    found = {SINGLE: _equal(order[:1], count)}
    found |= {f"top {m}": _equal(order[:m], count) for m in _TOP if m <= count}
    found[GREEDY] = greedy_weights(
        predictions, bench, rounds=rounds, deadline_monotonic=deadline_monotonic
    )
    if bench.soft:
        found[PLAIN] = greedy_weights(
            predictions, bench.hardened(), rounds=rounds, deadline_monotonic=deadline_monotonic
        )
    return found


def nested_utilities(
    predictions: Sequence[np.ndarray],
    bench: Bench,
    *,
    random_state: int,
    groups: np.ndarray | None = None,
    deadline_monotonic: float | None = None,
) -> Mapping[str, float]:
    """Mean utility of each contender on the half of the rows it was not chosen on.

    Empty when the data are large enough to go without, or time is up. The halves are the same
    for the same rows and random state, so utilities of several calls can be compared.

    Parameters
    ----------
    groups : ndarray of shape (n,) or None
        Integer codes of groups whose rows stay in one half.
    """
    rng = np.random.default_rng(random_state)
    sums: dict[str, list[float]] = {}
    for check in range(n_checks(len(bench.y))):
        if groups is None:
            sides = _sides(bench.y, rng)
        else:
            sides = _group_sides(bench.y, groups, random_state, check)
        first, second = np.flatnonzero(sides == 0), np.flatnonzero(sides == 1)
        for chosen, unseen in ((first, second), (second, first)):
            if deadline_monotonic is not None and time.monotonic() > deadline_monotonic:
                return {}
            found = contenders(
                [p[chosen] for p in predictions],
                bench.part(chosen, pooled=True),
                rounds=_NESTED_ROUNDS,
                deadline_monotonic=deadline_monotonic,
            )
            judge = bench.part(unseen, pooled=True)
            for name, weights in found.items():
                value = judge.utility(mean_of([p[unseen] for p in predictions], weights))
                sums.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in sums.items()}


def _sides(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """0 or 1 for each row: two halves with the same mix of `y`."""
    order = np.lexsort((rng.random(len(y)), y))
    pairs = rng.integers(0, 2, size=len(y) // 2 + 1)
    side = np.empty(len(y), dtype=np.int8)
    side[order] = (np.arange(len(y)) + np.repeat(pairs, 2)[: len(y)]) % 2
    return side


def _group_sides(y: np.ndarray, groups: np.ndarray, random_state: int, check: int) -> np.ndarray:
    """The same with every group on one side; another one for each check."""
    classes = np.issubdtype(y.dtype, np.integer)
    return make_folds(
        y,
        task="multiclass" if classes else "regression",
        kind="group",
        n_folds=2,
        random_state=random_state,
        groups=groups,
        repeat=check,
    )


def _equal(places: np.ndarray, count: int) -> np.ndarray:
    weights = np.zeros(count)
    weights[places] = 1.0 / len(places)
    return weights
