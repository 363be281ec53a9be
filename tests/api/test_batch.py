"""Files that go in and come back with predictions."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import jupyter_automl as ja
from jupyter_automl.api.batch import predict_file
from jupyter_automl.core.errors import (
    ArgumentError,
    DataError,
    PredictionError,
    RunError,
    StoreError,
)
from jupyter_automl.data import read
from tests.api.conftest import EVIL
from tests.explain.sheets import TURNED

ROWS = 230


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x, z = rng.normal(size=(2, ROWS))
    side = rng.choice(["left", "right", EVIL], ROWS)
    frame = pd.DataFrame(
        {
            "x": x.round(3),
            "side": side,
            "z": z.round(3),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, ROWS), "D"),
            "answer": np.where(x + (side == "left") > 0.3, "yes", "=no"),
            "size": 100 + 10 * x + rng.normal(size=ROWS),
        }
    )
    frame.loc[5, "x"] = None
    frame.loc[9, "side"] = None
    return frame


def _fit(table: pd.DataFrame, target: str, other: str) -> ja.Run:
    return ja.fit(
        table.drop(columns=other),
        target=target,
        families=["linear"],
        max_trials=1,
        n_jobs=1,
        executor="inline",
    )


@pytest.fixture(scope="module")
def model(trained_store: Path, table: pd.DataFrame) -> Any:
    return _fit(table, "answer", "size").best


@pytest.fixture(scope="module")
def regression(trained_store: Path, table: pd.DataFrame) -> Any:
    return _fit(table, "size", "answer").best


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of up to 50 rows."""
    monkeypatch.setattr("jupyter_automl.api.batch_rows.CHUNK_ROWS", 50)


@pytest.fixture
def rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows to predict, shuffled, with a column of a person's own."""
    mixed = table.sample(frac=1.0, random_state=1).drop(columns=["answer", "size"])
    mixed.insert(0, "own", [f"{number:05}" for number in range(ROWS)])
    return mixed.reset_index(drop=True)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_comes_back_in_its_order(
    model: Any, rows: pd.DataFrame, tmp_path: Path, suffix: str
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / f"out{suffix}"
    rows.to_csv(source, index=False)
    told: list[tuple[int, int]] = []
    done = predict_file(model, source, out, on_part=lambda *numbers: told.append(numbers))
    assert (done.rows, done.failed, done.path, done.problems) == (ROWS, 0, out, ())
    assert done.columns == (
        "answer_predicted",
        "answer_probability_=no",
        "answer_probability_yes",
    )
    assert told == [(46, ROWS), (92, ROWS), (138, ROWS), (184, ROWS), (230, ROWS)]
    got = pd.read_csv(out, dtype={"own": str}) if suffix == ".csv" else pd.read_parquet(out)
    assert list(got.columns) == [*rows.columns, *done.columns]
    assert got["own"].tolist() == rows["own"].tolist()
    np.testing.assert_array_equal(got["x"], rows["x"])
    shares = model.predict_proba(source)
    # Linear models sum float32, whose last digit depends on how many rows there are.
    np.testing.assert_allclose(got["answer_probability_yes"], shares["yes"], rtol=1e-6)
    labels = [str(label) for label in model.predict(source)]
    if suffix == ".csv":
        labels = ["'=no" if label == "=no" else label for label in labels]
    assert got["answer_predicted"].tolist() == labels
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", out.name]


def test_any_table_may_be_given_and_probabilities_left_out(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    for number, source in enumerate((rows, rows.to_dict("list"), pa.Table.from_pandas(rows))):
        out = tmp_path / f"{number}.parquet"
        done = predict_file(model, source, out, proba=False)
        assert done.columns == ("answer_predicted",)
        assert pd.read_parquet(out)["answer_predicted"].tolist() == model.predict(rows).tolist()
        assert pq.read_schema(out).metadata is None


@pytest.mark.usefixtures("small")
def test_numbers_come_with_their_interval(
    regression: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    done = predict_file(regression, rows, tmp_path / "out.parquet")
    assert done.columns == ("size_predicted", "size_low", "size_high")
    got = pd.read_parquet(done.path)
    np.testing.assert_allclose(got["size_predicted"], regression.predict(rows), rtol=1e-6)
    ends = regression.predict_interval(rows)
    np.testing.assert_allclose(got[["size_low", "size_high"]], ends, rtol=1e-6)


def test_cells_that_a_spreadsheet_would_run_are_guarded(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    head = rows.head(7).copy()
    head["own"] = ["=1+1", "+SUM(A1)", "-2+3", "@x", "\t=1", "-12,5", "a=1"]
    head["=cmd"] = range(7)
    head["side"] = "-left"
    kept = predict_file(model, head, tmp_path / "guarded.csv")
    got = pd.read_csv(kept.path, dtype=str, keep_default_na=False)
    assert got["own"].tolist() == ["'=1+1", "'+SUM(A1)", "'-2+3", "'@x", "'\t=1", "-12,5", "a=1"]
    assert "'=cmd" in got.columns
    assert set(got["side"]) == {"'-left"}
    np.testing.assert_array_equal(pd.to_numeric(got["x"]), head["x"])
    plain = predict_file(model, head, tmp_path / "plain.csv", guard_formulas=False)
    got = pd.read_csv(plain.path, dtype=str, keep_default_na=False)
    assert got["own"].tolist() == head["own"].tolist()
    assert "=cmd" in got.columns
    typed = predict_file(model, head, tmp_path / "typed.parquet")
    assert pd.read_parquet(typed.path)["own"].tolist() == head["own"].tolist()


def test_names_never_collide_and_hostile_ones_are_kept(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    given = rows.assign(**{"answer_predicted": 1, EVIL: "<b>", TURNED: 'a "b", c\nd'})
    done = predict_file(model, given, tmp_path / "out.csv")
    got = pd.read_csv(done.path)
    assert done.columns[0] == "answer_predicted_2"
    assert list(got.columns)[: given.shape[1]] == list(given.columns)
    assert set(got[TURNED]) == {'a "b", c\nd'}
    assert set(got["answer_predicted"]) == {1}


@pytest.mark.usefixtures("small")
def test_a_part_that_is_out_of_place_gets_a_reason_and_no_prediction(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    text = rows.astype({"x": object})
    text["x"] = [None if value != value else f"{value}" for value in rows["x"]]
    text.loc[46:91, "x"] = "moved"
    text.loc[50, "x"] = None
    text.loc[100, "x"] = "moved"
    source = tmp_path / "in.csv"
    text.to_csv(source, index=False)
    done = predict_file(model, source, tmp_path / "out.parquet")
    assert (done.rows, done.failed) == (ROWS, 45)
    assert len(done.problems) == 1
    assert done.problems[0].startswith("Rows 47 to 92: The column 'x' must hold numbers")
    got = pd.read_parquet(done.path)
    assert done.columns[-1] == "answer_error"
    failed = got["answer_error"].notna().to_numpy()
    assert np.flatnonzero(failed).tolist() == [p for p in range(46, 92) if p != 50]
    assert got["answer_predicted"].isna().tolist() == failed.tolist()
    assert got["answer_probability_yes"].isna().tolist() == failed.tolist()
    expected = model.predict(source)
    assert got["answer_predicted"][~failed].tolist() == expected[~failed].tolist()


@pytest.mark.usefixtures("small")
def test_what_does_not_fit_at_all_leaves_nothing_behind(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    with pytest.raises(PredictionError, match="'side'"):
        predict_file(model, rows.drop(columns="side"), out)
    with pytest.raises(PredictionError, match=r"Rows 1 to 46: The column 'x'"):
        predict_file(model, rows.assign(x="moved"), out)
    some = rows.assign(x=np.where(rows.index == 100, "moved", None))
    with pytest.raises(PredictionError, match=r"Rows 93 to 138: The column 'x'"):
        predict_file(model, some, out)
    with pytest.raises(DataError):
        predict_file(model, tmp_path / "none.csv", out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("small")
def test_it_can_be_stopped(model: Any, rows: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("what was there")
    stop = threading.Event()
    with pytest.raises(RunError, match="after 92 of 230 rows"):
        predict_file(
            model,
            rows,
            out,
            stop=stop,
            on_part=lambda done, total: stop.set() if done == 92 else None,
        )
    with pytest.raises(RunError, match="after 0 of 230 rows"):
        predict_file(model, rows, out, stop=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
    assert out.read_text() == "what was there"


def test_one_row_and_no_rows(model: Any, rows: pd.DataFrame, tmp_path: Path) -> None:
    one = predict_file(model, rows.head(1), tmp_path / "one.csv")
    assert one.rows == len(read(one.path)) == 1
    for suffix in (".csv", ".parquet"):
        empty = predict_file(model, rows.head(0), tmp_path / f"empty{suffix}")
        assert empty.rows == 0
    got = pd.read_csv(tmp_path / "empty.csv")
    assert list(got.columns) == list(pd.read_parquet(tmp_path / "empty.parquet").columns)
    assert got.empty


def test_where_it_may_be_written(model: Any, rows: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"\.csv or \.parquet"):
        predict_file(model, rows, tmp_path / "out.xlsx")
    source = tmp_path / "in.csv"
    rows.to_csv(source, index=False)
    with pytest.raises(ArgumentError, match="a file of their own"):
        predict_file(model, str(source), source)
    with pytest.raises(StoreError, match="That failed"):
        predict_file(model, rows, tmp_path / "no folder" / "out.csv")
    taken = tmp_path / "folder.csv"
    taken.mkdir()
    with pytest.raises(StoreError, match=r"folder\.csv"):
        predict_file(model, rows, taken)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "in.csv"]


def test_what_the_callback_raises_comes_through(
    model: Any, rows: pd.DataFrame, tmp_path: Path
) -> None:
    def full(done: int, total: int) -> None:
        raise OSError("the page is gone")

    with pytest.raises(OSError, match="the page is gone") as caught:
        predict_file(model, rows, tmp_path / "out.csv", on_part=full)
    assert not isinstance(caught.value, StoreError)
    assert list(tmp_path.iterdir()) == []
