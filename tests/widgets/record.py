"""Write a run's messages as the kernel sends them, for the tests of the page.

Run from the repository's root: ``python -m tests.widgets.record``. With ``--check`` nothing
is written and a file that is not current is an error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.events import Event
from jupyter_automl.core.experiment import headline, replay
from jupyter_automl.widgets.run_feed import RunFeed
from jupyter_automl.widgets.schema import RunDelta
from tests.widgets.events import many, recorded

ROOT = Path(__file__).parent.parent.parent
TARGET = ROOT / "labextension" / "src" / "widgets" / "testdata" / "run.json"
FIRST = 3
N_MANY = 160


def record() -> str:
    """The same of two runs: all kinds of events, and more trials than a page keeps scores of."""
    recording = {**steps_of(recorded()), "many": steps_of(many(N_MANY))}
    return json.dumps(recording, indent=1, ensure_ascii=False) + "\n"


def steps_of(events: Sequence[Event]) -> dict[str, Any]:
    """A first view, one delta an event, and what every surface must then say."""
    feed, state = RunFeed(), replay(events[:FIRST])
    feed.update(state, events[:FIRST])
    first = to_plain(feed.view())
    feed.delta()
    steps: list[dict[str, Any]] = []
    for event in events[FIRST:]:
        state = state.apply(event)
        feed.update(state, [event])
        delta = to_plain(feed.delta(), RunDelta)
        steps.append({"delta": delta, "headline": headline(state)})
    return {"first": first, "steps": steps, "last": to_plain(feed.view())}


if __name__ == "__main__":
    text = record()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        sys.exit(0 if current == text else f"{TARGET.name} is not current: run this module.")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")
