"""A run's events as the engine writes them, for widgets to draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.experiment import Experiment, replay
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec

MARKUP = "<img src=x onerror=alert(1)>"
GIB = 1024**3

DATASET = Dataset(
    name="customers",
    fingerprint="0" * 64,
    path="customers.arrow",
    n_rows=7043,
    columns=(
        ColumnSchema(name=MARKUP, kind="numeric", dtype="double"),
        ColumnSchema(name="churn", kind="boolean", dtype="bool"),
    ),
)
PLAN = Plan(
    task="binary",
    target="churn",
    metric="roc_auc",
    greater_is_better=True,
    features=(MARKUP,),
    n_folds=5,
    budget_seconds=60.0,
    reasons={"metric": "The default of two classes."},
)
LABELS = {"dummy": "Baseline", "linear": "Linear", "lightgbm": "LightGBM", "xgboost": "XGBoost"}


def trial(number: int, family: str, score: float, at: float) -> list[tuple[float, ev.Body]]:
    """One trial from its start to its score."""
    started = ev.TrialStarted(
        trial=TrialSpec(number=number, family=family), family_label=LABELS[family], n_folds=5
    )
    folds = [
        (at + 0.2 * fold, ev.FoldFinished(number=number, fold=fold, n_folds=5, score=score))
        for fold in range(1, 6)
    ]
    result = TrialResult(
        number=number,
        family=family,
        score=score,
        score_std=0.0123456,
        fit_seconds=1.9234,
        predict_ms_per_row=0.00812,
    )
    return [(at, started), *folds, (at + 1.1, ev.TrialFinished(result=result))]


def recorded() -> list[ev.Event]:
    """A run of about half a minute, with everything that a page can be told."""
    bodies: list[tuple[float, ev.Body]] = [
        (0.0, ev.RunCreated(name="customers", dataset=DATASET, task=TaskSpec(target="churn"))),
        (0.3, ev.RunnerStarted(pid=1, n_workers=2)),
        (0.4, ev.StageChanged(stage="profiling", message="Reading the table.")),
        (0.5, ev.NoticeRaised(code="id_column", message=f"Column {MARKUP!r} looks like an id.")),
        (0.6, ev.PlanMade(plan=PLAN)),
        (0.7, ev.StageChanged(stage="training", message="Training the first models.")),
        *trial(1, "dummy", 0.5, 0.8),
        *trial(2, "linear", 0.841, 2.0),
        *trial(3, "lightgbm", 0.839, 3.3),
        *trial(4, "xgboost", 0.85, 4.5),
        *trial(5, "lightgbm", 0.861, 5.7),
        (
            7.0,
            ev.EnsembleUpdated(
                score=0.867,
                score_std=0.01,
                members=((5, 0.6), (4, 0.4)),
                fit_seconds=3.8,
                predict_ms_per_row=0.02,
            ),
        ),
        (
            7.5,
            ev.TrialStarted(
                trial=TrialSpec(number=6, family="xgboost"), family_label="XGBoost", n_folds=5
            ),
        ),
        (
            8.0,
            ev.TrialFailed(
                number=6,
                family="xgboost",
                reason="lost",
                error={"code": "lost", "message": "The worker was killed."},
            ),
        ),
    ]
    seconds = range(1, 9)
    bodies += [
        (
            float(at),
            ev.ResourcesSampled(
                elapsed_seconds=float(at),
                cpu_percent=91.3,
                memory_bytes=GIB,
                memory_total_bytes=24 * GIB,
            ),
        )
        for at in seconds
    ]
    bodies.sort(key=lambda pair: pair[0])
    bodies.append((9.0, ev.CommandTaken(command="stop")))
    bodies.append(
        (
            9.5,
            ev.RunEnded(status="stopped", reason="Stopped; the best is kept.", elapsed_seconds=9.5),
        )
    )
    return [
        ev.Event(run_id="customers-1", seq=seq, at=1_000_000.0 + at, body=body)
        for seq, (at, body) in enumerate(bodies, start=1)
    ]


def many(n_trials: int) -> list[ev.Event]:
    """A run of two families with many trials, of which every third ends after the next one."""
    bodies: list[ev.Body] = [
        ev.RunCreated(name="customers", dataset=DATASET, task=TaskSpec(target="churn")),
        ev.RunnerStarted(pid=1, n_workers=2),
        ev.PlanMade(plan=PLAN),
    ]
    families = [("lightgbm", "xgboost")[number % 2] for number in range(n_trials + 1)]
    order = list(range(1, n_trials + 1))
    for place in range(0, n_trials - 2, 3):
        order[place], order[place + 2] = order[place + 2], order[place]
    for number in range(1, n_trials + 1):
        spec = TrialSpec(number=number, family=families[number])
        label = LABELS[spec.family]
        bodies.append(ev.TrialStarted(trial=spec, family_label=label, n_folds=1))
    for number in order:
        score = 0.5 + (number * 7919 % 1000) / 2500
        result = TrialResult(number=number, family=families[number], score=score)
        bodies.append(ev.TrialFinished(result=result))
    return [
        ev.Event(run_id="many-1", seq=seq, at=1_000_000.0 + seq / 10, body=body)
        for seq, body in enumerate(bodies, start=1)
    ]


class RecordedRun:
    """A run whose events are given by hand instead of by a runner."""

    def __init__(self, events: Sequence[ev.Event]) -> None:
        self.id = events[0].run_id
        self._events = list(events)
        self._callbacks: list[Callable[..., None]] = []
        self.commands: list[str] = []

    @property
    def experiment(self) -> Experiment:
        return replay(self._events)

    def events(self, since: int = 0) -> list[ev.Event]:
        return [event for event in self._events if event.seq > since]

    def subscribe(self, callback: Callable[..., None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    @property
    def n_listeners(self) -> int:
        return len(self._callbacks)

    def happen(self, *events: ev.Event) -> None:
        self._events.extend(events)
        for callback in list(self._callbacks):
            callback(self.experiment, events)

    def stop(self) -> None:
        self.commands.append("stop")

    def cancel(self) -> None:
        self.commands.append("cancel")


class Page:
    """Collects what is sent, and waits for it."""

    def __init__(self) -> None:
        import threading

        self.messages: list[Any] = []
        self.buffers: dict[int, list[bytes]] = {}
        self._news = threading.Condition()

    def __call__(self, message: Any, buffers: Any = None) -> None:
        with self._news:
            self.buffers[len(self.messages)] = list(buffers or ())
            self.messages.append(message)
            self._news.notify_all()

    def wait_for(self, wanted: Callable[[Any], bool], seconds: float = 20.0) -> Any:
        """The first message that is wanted, now or later."""
        import time

        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for message in self.messages:
                    if wanted(message):
                        return message
                if not self._news.wait(deadline - time.monotonic()):
                    raise AssertionError(f"Never came; there was {self.messages}")

    def reply(self, key: str) -> Any:
        return self.wait_for(lambda message: message.get("id") == key)

    def buffers_of(self, message: Any) -> list[bytes]:
        """The binary parts that came with one of `messages`."""
        return self.buffers[self.messages.index(message)]

    @property
    def deltas(self) -> list[Any]:
        return [message["body"] for message in self.messages if message.get("kind") == "delta"]
