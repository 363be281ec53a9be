"""Runs that the engine really trained, in this process and in one of their own."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import AutoMLError, PredictionError, RunError
from tests.api.conftest import EVIL


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Two classes that are whole numbers, with a gap in the target and an odd column name."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 2))
    frame = pd.DataFrame({"a": x[:, 0], EVIL: x[:, 1], "c": rng.choice(list("uvw"), 300)})
    frame["y"] = pd.array(np.where(x.sum(axis=1) > 0, 7, 3), dtype="Int64")
    frame.loc[5, "y"] = pd.NA
    return frame.set_index(pd.Index(range(1000, 1300), name="key"))


@pytest.fixture(scope="module")
def run(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A finished run on `table`."""
    return ja.fit(table, target="y", families=["dummy", "linear"], budget=6, executor="inline")


@pytest.fixture(scope="module")
def regression(trained_store: Path) -> ja.Run:
    """A finished run on numbers."""
    return ja.fit(
        "sample:diabetes", target="progression", families="linear", budget=5, executor="inline"
    )


def test_inline_training_is_over_when_fit_returns(run: ja.Run) -> None:
    assert run.status == "finished"
    assert run.error is None
    assert {"linear", "dummy"} <= set(run.leaderboard()["family"])
    assert run.leaderboard()["rank"].iloc[0] == 1
    assert run.task.target == "y"
    assert run.plan is not None
    assert run.plan.metric == run.task.metric


def test_a_run_knows_the_quality_of_its_table(run: ja.Run) -> None:
    frame = run.profile.to_frame()
    assert dict(zip(frame["name"], frame["role"], strict=True))["y"] == "target"
    assert frame["missing"].tolist() == [0, 0, 0, 1]


def test_predictions_have_the_index_and_the_labels_of_the_target(
    run: ja.Run, table: pd.DataFrame
) -> None:
    predicted = run.predict(table)
    assert predicted.index.equals(table.index)
    assert predicted.name == "y"
    assert predicted.dtype == "int64"
    assert set(predicted) == {3, 7}
    known = table["y"].notna()
    assert (predicted[known] == table["y"][known]).mean() > 0.9


def test_probabilities_are_labelled_by_class(run: ja.Run, table: pd.DataFrame) -> None:
    shares = run.predict_proba(table.drop(columns="y"))
    assert list(shares.columns) == list(run.best.classes_) == [3, 7]
    assert shares.index.equals(table.index)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_a_missing_column_is_named(run: ja.Run, table: pd.DataFrame) -> None:
    with pytest.raises(PredictionError, match=r"'c'"):
        run.predict(table.drop(columns="c"))


def test_no_rows_give_no_predictions(run: ja.Run, table: pd.DataFrame) -> None:
    assert run.predict(table.iloc[:0]).empty
    assert list(run.predict_proba(table.iloc[:0]).columns) == [3, 7]


def test_evaluation_starts_with_the_metric_of_the_run(run: ja.Run, table: pd.DataFrame) -> None:
    scores = run.evaluate(table)
    assert scores.index[0] == run.task.metric
    assert scores["accuracy"] > 0.9
    with pytest.raises(PredictionError, match="'y'"):
        run.evaluate(table.drop(columns="y"))
    with pytest.raises(PredictionError, match="'9'"):
        run.evaluate(table.assign(y=9))


def test_held_out_scores_agree_with_the_leaderboard(run: ja.Run) -> None:
    scores = run.best.held_out_scores()
    assert scores.iloc[0] == pytest.approx(run.best.score, abs=0.03)


def test_a_model_knows_its_features_and_parameters(run: ja.Run) -> None:
    model = run.model("linear")
    assert model.family == "linear"
    assert model.feature_names_in_.tolist() == ["a", EVIL, "c"]
    assert model.n_features_in_ == 3
    assert isinstance(model.params, dict)
    assert model.score_std is None or model.score_std >= 0
    assert repr(model).startswith("<Model ")


def test_an_explanation_is_stored_for_the_next_who_asks(run: ja.Run, table: pd.DataFrame) -> None:
    first = ja.open(run.id).explain("linear", max_rows=50)
    assert set(first.importance()["feature"]) == {"a", EVIL, "c"}
    before = run.experiment.seq
    again = ja.open(run.id).explain("linear")
    np.testing.assert_allclose(again.values, first.values)
    assert run.experiment.seq == before
    few = run.explain("linear", table.head(7))
    assert len(few.values) == 7


def test_a_run_opened_elsewhere_predicts_the_same(run: ja.Run, table: pd.DataFrame) -> None:
    pd.testing.assert_series_equal(ja.open(run.id).predict(table), run.predict(table))


def test_a_regression_predicts_numbers(regression: ja.Run) -> None:
    rows = ja.read("sample:diabetes")
    predicted = regression.predict(rows)
    assert predicted.dtype == "float64"
    assert predicted.name == "progression"
    assert regression.evaluate(rows)["r2"] > 0.3
    with pytest.raises(RunError, match="predict_proba"):
        regression.predict_proba(rows)
    with pytest.raises(RunError, match="classes_"):
        assert regression.best.classes_


def test_what_was_built_is_listed(store_dir: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=80)})
    frame[EVIL] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, 80), "D")
    frame["y"] = frame["x"] > 0
    run = ja.fit(frame, target="y", families="linear", max_trials=1, n_jobs=1, executor="inline")
    table = run.features()
    assert list(table.columns) == ["feature", "made_from", "how", "share"]
    plain = table[table["how"] == "as it is"]
    assert plain["made_from"].tolist() == [("x",)]
    made = table[table["how"] == "part of the date"]
    assert set(made["made_from"]) == {(EVIL,)}
    assert f"{EVIL}: year" in set(made["feature"])
    assert table["share"].between(0.0, 1.0, inclusive="right").all()
    pd.testing.assert_frame_equal(run.features("linear"), run.best.features())
    text = run.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Features that were built" in text
    assert "became days" in text
    assert EVIL not in text


def test_columns_that_are_used_as_they_are_are_said_to_be(
    regression: ja.Run, tmp_path: Path
) -> None:
    table = regression.model("Linear").features()
    assert set(table["how"]) <= {"as it is", "product of two features", "square of a feature"} | {
        "what is beyond a mark"
    }
    assert (table["how"] == "as it is").sum() == len(regression.best.feature_names_in_)


def test_the_report_is_one_file_without_script(run: ja.Run, tmp_path: Path) -> None:
    path = run.report(tmp_path / "report.html")
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;img src=x" in text
    assert not re.search(r"""(src|href)=["']?http""", text)
    assert "Do it again" in text
    assert str(run.best.name) in text
    with pytest.raises(AutoMLError, match="can be written"):
        run.report(tmp_path / "no folder" / "report.html")


def test_a_run_of_its_own_process_is_followed_to_its_end(store_dir: Path) -> None:
    run = ja.fit("sample:iris", "Predict species", budget=30, families="dummy", n_jobs=1)
    assert run.wait(timeout=60).status == "finished"
    assert run.experiment.error is None
    rows = ja.read("sample:iris")
    predicted = run.predict(rows)
    assert predicted.dtype == rows[run.task.target].dtype
    assert set(predicted) <= set(rows[run.task.target])


def test_metrics_and_families_are_names() -> None:
    assert "roc_auc" in ja.metrics()
    assert "rmse" not in ja.metrics("binary")
    assert {"dummy", "linear", "lightgbm"} <= set(ja.families())
    assert "lightgbm" in ja.families().to_frame().index
    assert "<table" in ja.families()._repr_html_()


def test_a_prompt_is_read_with_the_values_of_the_table() -> None:
    task = ja.parse("Predict churn. Optimise for recall. Ignore customer_id.", ja.sample("churn"))
    assert (task.target, task.metric, task.exclude) == ("churn", "recall", ("customer_id",))
