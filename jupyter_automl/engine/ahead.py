"""Trials that stand in line, so that no worker waits for its next one."""

from __future__ import annotations

from dataclasses import replace

from jupyter_automl.engine import commands as do
from jupyter_automl.engine.policy import under_way
from jupyter_automl.engine.state import Running, State

AHEAD_SECONDS = 0.5
"""A worker that is busy for no longer has a trial waiting: to hear of an end, to write it down
and to choose what is next takes milliseconds, which are many of a trial of 20 and none of a
trial of 2,000. What is chosen early knows a little less."""


def n_open(state: State) -> int:
    """Trials that may be handed to the executor now, beyond those that it has."""
    n_workers = _usable(state)
    under_way = tuple(state.running.values())[:n_workers]
    n_short = sum(_is_short(state, trial) for trial in under_way)
    return n_workers + n_short - len(state.running)


def withdraw(state: State, made: list[do.Command]) -> State:
    """Take back what no worker has begun: no trial starts in the reserve.

    They are set aside, for a person may give the run more time. Executors work first in,
    first out, so the latest trials are those that wait.
    """
    latest = tuple(state.running)[_usable(state) :]
    waiting = [number for number in latest if state.running[number].began is None]
    made += [do.KillTrial(number=number) for number in reversed(waiting)]
    return replace(
        state,
        running={n: trial for n, trial in state.running.items() if n not in waiting},
        set_aside=(*state.set_aside, *(state.running[number] for number in waiting)),
    )


def _usable(state: State) -> int:
    return state.n_workers - (state.explaining is not None)


def _is_short(state: State, trial: Running) -> bool:
    return under_way(state, trial) <= AHEAD_SECONDS
