"""Whether a trial fits into a worker's memory, by what its family's trials took here so far."""

from __future__ import annotations

from dataclasses import replace

from jupyter_automl.core import events as ev
from jupyter_automl.core.size import bytes_text
from jupyter_automl.engine.state import Record, Running, State

TELLING_SHARE = 0.4
"""Of what a worker may take for data: smaller trials say nothing of large ones."""

MEMORY_OF_RATIO = 0.5
_BEYOND = 1.02


def step_fits(state: State, index: int) -> bool:
    """Whether a step of the plan may start.

    Before anything was measured the plan has the last word: it knows the same predictions
    and has put what would not fit on a sample, or left it out.
    """
    assert state.plan is not None
    family = state.plan.steps[index].family
    if state.record(family).memory_ratio is None or index >= len(state.outlook.step_bytes):
        return True
    return _fits(state, family, state.outlook.step_bytes[index])


def stack_fits(state: State, place: int) -> bool:
    """Whether one of `Plan.stacks` may start; unlike steps, they are nowhere put on a sample."""
    assert state.plan is not None
    sizes = state.outlook.stack_bytes
    return not sizes or _fits(state, state.plan.stacks[place].family, sizes[place])


def search_fits(state: State, family: str) -> bool:
    """Whether a searched trial of a family, which takes all rows, may start."""
    return _fits(state, family, state.outlook.search_bytes.get(family, 0))


def predicted_bytes(state: State, family: str, n_bytes: int) -> int:
    """What a trial will take, by what this family's trials took so far."""
    base = state.outlook.base_bytes
    ratio = state.record(family).memory_ratio or 1.0
    return int(base + ratio * max(0, n_bytes - base))


def learn_from_end(
    state: State, trial: Running, measured_bytes: int
) -> tuple[State, tuple[ev.NoticeRaised, ...]]:
    """Take in what a trial took.

    Parameters
    ----------
    measured_bytes : int
        The worker's peak; 0 where it is not known.
    """
    predicted = trial.predicted_bytes - state.outlook.base_bytes
    room = _room(state)
    if state.ordered or room is None or not measured_bytes or predicted < TELLING_SHARE * room:
        return state, ()
    new = max(0, measured_bytes - state.outlook.base_bytes) / predicted
    record = state.record(trial.spec.family)
    old = record.memory_ratio
    ratio = new if old is None else MEMORY_OF_RATIO * old + (1 - MEMORY_OF_RATIO) * new
    return _with_ratio(state, trial.spec.family, replace(record, memory_ratio=ratio))


def learn_from_failure(state: State, trial: Running) -> tuple[State, tuple[ev.NoticeRaised, ...]]:
    """Take in that a trial took more than there is: as large a one is not tried again."""
    predicted = trial.predicted_bytes - state.outlook.base_bytes
    room = _room(state)
    if state.ordered or room is None or predicted <= 0:
        return state, ()
    record = state.record(trial.spec.family)
    ratio = max(record.memory_ratio or 0.0, _BEYOND * room / predicted)
    return _with_ratio(state, trial.spec.family, replace(record, memory_ratio=ratio))


def _with_ratio(
    state: State, family: str, record: Record
) -> tuple[State, tuple[ev.NoticeRaised, ...]]:
    state = replace(state, records={**state.records, family: record})
    sizes = _left_out(state, family)
    if not sizes or record.short_of_memory:
        return state, ()
    record = replace(record, short_of_memory=True)
    state = replace(state, records={**state.records, family: record})
    assert state.outlook.worker_bytes is not None
    notice = ev.NoticeRaised(
        code="memory_skipped",
        message=f"Further trials of {state.label(family)} are left out: by those so far they "
        f"would take {bytes_text(max(sizes))} of memory, and a worker may take "
        f"{bytes_text(state.outlook.worker_bytes)}.",
        level="info",
    )
    return state, (notice,)


def _left_out(state: State, family: str) -> list[int]:
    """Predicted sizes of what was to come of a family and does not fit."""
    assert state.plan is not None
    outlook = state.outlook
    sizes = [
        outlook.step_bytes[index]
        for index in state.steps
        if state.plan.steps[index].family == family and not step_fits(state, index)
    ]
    if not state.record(family).search_over and not search_fits(state, family):
        sizes.append(outlook.search_bytes[family])
    return [predicted_bytes(state, family, size) for size in sizes]


def _fits(state: State, family: str, n_bytes: int) -> bool:
    limit = state.outlook.worker_bytes
    return limit is None or predicted_bytes(state, family, n_bytes) <= limit


def _room(state: State) -> int | None:
    """What a worker may take for data."""
    limit = state.outlook.worker_bytes
    return None if limit is None else max(0, limit - state.outlook.base_bytes)
