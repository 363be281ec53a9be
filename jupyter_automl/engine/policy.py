"""What to train next: best expected gain a second, as far as a simple rule can tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from jupyter_automl.engine.stacking import settings_of, storey_due
from jupyter_automl.engine.state import Running, State
from jupyter_automl.engine.weighing import search_fits, stack_fits, step_fits

SEARCH_WEIGHTS = {"lightgbm": 3.0, "xgboost": 2.0, "mlp": 1.5, "catboost": 0.7}
OTHER_WEIGHT = 0.5
"""Searching pays most on LightGBM, XGBoost and MLPs and hardly on CatBoost (TabArena Elo,
tuned over default: +280, +184, +58)."""

BOOST = 3.0
"""A family that a person has boosted gets three times the time in the search of the family that
deserves most of it, whatever its scores are; its further starts count as three times as good."""

ALWAYS_TRIED = ("dummy", "linear", "lightgbm")
RATIO_MEMORY = 0.5

HOPE = 0.1
LEAST_SECONDS = 1.0
"""A further start of a family is worth what the ensemble gives to the family's models, and a
tenth of its weight in the search in case that changes, the less the more of them there are; all
this a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What a free worker should do.

    Attributes
    ----------
    kind : str
        ``"stack"`` (place in `Plan.stacks`), ``"step"`` (index in the plan), ``"trial"`` (the
        suggestion that is at hand),
        ``"ask"`` (a family's sampler), ``"wait"`` or ``"nothing"``.
    """

    kind: Literal["stack", "step", "trial", "ask", "wait", "nothing"]
    step: int = -1
    family: str = ""


def next_work(state: State) -> Next:
    """What is to be stacked now, plan steps while one fits in the time left, then the search."""
    place = next_stack(state)
    if place is not None:
        return Next(kind="stack", step=place)
    step = next_step(state)
    if step is not None:
        return Next(kind="step", step=step)
    if state.suggestion is not None:
        if _searchable(state, state.suggestion.family):
            return Next(kind="trial", family=state.suggestion.family)
        return Next(kind="ask", family=next_family(state) or "")
    if state.asking is not None:
        return Next(kind="wait")
    family = next_family(state)
    if family is not None:
        return Next(kind="ask", family=family)
    return Next(kind="nothing")


def next_step(state: State) -> int | None:
    """A step that was not tried and fits in the time left and into memory.

    They come in their order until every family had its first; then that which pays most, as
    long as the plan's share of the time for warm starts lasts or there is nothing to search.
    """
    assert state.plan is not None
    if state.enough:
        return None
    steps = state.plan.steps
    if state.ordered:
        able = (i for i in state.steps if _may_start(state, steps[i].family))
        return next(able, None)
    able = [
        index
        for index in state.steps
        if not state.given_up(steps[index].family)
        and step_fits(state, index)
        and (_must_try(state, index) or _fits_step(state, index))
    ]
    had = Counter(step.family for step in steps) - Counter(steps[i].family for i in state.steps)
    if any(not had[steps[index].family] for index in able):
        return able[0]
    used_up = _starts_seconds(state) >= _most_starts_seconds(state)
    if used_up and next_family(state) is not None:
        return None
    shares = _shares(state)

    def pays(index: int) -> tuple[float, int]:
        family = steps[index].family
        seconds = predicted(state, family, state.outlook.step_seconds[index])
        hope = shares[family] + HOPE * SEARCH_WEIGHTS.get(family, OTHER_WEIGHT)
        if family in state.boosted:
            hope *= BOOST
        return hope / (1 + had[family]) / max(LEAST_SECONDS, seconds), -index

    return max(able, key=pays, default=None)


def _may_start(state: State, family: str) -> bool:
    """Whether steps of a family are made where the run has to repeat, failing ones or not."""
    return family not in state.dropped and not state.record(family).hung


def next_stack(state: State) -> int | None:
    """The next setting of the last storey, or the first of a new one, that fits in time."""
    assert state.plan is not None
    due = state.to_stack or (settings_of(state) if storey_due(state) else ())
    for place in due:
        family = state.plan.stacks[place].family
        in_time = _fits(state, family, state.outlook.stack_seconds[place])
        if in_time and stack_fits(state, place) and not state.given_up(family):
            return place
    return None


def next_family(state: State) -> str | None:
    """The family whose search has had least of the time it deserves."""
    families = [family for family in state.outlook.search_seconds if _searchable(state, family)]
    ranks = _ranks(state)

    def had(family: str) -> tuple[float, float]:
        weight = SEARCH_WEIGHTS.get(family, OTHER_WEIGHT) / (1 + ranks[family])
        if family in state.boosted:
            weight = BOOST * max(SEARCH_WEIGHTS.values())
        searched = [
            under_way(state, trial)
            for trial in state.running.values()
            if trial.spec.family == family and trial.spec.source == "search"
        ]
        record = state.record(family)
        if state.ordered:
            n_held = sum(suggestion.family == family for suggestion in state.held)
            return (record.n_searched + len(searched) + n_held) / weight, -weight
        return (record.search_seconds + sum(searched)) / weight, -weight

    return min(families, key=had, default=None)


def predicted(state: State, family: str, cost_seconds: float) -> float:
    """Seconds a trial will take, by what this family's trials took here so far.

    Parameters
    ----------
    cost_seconds : float
        As in `Outlook`: left to finish, before anything was measured.
    """
    return min(cost_seconds * (state.record(family).ratio or 1.0), state.longest(family))


def under_way(state: State, trial: Running) -> float:
    """Seconds that a trial which was given to a worker will take from begin to end."""
    return predicted(state, trial.spec.family, trial.predicted_seconds)


def learned_ratio(
    old: float | None, measured_seconds: float, cost_seconds: float, *, cut: bool
) -> float:
    """The new ratio of measured to predicted seconds; recent trials count more.

    Parameters
    ----------
    cut : bool
        The trial was stopped by its limit: it would have taken longer.
    """
    new = measured_seconds / max(cost_seconds, 1e-3)
    if cut:
        return max(new, 1.0 if old is None else old)
    return new if old is None else RATIO_MEMORY * old + (1 - RATIO_MEMORY) * new


def _starts_seconds(state: State) -> float:
    """Worker seconds that warm starts have taken, those under way as far as is expected."""
    running = (trial for trial in state.running.values() if trial.spec.source != "search")
    return state.start_seconds + sum(under_way(state, trial) for trial in running)


def _most_starts_seconds(state: State) -> float:
    assert state.plan is not None
    usable = state.budget_seconds - state.plan.reserve_seconds
    return state.plan.starts_share * usable * state.n_workers


def _shares(state: State) -> Counter[str]:
    """What the ensemble gives to the models of each family; all to the best without one."""
    shares: Counter[str] = Counter()
    for number, weight in state.ensemble.members:
        shares[state.results[number].family] += weight
    best = state.best_single()
    if not shares and best is not None:
        shares[best.family] = 1.0
    return shares


def _fits_step(state: State, index: int) -> bool:
    assert state.plan is not None
    family = state.plan.steps[index].family
    return _fits(state, family, state.outlook.step_seconds[index])


def _fits(state: State, family: str, cost_seconds: float) -> bool:
    seconds = predicted(state, family, cost_seconds)
    return seconds * state.outlook.self_limiting.get(family, 1.0) <= state.left


def _must_try(state: State, index: int) -> bool:
    """The dummy, the linear model and the first LightGBM are tried whatever they cost."""
    assert state.plan is not None
    family = state.plan.steps[index].family
    if family not in ALWAYS_TRIED or state.left <= 0:
        return False
    first = next(i for i, step in enumerate(state.plan.steps) if step.family == family)
    return index == first


def _searchable(state: State, family: str) -> bool:
    record = state.record(family)
    if state.given_up(family) or record.search_over or not search_fits(state, family):
        return False
    if state.ordered:
        return True
    return _fits(state, family, state.outlook.search_seconds[family])


def _ranks(state: State) -> dict[str, int]:
    """Places of the families by their best score, from 0; those without one come last."""
    scored = {
        family: state.sign * record.best_score
        for family in state.outlook.search_seconds
        if (record := state.record(family)).best_score is not None
    }
    order = sorted(scored, key=lambda family: -scored[family])
    places = {family: place for place, family in enumerate(order)}
    return {family: places.get(family, len(order)) for family in state.outlook.search_seconds}
