"""Columns of any kind to matrices, learned from the training rows only."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import ArgumentError, PredictionError
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.data import describe, open_table, read, samples
from jupyter_automl.features import Preprocessor
from jupyter_automl.features.categories import frequent_levels

ENCODINGS: tuple[Encoding, ...] = ("native", "ordinal", "scaled")
HOSTILE = "<img src=x onerror=alert(1)>"


def _column(name: str, kind: Any) -> ColumnSchema:
    dtype = {"numeric": "double", "boolean": "bool", "datetime": "timestamp[us]"}.get(
        kind, "string"
    )
    return ColumnSchema(name=name, kind=kind, dtype=dtype)


@pytest.fixture(scope="module")
def churn() -> tuple[tuple[ColumnSchema, ...], pd.DataFrame, np.ndarray]:
    frame = read("sample:churn").iloc[:1200]
    columns = [c for c in describe(samples.table("churn")) if c.name != "churn"]
    features = tuple(column for column in columns if column.kind not in ("id", "constant"))
    y = (frame.pop("churn") == "yes").to_numpy().astype(np.int64)
    return features, frame, y


def _check(preprocessor: Preprocessor, X: Any, n_rows: int) -> None:
    assert X.shape == (n_rows, len(preprocessor.feature_names))
    assert len(preprocessor.sources) == len(preprocessor.feature_names)
    assert len(set(preprocessor.feature_names)) == len(preprocessor.feature_names)
    if preprocessor.encoding == "native":
        assert list(X.columns) == [f"f{i}" for i in range(X.shape[1])]
        assert {str(kind) for kind in X.dtypes} <= {"float32", "float64", "category"}
    else:
        assert X.dtype == np.float32
        assert np.isfinite(X).all()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_real_table(encoding: Encoding, churn: Any) -> None:
    columns, frame, y = churn
    preprocessor = Preprocessor(columns, encoding=encoding)
    X = preprocessor.fit_transform(frame.iloc[:900], y[:900])
    _check(preprocessor, X, 900)
    held_out = preprocessor.transform(frame.iloc[900:])
    _check(preprocessor, held_out, 300)
    assert set(preprocessor.sources) == {column.name for column in columns}
    assert preprocessor.built
    copy = pickle.loads(pickle.dumps(preprocessor))
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(copy.transform, [frame.iloc[900:]] * 4))
    for again in results:
        np.testing.assert_array_equal(np.asarray(again), np.asarray(held_out))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_same_seed_gives_the_same_matrix(encoding: Encoding, churn: Any) -> None:
    columns, frame, y = churn
    first, second = (
        Preprocessor(columns, encoding=encoding, random_state=3).fit_transform(frame, y)
        for _ in range(2)
    )
    np.testing.assert_array_equal(np.asarray(first), np.asarray(second))


def _frame(n: int = 60) -> tuple[tuple[ColumnSchema, ...], pd.DataFrame]:
    frame = pd.DataFrame(
        {
            HOSTILE: np.linspace(0.0, 1.0, n),
            "flag": np.arange(n) % 2 == 0,
            "group": np.array(["a", "b", "c"])[np.arange(n) % 3],
            "day": pd.date_range("2024-01-01", periods=n, freq="7h"),
            "note": [f"the note {'good' if i % 2 else 'bad'} number {i}" for i in range(n)],
        }
    )
    kinds = ("numeric", "boolean", "categorical", "datetime", "text")
    return tuple(map(_column, frame.columns, kinds)), frame


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_not_seen_in_training(encoding: Encoding) -> None:
    columns, frame = _frame()
    preprocessor = Preprocessor(columns, encoding=encoding).fit(frame)
    odd = pd.DataFrame(
        {
            HOSTILE: ["12", np.inf, "what", None],
            "flag": [1, None, "yes", 0.0],
            "group": ["new", None, 5, "a"],
            "day": ["2031-02-03", None, "never", "2024-01-01 10:00"],
            "note": [None, "", 7, "unseen words only"],
        }
    )
    _check(preprocessor, preprocessor.transform(odd), 4)
    for dtype in ("object", "category"):
        _check(preprocessor, preprocessor.transform(frame.astype(dtype)), len(frame))
    arrow = frame.convert_dtypes(dtype_backend="pyarrow")
    np.testing.assert_allclose(
        np.asarray(preprocessor.transform(arrow), dtype=float),
        np.asarray(preprocessor.transform(frame), dtype=float),
        rtol=1e-6,
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_everything_missing_in_training(encoding: Encoding) -> None:
    columns, frame = _frame()
    empty = frame.astype(object).copy()
    empty[:] = None
    preprocessor = Preprocessor(columns, encoding=encoding)
    X = preprocessor.fit_transform(empty, np.arange(len(empty)) % 2)
    _check(preprocessor, X, len(empty))
    _check(preprocessor, preprocessor.transform(frame), len(frame))


def test_native_keeps_missing_values_and_unseen_categories_are_missing() -> None:
    columns = (_column("x", "numeric"), _column("c", "categorical"))
    frame = pd.DataFrame({"x": [1.0, np.nan, np.inf, 2.0], "c": ["a", "a", "b", "b"]})
    preprocessor = Preprocessor(columns, encoding="native").fit(frame)
    X = preprocessor.transform(pd.DataFrame({"x": [np.nan, 3.0], "c": ["z", "b"]}))
    assert X["f0"].isna().tolist() == [True, False]
    assert X["f1"].isna().tolist() == [True, False]
    assert preprocessor.categorical == ("c",)


def test_large_whole_numbers_keep_their_digits_in_native() -> None:
    columns = (_column("x", "numeric"),)
    values = 2**24 + np.arange(50)
    X = Preprocessor(columns, encoding="native").fit_transform(pd.DataFrame({"x": values}))
    assert X["f0"].tolist() == values.tolist()


def test_titles_and_decks_get_through() -> None:
    n = 300
    titles = np.array(["Mr", "Mrs", "Master"])[np.arange(n) % 3]
    frame = pd.DataFrame(
        {
            "Name": [f"Fam{i}, {title}. First{i} Second{i}" for i, title in enumerate(titles)],
            "Cabin": [f"{'ABC'[i % 3]}{i}" for i in range(n)],
        }
    )
    columns = (_column("Name", "text"), _column("Cabin", "categorical"))
    y = (titles == "Master").astype(np.int64)
    preprocessor = Preprocessor(columns, encoding="native")
    X = preprocessor.fit_transform(frame, y)
    names = preprocessor.feature_names
    assert "Name has 'master'" in names
    title = X[f"f{names.index('Name: abbreviation')}"]
    assert pd.crosstab(title, titles).to_numpy().max(axis=1).sum() == n
    assert X[f"f{names.index('Cabin: first word')}"].nunique() == 3
    assert X[f"f{names.index('Cabin: number')}"].tolist() == list(range(n))


@pytest.mark.parametrize("target", ["classes", "numbers"])
def test_words_that_tell_nothing_are_left_out(target: str) -> None:
    random = np.random.default_rng(0)
    words = [
        f"{a}{b}" for a in ("ka", "mo", "ri", "tu", "ze") for b in ("ban", "lor", "sen", "vik")
    ]
    texts = [" ".join(random.choice(words, 4)) for _ in range(900)]
    telling = np.array(["kaban" in text for text in texts])
    noise = random.normal(size=900)
    said = telling * 2.0 + noise
    columns = [_column("note", "text")]
    frame = pd.DataFrame({"note": texts})
    for values, expected in ((noise, False), (said, True)):
        y = (values > 1).astype(np.int64) if target == "classes" else values
        names = Preprocessor(columns, encoding="native").fit(frame, y).feature_names
        assert ("note has 'kaban'" in names) is expected
        assert any("topic" in name for name in names) is expected
        assert len(names) < 15


def test_dates_become_parts() -> None:
    frame = pd.DataFrame({"d": pd.to_datetime(["2024-02-29 13:00", "2023-01-01 05:00", None])})
    preprocessor = Preprocessor((_column("d", "datetime"),), encoding="native")
    X = preprocessor.fit_transform(frame)
    row = dict(zip(preprocessor.feature_names, X.iloc[0], strict=True))
    assert (row["d: year"], row["d: month"], row["d: day"], row["d: hour"]) == (2024, 2, 29, 13)
    assert row["d: weekday"] == 3
    assert X.iloc[2].isna().all()


def test_days_between_dates() -> None:
    frame = pd.DataFrame(
        {
            "ordered": pd.to_datetime(["2024-02-28", "2024-03-01", None]),
            "sent": pd.to_datetime(["2024-03-01 12:00", "2024-03-02 00:00", None]),
            "again": pd.to_datetime(["2024-02-29", "2024-03-02", None]),
        }
    )
    columns = [_column(name, "datetime") for name in frame]
    preprocessor = Preprocessor(columns, encoding="native")
    X = preprocessor.fit_transform(frame)
    place = preprocessor.feature_names.index("days from ordered to sent")
    assert X.iloc[:2, place].tolist() == [2.5, 1.0]
    assert np.isnan(X.iloc[2, place])
    assert preprocessor.parents[place] == ("ordered", "sent")
    # Always a day: it tells nothing.
    assert "days from ordered to again" not in preprocessor.feature_names
    assert any("days from" in sentence for sentence in preprocessor.built)
    _check(
        preprocessor, preprocessor.transform(pd.DataFrame({c: ["never", None] for c in frame})), 2
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_amounts_become_numbers_and_their_unit(encoding: Encoding) -> None:
    random = np.random.default_rng(0)
    values = random.integers(100, 9_000, 300) / 10
    units = np.where(np.arange(300) % 3, "kmpl", "km/kg")
    frame = pd.DataFrame(
        {"used": [f"{v:,} {u}" for v, u in zip(values, units, strict=True)]},
    )
    preprocessor = Preprocessor([_column("used", "categorical")], encoding=encoding).fit(frame)
    assert "'used' became a number and its unit (kmpl, km/kg)." in preprocessor.built
    place = preprocessor.feature_names.index("used: number")
    assert not any(name == "used" for name in preprocessor.feature_names)
    rows = pd.DataFrame(
        {"used": ["1,248 kmpl", "1248", 1248, None, "what", "1248 miles"]}, dtype=object
    )
    X = np.asarray(preprocessor.transform(rows), dtype=float)
    _check(preprocessor, preprocessor.transform(rows), 6)
    assert X[0, place] == X[1, place] == X[2, place] == X[5, place]
    if encoding == "native":
        assert X[0, place] == 1_248
        assert np.isnan(X[3:5, place]).all()


def test_a_few_ranges_are_a_number_beside_their_levels() -> None:
    frame = pd.DataFrame({"years": ["<1", "1<=X<4", "4<=X<7", ">=7", "none"] * 20})
    preprocessor = Preprocessor([_column("years", "categorical")], encoding="native")
    X = preprocessor.fit_transform(frame)
    assert preprocessor.feature_names == ("years: number", "years")
    assert X["f0"].tolist()[:4] == [1.0, 2.5, 5.5, 7.0]
    assert np.isnan(X["f0"][4])


@pytest.mark.parametrize("encoding", ["ordinal", "scaled"])
@pytest.mark.parametrize("classes", [0, 2, 4])
def test_target_means_never_give_a_row_its_own_answer(encoding: Encoding, classes: int) -> None:
    random = np.random.default_rng(1)
    n = 2_000
    frame = pd.DataFrame({"c": [f"level{i}" for i in random.integers(0, 900, n)]})
    y: np.ndarray = random.normal(size=n) if not classes else random.integers(0, classes, n)
    preprocessor = Preprocessor((_column("c", "categorical"),), encoding=encoding)
    X = preprocessor.fit_transform(frame, y)
    means = [
        i
        for i, name in enumerate(preprocessor.feature_names)
        if "target mean" in name or "share of class" in name
    ]
    assert len(means) == {0: 1, 2: 1, 4: 4}[classes]
    answer = y if classes in (0, 2) else (y == 0)
    assert abs(np.corrcoef(X[:, means[0]], answer)[0, 1]) < 0.12


@pytest.fixture(scope="module")
def shops() -> tuple[pd.DataFrame, np.ndarray]:
    """3,000 shops of 3 rows each, one more of a single row; every other shop sells well."""
    codes = np.append(np.arange(9_000) % 3_000, 3_000)
    frame = pd.DataFrame({"shop": [f"{'good' if c % 2 else 'bad'} {c:05}" for c in codes]})
    return frame, (codes % 2).astype(np.int64)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_level_that_repeats_is_known(
    encoding: Encoding, shops: tuple[pd.DataFrame, np.ndarray]
) -> None:
    frame, y = shops
    preprocessor = Preprocessor((_column("shop", "categorical"),), encoding=encoding)
    X = preprocessor.fit_transform(frame, y)
    _check(preprocessor, X, len(frame))
    assert any(
        "2,000 of them are categories, 1,000 more count by frequency and target mean, 1 as unseen."
        in sentence
        for sentence in preprocessor.built
    )
    rows = frame.iloc[:3_000].drop_duplicates()
    known = np.asarray(preprocessor.transform(rows), dtype=float)
    names = preprocessor.feature_names
    means = known[:, names.index("shop: target mean")]
    assert (means[1::2].min() - means[::2].max()) > 0
    new = pd.DataFrame({"shop": ["new", frame["shop"].iloc[-1], None]})
    unseen = np.asarray(preprocessor.transform(new), dtype=float)
    frequency = names.index("shop: frequency")
    assert len(set(known[:, frequency])) == 1
    assert unseen[0, frequency] == unseen[1, frequency] < known[0, frequency]
    if encoding == "native":
        assert known[0, frequency] == pytest.approx(3 / len(frame))
        assert np.isnan(known[:, names.index("shop")]).sum() == 1_000
    elif encoding == "ordinal":
        assert known[:, names.index("shop")].max() == unseen[0, names.index("shop")] == 2_000


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_levels_without_a_label_are_the_same_in_a_single_row(
    encoding: Encoding, shops: tuple[pd.DataFrame, np.ndarray]
) -> None:
    frame, y = shops
    preprocessor = Preprocessor((_column("shop", "categorical"),), encoding=encoding)
    preprocessor.fit(frame, y)
    many = np.asarray(preprocessor.transform(frame.iloc[2_900:3_100]), dtype=float)
    one = np.asarray(preprocessor.transform(frame.iloc[2_990:2_991]), dtype=float)
    np.testing.assert_array_equal(one[0], many[90])
    assert len(pickle.dumps(preprocessor)) < 250_000


def test_levels_without_a_label_make_no_pairs_fail(
    shops: tuple[pd.DataFrame, np.ndarray],
) -> None:
    frame, y = shops
    frame = frame.assign(x=np.arange(len(frame)) % 7, side=np.where(y, "left", "right"))
    columns = (
        _column("shop", "categorical"),
        _column("x", "numeric"),
        _column("side", "categorical"),
    )
    preprocessor = Preprocessor(columns, encoding="native", extra="pairs")
    _check(preprocessor, preprocessor.fit_transform(frame, y), len(frame))
    _check(preprocessor, preprocessor.transform(frame.tail(5)), 5)


def test_the_most_frequent_levels_are_kept() -> None:
    column = pa.array(["b", "b", "a", "a", "c", "c", "c", "d", None])
    levels, counts = frequent_levels(column, most=2)
    assert (levels.to_pylist(), counts.tolist()) == (["c", "a"], [3, 2])


def test_scaled_numbers_are_near_normal() -> None:
    values = np.random.default_rng(0).lognormal(sigma=2.0, size=3_000)
    preprocessor = Preprocessor((_column("x", "numeric"),), encoding="scaled")
    X = preprocessor.fit_transform(pd.DataFrame({"x": values}))[:, 0]
    assert abs(float(X.mean())) < 0.1
    assert 0.8 < float(X.std()) < 1.2
    assert abs(float(((X - X.mean()) ** 3).mean())) < 1.0


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_five_thousand_columns(encoding: Encoding) -> None:
    values = np.random.default_rng(0).normal(size=(40, 5_000))
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(5_000)])
    preprocessor = Preprocessor([_column(c, "numeric") for c in frame], encoding=encoding)
    assert preprocessor.fit_transform(frame).shape == (40, 5_000)


def test_a_missing_column_and_a_wrong_encoding() -> None:
    columns, frame = _frame()
    preprocessor = Preprocessor(columns, encoding="native").fit(frame)
    with pytest.raises(PredictionError, match=r"'group'.*Did you mean 'Group'"):
        preprocessor.transform(frame.rename(columns={"group": "Group"}))
    with pytest.raises(ArgumentError, match="Did you mean 'native'"):
        Preprocessor(columns, encoding="nativ")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="fitted"):
        Preprocessor(columns, encoding="native").transform(frame)


_cells: dict[str, st.SearchStrategy[Any]] = {
    "numeric": st.one_of(st.none(), st.floats()),
    "categorical": st.one_of(st.none(), st.text(max_size=6)),
    "text": st.one_of(st.none(), st.text(max_size=20)),
    "datetime": st.one_of(st.none(), st.datetimes()),
    "boolean": st.one_of(st.none(), st.booleans()),
}


def _drawn(data: st.DataObject, kinds: Sequence[str], n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            f"{kind}{i}": pd.Series(
                data.draw(st.lists(_cells[kind], min_size=n, max_size=n)), dtype=object
            )
            for i, kind in enumerate(kinds)
        }
    )


@settings(max_examples=40, deadline=None)
@given(
    st.data(),
    st.lists(st.sampled_from(sorted(_cells)), min_size=1, max_size=4),
    st.sampled_from(ENCODINGS),
)
def test_any_cells(data: st.DataObject, kinds: list[str], encoding: Encoding) -> None:
    train, rows = _drawn(data, kinds, 8), _drawn(data, kinds, 3)
    columns = [_column(f"{kind}{i}", kind) for i, kind in enumerate(kinds)]
    preprocessor = Preprocessor(columns, encoding=encoding)
    _check(preprocessor, preprocessor.fit_transform(train, np.arange(8) % 2), 8)
    _check(preprocessor, preprocessor.transform(rows), 3)


def test_opened_tables_and_frames_agree() -> None:
    opened = open_table("sample:churn")
    assert tuple(c.name for c in describe(opened.table)) == tuple(read("sample:churn").columns)
