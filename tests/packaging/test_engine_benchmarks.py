"""The benchmarks of the engine count rightly what they have seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.trial import TrialResult, TrialSpec
from tests.benchmarks import any_moment, cpu_use
from tests.benchmarks.cpu_use import Sample


def _log(*entries: tuple[float, ev.Body]) -> list[ev.Event]:
    return [
        ev.Event(run_id="r", seq=seq, at=at, body=body)
        for seq, (at, body) in enumerate(entries, start=1)
    ]


def _began(number: int) -> ev.TrialStarted:
    spec = TrialSpec(number=number, family="linear")
    return ev.TrialStarted(trial=spec, family_label="Linear", n_folds=5)


def _done(number: int) -> ev.TrialFinished:
    return ev.TrialFinished(result=TrialResult(number=number, family="linear", score=0.5))


PLAN = Plan(task="binary", target="y", metric="roc_auc", greater_is_better=True)
LOG = _log(
    (100.0, ev.PlanMade(plan=PLAN)),
    (101.0, _began(1)),
    (101.0, _began(2)),
    (103.0, _done(1)),
    (103.5, _began(3)),
    (105.0, ev.TrialFailed(number=2, family="linear", reason="pruned", error={})),
    (106.0, _began(4)),
    (109.0, _done(3)),
    (110.0, ev.StageChanged(stage="finishing", message="")),
    (112.0, _done(4)),
    (113.0, _began(5)),
)


def test_shares_are_of_the_time_in_which_trials_may_start() -> None:
    def sample(at: float, cpu: float, asleep: int) -> Sample:
        return Sample(at, 0.1 * cpu, 0.9 * cpu, cpu + 0.2 * (at - 90.0), 2, asleep)

    samples = [sample(90.0, 0.0, 2), sample(105.0, 15.0, 1), sample(120.0, 30.0, 2)]
    found = cpu_use.figures(samples, LOG, cores=2)
    assert found["search_s"] == 10.0
    assert found["cpu_percent"] == pytest.approx(50.0)
    assert found["runner_percent"] == pytest.approx(5.0)
    assert found["others_percent"] == pytest.approx(10.0)
    # Only the sample at 105 is of the search, with one of two workers asleep.
    assert found["workers_asleep_percent"] == pytest.approx(50.0)
    # 2 + 4 + 5.5 + 4 of 20 seconds of two workers.
    assert found["trials"] == 4
    assert found["idle_percent"] == pytest.approx(22.5)
    assert found["idle_ms_per_trial"] == pytest.approx(1125.0)
    assert found["idle_before_first_percent"] == pytest.approx(10.0)
    assert found["idle_after_last_percent"] == pytest.approx(5.0)
    assert found["hand_over_ms_p95"] == pytest.approx(1000.0)


def test_a_worker_is_free_when_its_trial_is_over() -> None:
    spans = [(0.0, 5.0), (0.0, 1.0), (1.25, 2.0), (2.5, 6.0), (5.0, 7.0)]
    assert cpu_use.hand_overs(spans, 2) == pytest.approx([0.25, 0.5, 0.0])
    assert cpu_use.hand_overs(spans[:2], 2) == []


@given(st.integers(1, 30), st.integers(0, 5))
def test_moments_cover_the_whole_run(number: int, seed: int) -> None:
    stops = any_moment.moments(number, ["stop", "kill"], str(seed))
    assert stops == any_moment.moments(number, ["stop", "kill"], str(seed))
    shares = sorted(stop["share"] for stop in stops)
    assert [int(share * number) for share in shares] == list(range(number))
    assert {stop["way"] for stop in stops} <= {"stop", "kill"}
    assert number < 2 or len({stop["way"] for stop in stops}) == 2
