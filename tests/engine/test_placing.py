"""The GPU among the workers: one trial at a time, and off it after a failure."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.plan import GpuUse, Plan, PlanStep
from jupyter_automl.core.trial import SAMPLE_ROWS, TrialResult
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from tests.engine.test_machine import Play, bodies, of, plan

GPU = {
    "xgboost": GpuUse(device="cuda", least_rows=100_000),
    "lightgbm": GpuUse(device="opencl", least_rows=50_000),
}


def _plan(*families: str, **fields: Any) -> Plan:
    return plan(*families, gpu=GPU, **fields)


def _devices(play: Play) -> list[tuple[str, str]]:
    specs = [command.spec for command in of(do.SubmitTrial, play.commands)]
    return [(spec.family, spec.device) for spec in specs]


def _done(play: Play, number: int, **info: Any) -> list[do.Command]:
    family = play.state.running[number].spec.family
    result = TrialResult(number=number, family=family, score=0.7, info=info)
    return play.tell(got.TrialDone(result=result))


@pytest.fixture
def play() -> Play:
    return Play(state=machine.start(n_workers=3, budget_seconds=60.0))


def test_one_trial_at_a_time_has_the_gpu(play: Play) -> None:
    play.plan(_plan("linear", "xgboost", "lightgbm", "xgboost", "lightgbm"))
    assert _devices(play) == [("linear", "cpu"), ("xgboost", "cuda"), ("lightgbm", "cpu")]
    play.done(1, 0.9)
    # The better XGBoost does not get it twice, and LightGBM has to wait for it.
    assert _devices(play)[3] == ("lightgbm", "cpu")
    play.done(3)
    assert _devices(play)[4] == ("xgboost", "cpu")


def test_searched_trials_get_it_too(play: Play) -> None:
    play.plan(_plan("dummy"), search={"xgboost": 1.0})
    play.done(1, family="dummy")
    play.tell(got.Suggested(family="xgboost", params={"a": 1}, token=None))
    assert _devices(play)[-1] == ("xgboost", "cuda")


def test_samples_of_too_few_rows_stay_on_the_cpu(play: Play) -> None:
    def step(rows: int) -> PlanStep:
        return PlanStep(family="xgboost", params={SAMPLE_ROWS: rows})

    made = _plan("xgboost", steps=(step(10_000), step(100_000), step(200_000)))
    play.plan(made)
    assert [device for _, device in _devices(play)] == ["cpu", "cuda", "cpu"]


def test_the_plan_without_a_gpu_uses_none(play: Play) -> None:
    play.plan(plan("xgboost", "lightgbm"))
    assert {device for _, device in _devices(play)} == {"cpu"}


def test_a_failure_there_keeps_the_family_off_it_and_is_told_once(play: Play) -> None:
    play.plan(_plan("xgboost", "xgboost", "lightgbm", "xgboost"))
    told = bodies(_done(play, 1, gpu_error="Out of memory."), ev.NoticeRaised)
    assert [notice.code for notice in told] == ["gpu_failed"]
    assert told[0].message.endswith("CPU: Out of memory.")
    assert "Xgboost" in told[0].message
    assert _devices(play)[3] == ("xgboost", "cpu")
    assert bodies(_done(play, 2, gpu_error="Out of memory."), ev.NoticeRaised) == []


def test_another_family_may_still_use_it(play: Play) -> None:
    play.plan(_plan("xgboost", "dummy", "linear", "lightgbm"))
    _done(play, 1, device="cuda", gpu_error="Out of memory.")
    assert _devices(play)[3] == ("lightgbm", "opencl")


@pytest.mark.parametrize("reason", ["lost", "memory"])
def test_a_process_that_dies_there_is_made_good_on_the_cpu(play: Play, reason: Any) -> None:
    play.plan(_plan("xgboost", "dummy", "linear", "xgboost"))
    play.begin(1)
    made = play.fail(1, reason)
    assert [failed.reason for failed in bodies(made, ev.TrialFailed)] == [reason]
    assert [notice.code for notice in bodies(made, ev.NoticeRaised)] == ["gpu_failed"]
    again = of(do.SubmitTrial, made)[0].spec
    assert (again.number, again.family, again.device) == (1, "xgboost", "cpu")
    assert not play.state.record("xgboost").dropped
    assert play.state.record("xgboost").n_losses == 0
    # On the CPU a loss is a loss, and nothing is tried a third time.
    play.begin(1)
    lost = play.fail(1, "lost")
    assert [spec.spec.number for spec in of(do.SubmitTrial, lost)] == [4]
    assert play.state.record("xgboost").n_losses == 1


def test_an_error_that_the_cpu_has_too_counts_as_ever(play: Play) -> None:
    play.plan(_plan("xgboost"))
    play.begin(1)
    play.fail(1, "error")
    assert play.state.record("xgboost").n_errors == 1


def test_a_fit_that_hangs_there_costs_the_gpu_and_not_the_family(play: Play) -> None:
    made = _plan("linear", "xgboost", "dummy", "xgboost")
    play.tell(
        got.PlanReady(
            plan=made,
            outlook=got.Outlook(
                step_seconds=(1.0,) * 4,
                labels={"xgboost": "XGBoost"},
                longest_seconds={"xgboost": 4.0},
            ),
        )
    )
    play.begin(2)
    play.done(1)
    ended = play.at(10.0)
    assert of(do.KillTrial, ended) == [do.KillTrial(number=2)]
    assert [notice.code for notice in bodies(ended, ev.NoticeRaised)] == ["gpu_failed"]
    assert not play.state.record("xgboost").dropped
    (again,) = [c.spec for c in of(do.SubmitTrial, ended) if c.spec.number == 2]
    assert again.device == "cpu"
    # There it is ended as any other, and the family with it.
    play.begin(2)
    play.at(20.0)
    assert play.state.record("xgboost").dropped
    assert 2 not in play.state.running


def test_seconds_on_the_gpu_do_not_change_what_the_cpu_is_expected_to_take(play: Play) -> None:
    play.plan(_plan("xgboost", "xgboost", "dummy"), cost=10.0)
    play.begin(1)
    play.begin(2)
    play.at(5.0)
    _done(play, 1, device="cuda")
    assert play.state.record("xgboost").ratio is None
    _done(play, 2)
    assert play.state.record("xgboost").ratio == pytest.approx(0.5)


def test_after_a_pause_the_same_trial_may_have_it_again(play: Play) -> None:
    play.plan(_plan("xgboost", "lightgbm"))
    play.tell(got.CommandArrived(command="pause"))
    play.tell(got.CommandArrived(command="resume"))
    assert _devices(play)[2:] == [("xgboost", "cuda"), ("lightgbm", "cpu")]
    assert bodies(play.commands, ev.NoticeRaised) == []
