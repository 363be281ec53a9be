"""More than two classes, and what errors cost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.decide import Evidence, codes_of, cost_table, decide, make_evidence
from jupyter_automl.evaluate.metrics import find_metric
from tests.decide.samples import many_classes, two_classes

CLASSES = ("low", "mid", "high")


def _score(metric: str, rows: Evidence, codes: np.ndarray) -> float:
    return find_metric(metric).score(rows.y, np.eye(rows.prediction.shape[1])[codes])


@pytest.mark.parametrize(("metric", "least"), [("balanced_accuracy", 0.05), ("f1_macro", 0.0)])
def test_rare_classes_count_more_where_classes_count_alike(metric: str, least: float) -> None:
    gains = []
    for seed in range(5):
        decisions = decide(many_classes(1_500, seed), metric)
        fresh = many_classes(5_000, seed + 100)
        codes = codes_of(decisions, fresh.prediction)
        gains.append(
            _score(metric, fresh, codes) - _score(metric, fresh, fresh.prediction.argmax(axis=1))
        )
    assert np.mean(gains) > least


@pytest.mark.parametrize("metric", ["accuracy", "log_loss", "roc_auc", "precision"])
def test_else_the_likeliest_class_is_predicted(metric: str) -> None:
    rows = many_classes(800, 1)
    decisions = decide(rows, metric)
    assert decisions.choice is not None
    assert decisions.choice.costs is None
    assert decisions.plain
    np.testing.assert_array_equal(
        codes_of(decisions, rows.prediction), rows.prediction.argmax(axis=1)
    )


def test_few_rows_are_not_searched() -> None:
    choice = decide(many_classes(49, 1), "balanced_accuracy").choice
    assert choice is not None
    assert choice.costs is None
    assert "needs 50 held-out rows" in choice.reason


def test_costs_of_two_classes_give_the_threshold_of_least_cost() -> None:
    costs = cost_table({"false_positive": 1, "false_negative": 4}, ("no", "yes"))
    decisions = decide(two_classes(8_000, 0, sureness=2.0), "roc_auc", costs=costs)
    assert decisions.calibration is not None
    assert decisions.calibration.used
    assert decisions.cut is not None
    assert decisions.cut.threshold == pytest.approx(0.2, abs=0.05)
    assert decisions.cut.score is not None
    assert decisions.cut.score[1] < decisions.cut.score[0]
    few = decide(two_classes(100, 0), "roc_auc", costs=costs).cut
    assert few is not None
    assert few.threshold == pytest.approx(0.2)


def test_costs_of_more_classes_give_the_class_of_least_expected_cost() -> None:
    costs = cost_table([[0, 1, 1], [1, 0, 1], [20, 20, 0]], CLASSES)
    rows, fresh = many_classes(2_000, 0), many_classes(4_000, 1)
    decisions = decide(rows, "log_loss", costs=costs)
    codes = codes_of(decisions, fresh.prediction)
    likeliest = fresh.prediction.argmax(axis=1)
    assert costs[fresh.y, codes].mean() < 0.8 * costs[fresh.y, likeliest].mean()
    assert decisions.choice is not None
    assert "least expected cost" in decisions.choice.reason
    sure = np.array([[0.9, 0.07, 0.03], [0.99, 0.005, 0.005]])
    np.testing.assert_array_equal(codes_of(decisions, sure), [0, 0])


def test_a_labelled_table_may_be_in_any_order() -> None:
    frame = pd.DataFrame(
        [[0, 5, 7], [1, 0, 2], [3, 4, 0]],
        index=["high", "low", "mid"],
        columns=["high", "mid", "low"],
    )
    with pytest.raises(ArgumentError, match="must cost more"):
        cost_table(frame, CLASSES)
    frame = frame[["high", "low", "mid"]]
    frame.loc["low"] = [1, 0, 2]
    table = cost_table(frame.assign(low=[5, 0, 3], mid=[7, 2, 0]), CLASSES)
    np.testing.assert_array_equal(table, [[0, 2, 1], [3, 0, 3], [5, 7, 0]])


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table])
def test_tables_without_an_index_will_do(make: Callable[[object], object]) -> None:
    costs = {"high": [0, 5, 7], "low": [1, 0, 2], "mid": [3, 4, 0]}
    expected = [[0, 4, 5], [2, 0, 7], [1, 3, 0]]
    np.testing.assert_array_equal(cost_table(make(costs), CLASSES), expected)
    labelled = {name: column[::-1] for name, column in costs.items()}
    labelled = {"mid": labelled.pop("mid"), "truth": ["mid", "low", "high"], **labelled}
    np.testing.assert_array_equal(cost_table(make(labelled), CLASSES), expected)


@pytest.mark.parametrize(
    ("costs", "classes", "words"),
    [
        (pl.DataFrame({"a": [0, 1], "c": [1, 0]}), "ab", "labelled"),
        (pl.DataFrame({"a": [0, 1], "c": [1, 0], "d": [1, 0]}), "ab", "labelled"),
        (pl.DataFrame({"t": ["a", "a"], "a": [0, 1], "b": [1, 0]}), "ab", "labelled"),
        (pa.table({"a": [0, 1, 2], "b": [1, 0, 2]}), "ab", "2 rows"),
        (pa.table({"a": ["x", "y"], "b": ["x", "y"]}), "ab", "numbers"),
        (pa.table({"a": [0, None], "b": [1, 0]}), "ab", "finite"),
        (pl.Series([1, 2]), "ab", "The costs must be"),
        ({"false_positive": 1}, ("a", "b"), "false_negative"),
        ({"false_positiv": 1, "false_negative": 1}, ("a", "b"), "Did you mean"),
        ({"false_positive": 1, "false_negative": 2}, CLASSES, "3 x 3"),
        ({"false_positive": "x", "false_negative": 2}, ("a", "b"), "numbers"),
        ({"false_positive": 0, "false_negative": 2}, ("a", "b"), "must cost more"),
        ([[0, 1], [1, 0]], CLASSES, "3 x 3"),
        ([[0, float("nan")], [1, 0]], ("a", "b"), "finite"),
        (pd.DataFrame([[0, 1], [1, 0]], index=["a", "c"], columns=["a", "b"]), "ab", "labelled"),
        ("cheap", ("a", "b"), "numbers"),
    ],
)
def test_costs_that_do_not_fit_are_named(costs: object, classes: object, words: str) -> None:
    with pytest.raises(ArgumentError, match=words) as caught:
        cost_table(costs, tuple(classes))  # type: ignore[call-overload]
    assert caught.value.context["argument"] == "costs"


def test_a_class_that_a_fold_lacks_is_no_obstacle() -> None:
    rows = many_classes(200, 0, rarest=0.02)
    y = rows.y.copy()
    y[y == 2] = 0
    y[7] = 2
    decisions = decide(make_evidence(y, rows.prediction, rows.folds), "balanced_accuracy")
    assert decisions.choice is not None


@pytest.mark.parametrize("k", [2, 3])
def test_no_held_out_rows_leave_the_costs_alone(k: int) -> None:
    none = make_evidence(np.zeros(3, dtype=np.int64), np.full((3, k), np.nan), np.zeros(3))
    table = np.ones((k, k)) - np.eye(k)
    decisions = decide(none, "log_loss", costs=table)
    np.testing.assert_array_equal(codes_of(decisions, np.eye(k)), np.arange(k))
    assert decide(none, "f1").reasons
