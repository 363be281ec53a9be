"""The estimate of the chosen model, against what is known of simulated candidates."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from itertools import count

import numpy as np
import pytest

from jupyter_automl.core.protocols import Metric
from jupyter_automl.evaluate import HonestEstimate, honest_blend_estimate, honest_estimate
from jupyter_automl.evaluate.metrics import METRICS, find_metric
from jupyter_automl.evaluate.row_terms import row_terms

AUC = find_metric("roc_auc")
Made = tuple[np.ndarray, dict[int, np.ndarray]]


def _probabilities(odds: np.ndarray) -> np.ndarray:
    p = 1 / (1 + np.exp(-odds))
    return np.column_stack([1 - p, p]).astype(np.float32)


def _candidates(n: int, skills: np.ndarray, rng: np.random.Generator) -> Made:
    """Two classes and candidates that know them so well; part of their error is common."""
    y = rng.integers(0, 2, n)
    common = rng.normal(size=n)
    odds = [s * (2 * y - 1) + 0.7 * common + rng.normal(size=n) for s in skills]
    return y, {number: _probabilities(o) for number, o in enumerate(odds, start=1)}


def _best(metric: Metric, y: np.ndarray, predictions: Mapping[int, np.ndarray]) -> int:
    sign = 1 if metric.greater_is_better else -1
    return max(predictions, key=lambda n: sign * metric.score(y, predictions[n].astype(float)))


def _estimate(*args: object, **settings: object) -> HonestEstimate:
    made = honest_estimate(*args, **settings)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_on_noise_the_best_score_is_luck_and_the_estimate_knows() -> None:
    best, honest, inside = [], [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        y, predictions = _candidates(200, np.zeros(60), rng)
        number = _best(AUC, y, predictions)
        best.append(AUC.score(y, predictions[number]))
        made = _estimate(AUC, y, predictions, n_bootstraps=60, random_state=seed)
        honest.append(made.score)
        inside.append(made.low <= 0.5 <= made.high)
        assert made.n_candidates == 60
    assert np.mean(best) > 0.57
    assert np.mean(honest) == pytest.approx(0.5, abs=0.015)
    assert np.mean(inside) >= 0.95


@pytest.mark.parametrize("name", ["roc_auc", "log_loss", "accuracy", "f1"])
def test_on_good_candidates_it_is_what_fresh_rows_say(name: str) -> None:
    metric = find_metric(name)
    honest, fresh, best, inside = [], [], [], []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        skills = rng.uniform(0.5, 0.8, 40)
        y, predictions = _candidates(300, skills, rng)
        number = _best(metric, y, predictions)
        best.append(metric.score(y, predictions[number]))
        new_y, new = _candidates(20_000, skills[[number - 1]], rng)
        fresh.append(metric.score(new_y, new[1]))
        made = _estimate(metric, y, predictions, n_bootstraps=60, random_state=seed)
        honest.append(made.score)
        inside.append(made.low <= fresh[-1] <= made.high)
    error, luck = abs(np.mean(honest) - np.mean(fresh)), abs(np.mean(best) - np.mean(fresh))
    assert error < 0.6 * luck
    assert error < 0.02
    assert np.mean(inside) >= 0.9


def test_one_candidate_is_scored_as_it_is() -> None:
    rng = np.random.default_rng(0)
    y, predictions = _candidates(500, np.array([1.0]), rng)
    made = _estimate(AUC, y, predictions)
    assert made.score == pytest.approx(AUC.score(y, predictions[1]), abs=0.005)
    assert made.low < made.score < made.high
    assert (made.n_candidates, made.n_bootstraps) == (1, 200)


@pytest.mark.parametrize(
    "name", ["rmse", "r2", "mae", "medae", "mape", "rmsle", "poisson_deviance"]
)
def test_numbers(name: str) -> None:
    metric = find_metric(name)
    rng = np.random.default_rng(1)
    y = rng.gamma(3.0, 2.0, 400) + 1
    predictions = {
        n: (y + rng.normal(size=400) * s).astype(np.float32)
        for n, s in enumerate((3.0, 0.5, 0.52, 2.0))
    }
    made = _estimate(metric, y, predictions)
    good = metric.score(y, predictions[1])
    assert made.low <= good <= made.high
    assert made.score == pytest.approx(good, rel=0.15)


@pytest.mark.parametrize("k", [2, 4])
def test_row_terms_move_as_the_metric_does(k: int) -> None:
    rng = np.random.default_rng(0)
    n = 400
    y = rng.integers(0, k, n)
    odds = rng.normal(size=(n, k))
    odds[np.arange(n), y] += 0.8
    # Rounded, so that there are ties.
    prediction = np.round(np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True), 2) + 1e-3
    prediction /= prediction.sum(axis=1, keepdims=True)
    weights = rng.uniform(0.5, 2.0, n)
    for name in METRICS.available():
        metric = METRICS.get(name)
        if "multiclass" not in metric.tasks:
            continue
        terms = row_terms(metric, y, prediction, weights)
        assert terms is not None
        sign = 1 if metric.greater_is_better else -1
        exact, fast = [], []
        for _ in range(40):
            drawn = np.bincount(rng.integers(0, n, n), minlength=n) * weights
            exact.append(sign * metric.score(y, prediction, drawn))
            fast.append(drawn @ terms / drawn.sum())
        assert np.corrcoef(exact, fast)[0, 1] > 0.98, name


def test_a_metric_of_another_package_is_asked_itself() -> None:
    class Middle:
        greater_is_better = True

        def score(
            self, y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None = None
        ) -> float:
            return float(np.average(prediction[:, 1] * y, weights=sample_weight))

    y, predictions = _candidates(300, np.linspace(0.1, 1.0, 10), np.random.default_rng(0))
    assert row_terms(Middle(), y, predictions[1], np.ones(300)) is None  # type: ignore[arg-type]
    made = _estimate(Middle(), y, predictions)
    assert made.n_bootstraps == 60
    assert made.low <= Middle().score(y, predictions[10]) <= made.high


def test_groups_are_drawn_as_a_whole() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 20)
    y = np.repeat(rng.integers(0, 2, 40), 20)
    predictions = {
        n: _probabilities(np.repeat(rng.normal(size=40), 20) + 0.1 * rng.normal(size=800))
        for n in range(30)
    }
    # Rows of a group share their luck: drawn one by one the best remains the best.
    apart = _estimate(AUC, y, predictions)
    whole = _estimate(AUC, y, predictions, groups=groups)
    assert apart.score > 0.6
    assert whole.score < apart.score - 0.05
    assert whole.high - whole.low > 2 * (apart.high - apart.low)


def test_what_was_never_held_out_takes_no_part() -> None:
    y, predictions = _candidates(400, np.full(5, 0.7), np.random.default_rng(0))
    for prediction in predictions.values():
        prediction[:100] = np.nan
    made = _estimate(AUC, y, predictions)
    rest = {n: p[100:] for n, p in predictions.items()}
    assert made == _estimate(AUC, y[100:], rest)
    predictions[3][200:] = np.nan
    assert _estimate(AUC, y, predictions).n_candidates == 4


def test_a_target_of_1e300_and_nothing_to_judge() -> None:
    y = np.append(np.zeros(50), 1e300)
    assert honest_estimate(find_metric("rmse"), y, {1: np.zeros(51, dtype=np.float32)}) is None
    assert honest_estimate(find_metric("rmse"), y, {}) is None
    nothing = {1: np.full(51, np.nan, dtype=np.float32)}
    assert honest_estimate(find_metric("rmse"), y, nothing) is None


def test_a_rare_class_is_in_every_score() -> None:
    rng = np.random.default_rng(0)
    y = (np.arange(300) < 4).astype(np.int64)
    predictions = {n: _probabilities(3.0 * y + rng.normal(size=300)) for n in range(5)}
    assert _estimate(AUC, y, predictions).score > 0.9


def test_weights_count() -> None:
    rng = np.random.default_rng(0)
    y, predictions = _candidates(600, np.full(3, 0.8), rng)
    half = np.arange(600) < 300
    for prediction in predictions.values():
        prediction[half] = 0.5
    weights = np.where(half, 0.0, 1.0)
    made = _estimate(AUC, y, predictions, weights=weights + 1e-9)
    assert made.score > _estimate(AUC, y, predictions).score + 0.05


def test_a_deadline_that_has_passed() -> None:
    y, predictions = _candidates(300, np.full(3, 0.8), np.random.default_rng(0))
    assert honest_estimate(AUC, y, predictions, deadline=time.monotonic() - 1) is None
    assert honest_estimate(AUC, y, predictions, deadline=time.monotonic() + 600) is not None


def test_the_seed_decides_and_large_data_are_sampled() -> None:
    class Loaded(Mapping[int, np.ndarray]):
        """Makes an array when it is asked for, as from a file."""

        def __getitem__(self, number: int) -> np.ndarray:
            return _probabilities(0.5 * (2 * y - 1) + np.random.default_rng(number).normal(size=n))

        def __iter__(self) -> Iterator[int]:
            return iter(range(3))

        def __len__(self) -> int:
            return 3

    n = 60_000
    y = np.random.default_rng(0).integers(0, 2, n)
    first, again = (_estimate(AUC, y, Loaded(), n_bootstraps=30) for _ in range(2))
    assert first == again
    whole = AUC.score(y, Loaded()[0])
    assert first.low <= whole <= first.high
    assert first.high - first.low < 0.02


def _best_mean(y: np.ndarray, predictions: Mapping[int, np.ndarray], rows: np.ndarray) -> set[int]:
    """The ten best on these rows."""
    scores = {n: AUC.score(y[rows], p[rows]) for n, p in predictions.items()}
    return set(sorted(scores, key=lambda n: -scores[n])[:10])


@pytest.mark.parametrize(("skill", "truth"), [(0.0, 0.5), (0.6, None)])
def test_a_blend_is_judged_by_rows_that_did_not_choose_it(
    skill: float, truth: float | None
) -> None:
    lucky, honest, fresh, inside = [], [], [], []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        skills = rng.uniform(0.8, 1.0, 40) * skill
        y, predictions = _candidates(200, skills, rng)
        taken = _best_mean(y, predictions, np.arange(200))
        lucky.append(AUC.score(y, np.mean([predictions[n] for n in taken], axis=0)))
        new_y, new = _candidates(5_000, skills[[n - 1 for n in taken]], rng)
        fresh.append(truth or AUC.score(new_y, np.mean(list(new.values()), axis=0)))
        made = honest_blend_estimate(
            AUC,
            y,
            predictions,
            lambda rows, y=y, p=predictions: dict.fromkeys(_best_mean(y, p, rows), 2.0),
            n_bootstraps=60,
        )
        assert made is not None
        honest.append(made.score)
        inside.append(made.low <= fresh[-1] <= made.high)
    assert np.mean(lucky) > np.mean(fresh) + 0.02
    assert np.mean(honest) == pytest.approx(np.mean(fresh), abs=0.02)
    assert np.mean(inside) >= 0.8


def test_blends_on_different_scales_are_not_ranked_together() -> None:
    y, predictions = _candidates(300, np.full(1, 0.8), np.random.default_rng(0))
    # The same order, but all of it below the other.
    predictions[2] = np.column_stack([1 - predictions[1][:, 1] / 10, predictions[1][:, 1] / 10])
    turn = count()
    made = honest_blend_estimate(AUC, y, predictions, lambda rows: {1 + next(turn) % 2: 1.0})
    assert made is not None
    assert made.score == pytest.approx(AUC.score(y, predictions[1]), abs=0.01)
    assert made.low < made.score < made.high


def test_a_blend_of_groups_and_nothing_to_judge() -> None:
    rng = np.random.default_rng(0)
    y, predictions = _candidates(300, np.full(4, 0.8), rng)
    groups = np.repeat(np.arange(30), 10)
    seen: list[np.ndarray] = []

    def choose(rows: np.ndarray) -> Mapping[int, float]:
        seen.append(rows)
        return {1: 1.0, 2: 3.0}

    made = honest_blend_estimate(
        AUC, y, predictions, choose, groups=groups, weights=np.ones(300), n_bootstraps=30
    )
    assert made is not None
    mean = 0.25 * predictions[1].astype(float) + 0.75 * predictions[2].astype(float)
    parts = [np.setdiff1d(np.arange(300), rows) for rows in seen]
    assert made.score == pytest.approx(np.mean([AUC.score(y[p], mean[p]) for p in parts]))
    assert made.low < made.score < made.high
    assert [len(set(groups[rows])) for rows in seen] == [24] * 5
    late = time.monotonic() - 1
    assert honest_blend_estimate(AUC, y, predictions, choose, deadline=late) is None
    assert honest_blend_estimate(AUC, y, predictions, choose, groups=np.zeros(300)) is None
    nothing = {1: np.full((300, 2), np.nan)}
    assert honest_blend_estimate(AUC, y, nothing, choose) is None


@pytest.mark.parametrize("metric", ["average_precision", "roc_auc"])
def test_a_part_without_positives_is_no_score_of_nothing(metric: str) -> None:
    rng = np.random.default_rng(0)
    # Positives are in two groups of thirty, so most of the five parts have none.
    groups = np.repeat(np.arange(30), 10)
    y = ((groups < 2) & (np.arange(300) % 2 == 0)).astype(np.int64)
    prediction = _probabilities(8.0 * y - 4.0 + 0.1 * rng.normal(size=300))
    made = honest_blend_estimate(
        find_metric(metric), y, {1: prediction}, lambda rows: {1: 1.0}, groups=groups
    )
    assert made is not None
    assert made.score == pytest.approx(1.0)
    assert made.low > 0.99
    nothing = np.zeros(300, dtype=np.int64)
    assert (
        honest_blend_estimate(find_metric(metric), nothing, {1: prediction}, lambda rows: {1: 1.0})
        is None
    )


def test_certain_mistakes_rank_candidates_as_the_log_loss_does() -> None:
    metric = find_metric("log_loss")
    y = np.zeros(200, dtype=np.int64)
    y[100:] = 1
    sure = _probabilities(9.0 * (2 * y - 1))
    sure[:2] = [0.0, 1.0]
    unsure = np.full((200, 2), 0.72, dtype=np.float32)
    unsure[np.arange(200), 1 - y] = 0.28
    weights = np.ones(200)
    for prediction in (sure, unsure):
        terms = row_terms(metric, y, prediction, weights)
        assert terms is not None
        expected = -metric.score(y, prediction.astype(np.float64))
        assert terms.mean() == pytest.approx(expected)
