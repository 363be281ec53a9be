"""Trials that are far behind after a fold or two are given up, and what is made of that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import TrialPrunedError
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.pruning import LEAST_OF_FAMILY, expected_score, least_scores
from jupyter_automl.evaluate import prepare, run_trial
from tests.engine.test_machine import Play, bodies, of, plan

ERROR = {"code": "trial_pruned", "message": "Given up.", "hint": "", "context": {}}


def _played(scores: list[tuple[float, ...]], **fields: Any) -> Play:
    """A run in which as many LightGBM trials have finished, with these scores of folds."""
    play = Play(machine.start(n_workers=1, budget_seconds=1000.0))
    made = plan(*["lightgbm"] * len(scores), budget_seconds=1000.0, **fields)
    play.plan(made, search={"lightgbm": 1.0})
    for number, folds in enumerate(scores, start=1):
        play.begin(number)
        mean = sum(folds) / len(folds)
        result = TrialResult(number=number, family="lightgbm", score=mean, fold_scores=folds)
        play.tell(got.TrialDone(result=result))
    return play


def test_a_trial_must_keep_up_with_the_best_or_with_its_family() -> None:
    best = (0.90, 0.92, 0.88, 0.91, 0.89)
    rest = [tuple(score - behind for score in best) for behind in (0.05, 0.1, 0.15)]
    play = _played([best, *rest], n_folds=5)
    error = float(np.std(best, ddof=1)) / 5**0.5
    least = least_scores(play.state, "lightgbm")
    assert len(least) == 4
    # The middle of the family is further behind than two standard errors.
    assert least[0] == pytest.approx(best[0] - 0.075)
    assert 2 * error < 0.075
    assert least[1] == pytest.approx((best[0] + best[1]) / 2 - 0.075)
    assert least_scores(play.state, "mlp") == ()


def test_smaller_is_better_turns_it_round() -> None:
    folds = [(10.0, 12.0, 11.0)] * (LEAST_OF_FAMILY + 1)
    play = _played(folds, n_folds=3, metric="rmse", greater_is_better=False)
    least = least_scores(play.state, "lightgbm")
    assert least[0] == pytest.approx(10.0 + 2 * 1.0 / 3**0.5)


@pytest.mark.parametrize("fields", [{"n_folds": 1}, {"n_folds": 5, "n_repeats": 2}])
def test_no_folds_to_compare(fields: dict[str, int]) -> None:
    play = _played([(0.9,) * fields["n_folds"]] * 6, **fields)
    assert least_scores(play.state, "lightgbm") == ()


def test_a_family_is_heard_before_it_is_judged() -> None:
    play = _played([(0.9, 0.8, 0.85)] * (LEAST_OF_FAMILY - 1), n_folds=3)
    assert least_scores(play.state, "lightgbm") == ()


def test_a_trial_that_gave_up_teaches_the_sampler_and_is_no_failure() -> None:
    play = _played([(0.9, 0.8, 0.85)] * 6, n_folds=3)
    play.tell(got.EnsembleSelected(seconds=0.1))
    play.tell(got.Suggested(family="lightgbm", params={}, token=7))
    spec = of(do.SubmitTrial, play.new)[-1].spec
    assert spec.least_scores == least_scores(play.state, "lightgbm")
    play.begin(spec.number)
    play.tell(got.TrialPruned(number=spec.number, n_folds=1, score=0.7, error=ERROR))
    assert [failed.reason for failed in bodies(play.new, ev.TrialFailed)] == ["pruned"]
    told = of(do.TellSampler, play.new)[0]
    # .2 behind the best on the fold that it did.
    assert told.score == pytest.approx(0.85 - 0.2)
    assert expected_score(play.state, 1, 0.7) == told.score
    assert play.state.record("lightgbm").n_errors == 0
    assert play.state.last_error is None


def test_a_worker_gives_a_trial_up(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=300)})
    frame["y"] = np.where(frame.x + rng.normal(size=300) > 0, "yes", "no")
    dataset = save_dataset(open_table(frame), tmp_path / "data")
    made = Plan(
        task="binary",
        target="y",
        metric="roc_auc",
        greater_is_better=True,
        classes=("no", "yes"),
        features=("x",),
        n_folds=3,
    )
    task = TaskSpec(task="binary", target="y", metric="roc_auc")
    data = prepare(dataset, task, made, tmp_path / "run")
    folds: list[int] = []

    def trial(*least: float) -> TrialResult:
        spec = TrialSpec(number=1, family="linear", params={"C": 1.0}, least_scores=least)
        return run_trial(spec, data, lambda fold, n_folds, score: folds.append(fold))

    assert len(trial(0.5, 0.5).fold_scores) == 3
    folds.clear()
    with pytest.raises(TrialPrunedError) as caught:
        trial(0.5, 0.999)
    assert folds == [1, 2]
    assert caught.value.context["n_folds"] == 2
    assert 0.5 < caught.value.context["score"] < 0.999
