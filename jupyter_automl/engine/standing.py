"""The rule of the queue: who may train beside whom, and who is next.

Pure: runs and what the machine has come in, a place comes out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_automl.core import events as ev
from jupyter_automl.core.place import is_visitors
from jupyter_automl.store import QueueEntry

SILENT_SECONDS = 10.0
"""After this long without a sign of life a run that waits is passed by younger ones: its process
is slow to start, stuck or gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What there is to train in.

    Attributes
    ----------
    n_cores : int
        Cores that may be used.
    free_bytes, core_bytes : int
        Memory that is free now, and what training on one core is given.
    """

    n_cores: int
    free_bytes: int
    core_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a run stands.

    Attributes
    ----------
    moved : QueueMoved or None
        Its place in line; None where it may train.
    soon : bool
        Those before it are about to start, and there is room for it beside them.
    """

    moved: ev.QueueMoved | None = None
    soon: bool = False


def stand(
    entries: Sequence[QueueEntry], own: QueueEntry, room: Room, *, now: float | None = None
) -> Standing:
    """Where a run stands among those that go on, by the order in which they were created.

    Parameters
    ----------
    entries : sequence of QueueEntry
        All that go on, oldest first.
    own : QueueEntry
        The one that asks, one of them.
    now : float, optional
        Unix seconds; None is now.

    Notes
    -----
    It may train where nobody waits before it and nothing trains; or where the workers of all
    have a core each, all together may take no more memory than one run of all cores, and its
    own is free. Its `max_runs` replaces these: then it may train where fewer runs train. A
    later run never starts before an earlier one, so that a run of many workers is not passed
    by small ones for ever.
    """
    now = time.time() if now is None else now
    training = [entry for entry in entries if entry.trains and entry.run_id != own.run_id]
    before = [
        entry
        for entry in entries[: entries.index(own)]
        if entry.waits and now - (entry.heartbeat or entry.created) < SILENT_SECONDS
    ]
    waiting: list[QueueEntry] = []
    for entry in before:
        if waiting or _obstacle(training, entry, room):
            waiting.append(entry)
        else:
            # It may start and does so in this moment.
            training.append(entry)
    if waiting:
        return Standing(moved=_behind(own, len(waiting) + 1, waiting[-1:]))
    obstacle = _obstacle(training, own, room)
    if obstacle:
        return Standing(moved=_behind(own, 1, training, short_of_memory=obstacle == "memory"))
    if before:
        return Standing(moved=_behind(own, len(before) + 1, before[-1:]), soon=True)
    return Standing()


def _behind(
    own: QueueEntry, place: int, runs: Sequence[QueueEntry], *, short_of_memory: bool = False
) -> ev.QueueMoved:
    # Who knows a visitor's id can open the run: other visitors are not told it.
    behind = () if is_visitors(own.run_id) else tuple(entry.run_id for entry in runs)
    return ev.QueueMoved(place=place, behind=behind, short_of_memory=short_of_memory)


def _obstacle(training: Sequence[QueueEntry], own: QueueEntry, room: Room) -> str:
    """What keeps a run from training beside these: ``"runs" "cores" "memory"`` or nothing."""
    if not training:
        return ""
    if own.max_runs is not None:
        return "" if len(training) < own.max_runs else "runs"
    at_once = [*training, own]
    if workers_of(at_once, room.n_cores) > room.n_cores:
        return "cores"
    claimed = sum(_bytes_of(entry, room) for entry in at_once)
    short = claimed > room.n_cores * room.core_bytes or room.free_bytes < _bytes_of(own, room)
    return "memory" if short else ""


def _bytes_of(entry: QueueEntry, room: Room) -> int:
    """What a run may take; one that does not say is taken to use an even part a core."""
    return entry.memory_bytes or (entry.n_workers or room.n_cores) * room.core_bytes


def workers_of(entries: Sequence[QueueEntry], n_cores: int) -> int:
    """Worker processes of these runs; a run that does not say is taken to use every core."""
    return sum(entry.n_workers or n_cores for entry in entries)


def room_here() -> Room:
    """The cores and the memory of this machine, as far as this process may use them."""
    import psutil

    from jupyter_automl.execute import default_memory_limit, usable_cores

    n_cores = usable_cores()
    return Room(
        n_cores=n_cores,
        free_bytes=int(psutil.virtual_memory().available),
        core_bytes=default_memory_limit(n_cores),
    )
