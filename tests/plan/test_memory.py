"""Estimates of memory grow with the data, and what would not fit is not planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.events import NoticeRaised
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.models import FAMILIES
from jupyter_automl.plan import check_total, fitting_workers, make_plan, resolve_task, share_out
from jupyter_automl.plan.allowance import least_bytes
from jupyter_automl.plan.memory import WORKER_BYTES, Load, load_of, trial_bytes

GIB = 2**30
NAMES = sorted(FAMILIES.available())
COLUMNS = st.lists(
    st.builds(
        ColumnSchema,
        name=st.just("x"),
        kind=st.sampled_from(["numeric", "boolean", "categorical", "datetime", "text"]),
        dtype=st.just("double"),
        n_unique=st.integers(1, 3_000),
    ),
    min_size=1,
    max_size=12,
)
ROWS = st.integers(1, 3_000_000)


def _load(columns: list[ColumnSchema], n_rows: int, n_classes: int = 2) -> Load:
    size = 8 * n_rows * len(columns)
    return load_of(columns, n_rows=n_rows, table_bytes=size, n_classes=n_classes)


@given(st.sampled_from(NAMES), COLUMNS, ROWS, ROWS)
def test_more_rows_take_more(name: str, columns: list[ColumnSchema], a: int, b: int) -> None:
    family = FAMILIES.get(name)
    few, many = (trial_bytes(_load(columns, n), family) for n in sorted((a, b)))
    assert WORKER_BYTES < few <= many


@given(st.sampled_from(NAMES), COLUMNS, COLUMNS, ROWS)
def test_more_columns_take_more(
    name: str, columns: list[ColumnSchema], others: list[ColumnSchema], n_rows: int
) -> None:
    family = FAMILIES.get(name)
    narrow = trial_bytes(_load(columns, n_rows), family)
    assert narrow <= trial_bytes(_load([*columns, *others], n_rows), family)


@given(st.sampled_from(NAMES), COLUMNS, ROWS, st.integers(2, 10), st.integers(2, 10))
def test_more_classes_take_more(
    name: str, columns: list[ColumnSchema], n_rows: int, a: int, b: int
) -> None:
    family = FAMILIES.get(name)
    few, many = (trial_bytes(_load(columns, n_rows, k), family) for k in sorted((a, b)))
    assert few <= many


@given(st.sampled_from(NAMES), COLUMNS, ROWS, ROWS)
def test_a_sample_takes_less(
    name: str, columns: list[ColumnSchema], n_rows: int, sample: int
) -> None:
    family, load = FAMILIES.get(name), _load(columns, n_rows)
    whole = trial_bytes(load, family)
    assert trial_bytes(load, family, sample_rows=sample) <= whole
    assert trial_bytes(load, family, sample_rows=n_rows) == whole
    assert whole <= trial_bytes(load, family, further_features=True)


def test_an_estimate_is_near_what_was_measured() -> None:
    """Peaks of a worker on 297,000 training rows of 21 numbers and 9 categories, in MiB."""
    levels = (2, 3, 5, 8, 12, 20, 40, 100, 250)
    columns = [ColumnSchema(name="x", kind="numeric", dtype="double", n_missing=15_000)] * 21
    columns += [
        ColumnSchema(name="c", kind="categorical", dtype="string", n_unique=n) for n in levels
    ]
    load = load_of(columns, n_rows=297_000, n_held=3_000, table_bytes=78 * 2**20, n_classes=2)
    measured = {"lightgbm": 483, "xgboost": 481, "catboost": 541, "mlp": 753, "linear": 643}
    for name, peak in measured.items():
        estimate = trial_bytes(load, FAMILIES.get(name)) / 2**20
        assert 0.9 * peak < estimate < 1.5 * peak, f"{name}: {estimate:.0f} MiB, not {peak}."


@given(ROWS, st.integers(0, 4 * GIB), st.integers(1, 64), st.integers(1, 64 * GIB))
def test_shares_do_not_add_up_to_more_than_there_is(
    n_rows: int, n_bytes: int, n_workers: int, total: int
) -> None:
    data = Dataset(
        name="t", fingerprint="", path="", n_rows=n_rows, columns=(), source="", n_bytes=n_bytes
    )
    shared = share_out(data, n_workers, total)
    assert shared.worker_bytes >= 0
    assert shared.n_workers * shared.worker_bytes + n_bytes <= max(total, n_bytes)
    assert share_out(data, n_workers + 1, total).worker_bytes <= shared.worker_bytes


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, TaskSpec]:
    """60,000 rows of ten numbers and ten categories of 40 levels."""
    rng = np.random.default_rng(0)
    n = 60_000
    columns: dict[str, Any] = {f"x{i}": rng.normal(size=n) for i in range(10)}
    labels = np.array([f"level {i}" for i in range(40)], dtype=object)
    columns |= {f"c{i}": labels[rng.integers(0, 40, n)] for i in range(10)}
    columns["t"] = np.where(columns["x0"] > 0, "yes", "no")
    dataset = save_dataset(open_table(pd.DataFrame(columns)), tmp_path_factory.mktemp("wide"))
    spec = TaskSpec(target="t", budget_seconds=600.0, validation="holdout")
    return dataset, resolve_task(spec, dataset)


Planned = Callable[[int | None], tuple[Plan, tuple[NoticeRaised, ...]]]


@pytest.fixture
def planned(wide: tuple[Dataset, TaskSpec]) -> Planned:
    dataset, task = wide

    def made(worker_bytes: int | None) -> tuple[Plan, tuple[NoticeRaised, ...]]:
        return make_plan(task, dataset, n_workers=1, worker_bytes=worker_bytes, device="cpu")

    return made


def _codes(notices: tuple[NoticeRaised, ...]) -> set[str]:
    return {notice.code for notice in notices if notice.code.startswith("memory_")}


def test_enough_memory_changes_nothing(planned: Planned) -> None:
    plan, notices = planned(None)
    same, told = planned(16 * GIB)
    assert (plan.steps, notices) == (same.steps, told)
    assert not _codes(told)


def test_what_would_not_fit_is_put_on_a_sample_or_left_out(
    planned: Planned, wide: tuple[Dataset, TaskSpec]
) -> None:
    limit = int(0.32 * GIB)
    plan, notices = planned(limit)
    assert _codes(notices) == {"memory_sampled", "memory_skipped"}
    rows = {step.family: step.params.get(SAMPLE_ROWS) for step in plan.steps}
    message = next(n.message for n in notices if "Neural network is fitted" in n.message)
    assert message.startswith(f"Neural network is fitted on {rows['mlp']:,} of 57,500 rows: ")
    assert message.endswith(" of memory, and a worker may take 328 MiB.")
    # What is left out is not searched for either.
    assert set(plan.families) == {step.family for step in plan.steps}
    dataset, _ = wide
    load = load_of(
        dataset.select(plan.features),
        n_rows=57_500,
        n_held=2_500,
        table_bytes=dataset.n_bytes,
        n_classes=2,
    )
    for step in plan.steps:
        size = trial_bytes(
            load,
            FAMILIES.get(step.family),
            sample_rows=step.params.get(SAMPLE_ROWS),
            further_features=FEATURES in step.params,
        )
        assert size <= limit, f"{step.family} {step.label}: {size:,}"


def test_the_baseline_and_a_booster_are_always_tried(planned: Planned) -> None:
    plan, notices = planned(WORKER_BYTES)
    assert [step.family for step in plan.steps] == ["dummy", "lightgbm"]
    assert all(step.params[SAMPLE_ROWS] == 10_000 for step in plan.steps)
    linear = next(n.message for n in notices if n.message.startswith("Linear is left out"))
    assert "10,000 rows x 20 columns would take about" in linear


def test_none_of_the_chosen_families_fits(wide: tuple[Dataset, TaskSpec]) -> None:
    dataset, task = wide
    with pytest.raises(ArgumentError, match=r"No family .* Support vector machine is left out"):
        make_plan(task, dataset, n_workers=1, families=("svm",), worker_bytes=WORKER_BYTES)


def test_fewer_workers_where_a_booster_on_all_rows_needs_it(
    wide: tuple[Dataset, TaskSpec],
) -> None:
    dataset, task = wide
    assert fitting_workers(task, dataset, 8, 64 * GIB) == (8, ())
    n_workers, (notice,) = fitting_workers(task, dataset, 8, GIB)
    assert 1 < n_workers < 8
    assert notice.code == "fewer_workers"
    assert notice.message.startswith(f"{n_workers} workers instead of 8: each needs about ")
    assert "60,000 rows x 21 columns, and the run may take 1.0 GiB" in notice.message
    n_workers, (notice,) = fitting_workers(task, dataset, 2, 1)
    assert n_workers == 1
    assert notice.message.startswith("1 worker instead of 2")


def test_too_little_for_anything_is_said_with_the_least(wide: tuple[Dataset, TaskSpec]) -> None:
    dataset, task = wide
    least = least_bytes(task, dataset)
    check_total(task, dataset, least)
    with pytest.raises(ArgumentError, match=r"at least .* MiB for 60,000 rows") as caught:
        check_total(task, dataset, least - 1)
    assert caught.value.context["least_bytes"] == least
    assert f'max_memory="{least // 2**20}MB"' in caught.value.hint
    # With the least, a booster on a sample fits.
    assert share_out(dataset, 1, least).worker_bytes > WORKER_BYTES
