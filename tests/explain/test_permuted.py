"""Shuffled columns, and LIME where it is installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import NoModelError, RunError, UnavailableError
from jupyter_automl.evaluate.metrics import METRICS
from jupyter_automl.explain import local, permute
from jupyter_automl.explain.lime_extra import _Codec

N = 500


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "strong": rng.normal(size=N),
            "weak": rng.normal(size=N),
            "level": pd.array(rng.choice(["x", "y", None], N), dtype="str"),
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, N), "D"),
            "flag": pd.array(rng.choice([True, False], N), dtype="boolean"),
            "count": rng.integers(0, 9, N),
        }
    )


def number(frame: pd.DataFrame) -> np.ndarray:
    level = (frame["level"] == "x").to_numpy(float)
    return np.asarray(3 * frame["strong"].to_numpy() + frame["weak"].to_numpy() + level)


def chances(frame: pd.DataFrame) -> np.ndarray:
    p = 1 / (1 + np.exp(-number(frame)))
    return np.column_stack([1 - p, p])


def test_what_a_column_is_worth_is_what_shuffling_it_costs(frame: pd.DataFrame) -> None:
    y = number(frame)
    shares: list[float] = []
    found = permute(number, frame, y, METRICS.get("rmse"), repeats=5, on_part=shares.append)
    assert [drop.feature for drop in found.drops[:3]] == ["strong", "weak", "level"]
    assert (found.score, found.n_rows, found.repeats, found.metric) == (0.0, N, 5, "rmse")
    strong = found.drops[0]
    # A shuffled column differs by the root of two of its spread.
    expected = 3 * float(frame["strong"].std()) * np.sqrt(2)
    assert strong.low is not None
    assert strong.high is not None
    assert strong.low < expected < strong.high
    assert {drop.mean for drop in found.drops[3:]} == {0.0}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_metric_that_is_better_when_larger(frame: pd.DataFrame) -> None:
    y = (number(frame) > 0).astype(np.int64)
    found = permute(chances, frame, y, METRICS.get("roc_auc"), columns=["weak", "strong"])
    assert [drop.feature for drop in found.drops] == ["strong", "weak"]
    assert found.drops[0].mean > 0.2
    again = permute(chances, frame, y, METRICS.get("roc_auc"), columns=["weak", "strong"])
    assert again == found


def test_rows_keep_their_index_and_the_table_its_values(frame: pd.DataFrame) -> None:
    before = frame.copy()
    shifted = frame.set_axis(np.arange(N) * 7, axis=0)
    found = permute(number, shifted, number(frame), METRICS.get("mae"), repeats=2)
    pd.testing.assert_frame_equal(frame, before)
    assert found.drops[0].feature == "strong"


def test_stopping_and_time(frame: pd.DataFrame) -> None:
    y = number(frame)
    calls = 0

    def counted(rows: pd.DataFrame) -> np.ndarray:
        nonlocal calls
        calls += 1
        return number(rows)

    found = permute(counted, frame, y, METRICS.get("rmse"), stop=lambda: True)
    assert (found.repeats, calls) == (1, 1 + frame.shape[1])
    assert found.drops[0].low is None
    with pytest.raises(RunError, match="too short"):
        permute(number, frame, y, METRICS.get("rmse"), time_limit_seconds=0.0)


def test_what_cannot_be_scored_is_an_error(frame: pd.DataFrame) -> None:
    with pytest.raises(NoModelError):
        permute(number, frame.iloc[:0], np.zeros(0), METRICS.get("rmse"))
    with pytest.raises(NoModelError):
        permute(number, frame, number(frame), METRICS.get("rmse"), columns=[])
    bad = np.full(N, np.nan)
    with pytest.raises(RunError, match="has no value"):
        permute(lambda rows: bad, frame, number(frame), METRICS.get("rmse"))


def test_without_lime_the_line_that_installs_it_is_said(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lime", None)
    monkeypatch.setitem(sys.modules, "lime.lime_tabular", None)
    with pytest.raises(UnavailableError, match=r'pip install "jupyter_automl\[lime\]"'):
        local(number, frame, frame.iloc[[0]], class_place=None)


def test_columns_become_numbers_and_come_back(frame: pd.DataFrame) -> None:
    codec = _Codec(frame)
    cells = codec.encode(frame)
    assert np.isfinite(cells).all()
    back = codec.decode(cells)
    assert back.dtypes.tolist() == frame.dtypes.tolist()
    pd.testing.assert_frame_equal(back, frame)


def test_a_table_of_nothing_becomes_numbers() -> None:
    frame = pd.DataFrame({"a": [np.nan, np.nan], "b": pd.array([None, None], dtype="str")})
    codec = _Codec(frame)
    back = codec.decode(codec.encode(frame))
    assert back["a"].tolist() == [0.0, 0.0]
    assert back["b"].isna().all()


@pytest.mark.skipif(find_spec("lime") is None, reason="lime is not installed")
def test_lime_finds_the_slopes_of_a_straight_model(frame: pd.DataFrame) -> None:
    found = local(number, frame, frame.iloc[[0]], class_place=None)
    assert found.weights[0][0] == "strong"
    assert found.weights[0][1] > 0
    assert found.fit > 0.5
    shares = local(chances, frame, frame.iloc[[0]], class_place=1)
    assert shares.weights[0][0] == "strong"
    against = local(chances, frame, frame.iloc[[0]], class_place=0)
    assert against.weights[0][1] < 0
