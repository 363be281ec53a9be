"""Decisions of models that the engine really trained."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import (
    ArgumentError,
    NoModelError,
    PredictionError,
    RunError,
    UnknownNameError,
)

ROWS = 700


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Two classes of which one is rare, and a number that errs more where it is large."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2 * ROWS, 3))
    odds = 1.3 * x[:, 0] + 0.8 * x[:, 1] - 2.6
    rare = rng.random(2 * ROWS) < 1 / (1 + np.exp(-odds))
    size = np.exp(1 + 0.5 * x[:, 0] + 0.3 * rng.normal(size=2 * ROWS))
    frame = pd.DataFrame(x, columns=list("abc"))
    return frame.assign(sick=np.where(rare, "yes", "no"), size=size)


@pytest.fixture(scope="module")
def run(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A finished run for F1 on the rare class."""
    rows = table.head(ROWS).drop(columns="size")
    return ja.fit(
        rows, target="sick", metric="f1", families=["linear"], budget=4, executor="inline"
    )


@pytest.fixture(scope="module")
def regression(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A finished run on the number."""
    rows = table.head(ROWS).drop(columns="sick")
    return ja.fit(rows, target="size", families=["linear"], budget=4, executor="inline")


@pytest.fixture(scope="module")
def fresh(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that no run has seen, with an index of their own."""
    return table.tail(ROWS).set_index(pd.Index(range(5_000, 5_000 + ROWS), name="key"))


def test_the_threshold_is_tuned_for_the_metric(run: ja.Run, fresh: pd.DataFrame) -> None:
    model = run.best
    assert model.threshold is not None
    assert 0.05 < model.threshold < 0.45
    assert any("F1" in reason and "held-out" in reason for reason in model.decisions.reasons)
    shares = model.predict_proba(fresh)["yes"]
    expected = np.where(shares > model.threshold, "yes", "no")
    assert (run.predict(fresh) == expected).all()
    likelier = np.where(shares > 0.5, "yes", "no")
    assert (run.predict(fresh, threshold=0.5) == likelier).all()
    assert (run.predict(fresh, threshold=0.0) == "yes").all()


def test_evaluation_tells_both(run: ja.Run, fresh: pd.DataFrame) -> None:
    scores = run.evaluate(fresh)
    assert scores.index[0] == "f1"
    assert scores["f1"] > scores["f1 at 0.5"] + 0.03
    assert "roc_auc at 0.5" not in scores
    assert run.evaluate(fresh, threshold=0.5)["f1"] == scores["f1 at 0.5"]
    held_out = run.best.held_out_scores()
    assert held_out["f1"] > held_out["f1 at 0.5"]
    assert held_out["f1 at 0.5"] == pytest.approx(run.best.score, abs=0.1)


def test_a_model_decides_for_something_else(run: ja.Run, fresh: pd.DataFrame) -> None:
    model = run.best
    plain = model.decide(metric="AUC")
    assert plain.threshold == 0.5
    assert "f1 at 0.5" not in plain.evaluate(fresh)
    careful = model.decide(costs={"false_positive": 1, "false_negative": 9})
    assert careful.threshold == pytest.approx(0.1, abs=0.06)
    labelled = pd.DataFrame([[0, 1], [9, 0]], index=["no", "yes"], columns=["no", "yes"])
    assert model.decide(costs=labelled).decisions == careful.decisions
    cost = {"no": 1, "yes": 9}

    def paid(predicted: pd.Series) -> float:
        wrong = predicted != fresh["sick"]
        return float((wrong * fresh["sick"].map(cost)).sum())

    assert paid(careful.predict(fresh)) < paid(plain.predict(fresh))
    assert model.threshold == run.model("linear").threshold


def test_decisions_are_kept_for_the_next_who_asks(run: ja.Run) -> None:
    decisions = run.best.decisions
    files = list((run.folder / "decisions").glob("*.json"))
    assert len(files) >= 1
    again = ja.open(run.id).best
    assert again.decisions == decisions
    with pytest.raises(dataclasses.FrozenInstanceError):
        again.decisions.metric = "mcc"  # type: ignore[misc]


def test_what_does_not_fit_is_named(run: ja.Run, fresh: pd.DataFrame) -> None:
    for threshold in (-0.1, 1.5, "high", True):
        with pytest.raises(ArgumentError, match="number from 0 to 1"):
            run.predict(fresh, threshold=threshold)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="Got both"):
        run.best.decide(metric="f1", costs=[[0, 1], [1, 0]])
    with pytest.raises(UnknownNameError, match="metric"):
        run.best.decide(metric="f7")
    with pytest.raises(ArgumentError, match="2 x 2"):
        run.best.decide(costs=[[0, 1, 1]])
    with pytest.raises(RunError, match="needs 3,000 held-out rows"):
        run.best.decide(calibrate=True)
    with pytest.raises(RunError, match="has classes"):
        run.predict_interval(fresh)


def test_intervals_hold_on_fresh_rows(regression: ja.Run, fresh: pd.DataFrame) -> None:
    ends = regression.predict_interval(fresh, coverage=0.9)
    assert list(ends.columns) == ["lower", "upper"]
    assert ends.index.equals(fresh.index)
    inside = fresh["size"].between(ends["lower"], ends["upper"])
    assert 0.85 < inside.mean() <= 1.0
    predicted = regression.predict(fresh)
    assert predicted.between(ends["lower"], ends["upper"]).all()
    narrow = regression.model("linear").predict_interval(fresh, coverage=0.5)
    assert (narrow["upper"] <= ends["upper"]).all()
    assert regression.predict_interval(fresh.iloc[:0]).empty


def test_a_number_has_no_threshold(regression: ja.Run, fresh: pd.DataFrame) -> None:
    assert regression.best.threshold is None
    with pytest.raises(ArgumentError, match="is a number"):
        regression.predict(fresh, threshold=0.5)
    with pytest.raises(RunError, match="decide needs"):
        regression.best.decide(metric="rmse")
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        regression.predict_interval(fresh, coverage=95)
    with pytest.raises(ArgumentError, match="held-out rows"):
        regression.predict_interval(fresh, coverage=0.99999)
    with pytest.raises(PredictionError, match="'a'"):
        regression.predict_interval(fresh.drop(columns="a"))


def test_without_held_out_predictions_a_model_still_predicts(
    trained_store: Path, table: pd.DataFrame, fresh: pd.DataFrame
) -> None:
    rows = table.head(200)[["a", "b", "c", "sick"]]
    run = ja.fit(rows, target="sick", metric="f1", families=["linear"], budget=2, executor="inline")
    for path in run.folder.glob("trials/*/oof.npy"):
        path.unlink()
    assert len(run.predict(fresh)) == ROWS
    assert run.best.threshold == 0.5
    assert "are gone" in run.best.decisions.reasons[0]
    assert not (run.folder / "decisions").exists()
    for ask in (lambda: run.best.decide(metric="mcc"), run.best.held_out_scores):
        with pytest.raises(NoModelError, match="gone"):
            ask()
