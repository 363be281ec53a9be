"""One model on all rows in place of one a fold, for every family."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import RunError, TrialError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.registry import Entry
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS, TrialResult, TrialSpec
from jupyter_automl.data import load_frame, open_table, save_dataset
from jupyter_automl.evaluate import Bag, Blend, TrialData, load_bag, prepare, run_trial
from jupyter_automl.evaluate.built import load_built
from jupyter_automl.evaluate.refit import RefitRequest, Refitted, refit_trial
from jupyter_automl.evaluate.trial_data import stored_data
from jupyter_automl.models import FAMILIES
from jupyter_automl.models.boosting import settled
from jupyter_automl.models.estimator import Growth
from jupyter_automl.models.families.mlp import NetworkEstimator

N = 240
LIMITED: Mapping[str, Mapping[str, Any]] = {
    "lightgbm": {"learning_rate": 0.3, "num_leaves": 4},
    "xgboost": {"learning_rate": 0.3, "max_depth": 2},
    "catboost": {"learning_rate": 0.3, "depth": 2, "iterations": 60},
    "hist_gradient_boosting": {"learning_rate": 0.3, "max_leaf_nodes": 4},
    "adaboost": {"max_depth": 1, "learning_rate": 1.0},
    "random_forest": {"n_estimators": 12},
    "extra_trees": {"n_estimators": 12},
    "mlp": {"hidden": 16, "layers": 1, "epochs": 6},
    "ebm": {"outer_bags": 1, "interactions": 0},
}
BY_ROUNDS = ("lightgbm", "xgboost", "catboost", "hist_gradient_boosting", "adaboost", "mlp")
Make = Callable[..., TrialData]
Fitted = tuple[TrialSpec, TrialResult]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def prepared(
        *, task: Mapping[str, Any] | None = None, light: int = 0, **plan: Any
    ) -> TrialData:
        rng = np.random.default_rng(0)
        x = rng.normal(size=N)
        place = rng.choice(["north", "south", "west"], N)
        value = 3 * x + (place == "north") + rng.normal(size=N)
        table = pd.DataFrame(
            {
                "x": np.where(rng.random(N) < 0.1, np.nan, x),
                "place": place,
                "day": rng.permutation(pd.date_range("2024-01-01", periods=N, freq="D")),
                "importance": rng.random(N) + 0.5,
                "answer": np.where(value > 0, "yes", "no"),
            }
        )
        table.loc[:4, "day"] = pd.NaT
        # Rows of no weight take part in nothing.
        table.loc[N - light :, "importance"] = 0.0
        dataset = save_dataset(open_table(table), tmp_path / "data")
        settings: dict[str, Any] = {
            "task": "binary",
            "target": "answer",
            "metric": "log_loss",
            "greater_is_better": False,
            "classes": ("no", "yes"),
            "features": ("x", "place"),
            "n_folds": 2,
        }
        made = Plan(**(settings | plan))
        spec = TaskSpec(task=made.task, target=made.target, metric=made.metric, **(task or {}))
        return prepare(dataset, spec, made, tmp_path / "run")

    return prepared


def _silent(*_: Any) -> None:
    return None


def _trial(data: TrialData, family: str, number: int = 1, **params: Any) -> Fitted:
    given = {**LIMITED.get(family, {}), **params}
    spec = TrialSpec(number=number, family=family, params=given, random_state=7)
    return spec, run_trial(spec, data, _silent)


def _refit(data: TrialData, trial: Fitted, folder: Path | None = None) -> tuple[Refitted, Bag]:
    spec, result = trial
    to = folder or Path(data.folder).parent / "refits" / str(spec.number)
    request = RefitRequest(spec=spec, result=result, data=data, folder=str(to))
    done = refit_trial(pickle.loads(pickle.dumps(request)), _silent)
    return done, load_bag(done.model)


def _rows(data: TrialData) -> pd.DataFrame:
    return load_frame(data.dataset, list(data.plan.features))


@pytest.mark.parametrize("name", [n for n in FAMILIES.available() if n != "dummy"])
def test_every_family_is_refitted(make: Make, name: str, tmp_path: Path) -> None:
    data = make()
    trial = _trial(data, name)
    done, bag = _refit(data, trial)
    assert (bag.family, bag.classes, len(bag.parts)) == (name, ("no", "yes"), 1)
    assert (done.number, done.n_rows) == (1, N)
    assert Path(done.model).parent.joinpath("features.json").is_file()
    assert load_built(done.model).changed.keys() <= {"x", "place"}
    rows = _rows(data)
    prediction = bag.predict(rows)
    assert prediction.shape == (N, 2)
    right = (prediction.argmax(axis=1) == np.load(data.y_path)).mean()
    assert right > 0.8
    # Near what the folds' models say, and not the same: it has seen more.
    folds = load_bag(trial[1].model).predict(rows)
    assert 0 < np.abs(prediction - folds).mean() < 0.15
    _, again = _refit(data, trial, tmp_path / "again")
    np.testing.assert_array_equal(again.predict(rows), prediction)
    info = bag.parts[0].estimator.info
    if name in BY_ROUNDS:
        parts = load_bag(trial[1].model).parts
        best = np.mean([part.estimator.info["best_iteration"] for part in parts])
        assert bag.params["n_rounds"] == info["n_rounds"]
        # Twice the rows of a fold. A network sees them in as many epochs, here of 8 steps of
        # 30 rows instead of 7 of 16.
        expected = 2 * best if name != "mlp" else best * 8 / 7
        assert info["n_rounds"] == pytest.approx(expected, abs=1)


def test_the_later_rows_are_learned_from_as_well(make: Make) -> None:
    data = make(validation="time", task={"time": "day"}, n_folds=3, features=("x", "day"))
    trial = _trial(data, "linear")
    done, _ = _refit(data, trial)
    folds = np.load(data.folds_path)
    # Five rows have no time, and take part in nothing.
    assert (folds == -2).sum() == 5
    assert trial[1].info["n_rows"] == (folds < 2).sum() - 5 < N - 5 == done.n_rows


def test_what_a_hold_out_kept_back_is_learned_from(make: Make) -> None:
    data = make(validation="holdout", n_folds=1)
    trial = _trial(data, "lightgbm")
    done, bag = _refit(data, trial)
    before = trial[1].info["n_rows"]
    assert before < N == done.n_rows
    best = load_bag(trial[1].model).parts[0].estimator.info["best_iteration"]
    assert bag.params["n_rounds"] == max(1, round(best * N / before))


def test_members_of_a_blend_share_their_preprocessing(make: Make) -> None:
    data = make()
    trials = [
        _trial(data, "linear", 1),
        _trial(data, "lightgbm", 2),
        _trial(data, "linear", 3, C=0.1),
        _trial(data, "linear", 4, **{FEATURES: "interactions"}),
    ]
    bags = [_refit(data, trial)[1] for trial in trials]
    rows = _rows(data)
    alone = [bag.predict(rows) for bag in bags]
    blend = Blend(members=tuple((bag, 1.0) for bag in bags))
    first, second, third, fourth = (bag.parts[0].preprocessor for bag in bags)
    assert first is third
    assert len({id(one) for one in (first, second, fourth)}) == 3
    np.testing.assert_allclose(blend.predict(rows), np.mean(alone, axis=0), atol=1e-15)
    one = rows.iloc[[0]]
    # Products of one row and of many are added up in another order on some processors: the last
    # bits of 32 differ.
    np.testing.assert_allclose(blend.predict(one), blend.predict(rows)[:1], rtol=1e-6)


def test_weights_a_sample_and_moved_folders(make: Make) -> None:
    data = make(task={"weight": "importance"})
    folder = Path(data.folder).parent
    assert stored_data(data.dataset, data.plan, folder) == data
    trial = _trial(data, "linear", **{SAMPLE_ROWS: 50})
    done, bag = _refit(data, trial)
    assert done.n_rows == 50
    assert bag.params[SAMPLE_ROWS] == 50
    Path(data.folds_path).unlink()
    with pytest.raises(FileNotFoundError, match="folds"):
        stored_data(data.dataset, data.plan, folder)


def test_a_sample_by_time_of_a_run_that_has_stored_no_times(make: Make, tmp_path: Path) -> None:
    data = make(validation="time", task={"time": "day"}, n_folds=3, features=("x", "day"))
    folder = Path(data.folder).parent
    trial = _trial(data, "linear", **{SAMPLE_ROWS: 50})
    _, bag = _refit(data, trial, tmp_path / "with")
    times = np.load(folder / "times.npy")
    (folder / "times.npy").unlink()
    # As versions before times were stored left it.
    old = stored_data(data.dataset, data.plan, folder, "day")
    assert old == data
    np.testing.assert_array_equal(np.load(folder / "times.npy"), times)
    # Other settings of its cache: it is read anew, as in another process.
    done, again = _refit(replace(old, cache_bytes=2**30), trial, tmp_path / "without")
    assert done.n_rows == 50
    np.testing.assert_array_equal(again.predict(_rows(data)), bag.predict(_rows(data)))


def test_times_are_those_of_the_rows_that_take_part(make: Make) -> None:
    data = make(validation="time", task={"time": "day", "weight": "importance"}, n_folds=3, light=7)
    folder = Path(data.folder).parent
    times = np.load(folder / "times.npy")
    assert len(times) == N - 7
    (folder / "times.npy").unlink()
    stored_data(data.dataset, data.plan, folder, "day")
    np.testing.assert_array_equal(np.load(folder / "times.npy"), times)
    assert {path.name for path in folder.glob(".*")} == set()


def test_a_bag_that_is_gone_is_said(make: Make) -> None:
    data = make()
    trial = _trial(data, "lightgbm")
    Path(trial[1].model).unlink()
    with pytest.raises(RunError, match=r"model\.joblib' is gone"):
        _refit(data, trial)


class Plain:
    """As little as a family of another package has to give."""

    info: Mapping[str, Any] = {}
    finite = True

    def fit(self, X: Any, y: np.ndarray, **settings: Any) -> Plain:
        self.settings = settings
        return self

    def predict(self, X: Any) -> np.ndarray:
        return np.full((len(X), 2), 0.5 if self.finite or len(X) < N / 2 else np.nan)


def test_a_family_of_another_package(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    class Family:
        name, label, encoding = "plain", "Plain", "native"

        def build(self, params: Mapping[str, Any], **settings: Any) -> Plain:
            return Plain()

    family = Family()
    monkeypatch.setitem(FAMILIES._entries, "plain", Entry(name="plain", load=lambda: family))
    monkeypatch.delitem(FAMILIES._loaded, "plain", raising=False)
    try:
        data = make()
        trial = _trial(data, "plain", depth=3)
        done, bag = _refit(data, trial)
        assert done.params == {"depth": 3}
        assert bag.parts[0].estimator.settings == {"sample_weight": None}
        monkeypatch.setattr(Plain, "finite", False)
        with pytest.raises(TrialError, match="Plain, fitted on all rows, predicted no finite"):
            _refit(data, (trial[0], replace(trial[1])))
    finally:
        FAMILIES._loaded.pop("plain", None)


def test_rounds_grow_with_the_rows() -> None:
    infos = [{"best_iteration": 10}, {"best_iteration": 21}, {"constant": True}]
    growth = Growth(before=80, after=100)
    assert settled({"a": 1}, infos, growth) == {"a": 1, "n_rounds": 19}
    assert settled({"a": 1}, [{"constant": True}], growth) == {"a": 1}
    # 1,600 rows are 8 steps of 200, 4,000 rows 15 of 256: as many epochs.
    network = [{"best_iteration": 24, "n_rounds": 80}]
    found = NetworkEstimator.settled({}, network, Growth(before=1_600, after=4_000))
    assert found == {"n_steps": 150, "n_rounds": 45}


def test_what_was_fitted_on_all_rows_is_not_fitted_again(make: Make) -> None:
    data = make(fitted_once=("knn",))
    trial = _trial(data, "knn")
    done, bag = _refit(data, trial)
    assert done.n_rows == N
    rows = _rows(data)
    np.testing.assert_array_equal(bag.predict(rows), load_bag(trial[1].model).predict(rows))
