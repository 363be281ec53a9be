"""A run as a stream of small changes."""

from __future__ import annotations

import json

from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.events import FoldFinished, ResourcesSampled, TrialFinished
from jupyter_automl.core.experiment import replay
from jupyter_automl.widgets.run_feed import LOG_LINES, RunFeed
from jupyter_automl.widgets.schema import RunDelta
from tests.widgets.events import recorded


def feed_until(n_events: int) -> RunFeed:
    feed = RunFeed()
    events = recorded()[:n_events]
    feed.update(replay(events), events)
    return feed


def deltas_of_each_event() -> list[tuple[object, dict[str, object]]]:
    feed, state, deltas = RunFeed(), None, []
    for event in recorded():
        state = replay([event], state)
        feed.update(state, [event])
        deltas.append((event.body, to_plain(feed.delta(), RunDelta)))
    return deltas


def test_a_change_of_one_event_is_at_most_600_bytes() -> None:
    sizes = sorted(
        len(json.dumps({"kind": "delta", "body": {"n": 1234, "run": delta}}))
        for body, delta in deltas_of_each_event()
    )
    assert sizes[int(0.95 * len(sizes))] <= 600


def test_only_the_rows_that_changed_are_sent() -> None:
    for body, delta in deltas_of_each_event():
        if isinstance(body, FoldFinished):
            assert len(delta.get("r", ())) <= 1  # type: ignore[arg-type]
        if isinstance(body, TrialFinished):
            assert len(delta["r"]) == 1  # type: ignore[arg-type]
        if isinstance(body, ResourcesSampled):
            assert set(delta) <= {"t", "c"}


def test_scores_of_earlier_trials_are_not_sent_again() -> None:
    rows = [
        row
        for body, delta in deltas_of_each_event()
        if isinstance(body, TrialFinished) and body.result.number == 5
        for row in delta["r"]  # type: ignore[union-attr]
    ]
    assert [(row[9], row[10]) for row in rows] == [(1, [0.861])]


def test_a_newer_state_is_taken_and_an_older_one_refused() -> None:
    feed = feed_until(20)
    events = recorded()
    assert not feed.update(replay(events[:10]), events[:10])
    assert feed.update(replay(events), events)
    assert feed.view().status == "stopped"


def test_the_log_says_what_happened_once() -> None:
    feed = feed_until(len(recorded()))
    feed.update(replay(recorded()), recorded())
    texts = [text for _, _, text in feed.view().log]
    assert "LightGBM, trial 5: roc_auc 0.861 ± 0.012 in 1.9 s." in texts
    assert "XGBoost, trial 6 failed: The worker was killed." in texts
    assert texts[-1] == "Stopped; the best is kept."
    assert len(texts) == len(set(texts))


def test_a_long_log_keeps_its_last_lines_and_their_numbers() -> None:
    feed, events = RunFeed(), recorded()
    notice = next(e for e in events if type(e.body).__name__ == "NoticeRaised")
    state = replay(events[:4])
    many = [
        type(notice)(run_id=notice.run_id, seq=100 + i, at=notice.at, body=notice.body)
        for i in range(LOG_LINES + 50)
    ]
    feed.update(state, many)
    view = feed.view()
    assert (len(view.log), view.log_start) == (LOG_LINES, 50)


def test_numbers_that_json_lacks_become_null() -> None:
    events = recorded()
    finished = next(e for e in events if isinstance(e.body, TrialFinished))
    from dataclasses import replace

    body = TrialFinished(result=replace(finished.body.result, score_std=float("nan")))
    log = [*events[: finished.seq - 1], replace(finished, body=body)]
    feed = RunFeed()
    feed.update(replay(log), log)
    assert feed.view().rows[0].score_std is None
