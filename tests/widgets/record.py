"""Write runs' messages as the kernel sends them, for the tests of the page.

Run from the repository's root: ``python -m tests.widgets.record``. With ``--check`` nothing
is written and a file that is not current is an error. With ``--train`` a run of 20 s on the churn
sample takes the place of the recorded one first: its events are kept in `LOG`, from which the
messages are made, so that they can be made again when their form changes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from jupyter_automl.core.codec import from_json, to_json, to_plain
from jupyter_automl.core.events import Event, TrialFinished
from jupyter_automl.core.experiment import headline, replay
from jupyter_automl.widgets.run_feed import RunFeed
from jupyter_automl.widgets.schema import RunDelta
from tests.widgets.events import many, recorded

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAGE = ROOT / "labextension" / "src" / "widgets" / "testdata"
TARGET = PAGE / "run.json"
REAL = PAGE / "real_run.json"
LOG = HERE / "real_run.jsonl.gz"
"""The events of a run that was trained, one a line."""

FIRST = 3
N_MANY = 160
BUDGET = 20.0
MESSAGES_PER_SECOND = 4
LEAST_FAMILIES = 3
START = 1_000_000.0
"""When a recorded run begins, in Unix seconds."""

_PATH = re.compile(r"(?<![\w.])(?:/[\w.+~-]+){2,}")


def record() -> str:
    """The same of two runs: all kinds of events, and more trials than a page keeps scores of."""
    recording = {**steps_of(recorded()), "many": steps_of(many(N_MANY))}
    return json.dumps(recording, indent=1, ensure_ascii=False) + "\n"


def record_real() -> str:
    """The messages of the run that was trained, as many a second as a page is sent."""
    recording = steps_of(real_events(), MESSAGES_PER_SECOND)
    steps = [json.dumps(step, ensure_ascii=False) for step in recording.pop("steps")]
    rest = json.dumps(recording, ensure_ascii=False)
    return rest.removesuffix("}") + ', "steps": [\n' + ",\n".join(steps) + "\n]}\n"


def steps_of(events: Sequence[Event], per_second: int = 0) -> dict[str, Any]:
    """A first view, the deltas, and what every surface must then say.

    There is one delta an event, or at most `per_second` of them in a second of the run.
    """
    feed, state = RunFeed(), replay(events[:FIRST])
    feed.update(state, events[:FIRST])
    first = to_plain(feed.view())
    feed.delta()
    steps: list[dict[str, Any]] = []
    for news in _together(events[FIRST:], per_second):
        state = replay(news, state)
        feed.update(state, news)
        delta = to_plain(feed.delta(), RunDelta)
        steps.append({"delta": delta, "headline": headline(state)})
    return {"first": first, "steps": steps, "last": to_plain(feed.view())}


def _together(events: Sequence[Event], per_second: int) -> Iterator[list[Event]]:
    if not per_second:
        yield from ([event] for event in events)
        return
    for _, group in groupby(events, key=lambda event: int(event.at * per_second)):
        yield list(group)


def real_events() -> list[Event]:
    """The events of the run that was trained."""
    with gzip.open(LOG, "rt", encoding="utf-8") as lines:
        return [from_json(Event, line) for line in lines]


def train() -> None:
    """Train on a table that is the same everywhere, and keep the events."""
    from jupyter_automl.store import Store
    from tests.e2e import training

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "store"
        run = training.train(folder, "sample:churn", "churn", "churn", seconds=BUDGET, trials=0)
        store = Store(folder)
        events = store.events(run.run_id)
        store.close()
    families = {e.body.result.family for e in events if isinstance(e.body, TrialFinished)}
    if len(families) < LEAST_FAMILIES:
        sys.exit("Too few families were trained: record on a machine that has nothing else to do.")
    keep(events)


def keep(events: Sequence[Event]) -> None:
    """Write events as `real_events` reads them, without the machine and the hour they came from."""
    begin = events[0].at
    lines = [
        _without_paths(to_json(replace(event, run_id="churn-1", at=START + event.at - begin)))
        for event in events
    ]
    # The same bytes for the same events: neither a name nor a time in the header.
    with LOG.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as file:
        file.write(("\n".join(lines) + "\n").encode())


def _without_paths(line: str) -> str:
    """A path that begins at the root keeps its last part only."""
    return _PATH.sub(lambda found: found.group().rpartition("/")[2], line)


if __name__ == "__main__":
    if "--train" in sys.argv[1:]:
        train()
    for path, text in ((TARGET, record()), (REAL, record_real())):
        if "--check" in sys.argv[1:]:
            current = path.read_text(encoding="utf-8") if path.exists() else ""
            if current != text:
                sys.exit(f"{path.name} is not current: run this module.")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
