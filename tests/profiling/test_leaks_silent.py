"""The scan keeps still on ordinary data, and takes any column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_automl.core.task import TaskKind
from jupyter_automl.data import open_table, samples
from jupyter_automl.profiling import scan_leaks


def random_columns(rng: np.random.Generator, n: int, n_columns: int) -> dict[str, Any]:
    """Numbers, counts, shares of gaps, categories, texts, dates and booleans, all random."""
    made: dict[str, Any] = {}
    for i in range(n_columns):
        match i % 8:
            case 0:
                values = rng.normal(size=n)
            case 1:
                values = np.exp(3 * rng.normal(size=n))
            case 2:
                values = np.where(rng.random(n) < rng.random(), np.nan, rng.normal(size=n))
            case 3:
                values = rng.poisson(3, n)
            case 4:
                values = rng.choice(["a", "b", "c", "d"], n, p=[0.7, 0.2, 0.07, 0.03])
            case 5:
                values = np.char.add("k", rng.integers(0, max(2, n // 4), n).astype(str))
            case 6:
                values = np.datetime64("2020-01-01") + rng.integers(0, 900, n)
            case _:
                values = rng.random(n) < rng.random()
        made[f"x{i}"] = values
    return made


def random_target(rng: np.random.Generator, n: int, task: TaskKind) -> Any:
    if task == "regression":
        return np.exp(rng.normal(size=n) * rng.random() * 3)
    if task == "multiclass":
        return rng.choice(list("pqrstu"), n)
    rare = rng.choice([0.05, 0.2, 0.5])
    y = rng.random(n) < rare
    y[:2] = [True, False]
    return y


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.sampled_from([50, 64, 120, 500, 3_000]),
    task=st.sampled_from(["binary", "multiclass", "regression"]),
)
def test_random_data_raises_no_warning(seed: int, n: int, task: TaskKind) -> None:
    rng = np.random.default_rng(seed)
    cells = {**random_columns(rng, n, 50), "y": random_target(rng, n, task)}
    assert scan_leaks(open_table(cells).table, None, "y", task) == ()


def test_ordinary_strength_is_no_leak() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2_000, 12))
    y = x[:, :6] @ np.array([1.0, 0.8, 0.6, 0.5, 0.4, 0.3]) + rng.normal(size=2_000)
    cells = {**{f"x{i}": x[:, i] for i in range(12)}, "y": y}
    assert scan_leaks(open_table(cells).table, None, "y", "regression") == ()
    assert scan_leaks(open_table({**cells, "y": y > 1}).table, None, "y", "binary") == ()


@pytest.mark.parametrize("name", samples.names())
def test_samples_raise_no_false_alarm(name: str) -> None:
    table = samples.table(name)
    target = table.column_names[-1]
    task: TaskKind = {"churn": "binary", "breast_cancer": "binary", "diabetes": "regression"}.get(
        name, "multiclass"
    )
    notices = scan_leaks(table, None, target, task)
    assert [notice for notice in notices if notice.level == "warning"] == []


def test_awkward_columns() -> None:
    rng = np.random.default_rng(4)
    n = 400
    columns = {
        "nothing": [None] * n,
        "one": ["same"] * n,
        "nearly_nothing": [1.0, *[None] * (n - 1)],
        "huge": np.where(rng.random(n) < 0.01, 1e300, rng.normal(size=n)),
        "infinite": np.where(rng.random(n) < 0.1, np.inf, rng.normal(size=n)),
        "whole": rng.integers(-(2**62), 2**62, n),
        "text": [f"word{i} and some more words {i * 7}" for i in range(n)],
        "empty": ["", " "] * (n // 2),
        "day": [None, *(np.datetime64("1700-01-01") + rng.integers(0, 200_000, n - 1))],
        "flag": [True, None] * (n // 2),
    }
    targets: dict[TaskKind, Any] = {
        "binary": rng.choice(np.array(["yes", "no", None], dtype=object), n),
        "multiclass": rng.choice([f"class {i}" for i in range(60)], n),
        "regression": np.where(rng.random(n) < 0.02, 1e300, rng.normal(size=n)),
    }
    for task, y in targets.items():
        features = [*columns]
        table = open_table({**columns, "y": y}).table
        codes = {found.code for found in scan_leaks(table, None, "y", task, features=features)}
        assert codes <= {"row_order"}, (task, codes)


@pytest.mark.parametrize("n", [10, 49])
def test_few_rows_are_not_judged(n: int) -> None:
    y = [True, False] * n
    assert scan_leaks(open_table({"x": y[:n], "y": y[:n]}).table, None, "y", "binary") == ()


def test_the_same_seed_gives_the_same_notices() -> None:
    rng = np.random.default_rng(5)
    y = rng.random(15_000) < 0.3
    table = open_table({"x": y + rng.normal(scale=0.4, size=15_000), "y": y}).table
    first, again = (scan_leaks(table, None, "y", "binary", random_state=1) for _ in range(2))
    assert first == again != ()
