"""What a visitor's run is told of the runs before it: how many, never which."""

from __future__ import annotations

import pytest

from jupyter_automl.core.place import is_visitors, queue_text
from jupyter_automl.engine.standing import Room, stand
from jupyter_automl.store import QueueEntry

ROOM = Room(n_cores=2, free_bytes=8 * 1024**3, core_bytes=1024**3)
SECRET = "churn-1120-1403-0123456789abcdef"
OTHER = "acme-1120-1402-fedcba9876543210"


def entry(run_id: str, *, trains: bool) -> QueueEntry:
    return QueueEntry(
        run_id=run_id,
        status="running" if trains else "queued",
        created=1.0,
        n_workers=2,
        pid=1,
        heartbeat=100.0,
        turn=2.0 if trains else None,
        queue_place=None if trains else 1,
    )


@pytest.mark.parametrize("own", [SECRET, "churn-1120-1403-7f3a"])
@pytest.mark.parametrize("n_before", [1, 2])
def test_only_a_persons_own_machine_tells_which_runs_are_before_it(own: str, n_before: int) -> None:
    before = [entry(OTHER, trains=True), entry("acme-2", trains=False)][:n_before]
    mine = entry(own, trains=False)
    moved = stand([*before, mine], mine, ROOM, now=101.0).moved
    assert moved is not None
    assert moved.place == n_before
    assert ("acme" in queue_text(moved)) is (own != SECRET)


def test_a_visitors_id_is_known_by_its_end() -> None:
    assert is_visitors(SECRET)
    assert not is_visitors("churn-1120-1403-7f3a")
    assert not is_visitors("0123456789abcdef")
