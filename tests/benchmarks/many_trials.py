"""A run of ten thousand trials: its state, its messages, and what a page fetches of it."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.tables import parser, show

FAMILIES = (
    *("lightgbm", "xgboost", "catboost", "random_forest", "extra_trees"),
    *("linear", "mlp", "knn", "hist_gradient_boosting", "svm"),
)
N_FOLDS = 5


def main() -> None:
    """A log as the runner writes it, read back, replayed, and sent at four messages a second."""
    arguments = parser(__doc__)
    arguments.add_argument("--trials", type=int, default=10_000)
    arguments.add_argument("--per-second", type=float, default=8.0, help="trials that end")
    options = arguments.parse_args()
    from jupyter_automl.core.experiment import replay
    from jupyter_automl.store import Store

    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        run_id = write(store, options.trials, options.per_second)
        begin = time.perf_counter()
        events = store.events(run_id)
        read = time.perf_counter()
        replay(events)
        replayed = time.perf_counter()
        late = replay(events[:-1000])
        stepping = time.perf_counter()
        for event in events[-1000:]:
            late = late.apply(event)
        stepped = time.perf_counter()
        row = {
            "trials": options.trials,
            "events": len(events),
            "read_s": read - begin,
            "replay_s": replayed - read,
            "late_event_us": (stepped - stepping) / 1000 * 1e6,
            **wire(events, options.per_second),
            **fetched(store, run_id),
        }
    show([row], options.json)


def write(store: object, n_trials: int, per_second: float) -> str:
    """A finished run in the store; events get the times at which they would have happened."""
    from jupyter_automl.core import events as ev
    from jupyter_automl.core.dataset import ColumnSchema, Dataset
    from jupyter_automl.core.plan import Plan
    from jupyter_automl.core.task import TaskSpec
    from jupyter_automl.core.trial import TrialResult, TrialSpec

    columns = (ColumnSchema(name="y", kind="boolean", dtype="bool"),)
    data = Dataset(name="t", fingerprint="0" * 64, path="t.arrow", n_rows=9, columns=columns)
    task = TaskSpec(target="y", task="binary", metric="roc_auc", budget_seconds=3600.0)
    store.create_run("many", ev.RunCreated(name="many", dataset=data, task=task))  # type: ignore[attr-defined]
    plan = Plan(task="binary", target="y", metric="roc_auc", greater_is_better=True)
    bodies: list[ev.Body] = [ev.RunnerStarted(pid=1, n_workers=2), ev.PlanMade(plan=plan)]
    for number in range(1, n_trials + 1):
        family = FAMILIES[number * 7919 % len(FAMILIES)]
        params = {"learning_rate": 0.01 + number % 97 / 500, "num_leaves": 7 + number % 120}
        params |= {"min_child_samples": number % 50, "reg_lambda": 10.0 ** (number % 9 - 6)}
        spec = TrialSpec(number=number, family=family, params=params, random_state=number)
        bodies.append(ev.TrialStarted(trial=spec, family_label=family.title(), n_folds=N_FOLDS))
        score = 0.7 + 0.2 * (1 - 1 / (1 + number / 500)) + (number * 31 % 1000) / 50_000
        bodies += [
            ev.FoldFinished(number=number, fold=fold, n_folds=N_FOLDS, score=score)
            for fold in range(1, N_FOLDS + 1)
        ]
        result = TrialResult(
            number=number,
            family=family,
            score=score,
            score_std=0.0123,
            fold_scores=(score,) * N_FOLDS,
            fit_seconds=1.2345,
            predict_ms_per_row=0.0123,
            memory_bytes=2 * 10**8,
            predictions=f"trials/{number}/oof.npy",
            model=f"trials/{number}/model.joblib",
        )
        bodies.append(ev.TrialFinished(result=result))
        if number % int(per_second) == 0:
            bodies.append(
                ev.ResourcesSampled(
                    elapsed_seconds=number / per_second,
                    cpu_percent=93.0,
                    memory_bytes=10**9,
                    memory_total_bytes=24 * 2**30,
                )
            )
    for start in range(0, len(bodies), 5000):
        store.append("many", *bodies[start : start + 5000])  # type: ignore[attr-defined]
    return "many"


def wire(events: Sequence[object], per_second: float) -> dict[str, float]:
    """Bytes of the changes that a page is sent, four a second, and of what a reload costs."""
    from jupyter_automl.core.codec import to_plain
    from jupyter_automl.core.experiment import Experiment
    from jupyter_automl.widgets.run_feed import RunFeed
    from jupyter_automl.widgets.schema import RunDelta

    feed, state, sizes = RunFeed(), Experiment(), []
    seconds = 0.0
    step = max(1, round((N_FOLDS + 2) * per_second / 4))
    for start in range(0, len(events), step):
        news = events[start : start + step]
        for event in news:
            state = state.apply(event)  # type: ignore[arg-type]
        begin = time.perf_counter()
        feed.update(state, news)  # type: ignore[arg-type]
        delta = to_plain(feed.delta(), RunDelta)
        seconds += time.perf_counter() - begin
        sizes.append(len(json.dumps({"kind": "delta", "body": {"n": 1, "run": delta}})))
    sizes.sort()
    return {
        "messages": len(sizes),
        "message_p50_bytes": sizes[len(sizes) // 2],
        "message_p95_bytes": sizes[int(0.95 * len(sizes))],
        "all_messages_mb": sum(sizes) / 1e6,
        "message_ms": 1e3 * seconds / len(sizes),
        "reload_state_kb": len(json.dumps(to_plain(feed.view()))) / 1e3,
    }


def fetched(store: object, run_id: str) -> dict[str, float]:
    """What looking at all trials costs."""
    from jupyter_automl.api.run import Run
    from jupyter_automl.widgets.asking import ViewContext
    from jupyter_automl.widgets.views import VIEWS

    run = Run(run_id, store)  # type: ignore[arg-type]
    run.experiment  # noqa: B018  what a kernel that shows the run has already
    view = VIEWS.get("trials.table")
    context = ViewContext(run=run, helper=None, stop=threading.Event())  # type: ignore[arg-type]
    begin = time.perf_counter()
    answer = view.compute(context, view.args(), lambda done, part: None)
    seconds = time.perf_counter() - begin
    return {
        "all_trials_kb": sum(array.nbytes for array in answer.arrays.values()) / 1e3,
        "all_trials_ms": 1e3 * seconds,
    }


if __name__ == "__main__":
    main()
