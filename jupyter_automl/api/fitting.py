"""`fit`: from a table and a wish to a run that goes on behind it."""

from __future__ import annotations

import re
import secrets
import time as clock
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from jupyter_automl.api import arguments
from jupyter_automl.api.catalog import parse_with
from jupyter_automl.api.history import open_store
from jupyter_automl.api.places import is_for_visitors
from jupyter_automl.api.run import Run
from jupyter_automl.api.settings import settings
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import ArgumentError, AutoMLError, RunError, TargetError
from jupyter_automl.core.events import NoticeRaised, RunCreated, RunEnded
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.store import Store

_DRAWS = 50


def fit(
    data: Any,
    prompt: str | None = None,
    *,
    target: str | None = None,
    task: str | None = None,
    metric: str | None = None,
    exclude: str | Iterable[str] = (),
    budget: float | str | None = None,
    families: str | Iterable[str] | None = None,
    validation: str | None = None,
    group: str | None = None,
    time: str | None = None,
    weight: str | None = None,
    max_memory: int | str | None = None,
    n_jobs: int | None = None,
    executor: str = "local",
    max_trials: int | None = None,
    use_all_time: bool = False,
    random_state: int | None = 0,
    name: str | None = None,
    **unknown: Any,
) -> Run:
    """Start looking for the best model and return at once; training goes on behind it.

    Where other runs of the store need the cores or the memory, it is queued and starts by
    itself when its turn comes.

    Parameters
    ----------
    data : table, path or URL
        A DataFrame (pandas, polars, pyarrow, anything with the Arrow PyCapsule
        interface), ``(X, y)``, or a CSV, Parquet, Feather, Excel or JSON file.
    prompt : str, optional
        A wish such as ``"Predict churn. Optimise for recall. Ignore customer_id."``;
        keywords win over it, excluded columns add up.
    target : str, optional
        Column to predict.
    task : {"binary", "multiclass", "regression"}, optional
        None reads it from the target.
    metric : str, optional
        A name of ``ja.metrics()``; None takes the default of the task.
    exclude : str or iterable of str
        Columns that models must not see.
    budget : float or str, optional
        Wall-clock seconds, or ``"90s"``, ``"5m"``, ``"1h"``, counted from this call, or from
        the end of the wait where the run has to queue. None takes the prompt's, else the
        setting's, which is 5 minutes.
    families : iterable of str, optional
        A subset of ``ja.families()``, by their names or by what people call them (``"rf"``,
        ``"ridge"``, ``"gbm"`` for all boosters); None has them chosen for the data.
    validation : {"holdout", "cv", "time", "group"}, optional
        None has it chosen for the data.
    group, time, weight : str, optional
        Columns: rows that belong together, the order of rows, the weight of rows.
    max_memory : int or str, optional
        Bytes, or ``"4GB"``, that the run may take: its runner and its workers together, not
        this process. None takes the setting's, else a part of 60 % of the machine or the
        container: a core's for each worker, and more where the table needs it. So runs that
        train at once take no more together than one alone. Models that would not fit are left
        out or fitted on a sample of the rows, and where fewer worker processes are needed for
        it, there are fewer.
    n_jobs : int, optional
        Worker processes; None or -1 is one a core.
    executor : {"local", "inline"}
        ``"inline"`` trains in this process and returns when the run is over; it never waits
        for other runs.
    max_trials : int, optional
        End after so many models (the baseline not counted). Such a run chooses nothing by
        the clock: the same data, seed, number of trials and worker processes give the same
        scores on the same machine, as long as no fit needs more than its part of the budget.
        Without a budget it may take an hour at most.
    use_all_time : bool
        Go on to the end of the budget where many models in a row gained nothing; without
        it such a run ends early and says so.
    random_state : int or None
        Seed of every random choice; None draws one.
    name : str, optional
        For people; None takes the data's.

    Returns
    -------
    Run
        The live leaderboard as the last line of a cell.

    Raises
    ------
    AutoMLError
        A subclass that says what was expected, what came and what to do.
    """
    arguments.refuse_unknown(unknown)
    asked = arguments.check(
        target=target,
        task=task,
        metric=metric,
        exclude=exclude,
        budget=budget,
        families=families,
        validation=validation,
        group=group,
        time=time,
        weight=weight,
        max_memory=max_memory,
        n_jobs=n_jobs,
        executor=executor,
        max_trials=max_trials,
        use_all_time=use_all_time,
        random_state=random_state,
        name=name,
    )
    if prompt is not None and not isinstance(prompt, str):
        raise ArgumentError(
            f"The prompt must be a text. Got {type(prompt).__name__}.",
            hint="Name the target with target=...",
            argument="prompt",
        )
    from jupyter_automl.data import open_table, save_dataset
    from jupyter_automl.profiling import infinities

    opened = open_table(data)
    dataset = save_dataset(opened, open_store().data_folder)
    spec, text = asked.explicit, (prompt or "").strip()
    if text:
        spec = arguments.merge(parse_with(text, dataset.columns, opened.table), spec)
    return start(
        dataset,
        spec,
        prompt=text,
        notices=(*opened.notices, *infinities(opened.table)),
        name=asked.name,
        max_memory_bytes=asked.max_memory_bytes,
        n_workers=asked.n_workers,
        random_state=asked.random_state,
        max_trials=asked.max_trials,
        use_all_time=asked.use_all_time,
        inline=asked.executor == "inline",
    )


def start(
    dataset: Dataset,
    spec: TaskSpec,
    *,
    prompt: str = "",
    notices: Sequence[NoticeRaised] = (),
    name: str | None = None,
    max_memory_bytes: int | None = None,
    n_workers: int | None = None,
    random_state: int = 0,
    max_trials: int | None = None,
    use_all_time: bool = False,
    explain: bool = True,
    inline: bool = False,
    store: Store | None = None,
) -> Run:
    """Start a run on a saved dataset; `fit`, the widgets and the estimators end here.

    Parameters
    ----------
    spec : TaskSpec
        As far as it is known; the rest is filled in from the data.
    notices : sequence of NoticeRaised
        What was changed while the table was opened; goes into the run's log.
    max_memory_bytes : int, optional
        What runner and workers may take together; None takes the setting's, else the run's
        part of the machine.
    explain : bool
        Explain the best models at the end; without it that time goes to training.
    store : Store, optional
        Where the run lives; None takes the one that the settings name.

    Raises
    ------
    AutoMLError
        If the target, the task, the metric or a column cannot be used, or the memory is too
        little for any model.
    """
    config = settings()
    spec = _resolve(spec, dataset, config.budget_seconds)
    most = max_memory_bytes or config.max_memory_bytes
    wanted = 1 if inline else n_workers or config.n_jobs
    n_workers, memory_bytes, fewer = _share(spec, dataset, wanted, most, config.max_runs)
    created = RunCreated(
        name=name or dataset.name,
        dataset=dataset,
        task=spec,
        prompt=prompt,
        n_workers=n_workers,
        random_state=random_state,
        max_trials=max_trials,
        use_all_time=use_all_time,
        explain=explain,
        max_memory_bytes=most,
        memory_bytes=memory_bytes,
        max_runs=config.max_runs,
        device=config.device,
    )
    store = store or open_store()
    run_id = _enter(store, created)
    store.append(run_id, *notices, *fewer)
    _launch(store, run_id, inline=inline)
    return Run(run_id, store)


def _enter(store: Store, created: RunCreated) -> str:
    """Enter a run under an id that is free; many short runs of a minute may draw the same."""
    for _ in range(_DRAWS):
        run_id = new_id(created.name)
        try:
            store.create_run(run_id, created)
        except RunError:
            continue
        return run_id
    raise RunError(
        f"A free id must be found for the run {created.name!r}. All {_DRAWS} that were drawn are "
        "taken.",
        hint="Try again in a minute, or give it another name.",
    )


def _resolve(spec: TaskSpec, dataset: Dataset, default_budget: float) -> TaskSpec:
    from jupyter_automl.plan import resolve_task

    if spec.target is None:
        _ask_for_target(spec, dataset)
    if spec.budget_seconds is None:
        spec = replace(
            spec,
            budget_seconds=default_budget,
            origin={**spec.origin, "budget_seconds": "default"},
        )
    return resolve_task(spec, dataset)


def _share(
    spec: TaskSpec,
    dataset: Dataset,
    wanted: int | None,
    max_memory_bytes: int | None,
    max_runs: int | None,
) -> tuple[int | None, int, tuple[NoticeRaised, ...]]:
    """A run's part of the machine.

    Returns
    -------
    int or None
        Worker processes that the memory holds; None for one a core.
    int
        Bytes that the run may take: what a person allows, else its part of what all runs may
        take that train at once.
    tuple of NoticeRaised
        Why the workers are fewer than are wanted.
    """
    from jupyter_automl.execute import run_bytes, usable_cores
    from jupyter_automl.plan import check_total, fitting_workers, least_bytes, part_bytes

    total, n_cores = run_bytes(max_memory_bytes), usable_cores()
    most = wanted or n_cores
    given = max_memory_bytes is not None
    if given:
        check_total(spec, dataset, total)
    elif max_runs is not None:
        # So many may train at once, whatever their workers are.
        total = min(total, max(total // max_runs, least_bytes(spec, dataset)))
    fitting, fewer = fitting_workers(spec, dataset, most, total)
    if not given and max_runs is None:
        even = total // n_cores * min(most, n_cores)
        total = part_bytes(spec, dataset, fitting, even, total)
    return wanted if fitting == most else fitting, total, fewer


def _ask_for_target(spec: TaskSpec, dataset: Dataset) -> None:
    question = next((q for q in spec.questions if q.field == "target"), None)
    if question is None:
        return
    answers = " or ".join(repr(str(answer)) for answer in question.answers[:5])
    raise TargetError(
        f"The target must be a column of {dataset.name!r}. {question.text}",
        hint=f"Write target={answers}." if answers else "Name it with target=...",
        answers=[str(answer) for answer in question.answers],
    )


def _launch(store: Store, run_id: str, *, inline: bool) -> None:
    from jupyter_automl import engine

    if inline:
        engine.run_inline(store, run_id)
        return
    try:
        engine.launch(store, run_id)
    except AutoMLError as error:
        ended = RunEnded(
            status="failed", reason=error.message, elapsed_seconds=0.0, error=error.to_dict()
        )
        store.append(run_id, ended, unless_ended=True)
        raise


def new_id(name: str, now: float | None = None) -> str:
    """An id that a person can read and type: ``"churn-1120-1403-7f3a"``.

    A visitor's has an end that nobody can guess.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:24].strip("-") or "run"
    stamp = clock.strftime("%m%d-%H%M", clock.localtime(now))
    return f"{slug}-{stamp}-{secrets.token_hex(8 if is_for_visitors() else 2)}"
