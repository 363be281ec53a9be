"""Explanations of models that the engine really trained."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.api import explaining
from jupyter_automl.core.errors import ArgumentError, PredictionError, UnavailableError

EVIL = "<img src=x onerror=alert(1)>"
N = 360


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """`strong` and a level decide; one row has no target."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "strong": rng.normal(size=N),
            EVIL: rng.choice(list("uvw"), N),
            "noise": rng.normal(size=N),
        }
    )
    score = 2 * frame["strong"] + (frame[EVIL] == "u") + 0.5 * rng.normal(size=N)
    frame["y"] = np.where(score > 0.3, "yes", "no")
    frame.loc[5, "y"] = None
    return frame


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, table: pd.DataFrame) -> Iterator[ja.Run]:
    """A finished run of a booster and a linear model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("store")))
        yield ja.fit(
            table, target="y", families=["lightgbm", "linear"], budget=6, executor="inline"
        )


def test_chosen_rows_are_explained_in_their_order(run: ja.Run) -> None:
    model = run.model("lightgbm")
    rows = [200, 3, 77, 3]
    got = explaining.explain_rows(model, rows)
    assert got.data.index.tolist() == rows
    np.testing.assert_array_equal(got.values[1], got.values[3])
    trained = explaining._training_rows(model)
    assert got.data["strong"].tolist() == trained["strong"].iloc[rows].tolist()
    for bad in ([-1], [len(trained)], []):
        with pytest.raises(ArgumentError, match="Rows must be numbers from 0 to"):
            explaining.explain_rows(model, bad)


def test_one_row_is_sampled_against_the_training_rows(run: ja.Run, table: pd.DataFrame) -> None:
    model = run.model("linear")
    got = explaining.explain_rows(model, [7], method="permutation")
    assert got.method == "permutation"
    assert np.abs(got.values).max() > 0
    given = explaining.explain(
        model, table.iloc[[7]], max_rows=5, time_limit_seconds=20.0, method="permutation"
    )
    assert np.abs(given.values).max() > 0


def test_what_was_stopped_or_chosen_is_not_kept(run: ja.Run) -> None:
    model = run.model("lightgbm")
    before = explaining.stored(model)
    parts: list[float] = []
    got = explaining.explain(
        model, None, max_rows=300, time_limit_seconds=60.0, method="permutation",
        on_part=lambda part, done: parts.append(done), stop=lambda: bool(parts),
    )  # fmt: skip
    assert got.method == "permutation"
    assert 0 < got.n_rows < 300
    after = explaining.stored(model)
    assert (before is None) == (after is None)
    if after is not None:
        assert after.method == "tree"


def test_held_out_rows_are_asked_of_models_that_have_not_seen_them(run: ja.Run) -> None:
    for name in ("lightgbm", "linear"):
        model = run.model(name)
        found = explaining.permuted(model, repeats=3)
        assert found.source == "held_out"
        assert found.metric == run.task.metric
        assert found.drops[0].feature == "strong"
        assert {drop.feature for drop in found.drops} == {"strong", EVIL, "noise"}
        assert found.n_rows == N - 1
        assert found.score == pytest.approx(float(model.held_out_scores().iloc[0]), abs=0.05)


def test_given_rows_need_the_target(run: ja.Run, table: pd.DataFrame) -> None:
    found = explaining.permuted(run.best, table, repeats=2)
    assert (found.source, found.n_rows, found.repeats) == ("given", N - 1, 2)
    with pytest.raises(PredictionError, match="'y'"):
        explaining.permuted(run.best, table.drop(columns="y"))
    with pytest.raises(PredictionError, match="At least one row"):
        explaining.permuted(run.best, table.iloc[[5]])


def test_the_final_model_is_explained(run: ja.Run) -> None:
    got = explaining.explain(run.best, None, max_rows=60, time_limit_seconds=60.0)
    assert got.ranking()[0][0] == "strong"
    assert got.classes == ("no", "yes")


def test_without_lime_the_line_that_installs_it_is_said(
    run: ja.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = run.model("linear")
    with pytest.raises(ArgumentError, match="The row must be"):
        explaining.lime(model, N)
    with pytest.raises(ArgumentError, match="must be one of: no, yes"):
        explaining.lime(model, 0, "perhaps")
    monkeypatch.setitem(sys.modules, "lime", None)
    monkeypatch.setitem(sys.modules, "lime.lime_tabular", None)
    with pytest.raises(UnavailableError, match="pip install"):
        explaining.lime(model, 0)
