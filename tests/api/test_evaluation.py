"""Evaluations and predictions of tables as people have them: not yet settled, weighted, wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.api.evaluation import evaluation, picture
from jupyter_automl.api.model import Model
from jupyter_automl.core.errors import (
    ArgumentError,
    NoModelError,
    PredictionError,
    UnknownNameError,
)

ROWS = 240


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Labels with spaces, a name with one, an unknown label, money and dates as text."""
    rng = np.random.default_rng(0)
    age, day = rng.normal(size=ROWS), rng.integers(0, 900, ROWS)
    score = age + day / 400 + rng.normal(size=ROWS)
    frame = pd.DataFrame(
        {
            "age": age,
            "since": (pd.Timestamp("2021-03-05") + pd.to_timedelta(day, "D")).strftime("%d/%m/%Y"),
            " income": np.where(score > 1, " >50K", " <=50K"),
            "price": [f"${12_000 + 900 * one:,.0f}" for one in score],
            "member": rng.random(ROWS) < 1 / (1 + np.exp(-3 * age)),
            "counts": rng.integers(1, 9, ROWS),
        }
    )
    frame.loc[3, " income"] = " ?"
    frame.loc[4, "price"] = "?"
    return frame


def _fit(table: pd.DataFrame, target: str, **asked: Any) -> ja.Run:
    kept = [name for name in table if name in (target, "age", "since", *asked.values())]
    other = [name for name in table if str(name).strip() == target]
    return ja.fit(
        table[[*dict.fromkeys([*kept, *other])]],
        target=target,
        families="linear",
        max_trials=1,
        n_jobs=1,
        executor="inline",
        **asked,
    )


@pytest.fixture(scope="module")
def classes(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A run whose rows count by a column."""
    return _fit(table, "income", weight="counts")


@pytest.fixture(scope="module")
def numbers(trained_store: Path, table: pd.DataFrame) -> ja.Run:
    """A run whose target is money."""
    return _fit(table, "price")


def _hits(run: ja.Run, table: pd.DataFrame) -> pd.Series:
    """Whether each row that has a label is predicted as labelled."""
    known = table[table[" income"] != " ?"]
    return run.predict(known) == known[" income"].str.strip()


def test_the_training_table_can_be_evaluated_as_it_was_passed(
    classes: ja.Run, table: pd.DataFrame, tmp_path: Path
) -> None:
    hits, weights = _hits(classes, table), table["counts"].drop(3)
    scores = classes.evaluate(table)
    assert scores["accuracy"] == pytest.approx(np.average(hits, weights=weights))
    assert scores["accuracy"] > 0.6
    for form in (
        table.to_dict("list"),
        table.to_dict("records"),
        table.astype({" income": object}),
    ):
        pd.testing.assert_series_equal(classes.evaluate(form), scores)
    table.to_csv(tmp_path / "t.csv", index=False)
    pd.testing.assert_series_equal(classes.evaluate(tmp_path / "t.csv"), scores)
    few = classes.evaluate(table.head(12))
    assert few["accuracy"] == pytest.approx(np.average(hits[:11], weights=weights[:11]))


def test_rows_count_by_the_weights_of_the_run(classes: ja.Run, table: pd.DataFrame) -> None:
    hits = _hits(classes, table)
    plain = classes.evaluate(table.drop(columns="counts"))
    assert plain["accuracy"] == pytest.approx(hits.mean())
    twice = classes.evaluate(table.assign(counts=table["counts"] * 2))
    pd.testing.assert_series_equal(twice, classes.evaluate(table))
    assert plain["accuracy"] != classes.evaluate(table)["accuracy"]
    # A row without a label needs no weight.
    pd.testing.assert_series_equal(
        classes.evaluate(table.assign(counts=table["counts"].where(table.index != 3))), twice
    )
    odd = table.assign(**{" income": table[" income"].where(table.index != 5, "unheard of")})
    with pytest.raises(PredictionError, match="'unheard of'"):
        classes.evaluate(odd)
    none = odd.assign(counts=odd["counts"].where(odd.index != 5, 0))
    pd.testing.assert_series_equal(classes.evaluate(none), classes.evaluate(table.drop(5)))
    with pytest.raises(ArgumentError, match="weight column"):
        classes.evaluate(table.assign(counts=-table["counts"]))


def test_a_target_that_does_not_fit_is_named(classes: ja.Run, table: pd.DataFrame) -> None:
    with pytest.raises(PredictionError, match=r"Got '<=50k'.*Did you mean '<=50K'"):
        classes.evaluate(table.assign(**{" income": " <=50k"}))
    with pytest.raises(PredictionError, match=r"'income' must be a column.*Did you mean 'Income'"):
        classes.evaluate(table.rename(columns={" income": "Income"}))
    with pytest.raises(PredictionError, match="None of 240 has one"):
        classes.evaluate(table.assign(**{" income": "?"}))


def test_numbers_are_read_as_in_training(numbers: ja.Run, table: pd.DataFrame) -> None:
    scores = numbers.evaluate(table)
    price = table["price"].str.replace(r"[$,]", "", regex=True)
    typed = table.assign(price=pd.to_numeric(price, errors="coerce"))
    pd.testing.assert_series_equal(numbers.evaluate(typed), scores)
    gaps = typed.assign(price=typed["price"].fillna(np.inf))
    pd.testing.assert_series_equal(numbers.evaluate(gaps), scores)
    error = (numbers.predict(typed) - typed["price"]).abs().mean()
    assert scores["mae"] == pytest.approx(error)
    assert scores["r2"] > 0.3
    with pytest.raises(PredictionError, match=r"'price' must hold numbers.*'dear'"):
        numbers.evaluate(table.assign(price="dear"))


def test_a_class_is_true_or_false_in_words_or_never_seen(
    trained_store: Path, table: pd.DataFrame
) -> None:
    run = _fit(table, "member")
    scores = run.evaluate(table)
    assert scores["accuracy"] > 0.7
    words = table.assign(member=np.where(table["member"], "yes", "no"))
    pd.testing.assert_series_equal(run.evaluate(words), scores)
    words.loc[7, "member"] = "maybe"
    with pytest.raises(PredictionError, match="'maybe'"):
        run.evaluate(words)


def test_a_row_is_predicted_as_in_its_batch(numbers: ja.Run, table: pd.DataFrame) -> None:
    batch = numbers.predict(table)
    for place in (0, 8, 100):
        row = table.iloc[[place]]
        pd.testing.assert_series_equal(numbers.predict(row), batch.iloc[[place]])
        record = {"age": f"{table['age'][place]:.17g}", "since": row["since"].item()}
        assert numbers.predict([record]).item() == numbers.predict(row).item()
    other = numbers.predict(table.assign(since=pd.to_datetime(table["since"], format="%d/%m/%Y")))
    pd.testing.assert_series_equal(other, batch)


def test_a_column_that_does_not_fit_is_an_error_and_a_cell_is_missing(
    numbers: ja.Run, table: pd.DataFrame
) -> None:
    record = {"age": 1.5, "since": "31/03/2022"}
    for wrong in ({"age": "abc"}, {"since": "soon"}):
        (name,) = wrong
        for rows in ([record | wrong], table.assign(**wrong)):
            with pytest.raises(PredictionError, match=f"The column '{name}' must hold") as caught:
                numbers.predict(rows)
            assert caught.value.to_dict()["code"] == "prediction"
        beside = numbers.predict([record, record | wrong])
        assert beside.tolist() == numbers.predict([record, record | {name: None}]).tolist()
    with pytest.raises(PredictionError, match="'age'"):
        numbers.best.explain(table.assign(age="abc"))


def test_held_out_rows_are_judged_with_intervals(classes: ja.Run) -> None:
    model = classes.best
    found = evaluation(model)
    assert (found.source, found.task) == ("held_out", "binary")
    assert found.model == model.name
    assert found.threshold == model.threshold
    held_out = model.held_out_scores()
    assert list(found.scores) == [name for name in held_out.index if " " not in name]
    for name, estimate in found.scores.items():
        assert estimate.value == pytest.approx(held_out[name])
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= estimate.value <= estimate.high
    # Row 3 has no label, so it is not judged; the others are known by their place in the table.
    assert found.n_rows == ROWS - 1
    assert 3 not in found.judged.rows
    assert found.judged.rows.max() == ROWS - 1
    assert "239 held-out rows, each judged by models that had not seen it" in (
        found.picture("roc").note
    )
    assert found.judged.weights is not None
    assert evaluation(model).scores == found.scores
    assert found.honest is None


def test_every_picture_of_a_run_can_be_drawn(
    classes: ja.Run, numbers: ja.Run, table: pd.DataFrame
) -> None:
    for run in (classes, numbers):
        model = run.best
        for X in (None, table):
            found = evaluation(model, X, by="since")
            assert "error_by_segment" in found.pictures
            assert found.fairness is not None
            for name in found.pictures:
                drawn = found.picture(name)
                assert drawn.findings
                again = {"by": "since"} if name == "fairness" else {}
                assert picture(model, name, X=X, **again) == drawn
    assert "interval_coverage" in evaluation(numbers.best).pictures
    assert "thresholds" in evaluation(classes.best).pictures


def test_rows_of_a_persons_own_are_judged_as_evaluate_does(
    classes: ja.Run, numbers: ja.Run, table: pd.DataFrame
) -> None:
    for run in (classes, numbers):
        found, scores = evaluation(run.best, table), run.evaluate(table)
        assert found.source == "given"
        for name, estimate in found.scores.items():
            if np.isfinite(scores[name]):
                assert estimate.value == pytest.approx(scores[name])
    assert "On the 239 rows given." in picture(numbers.best, "residuals", X=table).note
    with pytest.raises(PredictionError, match="None of 240 has one"):
        evaluation(classes.best, table.assign(**{" income": "?"}))


def test_a_threshold_decides_and_costs_price(classes: ja.Run) -> None:
    model = classes.best
    low = evaluation(model, threshold=0.05)
    assert low.threshold == 0.05
    assert low.scores["recall"].value > 0.95  # type: ignore[operator]
    costs = {"false_positive": 1, "false_negative": 9}
    priced = evaluation(model, costs=costs)
    assert priced.scores == evaluation(model).scores
    assert "cost" in priced.pictures
    assert "cost" not in evaluation(model).pictures
    assert picture(model, "cost", costs=costs) == priced.picture("cost")
    decided = evaluation(model.decide(costs=costs))
    assert decided.costs == ((0.0, 1.0), (9.0, 0.0))
    assert decided.scores["recall"].value > priced.scores["recall"].value  # type: ignore[operator]
    names = list(model.plan.classes)
    labelled = pd.DataFrame([[0, 1], [9, 0]], index=names, columns=names)
    assert evaluation(model, costs=labelled).costs == priced.costs


def test_intervals_of_held_out_rows_come_from_other_rows(numbers: ja.Run) -> None:
    found = evaluation(numbers.best)
    ends = {one.coverage: one for one in found.judged.intervals}
    assert set(ends) == {0.5, 0.8, 0.9, 0.95}
    inside = (ends[0.9].lower <= found.judged.y) & (found.judged.y <= ends[0.9].upper)
    assert 0.82 < inside.mean() < 0.97
    width = [np.median(one.upper - one.lower) for _, one in sorted(ends.items())]
    assert width == sorted(width)
    given = picture(numbers.best, "interval_width", X=None)
    assert given.findings


def test_what_an_evaluation_cannot_use_is_named(
    classes: ja.Run, numbers: ja.Run, table: pd.DataFrame
) -> None:
    with pytest.raises(ArgumentError, match=r"'agee'.*Did you mean 'age'"):
        evaluation(classes.best, by="agee")
    with pytest.raises(ArgumentError, match="two classes"):
        evaluation(numbers.best, threshold=0.5)
    with pytest.raises(ArgumentError, match="Costs need a target with classes"):
        evaluation(numbers.best, costs=[[0, 1], [1, 0]])
    with pytest.raises(ArgumentError, match="number from 0 to 1"):
        evaluation(classes.best, threshold=2)
    with pytest.raises(UnknownNameError, match="Did you mean 'roc'"):
        picture(classes.best, "rok")
    with pytest.raises(PredictionError, match="'since'"):
        evaluation(classes.best, table.drop(columns="since"), by="since")


def test_the_choice_itself_can_be_judged(classes: ja.Run) -> None:
    assert classes.best.metric == "roc_auc"
    found, honest = evaluation(classes.best, honest=True), classes.honest_score()
    assert honest is not None
    assert found.honest is not None
    assert found.honest.value == honest.score
    assert found.findings[1].startswith("Chosen and judged on different rows, ROC AUC is")
    decided = classes.best.decide(metric="f1")
    assert evaluation(decided, honest=True).honest is not None
    assert evaluation(classes.best, classes.best.dataset.path, honest=True).honest is None


def test_files_that_are_gone_are_named(trained_store: Path, table: pd.DataFrame) -> None:
    run = _fit(table, "price", weight="counts")
    model = run.best
    for path, _ in model.held_out_files:
        Path(path).unlink()
    with pytest.raises(NoModelError, match="are gone"):
        evaluation(model)


def test_classes_in_groups_are_judged_by_what_other_folds_decide(
    trained_store: Path, table: pd.DataFrame
) -> None:
    kinds = np.select([table["age"] > 1, table["age"] < -1], ["old", "young"], "middle")
    rows = table.assign(kind=kinds, house=np.arange(ROWS) // 4)
    run = ja.fit(
        rows[["age", "since", "kind", "house"]],
        target="kind",
        metric="balanced_accuracy",
        group="house",
        families="linear",
        max_trials=1,
        n_jobs=1,
        executor="inline",
    )
    for X in (None, rows):
        found = evaluation(run.best, X, by="house")
        assert found.task == "multiclass"
        assert found.judged.groups is not None
        assert len(np.unique(found.judged.groups)) == ROWS // 4
        assert found.scores["accuracy"].value > 0.7  # type: ignore[operator]
        for name in found.pictures:
            assert found.picture(name).findings
    held_out = run.best.held_out_scores()
    scores = evaluation(run.best).scores
    assert scores["balanced_accuracy"].value == pytest.approx(held_out["balanced_accuracy"])
    young = picture(run.best, "roc", label="young")
    assert "young" in young.title


def test_trials_on_samples_make_a_learning_curve(numbers: ja.Run) -> None:
    model = numbers.best
    assert "learning_curve" not in evaluation(model).pictures
    (number,) = model.trials
    result, spec = model.results[0], model.specs[number]
    sample = 99
    state = numbers.experiment
    more = dataclasses.replace(
        state,
        results={
            **state.results,
            sample: dataclasses.replace(
                result,
                number=sample,
                score=result.score * 2,
                info={**result.info, "n_rows": 50},
            ),
        },
        specs={
            **state.specs,
            sample: dataclasses.replace(
                spec, number=sample, params={**spec.params, "sample_rows": 50}
            ),
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(numbers), "experiment", property(lambda _: more))
        row = more.leaderboard.best
        assert row is not None
        drawn = picture(Model(numbers, row), "learning_curve")
    assert drawn.table.rows[0][0] == 50
    assert drawn.table.rows[1][0] == result.info["n_rows"]
    assert "more rows" in drawn.findings[0]
