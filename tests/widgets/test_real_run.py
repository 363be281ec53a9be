"""A run that was really trained, as its page is told of it."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from typing import Any

from jupyter_automl.core.events import TrialFinished
from jupyter_automl.core.experiment import replay
from tests.widgets import record
from tests.widgets.record import (
    LEAST_FAMILIES,
    LOG,
    MESSAGES_PER_SECOND,
    REAL,
    record_real,
    steps_of,
)


@cache
def recording() -> Any:
    return json.loads(record_real())


def test_the_recording_for_the_page_is_current() -> None:
    assert REAL.read_text(encoding="utf-8") == record_real(), "run python -m tests.widgets.record"


def test_it_is_small_and_says_nothing_of_the_machine_it_came_from() -> None:
    text = gzip.decompress(LOG.read_bytes()).decode()
    assert len(LOG.read_bytes()) <= 150_000
    assert len(gzip.compress(REAL.read_bytes())) <= 150_000
    assert re.findall(r'(?<![\w.])/(?:home|Users|tmp|usr|opt|root|work|var|mnt)\b[^"]*', text) == []
    assert re.findall(r"[A-Za-z]:\\\\\w+", text) == []


def test_it_is_a_whole_run_of_several_families() -> None:
    events = record.real_events()
    state = replay(events)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert state.status == "finished"
    families = {e.body.result.family for e in events if isinstance(e.body, TrialFinished)}
    assert len(families) >= LEAST_FAMILIES
    assert state.leaderboard.rows[0].family == "ensemble"


def test_an_update_on_the_wire_stays_small() -> None:
    steps = recording()["steps"]
    sizes = sorted(
        len(json.dumps({"kind": "delta", "body": {"n": 1234, "run": step["delta"]}}))
        for step in steps
    )
    assert sizes[int(0.95 * len(sizes))] <= 600
    seconds = recording()["last"]["elapsed_seconds"]
    assert len(steps) <= MESSAGES_PER_SECOND * (seconds + 2)


def test_many_messages_and_few_lead_to_the_same_picture() -> None:
    events = record.real_events()
    assert steps_of(events)["last"] == steps_of(events, 1)["last"]
