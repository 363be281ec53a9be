from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jupyter_automl.ensemble import Selector
from jupyter_automl.ensemble.greedy import greedy_weights
from jupyter_automl.ensemble.limits import allowed, most_candidates
from jupyter_automl.evaluate.metrics import find_metric


def _folds(n: int, n_folds: int = 5) -> np.ndarray:
    return (np.arange(n) % n_folds).astype(np.int8)


def _probabilities(y: np.ndarray, noise: np.ndarray, strength: float = 1.0) -> np.ndarray:
    positive = 1 / (1 + np.exp(-(strength * (2 * y - 1) + noise)))
    return np.column_stack([1 - positive, positive]).astype(np.float32)


def _fold_mean(metric: str, y: np.ndarray, prediction: np.ndarray, folds: np.ndarray) -> float:
    scored = find_metric(metric)
    parts = [folds == fold for fold in range(folds.max() + 1)]
    return float(np.mean([scored.score(y[p], prediction[p]) for p in parts]))


def test_two_models_with_different_mistakes_are_better_together() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 6_000)
    folds = _folds(len(y))
    selector = Selector(find_metric("roc_auc"), y, folds)
    oofs = {number: _probabilities(y, 2 * rng.normal(size=len(y))) for number in (4, 9)}
    for number, oof in oofs.items():
        selector.add(number, oof)
    selection = selector.select(time.monotonic() + 60)
    assert selection is not None
    assert {number for number, _ in selection.members} == {4, 9}
    assert sum(weight for _, weight in selection.members) == pytest.approx(1)
    blend = sum(weight * oofs[number] for number, weight in selection.members)
    assert selection.score == pytest.approx(_fold_mean("roc_auc", y, blend, folds), abs=1e-6)
    singles = [_fold_mean("roc_auc", y, oof, folds) for oof in oofs.values()]
    assert selection.score > max(singles) + 0.01
    assert selection.score_std is not None


def test_regression_and_a_smaller_is_better_metric() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=8_000)
    folds = _folds(len(y))
    selector = Selector(find_metric("rmse"), y, folds)
    for number in range(5):
        selector.add(number, y + rng.normal(size=len(y)))
    selection = selector.select()
    assert selection is not None
    assert selection.score == pytest.approx(1 / np.sqrt(5), rel=0.05)
    assert len(selection.members) == 5


def test_none_where_one_model_is_best_alone() -> None:
    rng = np.random.default_rng(2)
    y = rng.normal(size=8_000)
    selector = Selector(find_metric("rmse"), y, _folds(len(y)))
    assert selector.select() is None
    selector.add(1, y + 0.01 * rng.normal(size=len(y)))
    assert selector.select() is None
    selector.add(2, 5 * rng.normal(size=len(y)))
    assert selector.select() is None


@pytest.mark.parametrize("metric", ["log_loss", "accuracy", "roc_auc"])
def test_noise_is_not_selected_on_small_data(metric: str) -> None:
    """Candidates that differ by luck only must hardly ever make an ensemble look better."""
    gains = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, 240)
        fresh = rng.integers(0, 2, 4_000)
        selector = Selector(find_metric(metric), y, _folds(len(y)))
        signal, later = rng.normal(size=len(y)), rng.normal(size=len(fresh))
        unseen = {}
        for number in range(30):
            selector.add(
                number, _probabilities(y, signal + 0.2 * rng.normal(size=len(y))), str(number)
            )
            noise = later + 0.2 * rng.normal(size=len(fresh))
            unseen[number] = _probabilities(fresh, noise)
        selection = selector.select()
        if selection is None:
            continue
        blend = sum(weight * unseen[number] for number, weight in selection.members)
        scored = find_metric(metric)
        gain = scored.score(fresh, blend) - scored.score(fresh, unseen[selection.members[0][0]])
        gains.append(gain if scored.greater_is_better else -gain)
    assert not gains or np.mean(gains) > -0.005


def test_rows_never_held_out_take_no_part() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=6_000)
    folds = np.where(np.arange(len(y)) < 3_000, 0, -1).astype(np.int8)
    selector = Selector(find_metric("rmse"), y, folds)
    for number in range(3):
        oof = y + rng.normal(size=len(y))
        oof[folds < 0] = np.nan
        selector.add(number, oof)
    selection = selector.select()
    assert selection is not None
    assert selection.score_std is None


def test_a_candidate_with_a_hole_stays_out() -> None:
    rng = np.random.default_rng(4)
    y = rng.normal(size=6_000)
    selector = Selector(find_metric("rmse"), y, _folds(len(y)))
    for number in range(3):
        oof = y + rng.normal(size=len(y))
        if number == 1:
            oof[7] = np.nan
        selector.add(number, oof)
    selection = selector.select()
    assert selection is not None
    assert {number for number, _ in selection.members} == {0, 2}


def test_weights_of_rows_count() -> None:
    rng = np.random.default_rng(5)
    y = np.zeros(6_000)
    weights = np.where(np.arange(len(y)) % 2, 1.0, 0.0)
    selector = Selector(find_metric("rmse"), y, _folds(len(y)), weights)
    for number in range(2):
        noise = rng.normal(size=len(y))
        selector.add(number, np.where(weights > 0, noise, 100 * noise))
    selection = selector.select()
    assert selection is not None
    assert selection.score < 1


def test_equal_scores_are_decided_by_log_loss() -> None:
    """Accuracy cannot tell these apart; the better probabilities must lead."""
    rng = np.random.default_rng(6)
    y = rng.integers(0, 2, 6_000)
    wrong = [rng.random(len(y)) < 0.2 for _ in range(3)]
    selector = Selector(find_metric("accuracy"), y, _folds(len(y)))
    for number, (mistakes, sure) in enumerate(zip(wrong, (0.6, 0.7, 0.65), strict=True)):
        right = np.where(mistakes, 1 - sure, sure)
        positive = np.where(y == 1, right, 1 - right)
        selector.add(number, np.column_stack([1 - positive, positive]))
    selection = selector.select()
    assert selection is not None
    assert selection.score > 0.85


@pytest.mark.parametrize("metric", ["accuracy", "f1", "balanced_accuracy", "mcc"])
def test_on_few_rows_a_blend_promises_more_than_steps_of_the_metric(metric: str) -> None:
    """What is chosen among equals does better on fresh rows than the luckiest candidate."""
    gains, scored = [], find_metric(metric)
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        y, fresh = rng.integers(0, 2, 300), rng.integers(0, 2, 4_000)
        selector = Selector(scored, y, _folds(len(y)))
        unseen, scores = {}, {}
        for number in range(12):
            oof = _probabilities(y, 1.5 * rng.normal(size=len(y)))
            selector.add(number, oof, f"family {number % 4}")
            scores[number] = _fold_mean(metric, y, oof, _folds(len(y)))
            unseen[number] = _probabilities(fresh, 1.5 * rng.normal(size=len(fresh)))
        selection = selector.select()
        assert selection is not None
        assert selection.score > max(scores.values())
        blend = sum(weight * unseen[number] for number, weight in selection.members)
        luckiest = max(scores, key=lambda number: scores[number])
        gains.append(scored.score(fresh, blend) - scored.score(fresh, unseen[luckiest]))
    assert np.mean(gains) > 0.03


def test_the_same_trials_give_the_same_selection() -> None:
    def select() -> object:
        rng = np.random.default_rng(7)
        y = rng.integers(0, 3, 3_000)
        selector = Selector(find_metric("log_loss"), y, _folds(len(y)))
        for number in range(12):
            raw = rng.random((len(y), 3)) + 0.5 * np.eye(3)[y]
            selector.add(number, raw / raw.sum(axis=1, keepdims=True), "lightgbm")
        return selector.select()

    assert select() == select()


def test_a_deadline_that_has_passed_gives_none() -> None:
    rng = np.random.default_rng(8)
    y = rng.normal(size=6_000)
    selector = Selector(find_metric("rmse"), y, _folds(len(y)))
    for number in range(3):
        selector.add(number, y + rng.normal(size=len(y)))
    assert selector.select(time.monotonic() - 1) is None


def _of_few_rows(seed: int, **settings: Any) -> tuple[Selector, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 300)
    return Selector(find_metric("log_loss"), y, _folds(len(y)), **settings), y, rng


def test_on_few_rows_nothing_is_chosen_that_there_was_no_time_to_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    selector, y, rng = _of_few_rows(0)
    for number in range(4):
        selector.add(number, _probabilities(y, 1.5 * rng.normal(size=len(y))), str(number))
    deadline = time.monotonic() + 600
    assert selector.select(deadline) is not None
    late = SimpleNamespace(monotonic=lambda: deadline + 1)
    monkeypatch.setattr("jupyter_automl.ensemble.guard.time", late)
    assert selector.select(deadline) is None


def test_a_promise_is_the_same_for_the_same_trials() -> None:
    promises = []
    for _ in range(2):
        selector, y, rng = _of_few_rows(1)
        for number in range(4):
            selector.add(number, _probabilities(y, 1.5 * rng.normal(size=len(y))), str(number))
            selection = selector.select()
        assert selection is not None
        promises.append(selection.promise)
    assert promises[0] == promises[1]


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_groups_stay_in_one_half(kind: str) -> None:
    """Rows of a group share their luck: torn apart, they vouch for what fits the group."""
    promised = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        groups = np.repeat(np.arange(30), 10)
        y = np.repeat(rng.integers(0, 2, 30), 10)
        noise = [np.repeat(rng.normal(size=30), 10) for _ in range(8)]
        found = []
        for given in (None, groups):
            if kind == "classes":
                selector = Selector(find_metric("log_loss"), y, _folds(len(y)), None, groups=given)
                said = [_probabilities(y, 1.5 * one, 0.3) for one in noise]
            else:
                values = y.astype(float)
                selector = Selector(find_metric("rmse"), values, _folds(len(y)), groups=given)
                said = [values + one for one in noise]
            for number, oof in enumerate(said):
                selector.add(number, oof, str(number))
            selection = selector.select()
            found.append(None if selection is None else selection.promise)
        if None not in found:
            promised.append(found)
    assert len(promised) >= 4
    torn, whole = np.mean(promised, axis=0)
    assert whole < torn - 0.01


def test_a_single_group_is_no_reason_to_fail() -> None:
    selector, y, rng = _of_few_rows(2, groups=np.zeros(300, dtype=np.int64))
    for number in range(4):
        selector.add(number, _probabilities(y, 1.5 * rng.normal(size=len(y))), str(number))
    assert selector.select() is not None


@pytest.mark.parametrize("n", [600, 6_000])
def test_a_sure_mistake_costs_a_single_trial_as_much_as_a_blend(n: int) -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, n)
    selector = Selector(find_metric("log_loss"), y, _folds(n))
    sure = _probabilities(y, 2 * rng.normal(size=n))
    sure[: n // 50, 0] = y[: n // 50]
    sure[: n // 50, 1] = 1 - y[: n // 50]
    other = sure.copy()
    other[n // 50 :] = _probabilities(y, 2 * rng.normal(size=n))[n // 50 :]
    for number, oof in enumerate((sure, other)):
        selector.add(number, oof, str(number))
    # Wrong in the same rows; elsewhere the mean of the two is better than each.
    selection = selector.select()
    assert selection is not None
    assert {number for number, _ in selection.members} == {0, 1}


@pytest.mark.parametrize("scale", [1e50, 1e250])
def test_values_beyond_32_bits(scale: float) -> None:
    rng = np.random.default_rng(0)
    y = scale * rng.normal(size=6_000)
    selector = Selector(find_metric("rmse"), y, _folds(len(y)))
    for number in range(3):
        selector.add(number, y + scale * rng.normal(size=len(y)))
    selection = selector.select()
    assert selection is not None
    assert selection.score == pytest.approx(scale / np.sqrt(3), rel=0.05)
    assert np.isfinite(selection.score_std)


class Shares:
    """Judges shares of ten candidates; in the third round of all that is asked nothing is good."""

    def utility(self, shares: np.ndarray) -> float:
        if shares.max() == 1.0:
            return 1.0 - 0.01 * float(shares.argmax())
        if np.count_nonzero(shares) == 2 and shares.max() == 0.5:
            return 5.0 - 0.01 * float(np.flatnonzero(shares)[1])
        if np.allclose(3 * shares, np.round(3 * shares)):
            return 0.0
        return 0.0 if shares[9] > 0 else 10.0

    def closeness(self, shares: np.ndarray) -> float:
        return 0.0


def test_a_candidate_that_was_not_asked_is_not_taken() -> None:
    # After two rounds the last one is known by what it did for another mean.
    bench: Any = Shares()
    weights = greedy_weights(list(np.eye(10, dtype=np.float32)), bench, rounds=6)
    assert weights[9] == 0
    assert bench.utility(weights) == 10.0


def test_small_data_limit_the_candidates() -> None:
    assert [most_candidates(n) for n in (50, 100, 500, 2_500, 10_000, 10**6)] == [
        *(4, 4, 8, 15, 40, 100)
    ]
    utilities = [0.1 * i for i in range(10)]
    assert allowed(utilities, ["lightgbm"] * 10, 900) == [9, 8, 7]
    assert allowed(utilities, ["lightgbm", "mlp"] * 5, 3_000) == [9, 8, 7, 6, 5, 4]
    assert len(allowed(utilities, ["lightgbm"] * 10, 20_000)) == 10
    assert allowed([float("-inf"), 1.0], ["", ""], 900) == [1]


def test_predictions_of_other_rows_are_refused() -> None:
    selector = Selector(find_metric("rmse"), np.zeros(10), _folds(10))
    with pytest.raises(ValueError, match="10 rows, got 9"):
        selector.add(1, np.zeros(9))
