"""Runs that nobody wants explained, such as those of estimators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_automl.core import codec
from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from tests.engine.test_machine import Play, bodies, of, plan


def play(**fields: Any) -> Play:
    return Play(state=machine.start(n_workers=2, budget_seconds=60.0, explain=False, **fields))


@pytest.mark.parametrize("max_trials", [None, 1])
def test_it_ends_as_soon_as_the_ensemble_is_chosen(max_trials: int | None) -> None:
    run = play(max_trials=max_trials)
    run.plan(plan("dummy", "linear", "lightgbm"))
    while run.state.running:
        run.done(min(run.state.running))
    assert of(do.SubmitExplanation, run.commands) == []
    if run.state.ensemble.pending:
        assert of(do.Finish, run.commands) == []
        run.tell(got.EnsembleSelected(members=((2, 0.5), (3, 0.5)), score=0.9, seconds=0.1))
    assert of(do.Finish, run.commands)[0].status == "finished"
    assert of(do.SubmitExplanation, run.commands) == []
    said = [body.message for body in bodies(run.commands, ev.StageChanged)]
    assert said[-1] == "Choosing the ensemble."


def test_the_last_selection_may_take_most_of_what_is_left() -> None:
    limits = []
    for explain in (True, False):
        run = Play(state=machine.start(n_workers=2, budget_seconds=60.0, explain=explain))
        run.plan(plan("linear", "lightgbm"))
        run.at(56.0)
        run.done(1)
        run.done(2)
        limits.append(of(do.SelectEnsemble, run.commands)[-1].time_limit_seconds)
    assert limits == pytest.approx([0.4 * 4.0, 0.8 * 4.0])


def test_a_run_of_before_is_read_as_one_that_is_explained() -> None:
    data = Dataset(name="t", fingerprint="0" * 64, path="t.arrow", n_rows=9, columns=())
    written = json.loads(codec.to_json(ev.RunCreated(name="t", dataset=data, task=TaskSpec())))
    assert written.pop("explain") is True
    assert codec.from_json(ev.RunCreated, json.dumps(written)).explain
