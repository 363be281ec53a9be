"""The task from the target, what cannot be learned from, and what is worth knowing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jupyter_automl.core.errors import TargetError
from jupyter_automl.data import describe, open_table, samples
from jupyter_automl.profiling import (
    check_target,
    findings,
    infer_task,
    rare_classes,
    usable_features,
)

RANDOM = np.random.default_rng(0)


def _column(values: Any) -> tuple[Any, Any]:
    table = open_table({"y": values, "x": range(len(values))}).table
    return table["y"], describe(table)[0]


@pytest.mark.parametrize(
    ("values", "task"),
    [
        ([0, 1] * 50, "binary"),
        (["yes", "no"] * 50, "binary"),
        ([True, False] * 50, "binary"),
        ([1.0, 2.0, None] * 30, "binary"),
        (["a", "b", "c"] * 30, "multiclass"),
        (RANDOM.choice([3, 4, 5, 6, 7, 8, 9], 2000), "multiclass"),
        ([1, 2, 3] * 20, "multiclass"),
        (RANDOM.normal(size=100), "regression"),
        (RANDOM.integers(0, 90, 800), "regression"),
        (RANDOM.poisson(9, 2000), "regression"),
        (
            RANDOM.choice([100, 5000, 100_000, 250_000], 500) + RANDOM.integers(0, 3, 500),
            "regression",
        ),
        (range(50), "regression"),
    ],
)
def test_task_and_reason(values: Any, task: str) -> None:
    kind, reason = infer_task(*_column(values))
    assert kind == task
    assert any(character.isdigit() for character in reason)
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("values", "task", "words"),
    [
        ([None] * 20, "binary", "missing"),
        ([1] * 20, "binary", "2 different values"),
        ([5.0] * 20, "regression", "2 different values"),
        ([f"w{i}" for i in range(30)], "multiclass", "differ"),
        (["a", "b"] * 20 + ["c"], "multiclass", "'c'"),
        (["a"] * 20 + ["b"], "binary", "'b'"),
        (["a", "b"] * 20, "regression", "numbers"),
        ([1, 2, 3] * 10, "binary", "exactly 2"),
        ([0, 1], "binary", "at least 10 rows"),
        ([np.inf] * 20 + [1.0], "regression", "finite"),
    ],
)
def test_targets_that_cannot_be_learned(values: Any, task: Any, words: str) -> None:
    with pytest.raises(TargetError, match=words) as caught:
        check_target(*_column(values), task)
    assert caught.value.hint
    assert caught.value.context["column"] == "y"


def test_dates_are_no_target() -> None:
    column, schema = _column(np.arange("2024-01-01", "2024-02-01", dtype="datetime64[D]"))
    with pytest.raises(TargetError, match="dates"):
        infer_task(column, schema)


@pytest.mark.parametrize("name", samples.names())
def test_samples_can_be_learned(name: str) -> None:
    table = samples.table(name)
    target = table.column_names[-1]
    schema = describe(table)[-1]
    kind, _ = infer_task(table[target], schema)
    check_target(table[target], schema, kind)
    expected = {"churn": "binary", "breast_cancer": "binary", "diabetes": "regression"}
    assert kind == expected.get(name, "multiclass")


def test_ids_and_constants_are_set_aside() -> None:
    columns = describe(samples.table("churn"))
    features, notices = usable_features(columns, "churn", ["region"])
    assert not {"customer_id", "country", "churn", "region"} & set(features)
    assert {(notice.code, notice.column) for notice in notices} == {
        ("id_column", "customer_id"),
        ("constant_column", "country"),
    }


def test_many_ids_make_one_notice() -> None:
    columns = describe(
        open_table({f"id_{i}": range(50) for i in range(40)} | {"y": [0, 1] * 25}).table
    )
    features, notices = usable_features(columns, "y")
    assert features == ()
    assert len(notices) == 1


def test_findings() -> None:
    n = 200
    table = open_table(
        {
            "user_id": range(1000, 1000 + n),
            "x": [*RANDOM.normal(size=n - 1), np.inf],
            "gaps": [1.5, None, None, None] * (n // 4),
            "y": ["no"] * (n - 4) + ["yes"] * 3 + [None],
            "again": ["no"] * (n - 4) + ["yes"] * 3 + [None],
        }
    ).table
    found = findings(table, describe(table))
    assert {(notice.code, notice.column) for notice in found} >= {
        ("id_column", "user_id"),
        ("infinite", "x"),
        ("mostly_missing", "gaps"),
        ("copied_column", "again"),
    }


@pytest.mark.parametrize(
    ("rows", "level", "words"),
    [
        (
            {"no": 7_031, "it's <b>": 12, None: 3},
            "warning",
            'Class "it\'s <b>" has only 12 of 7,043 rows; scores on it are rough, and accuracy '
            "hardly counts it.",
        ),
        ({0: 99_508, 1: 492}, "info", "'1' has only 492 of 100,000 rows; accuracy hardly"),
        ({True: 600, False: 20}, "warning", "Class 'False' has only 20 of 620 rows"),
        (
            {3.0: 30, 5.0: 2_138, 6.0: 2_836, 7.0: 1_079, 9.0: 5, float("nan"): 9},
            "warning",
            "2 of 5 classes have few of the 6,088 rows ('9' 5, '3' 30); scores on them",
        ),
        (
            {"most": 9_000, **{f"c{i}": 2 + i for i in range(9)}},
            "warning",
            "9 of 10 classes have few of the 9,054 rows ('c0' 2, 'c1' 3, 'c2' 4, 'c3' 5, 'c4' 6 "
            "and 4 more)",
        ),
    ],
)
def test_rare_classes_are_told(rows: dict[Any, int], level: str, words: str) -> None:
    (notice,) = rare_classes(_repeated(rows), "binary" if len(rows) < 4 else "multiclass")
    assert (notice.code, notice.level) == ("rare_class", level)
    assert words in notice.message


@pytest.mark.parametrize(
    "rows",
    [
        {"no": 950, "yes": 50},
        {"no": 96_000, "yes": 4_000},
        {"a": 50, "b": 50, "c": 50},
        {f"c{i}": 10 for i in range(100)},
        {"a": 30, "b": 3},
        {"a": 3},
        {None: 3},
    ],
)
def test_other_classes_are_not(rows: dict[Any, int]) -> None:
    assert rare_classes(_repeated(rows), "multiclass") == ()
    assert rare_classes(_repeated({0.5: 7_000, 1.5: 3}), "regression") == ()


def _repeated(rows: dict[Any, int]) -> pa.Array:
    return pa.array([value for value, n in rows.items() for _ in range(n)])


def test_repeated_rows_and_few_rows() -> None:
    table = open_table({"a": [1, 1, 2], "b": ["x", "x", None], "c": [0.5, 0.5, None]}).table
    codes = {notice.code for notice in findings(table, describe(table))}
    assert codes == {"few_rows", "repeated_rows"}
    distinct = open_table({"a": range(200), "b": [None, 1.5] * 100}).table
    assert "repeated_rows" not in {n.code for n in findings(distinct, describe(distinct))}
