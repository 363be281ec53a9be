"""When models are stacked on others, and on which."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_automl.core.trial import TrialResult
from jupyter_automl.engine.state import State

STACK_AT = (0.6, 0.85)
"""Parts of the time for training after which there is a new storey. The first shows whether it
pays, the second has more to stand on."""

LEAST_BELOW = 3
MOST_FAMILIES = 6
MOST_BELOW = 10
LATER_SETTINGS = 2
"""The settings of a second storey are the best of the first."""


def storey_due(state: State) -> tuple[int, ...]:
    """Numbers of the trials to stack on now; none where it is not the time.

    A run that has nothing more to gain otherwise has its first storey before it ends.

    They are the members of the ensemble and the best trial of each family. What is judged on
    each row by all the others (`Plan.fitted_once`) is no ground to build on: among near rows,
    the higher the target of one, the lower what the others are told of theirs.
    """
    assert state.plan is not None
    n_storeys = len(state.storeys)
    if state.ordered or not state.plan.stacks or n_storeys >= len(STACK_AT):
        return ()
    early = state.elapsed < STACK_AT[n_storeys] * state.train_until
    if early and (n_storeys or not state.settled):
        return ()
    below = _below(state)
    return below if len(below) >= LEAST_BELOW and below not in state.storeys else ()


def settings_of(state: State) -> tuple[int, ...]:
    """Places in `Plan.stacks` of what to try on a new storey."""
    assert state.plan is not None
    every = tuple(range(len(state.plan.stacks)))
    scored = {
        place: state.sign * state.results[number].score
        for number, (place, _) in state.stacked.items()
        if number in state.results
    }
    if not scored:
        return every
    best = sorted(scored, key=lambda place: -scored[place])[:LATER_SETTINGS]
    return tuple(best)


def predict_ms(state: State, numbers: Sequence[int]) -> float:
    """Milliseconds a row of a blend of trials; one that several stand on is asked once."""
    own: dict[int, float] = {}
    for number in numbers:
        _, storey = state.stacked.get(number, (0, None))
        below = () if storey is None else state.storeys[storey]
        whole = {one: state.results[one].predict_ms_per_row for one in (number, *below)}
        own |= {one: whole[one] for one in below}
        own[number] = max(0.0, whole[number] - sum(whole[one] for one in below))
    return sum(own.values())


def _below(state: State) -> tuple[int, ...]:
    assert state.plan is not None
    stacking = {step.family for step in state.plan.stacks}
    barred = {*stacking, *state.plan.fitted_once, "dummy"}
    able = [result for result in state.results.values() if result.family not in barred]
    best: dict[str, TrialResult] = {}
    for result in sorted(able, key=lambda result: (-state.sign * result.score, result.number)):
        best.setdefault(result.family, result)
    known = {result.number for result in able}
    members = [number for number, _ in state.ensemble.members if number in known]
    firsts = [result.number for result in best.values()][:MOST_FAMILIES]
    return tuple(sorted(dict.fromkeys([*firsts, *members][:MOST_BELOW])))
