"""Which trial gets the GPU, and what follows when it fails there."""

from __future__ import annotations

from dataclasses import replace

from jupyter_automl.core import events as ev
from jupyter_automl.core.trial import SAMPLE_ROWS, TrialSpec
from jupyter_automl.engine.state import Running, State
from jupyter_automl.engine.stimuli import TrialEndedBadly


def on_gpu(spec: TrialSpec) -> bool:
    """Whether a trial was sent to a GPU."""
    return spec.device != "cpu"


def placed(state: State, spec: TrialSpec) -> TrialSpec:
    """The trial with its device: the GPU where the plan says so and no other trial has it.

    Several processes on one GPU share its memory and wait for each other, and the other
    workers have cores of their own; so there is one at a time.
    """
    assert state.plan is not None
    use = state.plan.gpu.get(spec.family)
    if use is None or spec.family in state.off_gpu:
        return replace(spec, device="cpu")
    sample = spec.params.get(SAMPLE_ROWS)
    too_few = sample is not None and sample < use.least_rows
    taken = any(on_gpu(trial.spec) for trial in state.running.values())
    return replace(spec, device="cpu" if too_few or taken else use.device)


def leave_gpu(
    state: State, family: str, why: object | None
) -> tuple[State, tuple[ev.NoticeRaised, ...]]:
    """Keep a family that failed on the GPU off it from here on; told once.

    Parameters
    ----------
    why : str or None
        The failure; nothing follows from None.
    """
    if not why or family in state.off_gpu:
        return state, ()
    notice = ev.NoticeRaised(
        code="gpu_failed",
        message=f"{state.label(family)} could not be fitted on the GPU and goes on on the CPU: "
        f"{str(why).rstrip('.')}.",
    )
    return replace(state, off_gpu=state.off_gpu | {family}), (notice,)


def try_on_cpu(
    state: State, trial: Running, stimulus: TrialEndedBadly
) -> tuple[State, tuple[ev.Body, ...]]:
    """Set aside a trial whose process died on the GPU, to be made again on the CPU.

    The family is not blamed: drivers end processes that would be sound on the CPU.
    """
    family = trial.spec.family
    why = stimulus.error.get("message") or "its process died"
    state, notices = leave_gpu(state, family, why)
    bodies: tuple[ev.Body, ...] = notices
    if trial.began is not None:
        failed = ev.TrialFailed(
            number=trial.spec.number,
            family=family,
            reason=stimulus.reason,
            error=stimulus.error,
            seconds=state.elapsed - trial.began,
        )
        bodies = (failed, *notices)
    again = replace(trial, began=None, spec=replace(trial.spec, device="cpu"))
    return replace(state, set_aside=(*state.set_aside, again)), bodies
