"""What pages ask about single trials."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core import events as ev
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import ArgumentError, RunError
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, View, ViewContext
from jupyter_automl.widgets.views import VIEWS
from jupyter_automl.widgets.views.details import interval
from jupyter_automl.widgets.views.parallel import MOST_TRIALS, N_BEST, chosen
from tests.widgets.events import DATASET, LABELS, PLAN, RecordedRun, many, recorded


def look(run: Any, name: str, /, **args: Any) -> Answer:
    """What a page would be answered."""
    view: View = VIEWS.get(name)
    context = ViewContext(run=run, helper=None, stop=threading.Event())  # type: ignore[arg-type]
    return view.compute(context, view.args(**args), lambda done, answer: None)


def run_of(specs: list[TrialSpec], ends: list[ev.Body]) -> RecordedRun:
    bodies: list[ev.Body] = [
        ev.RunCreated(name="t", dataset=DATASET, task=TaskSpec(target="churn")),
        ev.PlanMade(plan=PLAN),
    ]
    bodies += [
        ev.TrialStarted(trial=spec, family_label=LABELS[spec.family], n_folds=5) for spec in specs
    ]
    bodies += ends
    return RecordedRun(
        [
            ev.Event(run_id="t-1", seq=seq, at=float(seq), body=body)
            for seq, body in enumerate(bodies, start=1)
        ]
    )


def finished(number: int, score: float, folds: tuple[float, ...] = (), **more: Any) -> ev.Body:
    family = more.pop("family", "lightgbm")
    result = TrialResult(number=number, family=family, score=score, fold_scores=folds, **more)
    return ev.TrialFinished(result=result)


def test_every_view_is_named_as_it_is_registered() -> None:
    assert VIEWS.names()
    for name in VIEWS.names():
        view = VIEWS.get(name)
        assert view.name == name
        assert hasattr(view.args, "__dataclass_fields__")


def test_a_view_of_no_run_is_an_error() -> None:
    with pytest.raises(RunError, match="no run"):
        look(None, "trials.table")


def test_the_table_has_all_trials_with_what_came_of_them() -> None:
    answer = look(RecordedRun(recorded()), "trials.table")
    view: schema.TrialsView = answer.value
    arrays = answer.arrays
    families = [view.families[place] for place in arrays["family"]]
    assert arrays["number"].tolist() == [1, 2, 3, 4, 5, 6]
    assert families == ["dummy", "linear", "lightgbm", "xgboost", "lightgbm", "xgboost"]
    assert [view.ends[place] for place in arrays["end"]] == ["done"] * 5 + ["failed"]
    assert arrays["score"][:5] == pytest.approx([0.5, 0.841, 0.839, 0.85, 0.861], abs=1e-6)
    assert math.isnan(arrays["score"][5])
    assert arrays["predict_us"][0] == pytest.approx(8.12, abs=0.01)
    assert view.labels[view.families.index("xgboost")] == "XGBoost"


def test_later_questions_bring_only_what_is_new() -> None:
    events = many(60)
    run = RecordedRun(events[:90])
    first = look(run, "trials.table")
    run = RecordedRun(events)
    rest = look(run, "trials.table", since=first.value.seq)
    numbers = [*first.arrays["number"].tolist(), *rest.arrays["number"].tolist()]
    assert sorted(numbers) == list(range(1, 61))
    assert len(look(run, "trials.table", since=rest.value.seq).arrays["number"]) == 0


def test_ten_thousand_trials_fit_into_one_answer() -> None:
    answer = look(RecordedRun(many(10_000)), "trials.table")
    assert sum(array.nbytes for array in answer.arrays.values()) <= 300_000


def test_details_of_a_trial() -> None:
    spec = TrialSpec(number=1, family="lightgbm", params={"rate": 0.1, "wild": "<b>" * 500})
    ends = [finished(1, 0.8, (0.7, 0.9), fit_seconds=2.0, info={"best_iteration": 12})]
    run = run_of([spec], ends)
    (detail,) = look(run, "trials.details", rows=("trial:1",)).value.rows
    assert (detail.model, detail.number, detail.score) == ("LightGBM", 1, 0.8)
    assert detail.folds == (0.7, 0.9)
    params = dict(detail.params)
    assert params["rate"] == "0.1"
    assert len(params["wild"]) <= 300
    assert dict(detail.info) == {"best_iteration": "12"}
    (best,) = look(run, "trials.details", rows=("family:lightgbm",)).value.rows
    assert best.number == 1


def test_details_of_a_failure_hold_its_traceback() -> None:
    spec = TrialSpec(number=1, family="xgboost")
    error = {"code": "x", "message": "It broke.", "hint": "", "context": {"traceback": "line 1"}}
    failed = ev.TrialFailed(number=1, family="xgboost", reason="memory", error=error, seconds=3.0)
    run = run_of([spec], [failed])
    for row in ("trial:1", "family:xgboost"):
        (detail,) = look(run, "trials.details", rows=(row,)).value.rows
        assert (detail.end, detail.reason, detail.message) == ("failed", "memory", "It broke.")
        assert detail.traceback == "line 1"
        assert detail.score is None


def test_details_of_the_ensemble_are_its_members_by_weight() -> None:
    (detail,) = look(
        RecordedRun(recorded()), "trials.details", rows=("family:ensemble",)
    ).value.rows
    assert detail.number is None
    assert [(m.row, m.weight, m.model) for m in detail.members] == [
        ("trial:5", 0.6, "LightGBM"),
        ("trial:4", 0.4, "XGBoost"),
    ]


def test_rows_that_are_not_there_are_left_out_and_too_many_refused() -> None:
    run = RecordedRun(recorded())
    rows = ("trial:99", "family:none", "strange", "trial:x", "trial:5")
    assert [row.number for row in look(run, "trials.details", rows=rows).value.rows] == [5]
    for wrong in ((), ("trial:5",) * 6):
        with pytest.raises(ArgumentError, match="Between 1 and 5"):
            look(run, "trials.details", rows=wrong)


def test_rows_are_compared_with_the_best_of_them() -> None:
    specs = [TrialSpec(number=n, family="lightgbm") for n in (1, 2, 3)]
    folds = {1: (0.8, 0.82, 0.84), 2: (0.7, 0.73, 0.71), 3: (0.9,)}
    ends = [finished(n, float(np.mean(scores)), scores) for n, scores in folds.items()]
    rows = ("trial:1", "trial:2", "trial:3")
    one, two, three = look(run_of(specs, ends), "trials.details", rows=rows).value.rows
    assert three.versus is None
    assert one.versus.difference == pytest.approx(0.08, abs=1e-4)
    # The third has one fold: there is no interval to be had.
    assert (one.versus.low, two.versus.high) == (None, None)
    one, two = look(run_of(specs, ends), "trials.details", rows=rows[:2]).value.rows
    assert one.versus is None
    assert two.versus.low < two.versus.difference < two.versus.high


def test_the_interval_is_that_of_the_corrected_resampled_t_test() -> None:
    gaps = [0.1, 0.09, 0.13]
    low, high = interval(gaps)
    half = 4.302653 * np.std(gaps, ddof=1) * np.sqrt(1 / 3 + 1 / 2)
    assert (low, high) == pytest.approx((np.mean(gaps) - half, np.mean(gaps) + half), abs=1e-6)


def search(params: list[dict[str, Any]], greater: bool = True) -> Answer:
    specs = [
        TrialSpec(number=n, family="lightgbm", params=given) for n, given in enumerate(params, 1)
    ]
    ends = [finished(n, n / 10) for n in range(1, len(params) + 1)]
    return look(run_of(specs, ends), "trials.parallel", family="lightgbm")


def test_a_search_has_an_axis_for_each_setting_that_differs() -> None:
    answer = search(
        [
            {"rate": 0.001, "leaves": 10, "kind": "a", "same": 1},
            {"rate": 1.0, "leaves": 30, "kind": "b", "same": 1},
            {"rate": 0.0316227766, "leaves": 20, "same": 1},
        ]
    )
    view: schema.ParallelView = answer.value
    assert [(axis.name, axis.kind) for axis in view.axes] == [
        ("kind", "names"),
        ("leaves", "number"),
        ("rate", "log"),
        ("roc_auc", "number"),
    ]
    assert view.same == (("same", "1"),)
    place = answer.arrays["place"]
    # Best first: trials 3, 2, 1.
    assert answer.arrays["number"].tolist() == [3, 2, 1]
    assert np.isnan(place[0, 0])
    assert place[1:, 0].tolist() == [1.0, 0.0]
    assert place[:, 1].tolist() == [0.5, 1.0, 0.0]
    assert place[:, 2] == pytest.approx([0.5, 1.0, 0.0], abs=1e-5)
    assert place[:, 3] == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)


def test_a_search_of_one_trial_and_of_none_has_only_its_score() -> None:
    assert [axis.name for axis in search([{"rate": 1}]).value.axes] == ["roc_auc"]
    empty = look(RecordedRun(recorded()), "trials.parallel", family="nobody")
    assert empty.value.n_trials == 0
    assert empty.arrays["place"].shape == (0, 1)


VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=3)
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES), min_size=1, max_size=12))
def test_any_search_can_be_drawn(params: list[dict[str, Any]]) -> None:
    answer = search(params)
    place = answer.arrays["place"]
    assert place.shape == (len(params), len(answer.value.axes))
    known = place[~np.isnan(place)]
    assert ((known >= -1e-6) & (known <= 1 + 1e-6)).all()
    to_plain(answer.value)


@pytest.mark.parametrize("n", [0, 1, MOST_TRIALS, MOST_TRIALS + 1, 10_000])
def test_the_best_are_drawn_and_of_the_others_evenly_many(n: int) -> None:
    ranks = chosen(n)
    assert len(ranks) == min(n, MOST_TRIALS) == len(set(ranks))
    assert ranks == sorted(ranks)
    assert ranks[:N_BEST] == list(range(min(n, N_BEST)))
    assert all(rank < n for rank in ranks)
