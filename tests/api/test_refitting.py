"""`Model.refit` and `Model.footprint`, of runs that the engine really trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import ArgumentError, NoModelError, RunError

ROWS = 260


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 2))
    side = rng.choice(["left", "right"], ROWS)
    answer = x[:, 0] + (side == "left") + rng.normal(size=ROWS) > 0.8
    return pd.DataFrame(
        {"a": x[:, 0], "b": x[:, 1], "side": side, "answer": np.where(answer, "yes", "no")}
    )


@pytest.fixture(scope="module")
def run(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A run whose ensemble, if it has one, is made of linear models and trees."""
    return ja.fit(
        table,
        target="answer",
        metric="f1",
        families=["dummy", "linear", "decision_tree"],
        max_trials=4,
        executor="inline",
    )


def test_a_refitted_model_predicts_as_decided_for_its_folds(
    run: ja.Run, table: pd.DataFrame
) -> None:
    model = run.model("linear")
    told: list[tuple[int, int]] = []
    one = model.refit(executor="inline", on_progress=lambda *numbers: told.append(numbers))
    assert told == [(0, 1), (1, 1)]
    assert (len(model.predictor.parts), len(one.predictor.parts)) == (run.plan.n_fits, 1)
    assert model.refit() is one.refit() is one
    assert one.threshold == model.threshold
    assert (one.score, one.name, one.classes_.tolist()) == (model.score, "Linear", ["no", "yes"])
    assert "refitted" in repr(one)
    assert "refitted" not in repr(model)
    shares, folds = one.predict_proba(table), model.predict_proba(table)
    assert 0 < np.abs(shares.to_numpy() - folds.to_numpy()).max() < 0.2
    expected = np.where(shares["yes"] > one.threshold, "yes", "no")
    assert one.predict(table).tolist() == expected.tolist()
    assert one.evaluate(table)["accuracy"] > 0.7
    pd.testing.assert_series_equal(one.held_out_scores(), model.held_out_scores())
    single = table.iloc[[7]].drop(columns="answer")
    pd.testing.assert_series_equal(one.predict(single), one.predict(table).iloc[[7]])
    decided = model.decide(costs={"false_positive": 9, "false_negative": 1})
    assert decided.refit(executor="inline").threshold == decided.threshold != one.threshold


def test_it_is_found_again_and_trains_nothing(
    run: ja.Run, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run.model("linear").refit(executor="inline")
    monkeypatch.setattr("jupyter_automl.api.refitting._train", None)
    opened = ja.open(run.id).model("linear")
    assert opened.has_refit
    pd.testing.assert_frame_equal(opened.refit().predict_proba(table), made.predict_proba(table))


def test_an_explanation_of_its_own(run: ja.Run) -> None:
    model = run.model("linear")
    one = model.refit(executor="inline")
    before = run.experiment.explanations
    first = one.explain(max_rows=20)
    assert len(first.values) == 20
    assert run.experiment.explanations == before
    again = ja.open(run.id).model("linear").refit().explain()
    np.testing.assert_allclose(again.values, first.values, rtol=1e-6)
    # That of the folds' models, which the run made at its end, stays.
    assert len(model.explain().values) == ROWS
    assert set(one.features()["feature"]) >= {"a", "b", "side"}


def test_what_both_forms_cost(run: ja.Run) -> None:
    model = run.model("decision tree")
    alone = model.footprint()
    assert list(alone.index) == ["one model a fold"]
    refitted = model.refit(executor="inline")
    both = refitted.footprint()
    assert list(both.index) == ["one model a fold", "one model a member"]
    assert both["n_models"].tolist() == [run.plan.n_fits, 1]
    assert list(both.columns) == ["n_models", "row_ms", "thousand_rows_ms", "size_mb"]
    assert (both > 0).all(axis=None)
    sizes = [sum(Path(p).stat().st_size for p, _ in m.model_files) for m in (model, refitted)]
    assert both["size_mb"].tolist() == [size / 1e6 for size in sizes]
    assert sizes[1] < sizes[0]


def test_an_ensemble_is_refitted_in_processes_of_its_own(run: ja.Run, table: pd.DataFrame) -> None:
    from jupyter_automl.core.leaderboard import ENSEMBLE, LeaderboardRow

    families = ("linear", "dummy")
    members = tuple((run.model(family).trials[0], 0.5) for family in families)
    row = LeaderboardRow(model="Ensemble", family=ENSEMBLE, score=0.5, members=members)
    model = type(run.best)(run, row)
    shutil.rmtree(run.folder / "refits", ignore_errors=True)
    with pytest.raises(RunError, match=r"within 1e-09 s\. 0 of 2 models are done"):
        model.refit(time_limit_seconds=1e-9)
    told: list[tuple[int, int]] = []
    whole = model.refit(on_progress=lambda *numbers: told.append(numbers), time_limit_seconds=60)
    assert told == [(0, 2), (1, 2), (2, 2)]
    alone = [run.model(family).refit() for family in families]
    expected = np.mean([one.predict_proba(table).to_numpy() for one in alone], axis=0)
    np.testing.assert_allclose(whole.predict_proba(table).to_numpy(), expected)
    assert len(whole.predictor.parts) == 2


def test_a_number_keeps_its_intervals(trained_store: Path) -> None:
    run = ja.fit(
        "sample:diabetes", target="progression", families="linear", max_trials=2, executor="inline"
    )
    rows = ja.read("sample:diabetes").head(30)
    model = run.best
    one = model.refit(executor="inline")
    ends = one.predict_interval(rows, coverage=0.8)
    assert ((ends["lower"] < one.predict(rows)) & (one.predict(rows) < ends["upper"])).all()
    width, before = (
        (found["upper"] - found["lower"]).mean()
        for found in (ends, model.predict_interval(rows, coverage=0.8))
    )
    assert width == pytest.approx(before, rel=0.05)


def test_a_run_in_order_of_time_that_has_stored_no_times(
    trained_store: Path, table: pd.DataFrame
) -> None:
    days = pd.date_range("2024-01-01", periods=ROWS, freq="D")
    run = ja.fit(
        table.assign(day=days),
        target="answer",
        validation="time",
        time="day",
        families="linear",
        max_trials=1,
        executor="inline",
    )
    times = np.load(run.folder / "times.npy")
    # As older versions left it.
    (run.folder / "times.npy").unlink()
    one = run.best.refit(executor="inline")
    assert len(one.predictor.parts) == 1
    np.testing.assert_array_equal(np.load(run.folder / "times.npy"), times)


def test_files_that_are_gone_and_arguments_that_cannot_be(
    run: ja.Run, table: pd.DataFrame, tmp_path: Path
) -> None:
    model = ja.open(run.id).model("dummy")
    with pytest.raises(ArgumentError, match="local, inline"):
        model.refit(executor="elsewhere")
    with pytest.raises(ArgumentError, match="above 0"):
        model.refit(time_limit_seconds=0)
    folder = run.folder
    shutil.rmtree(folder / "refits", ignore_errors=True)
    folds = shutil.move(folder / "folds.npy", tmp_path)
    with pytest.raises(NoModelError, match=r"cannot be refitted: .*folds\.npy' is gone"):
        model.refit(executor="inline")
    shutil.move(folds, folder)
    (bag,) = (Path(path) for path, _ in model.model_files)
    shutil.move(bag, tmp_path)
    with pytest.raises(RunError, match=r"dummy of trial .* could not be fitted .* is gone"):
        model.refit(executor="inline")
    shutil.move(tmp_path / bag.name, bag)
    one = model.refit(executor="inline")
    shutil.rmtree(folder / "refits")
    with pytest.raises(RunError, match=r"model\.joblib' is gone"):
        one.predict(table)
