"""Pairs and interactions: made only where they tell something, the same at prediction time."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.features import Preprocessor
from jupyter_automl.features.preprocessor import Extra

N = 1_500


def _columns(frame: pd.DataFrame) -> tuple[ColumnSchema, ...]:
    return tuple(
        ColumnSchema(name=name, kind="numeric", dtype="double")
        if pd.api.types.is_numeric_dtype(frame[name])
        else ColumnSchema(name=name, kind="categorical", dtype="string")
        for name in frame
    )


@pytest.fixture(scope="module")
def table() -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "debt": random.lognormal(sigma=0.8, size=N),
            "income": random.lognormal(sigma=0.8, size=N),
            "noise": random.normal(size=N),
            "left": random.choice(["a", "b", "c", "d"], N),
            "right": random.choice(["u", "v", "w"], N),
        }
    )
    ratio = np.log(frame["debt"] / frame["income"]).to_numpy()
    return frame, ratio + 0.1 * random.normal(size=N)


EXTRAS: tuple[tuple[Extra, Encoding], ...] = (
    ("pairs", "native"),
    ("pairs", "ordinal"),
    ("pairs", "scaled"),
    ("interactions", "scaled"),
)


@pytest.mark.parametrize(("extra", "encoding"), EXTRAS)
def test_an_extra_adds_named_columns_and_leaves_the_others_alone(
    extra: Extra, encoding: Encoding, table: tuple[pd.DataFrame, np.ndarray]
) -> None:
    frame, y = table
    columns = _columns(frame)
    plain = Preprocessor(columns, encoding=encoding).fit(frame.iloc[:1_200], y[:1_200])
    more = Preprocessor(columns, encoding=encoding, extra=extra)
    X = more.fit_transform(frame.iloc[:1_200], y[:1_200])
    added = set(more.feature_names) - set(plain.feature_names)
    assert added
    assert len(set(more.feature_names)) == len(more.feature_names) == X.shape[1]
    assert len(more.parents) == len(more.sources) == X.shape[1]
    assert set(more.sources) <= set(frame.columns)
    assert tuple(parents[0] for parents in more.parents) == more.sources
    assert {"debt", "income"} <= {name for parents in more.parents for name in parents}
    assert (extra == "interactions") or ("debt", "income") in map(tuple, map(sorted, more.parents))
    assert len(more.built) > len(plain.built)
    rows = frame.iloc[1_200:]
    copy = pickle.loads(pickle.dumps(more))
    np.testing.assert_array_equal(
        np.asarray(copy.transform(rows)), np.asarray(more.transform(rows))
    )
    old = [more.feature_names.index(name) for name in plain.feature_names]
    np.testing.assert_array_equal(
        np.asarray(more.transform(rows))[:, old], np.asarray(plain.transform(rows))
    )


def test_the_ratio_that_makes_the_target_is_found(
    table: tuple[pd.DataFrame, np.ndarray],
) -> None:
    frame, y = table
    made = Preprocessor(_columns(frame), encoding="native", extra="pairs").fit(frame, y)
    assert {"debt ÷ income", "income ÷ debt"} & set(made.feature_names)
    assert "÷" in " ".join(made.built)


def test_crossed_categories_never_give_a_row_its_own_answer() -> None:
    random = np.random.default_rng(1)
    levels = [f"l{i}" for i in range(20)]
    frame = pd.DataFrame(
        {"left": random.choice(levels, 8_000), "right": random.choice(levels, 8_000)}
    )
    odd = frame["left"].str[1:].astype(int) * 3 + frame["right"].str[1:].astype(int) * 5
    y = ((odd % 7 < 3) ^ (random.random(8_000) < 0.05)).astype(np.int64)
    made = Preprocessor(_columns(frame), encoding="native", extra="pairs")
    X = made.fit_transform(frame, y)
    place = made.feature_names.index("left with right: target mean")
    assert set(made.parents[place]) == {"left", "right"}
    inside, outside = X.iloc[:, place].to_numpy(), made.transform(frame).iloc[:, place].to_numpy()
    assert np.corrcoef(inside, y)[0, 1] < np.corrcoef(outside, y)[0, 1]
    unseen = made.transform(pd.DataFrame({"left": ["new", None], "right": [None, "l1"]}))
    assert np.isfinite(unseen.iloc[:, place]).all()


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_noise_gets_no_pairs(classes: int) -> None:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(random.normal(size=(800, 6)), columns=list("abcdef"))
    y = random.integers(0, classes, 800) if classes else random.normal(size=800)
    plain = Preprocessor(_columns(frame), encoding="native").fit(frame, y)
    more = Preprocessor(_columns(frame), encoding="native", extra="pairs").fit(frame, y)
    assert more.feature_names == plain.feature_names
    assert more.built == plain.built


def test_bends_let_a_weighted_sum_follow_a_curve() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"x": random.uniform(-3, 3, N), "z": random.normal(size=N)})
    y = np.abs(frame["x"].to_numpy()) + 0.1 * random.normal(size=N)
    columns = _columns(frame)
    errors = []
    for extra in (None, "interactions"):
        made = Preprocessor(columns, encoding="scaled", extra=extra)  # type: ignore[arg-type]
        X = np.column_stack([made.fit_transform(frame[:1_000], y[:1_000]), np.ones(1_000)])
        weights = np.linalg.lstsq(X, y[:1_000], rcond=None)[0]
        held = np.column_stack([made.transform(frame[1_000:]), np.ones(500)])
        errors.append(float(np.std(held @ weights - y[1_000:])))
    assert errors[1] < 0.4 * errors[0]


@pytest.mark.parametrize(("extra", "encoding"), EXTRAS)
@pytest.mark.parametrize("target", ["none", "few", "one", "huge", "many"])
def test_odd_targets(
    extra: Extra, encoding: Encoding, target: str, table: tuple[pd.DataFrame, np.ndarray]
) -> None:
    frame, y = table
    n = 20 if target == "few" else 400
    frame = frame.iloc[:n].copy()
    frame.loc[frame.index[::7], "debt"] = np.nan
    targets = {
        "none": None,
        "few": y[:n],
        "one": np.zeros(n, dtype=np.int64),
        "huge": np.where(np.arange(n) == 3, 1e300, y[:n]),
        "many": np.arange(n, dtype=np.int64) % 30,
    }
    made = Preprocessor(_columns(frame), encoding=encoding, extra=extra)
    X = made.fit_transform(frame, targets[target])
    assert X.shape == (n, len(made.feature_names))
    rows = pd.DataFrame({name: [None, "new", 1e308, -1e308] for name in frame})
    out = np.asarray(made.transform(rows), dtype=float)
    assert not np.isinf(out).any()
    if encoding != "native":
        assert np.isfinite(out).all()


def test_wrong_extras() -> None:
    columns = (ColumnSchema(name="x", kind="numeric", dtype="double"),)
    with pytest.raises(ArgumentError, match="Did you mean 'pairs'"):
        Preprocessor(columns, encoding="native", extra="pair")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="'scaled'"):
        Preprocessor(columns, encoding="native", extra="interactions")


@settings(max_examples=6, deadline=None)
@given(st.data(), st.integers(0, 2**31), st.sampled_from(EXTRAS))
def test_the_same_seed_gives_the_same_matrix(
    data: st.DataObject, seed: int, made: tuple[Extra, Encoding]
) -> None:
    extra, encoding = made
    random = np.random.default_rng(data.draw(st.integers(0, 1_000)))
    frame = pd.DataFrame(random.normal(size=(350, 3)) ** 3, columns=["a", "b", "c"])
    y = (frame["a"] * frame["b"]).to_numpy()
    first, second = (
        Preprocessor(
            _columns(frame), encoding=encoding, random_state=seed, extra=extra
        ).fit_transform(frame, y)
        for _ in range(2)
    )
    np.testing.assert_array_equal(np.asarray(first), np.asarray(second))
