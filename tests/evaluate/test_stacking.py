"""Models on what other models say of each row."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import RunError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import STACKED_ON, TrialResult, TrialSpec
from jupyter_automl.data import load_frame, open_table, save_dataset
from jupyter_automl.evaluate import (
    Blend,
    TrialData,
    bags_behind,
    load_bag,
    load_predictor,
    prepare,
    run_trial,
)
from jupyter_automl.evaluate.refit import RefitRequest, refit_trial
from jupyter_automl.evaluate.stacking import beside, columns_of_predictions

N = 600
LABELS = {"binary": ("no", "yes"), "multiclass": ("high", "low", "mean"), "regression": ()}
CUTS = {"binary": [0.0], "multiclass": [-2.0, 2.0]}
Make = Callable[..., TrialData]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def prepared(kind: str = "binary", **plan: Any) -> TrialData:
        rng = np.random.default_rng(0)
        x, z = rng.normal(size=(2, N))
        place = rng.choice(["north", "south", "west"], N)
        value = 3 * x + (place == "north") + 0.5 * rng.normal(size=N)
        labels = np.array(LABELS[kind] or ("",))
        target = value if kind == "regression" else labels[np.digitize(value, CUTS[kind])]
        table = pd.DataFrame({"x": x, "z": z, "place": place, "answer": target})
        dataset = save_dataset(open_table(table), tmp_path / "data")
        classes = LABELS[kind]
        made = Plan(
            task=kind,  # type: ignore[arg-type]
            target="answer",
            metric="log_loss" if classes else "rmse",
            greater_is_better=False,
            classes=classes,
            features=("x", "z", "place"),
            **({"n_folds": 3} | plan),
        )
        spec = TaskSpec(task=made.task, target=made.target, metric=made.metric)
        return prepare(dataset, spec, made, tmp_path / "run")

    return prepared


def _trial(
    data: TrialData, family: str, number: int, **params: Any
) -> tuple[TrialSpec, TrialResult]:
    spec = TrialSpec(number=number, family=family, params=params, time_limit_seconds=20.0)
    return spec, run_trial(spec, data, lambda *_: None)


def _ground(data: TrialData) -> list[int]:
    _trial(data, "linear", 1)
    _trial(data, "lightgbm", 2, num_leaves=4, learning_rate=0.3)
    return [1, 2]


def _rows(data: TrialData) -> pd.DataFrame:
    return load_frame(data.dataset, [column.name for column in data.columns])


@pytest.mark.parametrize("kind", LABELS)
def test_it_predicts_from_what_the_others_say(make: Make, kind: str) -> None:
    data = make(kind)
    below = _ground(data)
    _, result = _trial(data, "stacked_lightgbm", 3, num_leaves=4, **{STACKED_ON: below})
    bag = load_bag(result.model)
    assert list(bag.stacked_on) == below
    assert [one.family for one in bag.below] == ["linear", "lightgbm"]
    rows = _rows(data).iloc[:7]
    said = columns_of_predictions([one.predict(rows) for one in bag.below])
    assert said.shape == (7, {"multiclass": 6}.get(kind, 2))
    by_hand = np.mean(
        [
            part.estimator.predict(beside(part.preprocessor.transform(rows), said))
            for part in bag.parts
        ],
        axis=0,
    )
    np.testing.assert_allclose(bag.predict(rows), by_hand, rtol=1e-6)
    # One row goes another way, as codes.
    one = [bag.predict(rows.iloc[[place]])[0] for place in range(len(rows))]
    np.testing.assert_allclose(one, by_hand, rtol=1e-5)


def test_it_learns_from_held_out_predictions_only(make: Make) -> None:
    data = make("regression")
    y = np.load(data.y_path)
    folder = Path(data.folder)
    rng = np.random.default_rng(1)
    for number, noise in ((1, 0.01), (2, 5.0)):
        (folder / str(number)).mkdir(parents=True)
        np.save(folder / str(number) / "oof.npy", (y + noise * rng.normal(size=N)).astype("f4"))
        # Their models are needed for rows that nothing was held out of.
        _, plain = _trial(data, "linear", 9)
        shutil.copy(plain.model, folder / str(number) / "model.joblib")
    _, good = _trial(data, "stacked_lightgbm", 3, **{STACKED_ON: [1]})
    _, poor = _trial(data, "stacked_lightgbm", 4, **{STACKED_ON: [2]})
    assert good.score < 0.7 * poor.score


def test_a_blend_asks_every_model_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make()
    below = _ground(data)
    _, result = _trial(data, "stacked_lightgbm", 3, num_leaves=4, **{STACKED_ON: below})
    folder = Path(data.folder)
    files = [folder / str(number) / "model.joblib" for number in (1, 3)]
    blend = load_predictor([(file, 0.5) for file in files], blends=True)
    assert isinstance(blend, Blend)
    linear, stack = (bag for bag, _ in blend.members)
    assert stack.below[0] is linear
    families = [bag.family for bag in bags_behind([linear, stack])]
    assert families == ["linear", "stacked_lightgbm", "lightgbm"]
    asked: list[int] = []
    for bag in bags_behind([linear, stack]):
        estimator = type(bag.parts[0].estimator)
        predict = estimator.predict

        def told(self: Any, X: Any, predict: Any = predict) -> np.ndarray:
            asked.append(id(self))
            answer: np.ndarray = predict(self, X)
            return answer

        monkeypatch.setattr(estimator, "predict", told)
    rows = _rows(data).iloc[:20]
    both = 0.5 * load_bag(files[0]).predict(rows) + 0.5 * load_bag(result.model).predict(rows)
    asked.clear()
    np.testing.assert_allclose(blend.predict(rows), both, rtol=1e-6)
    assert len(asked) == len(set(asked)) == 9


def test_refitted_it_stands_on_refitted_models(make: Make, tmp_path: Path) -> None:
    data = make()
    trials = [
        _trial(data, "linear", 1),
        _trial(data, "lightgbm", 2, num_leaves=4, learning_rate=0.3),
        _trial(data, "stacked_lightgbm", 3, num_leaves=4, **{STACKED_ON: [1, 2]}),
    ]
    for spec, result in trials:
        folder = str(tmp_path / "refits" / str(spec.number))
        request = RefitRequest(spec=spec, result=result, data=data, folder=folder)
        refitted = refit_trial(request, lambda *_: None)
    bag = load_bag(refitted.model)
    families = [one.family for one in (bag, *bag.below)]
    assert families == ["stacked_lightgbm", "linear", "lightgbm"]
    assert [len(one.parts) for one in (bag, *bag.below)] == [1, 1, 1]
    rows = _rows(data)
    correct = [
        (model.predict(rows).argmax(axis=1) == np.load(data.y_path)).mean()
        for model in (load_bag(trials[-1][1].model), bag)
    ]
    assert min(correct) > 0.85
    assert abs(correct[0] - correct[1]) < 0.05


def test_what_it_stands_on_is_gone(make: Make) -> None:
    data = make()
    _, result = _trial(data, "stacked_lightgbm", 3, num_leaves=4, **{STACKED_ON: _ground(data)})
    Path(data.folder, "1", "model.joblib").unlink()
    with pytest.raises(RunError, match=r"model\.joblib' is gone"):
        load_bag(result.model)


def test_columns_of_two_classes_are_one() -> None:
    two = np.array([[0.9, 0.1], [0.0, 1.0]])
    three = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])
    columns = columns_of_predictions([np.array([1.0, 2.0]), two, three])
    assert columns.shape == (2, 5)
    assert columns.dtype == np.float32
    assert columns[0, 1] == pytest.approx(np.log(0.1 / 0.9))
    assert np.isfinite(columns).all()


def test_a_repeat_is_the_same(make: Make) -> None:
    data = make()
    below = _ground(data)
    spec, first = _trial(data, "stacked_lightgbm", 3, num_leaves=4, **{STACKED_ON: below})
    kept = np.load(first.predictions)
    second = run_trial(replace(spec, number=4), data, lambda *_: None)
    np.testing.assert_array_equal(kept, np.load(second.predictions))
