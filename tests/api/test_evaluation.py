"""`evaluate` and `predict` of tables as people have them: not yet settled, weighted, wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import ArgumentError, PredictionError

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
