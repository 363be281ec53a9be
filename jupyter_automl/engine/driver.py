"""Carries out what the machine wants and tells it what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from jupyter_automl.core import codec
from jupyter_automl.core import events as ev
from jupyter_automl.core.clock import Clock, SystemClock
from jupyter_automl.core.errors import TrialPrunedError, TrialTimeError
from jupyter_automl.core.leaderboard import explanation_file
from jupyter_automl.core.trial import FitCurve, TrialResult, TrialSpec, fits_of
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import jobs, machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.background import Answer, Background
from jupyter_automl.engine.meter import Meter
from jupyter_automl.engine.planning import Prepared, prepare_run
from jupyter_automl.engine.queueing import Start, Turn
from jupyter_automl.engine.watching import Watching
from jupyter_automl.engine.work import Search, Selecting, Told
from jupyter_automl.execute import (
    Executor,
    JobDone,
    JobEvent,
    JobFailed,
    JobProgress,
    JobStarted,
    describe_error,
)
from jupyter_automl.store import Command, Store

SAMPLE_SECONDS = 1.0
SETTLING_SECONDS = 3.0
"""For so long after a pause begins the processes are still watched."""

POLL_SECONDS = 0.05
POLL_SECONDS_BUSY = 0.01
_EXPLANATION = "explanation"
_NO_TURN = ev.FAMILY_COMMANDS | {"extend"}
"""Commands that change nothing about whose turn it is."""


class Driver:
    """One run, from `RunnerStarted` to `RunEnded`.

    Parameters
    ----------
    executor : Executor
        Its workers are used, and left running when the run is over.
    start : Start, optional
        How the run came to its turn; None did not wait.
    stop_requested : callable
        Asked in each round; True ends the run like a person's Stop.
    """

    def __init__(
        self,
        store: Store,
        run_id: str,
        executor: Executor,
        background: Background,
        *,
        pid: int,
        start: Start | None = None,
        warm: bool = False,
        clock: Clock | None = None,
        stop_requested: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._run_id, self._pid = store, run_id, pid
        self._executor, self._background = executor, background
        self._warm = warm
        self._clock = clock or SystemClock()
        self._stop_requested = stop_requested
        created = store.events(run_id, limit=1)[0]
        assert isinstance(created.body, ev.RunCreated)
        self._start = start = start or Start()
        self._created = _extended(created.body, start.extended_seconds)
        self._turn: Turn | None = None
        # The budget counts from the call of fit, or from the turn of a run that had to wait
        # for others, on a clock that nobody sets meanwhile.
        waited = max(0.0, self._clock.now() - created.at - start.waited_seconds)
        self._origin = self._clock.monotonic() - waited
        self._meter = Meter(self._clock.monotonic())
        self._watching = Watching(store.run_folder(run_id))
        self._next_sample = 0.0
        self._paused_at: float | None = None
        self._folder: Path = store.run_folder(run_id)
        self._prepared: Prepared | None = None
        self._search: Search | None = None
        self._selecting: Selecting | None = None
        self._specs: dict[str, TrialSpec] = {}
        self._tokens: dict[int, Any] = {}
        self._told: dict[str, list[Told]] = {}
        self._explanation: str | None = None
        self._n_explanations = 0
        self._stopped = False
        self._state = machine.start(
            n_workers=executor.n_workers,
            budget_seconds=self._created.task.budget_seconds or 60.0,
            max_trials=self._created.max_trials,
            use_all_time=self._created.use_all_time,
            explain=self._created.explain,
            dropped=start.dropped,
            boosted=start.boosted,
        )

    @property
    def elapsed(self) -> float:
        """Seconds of the budget that are used up: neither pauses nor the queue count."""
        now = self._clock.monotonic() if self._paused_at is None else self._paused_at
        return now - self._origin

    def run(self) -> None:
        """Work until the run has ended."""
        self._append(
            ev.RunnerStarted(
                pid=self._pid,
                n_workers=self._executor.n_workers,
                warm=self._warm,
                waited_seconds=self._start.waited_seconds,
            ),
            ev.StageChanged(stage="profiling", message="Reading the table and making a plan."),
        )
        created, n_workers, folder = self._created, self._executor.n_workers, self._folder
        self._background.submit("plan", lambda: prepare_run(created, n_workers, folder))
        try:
            while self._state.phase != "ended":
                self._round()
        finally:
            self._leave()

    def _round(self) -> None:
        for event in self._executor.poll(self._pause()):
            self._on_job(event)
        for answer in self._background.take():
            self._on_answer(answer)
        self._take_commands()
        self._sample()
        self._watching.write(self._clock.monotonic())
        self._feed(got.Ticked(elapsed_seconds=self.elapsed))

    def _pause(self) -> float:
        seconds = POLL_SECONDS_BUSY if self._background.busy else POLL_SECONDS
        if self._state.paused:
            return seconds
        return max(0.0, min(seconds, self._state.deadline - self.elapsed))

    def _leave(self) -> None:
        """Let go of what is still under way; the workers stay."""
        left = [*self._specs, *([self._explanation] if self._explanation else [])]
        for job_id in reversed(left):
            self._executor.kill(job_id)
        self._background.close()
        self._watching.close()

    # What happened

    def _feed(self, stimulus: got.Stimulus) -> None:
        if not isinstance(stimulus, got.Ticked):
            elapsed = max(self._state.elapsed, self.elapsed)
            self._state = replace(self._state, elapsed=elapsed)
        self._state, commands = machine.step(self._state, stimulus)
        self._keep_clock(paused=self._state.paused)
        for command in commands:
            self._CARRY_OUT[type(command)](self, command)

    def _keep_clock(self, *, paused: bool) -> None:
        """The clock of the budget stands still while the run is paused."""
        if paused and self._paused_at is None:
            self._paused_at = self._clock.monotonic()
        elif not paused and self._paused_at is not None:
            self._origin += self._clock.monotonic() - self._paused_at
            self._paused_at = None

    def _on_job(self, event: JobEvent) -> None:
        if event.job_id == self._explanation:
            self._on_explanation(event)
        elif event.job_id in self._specs:
            self._on_trial(event)

    def _on_trial(self, event: JobEvent) -> None:
        spec = self._specs[event.job_id]
        number = spec.number
        if isinstance(event, JobStarted):
            self._feed(got.TrialBegan(number=number))
        elif isinstance(event, JobProgress) and isinstance(event.payload, FitCurve):
            assert self._prepared is not None
            n_fits = fits_of(self._prepared.plan, spec.family, spec.params)
            self._watching.take(spec, n_fits, event.payload)
        elif isinstance(event, JobProgress):
            fold, n_folds, score = event.payload
            self._feed(got.FoldDone(number=number, fold=fold, n_folds=n_folds, score=score))
        elif isinstance(event, JobDone) and _is_sound(event.result):
            self._let_go(event.job_id)
            self._feed(got.TrialDone(result=event.result))
        else:
            self._let_go(event.job_id)
            self._feed(_bad_end(number, event))

    def _let_go(self, job_id: str) -> None:
        """A trial is over."""
        spec = self._specs.pop(job_id, None)
        if spec is not None:
            self._watching.forget(spec.number)

    def _on_explanation(self, event: JobEvent) -> None:
        if isinstance(event, JobDone):
            self._explanation = None
            self._feed(got.Explained(ready=event.result))
        elif isinstance(event, JobFailed):
            self._explanation = None
            self._feed(got.ExplanationFailed(error=event.error))

    def _on_answer(self, answer: Answer) -> None:
        if answer.error is not None:
            if self._prepared is not None:
                raise answer.error
            self._feed(got.PlanFailed(error=describe_error(answer.error)))
        elif isinstance(answer.value, Prepared):
            self._take_plan(answer.value)
        else:
            self._feed(answer.value)

    def _take_plan(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._search = Search(prepared, self._folder)
        self._selecting = Selecting(prepared)
        self._executor.limit_memory(prepared.outlook.worker_bytes)
        if prepared.plan.gpu:
            self._meter.watch_gpu()
        self._feed(
            got.PlanReady(plan=prepared.plan, outlook=prepared.outlook, notices=prepared.notices)
        )

    def _take_commands(self) -> None:
        for command in self._store.take_commands(self._run_id):
            if not self._waits_for_turn(command):
                arrived = got.CommandArrived(
                    command=command.command, argument=command.argument, family=command.family
                )
                self._feed(arrived)
        if self._turn is not None and self._state.paused and self._turn.take():
            self._turn = None
            self._feed(got.CommandArrived(command="resume"))
        if self._stop_requested() and not self._stopped:
            self._stopped = True
            self._feed(got.CommandArrived(command="stop"))

    def _waits_for_turn(self, command: Command) -> bool:
        """A pause gave the turn away: the way back is the queue."""
        if not (self._state.paused and self._start.queues) or command.command in _NO_TURN:
            return False
        waiting, self._turn = self._turn, None
        if command.command == "resume":
            self._turn = waiting or Turn(self._store, self._run_id, self._pid)
        elif command.command == "pause" and waiting is not None:
            self._append(ev.CommandTaken(command="pause"))
        return command.command == "resume"

    def _sample(self) -> None:
        now = self._clock.monotonic()
        if now < self._next_sample or self._state.phase == "ended":
            return
        self._next_sample = now + SAMPLE_SECONDS
        # A pause may last for days, and after a moment nothing happens in it.
        if self._paused_at is None or now - self._paused_at < SETTLING_SECONDS:
            sample = self._meter.sample(
                self._executor.pids(), monotonic=now, elapsed_seconds=self.elapsed
            )
            self._append(sample)
        self._store.heartbeat(self._run_id, self._pid)

    # What is to be done

    def _append(self, *bodies: ev.Body) -> None:
        self._store.append(self._run_id, *bodies)

    def _do_append(self, command: do.Append) -> None:
        self._append(*command.bodies)

    def _do_submit(self, command: do.SubmitTrial) -> None:
        assert self._prepared is not None
        job_id = f"trial-{command.spec.number}"
        self._specs[job_id] = command.spec
        self._tokens[command.spec.number] = command.token
        self._executor.submit(job_id, jobs.RUN_TRIAL, (command.spec, self._prepared.data))

    def _do_kill(self, command: do.KillTrial) -> None:
        job_id = f"trial-{command.number}"
        self._let_go(job_id)
        self._executor.kill(job_id)

    def _do_ask(self, command: do.AskSampler) -> None:
        assert self._search is not None
        search, family = self._search, command.family
        told = sorted(self._told.pop(family, []), key=lambda item: item.spec.number)
        self._background.submit("search", lambda: search.ask(family, told))

    def _do_tell(self, command: do.TellSampler) -> None:
        token = self._tokens.pop(command.spec.number, None)
        told = Told(spec=command.spec, token=token, score=command.score)
        # Told with the next question: a sampler is made only when it is needed.
        self._told.setdefault(command.spec.family, []).append(told)

    def _do_select(self, command: do.SelectEnsemble) -> None:
        assert self._selecting is not None
        selecting = self._selecting
        self._background.submit(
            "ensemble", lambda: selecting.select(command.added, command.time_limit_seconds)
        )

    def _do_explain(self, command: do.SubmitExplanation) -> None:
        assert self._prepared is not None
        self._n_explanations += 1
        self._explanation = f"{_EXPLANATION}-{self._n_explanations}"
        members = [(result.number, weight) for result, weight in command.members]
        request = jobs.ExplainRequest(
            model=command.model,
            members=tuple((result.model, weight) for result, weight in command.members),
            data=self._prepared.data,
            path=str(self._folder / "explanations" / explanation_file(command.family, members)),
            time_limit_seconds=command.time_limit_seconds,
        )
        self._executor.submit(self._explanation, jobs.EXPLAIN, request)

    def _do_kill_explanation(self, command: do.KillExplanation) -> None:
        if self._explanation is not None:
            self._executor.kill(self._explanation)
            self._explanation = None

    def _do_finish(self, command: do.Finish) -> None:
        body = ev.RunEnded(
            status=command.status,
            reason=command.reason,
            elapsed_seconds=self.elapsed,
            error=command.error,
        )
        self._store.append(self._run_id, body, unless_ended=True)

    _CARRY_OUT: ClassVar[Mapping[type, Callable[[Any, Any], None]]] = {
        do.Append: _do_append,
        do.SubmitTrial: _do_submit,
        do.KillTrial: _do_kill,
        do.AskSampler: _do_ask,
        do.TellSampler: _do_tell,
        do.SelectEnsemble: _do_select,
        do.SubmitExplanation: _do_explain,
        do.KillExplanation: _do_kill_explanation,
        do.Finish: _do_finish,
    }


def _extended(created: ev.RunCreated, seconds: float) -> ev.RunCreated:
    """What was asked for, with the time that a person added before the start."""
    if seconds <= 0:
        return created
    budget = (created.task.budget_seconds or 0.0) + seconds
    task = replace(created.task, budget_seconds=budget)
    return replace(created, task=task, use_all_time=True)


def _is_sound(result: TrialResult) -> bool:
    """Whether it can be told: a finite score, and nothing that would not read back."""
    try:
        codec.from_json(TrialResult, codec.to_json(result))
    except ValueError:
        return False
    return math.isfinite(result.score)


def _bad_end(number: int, event: JobEvent) -> got.TrialEndedBadly | got.TrialPruned:
    if isinstance(event, JobFailed) and event.error.get("code") == TrialPrunedError.code:
        seen = event.error["context"]
        error = {**event.error, "context": {}}
        return got.TrialPruned(
            number=number, n_folds=seen["n_folds"], score=seen["score"], error=error
        )
    if isinstance(event, JobFailed):
        late = event.error.get("code") == TrialTimeError.code
        return got.TrialEndedBadly(
            number=number, reason="time" if late else event.reason, error=event.error
        )
    error = {
        "code": "trial",
        "message": "The result was not one of finite numbers.",
        "hint": "",
        "context": {},
    }
    return got.TrialEndedBadly(number=number, reason="error", error=error)
