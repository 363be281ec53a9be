"""The machine: lists of stimuli and the commands that must follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.plan import Plan, PlanStep
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.state import PATIENCE, State

C = TypeVar("C")


def steps(*families: str) -> tuple[PlanStep, ...]:
    return tuple(
        PlanStep(family=name, source="baseline" if name == "dummy" else "warm_start")
        for name in families
    )


def plan(*families: str, **fields: Any) -> Plan:
    given: dict[str, Any] = {
        "task": "binary",
        "target": "y",
        "metric": "roc_auc",
        "greater_is_better": True,
        "budget_seconds": 60.0,
        "reserve_seconds": 5.0,
        "steps": steps(*families),
        "families": tuple(dict.fromkeys(families)),
    }
    return Plan(**{**given, **fields})


@dataclass
class Play:
    """A run on the machine, with what it has said so far."""

    state: State = field(default_factory=lambda: machine.start(n_workers=2, budget_seconds=60.0))
    commands: list[do.Command] = field(default_factory=list)
    new: list[do.Command] = field(default_factory=list)

    def tell(self, *stimuli: got.Stimulus) -> list[do.Command]:
        self.new = []
        for stimulus in stimuli:
            self.state, made = machine.step(self.state, stimulus)
            self.new += made
        self.commands += self.new
        return self.new

    def plan(
        self, made: Plan, *, search: Mapping[str, float] | None = None, cost: float = 1.0
    ) -> list[do.Command]:
        outlook = got.Outlook(
            labels={name: name.title() for name in made.families},
            step_seconds=(cost,) * len(made.steps),
            search_seconds=search or {},
            self_limiting={"lightgbm": 0.5},
        )
        return self.tell(got.PlanReady(plan=made, outlook=outlook))

    def at(self, seconds: float) -> list[do.Command]:
        return self.tell(got.Ticked(elapsed_seconds=seconds))

    def begin(self, number: int) -> list[do.Command]:
        return self.tell(got.TrialBegan(number=number))

    def done(
        self, number: int, score: float = 0.7, family: str | None = None, **facts: Any
    ) -> list[do.Command]:
        name = family or self.state.running[number].spec.family
        result = TrialResult(number=number, family=name, score=score, **facts)
        return self.tell(got.TrialDone(result=result))

    def fail(self, number: int, reason: Any = "error") -> list[do.Command]:
        error = {"code": "internal", "message": "It broke.", "hint": "", "context": {}}
        return self.tell(got.TrialEndedBadly(number=number, reason=reason, error=error))


def of(kind: type[C], commands: Iterable[do.Command]) -> list[C]:
    return [command for command in commands if isinstance(command, kind)]


def bodies(commands: Iterable[do.Command], kind: type[C]) -> list[C]:
    appended = [body for command in of(do.Append, commands) for body in command.bodies]
    return [body for body in appended if isinstance(body, kind)]


def submitted(commands: Iterable[do.Command]) -> list[str]:
    return [command.spec.family for command in of(do.SubmitTrial, commands)]


@pytest.fixture
def play() -> Play:
    return Play()


# Order of work


def test_steps_start_in_order_on_all_workers(play: Play) -> None:
    first = play.plan(plan("dummy", "linear", "lightgbm"))
    assert submitted(first) == ["dummy", "linear"]
    assert len(bodies(first, ev.PlanMade)) == 1
    assert submitted(play.done(1)) == ["lightgbm"]
    specs = [command.spec for command in of(do.SubmitTrial, play.commands)]
    assert [spec.number for spec in specs] == [1, 2, 3]
    assert len({spec.random_state for spec in specs}) == 3
    assert specs[0].source == "baseline"


def _order(*costs: float, members: tuple[tuple[int, float], ...]) -> list[str]:
    """Families in the order in which one worker takes them, with what the ensemble gives."""
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    names = ("linear", "lightgbm", "lightgbm", "mlp", "knn", "lightgbm", "mlp", "knn", "knn")
    made = plan(*names)
    step_seconds = tuple(
        dict(zip(("linear", "lightgbm", "mlp", "knn"), costs, strict=True))[n] for n in names
    )
    outlook = got.Outlook(labels={}, step_seconds=step_seconds, search_seconds={})
    play.tell(got.PlanReady(plan=made, outlook=outlook))
    while play.state.running:
        number = max(play.state.running)
        play.done(number, 0.7)
        if play.state.ensemble.pending:
            known = tuple(m for m in members if m[0] in play.state.results)
            play.tell(got.EnsembleSelected(members=known, score=0.7 + number / 100, seconds=0.0))
    return submitted(play.commands)


def test_further_starts_come_by_what_the_ensemble_makes_of_the_first() -> None:
    firsts = ["linear", "lightgbm", "lightgbm", "mlp", "knn"]
    every = (1.0, 1.0, 1.0, 1.0)
    # Numbers of trials are those of the firsts above.
    order = _order(*every, members=((2, 0.1), (4, 0.9)))
    assert order == [*firsts, "mlp", "lightgbm", "knn", "knn"]
    # The sixth starts before the ensemble knows the fifth.
    order = _order(*every, members=((2, 0.1), (5, 0.9)))
    assert order == [*firsts, "lightgbm", "knn", "knn", "mlp"]
    # Gain is by the second.
    order = _order(1.0, 1.0, 9.0, 1.0, members=((2, 0.3), (4, 0.7)))
    assert order == [*firsts, "lightgbm", "mlp", "knn", "knn"]


def test_the_same_trials_whatever_the_ensemble_says() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0, max_trials=6))
    play.plan(plan("linear", "lightgbm", "knn", "lightgbm", "knn", "lightgbm"))
    while play.state.running:
        number = max(play.state.running)
        play.done(number, 0.7)
        if play.state.ensemble.pending:
            best = max(play.state.results)
            play.tell(got.EnsembleSelected(members=((best, 1.0),), score=0.8, seconds=0.0))
    assert submitted(play.commands)[:6] == [
        "linear",
        "lightgbm",
        "knn",
        "lightgbm",
        "knn",
        "lightgbm",
    ]


def test_a_trial_is_told_as_started_when_a_worker_takes_it(play: Play) -> None:
    assert bodies(play.plan(plan("dummy")), ev.TrialStarted) == []
    started = bodies(play.begin(1), ev.TrialStarted)[0]
    assert (started.family_label, started.n_folds) == ("Dummy", 5)


def test_folds_are_told_only_where_there_are_several(play: Play) -> None:
    play.plan(plan("dummy", "linear"))
    several = play.tell(got.FoldDone(number=1, fold=2, n_folds=5, score=0.5))
    assert bodies(several, ev.FoldFinished)[0].fold == 2
    single = play.tell(got.FoldDone(number=1, fold=1, n_folds=1, score=0.5))
    assert bodies(single, ev.FoldFinished) == []


def test_time_limit_is_what_is_left_before_the_reserve(play: Play) -> None:
    play.at(10)
    play.plan(plan("dummy"))
    spec = of(do.SubmitTrial, play.commands)[0].spec
    assert spec.time_limit_seconds == 45.0


def test_no_trial_takes_the_whole_run_and_more_of_a_longer_one(play: Play) -> None:
    made = plan("mlp", "mlp", "mlp", "mlp")
    longest = got.Outlook(step_seconds=(1.0,) * 4, longest_seconds={"mlp": 11.0})
    play.tell(got.PlanReady(plan=made, outlook=longest))
    play.tell(got.CommandArrived(command="extend", argument=60.0))
    play.done(1)
    play.at(100.0)
    play.done(2)
    limits = [c.spec.time_limit_seconds for c in of(do.SubmitTrial, play.commands)]
    assert limits == [11.0, 11.0, 22.0, 15.0]


def test_a_step_that_does_not_fit_is_passed_over(play: Play) -> None:
    outlook = got.Outlook(step_seconds=(1.0, 80.0, 2.0, 80.0))
    made = plan("dummy", "knn", "mlp", "lightgbm")
    commands = play.tell(got.PlanReady(plan=made, outlook=outlook))
    assert submitted(commands) == ["dummy", "mlp"]
    # The first LightGBM is tried whatever it costs.
    assert submitted(play.done(1)) == ["lightgbm"]
    play.done(2)
    assert submitted(play.done(3)) == []
    assert "too short for another model" in of(do.Finish, finish(play))[0].reason


def finish(play: Play) -> list[do.Command]:
    """Answer what the end asks for."""
    while play.state.phase != "ended":
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
        elif play.state.explaining is not None:
            play.tell(got.ExplanationFailed(error={"message": "x"}))
        else:
            play.at(play.state.elapsed + 1)
    return play.commands


def test_measured_time_replaces_predicted_time(play: Play) -> None:
    play.plan(plan("knn", "mlp", "knn", "mlp"), cost=10.0)
    play.begin(1)
    play.begin(2)
    play.at(30)
    # 30 s instead of 10: another one does not fit in the 25 s that are left.
    play.done(1, family="knn")
    assert submitted(play.new) == ["mlp"]
    play.done(2, family="mlp")
    assert submitted(play.new) == []


def test_a_booster_starts_with_half_of_its_time(play: Play) -> None:
    play.plan(plan("lightgbm", "dummy", "lightgbm", "knn"), cost=40.0)
    play.at(30)
    play.tell(got.TrialBegan(number=1))
    play.at(31)
    assert submitted(play.done(2)) == ["lightgbm"]


# Search


def test_what_stops_in_time_is_searched_with_half_of_its_time(play: Play) -> None:
    search = {"lightgbm": 30.0, "knn": 30.0}
    play.plan(plan("dummy"), search=search)
    assert [ask.family for ask in of(do.AskSampler, play.commands)] == ["lightgbm"]
    play.at(30.0)
    play.tell(got.Suggested(family="lightgbm", params={}, token=1))
    # 25 s are left: too little for neighbours, enough for half a booster.
    assert submitted(play.commands) == ["dummy", "lightgbm"]


def test_a_model_of_the_plan_is_waited_for_before_nothing_is_gained() -> None:
    play = Play(machine.start(n_workers=2, budget_seconds=1000.0))
    made = plan("linear", "lightgbm", "xgboost", budget_seconds=1000.0, reserve_seconds=10.0)
    play.plan(made, search={"linear": 1.0, "lightgbm": 1.0})
    play.done(1, 0.9)
    play.done(2, 0.8)
    assert play.state.running[3].spec.family == "xgboost"
    token = 0

    def search(until: int) -> None:
        nonlocal token
        while play.state.phase == "training" and play.state.last_number < until:
            if play.state.ensemble.pending:
                play.tell(got.EnsembleSelected())
            if play.state.asking is not None:
                token += 1
                play.tell(got.Suggested(family=play.state.asking, params={}, token=token))
            for number in set(play.state.running) - {3}:
                play.done(number, 0.5)
            play.at(play.state.elapsed + 0.1)

    search(until=2 * PATIENCE)
    assert play.state.phase == "training"
    play.done(3, 0.5)
    search(until=3 * PATIENCE)
    assert play.state.phase != "training"


def test_the_ensemble_is_asked_before_nothing_is_gained() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=1000.0))
    made = plan("linear", budget_seconds=1000.0, reserve_seconds=10.0)
    play.plan(made, search={"linear": 1.0})
    play.done(1, 0.9)

    def search(n_models: int) -> None:
        for _ in range(n_models):
            if play.state.asking is not None:
                play.tell(got.Suggested(family="linear", params={}, token=1))
            play.at(play.state.elapsed + 0.1)
            for number in tuple(play.state.running):
                play.done(number, 0.5)

    search(3)
    assert play.state.ensemble.pending
    # It took so long that there would not be another one for minutes.
    play.tell(got.EnsembleSelected(seconds=50.0))
    search(PATIENCE)
    assert play.state.phase == "training"
    assert play.state.ensemble.pending, "asked at once"
    members = ((2, 0.5), (3, 0.5))
    play.tell(got.EnsembleSelected(members=members, score=0.95, seconds=1.0))
    assert play.state.phase == "training", "there was something to gain"
    search(2 * PATIENCE + 5)
    assert play.state.ensemble.pending
    play.tell(got.EnsembleSelected(seconds=1.0))
    assert play.state.phase != "training"


def test_an_ensemble_may_be_chosen_into_the_reserve(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp"))
    play.done(1)
    play.at(54.9)
    (select,) = of(do.SelectEnsemble, play.done(2))
    assert select.time_limit_seconds > 1.0


def test_search_follows_the_steps(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm"), search={"lightgbm": 1.0})
    # A suggestion is asked for before a worker is free.
    assert [ask.family for ask in of(do.AskSampler, play.commands)] == ["lightgbm"]
    play.tell(got.Suggested(family="lightgbm", params={"a": 1}, token=5))
    assert submitted(play.new) == []
    play.done(1)
    trial = of(do.SubmitTrial, play.new)[0]
    assert (trial.spec.params, trial.spec.source, trial.token) == ({"a": 1}, "search", 5)
    assert [ask.family for ask in of(do.AskSampler, play.new)] == ["lightgbm"]


def _trained(play: Play, seconds: float, until: float) -> None:
    """Every trial takes `seconds`; the sampler suggests whatever it is asked for."""
    while play.state.elapsed < until:
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
        if play.state.asking is not None:
            play.tell(got.Suggested(family=play.state.asking, params={}, token=1))
        numbers = tuple(play.state.running)
        for number in numbers:
            play.begin(number)
        play.at(play.state.elapsed + seconds)
        for number in numbers:
            if number in play.state.running:
                play.done(number)


def test_the_search_follows_when_the_share_of_the_warm_starts_is_used_up() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    made = plan("knn", "mlp", *("lightgbm",) * 40, starts_share=0.4)
    # Predicted at ten times what it takes: what counts is the clock.
    play.plan(made, search={"lightgbm": 10.0}, cost=10.0)
    _trained(play, 1.0, until=50.0)
    sources = [command.spec.source for command in of(do.SubmitTrial, play.commands)]
    assert sources[:22] == ["warm_start"] * 22 == ["warm_start"] * round(0.4 * 55)
    assert set(sources[22:]) == {"search"}


def test_warm_starts_go_on_where_there_is_nothing_to_search() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    play.plan(plan("knn", *("mlp",) * 99, starts_share=0.3))
    _trained(play, 1.0, until=54.0)
    assert play.state.phase == "training"
    assert len(of(do.SubmitTrial, play.commands)) > 50


def test_every_family_has_its_first_whatever_the_share() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    made = plan("knn", "mlp", "lightgbm", "lightgbm", starts_share=0.01)
    play.plan(made, search={"lightgbm": 1.0})
    _trained(play, 5.0, until=30.0)
    specs = [command.spec for command in of(do.SubmitTrial, play.commands)]
    starts = [spec.family for spec in specs if spec.source == "warm_start"]
    assert starts == ["knn", "mlp", "lightgbm"]


def test_more_time_is_more_for_warm_starts_too() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    play.plan(plan(*("lightgbm",) * 99, starts_share=0.4), search={"lightgbm": 1.0})
    play.tell(got.CommandArrived(command="extend", argument=100.0))
    _trained(play, 1.0, until=150.0)
    sources = [command.spec.source for command in of(do.SubmitTrial, play.commands)]
    assert sources.count("warm_start") == round(0.4 * 155)


def test_what_was_cut_off_would_have_taken_longer() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    outlook = got.Outlook(step_seconds=(20.0,) * 3, longest_seconds={"knn": 5.0})
    play.tell(got.PlanReady(plan=plan("knn", "knn", "knn"), outlook=outlook))
    play.begin(1)
    play.at(5.0)
    cut = TrialResult(number=1, family="knn", score=0.7, info={"stopped_by_time": True})
    play.tell(got.TrialDone(result=cut))
    assert play.state.record("knn").ratio == 1.0
    play.begin(2)
    play.at(10.0)
    play.done(2)
    # Left to finish it took a quarter of what was expected.
    assert play.state.record("knn").ratio == pytest.approx((1.0 + 0.25) / 2)


def test_scores_are_told_to_the_sampler(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm"), search={"lightgbm": 1.0})
    told = of(do.TellSampler, play.done(2, 0.8))
    assert [(t.spec.number, t.score) for t in told] == [(2, 0.8)]
    assert of(do.TellSampler, play.done(1)) == []
    play.tell(got.Suggested(family="lightgbm", params={}, token=1))
    number = max(play.state.running)
    told = of(do.TellSampler, play.fail(number))
    assert [(t.spec.number, t.score) for t in told] == [(number, None)]


def test_search_time_goes_where_it_pays() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=1000.0, use_all_time=True))
    names = ("lightgbm", "xgboost", "mlp", "knn")
    made = plan(*names, budget_seconds=1000.0, reserve_seconds=10.0)
    play.plan(made, search=dict.fromkeys(names, 1.0))
    for number, score in enumerate((0.9, 0.8, 0.7, 0.6), start=1):
        play.begin(number)
        play.at(number)
        play.done(number, score)
    asked: list[str] = []
    while play.state.elapsed < 800:
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
        if play.state.asking is not None:
            asked.append(play.state.asking)
            play.tell(got.Suggested(family=play.state.asking, params={}, token=len(asked)))
        for number in tuple(play.state.running):
            play.begin(number)
            play.at(play.state.elapsed + 1)
            play.done(number, 0.5)
    shares = {name: asked.count(name) / len(asked) for name in names}
    assert shares["lightgbm"] > 0.5 > shares["xgboost"] > shares["mlp"] > shares["knn"] > 0


def test_a_sampler_that_fails_ends_its_search_only(play: Play) -> None:
    play.plan(plan("lightgbm", "xgboost"), search={"lightgbm": 1.0, "xgboost": 1.0})
    play.tell(got.SamplerFailed(family="lightgbm", error={"message": "disk full"}))
    assert "disk full" in bodies(play.new, ev.NoticeRaised)[0].message
    assert [ask.family for ask in of(do.AskSampler, play.new)] == ["xgboost"]


def test_without_a_search_the_run_ends_early_and_says_so(play: Play) -> None:
    play.plan(plan("dummy", "linear"))
    play.done(1)
    play.done(2)
    end = of(do.Finish, finish(play))[0]
    assert (end.status, end.reason) == ("finished", "Everything planned is done.")
    assert play.state.elapsed < 10


# Failures


def test_a_family_that_failed_twice_is_dropped(play: Play) -> None:
    play.plan(plan("mlp", "mlp", "mlp", "mlp", "dummy"))
    play.fail(1)
    assert submitted(play.new) == ["mlp"]
    play.fail(2)
    assert submitted(play.new) == ["dummy"]
    notice = bodies(play.new, ev.NoticeRaised)[0]
    assert notice.code == "family_dropped"
    assert "It broke." in notice.message


def test_failures_far_apart_do_not_drop_a_family(play: Play) -> None:
    play.plan(plan(*("mlp",) * 9))
    play.fail(1)
    play.done(2)
    play.fail(3)
    assert not play.state.record("mlp").dropped
    play.fail(4)
    assert play.state.record("mlp").dropped


def _hung(play: Play) -> list[do.Command]:
    """A searched trial of a family that does not look at the clock is ended from outside."""
    outlook = got.Outlook(
        step_seconds=(1.0,) * 2, search_seconds={"mlp": 1.0}, longest_seconds={"mlp": 4.0}
    )
    play.tell(got.PlanReady(plan=plan("linear", "mlp"), outlook=outlook))
    play.begin(1)
    play.begin(2)
    play.done(1)
    play.tell(got.Suggested(family="mlp", params={}, token="t"))
    play.done(2)
    (number,) = play.state.running
    play.begin(number)
    return play.at(20.0)


def test_a_fit_that_hangs_is_booked_as_any_other(play: Play) -> None:
    ended = _hung(play)
    (kill,) = of(do.KillTrial, ended)
    assert [failed.reason for failed in bodies(ended, ev.TrialFailed)] == ["time"]
    assert [notice.code for notice in bodies(ended, ev.NoticeRaised)] == ["family_dropped"]
    (told,) = of(do.TellSampler, ended)
    assert (told.spec.number, told.score) == (kill.number, None)
    record = play.state.record("mlp")
    assert record.dropped
    assert (record.search_seconds, record.n_searched) == (20.0, 1)


def test_what_is_too_late_is_expected_to_take_as_long_again(play: Play) -> None:
    play.plan(plan("dummy", "mlp", "mlp", *("knn",) * 9))
    play.done(1, 0.5)
    play.begin(2)
    play.at(30.0)
    play.fail(2, "time")
    assert play.state.record("mlp").ratio == pytest.approx(30.0)
    assert not play.state.record("mlp").dropped


def test_a_lost_worker_is_a_notice_and_one_trial(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm", "lightgbm", "linear"))
    play.begin(2)
    play.at(3)
    play.fail(2, "lost")
    failed = bodies(play.new, ev.TrialFailed)[0]
    assert (failed.reason, failed.seconds) == ("lost", 3.0)
    assert [n.code for n in bodies(play.new, ev.NoticeRaised)] == ["worker_lost"]
    assert submitted(play.new) == ["lightgbm"]


def test_out_of_time_is_no_mark_against_a_family(play: Play) -> None:
    play.plan(plan("mlp", "mlp", "mlp", "mlp"))
    play.fail(1, "time")
    play.fail(2, "time")
    assert submitted(play.new) == ["mlp"]


def test_no_model_at_all_is_a_failed_run(play: Play) -> None:
    play.plan(plan("linear"))
    play.fail(1)
    end = of(do.Finish, play.new)[0]
    assert end.status == "failed"
    assert "It broke." in end.reason
    assert end.error is not None


def test_a_plan_that_cannot_be_made(play: Play) -> None:
    error = {"code": "target", "message": "The target is constant.", "hint": "", "context": {}}
    end = of(do.Finish, play.tell(got.PlanFailed(error=error)))[0]
    assert (end.status, end.reason, end.error) == ("failed", "The target is constant.", error)


def test_a_budget_too_short_for_a_plan(play: Play) -> None:
    end = of(do.Finish, play.at(59.9))[0]
    assert end.status == "failed"
    assert end.error is not None
    assert end.error["code"] == "no_model"


# The ensemble


def test_an_ensemble_is_chosen_from_two_real_models(play: Play) -> None:
    play.plan(plan("dummy", "linear", "lightgbm", "xgboost", "mlp"))
    play.done(1)
    assert of(do.SelectEnsemble, play.done(2)) == []
    select = of(do.SelectEnsemble, play.done(3))
    assert [[r.number for r in s.added] for s in select] == [[2, 3]]
    # One at a time, and new candidates wait for the next.
    assert of(do.SelectEnsemble, play.done(4)) == []
    members = ((2, 0.4), (3, 0.6))
    play.tell(got.EnsembleSelected(members=members, score=0.9, score_std=None, seconds=1.0))
    assert bodies(play.new, ev.EnsembleUpdated)[0].members == members
    assert of(do.SelectEnsemble, play.new) == []
    # It took a second, so the next one waits for nine.
    assert of(do.SelectEnsemble, play.at(8.9)) == []
    assert [r.number for r in of(do.SelectEnsemble, play.at(9.1))[0].added] == [4]


def test_no_better_ensemble_is_no_event(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp"))
    play.done(1)
    play.done(2)
    assert bodies(play.tell(got.EnsembleSelected(seconds=0.1)), ev.EnsembleUpdated) == []


def test_an_ensemble_that_fails_is_told_once(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp", "knn"))
    play.done(1)
    play.done(2)
    play.tell(got.EnsembleFailed(error={"message": "A file is gone."}))
    assert "A file is gone." in bodies(play.new, ev.NoticeRaised)[0].message
    assert of(do.SelectEnsemble, play.done(3))
    assert bodies(play.tell(got.EnsembleFailed(error={})), ev.NoticeRaised) == []
    assert of(do.Finish, play.commands) == []


# The end


def test_no_trial_starts_in_the_reserve(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm", "mlp"))
    play.at(55)
    assert play.state.phase == "finishing"
    assert submitted(play.done(1)) == []


def test_the_end_of_the_budget(play: Play) -> None:
    play.plan(plan("linear", "lightgbm", "mlp"))
    play.begin(1)
    play.begin(2)
    play.done(1, 0.9)
    play.begin(3)
    play.at(55.1)
    assert of(do.KillTrial, play.new) == []
    # Both workers are busy, so nothing is explained before one is free.
    assert of(do.SubmitExplanation, play.new) == []
    play.done(2, 0.8)
    explain = of(do.SubmitExplanation, play.new)
    assert [(e.model, e.members[0][0].number) for e in explain] == [("Linear", 1)]
    play.at(57.1)
    assert [kill.number for kill in of(do.KillTrial, play.new)] == [3]
    assert [failed.reason for failed in bodies(play.new, ev.TrialFailed)] == ["time"]
    play.at(59.9)
    assert of(do.KillExplanation, play.new)
    end = of(do.Finish, play.new)[0]
    assert (end.status, end.reason) == ("finished", "The budget of 1:00 is used up.")


def test_the_ensemble_is_explained_after_the_best_single_model(play: Play) -> None:
    play.plan(plan("linear", "lightgbm"))
    play.done(1, 0.8)
    play.done(2, 0.9)
    play.tell(got.EnsembleSelected(members=((1, 0.5), (2, 0.5)), score=0.95, seconds=0.1))
    ready = ev.ExplanationReady(model="Lightgbm", path="/p", importance=(), method="tree", n_rows=1)
    play.tell(got.Explained(ready=ready))
    explained = [(e.model, len(e.members)) for e in of(do.SubmitExplanation, play.commands)]
    assert explained == [("Lightgbm", 1), ("Ensemble", 2)]
    play.tell(got.Explained(ready=ready))
    assert of(do.Finish, play.new)[0].status == "finished"


def test_the_first_real_model_has_until_the_deadline(play: Play) -> None:
    play.plan(plan("dummy", "lightgbm"))
    play.begin(2)
    play.done(1, 0.5)
    play.at(59)
    assert of(do.KillTrial, play.commands) == []
    assert submitted(play.done(2, 0.9)) == []
    assert bodies(play.new, ev.TrialFinished)


# Commands of a person


def test_stop_keeps_the_best(play: Play) -> None:
    play.plan(plan("dummy", "linear", "lightgbm", "mlp"))
    play.done(1)
    play.begin(2)
    play.done(2, 0.8)
    play.begin(3)
    play.begin(4)
    play.at(20)
    play.tell(got.CommandArrived(command="stop"))
    assert len(bodies(play.new, ev.CommandTaken)) == 1
    assert {kill.number for kill in of(do.KillTrial, play.new)} == {3, 4}
    assert {failed.reason for failed in bodies(play.new, ev.TrialFailed)} == {"stopped"}
    limit = of(do.SubmitExplanation, play.new)[0].time_limit_seconds
    assert 0 < limit <= 3.5
    play.at(23.4)
    end = of(do.Finish, play.new)[0]
    assert (end.status, end.reason) == ("stopped", "Stopped by you; the best model is kept.")


def test_an_unknown_command_changes_nothing(play: Play) -> None:
    play.plan(plan("linear", "lightgbm"))
    before = play.state
    assert play.tell(got.CommandArrived(command="fold")) == []
    assert play.state == before


def test_stop_twice_is_stop(play: Play) -> None:
    play.plan(plan("linear", "mlp"))
    play.done(1)
    play.tell(got.CommandArrived(command="stop"))
    assert play.tell(got.CommandArrived(command="stop")) == []


def test_stop_before_the_first_model(play: Play) -> None:
    play.plan(plan("linear", "mlp"))
    end = of(do.Finish, play.tell(got.CommandArrived(command="stop")))[0]
    assert end.status == "stopped"


@pytest.mark.parametrize("planned", [True, False])
def test_cancel_ends_at_once(play: Play, planned: bool) -> None:
    if planned:
        play.plan(plan("linear", "mlp"))
        play.begin(1)
    play.tell(got.CommandArrived(command="cancel"))
    assert len(of(do.KillTrial, play.new)) == 2 * planned
    assert of(do.Finish, play.new)[0].status == "cancelled"
    assert play.done(1, family="linear") == []


# Whatever happens


_STIMULI = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), st.floats(0.01, 4)),
        st.tuples(st.sampled_from(["begin", "done", "fail", "lost"]), st.floats(0, 1)),
        st.tuples(st.sampled_from(["suggest", "sampler", "select", "none", "explain"]), st.just(0)),
        st.tuples(st.sampled_from(["stop"]), st.just(0)),
    ),
    max_size=60,
)


def stimulus(play: Play, kind: str, value: float) -> got.Stimulus | None:
    state = play.state
    error = {"message": "x"}
    if kind == "tick":
        return got.Ticked(elapsed_seconds=state.elapsed + value)
    if kind == "suggest" and state.asking:
        return got.Suggested(family=state.asking, params={}, token=1)
    if kind == "sampler" and state.asking:
        return got.SamplerFailed(family=state.asking, error=error)
    if kind == "select" and state.ensemble.pending and len(state.results) > 1:
        numbers = sorted(state.results)[:2]
        members = tuple((number, 0.5) for number in numbers)
        return got.EnsembleSelected(members=members, score=0.99, seconds=0.5)
    if kind == "none" and state.ensemble.pending:
        return got.EnsembleSelected(seconds=0.2)
    if kind == "explain" and state.explaining:
        return got.ExplanationFailed(error=error)
    if kind == "stop":
        return got.CommandArrived(command="stop")
    if not state.running:
        return None
    number = sorted(state.running)[int(value * (len(state.running) - 1))]
    family = state.running[number].spec.family
    if kind == "begin":
        return got.TrialBegan(number=number)
    if kind == "done":
        return got.TrialDone(result=TrialResult(number=number, family=family, score=value))
    if kind in ("fail", "lost"):
        reason: Any = "error" if kind == "fail" else "lost"
        return got.TrialEndedBadly(number=number, reason=reason, error=error)
    return None


@settings(max_examples=150, deadline=None)
@given(script=_STIMULI)
def test_invariants(script: list[tuple[str, float]]) -> None:
    play = Play(machine.start(n_workers=2, budget_seconds=20.0))
    names = ("dummy", "linear", "lightgbm", "mlp", "lightgbm")
    made = plan(*names, budget_seconds=20.0, reserve_seconds=2.0)
    play.plan(made, search={"lightgbm": 1.0, "mlp": 1.0})
    for kind, value in script:
        heard = stimulus(play, kind, value)
        if heard is None:
            continue
        late = play.state.elapsed >= play.state.train_until
        play.tell(heard)
        state = play.state
        assert len(state.running) + (state.explaining is not None) <= 2
        if late:
            assert submitted(play.new) == []
    play.at(20.0)
    assert play.state.phase == "ended"
    assert play.at(30) == []
    assert len(of(do.Finish, play.commands)) == 1
    told = [command for command in play.commands if isinstance(command, (do.Append, do.Finish))]
    assert isinstance(told[-1], do.Finish)
    numbers = [command.spec.number for command in of(do.SubmitTrial, play.commands)]
    assert numbers == list(range(1, len(numbers) + 1))
    _check_replay(play)


def _check_replay(play: Play) -> None:
    """The events tell of no trial that goes on for ever, and of each end once."""
    state = Experiment()
    ends: list[int] = []
    appended = [body for command in of(do.Append, play.commands) for body in command.bodies]
    for seq, body in enumerate(appended, start=1):
        state = state.apply(ev.Event(run_id="r", seq=seq, at=float(seq), body=body))
        if isinstance(body, ev.TrialFinished):
            ends.append(body.result.number)
        if isinstance(body, ev.TrialFailed):
            ends.append(body.number)
    assert len(ends) == len(set(ends))
    assert not state.running


def test_the_same_stimuli_give_the_same_run() -> None:
    def once() -> list[do.Command]:
        play = Play()
        play.plan(plan("dummy", "lightgbm"), search={"lightgbm": 1.0})
        play.begin(1)
        play.done(1)
        play.tell(got.Suggested(family="lightgbm", params={"a": 1}, token=1))
        return play.commands

    assert once() == once()


def test_trial_specs_are_plain_values() -> None:
    play = Play()
    play.plan(plan("dummy"))
    assert isinstance(of(do.SubmitTrial, play.commands)[0].spec, TrialSpec)
