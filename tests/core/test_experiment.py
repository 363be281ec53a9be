"""The projection of events that every surface draws."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.experiment import Experiment, format_score, headline, replay
from jupyter_automl.core.place import place_text, queue_text
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec

LABELS = {"dummy": "Baseline", "lightgbm": "LightGBM", "xgboost": "XGBoost"}


class Log:
    """Writes events as a runner would: numbered, a second apart."""

    def __init__(self, *, greater_is_better: bool = True, budget: float = 60.0) -> None:
        self._seq = count(1)
        self.events: list[ev.Event] = []
        dataset = Dataset(name="t", fingerprint="f", path="p", n_rows=10, columns=())
        self.add(
            ev.RunCreated(
                name="t", dataset=dataset, task=TaskSpec(target="y", budget_seconds=budget)
            )
        )
        self.add(ev.RunnerStarted(pid=1, n_workers=2))
        metric = "roc_auc" if greater_is_better else "rmse"
        plan = Plan(
            task="binary" if greater_is_better else "regression",
            target="y",
            metric=metric,
            greater_is_better=greater_is_better,
            budget_seconds=budget,
        )
        self.add(ev.PlanMade(plan=plan))

    def add(self, body: ev.Body) -> Log:
        seq = next(self._seq)
        self.events.append(ev.Event(run_id="r", seq=seq, at=100.0 + seq, body=body))
        return self

    def start(self, number: int, family: str) -> Log:
        spec = TrialSpec(number=number, family=family)
        return self.add(ev.TrialStarted(trial=spec, family_label=LABELS[family], n_folds=3))

    def finish(self, number: int, family: str, score: float) -> Log:
        return self.add(
            ev.TrialFinished(result=TrialResult(number=number, family=family, score=score))
        )

    def trial(self, number: int, family: str, score: float) -> Log:
        return self.start(number, family).finish(number, family, score)

    @property
    def state(self) -> Experiment:
        return replay(self.events)


def models(state: Experiment) -> list[str]:
    return [row.model for row in state.leaderboard.rows]


def test_rows_are_families_sorted_best_first_with_their_best_trial() -> None:
    log = Log().trial(1, "dummy", 0.5).trial(2, "lightgbm", 0.8).trial(3, "xgboost", 0.9)
    state = log.trial(4, "lightgbm", 0.95).trial(5, "lightgbm", 0.7).state
    assert models(state) == ["LightGBM", "XGBoost", "Baseline"]
    best = state.leaderboard.best
    assert best is not None
    assert (best.rank, best.trial, best.n_trials, best.history) == (1, 4, 3, (0.8, 0.95, 0.7))
    assert [point[1] for point in state.best_history] == [0.5, 0.8, 0.9, 0.95]


def test_an_error_metric_is_sorted_smallest_first() -> None:
    log = Log(greater_is_better=False).trial(1, "dummy", 9.0).trial(2, "lightgbm", 3.0)
    assert models(log.trial(3, "xgboost", 4.0).state) == ["LightGBM", "XGBoost", "Baseline"]


def test_a_running_row_says_its_fold_and_has_no_rank() -> None:
    log = Log().start(1, "lightgbm")
    log.add(ev.FoldFinished(number=1, fold=1, n_folds=3, score=0.5))
    (row,) = log.state.leaderboard.rows
    assert (row.state, row.rank, row.note) == ("running", None, "fold 2 of 3")


def test_a_failed_trial_keeps_the_family_s_earlier_score() -> None:
    log = Log().trial(1, "lightgbm", 0.8).start(2, "lightgbm")
    error = {"code": "x", "message": "It broke.", "hint": "", "context": {}}
    log.add(ev.TrialFailed(number=2, family="lightgbm", reason="lost", error=error))
    (row,) = log.state.leaderboard.rows
    assert (row.state, row.score, row.n_trials) == ("done", 0.8, 1)
    assert log.state.n_failed == 1


def test_a_family_that_only_failed_stands_last_with_the_reason() -> None:
    log = Log().start(1, "xgboost")
    error = {"code": "x", "message": "It broke.", "hint": "", "context": {}}
    log.add(ev.TrialFailed(number=1, family="xgboost", reason="error", error=error))
    state = log.trial(2, "lightgbm", 0.7).state
    assert models(state) == ["LightGBM", "XGBoost"]
    assert (state.leaderboard.rows[1].state, state.leaderboard.rows[1].note) == (
        "failed",
        "It broke.",
    )


def test_the_ensemble_competes_as_its_own_row() -> None:
    log = Log().trial(1, "lightgbm", 0.8).trial(2, "xgboost", 0.7)
    log.add(
        ev.EnsembleUpdated(
            score=0.85,
            score_std=0.01,
            members=((1, 0.6), (2, 0.4)),
            fit_seconds=2.0,
            predict_ms_per_row=0.1,
        )
    )
    state = log.state
    assert models(state)[0] == "Ensemble"
    assert state.leaderboard.rows[0].members == ((1, 0.6), (2, 0.4))
    assert "Ensemble leads with roc_auc 0.850 after 2 models" in headline(state)


def test_what_still_ran_when_the_run_ended_leaves_the_table() -> None:
    log = Log().trial(1, "lightgbm", 0.8).start(2, "xgboost")
    log.add(ev.RunEnded(status="finished", reason="The budget is used up.", elapsed_seconds=60.0))
    state = log.state
    assert models(state) == ["LightGBM"]
    assert state.ended
    assert state.elapsed_seconds == 60.0
    assert headline(state) == (
        "LightGBM is best with roc_auc 0.800 after 1 model. The budget is used up."
    )


def test_time_left_counts_from_the_call_and_never_runs_backwards() -> None:
    state = Log(budget=60).trial(1, "lightgbm", 0.8).state
    assert state.elapsed_seconds == 4.0
    assert headline(state, elapsed_seconds=22.0).endswith("38 s left.")
    assert headline(state, elapsed_seconds=99.0).endswith("0 s left.")


def test_an_event_seen_twice_changes_nothing() -> None:
    log = Log().trial(1, "lightgbm", 0.8)
    assert replay(log.events, log.state) == log.state


def queued(place: int, *behind: str) -> ev.QueueMoved:
    return ev.QueueMoved(place=place, behind=behind)


def test_a_run_in_the_queue_says_its_place_and_its_clock_stands() -> None:
    log = Log()
    del log.events[1:]
    log.add(queued(2, "a")).add(queued(1, "b"))
    state = log.state
    assert (state.status, state.queue_place, state.queue_behind) == ("queued", 1, ("b",))
    assert headline(state) == "Queued: 1st in line, behind b."
    assert state.elapsed_at(1_000.0) == 0.0
    log.add(ev.CommandTaken(command="extend", argument=30.0))
    assert headline(log.state) == headline(state)
    assert log.state.budget_seconds == 90.0
    log.add(ev.CommandTaken(command="pause"))
    assert (log.state.status, log.state.queue_place) == ("paused", None)
    log.add(ev.CommandTaken(command="resume"))
    assert log.state.status == "queued"
    start = ev.RunnerStarted(pid=1, n_workers=2, waited_seconds=7.0)
    state = log.add(start).state
    assert state.started_at == state.created_at + 7.0
    assert state.elapsed_seconds == state.updated_at - state.created_at - 7.0
    assert (state.status, state.paused_seconds) == ("running", 0.0)


def test_a_paused_run_that_waits_to_go_on_keeps_its_lead_and_its_clock() -> None:
    log = Log().trial(1, "lightgbm", 0.8).add(ev.CommandTaken(command="pause"))
    stands = log.state.elapsed_seconds
    log.add(queued(1, "b"))
    lead = "LightGBM leads with roc_auc 0.800 after 1 model"
    assert headline(log.state) == f"{lead}. Queued: 1st in line, behind b."
    log.add(ev.CommandTaken(command="pause")).add(queued(1, "b"))
    state = log.add(ev.CommandTaken(command="resume")).state
    assert (state.status, state.queue_place) == ("running", None)
    assert state.elapsed_seconds == stands


def test_places_in_words() -> None:
    words = [place_text(place).split()[0] for place in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)]
    assert words == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]
    assert queue_text(queued(1)) == "Queued: 1st in line."
    assert queue_text(queued(1, "a", "b")) == "Queued: 1st in line, behind a and b."
    assert queue_text(queued(3, "a", "b", "c")) == "Queued: 3rd in line, behind a and 2 others."
    short = ev.QueueMoved(place=1, behind=("a",), short_of_memory=True)
    assert "memory" in queue_text(short)


scores = st.floats(0.0, 1.0, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from(sorted(LABELS)), scores), max_size=20), st.data())
def test_replay_is_the_same_in_one_go_or_in_parts(
    trials: list[tuple[str, float]], data: st.DataObject
) -> None:
    log = Log()
    for number, (family, score) in enumerate(trials, start=1):
        log.trial(number, family, score)
    cut = data.draw(st.integers(0, len(log.events)))
    parts = replay(log.events[cut:], replay(log.events[:cut]))
    assert parts == log.state
    board = log.state.leaderboard
    ranked = [row.score for row in board.rows if row.score is not None]
    assert ranked == sorted(ranked, reverse=True)
    assert sum(row.n_trials for row in board.rows) == len(trials)


def test_trials_that_end_out_of_order_stand_in_order() -> None:
    log = Log().start(1, "lightgbm").start(2, "lightgbm").start(3, "lightgbm")
    state = (
        log.finish(3, "lightgbm", 0.7).finish(1, "lightgbm", 0.9).finish(2, "lightgbm", 0.9).state
    )
    (row,) = state.leaderboard.rows
    assert row.history == (0.9, 0.9, 0.7)
    assert (row.trial, row.n_trials) == (1, 3)
    assert state.families["lightgbm"].numbers == (1, 2, 3)


def test_what_came_of_a_trial_is_found_by_its_number() -> None:
    log = Log().trial(1, "lightgbm", 0.8).start(2, "xgboost")
    error = {"code": "x", "message": "It broke.", "hint": "", "context": {"traceback": "line 1"}}
    log.add(ev.TrialFailed(number=2, family="xgboost", reason="error", error=error))
    state = log.state
    assert (state.results[1].score, state.specs[2].family) == (0.8, "xgboost")
    assert state.failures[2].error["context"]["traceback"] == "line 1"
    assert 2 not in state.results


def test_an_earlier_state_does_not_know_of_later_trials() -> None:
    log = Log().trial(1, "lightgbm", 0.8)
    before = log.state
    log.trial(2, "lightgbm", 0.9).trial(3, "xgboost", 0.7)
    assert (len(before.results), len(before.specs), set(before.families)) == (1, 1, {"lightgbm"})
    assert replay(log.events, before) == log.state


def test_scores_have_as_many_digits_as_they_deserve() -> None:
    shown = [format_score(s) for s in (0.91238, 12.345, 123.45, 12345.6, 0.0, None)]
    assert shown == ["0.912", "12.35", "123.5", "12,346", "0.000", "–"]


def test_wishes_about_families_are_known_and_the_rows_say_them() -> None:
    log = Log().trial(1, "lightgbm", 0.8).trial(2, "xgboost", 0.7).start(3, "lightgbm")
    log.add(ev.CommandTaken(command="drop", family="xgboost"))
    log.add(ev.CommandTaken(command="boost", family="lightgbm"))
    state = log.state
    assert (state.dropped, state.boosted) == ({"xgboost"}, {"lightgbm"})
    notes = {row.family: row.note for row in state.leaderboard.rows}
    assert notes == {"lightgbm": "fold 1 of 3, boosted by you", "xgboost": "dropped by you"}
    state = log.finish(3, "lightgbm", 0.9).state
    assert {row.family: row.note for row in state.leaderboard.rows}["lightgbm"] == "boosted by you"
    log.add(ev.CommandTaken(command="drop", family="lightgbm"))
    log.add(ev.CommandTaken(command="restore", family="xgboost"))
    state = log.state
    assert (state.dropped, state.boosted) == ({"lightgbm"}, frozenset())
    assert {row.family: row.note for row in state.leaderboard.rows}["xgboost"] == ""
    assert (state.status, state.message) == ("running", Log().state.message)


def test_a_wish_keeps_the_reason_of_a_family_that_failed_and_adds_no_row() -> None:
    log = Log().start(1, "xgboost")
    error = {"code": "x", "message": "It broke.", "hint": "", "context": {}}
    log.add(ev.TrialFailed(number=1, family="xgboost", reason="error", error=error))
    log.add(ev.CommandTaken(command="drop", family="xgboost"))
    log.add(ev.CommandTaken(command="drop", family="lightgbm"))
    row = log.state.leaderboard.rows
    assert [(one.family, one.note) for one in row] == [("xgboost", "It broke., dropped by you")]


def test_outcomes_are_counted_by_family() -> None:
    log = Log().trial(1, "lightgbm", 0.8)
    for number, reason in enumerate(("error", "pruned", "stopped", "time", "pruned"), start=2):
        log.start(number, "xgboost")
        error = {"code": "x", "message": "m", "hint": "", "context": {}}
        log.add(ev.TrialFailed(number=number, family="xgboost", reason=reason, error=error))  # type: ignore[arg-type]
    state = log.state
    assert state.outcomes == {"xgboost": (2, 2)}
    assert (state.n_failed, state.n_pruned) == (2, 2)
