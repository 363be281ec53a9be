"""Why a run ends, in words for people."""

from __future__ import annotations

from jupyter_automl.core.budget import format_duration
from jupyter_automl.engine import commands as do
from jupyter_automl.engine.state import State
from jupyter_automl.engine.weighing import search_fits, step_fits


def used_up(state: State) -> str:
    """The time is over."""
    return f"The budget of {format_duration(state.budget_seconds)} is used up."


def nothing_gained(state: State) -> str:
    """More models do not help; see `State.settled`."""
    return (
        f"The last {state.last_number - state.last_gain} of {state.last_number} models gained "
        "nothing, so the rest of the budget is left. "
        "use_all_time=True would go on to the end of the budget."
    )


def out_of_work(state: State) -> str:
    """Nothing is left that may start."""
    if state.enough:
        return f"All {state.max_trials} models that were asked for are trained."
    waiting = [
        index
        for index in state.steps
        if state.plan
        and not state.given_up(state.plan.steps[index].family)
        and step_fits(state, index)
    ]
    searched = [
        family
        for family in state.outlook.search_seconds
        if search_fits(state, family)
        and not (state.given_up(family) or state.record(family).search_over)
    ]
    if waiting or searched:
        return "What was left of the budget is too short for another model."
    return "Everything planned is done."


def verdict(state: State) -> do.Finish:
    """How the run ends: a run without a model has failed, unless a person ended it."""
    status, reason = state.ending or ("finished", used_up(state))
    if state.results or status != "finished":
        return do.Finish(status=status, reason=reason)
    error = state.last_error or {
        "code": "no_model",
        "message": f"{reason} No model had finished.",
        "hint": "Give it a larger budget.",
        "context": {},
    }
    reason = f"No model could be trained: {error.get('message', '')}"
    return do.Finish(status="failed", reason=reason, error=error)
