"""Events as lines that people read, in a widget's log and in a shell."""

from __future__ import annotations

from typing import Literal

from jupyter_automl.core import events as ev
from jupyter_automl.core.budget import format_duration
from jupyter_automl.core.experiment import Experiment, format_score
from jupyter_automl.core.place import queue_text

Level = Literal["info", "good", "warning", "error"]
LogLine = tuple[float, Level, str]
"""Seconds since the run was created, how much it matters, and what happened."""

_COMMANDS = {
    "stop": "Asked to stop and keep the best.",
    "cancel": "Asked to cancel.",
    "pause": "Asked to pause.",
    "resume": "Asked to go on.",
    "extend": "Asked for more time.",
}
_END_LEVEL: dict[str, Level] = {"finished": "good", "failed": "error", "interrupted": "error"}


def log_line(state: Experiment, event: ev.Event) -> LogLine | None:
    """The line for an event, or None for one that says nothing to people.

    Parameters
    ----------
    state : Experiment
        The run after the event; its labels name the families.
    """
    level, text = _describe(state, event.body)
    if not text:
        return None
    return (round(max(0.0, event.at - state.created_at), 1), level, text)


def _describe(state: Experiment, body: ev.Body) -> tuple[Level, str]:
    match body:
        case ev.RunCreated():
            data = body.dataset
            return "info", f"{data.name}: {data.n_rows:,} rows, {len(data.columns)} columns."
        case ev.QueueMoved():
            return "info", queue_text(body)
        case ev.RunnerStarted():
            count = f"{body.n_workers} worker{'s' if body.n_workers != 1 else ''}"
            warm = ", already warm" if body.warm else ""
            waited = format_duration(body.waited_seconds)
            after = f", after {waited} in the queue" if body.waited_seconds else ""
            return "info", f"Training starts with {count}{warm}{after}."
        case ev.StageChanged():
            return "info", body.message
        case ev.NoticeRaised():
            return ("warning" if body.level == "warning" else "info"), body.message
        case ev.PlanMade():
            return "info", _plan(body)
        case ev.TrialFinished():
            return "info", _finished(state, body)
        case ev.TrialFailed():
            return _failed(state, body)
        case ev.EnsembleUpdated():
            score = f"{state.leaderboard.metric} {format_score(body.score)}"
            return "info", f"Ensemble of {len(body.members)} models: {score}."
        case ev.CommandTaken() if body.command in ev.FAMILY_COMMANDS:
            return "info", _wished(state, body)
        case ev.CommandTaken():
            return "info", _COMMANDS[body.command]
        case ev.ExplanationReady():
            first = ", ".join(name for name, _ in body.importance[:3])
            return "info", f"{body.model} is explained. Most important: {first}."
        case ev.RunEnded():
            return _END_LEVEL.get(body.status, "info"), body.reason
        case _:
            return "info", ""


def _wished(state: Experiment, body: ev.CommandTaken) -> str:
    from jupyter_automl.core.words import say

    return say(f"monitor-{body.command}", family=state.labels.get(body.family, body.family))


def _plan(body: ev.PlanMade) -> str:
    plan = body.plan
    return (
        f"Predicting {plan.target} ({plan.task}) from {len(plan.features)} columns, "
        f"judged by {plan.metric} on {plan.folds_text}."
    )


def _finished(state: Experiment, body: ev.TrialFinished) -> str:
    result = body.result
    label = state.labels.get(result.family, result.family)
    spread = "" if result.score_std is None else f" ± {format_score(result.score_std)}"
    return (
        f"{label}, trial {result.number}: {state.leaderboard.metric} "
        f"{format_score(result.score)}{spread} in {result.fit_seconds:.1f} s."
    )


def _failed(state: Experiment, body: ev.TrialFailed) -> tuple[Level, str]:
    label = state.labels.get(body.family, body.family)
    if body.reason == "pruned":
        return "info", f"{label}, trial {body.number}: {body.error.get('message', '')}"
    if body.reason in ("stopped", "time"):
        return "info", f"{label}, trial {body.number} was cut off."
    return "warning", f"{label}, trial {body.number} failed: {body.error.get('message', '')}"
