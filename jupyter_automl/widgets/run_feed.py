"""A run as a stream of small changes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import takewhile
from typing import Any

from jupyter_automl.api.log import LogLine, log_line
from jupyter_automl.core.events import Event, NoticeRaised
from jupyter_automl.core.experiment import Experiment
from jupyter_automl.core.leaderboard import LeaderboardRow
from jupyter_automl.core.plan import Plan
from jupyter_automl.widgets.monitoring import Changes
from jupyter_automl.widgets.schema import (
    ErrorView,
    NoticeView,
    PlanView,
    RowChange,
    RowView,
    RunDelta,
    RunView,
)
from jupyter_automl.widgets.schema.run import Resources

LOG_LINES = 200
"""Lines of the log a page can see; older ones stay in the store."""

CHUNK = 2000
"""Events that are read at once where older lines are asked for."""

HISTORY_SCORES = 64
"""Of a row, the latest ones; a page draws half of them."""

_SIMPLE = {"s": "status", "g": "stage", "m": "message", "y": "reason", "e": "error"}
_SIMPLE |= {"b": "budget_seconds", "p": "plan", "c": "resources"}


class RunFeed:
    """Folds what a run reports and says what a page does not know yet."""

    def __init__(self) -> None:
        self._experiment = Experiment()
        self._log: deque[LogLine] = deque(maxlen=LOG_LINES)
        self._n_lines = 0
        self._seq = 0
        # Event before each 200th line: where to read the older ones from.
        self._marks: list[int] = []
        self.changes = Changes()
        self._sent: RunView | None = None

    @property
    def experiment(self) -> Experiment:
        """The latest state that was given."""
        return self._experiment

    def update(self, experiment: Experiment, events: Sequence[Event]) -> bool:
        """Take over a newer state and the events that led to it; False if it is not newer."""
        for event in events:
            if event.seq <= self._seq:
                continue
            self._seq = event.seq
            self.changes.note(event)
            line = log_line(experiment, event)
            if line is not None:
                if self._n_lines % LOG_LINES == 0:
                    self._marks.append(event.seq - 1)
                self._log.append(line)
                self._n_lines += 1
        if experiment.seq <= self._experiment.seq:
            return False
        self._experiment = experiment
        return True

    def older(self, before: int) -> tuple[int, int, int]:
        """Where the lines are that come before number `before`.

        Returns
        -------
        (start, first, since)
            The number of the first of the lines to be shown; the number of the first line after
            event `since`, from which on the log has to be read.
        """
        before = max(0, min(before, self._n_lines))
        start = max(0, before - LOG_LINES)
        place = start // LOG_LINES
        since = self._marks[place] if place < len(self._marks) else 0
        return start, place * LOG_LINES, since

    def view(self) -> RunView:
        """The whole run."""
        return _view(self._experiment, tuple(self._log), self._n_lines - len(self._log))

    def delta(self) -> RunDelta:
        """What changed since the last call; the first call tells everything."""
        view, sent = self.view(), self._sent
        self._sent = view
        return _difference(sent, view) if sent is not None else _everything(view)


def _view(state: Experiment, log: tuple[LogLine, ...], log_start: int) -> RunView:
    dataset = state.dataset
    mib = 1024 * 1024
    resources: Resources | None = None
    if state.memory_total_bytes:
        used, total = state.memory_bytes // mib, state.memory_total_bytes // mib
        resources = (round(state.cpu_percent, 0), used, total)
        if (gpu := state.gpu) is not None:
            busy = None if gpu.percent is None else round(gpu.percent, 0)
            held = (gpu.memory_bytes // mib, gpu.memory_total_bytes // mib)
            resources = (*resources, busy, *held)
    return RunView(
        id=state.run_id,
        name=state.name,
        status=state.status,
        stage=state.stage,
        message=state.message,
        reason=state.reason,
        error=_error(state.error),
        dataset=dataset.name if dataset else "",
        n_rows=dataset.n_rows if dataset else 0,
        prompt=state.prompt,
        created_at=round(state.created_at, 2),
        budget_seconds=round(state.budget_seconds, 2),
        elapsed_seconds=round(state.elapsed_seconds, 2),
        n_done=state.n_done,
        n_failed=state.n_failed,
        plan=_plan(state.plan),
        rows=tuple(_row(row) for row in state.leaderboard.rows),
        best=tuple((round(at, 1), _digits(score, 6) or 0.0) for at, score in state.best_history),
        log_start=log_start,
        log=log,
        notices=tuple(_notice(notice) for notice in state.notices),
        resources=resources,
    )


def _everything(view: RunView) -> RunDelta:
    return {
        "t": view.elapsed_seconds,
        "d": (view.n_done, view.n_failed),
        "r": tuple(_row_change(row, _first_new(None, row)) for row in view.rows),
        "h": (0, view.best),
        "l": (view.log_start, view.log),
        "w": (0, view.notices),
        **_plain_fields(view, None),
    }


def _difference(old: RunView, new: RunView) -> RunDelta:
    delta: RunDelta = {"t": new.elapsed_seconds, **_plain_fields(new, old)}
    if (new.n_done, new.n_failed) != (old.n_done, old.n_failed):
        delta["d"] = (new.n_done, new.n_failed)
    before = {row.family: row for row in old.rows}
    rows = [row for row in new.rows if before.get(row.family) != row]
    if rows:
        delta["r"] = tuple(
            _row_change(row, _first_new(before.get(row.family), row)) for row in rows
        )
    gone = before.keys() - {row.family for row in new.rows}
    if gone:
        delta["x"] = tuple(sorted(gone))
    if new.best != old.best:
        start = len(old.best)
        delta["h"] = (start, new.best[start:])
    end, known = new.log_start + len(new.log), old.log_start + len(old.log)
    if end > known:
        start = max(known, new.log_start)
        delta["l"] = (start, new.log[start - new.log_start :])
    if len(new.notices) > len(old.notices):
        start = len(old.notices)
        delta["w"] = (start, new.notices[start:])
    return delta


def _plain_fields(new: RunView, old: RunView | None) -> Any:
    changed: dict[str, Any] = {}
    for key, name in _SIMPLE.items():
        value = getattr(new, name)
        if value is not None and (old is None or value != getattr(old, name)):
            changed[key] = value
    return changed


def _first_new(old: RowView | None, new: RowView) -> int:
    """Index, among all scores of the row, of the first one that the page does not have."""
    start = new.n_trials - len(new.history)
    if old is None:
        return start
    known = old.history[max(0, start - (old.n_trials - len(old.history))) :]
    # Two trials may have ended in another order than they began.
    pairs = zip(known, new.history, strict=False)
    return start + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _row_change(row: RowView, first: int) -> RowChange:
    values = [getattr(row, field.name) for field in fields(row)]
    start = row.n_trials - len(row.history)
    return (*values[:-1], first, row.history[first - start :])  # type: ignore[return-value]


def _row(row: LeaderboardRow) -> RowView:
    predict = row.predict_ms_per_row
    return RowView(
        family=row.family,
        model=row.model,
        score=_digits(row.score, 6),
        score_std=_digits(row.score_std, 3),
        fit_seconds=_digits(row.fit_seconds, 3),
        predict_us=_digits(None if predict is None else predict * 1000.0, 3),
        n_trials=row.n_trials,
        state=row.state,
        note=row.note,
        history=tuple(_digits(score, 5) or 0.0 for score in row.history[-HISTORY_SCORES:]),
    )


def _plan(plan: Plan | None) -> PlanView | None:
    if plan is None:
        return None
    return PlanView(
        task=plan.task,
        target=plan.target,
        metric=plan.metric,
        greater_is_better=plan.greater_is_better,
        validation=plan.validation,
        n_folds=plan.n_folds,
        n_features=len(plan.features),
        reasons=plan.reasons,
    )


def _notice(notice: NoticeRaised) -> NoticeView:
    return NoticeView(
        code=notice.code, message=notice.message, level=notice.level, column=notice.column
    )


def _error(error: Mapping[str, Any] | None) -> ErrorView | None:
    if error is None:
        return None
    return ErrorView(
        code=str(error.get("code", "internal")),
        message=str(error.get("message", "")),
        hint=str(error.get("hint", "")),
    )


def _digits(value: float | None, digits: int) -> float | None:
    """Rounded to significant digits; None for what is not a number, which JSON lacks."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")
