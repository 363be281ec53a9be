"""Families that a person drops, boosts and restores: on the machine, in the queue, in a run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.plan import PlanStep
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.policy import BOOST
from jupyter_automl.engine.pruning import least_scores
from tests.engine.conftest import Lab
from tests.engine.test_machine import Play, bodies, of, plan, submitted


@pytest.fixture
def play() -> Play:
    return Play()


def wish(command: str, family: str) -> got.CommandArrived:
    return got.CommandArrived(command=command, family=family)  # type: ignore[arg-type]


def taken(commands: list[do.Command]) -> list[tuple[str, str]]:
    return [(body.command, body.family) for body in bodies(commands, ev.CommandTaken)]


def test_a_dropped_family_frees_its_worker_and_starts_nothing_more(play: Play) -> None:
    play.plan(plan("linear", "xgboost", "xgboost", "mlp"))
    play.begin(1)
    play.begin(2)
    dropped = play.tell(wish("drop", "xgboost"))
    assert taken(dropped) == [("drop", "xgboost")]
    assert [kill.number for kill in of(do.KillTrial, dropped)] == [2]
    failed = bodies(dropped, ev.TrialFailed)[0]
    assert (failed.number, failed.reason, failed.error["message"]) == (
        2,
        "stopped",
        "Xgboost was dropped.",
    )
    assert submitted(dropped) == ["mlp"]
    play.begin(3)
    play.done(1)
    play.done(3)
    assert submitted(play.commands).count("xgboost") == 1


def test_what_a_dropped_family_has_trained_stays(play: Play) -> None:
    play.plan(plan("xgboost", "linear", "mlp"))
    play.begin(1)
    play.done(1, 0.9)
    play.tell(wish("drop", "xgboost"))
    best = play.state.best_single()
    assert best is not None
    assert best.family == "xgboost"


def test_it_is_not_searched_and_a_suggestion_of_it_is_not_used(play: Play) -> None:
    play.plan(plan("linear", "xgboost"), search={"xgboost": 1.0, "lightgbm": 1.0})
    play.begin(1)
    play.done(1)
    assert play.state.asking == "lightgbm"
    play.tell(wish("drop", "xgboost"))
    play.tell(got.Suggested(family="lightgbm", params={}, token=1))
    assert play.state.asking in (None, "lightgbm")
    play.tell(wish("restore", "xgboost"))
    assert play.state.dropped == frozenset()
    # One that was asked for before the drop comes after it.
    asked = play.state.asking
    if asked is not None:
        play.tell(got.Suggested(family=asked, params={}, token=2))


def test_a_suggestion_that_comes_after_the_drop_is_forgotten() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    play.plan(plan("linear", "xgboost"), search={"xgboost": 1.0})
    play.begin(1)
    play.done(1)
    play.begin(2)
    asking = play.state.asking
    assert asking == "xgboost"
    play.tell(wish("drop", "xgboost"))
    new = play.tell(got.Suggested(family="xgboost", params={}, token=1))
    assert submitted(new) == []
    assert play.state.suggestion is None


def test_in_a_run_of_given_trials_what_is_held_of_it_is_let_go() -> None:
    play = Play(machine.start(n_workers=2, budget_seconds=60.0, max_trials=8))
    play.plan(plan("linear", "xgboost"), search={"xgboost": 1.0, "lightgbm": 1.0})
    for number in (1, 2):
        play.begin(number)
        play.done(number)
    if play.state.ensemble.pending:
        play.tell(got.EnsembleSelected())
    first = play.state.asking
    assert first is not None
    play.tell(wish("drop", "xgboost"))
    for _ in range(4):
        if play.state.asking is not None:
            play.tell(got.Suggested(family=play.state.asking, params={}, token=1))
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
    assert submitted(play.commands).count("xgboost") == 1
    assert "lightgbm" in submitted(play.commands)


def test_the_last_family_is_not_dropped(play: Play) -> None:
    play.plan(plan("dummy", "linear", "xgboost"))
    play.tell(wish("drop", "linear"))
    refused = play.tell(wish("drop", "xgboost"))
    assert taken(refused) == []
    notice = bodies(refused, ev.NoticeRaised)[0]
    assert notice.code == "command_refused"
    assert "Xgboost was not dropped" in notice.message
    assert play.state.dropped == {"linear"}


def test_a_family_that_only_stacks_is_no_last_family(play: Play) -> None:
    made = plan("linear", stacks=(PlanStep(family="stacked_lightgbm", source="stack"),))
    play.plan(made)
    assert taken(play.tell(wish("drop", "stacked_lightgbm"))) == [("drop", "stacked_lightgbm")]
    assert taken(play.tell(wish("drop", "linear"))) == []


def test_a_family_that_is_not_there_is_refused(play: Play) -> None:
    play.plan(plan("linear", "xgboost"))
    for command in ("drop", "boost"):
        refused = play.tell(wish(command, "<b>nothing</b>"))
        assert taken(refused) == []
        assert "<b>nothing</b>" in bodies(refused, ev.NoticeRaised)[0].message
    assert play.tell(wish("restore", "nothing")) == []
    assert bodies(play.tell(wish("drop", "")), ev.CommandTaken) == []


def test_the_same_again_changes_nothing(play: Play) -> None:
    play.plan(plan("linear", "xgboost", "mlp"))
    for command in ("drop", "boost", "restore"):
        assert taken(play.tell(wish(command, "xgboost"))) == [(command, "xgboost")]
        assert play.tell(wish(command, "xgboost")) == []


def test_a_boost_takes_back_a_drop_and_a_drop_a_boost(play: Play) -> None:
    play.plan(plan("linear", "xgboost", "mlp"))
    play.tell(wish("drop", "xgboost"))
    play.tell(wish("boost", "xgboost"))
    assert (play.state.dropped, play.state.boosted) == (frozenset(), {"xgboost"})
    play.tell(wish("drop", "xgboost"))
    assert (play.state.dropped, play.state.boosted) == ({"xgboost"}, frozenset())


def test_one_that_was_given_up_is_tried_again_when_a_person_boosts_it() -> None:
    play = Play(machine.start(n_workers=1, budget_seconds=60.0))
    play.plan(plan("mlp", "mlp", "mlp", "linear", "knn"))
    for number in (1, 2):
        play.begin(number)
        play.fail(number)
    assert play.state.record("mlp").dropped
    assert play.state.running
    play.tell(wish("boost", "mlp"))
    assert not play.state.record("mlp").dropped
    for number in tuple(play.state.running):
        play.begin(number)
        play.done(number)
    assert submitted(play.commands).count("mlp") == 3


def searched(n_trials: int, *boosted: str, max_trials: int | None = None) -> list[str]:
    """Families of so many searched trials of a second each, lightgbm being the best."""
    play = Play(
        machine.start(n_workers=1, budget_seconds=3600.0, max_trials=max_trials, use_all_time=True)
    )
    made = plan("lightgbm", "xgboost", "knn", starts_share=0.0)
    play.plan(made, search={"lightgbm": 1.0, "xgboost": 1.0, "knn": 1.0})
    for family in boosted:
        play.tell(wish("boost", family))
    while len(submitted(play.commands)) < 3 + n_trials:
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
        if play.state.asking is not None:
            play.tell(got.Suggested(family=play.state.asking, params={}, token=1))
        for number, trial in tuple(play.state.running.items()):
            play.begin(number)
            play.at(play.state.elapsed + 1)
            score = {"lightgbm": 0.9, "xgboost": 0.8, "knn": 0.6}[trial.spec.family]
            play.done(number, score)
    return submitted(play.commands)[3 : 3 + n_trials]


@pytest.mark.parametrize("max_trials", [None, 200])
def test_a_boosted_family_gets_three_times_what_the_best_would_get(max_trials: int | None) -> None:
    usual = searched(60, max_trials=max_trials)
    assert usual.count("lightgbm") > usual.count("xgboost") > usual.count("knn")
    boosted = searched(60, "knn", max_trials=max_trials)
    ratio = boosted.count("knn") / max(1, boosted.count("lightgbm"))
    assert BOOST - 0.7 <= ratio <= BOOST + 0.7


def test_a_boosted_family_is_not_pruned(play: Play) -> None:
    play.plan(plan("linear", *["knn"] * 5))
    for number in range(1, 7):
        play.begin(number)
        score = 0.9 if number == 1 else 0.6
        folds = tuple(score + 0.001 * fold for fold in range(5))
        play.done(number, score, fold_scores=folds)
        if play.state.ensemble.pending:
            play.tell(got.EnsembleSelected())
    assert least_scores(play.state, "knn")
    play.tell(wish("boost", "knn"))
    assert least_scores(play.state, "knn") == ()


def test_a_drop_while_paused_takes_its_trials_out_of_what_comes_back(play: Play) -> None:
    play.plan(plan("linear", "xgboost", "mlp"))
    play.begin(1)
    play.begin(2)
    play.tell(got.CommandArrived(command="pause"))
    assert taken(play.tell(wish("drop", "xgboost"))) == [("drop", "xgboost")]
    play.tell(got.CommandArrived(command="resume"))
    assert submitted(play.new) == ["linear", "mlp"]


def test_what_was_dropped_before_the_plan_must_leave_something() -> None:
    start = machine.start(n_workers=2, budget_seconds=60.0, dropped=frozenset({"linear"}))
    kept = Play(start)
    kept.plan(plan("dummy", "linear", "xgboost"))
    assert kept.state.dropped == {"linear"}
    assert "linear" not in submitted(kept.commands)
    alone = Play(start)
    told = alone.plan(plan("dummy", "linear"))
    assert alone.state.dropped == frozenset()
    assert taken(told) == [("restore", "linear")]
    assert bodies(told, ev.NoticeRaised)[-1].code == "command_refused"
    assert submitted(told) == ["dummy", "linear"]


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["tick", "done", "begin", "fail", "suggest", "select"]), st.floats(0, 2)
    ),
    max_size=60,
)
_WISHES = st.lists(
    st.tuples(
        st.sampled_from(["drop", "boost", "restore"]),
        st.sampled_from(["dummy", "linear", "lightgbm", "mlp", "other"]),
    ),
    max_size=20,
)


@settings(max_examples=100, deadline=None)
@given(script=_STEPS, wishes=_WISHES)
def test_whatever_is_wished_a_dropped_family_never_starts_and_the_log_says_all(
    script: list[tuple[str, float]], wishes: list[tuple[str, str]]
) -> None:
    play = Play(machine.start(n_workers=2, budget_seconds=30.0))
    made = plan(
        "dummy", "linear", "lightgbm", "mlp", "lightgbm", budget_seconds=30.0, reserve_seconds=2.0
    )
    play.plan(made, search={"lightgbm": 1.0})
    orders = iter(wishes)
    for kind, value in script:
        state = play.state
        if kind == "tick":
            play.at(state.elapsed + value)
        elif kind == "suggest" and state.asking:
            play.tell(got.Suggested(family=state.asking, params={}, token=1))
        elif kind == "select" and state.ensemble.pending:
            play.tell(got.EnsembleSelected(seconds=0.1))
        elif kind in ("done", "begin", "fail") and state.running:
            number = min(state.running)
            act = {"done": play.done, "begin": play.begin, "fail": play.fail}[kind]
            act(number)
        assert not {t.spec.family for t in play.state.running.values()} & play.state.dropped
        assert not set(submitted(play.new)) & play.state.dropped
        order = next(orders, None)
        if order is not None:
            play.tell(wish(*order))
            assert {t.spec.family for t in play.state.running.values()}.isdisjoint(
                play.state.dropped
            )
    said = Experiment()
    appended = [body for append in of(do.Append, play.commands) for body in append.bodies]
    for seq, body in enumerate(appended, start=1):
        said = said.apply(ev.Event(run_id="r", seq=seq, at=float(seq), body=body))
    assert (said.dropped, said.boosted) == (play.state.dropped, play.state.boosted)
    assert not play.state.dropped & play.state.boosted
    play.at(play.state.deadline)
    assert play.state.phase == "ended"


def test_a_real_run_is_dropped_from_and_boosted(lab: Lab) -> None:
    from jupyter_automl.api.run import Run
    from jupyter_automl.core.errors import RunError, UnknownNameError

    lab.launch("r1", budget=300)
    run = Run("r1", lab.store)
    lab.wait("r1", lambda state: {"linear", "lightgbm"} <= set(state.labels))
    run.drop("LightGBM")
    run.boost("logistic regression")
    state = lab.wait("r1", lambda state: state.dropped and state.boosted)
    assert (state.dropped, state.boosted) == ({"lightgbm"}, {"linear"})
    lab.wait("r1", lambda s: all(t.spec.family != "lightgbm" for t in s.running.values()))
    with pytest.raises(RunError, match="last family"):
        run.drop("linear")
    with pytest.raises(UnknownNameError, match="one of"):
        run.drop("ligtgbm")
    run.restore("lightgbm")
    lab.wait("r1", lambda state: not state.dropped)
    run.stop()
    lab.wait_ended("r1")
    for order in (run.drop, run.boost, run.restore):
        with pytest.raises(RunError, match="is over"):
            order("linear")
