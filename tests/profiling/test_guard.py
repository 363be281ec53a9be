"""Copies are set aside with a notice, leaks are told, and neither stops a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jupyter_automl.core.events import NoticeRaised, RunCreated
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.data import describe, open_table, save_dataset
from jupyter_automl.engine.planning import prepare_run
from jupyter_automl.plan import resolve_task
from jupyter_automl.profiling import guard as guard_module
from jupyter_automl.profiling import guarded, without_copies

N = 300


@pytest.fixture
def cells() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    number = rng.normal(size=N)
    number[::7] = np.nan
    word = rng.choice(["x", "y", "z"], N)
    count = rng.integers(0, 9, N)
    return {
        "number": number,
        "word": word,
        "count": count,
        "number again": number,
        "other words": np.char.replace(word, "z", "w"),
        "count as float": count.astype(float),
        "gaps": np.where(np.arange(N) == 150, np.nan, number),
        "word again": word,
        "y": rng.random(N) < 0.5,
    }


def test_the_first_of_equal_columns_is_kept(cells: dict[str, Any]) -> None:
    features = [name for name in cells if name != "y"]
    kept, notices = without_copies(open_table(cells).table, features)
    assert kept == ("number", "word", "count", "other words", "gaps")
    assert [(n.code, n.level, n.column) for n in notices] == [
        ("copied_column", "info", "number again"),
        ("copied_column", "info", "count as float"),
        ("copied_column", "info", "word again"),
    ]
    assert notices[0].message == (
        "Column 'number again' is set aside: it holds the same as 'number'."
    )


def test_many_copies_make_one_notice() -> None:
    values = np.random.default_rng(0).normal(size=N)
    table = open_table({f"c{i}": values for i in range(40)}).table
    kept, (notice,) = without_copies(table, table.column_names)
    assert kept == ("c0",)
    assert "39 columns are set aside as copies of others: 'c1'" in notice.message


def test_columns_that_agree_where_they_are_sampled_are_told_apart() -> None:
    n = 50_000
    values = np.zeros(n, dtype=np.int64)
    values[-1] = 1
    other = values.copy()
    other[1:40] = 1
    table = open_table({"a": values, "b": other, "c": values}).table
    kept, _ = without_copies(table, ["a", "b", "c"])
    assert kept == ("a", "b")


def test_whole_numbers_beyond_floats_are_no_copies() -> None:
    values = 2**60 + np.arange(N)
    table = open_table({"a": values, "b": values.astype(float), "c": values}).table
    assert without_copies(table, ["a", "b", "c"])[0] == ("a", "b")


def test_no_rows_and_no_columns() -> None:
    table = open_table({"a": [1.0], "b": [2.0]}).table
    assert without_copies(table, ["a", "b"])[0] == ("a", "b")
    assert without_copies(table.slice(0, 0), [])[0] == ()


def test_a_failing_scan_is_a_notice(cells: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> tuple[NoticeRaised, ...]:
        raise RuntimeError("no luck <b>")

    monkeypatch.setattr(guard_module, "scan_leaks", fails)
    table = open_table(cells).table
    features, notices = guarded(table, describe(table), "y", "binary", features=["number", "word"])
    assert features == ("number", "word")
    assert [notice.code for notice in notices] == ["leak_scan_failed"]
    assert "RuntimeError: no luck <b>" in notices[0].message


def test_a_rare_class_is_told_once(cells: dict[str, Any]) -> None:
    table = open_table({**cells, "y": np.where(np.arange(N) < 6, "ill", "well")}).table
    _, notices = guarded(table, describe(table), "y", "binary", features=["number", "word"])
    assert [notice.code for notice in notices].count("rare_class") == 1
    assert "Class 'ill' has only 6 of 300 rows" in notices[-1].message


def test_a_count_that_fails_is_a_notice(
    cells: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> tuple[NoticeRaised, ...]:
        raise RuntimeError("no luck")

    monkeypatch.setattr(guard_module, "rare_classes", fails)
    table = open_table(cells).table
    _, notices = guarded(table, describe(table), "y", "binary", features=["number", "word"])
    assert [notice.code for notice in notices] == ["count_of_classes_failed"]


def test_a_run_is_told_before_its_plan(cells: dict[str, Any], tmp_path: Path) -> None:
    leak = np.where(cells["y"], "called back", "not reached")
    dataset = save_dataset(open_table({**cells, "leak": leak}), tmp_path / "data")
    asked = TaskSpec(target="y", budget_seconds=100.0, families_only=("dummy",))
    task = resolve_task(asked, dataset)
    created = RunCreated(name="r", dataset=dataset, task=task)
    prepared = prepare_run(created, 1, tmp_path / "run")
    codes = {notice.code for notice in prepared.notices}
    assert codes >= {"copied_column", "target_copy"}
    assert "number again" not in prepared.plan.features
    assert "leak" in prepared.plan.features
    assert [column.name for column in prepared.data.columns] == list(prepared.plan.features)
