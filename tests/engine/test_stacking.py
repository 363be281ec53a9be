"""When and on what models are stacked, told to the machine alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.plan import PlanStep
from jupyter_automl.core.trial import STACKED_ON, TrialSpec
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from tests.engine.test_machine import Play, bodies, of, plan

STACKS = tuple(
    PlanStep(family="stack", source="stack", label=label) for label in ("small", "large", "random")
)
FAMILIES = ("dummy", "linear", "lightgbm", "xgboost", "random_forest", "lightgbm", *("mlp",) * 99)


def stacked(play: Play) -> list[TrialSpec]:
    specs = [command.spec for command in of(do.SubmitTrial, play.commands)]
    return [spec for spec in specs if spec.source == "stack"]


def run(play: Play, until: float, *, failing: str = "") -> None:
    """Every trial takes a second; the later, the better. Those of a source may fail."""
    while play.state.elapsed < until and play.state.phase == "training":
        if play.state.ensemble.pending:
            best = tuple(play.state.results)[-2:]
            members = tuple((number, 0.5) for number in best)
            play.tell(got.EnsembleSelected(members=members, score=0.8, seconds=0.0))
        for number in tuple(play.state.running):
            play.begin(number)
        play.at(play.state.elapsed + 1)
        for number, trial in tuple(play.state.running.items()):
            if trial.spec.source == failing:
                play.fail(number)
            elif trial.began is not None:
                n_below = len(trial.spec.params.get(STACKED_ON, ()))
                play.done(number, 0.7 + number / 1000, predict_ms_per_row=0.5 + 0.5 * n_below)


@pytest.fixture
def play() -> Play:
    return Play(machine.start(n_workers=1, budget_seconds=105.0, use_all_time=True))


def start(play: Play, *, cost: float = 1.0, **fields: object) -> None:
    made = plan(*FAMILIES, budget_seconds=105.0, stacks=STACKS, **fields)
    outlook = got.Outlook(
        labels={name: name.title() for name in (*made.families, "stack")},
        step_seconds=(1.0,) * len(made.steps),
        stack_seconds=(cost,) * len(STACKS),
    )
    play.tell(got.PlanReady(plan=made, outlook=outlook))


def test_every_setting_at_first_and_the_best_two_later(play: Play) -> None:
    start(play, fitted_once=("random_forest",))
    run(play, 59.0)
    assert stacked(play) == []
    run(play, 64.0)
    first = stacked(play)
    assert [spec.label.split()[0] for spec in first] == ["small", "large", "random"]
    below = first[0].params[STACKED_ON]
    assert all(spec.params[STACKED_ON] == below for spec in first)
    families = {play.state.results[number].family for number in below}
    assert families == {"linear", "lightgbm", "xgboost", "mlp"}
    run(play, 99.0)
    second = stacked(play)[3:]
    # Later numbers score better here.
    assert [spec.label.split()[0] for spec in second] == ["random", "large"]
    assert second[0].params[STACKED_ON] != below
    numbers = {spec.number for spec in first}
    assert not numbers & set(second[0].params[STACKED_ON]), "stacked on what is stacked"


def test_what_two_members_stand_on_is_asked_once(play: Play) -> None:
    start(play)
    run(play, 66.0)
    small, large, _ = (spec.number for spec in stacked(play))
    below = stacked(play)[0].params[STACKED_ON]
    members = tuple((number, 1.0) for number in (small, large, below[0]))
    told = play.tell(got.EnsembleSelected(members=members, score=0.99, seconds=0.0))
    (update,) = bodies(told, ev.EnsembleUpdated)
    assert update.predict_ms_per_row == pytest.approx(0.5 * (2 + len(below)))


def test_a_run_that_gains_nothing_more_tries_it_before_it_ends() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=500.0))
    start(play)
    # The first is the best.
    while play.state.phase == "training":
        for number in tuple(play.state.running):
            play.begin(number)
        play.at(play.state.elapsed + 1)
        for number in tuple(play.state.running):
            play.done(number, 0.9 if number == 2 else 0.8)
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
    assert play.state.elapsed < 100
    assert len(stacked(play)) == 3
    assert play.state.ending is not None
    assert "gained nothing" in play.state.ending[1]


def test_not_without_time(play: Play) -> None:
    start(play, cost=80.0)
    run(play, 99.0)
    assert stacked(play) == []


def test_a_family_that_fails_is_not_stacked_again(play: Play) -> None:
    start(play)
    run(play, 99.0, failing="stack")
    assert len(stacked(play)) == 2


@pytest.mark.parametrize("families", [("dummy", "linear"), ("dummy", *("mlp",) * 40)])
def test_not_on_fewer_than_three(play: Play, families: tuple[str, ...]) -> None:
    made = plan(*families, budget_seconds=105.0, stacks=STACKS)
    outlook = got.Outlook(step_seconds=(1.0,) * len(families), stack_seconds=(1.0,) * 3)
    play.tell(got.PlanReady(plan=made, outlook=outlook))
    while play.state.phase == "training" and play.state.elapsed < 80:
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
        for number in tuple(play.state.running):
            play.begin(number)
        play.at(play.state.elapsed + 2)
        for number in tuple(play.state.running):
            play.done(number)
    assert stacked(play) == []


def test_not_where_a_run_has_to_repeat(play: Play) -> None:
    play.state = replace(play.state, max_trials=50)
    start(play)
    run(play, 99.0)
    assert stacked(play) == []
