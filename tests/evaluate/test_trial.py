"""A trial from end to end on a small table, with the real families and a few fakes."""

from __future__ import annotations

import pickle
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, RunError, TargetError, TrialError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.registry import Entry
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS, TrialSpec
from jupyter_automl.data import load_frame, open_table, save_dataset
from jupyter_automl.evaluate import Blend, TrialData, load_arrays, load_bag, prepare, run_trial
from jupyter_automl.evaluate.matrices import Workspace, cache_limit_bytes, workspace
from jupyter_automl.evaluate.metrics import find_metric
from jupyter_automl.evaluate.trial import merged_info
from jupyter_automl.models import FAMILIES

N = 300
Prepare = Callable[..., tuple[TrialData, Dataset]]


def _table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    x = rng.normal(size=N)
    group = rng.choice(["north", "south", "west"], N)
    value = 3 * x + (group == "north") + rng.normal(size=N)
    return pd.DataFrame(
        {
            "x": np.where(rng.random(N) < 0.1, np.nan, x),
            "place": group,
            "day": pd.date_range("2024-01-01", periods=N, freq="D"),
            "customer": rng.integers(0, 40, N),
            "importance": rng.random(N) + 0.5,
            "value": value,
            "answer": np.where(value > 0, "yes", "no"),
        }
    )


@pytest.fixture
def make(tmp_path: Path) -> Prepare:
    def prepared(
        *,
        table: pd.DataFrame | None = None,
        task: Mapping[str, Any] | None = None,
        kind: str = "binary",
        **plan: Any,
    ) -> tuple[TrialData, Dataset]:
        opened = open_table(_table() if table is None else table)
        dataset = save_dataset(opened, tmp_path / "data")
        settings: dict[str, Any] = {
            "task": kind,
            "target": "answer",
            "metric": "roc_auc",
            "greater_is_better": True,
            "classes": ("no", "yes"),
            "features": ("x", "place", "day"),
            "n_folds": 3,
        }
        settings |= plan
        made = Plan(**settings)
        spec = TaskSpec(task=made.task, target=made.target, metric=made.metric, **(task or {}))
        return prepare(dataset, spec, made, tmp_path / "run"), dataset

    return prepared


def _trial(family: str = "linear", number: int = 1, **fields: Any) -> TrialSpec:
    return TrialSpec(number=number, family=family, **fields)


def _silent(fold: int, n_folds: int, score: float | None) -> None:
    return None


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Callable[[type], str]:
    """Registers a family whose estimator is the given class."""

    def registered(estimator: type) -> str:
        class Fake:
            name, label, encoding = "fake", "Fake", "ordinal"

            def build(self, params: Mapping[str, Any], **settings: Any) -> Any:
                return estimator()

        fake = Fake()
        monkeypatch.setitem(FAMILIES._entries, "fake", Entry(name="fake", load=lambda: fake))
        monkeypatch.delitem(FAMILIES._loaded, "fake", raising=False)
        return "fake"

    yield registered  # type: ignore[misc]
    FAMILIES._loaded.pop("fake", None)


class Half:
    """Says one half, whatever comes."""

    info: Mapping[str, Any] = {}

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Half:
        return self

    def predict(self, X: Any) -> np.ndarray:
        return np.full((len(X), 2), 0.5)


class Warner(Half):
    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Warner:
        warnings.warn("did not\n converge", RuntimeWarning, stacklevel=1)
        return self


class Nowhere(Half):
    def predict(self, X: Any) -> np.ndarray:
        return np.full((len(X), 2), np.nan)


class Partly(Half):
    def predict(self, X: Any) -> np.ndarray:
        prediction = np.full((len(X), 2), 0.5)
        prediction[0] = np.inf
        return prediction


class Recorder(Half):
    limits: list[float | None] = []  # noqa: RUF012
    seen: list[tuple[int, np.ndarray | None]] = []  # noqa: RUF012

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Recorder:
        self.limits.append(settings["time_limit_seconds"])
        self.seen.append((len(X), settings["sample_weight"]))
        return self


class Weighed(Half):
    seen: list[Mapping[str, Any]] = []  # noqa: RUF012

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Weighed:
        self.seen.append(settings)
        return self


class Slow(Recorder):
    now = 0.0
    asked: list[int] = []  # noqa: RUF012

    def predict(self, X: Any) -> np.ndarray:
        Slow.now += 0.02 * len(X)
        self.asked.append(len(X))
        return super().predict(X)


class Stopper(Half):
    seen: list[tuple[np.ndarray, ...]] = []  # noqa: RUF012

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Stopper:
        held = settings["X_valid"], settings["y_valid"]
        self.seen.append(tuple(np.asarray(part) for part in (X, y, *held)))
        return self


def test_a_trial_keeps_predictions_and_a_model(make: Prepare) -> None:
    data, dataset = make()
    reports: list[tuple[int, int, float | None]] = []
    result = run_trial(_trial(), pickle.loads(pickle.dumps(data)), lambda *r: reports.append(r))
    arrays = load_arrays(data)
    folds = data.plan.n_folds
    assert [fold for fold, _, _ in reports] == list(range(1, folds + 1))
    assert result.fold_scores == tuple(score for _, _, score in reports)
    oof = np.load(result.predictions)
    assert oof.dtype == np.float32
    assert np.isfinite(oof).all()
    metric = find_metric(data.plan.metric)
    again = [
        metric.score(arrays.y[arrays.folds == f], oof[arrays.folds == f].astype(float))
        for f in range(folds)
    ]
    assert result.score == pytest.approx(np.mean(again))
    assert result.score_std == pytest.approx(np.std(again, ddof=1))
    assert result.predict_ms_per_row > 0
    assert result.memory_bytes > 0
    bag = load_bag(result.model)
    assert len(bag.parts) == folds
    prediction = bag.predict(load_frame(dataset, list(data.plan.features)))
    assert prediction.shape == oof.shape
    assert metric.score(arrays.y, prediction) > 0.8


@pytest.mark.parametrize("name", ["mlp", "adaboost", "hist_gradient_boosting"])
def test_a_fold_is_judged_with_the_rounds_of_the_others(make: Prepare, name: str) -> None:
    data, _ = make(n_folds=4)
    reports: list[float | None] = []
    result = run_trial(_trial(name), data, lambda *r: reports.append(r[2]))
    oof, arrays = np.load(result.predictions), load_arrays(data)
    own = load_bag(result.model).parts
    judged = [oof[arrays.folds == fold] for fold in range(4)]
    frame = load_frame(make(n_folds=4)[1], list(data.plan.features))
    stopped = [part.predict(frame[arrays.folds == fold]) for fold, part in enumerate(own)]
    assert any(not np.allclose(a, b, atol=1e-4) for a, b in zip(judged, stopped, strict=True))
    losses = [
        [-np.log(p[np.arange(len(p)), arrays.y[arrays.folds == fold]]).mean() for p in pair]
        for fold, pair in enumerate(zip(judged, stopped, strict=True))
    ]
    # Each fold's own best round looks better on its rows than any other could.
    assert all(honest >= best - 1e-6 for honest, best in losses)
    metric = find_metric(data.plan.metric)
    again = [metric.score(arrays.y[arrays.folds == f], judged[f].astype(float)) for f in range(4)]
    assert result.fold_scores == pytest.approx(again)


def test_no_round_is_chosen_by_others_of_another_time(make: Prepare) -> None:
    data, _ = make(validation="time", task={"time": "day"})
    reports: list[float | None] = []
    result = run_trial(_trial("lightgbm"), data, lambda *r: reports.append(r[2]))
    assert result.fold_scores == tuple(reports)


def test_a_repeated_trial_is_judged_by_the_mean_over_the_repeats(make: Prepare) -> None:
    data, dataset = make(n_repeats=2)
    reports: list[tuple[int, int, float | None]] = []
    result = run_trial(_trial("random_forest"), data, lambda *r: reports.append(r))
    assert [(fold, n) for fold, n, _ in reports] == [(fold, 6) for fold in range(1, 7)]
    assert data.plan.n_fits == 6 == len(result.fold_scores)
    assert result.fold_scores == tuple(score for _, _, score in reports)
    arrays = load_arrays(data)
    first, second = arrays.assignments
    assert np.array_equal(first, arrays.folds)
    assert not np.array_equal(first, second)
    bag = load_bag(result.model)
    assert len(bag.parts) == 6
    frame = load_frame(dataset, list(data.plan.features))
    expected = np.zeros((N, 2))
    for number, part in enumerate(bag.parts):
        held = arrays.assignments[number // 3] == number % 3
        expected[held] += part.predict(frame[held]) / 2
    oof = np.load(result.predictions)
    assert np.allclose(oof, expected, atol=1e-6)
    metric = find_metric(data.plan.metric)
    again = [metric.score(arrays.y[first == f], oof[first == f].astype(float)) for f in range(3)]
    assert result.score == pytest.approx(np.mean(again))
    assert result.score_std == pytest.approx(np.std(again, ddof=1))
    assert result.score > np.mean(result.fold_scores)


def test_repeats_that_the_limit_does_not_pay_are_left_out(
    make: Prepare, family: Callable[[type], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = make(n_repeats=3)
    reports: list[int] = []
    clock = SimpleNamespace(monotonic=lambda: 9.0 * (len(reports) > 3), perf_counter=perf_counter)
    monkeypatch.setattr("jupyter_automl.evaluate.trial.time", clock)
    spec = _trial(family(Half), time_limit_seconds=5.0)
    result = run_trial(spec, data, lambda fold, n_folds, score: reports.append(fold))
    assert reports == [1, 2, 3, 4]
    assert len(result.fold_scores) == 4
    assert np.isfinite(np.load(result.predictions)).all()


def test_regression(make: Prepare) -> None:
    data, dataset = make()
    plan = replace(data.plan, task="regression", target="value", metric="rmse", classes=())
    spec = TaskSpec(task="regression", target="value", metric="rmse")
    folder = Path(data.folder).parent
    data = prepare(dataset, spec, replace(plan, greater_is_better=False), folder)
    result = run_trial(_trial("lightgbm"), data, _silent)
    assert 0.5 < result.score < 2.5
    assert np.load(result.predictions).shape == (N,)


def test_a_holdout_has_one_fold_and_no_spread(make: Prepare) -> None:
    data, _ = make(validation="holdout", n_folds=1)
    result = run_trial(_trial(), data, _silent)
    oof = np.load(result.predictions)
    held = load_arrays(data).folds >= 0
    assert result.score_std is None
    assert np.isfinite(oof[held]).all()
    assert np.isnan(oof[~held]).all()


def test_later_rows_judge_and_the_last_model_stays(make: Prepare) -> None:
    data, _ = make(validation="time", task={"time": "day"})
    result = run_trial(_trial(), data, _silent)
    assert len(result.fold_scores) == 3
    assert len(load_bag(result.model).parts) == 1


def test_groups_stay_together(make: Prepare) -> None:
    data, dataset = make(validation="group", task={"group": "customer"})
    folds = load_arrays(data).folds
    customers = load_frame(dataset, ["customer"])["customer"].to_numpy()
    assert all(len(set(folds[customers == c])) == 1 for c in set(customers))


@pytest.mark.parametrize("kind", ["cv", "group", "time"])
@pytest.mark.parametrize("encoding", ["native", "ordinal", "scaled"])
def test_nothing_of_a_fold_is_made_from_what_it_is_judged_on(
    make: Prepare, kind: str, encoding: Any
) -> None:
    table = _table()
    rng = np.random.default_rng(1)
    table["town"] = [f"town {i}" for i in rng.integers(0, 60, N)]
    table["day"] = rng.permutation(table["day"].to_numpy())
    settings: dict[str, Any] = {
        "features": ("x", "place", "town"),
        "validation": kind,
        "n_repeats": 1 if kind == "time" else 2,
        "task": {"time": "day"} if kind == "time" else {"group": "customer"},
    }
    data, _ = make(table=table, **settings)
    space = Workspace(data, limit_bytes=0)
    for fit in range(space.n_fits):
        fold = space.fold(fit, encoding, None)
        assert not set(fold.train.tolist()) & set(fold.valid.tolist())
        customers, days = table["customer"].to_numpy(), table["day"].to_numpy()
        if kind == "time":
            assert days[fold.train].max() < days[fold.valid].min()
        else:
            assert not set(customers[fold.train]) & set(customers[fold.valid])
        # Every row but the training rows gets another answer and other values.
        other = Workspace(data, limit_bytes=0)
        rest = np.setdiff1d(np.arange(N), fold.train)
        other.arrays.y[rest] = 1 - other.arrays.y[rest]
        other.frame = other.frame.copy()
        other.frame.loc[rest, ["x", "town"]] = [99.0, "elsewhere"]
        again = other.fold(fit, encoding, None)
        assert np.array_equal(np.asarray(fold.X), np.asarray(again.X), equal_nan=True)


def test_early_stopping_sees_the_held_out_rows_of_its_fold_only(
    make: Prepare, family: Callable[[type], str]
) -> None:
    Stopper.seen = []
    table = _table()
    table["x"] = np.arange(N, dtype=float)
    data, _ = make(table=table, features=("x",), validation="time", task={"time": "day"})
    run_trial(_trial(family(Stopper)), data, _silent)
    assert len(Stopper.seen) == 3
    for X, y, X_valid, y_valid in Stopper.seen:
        assert len(X) == len(y)
        assert len(X_valid) == len(y_valid)
        assert X[:, 0].max() < X_valid[:, 0].min()


FAMILIES_OF_RARE = ("linear", "lightgbm", "xgboost", "random_forest", "mlp", "knn")


@pytest.mark.parametrize("name", FAMILIES_OF_RARE)
def test_a_class_that_a_fold_has_never_seen(make: Prepare, name: str) -> None:
    table = _table()
    table["answer"] = table["place"].where(table["customer"] != 7, "far away")
    table.loc[3, "answer"] = "once"
    classes = ("far away", "north", "once", "south", "west")
    data, _ = make(
        table=table,
        task={"group": "customer"},
        kind="multiclass",
        metric="log_loss",
        greater_is_better=False,
        classes=classes,
        features=("x", "day"),
        validation="group",
    )
    result = run_trial(_trial(name), data, _silent)
    oof = np.load(result.predictions)
    assert oof.shape == (N, 5)
    assert np.isfinite(oof).all()
    assert np.allclose(oof.sum(axis=1), 1, atol=1e-5)
    assert np.isfinite(result.score)


def test_rows_without_a_target_are_left_out(make: Prepare) -> None:
    table = _table()
    table.loc[[3, 5, 70], "answer"] = None
    data, _ = make(table=table)
    arrays = load_arrays(data)
    assert len(arrays.y) == N - 3
    assert not {3, 5, 70} & set(arrays.rows.tolist())
    result = run_trial(_trial(), data, _silent)
    assert len(np.load(result.predictions)) == N - 3


def test_no_target_at_all_is_an_error(make: Prepare) -> None:
    table = _table()
    table["answer"] = pd.array(["yes"] + [None] * (N - 1), dtype="str")
    with pytest.raises(TargetError, match="At least 2 rows"):
        make(table=table)


def test_weights_reach_the_fit(make: Prepare, family: Callable[[type], str]) -> None:
    Recorder.limits, Recorder.seen = [], []
    data, _ = make(task={"weight": "importance"})
    run_trial(_trial(family(Recorder)), data, _silent)
    assert all(weights is not None and len(weights) == n for n, weights in Recorder.seen)
    assert load_arrays(data).weights.mean() == pytest.approx(1)


def test_weights_of_held_out_rows_reach_the_fit(
    make: Prepare, family: Callable[[type], str]
) -> None:
    Weighed.seen = []
    data, _ = make(task={"weight": "importance"})
    run_trial(_trial(family(Weighed)), data, _silent)
    arrays = load_arrays(data)
    for fold, settings in enumerate(Weighed.seen):
        held = arrays.weights[arrays.folds == fold]
        assert np.array_equal(settings["sample_weight_valid"], held)
    Weighed.seen = []
    run_trial(_trial("fake"), make()[0], _silent)
    # A family of another package may not know of them.
    assert all("sample_weight_valid" not in settings for settings in Weighed.seen)


@pytest.mark.parametrize("name", ["dummy", "linear", "lightgbm", "knn"])
def test_rows_of_weight_0_take_part_in_nothing(make: Prepare, name: str) -> None:
    table = _table()
    # All that the first part in time would be judged by, and a class that nothing else has.
    table.loc[60:159, "importance"] = 0.0
    table.loc[70, "answer"] = "maybe"
    data, _ = make(table=table, validation="time", task={"time": "day", "weight": "importance"})
    arrays = load_arrays(data)
    assert arrays.rows.tolist() == [*range(60), *range(160, N)]
    assert arrays.weights.min() > 0
    assert arrays.weights.mean() == pytest.approx(1)
    result = run_trial(_trial(name), data, _silent)
    assert len(result.fold_scores) == 3
    assert len(np.load(result.predictions)) == N - 100


def test_weights_that_are_all_0_leave_nothing(make: Prepare) -> None:
    table = _table()
    table["importance"] = 0.0
    with pytest.raises(TargetError, match=r"and a weight above 0\. 0 of 300 do"):
        make(table=table, task={"weight": "importance"})


def test_weights_must_be_numbers(make: Prepare) -> None:
    with pytest.raises(ArgumentError, match="weight column"):
        make(task={"weight": "place"})


def test_a_time_column_must_hold_times(make: Prepare) -> None:
    with pytest.raises(ArgumentError, match="dates or numbers"):
        make(validation="time", task={"time": "place"})


def test_the_limit_is_shared_by_the_folds(make: Prepare, family: Callable[[type], str]) -> None:
    Recorder.limits, Recorder.seen = [], []
    data, _ = make()
    run_trial(_trial(family(Recorder), time_limit_seconds=9.0), data, _silent)
    first, second, third = Recorder.limits
    assert first <= 3.0
    assert first <= second <= third <= 9.0


def test_a_slow_predictor_leaves_time_for_its_predictions(
    make: Prepare, family: Callable[[type], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Recorder.limits, Recorder.seen = [], []
    data, _ = make()
    Slow.now, Slow.asked = 0.0, []
    clock = SimpleNamespace(monotonic=lambda: Slow.now, perf_counter=lambda: Slow.now)
    monkeypatch.setattr("jupyter_automl.evaluate.trial.time", clock)
    result = run_trial(_trial(family(Slow), time_limit_seconds=9.0), data, _silent)
    fold = 0.02 * N / 3
    assert Recorder.limits == pytest.approx([3.0, (9 - 3 * fold) / 2, 9 - 3 * fold])
    # Three models, 60 ms a row together: some 1,000 rows would take a minute.
    assert max(Slow.asked[3:]) < 50
    assert result.predict_ms_per_row == pytest.approx(60.0)


def test_without_a_limit_a_trial_has_its_share_of_the_run(
    make: Prepare, family: Callable[[type], str]
) -> None:
    Recorder.limits, Recorder.seen = [], []
    data, _ = make(
        budget_seconds=20.0,
        reserve_seconds=2.0,
        families=("linear", "lightgbm", "mlp", "fake"),
    )
    run_trial(_trial(family(Recorder)), data, _silent)
    assert Recorder.limits == pytest.approx([0.2 * 18 / 3] * 3)


def test_a_limit_that_is_used_up_ends_the_trial(
    make: Prepare, family: Callable[[type], str]
) -> None:
    data, _ = make()
    with pytest.raises(TrialError, match="used up after fold 1 of 3") as caught:
        run_trial(_trial(family(Half), time_limit_seconds=1e-6), data, _silent)
    assert caught.value.code == "trial_time"


def test_warnings_are_collected(make: Prepare, family: Callable[[type], str]) -> None:
    data, _ = make()
    result = run_trial(_trial(family(Warner)), data, _silent)
    assert result.info["warnings"] == ["RuntimeWarning: did not converge"]


def test_predictions_that_are_no_numbers_fail_the_trial(
    make: Prepare, family: Callable[[type], str]
) -> None:
    data, _ = make()
    with pytest.raises(TrialError, match="no finite number in fold 1"):
        run_trial(_trial(family(Nowhere)), data, _silent)


def test_a_row_that_is_no_number_falls_back_to_the_shares(
    make: Prepare, family: Callable[[type], str]
) -> None:
    data, _ = make()
    result = run_trial(_trial(family(Partly)), data, _silent)
    oof = np.load(result.predictions)
    assert np.isfinite(oof).all()
    assert np.allclose(oof.sum(axis=1), 1)


def test_a_sample_of_the_rows(make: Prepare, family: Callable[[type], str]) -> None:
    Recorder.limits, Recorder.seen = [], []
    data, _ = make()
    spec = _trial(family(Recorder), params={SAMPLE_ROWS: 50})
    result = run_trial(spec, data, _silent)
    assert [n for n, _ in Recorder.seen] == [50, 50, 50]
    assert np.isfinite(np.load(result.predictions)).all()
    assert result.info["n_rows"] == 50


@pytest.mark.parametrize("order", ["newest first", "any"])
def test_a_sample_over_time_is_of_the_latest_rows(make: Prepare, order: str) -> None:
    table = _table().iloc[::-1] if order == "newest first" else _table().sample(frac=1.0)
    table = table.reset_index(drop=True)
    table.loc[5, "day"] = pd.NaT
    data, _ = make(table=table, validation="time", task={"time": "day"})
    space = Workspace(data, limit_bytes=0)
    days = table["day"].to_numpy()
    whole = [space.fold(fit, "ordinal", None).train for fit in range(space.n_fits)]
    whole.append(space.whole("ordinal", None).train)
    some = [space.fold(fit, "ordinal", 40).train for fit in range(space.n_fits)]
    some.append(space.whole("ordinal", 40).train)
    for every, latest in zip(whole, some, strict=True):
        assert len(latest) == 40
        assert (np.diff(latest) > 0).all()
        left = np.setdiff1d(every, latest)
        assert len(left) + 40 == len(every)
        assert days[left].max() < days[latest].min()


def test_threads_that_ask_at_once_share_the_data(make: Prepare) -> None:
    data, _ = make()
    other = replace(data, cache_bytes=1_000)
    together = threading.Barrier(8)

    def ask(number: int) -> Workspace:
        together.wait(timeout=60)
        return workspace(data if number % 2 else other)

    with ThreadPoolExecutor(8) as pool:
        spaces = list(pool.map(ask, range(8)))
    assert [space.data == (data if n % 2 else other) for n, space in enumerate(spaces)] == [
        True
    ] * 8


def test_encoded_folds_are_kept_within_bounds(make: Prepare) -> None:
    data, _ = make()
    space = Workspace(data, limit_bytes=10**9)
    first = space.fold(0, "ordinal", None)
    assert space.fold(0, "ordinal", None) is first
    assert space.fold(0, "scaled", None) is not first
    small = Workspace(data, limit_bytes=1)
    kept = small.fold(0, "ordinal", None)
    assert small.fold(0, "ordinal", None) is kept
    small.fold(1, "ordinal", None)
    assert small.fold(0, "ordinal", None) is not kept


def test_what_a_worker_may_keep_of_folds_is_told_with_the_data(make: Prepare) -> None:
    data, _ = make()
    assert workspace(replace(data, cache_bytes=0)).limit_bytes == 0
    assert workspace(replace(data, cache_bytes=1_000)).limit_bytes == 1_000
    most = cache_limit_bytes(data.plan.n_workers)
    assert workspace(data).limit_bytes == most
    assert workspace(replace(data, cache_bytes=2**60)).limit_bytes == most


def test_room_for_a_fold_is_made_before_it_is_encoded(make: Prepare) -> None:
    data, _ = make()
    one = Workspace(data, limit_bytes=0).fold(0, "ordinal", None).n_bytes
    space = Workspace(data, limit_bytes=int(2.5 * one))
    kept = [space.fold(fold, "ordinal", None) for fold in range(3)]
    assert space.fold(2, "ordinal", None) is kept[2]
    assert space.fold(1, "ordinal", None) is kept[1]
    assert space.fold(0, "ordinal", None) is not kept[0]
    assert space.kept_bytes <= space.limit_bytes


def test_a_blend_is_the_weighted_mean(make: Prepare) -> None:
    data, dataset = make()
    bags = [
        load_bag(run_trial(_trial(name, number), data, _silent).model)
        for number, name in enumerate(("linear", "dummy"), start=1)
    ]
    frame = load_frame(dataset, list(data.plan.features))
    blend = Blend(members=((bags[0], 3.0), (bags[1], 1.0)))
    expected = 0.75 * bags[0].predict(frame) + 0.25 * bags[1].predict(frame)
    assert np.allclose(blend.predict(frame), expected)
    assert (blend.family, blend.classes, len(blend.parts)) == ("ensemble", ("no", "yes"), 6)


def test_a_model_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is gone"):
        load_bag(tmp_path / "model.joblib")


def test_what_the_folds_tell_is_merged() -> None:
    merged = merged_info(
        [{"best_iteration": 10, "kept": True, "rate": 0.5}, {"best_iteration": 15, "rate": 1.0}]
    )
    assert merged == {"best_iteration": 12, "kept": True, "rate": 0.75}


def test_a_trial_may_ask_for_further_features(make: Prepare) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(N, 3)), columns=["a", "b", "c"])
    frame["answer"] = np.where(frame.a * frame.b > 0, "yes", "no")
    data, _ = make(table=frame, features=("a", "b", "c"))
    plain, crossed = (
        run_trial(_trial(number=number, params=params), data, lambda *_: None)
        for number, params in ((1, {"C": 1.0}), (2, {"C": 1.0, FEATURES: "interactions"}))
    )
    assert plain.score < 0.65
    assert crossed.score > 0.9
    bag = load_bag(crossed.model)
    assert bag.params[FEATURES] == "interactions"
    assert bag.predict(frame).shape == (N, 2)


@pytest.mark.parametrize("name", ["random_forest", "knn"])
@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_what_leaves_rows_out_itself_is_fitted_once(make: Prepare, name: str, kind: str) -> None:
    values = {"target": "value", "metric": "rmse", "classes": (), "greater_is_better": False}
    plan = {} if kind == "binary" else values
    data, _ = make(kind=kind, fitted_once=(name,), **plan)
    told: list[tuple[Any, ...]] = []
    result = run_trial(_trial(name), data, lambda *args: told.append(args))
    y, folds = np.load(data.y_path), np.load(data.folds_path)
    oof = np.load(result.predictions).astype(float)
    assert len(load_bag(result.model).parts) == 1
    assert result.info["n_rows"] == len(y)
    assert told == [(1, 1, pytest.approx(result.score))]
    # Judged fold by fold as all others are, and as well as by folds.
    metric = find_metric(data.plan.metric)
    scores = [metric.score(y[folds == f], oof[folds == f]) for f in range(3)]
    assert result.fold_scores == pytest.approx(scores, abs=1e-6)
    by_folds = run_trial(
        _trial(name, 2), replace(data, plan=replace(data.plan, fitted_once=())), _silent
    )
    assert len(load_bag(by_folds.model).parts) == 3
    assert result.score == pytest.approx(by_folds.score, rel=0.1)
    # Nothing of it is what the model says of rows that it knows.
    known = load_bag(result.model).predict(load_frame(data.dataset, list(data.plan.features)))
    assert metric.score(y, known) != pytest.approx(result.score, rel=0.05)


def test_a_sample_and_further_features_take_folds(make: Prepare) -> None:
    data, _ = make(fitted_once=("knn",))
    for number, params in enumerate(({SAMPLE_ROWS: 100}, {FEATURES: "pairs"}), start=1):
        result = run_trial(_trial("knn", number, params=params), data, _silent)
        assert len(load_bag(result.model).parts) == 3


VALUES = {"target": "value", "metric": "rmse", "classes": (), "greater_is_better": False}


@pytest.mark.parametrize("name", ["dummy", "linear", "lightgbm", "knn"])
@pytest.mark.parametrize("metric", ["rmse", "mae", "r2"])
@pytest.mark.parametrize("case", ["one huge value", "huge values"])
def test_values_beyond_32_bits(make: Prepare, name: str, metric: str, case: str) -> None:
    table = _table()
    if case == "huge values":
        table["value"] *= 1e50
    else:
        table.loc[7, "value"] = 1e300
    plan = VALUES | {"metric": metric, "greater_is_better": metric == "r2"}
    data, _ = make(table=table, kind="regression", **plan)
    result = run_trial(_trial(name), data, _silent)
    assert np.isfinite(result.score)
    assert np.isfinite(result.score_std)
    oof = np.load(result.predictions)
    assert np.isfinite(oof).all()
    if case == "huge values":
        assert oof.dtype == np.float64
    if case == "huge values" and name != "dummy" and metric != "r2":
        baseline = run_trial(_trial("dummy", 2), data, _silent)
        assert result.score < 0.8 * baseline.score


def test_values_within_32_bits_are_kept_in_them(make: Prepare) -> None:
    table = _table()
    table["value"] *= 1e30
    data, _ = make(table=table, kind="regression", **VALUES)
    assert np.load(run_trial(_trial(), data, _silent).predictions).dtype == np.float32
    once = replace(data, plan=replace(data.plan, fitted_once=("knn",)))
    assert np.load(run_trial(_trial("knn", 2), once, _silent).predictions).dtype == np.float32
