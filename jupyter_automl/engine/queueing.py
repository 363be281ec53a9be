"""Whose turn it is: as many runs train at once as cores and memory allow, the others wait.

A run waits in its runner process, before it has workers and before its clock runs. Those that
ask decide by themselves, one at a time, inside a transaction of the store.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import RunNotFoundError
from jupyter_automl.engine.reconciling import reconcile
from jupyter_automl.engine.standing import Standing, room_here, stand, workers_of
from jupyter_automl.store import Command, QueueEntry, Store

POLL_SECONDS = 0.25
"""How often a waiting run looks whether the store has changed; a look costs 0.1 ms."""

LOOK_SECONDS = 1.0
"""Memory that gets free and a runner that dies change nothing in the store."""

HEARTBEAT_SECONDS = 1.0
GRACE_SECONDS = 0.4
"""What a cold runner leaves to the warm one that has been offered its run; to start cold costs
a second or more."""

CROWDED = "crowded"
"""Code of the notice that runs share the cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a run came to its turn.

    Attributes
    ----------
    waited_seconds : float
        In the queue; they are not of the budget.
    extended_seconds : float
        By which the budget grew meanwhile.
    queues : bool
        Whether it asks for its turn again before it goes on after a pause.
    dropped, boosted : frozenset of str
        Families that a person dropped, or boosted, meanwhile.
    """

    waited_seconds: float = 0.0
    extended_seconds: float = 0.0
    queues: bool = False
    dropped: frozenset[str] = frozenset()
    boosted: frozenset[str] = frozenset()


class Turn:
    """A run's way to its turn, asked for again and again.

    Parameters
    ----------
    pid : int or None
        Of the runner that asks; None for whoever has just created the run.
    grace_seconds : float
        For how long the turn of a run that waited is left to another runner to take over.

    Attributes
    ----------
    since : float or None
        Unix seconds since when the run has its turn.
    waited : bool
        Whether its log says that it had to wait.
    """

    def __init__(
        self, store: Store, run_id: str, pid: int | None, *, grace_seconds: float = 0.0
    ) -> None:
        self._store, self._run_id, self._pid = store, run_id, pid
        self._grace_seconds = grace_seconds
        self._free_since: float | None = None
        self._version: int | None = None
        self._first_look = time.monotonic()
        self._next_look = 0.0
        self._told: ev.QueueMoved | None = None
        self._in_line = False
        self.since: float | None = None
        self.waited = False

    def take(self) -> bool:
        """Whether the run may train now; its log is told of every change of its place.

        Cheap enough for being asked many times a second.
        """
        version, now = self._store.data_version(), time.monotonic()
        due = now >= self._next_look
        if version == self._version and not due:
            return False
        self._version = version
        if self._asked():
            return True
        if not due:
            return False
        self._next_look = now + LOOK_SECONDS
        return self._clear_away() and self._asked()

    def tell(self) -> None:
        """Tell the run's log its place if it has to wait; takes no turn."""
        standing = self._look(self._store.queue())
        if standing.moved is not None and self._clear_away():
            standing = self._look(self._store.queue())
        self._tell(standing)

    def _asked(self) -> bool:
        standing = self._look(self._store.queue())
        if self._is_time(standing):
            # Reading is free; the lock is taken only for a turn that is probably there.
            assert self._pid is not None
            self.since = self._store.take_turn(self._run_id, self._pid, self._may)
        if self.since is None:
            self._tell(standing)
            return False
        tell_crowd(self._store)
        return True

    def _is_time(self, standing: Standing) -> bool:
        if standing.moved is not None:
            self._free_since = None
            return False
        if not self._in_line or not self._grace_seconds:
            return True
        now = time.monotonic()
        self._free_since = now if self._free_since is None else self._free_since
        # Look again soon although nothing changes.
        self._version = None
        return now - self._free_since >= self._grace_seconds

    def _may(self, entries: Sequence[QueueEntry]) -> bool:
        return self._look(entries).moved is None

    def _look(self, entries: Sequence[QueueEntry]) -> Standing:
        own = next((entry for entry in entries if entry.run_id == self._run_id), None)
        if own is None:
            return Standing()
        self._in_line = own.queue_place is not None
        self.waited |= self._in_line
        # A run that is alone does not wait for psutil to be imported.
        return stand(entries, own, room_here()) if len(entries) > 1 else Standing()

    def _tell(self, standing: Standing) -> None:
        moved = standing.moved
        brief = standing.soon and time.monotonic() - self._first_look < LOOK_SECONDS
        if moved is None or brief or moved == self._last_told():
            return
        if self._store.append_waiting(self._run_id, self._pid, moved):
            self._told, self.waited = moved, True

    def _last_told(self) -> ev.QueueMoved | None:
        if not self._in_line:
            # Not yet, or a pause has taken it out.
            return None
        if self._told is None:
            events = self._store.events(self._run_id)
            told = [event.body for event in events if isinstance(event.body, ev.QueueMoved)]
            self._told = told[-1] if told else None
        return self._told

    def _clear_away(self) -> bool:
        """Mark runs whose runner is gone; True where there was one."""
        found = False
        for entry in self._store.queue():
            if entry.run_id != self._run_id and (entry.trains or entry.waits):
                with contextlib.suppress(RunNotFoundError):
                    found |= reconcile(self._store, entry.run_id)
        return found


def announce(store: Store, run_id: str) -> None:
    """Have the log of a run that nobody has claimed say that it has to wait, if it has to."""
    Turn(store, run_id, None).tell()


def wait_for_turn(
    store: Store,
    run_id: str,
    stop_requested: Callable[[], bool] = lambda: False,
    *,
    grace_seconds: float = 0.0,
) -> Start | None:
    """Wait until a run that this process has claimed may train.

    Meanwhile it can be stopped, cancelled, paused, resumed and extended.

    Parameters
    ----------
    stop_requested : callable
        Asked while it waits; True ends the run like a person's Stop.
    grace_seconds : float
        For how long its turn is left to a runner that may take it over; see `Turn`.

    Returns
    -------
    Start or None
        None where it is over, or another runner has taken it: there is nothing left to do.
    """
    pid = os.getpid()
    turn = Turn(store, run_id, pid, grace_seconds=grace_seconds)
    pause = threading.Event()
    next_beat = time.monotonic() + HEARTBEAT_SECONDS
    paused = told = False
    while paused or not turn.take():
        pause.wait(POLL_SECONDS)
        if not _is_ours(store, run_id, pid):
            return None
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + HEARTBEAT_SECONDS
            store.heartbeat(run_id, pid)
        commands = store.take_commands(run_id)
        if stop_requested():
            commands.append(Command(command="stop"))
        for command in commands:
            bodies = _answers(command, paused=paused)
            if bodies and not store.append_waiting(run_id, pid, *bodies):
                # Another runner took the run in this moment: it is to hear of the command.
                store.send_command(run_id, command.command, command.argument, family=command.family)
                return None
            if command.command in ("stop", "cancel"):
                return None
            told |= bool(bodies)
            if command.command in ("pause", "resume"):
                paused, turn.waited = command.command == "pause", True
    return _start(store, run_id, turn) if turn.waited or told else Start(queues=True)


def start_at_once(store: Store, run_id: str) -> Start:
    """Give a run that this process has claimed its turn, whatever else trains."""
    store.take_turn(run_id, os.getpid(), lambda _: True)
    tell_crowd(store)
    return Start()


def tell_crowd(store: Store) -> None:
    """Have the runs that train know, once each, when they have more workers than cores."""
    from jupyter_automl.execute import usable_cores

    training = [entry for entry in store.queue() if entry.trains]
    if len(training) < 2:
        return
    n_cores = usable_cores()
    n_workers = workers_of(training, n_cores)
    if n_workers <= n_cores:
        return
    notice = ev.NoticeRaised(
        code=CROWDED,
        message=f"{len(training)} runs train at once, with {n_workers} workers on {n_cores} "
        f"{'core' if n_cores == 1 else 'cores'}: each gets less done in its budget.",
    )
    for entry in training:
        with contextlib.suppress(RunNotFoundError):
            if not _knows(store, entry.run_id):
                store.append(entry.run_id, notice, unless_ended=True)


def _knows(store: Store, run_id: str) -> bool:
    bodies = (event.body for event in store.events(run_id))
    return any(isinstance(body, ev.NoticeRaised) and body.code == CROWDED for body in bodies)


def _is_ours(store: Store, run_id: str, pid: int) -> bool:
    try:
        summary = store.run(run_id)
    except RunNotFoundError:
        return False
    return summary.pid == pid and not summary.ended


def _answers(command: Command, *, paused: bool) -> tuple[ev.Body, ...]:
    """What a command does to a run that has not started."""
    taken = ev.CommandTaken(
        command=command.command, argument=command.argument, family=command.family
    )
    match command.command:
        case "stop" | "cancel" as word:
            status: ev.RunStatus = "stopped" if word == "stop" else "cancelled"
            reason = f"{status.capitalize()} by you before it had started."
            return taken, ev.RunEnded(status=status, reason=reason, elapsed_seconds=0.0)
        case "pause":
            return () if paused else (taken,)
        case "resume":
            return (taken,) if paused else ()
        case "extend":
            return (taken,) if (command.argument or 0.0) > 0 else ()
        case _:
            return (taken,) if command.family else ()


def _start(store: Store, run_id: str, turn: Turn) -> Start:
    from jupyter_automl.core.experiment import replay

    assert turn.since is not None
    state = replay(store.events(run_id))
    asked = state.task.budget_seconds if state.task is not None else None
    return Start(
        queues=True,
        waited_seconds=max(0.0, turn.since - state.created_at) if turn.waited else 0.0,
        extended_seconds=max(0.0, state.budget_seconds - (asked or 0.0)),
        dropped=state.dropped,
        boosted=state.boosted,
    )
