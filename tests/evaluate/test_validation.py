from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.evaluate import holdout_fraction_for, make_folds, training_rows
from jupyter_automl.evaluate.validation import stratified_sample


def _classes(shares: tuple[int, ...], seed: int = 0) -> np.ndarray:
    y = np.repeat(np.arange(len(shares)), shares)
    return np.random.default_rng(seed).permutation(y)


@settings(max_examples=60, deadline=None)
@given(
    shares=st.lists(st.integers(2, 60), min_size=2, max_size=6),
    n_folds=st.integers(2, 8),
    seed=st.integers(0, 5),
)
def test_folds_are_even_and_have_the_same_mix(shares: list[int], n_folds: int, seed: int) -> None:
    y = _classes(tuple(shares), seed)
    folds = make_folds(y, task="multiclass", kind="cv", n_folds=n_folds, random_state=seed)
    assert folds.dtype == np.int8
    sizes = np.bincount(folds, minlength=n_folds)
    assert sizes.max() - sizes.min() <= 1
    for code in range(len(shares)):
        mix = np.bincount(folds[y == code], minlength=n_folds)
        assert mix.max() - mix.min() <= 1
        assert all((y[training_rows(folds, f, "cv")] == code).any() for f in range(n_folds))


def test_regression_folds_have_the_same_range() -> None:
    y = np.random.default_rng(0).lognormal(size=1_000)
    folds = make_folds(y, task="regression", kind="cv", n_folds=5, random_state=0)
    means = [np.log(y[folds == fold]).mean() for fold in range(5)]
    assert max(means) - min(means) < 0.02
    assert np.bincount(folds).tolist() == [200] * 5


def test_the_seed_decides() -> None:
    y = _classes((50, 50))
    first, again, other = (
        make_folds(y, task="binary", kind="cv", n_folds=5, random_state=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("n", "fraction"), [(100, 0.2), (4_000, 0.125), (25_000, 0.1), (50_000, 0.05), (10**6, 0.01)]
)
def test_the_held_out_share_falls_with_the_rows(n: int, fraction: float) -> None:
    assert holdout_fraction_for(n) == pytest.approx(fraction)


@settings(max_examples=60, deadline=None)
@given(shares=st.lists(st.integers(2, 200), min_size=2, max_size=5), seed=st.integers(0, 3))
def test_a_holdout_keeps_every_class_on_both_sides(shares: list[int], seed: int) -> None:
    y = _classes(tuple(shares), seed)
    folds = make_folds(y, task="multiclass", kind="holdout", n_folds=1, random_state=seed)
    assert set(np.unique(folds)) == {-1, 0}
    assert set(y[folds == 0]) == set(y[folds == -1]) == set(range(len(shares)))
    wanted = holdout_fraction_for(len(y)) * len(y)
    assert abs((folds == 0).sum() - wanted) <= len(shares)


def test_groups_are_never_torn() -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 60, 600)
    y = (rng.random(600) < 0.3).astype(np.int64)
    folds = make_folds(y, task="binary", kind="group", n_folds=5, random_state=0, groups=groups)
    assert all(len(set(folds[groups == group])) == 1 for group in range(60))
    assert np.ptp(np.bincount(folds)) < 40
    assert np.ptp([y[folds == fold].mean() for fold in range(5)]) < 0.1


@settings(max_examples=80, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=2, max_size=40),
    n_folds=st.integers(1, 8),
    repeat=st.integers(0, 2),
    task=st.sampled_from(("multiclass", "regression")),
    seed=st.integers(0, 3),
)
def test_no_group_is_on_both_sides(
    sizes: list[int], n_folds: int, repeat: int, task: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    y = rng.integers(0, 4, len(groups)) if task == "multiclass" else rng.normal(size=len(groups))
    folds = make_folds(
        y,
        task=task,
        kind="group",
        n_folds=n_folds,
        random_state=seed,
        groups=groups,
        repeat=repeat,
    )
    assert folds.max() + 1 == min(n_folds, len(sizes))
    for fold in range(folds.max() + 1):
        train, held = training_rows(folds, fold, "group"), np.flatnonzero(folds == fold)
        assert len(train)
        assert len(held)
        assert not set(groups[train]) & set(groups[held])


def test_a_class_that_is_in_one_group_only_and_groups_of_two_rows() -> None:
    groups = np.repeat(np.arange(30), 2)
    y = np.where(groups == 7, 2, groups % 2)
    folds = make_folds(y, task="multiclass", kind="group", n_folds=5, random_state=0, groups=groups)
    assert np.bincount(folds).tolist() == [12] * 5
    assert len(set(folds[y == 2])) == 1


def test_another_repeat_is_another_assignment() -> None:
    y = np.random.default_rng(0).normal(size=200)
    sizes = np.arange(1, 20)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    for kind, data in (("cv", None), ("group", groups)):
        first, again, other = (
            make_folds(
                y[: len(groups)],
                task="regression",
                kind=kind,
                n_folds=5,
                random_state=0,
                groups=data,
                repeat=repeat,
            )
            for repeat in (1, 1, 2)
        )
        assert np.array_equal(first, again)
        together = first[:, None] == first
        assert (together != (other[:, None] == other)).any()


def test_a_group_of_most_rows_is_not_held_out() -> None:
    groups = np.concatenate([np.zeros(800), np.repeat(np.arange(1, 41), 5)])
    y = np.random.default_rng(0).normal(size=1_000)
    folds = make_folds(y, task="regression", kind="group", n_folds=1, random_state=0, groups=groups)
    assert 0.01 < (folds == 0).mean() < 0.3
    assert (folds[groups == 0] == -1).all()


def test_very_many_groups_and_classes() -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 30_000, 60_000)
    y = np.minimum(rng.geometric(0.3, 60_000) - 1, 200)
    folds = make_folds(y, task="multiclass", kind="group", n_folds=5, random_state=0, groups=groups)
    assert np.ptp(np.bincount(folds)) < 600
    shares = [(y[folds == fold] == 3).mean() for fold in range(5)]
    assert np.ptp(shares) < 0.01
    where = np.full(30_000, -1)
    where[groups] = folds
    assert np.array_equal(where[groups], folds)


def test_a_class_of_two_rows_is_on_both_sides() -> None:
    y = np.array([0] * 40 + [1] * 40 + [2] * 2)
    for repeat in range(3):
        folds = make_folds(
            y, task="multiclass", kind="cv", n_folds=5, random_state=0, repeat=repeat
        )
        assert len(set(folds[y == 2])) == 2


def test_a_group_holdout_keeps_whole_groups() -> None:
    groups = np.repeat(np.arange(30), 20)
    y = np.random.default_rng(0).normal(size=600)
    folds = make_folds(y, task="regression", kind="group", n_folds=1, random_state=0, groups=groups)
    assert set(np.unique(folds)) == {-1, 0}
    assert all(len(set(folds[groups == group])) == 1 for group in range(30))
    assert 0.05 < (folds == 0).mean() < 0.35


def test_fewer_groups_than_folds() -> None:
    groups = np.repeat(np.arange(3), 20)
    folds = make_folds(
        np.zeros(60), task="regression", kind="group", n_folds=5, random_state=0, groups=groups
    )
    assert set(np.unique(folds)) == {0, 1, 2}


def test_one_group_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="at least 2 different values"):
        make_folds(
            np.zeros(9),
            task="regression",
            kind="group",
            n_folds=3,
            random_state=0,
            groups=np.zeros(9),
        )


@settings(max_examples=60, deadline=None)
@given(
    times=st.lists(st.integers(0, 30), min_size=6, max_size=80).filter(lambda t: len(set(t)) > 1),
    n_folds=st.integers(1, 5),
)
def test_a_later_part_is_trained_on_earlier_rows_only(times: list[int], n_folds: int) -> None:
    time = np.array(times, dtype=np.float64)
    folds = make_folds(
        time, task="regression", kind="time", n_folds=n_folds, random_state=0, time=time
    )
    assert folds.max() >= 0
    assert (folds == -1).any()
    for fold in range(folds.max() + 1):
        train = training_rows(folds, fold, "time")
        assert len(train)
        assert (folds == fold).any()
        # Strictly: equal times are never on both sides of a border.
        assert time[train].max() < time[folds == fold].min()
    # A fold that comes later holds later rows only.
    assert all(len(set(folds[time == moment])) == 1 for moment in set(times))
    assert np.array_equal(np.sort(folds), folds[np.argsort(time, kind="stable")])


def test_rows_without_a_time_take_no_part() -> None:
    time = np.array([1.0, np.nan, 2.0, 3.0, 4.0, np.nan])
    folds = make_folds(time, task="regression", kind="time", n_folds=2, random_state=0, time=time)
    assert folds[1] == folds[5] == -2
    assert not {1, 5} & set(training_rows(folds, 1, "time").tolist())


@pytest.mark.parametrize(("kind", "words"), [("time", "time column"), ("group", "group column")])
def test_a_missing_column_is_an_error(kind: str, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        make_folds(np.zeros(9), task="regression", kind=kind, n_folds=3, random_state=0)


def test_one_time_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="2 different times"):
        make_folds(
            np.zeros(9),
            task="regression",
            kind="time",
            n_folds=3,
            random_state=0,
            time=np.ones(9),
        )


def test_a_sample_has_the_mix_of_all() -> None:
    y = _classes((9_000, 900, 100))
    picks = stratified_sample(y, "multiclass", 1_000, np.random.default_rng(0))
    assert np.bincount(y[picks]).tolist() == [900, 90, 10]
    assert np.array_equal(picks, np.unique(picks))
    values = np.random.default_rng(1).normal(size=5_000)
    some = stratified_sample(values, "regression", 500, np.random.default_rng(0))
    assert len(some) == len(set(some.tolist())) == 500
    assert values[some].mean() == pytest.approx(values.mean(), abs=0.02)
