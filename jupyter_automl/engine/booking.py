"""What every end of a trial changes, and what is told of its begin."""

from __future__ import annotations

from dataclasses import replace

from jupyter_automl.core import events as ev
from jupyter_automl.core.trial import TrialSpec, fits_of
from jupyter_automl.engine import commands as do
from jupyter_automl.engine.state import Record, Running, State


def started(state: State, spec: TrialSpec) -> ev.TrialStarted:
    """What the log is told of a trial that a worker has taken."""
    assert state.plan is not None
    return ev.TrialStarted(
        trial=spec,
        family_label=state.label(spec.family),
        n_folds=fits_of(state.plan, spec.family, spec.params),
    )


def without(state: State, number: int) -> State:
    """The state in which a trial is not under way any more."""
    running = {key: trial for key, trial in state.running.items() if key != number}
    return replace(state, running=running)


def credit(state: State, trial: Running) -> State:
    """Book the worker's time on the warm starts, or on the family's search."""
    if trial.began is None:
        return state
    if trial.spec.source != "search":
        return replace(state, start_seconds=state.start_seconds + seconds_of(state, trial))
    record = state.record(trial.spec.family)
    seconds = record.search_seconds + seconds_of(state, trial)
    record = replace(record, search_seconds=seconds, n_searched=record.n_searched + 1)
    return with_record(state, trial.spec.family, record)


def seconds_of(state: State, trial: Running) -> float:
    """Seconds that a worker has been at a trial; 0 where none has taken it."""
    return 0.0 if trial.began is None else state.elapsed - trial.began


def with_record(state: State, family: str, record: Record) -> State:
    """The state with another record of a family."""
    return replace(state, records={**state.records, family: record})


def tell_sampler(state: State, trial: Running, score: float | None) -> tuple[do.Command, ...]:
    """Have the search of the family, where there is one, know how a trial went."""
    spec = trial.spec
    searched = spec.family in state.outlook.search_seconds
    if not searched or (score is None and trial.token is None):
        return ()
    return (do.TellSampler(spec=spec, score=score),)
