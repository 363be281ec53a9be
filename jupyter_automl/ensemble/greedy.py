"""Ensemble selection with replacement (Caruana et al., ICML 2004)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from jupyter_automl.ensemble.bench import Bench

_SAME = 1e-12
_POOL = 8
_ALL_AGAIN = 8
_PATIENCE = 8


def greedy_weights(
    predictions: Sequence[np.ndarray],
    bench: Bench,
    *,
    rounds: int,
    deadline_monotonic: float | None = None,
) -> np.ndarray:
    """Weights of shape (n_candidates,) that sum to 1.

    Every round adds the candidate that makes the mean best; of equal ones the one with
    the better log loss (or squared error), then one that is in already. The first round
    with the best score of all counts. After two full rounds only the eight candidates
    that did best when they were asked last are asked, and one of them is taken; all are
    asked again every eighth round.
    """
    count = len(predictions)
    known = np.array([bench.utility(p) for p in predictions])
    counts = np.zeros(count)
    total = np.zeros(predictions[0].shape, dtype=np.result_type(*{p.dtype for p in predictions}))
    best, best_counts, best_round = -np.inf, counts, 0
    for number in range(1, rounds + 1):
        late = deadline_monotonic is not None and time.monotonic() > deadline_monotonic
        if late or number - best_round > _PATIENCE:
            break
        pool = np.arange(count)
        if number > 1:
            if number > 2 and number % _ALL_AGAIN:
                pool = np.argsort(-known, kind="stable")[:_POOL]
            for place in pool:
                known[place] = bench.utility((total + predictions[place]) / number)
        # What is known of the others is of another round, with another mean.
        now = np.full(count, -np.inf)
        now[pool] = known[pool]
        chosen = _best(now, total, predictions, number, counts, bench)
        counts = counts.copy()
        counts[chosen] += 1
        total += predictions[chosen]
        if now[chosen] > best + _SAME:
            best, best_counts, best_round = float(now[chosen]), counts, number
    if not best_counts.any():
        best_counts[int(np.argmax(known))] = 1.0
    return best_counts / best_counts.sum()


def _best(
    known: np.ndarray,
    total: np.ndarray,
    predictions: Sequence[np.ndarray],
    number: int,
    counts: np.ndarray,
    bench: Bench,
) -> int:
    tied = np.flatnonzero(known >= known.max() - _SAME)
    if len(tied) <= 1:
        return int(np.argmax(known))
    return max(
        tied.tolist(),
        key=lambda i: (
            round(bench.closeness((total + predictions[i]) / number), 12),
            counts[i] > 0,
            -i,
        ),
    )
