"""How the loss goes along fits: told under way, and kept in small."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.trial import FitCurve, TrialSpec
from jupyter_automl.evaluate import TrialData, fit_curves, run_trial
from jupyter_automl.evaluate.fit_curves import KEPT_POINTS, LIVE_POINTS, FitCurves
from jupyter_automl.models.boosting import Stopper
from jupyter_automl.models.rounds import Curve
from jupyter_automl.models.telling import listener, listening, thinned
from tests.evaluate.test_trial import make  # noqa: F401

Prepare = Callable[..., tuple[TrialData, Dataset]]
_LOSSES = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=0, max_size=300)


@given(losses=_LOSSES, most=st.integers(6, 64))
def test_a_thinned_curve_is_short_finite_and_keeps_its_ends_and_its_best(
    losses: list[float], most: int
) -> None:
    curve = Curve(rounds=list(range(5, 5 + 3 * len(losses), 3)), losses=losses)
    rounds, kept, best = thinned(curve, most)
    finite = [
        (at, loss) for at, loss in zip(curve.rounds, losses, strict=True) if math.isfinite(loss)
    ]
    if not finite:
        assert (rounds, kept, best) == ((), (), 0)
        return
    assert 1 <= len(rounds) == len(kept) <= most
    assert list(rounds) == sorted(set(rounds))
    assert all(math.isfinite(loss) for loss in kept)
    assert (rounds[0], rounds[-1]) == (finite[0][0], finite[-1][0])
    smallest = min(loss for _, loss in finite)
    assert best in rounds
    assert dict(finite)[best] == smallest
    json.dumps([rounds, kept, best])


def test_whoever_listens_hears_a_stopper_and_nobody_else_does() -> None:
    heard: list[int] = []
    with listening(lambda curve: heard.append(len(curve.rounds))):
        stopper = Stopper(10, None, lambda: 0.0)
    assert listener() is None
    for loss in (3.0, None, 2.0):
        stopper.done(None if loss is None else [loss])
    assert heard == [1, 2]
    assert Stopper(10, None, lambda: 0.0).tell is None


class Recipe:
    def __init__(self, task: str = "binary", metric: str = "roc_auc") -> None:
        self.task, self.metric = task, metric


class Fake:
    """An estimator of which only its kind and recipe are asked for."""

    def __init__(self, kind: str = "lightgbm", **recipe: str) -> None:
        self.kind, self.recipe = kind, Recipe(**recipe)


def kept(estimator: Any, losses: list[float], n_valid: int = 500) -> Mapping[str, Any] | None:
    curves = FitCurves()
    with curves.of(1, estimator, n_valid):
        stopper = Stopper(10, None, lambda: 0.0)
        for loss in losses:
            stopper.done([loss])
    return curves.kept()


@pytest.mark.parametrize(
    ("estimator", "n_valid", "losses", "name", "shown"),
    [
        (Fake(), 500, [-0.7, -0.8], "1 - roc_auc", [0.3, 0.2]),
        (Fake(), 100, [0.7, 0.6], "log_loss", [0.7, 0.6]),
        (Fake(metric="average_precision"), 500, [-0.25], "1 - average_precision", [0.75]),
        (Fake(metric="accuracy"), 2_000, [0.25, 0.0], "error rate", [0.25, 0.0]),
        (Fake("catboost", metric="accuracy"), 2_000, [-0.75, -0.8], "error rate", [0.25, 0.2]),
        (Fake("catboost", metric="accuracy"), 2_000, [0.6], "log_loss", [0.6]),
        (Fake("other"), 500, [0.5], "log_loss", [0.5]),
        (Fake(task="regression", metric="rmse"), 500, [12_345.678], "loss", [12_346.0]),
        (object(), 500, [0.5], "loss", [0.5]),
    ],
)
def test_losses_fall_and_have_their_name(
    estimator: Any, n_valid: int, losses: list[float], name: str, shown: list[float]
) -> None:
    found = kept(estimator, losses, n_valid)
    assert found is not None
    rounds, values, best = found["lines"][0]
    assert found["loss"] == name
    assert values == pytest.approx(shown)
    assert (rounds, best) == (list(range(1, len(losses) + 1)), len(losses))


def test_what_is_kept_of_many_long_fits_is_small() -> None:
    curves = FitCurves()
    for fit in range(1, 31):
        with curves.of(fit, Fake("other"), 500):
            stopper = Stopper(10, None, lambda: 0.0)
            for at in range(5_000):
                stopper.done([0.123456789 + 1 / (at + 1)])
    found = curves.kept()
    assert found is not None
    assert sum(len(rounds) for rounds, _, _ in found["lines"]) <= KEPT_POINTS
    assert len(json.dumps(found)) <= 1_500


def test_a_fit_that_is_made_again_on_another_device_counts_once() -> None:
    curves = FitCurves()
    for losses in ([9.0, 8.0], [3.0]):
        with curves.of(1, Fake("other"), 500):
            stopper = Stopper(10, None, lambda: 0.0)
            for loss in losses:
                stopper.done([loss])
    found = curves.kept()
    assert found is not None
    assert found["lines"] == [[[1], [3.0], 1]]


def test_a_fit_that_goes_on_tells_its_curve_now_and_then_and_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(fit_curves.time, "monotonic", lambda: now[0])
    told: list[FitCurve] = []
    curves = FitCurves(told.append)
    with curves.of(2, Fake("other"), 500):
        stopper = Stopper(10, None, lambda: 0.0)
        for at in range(100):
            now[0] = 0.02 * at
            stopper.done([1 / (at + 1)])
    assert [curve.rounds[-1] for curve in told] == [26, 51, 76, 100]
    assert {curve.fit for curve in told} == {2}
    assert all(len(curve.rounds) <= LIVE_POINTS for curve in told)
    quick: list[FitCurve] = []
    with FitCurves(quick.append).of(1, Fake("other"), 500):
        Stopper(10, None, lambda: 0.0).done([0.5])
    assert quick == []


@pytest.mark.parametrize("family", ["lightgbm", "xgboost", "hist_gradient_boosting", "mlp"])
def test_a_trial_keeps_the_curves_of_its_folds(make: Prepare, family: str) -> None:  # noqa: F811
    told: list[FitCurve] = []
    data, _ = make()
    spec = TrialSpec(number=1, family=family, time_limit_seconds=20.0)
    result = run_trial(spec, data, lambda *_: None, told.append)
    curve = result.info["curve"]
    assert len(curve["lines"]) == 3
    for rounds, losses, best in curve["lines"]:
        assert len(rounds) == len(losses)
        assert np.isfinite(losses).all()
        assert losses[rounds.index(best)] == min(losses)
    assert len(json.dumps(curve)) <= 1_500
    assert isinstance(result.info["best_iteration"], int)


def test_a_trial_of_a_family_without_rounds_keeps_none(make: Prepare) -> None:  # noqa: F811
    data, _ = make()
    result = run_trial(TrialSpec(number=1, family="linear"), data, lambda *_: None)
    assert "curve" not in result.info
