"""One model a member, fitted on all rows, in processes that can be killed."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_automl.core.errors import ArgumentError, NoModelError, RunError
from jupyter_automl.core.trial import TrialResult

if TYPE_CHECKING:
    from jupyter_automl.api.facts import ModelFacts
    from jupyter_automl.api.model import Model
    from jupyter_automl.evaluate import TrialData
    from jupyter_automl.execute import Executor

FOLDER = "refits"
EXECUTORS = ("local", "inline")
_REFIT = "jupyter_automl.evaluate.refit:refit_trial"
_POLL_SECONDS = 0.2

Progress = Callable[[int, int], None]
"""``on_progress(n_done, n_models)``"""


def refitted(
    model: Model,
    *,
    time_limit_seconds: float | None,
    on_progress: Progress | None,
    executor: str,
) -> Model:
    """`model` with one model a member; see `Model.refit`."""
    if executor not in EXECUTORS:
        raise ArgumentError(
            f"The executor must be one of: {', '.join(EXECUTORS)}. Got {executor!r}.",
            argument="executor",
        )
    if time_limit_seconds is not None and not time_limit_seconds > 0:
        raise ArgumentError(
            f"The time limit must be a number of seconds above 0. Got {time_limit_seconds!r}.",
            hint="None sets no limit.",
            argument="time_limit_seconds",
        )
    tell = on_progress or (lambda n_done, n_models: None)
    missing = [result for result in model.behind if not refit_file(model, result).is_file()]
    tell(len(model.behind) - len(missing), len(model.behind))
    if missing:
        _train(model, missing, time_limit_seconds, tell, executor)
    return _as(model, refitted=True)


def of_folds(model: Model) -> Model:
    """The same with one model a fold."""
    return _as(model, refitted=False) if model.refitted else model


def _as(model: Model, *, refitted: bool) -> Model:
    other = copy.copy(model)
    for loaded in ("predictor", "_refit"):
        other.__dict__.pop(loaded, None)
    other.refitted = refitted
    return other


def refit_file(model: ModelFacts, result: TrialResult) -> Path:
    """Where the refitted model of a trial is, or will be; every model of the run shares it."""
    from jupyter_automl.evaluate.refit import MODEL_FILE

    return model.run.folder / FOLDER / str(result.number) / MODEL_FILE


def _train(
    model: Model,
    missing: Sequence[TrialResult],
    time_limit_seconds: float | None,
    tell: Progress,
    executor: str,
) -> None:
    """Fit what is missing, the longest first; what is done stays when another one fails."""
    from jupyter_automl.evaluate.refit import RefitRequest
    from jupyter_automl.execute import JobDone, JobFailed

    deadline = None if time_limit_seconds is None else time.monotonic() + time_limit_seconds
    data = _data(model)
    n_models = len(model.behind)
    waiting = {str(result.number): result for result in missing}
    with _workers(executor, len(missing)) as pool:
        for result in sorted(missing, key=lambda result: -result.fit_seconds):
            request = RefitRequest(
                spec=model.specs[result.number],
                result=result,
                data=data,
                folder=str(refit_file(model, result).parent),
            )
            pool.submit(str(result.number), _REFIT, request)
        while waiting:
            left = _POLL_SECONDS if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise _too_slow(model, n_models - len(waiting), time_limit_seconds)
            for event in pool.poll(min(left, _POLL_SECONDS)):
                if isinstance(event, JobDone):
                    del waiting[event.job_id]
                    tell(n_models - len(waiting), n_models)
                elif isinstance(event, JobFailed):
                    raise _failure(waiting[event.job_id], event.error)


@contextlib.contextmanager
def _workers(executor: str, n_jobs: int) -> Iterator[Executor]:
    from jupyter_automl.execute import InlinePool, WorkerPool, default_memory_limit, usable_cores

    n_workers = min(usable_cores(), n_jobs)
    pool: Executor = (
        InlinePool()
        if executor == "inline"
        else WorkerPool(n_workers, memory_limit_bytes=default_memory_limit(n_workers))
    )
    with contextlib.closing(pool):
        yield pool


def _data(model: Model) -> TrialData:
    from jupyter_automl.evaluate.trial_data import stored_data

    try:
        return stored_data(model.dataset, model.plan, model.run.folder, model.run.task.time)
    except FileNotFoundError as error:
        raise NoModelError(
            f"{model.name} cannot be refitted: {error.filename!r} is gone.",
            hint="The run's folder was deleted or moved; train again.",
            run_id=model.run.id,
        ) from None


def _too_slow(model: Model, n_done: int, time_limit_seconds: float | None) -> RunError:
    n_models = len(model.behind)
    return RunError(
        f"{model.name} was to be refitted within {time_limit_seconds:g} s. "
        f"{n_done} of {n_models} {'model is' if n_models == 1 else 'models are'} done.",
        hint="Call it again with more time; it goes on where it was.",
        run_id=model.run.id,
    )


def _failure(result: TrialResult, error: Mapping[str, Any]) -> RunError:
    return RunError(
        f"The {result.family} of trial {result.number} could not be fitted on all rows: "
        f"{error.get('message', '')}",
        hint=str(error.get("hint", "")),
        trial=result.number,
        family=result.family,
    )
