"""Keeps every trial's held-out predictions and finds the mean that is worth having."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jupyter_automl.core.protocols import Metric
from jupyter_automl.ensemble.bench import Bench, mean_of
from jupyter_automl.ensemble.guard import SINGLE, contenders, n_checks, nested_utilities
from jupyter_automl.ensemble.limits import allowed
from jupyter_automl.evaluate.metrics.folds import spread_of
from jupyter_automl.evaluate.oof import as_stored

_ROUNDS = 25
_KEPT = 120
_SEED = 0
_SAMPLE_CELLS = 20_000
_LEAST_SAMPLE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A weighted mean of trials.

    Attributes
    ----------
    members : tuple of (trial number, weight)
        Largest weight first; weights are positive and sum to 1.
    score, score_std : float
        Mean and standard deviation (ddof 1; None with one fold) over folds of the metric
        in its natural direction, computed as those of trials are.
    promise : float
        What selections of a run are compared by, larger is better: the metric, softened
        where rows are few. It is that of all rows and not of halves: the best of many rough
        values would be an early one, and keep later models out.
    """

    members: tuple[tuple[int, float], ...]
    score: float
    score_std: float | None
    promise: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    number: int
    family: str
    prediction: np.ndarray
    utility: float
    promise: float


class Selector:
    """Greedy ensemble selection over trials as they finish.

    Parameters
    ----------
    metric : Metric
        What the run is judged by.
    y : ndarray of shape (n,)
        Class codes or values.
    folds : ndarray of shape (n,)
        Where each row was held out; -1 rows take no part.
    weights : ndarray of shape (n,) or None
        Weights of rows, all above 0.
    groups : ndarray of shape (n,) or None
        Integer codes of groups of rows that belong together; the halves do not tear them apart.

    Notes
    -----
    Candidates are limited by the number of held-out rows (see `limits`). The greedy rounds
    run on a fixed random sample of at most 20,000 cells (rows x classes, at least 2,000
    rows), so that a selection takes a fraction of a second; scores are of all rows. Below
    5,000 rows the greedy mean, equal means of the best and the single best compete on
    halves they were not chosen on (see `guard`), and metrics of classes are softened for
    every choice (see `bench`); by the metric itself a blend has to be as good at least.
    """

    def __init__(
        self,
        metric: Metric,
        y: np.ndarray,
        folds: np.ndarray,
        weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
    ) -> None:
        held = np.flatnonzero(folds >= 0)
        self._shape = len(y)
        self._rows = held[np.argsort(folds[held], kind="stable")]
        self._bench = Bench(
            metric,
            y[self._rows],
            folds[self._rows],
            None if weights is None else weights[self._rows],
        )
        self._groups = None if groups is None else groups[self._rows]
        if self._groups is not None and len(np.unique(self._groups)) < 2:
            # One group was held out; there is nothing to keep together.
            self._groups = None
        self._judge = self._bench.softened() if n_checks(len(held)) else self._bench
        self._candidates: dict[int, _Candidate] = {}

    def add(self, number: int, oof: np.ndarray, family: str = "") -> None:
        """Let a trial take part.

        Parameters
        ----------
        oof : ndarray of shape (n, k) or (n,)
            Its out-of-fold predictions. A trial with a non-finite one stays out.
        family : str
            On small data only the best few of a family take part; empty means unknown.
        """
        if len(oof) != self._shape:
            raise ValueError(f"Expected predictions of {self._shape} rows, got {len(oof)}.")
        prediction = as_stored(oof[self._rows])
        if not np.isfinite(prediction).all():
            return
        self._candidates[number] = _Candidate(
            number=number,
            family=family,
            prediction=prediction,
            utility=self._bench.utility(prediction),
            promise=self._judge.utility(prediction),
        )
        if len(self._candidates) > _KEPT:
            worst = min(self._candidates.values(), key=lambda c: (c.promise, -c.number))
            del self._candidates[worst.number]

    def select(self, deadline_monotonic: float | None = None) -> Selection | None:
        """The best mean there is, or None where the best single trial is as good.

        None too where the time is over, or on few rows ends before the mean could be tried on
        halves: an unchecked one may be worse than it looks.

        Parameters
        ----------
        deadline_monotonic : float or None
            On the clock of `time.monotonic`; the rounds done by then count.
        """
        late = deadline_monotonic is not None and time.monotonic() >= deadline_monotonic
        pool = list(self._candidates.values())
        places = allowed([c.promise for c in pool], [c.family for c in pool], len(self._rows))
        if late or len(places) < 2:
            return None
        pool = [pool[place] for place in places]
        predictions = [candidate.prediction for candidate in pool]
        sample = self._sample()
        found = contenders(
            predictions if sample is None else [p[sample] for p in predictions],
            self._judge if sample is None else self._judge.part(sample),
            rounds=_ROUNDS,
            deadline_monotonic=deadline_monotonic,
        )
        best = max(candidate.utility for candidate in self._candidates.values())
        weights = found[self._chosen(predictions, found, best, deadline_monotonic)]
        if np.count_nonzero(weights) < 2:
            return None
        return self._selection(pool, predictions, weights)

    def _chosen(
        self,
        predictions: list[np.ndarray],
        found: Mapping[str, np.ndarray],
        best: float,
        deadline_monotonic: float | None,
    ) -> str:
        """The contender that promises most; the single one where none beats it.

        Parameters
        ----------
        best : float
            Utility of the best single candidate, by the metric itself.
        """
        blends = {name: mean_of(predictions, weights) for name, weights in found.items()}
        if n_checks(len(self._rows)):
            promises = nested_utilities(
                predictions,
                self._judge,
                random_state=_SEED,
                groups=self._groups,
                deadline_monotonic=deadline_monotonic,
            )
        else:
            promises = {name: self._judge.utility(blend) for name, blend in blends.items()}
        if not promises:
            return SINGLE
        least = best if self._judge.soft else np.nextafter(best, np.inf)
        fair = [name for name, blend in blends.items() if self._bench.utility(blend) >= least]
        name = max(fair, key=lambda n: promises[n], default=SINGLE)
        return name if promises[name] > promises[SINGLE] else SINGLE

    def _selection(
        self, pool: list[_Candidate], predictions: list[np.ndarray], weights: np.ndarray
    ) -> Selection:
        blend = mean_of(predictions, weights)
        scores = self._bench.fold_scores(blend)
        members = [
            (candidate.number, float(weight))
            for candidate, weight in zip(pool, weights, strict=True)
            if weight > 0
        ]
        return Selection(
            members=tuple(sorted(members, key=lambda member: (-member[1], member[0]))),
            score=float(np.mean(scores)),
            score_std=spread_of(scores),
            promise=self._judge.utility(blend),
        )

    def _sample(self) -> np.ndarray | None:
        """Sorted numbers of the rows that the greedy rounds look at; None for all."""
        n = len(self._rows)
        shape = next(iter(self._candidates.values())).prediction.shape
        classes = shape[1] if len(shape) > 1 else 1
        size = max(_LEAST_SAMPLE, _SAMPLE_CELLS // classes)
        if n <= size:
            return None
        return np.sort(np.random.default_rng(_SEED).permutation(n)[:size])
