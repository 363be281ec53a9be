from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, DataError, UnknownNameError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import Constraint, TaskSpec
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS, fits_of
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.models import FAMILIES
from jupyter_automl.plan import make_plan, resolve_task
from jupyter_automl.plan.budget import effective_classes, reserve_seconds
from jupyter_automl.plan.folds import choose_validation

Make = Callable[..., tuple[Plan, list[str]]]


def _save(folder: Path, frame: pd.DataFrame) -> Dataset:
    return save_dataset(open_table(frame), folder)


def _frame(n: int = 400, n_columns: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{i}": rng.normal(size=n) for i in range(n_columns)})
    frame["t"] = np.where(frame["x0"] + rng.normal(size=n) > 0, "yes", "no")
    return frame


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def planned(
        frame: pd.DataFrame | None = None,
        *,
        n_workers: int = 2,
        families: tuple[str, ...] | None = None,
        repeatable: bool = False,
        **fields: Any,
    ) -> tuple[Plan, list[str]]:
        dataset = _save(tmp_path, _frame() if frame is None else frame)
        spec = TaskSpec(**({"target": "t", "budget_seconds": 60.0} | fields))
        task = resolve_task(spec, dataset)
        plan, notices = make_plan(
            task, dataset, n_workers=n_workers, families=families, repeatable=repeatable
        )
        return plan, [notice.code for notice in notices]

    return planned


def test_a_plan_is_complete(make: Make) -> None:
    plan, notices = make()
    assert (plan.task, plan.target, plan.metric, plan.greater_is_better) == (
        *("binary", "t", "roc_auc", True),
    )
    assert plan.classes == ("no", "yes")
    assert plan.features == tuple(f"x{i}" for i in range(6))
    assert (plan.validation, plan.n_folds) == ("cv", 5)
    assert [step.family for step in plan.steps[:3]] == ["dummy", "linear", "lightgbm"]
    assert plan.steps[0].source == "baseline"
    assert set(plan.families) == {step.family for step in plan.steps}
    assert {"lightgbm", "xgboost", "random_forest", "extra_trees", "mlp", "knn"} < set(
        plan.families
    )
    assert {"task", "metric", "validation"} <= set(plan.reasons)
    assert notices == []


def test_the_same_data_give_the_same_plan(make: Make) -> None:
    assert make() == make()


def test_ids_groups_weights_and_excluded_columns_are_no_features(make: Make) -> None:
    frame = _frame()
    frame["id"] = [f"k{i:06}" for i in range(len(frame))]
    frame["who"] = np.arange(len(frame)) % 40
    frame["w"] = 1.0 + np.arange(len(frame)) % 7
    plan, notices = make(frame, exclude=("x5",), group="who", weight="w")
    assert plan.features == tuple(f"x{i}" for i in range(5))
    assert plan.validation == "group"
    assert "id_column" in notices


def test_rows_without_a_target_raise_a_notice(make: Make) -> None:
    frame = _frame()
    frame.loc[:4, "t"] = None
    _, notices = make(frame)
    assert notices == ["missing_target"]


def test_rows_of_weight_zero_raise_a_notice_and_may_be_all_of_a_class(make: Make) -> None:
    frame = _frame()
    frame["w"] = 1.0
    frame.loc[:4, "w"] = 0.0
    frame.loc[:4, "t"] = "only here"
    frame.loc[5, "t"] = None
    plan, notices = make(frame, weight="w")
    assert "only here" not in plan.classes
    assert notices == ["missing_target", "zero_weight"]


def test_no_column_to_learn_from(make: Make) -> None:
    with pytest.raises(DataError, match="At least one column besides the target"):
        make(_frame()[["x0", "t"]], exclude=("x0",))


def test_a_person_chooses_the_families(make: Make) -> None:
    plan, _ = make(families=("mlp", "knn"))
    assert {step.family for step in plan.steps} == {"mlp", "knn"} == set(plan.families)
    plan, _ = make(families_only=("lightgbm",))
    assert set(plan.families) == {"lightgbm"}
    plan, _ = make(families_avoid=("xgboost", "catboost"))
    assert not {"xgboost", "catboost"} & set(plan.families)


def test_interpretable_models_only(make: Make) -> None:
    plan, _ = make(constraints=(Constraint(kind="interpretable"),))
    assert {"linear", "decision_tree"} <= set(plan.families)
    assert all(FAMILIES.get(name).interpretable for name in plan.families)


def test_no_family_is_left(make: Make) -> None:
    with pytest.raises(ArgumentError, match="No family"):
        make(families_only=("lightgbm",), families_avoid=("lightgbm",))
    with pytest.raises(UnknownNameError, match="lightgbm"):
        make(families=("lightgmb",))


@pytest.mark.parametrize(
    ("budget", "reserve"),
    [(4, 1.0), (10, 2.0), (30, 2.4), (60, 4.8), (300, 24.0), (3_600, 60.0)],
)
def test_reserve(budget: float, reserve: float) -> None:
    assert reserve_seconds(budget) == pytest.approx(reserve)
    assert reserve_seconds(budget, explain=False) == pytest.approx(0.4 * reserve)


@pytest.mark.parametrize(
    ("n", "anchor", "budget", "folds"),
    [
        (700, 0.2, 30, 5),
        (5_000, 0.4, 30, 5),
        (5_000, 0.4, 300, 8),
        (48_842, 2.0, 30, 1),
        (48_842, 2.0, 60, 3),
        (48_842, 2.0, 300, 5),
        (494_021, 60.0, 300, 1),
    ],
)
def test_the_budget_pays_the_folds(n: int, anchor: float, budget: float, folds: int) -> None:
    chosen = choose_validation(
        np.arange(n) % 2,
        task="binary",
        asked=None,
        anchor_seconds=anchor,
        budget_seconds=budget,
        n_workers=2,
    )
    assert chosen.n_folds == folds
    assert chosen.kind == ("holdout" if folds == 1 else "cv")
    assert f"{n:,} rows" in chosen.reason


@pytest.mark.parametrize(
    ("n", "anchor", "budget", "repeats"),
    [
        (150, 0.2, 10, 1),
        (150, 0.2, 30, 2),
        (150, 0.2, 60, 3),
        (398, 0.2, 60, 2),
        (398, 0.2, 300, 2),
        (398, 0.9, 60, 1),
        (500, 0.2, 300, 1),
    ],
)
def test_few_rows_are_dealt_out_again(n: int, anchor: float, budget: float, repeats: int) -> None:
    chosen = _validation(np.arange(n) % 2, anchor_seconds=anchor, budget_seconds=budget)
    assert chosen.n_repeats == repeats
    assert chosen.n_folds == (5 if n < 500 else 8)
    assert (f"{repeats} times because rows are few" in chosen.reason) == (repeats > 1)
    late = _validation(np.arange(n) % 2, asked="time", anchor_seconds=anchor, n_times=n)
    assert (late.n_folds, late.n_repeats) == (3, 1)


def test_rows_in_time_are_three_to_five_parts() -> None:
    def parts(n: int, **fields: Any) -> Any:
        return _validation(np.zeros(n), "regression", asked="time", **fields)

    assert [parts(n).n_folds for n in (300, 3_000, 9_000)] == [3, 4, 5]
    assert parts(9_000, budget_seconds=600.0).n_folds == 5
    few = parts(9_000, n_times=3)
    assert few.n_folds == 2
    assert "only 3 different times" in few.reason
    assert "7 rows have no time" in parts(300, n_undated=7).reason


def _validation(y: np.ndarray, task: str = "multiclass", **fields: Any) -> Any:
    settings = {"asked": None, "anchor_seconds": 0.2, "budget_seconds": 60.0, "n_workers": 2}
    return choose_validation(y, task=task, **(settings | fields))


def test_a_rare_class_limits_the_folds() -> None:
    chosen = _validation(np.repeat([0, 1], [100, 3]), "binary")
    assert chosen.n_folds == 3
    assert "only 3 rows" in chosen.reason
    assert _validation(np.repeat([0, 1], [100, 1]), "binary").n_folds == 2
    assert _validation(np.repeat([0, 1, 2], [900, 900, 2])).n_folds == 5


def test_what_is_asked_for_is_done() -> None:
    y = np.arange(200) % 2
    assert _validation(y, asked="holdout").n_folds == 1
    assert _validation(y, asked="cv", anchor_seconds=500.0).n_folds == 2
    late = _validation(y, asked="time", anchor_seconds=500.0)
    assert (late.kind, late.n_folds) == ("time", 1)
    few = _validation(y, asked="group", n_groups=3)
    assert (few.kind, few.n_folds) == ("group", 3)


def test_effective_classes() -> None:
    assert effective_classes(np.arange(300) % 3) == pytest.approx(3)
    assert effective_classes(np.repeat([0, 1], [10_000, 1])) < 1.01


def test_large_data_get_a_quick_booster_on_a_sample_first(make: Make) -> None:
    rng = np.random.default_rng(0)
    n = 150_000
    frame = pd.DataFrame({f"x{i}": rng.integers(0, 9, n).astype("float32") for i in range(30)})
    frame["t"] = rng.integers(0, 2, n)
    plan, notices = make(frame, budget_seconds=15.0)
    assert (plan.validation, plan.n_folds) == ("holdout", 1)
    boosters = [step for step in plan.steps if step.family == "lightgbm"]
    samples = [step.params.get(SAMPLE_ROWS) for step in boosters[:2]]
    assert samples[0] == 10_000
    assert samples[1] is None or samples[1] > 10_000
    assert boosters[0].label.endswith("10,000 rows")
    assert "family_skipped" in notices


def _labels(name: str, task: str, n_rows: int) -> list[str]:
    return [label for label, _ in FAMILIES.get(name).warm_starts(task, n_rows, 10)]  # type: ignore[arg-type]


def test_small_leaves_come_first_where_they_are_better() -> None:
    for name, small in (("extra_trees", "r42"), ("random_forest", "r195")):
        firsts = {task: _labels(name, task, 5_000)[0] for task in ("binary", "multiclass")}
        assert firsts["multiclass"] == small != firsts["binary"]
        assert set(_labels(name, "binary", 5_000)) == set(_labels(name, "multiclass", 5_000))


@pytest.mark.skipif("catboost" not in FAMILIES.available(), reason="catboost is not installed")
def test_a_quick_setting_of_catboost_comes_first_on_many_rows() -> None:
    assert _labels("catboost", "regression", 20_000)[:2] == ["quick", "TD"]
    assert _labels("catboost", "multiclass", 20_000)[0] == "quick"
    assert _labels("catboost", "regression", 5_000)[0] == "TD"
    assert _labels("catboost", "binary", 20_000)[0] == "TD"


@pytest.mark.skipif("catboost" not in FAMILIES.available(), reason="catboost is not installed")
def test_pairs_of_categories_are_not_counted_on_many_rows() -> None:
    for task in ("binary", "regression"):
        starts = dict(FAMILIES.get("catboost").warm_starts(task, 50_000, 10))  # type: ignore[arg-type]
        assert {params["max_ctr_complexity"] for params in starts.values()} == {1}
        assert min(params["learning_rate"] for params in starts.values()) >= 0.08


def test_more_starts_are_planned_than_are_expected_to_fit(make: Make) -> None:
    frame = _frame(5_000)
    plan, _ = make(frame)
    fixed, _ = make(frame, repeatable=True)
    assert plan.starts_share == fixed.starts_share == 0.8
    assert len(plan.steps) > len(fixed.steps)
    # Where every start counts, those that are expected to fit and no others.
    assert all(step in plan.steps for step in fixed.steps)


def test_no_time_is_kept_for_a_search_that_could_not_learn(make: Make) -> None:
    few, _ = make(_frame(60_000))
    enough, _ = make(_frame(60_000), budget_seconds=1_200.0)
    assert (few.starts_share, enough.starts_share) == (1.0, 0.55)


def test_a_slow_learning_rate_takes_longer(make: Make) -> None:
    from jupyter_automl.plan.budget import expected_trial_seconds

    plan, _ = make(_frame(5_000))
    family = FAMILIES.get("lightgbm")
    usual = dict(family.warm_starts(plan.task, 4_000, 10)[0][1])
    slow = {**usual, "learning_rate": usual["learning_rate"] / 2}
    seconds = [expected_trial_seconds(family, plan, 4_000, params) for params in (usual, slow)]
    assert seconds[1] == pytest.approx(2 * seconds[0])


def test_a_network_comes_early_where_rows_are_many(make: Make) -> None:
    def place(n_rows: int) -> int:
        plan, _ = make(_frame(n_rows), budget_seconds=600.0)
        return [step.family for step in plan.steps].index("mlp")

    assert place(60_000) < place(3_000)


@pytest.mark.parametrize(
    ("fields", "n"),
    [
        ({}, 3),
        ({"repeatable": True}, 0),
        ({"validation": "holdout"}, 0),
        ({"families": ("lightgbm", "linear")}, 0),
        ({"families": ("lightgbm", "linear", "stacked_lightgbm")}, 3),
        ({"families_avoid": ("stacked_lightgbm",)}, 0),
    ],
)
def test_models_are_stacked_where_every_row_is_held_out(
    make: Make, fields: dict[str, Any], n: int
) -> None:
    plan, _ = make(_frame(3_000), **fields)
    assert [step.source for step in plan.stacks] == ["stack"] * n
    assert "stacked_lightgbm" not in {step.family for step in plan.steps} | set(plan.families)


def test_few_rows_and_rows_in_time_are_not_stacked(make: Make) -> None:
    assert make(_frame(900))[0].stacks == ()
    frame = _frame(3_000)
    frame["day"] = pd.date_range("2000-01-01", periods=3_000)
    assert make(frame, time="day")[0].stacks == ()


def test_nothing_can_be_stacked_on_nothing(make: Make) -> None:
    with pytest.raises(ArgumentError, match="No family of models is left"):
        make(_frame(3_000), families=("stacked_lightgbm",))


LEAVING = {"random_forest", "knn"}


def test_forests_and_neighbours_need_no_folds(make: Make) -> None:
    plan, _ = make(_frame(600))
    assert set(plan.fitted_once) == LEAVING
    assert "Random forest" in plan.reasons["validation"]
    assert "fitted once on all rows" in plan.reasons["validation"]
    assert fits_of(plan, "knn", {}) == 1
    assert fits_of(plan, "knn", {SAMPLE_ROWS: 10_000}) == plan.n_fits == 5
    assert fits_of(plan, "knn", {FEATURES: "pairs"}) == 5
    assert fits_of(plan, "lightgbm", {}) == 5


@pytest.mark.parametrize(
    "fields",
    [
        {"group": "who"},
        {"group": "who", "validation": "cv"},
        {"validation": "holdout"},
        {"time": "day"},
    ],
)
def test_folds_that_mean_something_are_for_all(make: Make, fields: dict[str, str]) -> None:
    frame = _frame(600)
    frame["who"] = np.arange(600) % 40
    frame["day"] = pd.date_range("2024-01-01", periods=600)
    plan, _ = make(frame, **fields)
    assert plan.fitted_once == ()
    assert "fitted once" not in plan.reasons["validation"]


def test_folds_dealt_out_several_times_are_for_all(make: Make) -> None:
    plan, _ = make(_frame(150))
    assert plan.n_repeats > 1
    assert plan.fitted_once == ()


def test_one_fit_takes_less_than_folds(make: Make) -> None:
    from jupyter_automl.plan.budget import expected_trial_seconds

    plan, _ = make(_frame(5_000), budget_seconds=600.0)
    family = FAMILIES.get("random_forest")
    n_rows = 5_000 * (plan.n_folds - 1) // plan.n_folds
    once = expected_trial_seconds(family, plan, n_rows, {})
    folds = expected_trial_seconds(family, replace(plan, fitted_once=()), n_rows, {})
    assert folds / plan.n_folds < once < folds / 2


def test_what_is_learned_of_the_target_before_is_learned_in_folds(make: Make) -> None:
    frame = _frame(600)
    frame["town"] = [f"town {i % 40}" for i in range(600)]
    plan, _ = make(frame)
    assert plan.n_folds > 1
    assert plan.fitted_once == ()
