"""Groups, weights and time limits of what features are learned from."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.data import describe, open_table
from jupyter_automl.features import Preprocessor
from jupyter_automl.features.made import Names
from jupyter_automl.features.pairs import PairMaker
from jupyter_automl.features.target_means import SMOOTHING, TargetMeans
from jupyter_automl.features.training import Training, inner_folds


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    n_folds=st.integers(2, 5),
    seed=st.integers(0, 100),
)
def test_inner_folds_keep_groups_together_and_even(
    sizes: list[int], n_folds: int, seed: int
) -> None:
    groups = np.repeat(np.arange(len(sizes)) * 7, sizes)
    np.random.default_rng(seed).shuffle(groups)
    training = Training(y=np.zeros(len(groups)), groups=groups)
    folds = inner_folds(training, n_folds, seed)
    assert all(len(set(folds[groups == group])) == 1 for group in set(groups))
    loads = np.bincount(folds, minlength=n_folds)
    assert loads.max() - loads.min() <= max(sizes)
    np.testing.assert_array_equal(folds, inner_folds(training, n_folds, seed))


def test_no_row_gets_a_mean_that_its_own_group_is_part_of() -> None:
    random = np.random.default_rng(0)
    customers = np.repeat(np.arange(100), 10)
    # Each customer has a street of their own, and answers alike.
    y = np.repeat(random.integers(0, 2, 100), 10)
    codes = customers.astype(np.int32)
    alone = TargetMeans(100, 0).fit_transform(codes, Training(y=y))[:, 0]
    together = TargetMeans(100, 0).fit_transform(codes, Training(y=y, groups=customers))[:, 0]
    assert np.corrcoef(alone, y)[0, 1] > 0.9
    # Other customers say nothing of this street: what is left is the mean of the other folds.
    assert len(np.unique(together)) <= 5
    assert abs(np.corrcoef(together, y)[0, 1]) < 0.5


def test_rows_count_by_their_weights() -> None:
    codes = np.array([0, 0, 1, 1], dtype=np.int32)
    y = np.array([1, 0, 1, 1])
    weights = np.array([3.0, 0.0, 0.5, 0.5])
    means = TargetMeans(2, 0)
    means.fit_transform(codes, Training(y=y, weights=weights))
    made = means.transform(codes)[:, 0]
    assert made[0] == pytest.approx((3.0 + SMOOTHING) / (3.0 + SMOOTHING))
    plain = TargetMeans(2, 0)
    plain.fit_transform(codes, Training(y=y))
    assert plain.transform(codes)[0, 0] == pytest.approx((1 + SMOOTHING * 0.75) / (2 + SMOOTHING))
    nothing = TargetMeans(2, 0)
    nothing.fit_transform(codes, Training(y=y, weights=np.zeros(4)))
    np.testing.assert_array_equal(nothing.transform(codes), plain.transform(codes))


@pytest.mark.parametrize("n_rows", [40, 1_000])
def test_a_huge_target_leaves_the_means_of_the_others(n_rows: int) -> None:
    codes = np.arange(n_rows, dtype=np.int32) % 4
    y = np.where(codes < 2, 1.0, 5.0)
    y[3] = 1e300
    means = TargetMeans(4, 0)
    made = means.fit_transform(codes, Training(y=y))
    assert np.isfinite(made).all()
    table = means.transform(np.arange(4, dtype=np.int32))[:, 0]
    assert table[:2].max() < 0 < table[2:].min()


def _pairs(frame: pd.DataFrame, training: Training, **options: Any) -> set[str]:
    names = Names()
    for name in frame:
        names.add_number(str(name), str(name))
    maker = PairMaker(0, **options)
    made = maker.fit_make(frame.to_numpy(), [], names, training)
    assert made.shape == (len(frame), len(maker.names.numbers))
    return {name for name, _ in maker.names.numbers}


@pytest.fixture(scope="module")
def ratio() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(1)
    frame = pd.DataFrame(random.lognormal(sigma=0.8, size=(800, 3)), columns=["a", "b", "c"])
    return frame, np.log(frame["a"] / frame["b"]).to_numpy()


def test_pairs_are_those_of_the_rows_that_count(ratio: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = ratio
    # In the rows that do not count it is another ratio.
    counts = np.arange(len(y)) % 2 == 0
    target = np.where(counts, y, np.log(frame["c"] / frame["b"]))
    weights = np.where(counts, 1.0, 1e-6)
    one, other = {"a ÷ b", "b ÷ a"}, {"c ÷ b", "b ÷ c"}
    found = _pairs(frame, Training(y=target, weights=weights))
    assert one & found
    assert not other & found
    found = _pairs(frame, Training(y=target, weights=weights[::-1]))
    assert other & found
    assert not one & found


def test_no_pairs_are_looked_for_when_the_time_is_over(
    ratio: tuple[pd.DataFrame, np.ndarray],
) -> None:
    frame, y = ratio
    assert _pairs(frame, Training(y=y), time_limit_seconds=0.0) == set()
    ticks = count()
    some = _pairs(frame, Training(y=y), time_limit_seconds=5.5, clock=lambda: float(next(ticks)))
    every = _pairs(frame, Training(y=y), time_limit_seconds=1e9)
    assert some <= every
    assert every


def test_pairs_of_a_very_wide_table(ratio: tuple[pd.DataFrame, np.ndarray]) -> None:
    frame, y = ratio
    noise = np.random.default_rng(2).normal(size=(len(y), 150))
    wide = pd.concat([pd.DataFrame(noise).add_prefix("n"), frame], axis=1)
    assert {"a ÷ b", "b ÷ a"} & _pairs(wide, Training(y=y))


@pytest.mark.parametrize("encoding", ["native", "ordinal", "scaled"])
def test_every_column_is_used_as_it_is_or_listed_with_how(encoding: Encoding) -> None:
    random = np.random.default_rng(3)
    n = 400
    frame = pd.DataFrame(
        {
            "size": np.where(random.random(n) < 0.2, np.nan, random.normal(size=n)),
            "place": random.choice([f"p{i}" for i in range(60)], n),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, n), "D"),
            "used": [f"{v} {u}" for v, u in enumerate(random.choice(["km", "mi"], n))],
            "said": [f"word{i % 7} and word{i % 11} of it {i}" for i in range(n)],
        }
    )
    columns: tuple[ColumnSchema, ...] = describe(open_table(frame).table)
    made = Preprocessor(columns, encoding=encoding).fit(frame, random.integers(0, 2, n))
    plain = {one.name for one in made.features if not one.how}
    assert {"size", "place"} <= plain
    assert {"since", "used", "said"}.isdisjoint(plain)
    how = {one.how for one in made.features if one.how}
    assert {"part of the date", "number in the text", "unit in the text"} <= how
    assert "mean of the target by value" in how
    assert ("whether it is missing" in how) == (encoding == "scaled")
    assert {name for one in made.features for name in one.columns} == set(frame)
    assert len(made.subjects) == len(set(made.subjects)) == len(made.built)


def test_boosters_get_target_means_where_a_level_has_few_rows() -> None:
    random = np.random.default_rng(2)
    with_means = []
    for n_rows in (600, 4_000):
        codes = random.integers(0, 40, n_rows)
        frame = pd.DataFrame({"shop": [f"shop {code}" for code in codes]})
        y = (random.random(n_rows) < np.where(codes % 2, 0.9, 0.1)).astype(int)
        schema: tuple[ColumnSchema, ...] = describe(open_table(frame).table)
        made = Preprocessor(schema, encoding="native")
        matrix = made.fit_transform(frame, y)
        assert matrix.shape[1] == len(made.feature_names)
        np.testing.assert_array_equal(
            made.transform(frame, coded=True), made.transform(frame).astype(float)
        )
        with_means.append("shop: target mean" in made.feature_names)
    assert with_means == [True, False]
