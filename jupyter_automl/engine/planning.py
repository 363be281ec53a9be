"""From a created run to a plan, the data of its trials and an outlook on their cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jupyter_automl.core import codec
from jupyter_automl.core.events import NoticeRaised, RunCreated
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.space import Space
from jupyter_automl.core.trial import FEATURES, SAMPLE_ROWS, fits_of
from jupyter_automl.engine.stacking import MOST_BELOW
from jupyter_automl.engine.stimuli import Outlook
from jupyter_automl.models.gpus import PROBE_SECONDS, find_gpus

if TYPE_CHECKING:
    from jupyter_automl.core.protocols import Family
    from jupyter_automl.evaluate import TrialData

SCAN_SECONDS = 1.0
"""Most that the leak scan takes; 50,000 x 14 need a tenth of it."""

SCAN_SHARE = 0.02
"""The same as a share of the budget."""

CACHE_SHARE = 0.2
"""Of a worker's memory, for encoded folds that a later trial may need."""

FOREST_SHARE = 0.5
OTHER_SHARE = 0.8
"""Parts of its time with which a trial that stops by itself is still worth it. Half the trees are a
forest; what a booster or a network has no time for was to make it good (with half its time on
diamonds: LightGBM twice the error, the network a sixth more)."""

GPU_SEARCH_SHARE = 0.15
"""Most of the budget that finding out about GPUs may take; it is done once a process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a run needs before its first trial.

    Attributes
    ----------
    spaces : Mapping
        Family name -> what its search may vary; families without a space are left out.
    """

    plan: Plan
    notices: tuple[NoticeRaised, ...]
    data: TrialData
    outlook: Outlook
    spaces: Mapping[str, Space]


def prepare_run(created: RunCreated, n_workers: int, folder: Path) -> Prepared:
    """Make the plan and write ``plan.json``, the target and the folds into `folder`.

    Raises
    ------
    AutoMLError
        Where the data, the task or the families do not fit together.
    """
    from jupyter_automl.evaluate import prepare
    from jupyter_automl.plan import make_plan, share_out

    memory = share_out(created.dataset, n_workers, _run_bytes(created))
    plan, notices = make_plan(
        created.task,
        created.dataset,
        n_workers=n_workers,
        random_state=created.random_state,
        device=created.device,
        repeatable=created.max_trials is not None,
        worker_bytes=memory.worker_bytes,
        explain=created.explain,
        find=partial(find_gpus, timeout_seconds=_search_seconds(created)),
    )
    plan, found = _guarded(created, plan)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(codec.to_json(plan), encoding="utf-8")
    data = prepare(created.dataset, created.task, plan, folder)
    families = _families(plan)
    n_rows = _training_rows(data)
    spaces = {
        name: space
        for name in plan.families
        if (space := families[name].space(plan.task, n_rows, len(plan.features)))
    }
    outlook = _outlook(data, families, n_rows, spaces, memory.worker_bytes)
    return Prepared(
        plan=plan,
        notices=(*notices, *found),
        data=replace(data, cache_bytes=_cache_bytes(outlook)),
        outlook=outlook,
        spaces=spaces,
    )


def _run_bytes(created: RunCreated) -> int:
    from jupyter_automl.execute import run_bytes

    return run_bytes(created.memory_bytes or created.max_memory_bytes)


def _search_seconds(created: RunCreated) -> float:
    budget = created.task.budget_seconds
    return PROBE_SECONDS if budget is None else min(PROBE_SECONDS, GPU_SEARCH_SHARE * budget)


def _guarded(created: RunCreated, plan: Plan) -> tuple[Plan, tuple[NoticeRaised, ...]]:
    """The plan without copied columns, and what makes its scores too good to be true."""
    from jupyter_automl.data import load_table
    from jupyter_automl.profiling import guarded

    features, notices = guarded(
        load_table(created.dataset),
        created.dataset.columns,
        plan.target,
        plan.task,
        features=plan.features,
        group=created.task.group,
        time=created.task.time,
        random_state=plan.random_state,
        time_limit_seconds=min(SCAN_SECONDS, SCAN_SHARE * plan.budget_seconds),
    )
    return replace(plan, features=features), notices


def _families(plan: Plan) -> dict[str, Family]:
    from jupyter_automl.models import FAMILIES

    steps = (*plan.steps, *plan.stacks)
    names = dict.fromkeys([*plan.families, *(step.family for step in steps)])
    return {name: FAMILIES.get(name) for name in names}


def _training_rows(data: TrialData) -> int:
    """Rows that a fold's model is fitted on."""
    import numpy as np

    folds = np.load(data.folds_path, mmap_mode="r")
    held_out = int((folds >= 0).sum())
    return max(1, len(folds) - held_out // max(1, data.plan.n_folds))


def _cache_bytes(outlook: Outlook) -> int:
    """What the largest trial that may start leaves of a worker's memory, up to a fifth of it."""
    limit = outlook.worker_bytes or 0
    sizes = (*outlook.step_bytes, *outlook.search_bytes.values(), *outlook.stack_bytes)
    largest = max((size for size in sizes if size <= limit), default=limit)
    return int(min(CACHE_SHARE * limit, limit - largest))


def _outlook(
    data: TrialData,
    families: Mapping[str, Family],
    n_rows: int,
    spaces: Mapping[str, Space],
    worker_bytes: int,
) -> Outlook:
    from jupyter_automl.evaluate import BOOSTERS, FORESTS, longest_trial_seconds
    from jupyter_automl.plan.budget import encoded_columns, expected_trial_seconds
    from jupyter_automl.plan.memory import WORKER_BYTES, load_of, trial_bytes

    plan = data.plan
    load = load_of(
        data.columns,
        n_rows=n_rows,
        n_held=data.dataset.n_rows - n_rows,
        table_bytes=data.dataset.n_bytes,
        n_classes=len(plan.classes),
        n_fits=plan.n_fits,
    )

    def memory(name: str, params: Mapping[str, Any] = MappingProxyType({})) -> int:
        return trial_bytes(
            load,
            families[name],
            sample_rows=params.get(SAMPLE_ROWS),
            further_features=FEATURES in params,
            once=fits_of(plan, name, params) < plan.n_fits,
        )

    # Columns of predictions, and two copies of them.
    cells = load.n_rows * MOST_BELOW * load.n_outputs
    below = 3 * 4 * cells

    width = encoded_columns(data.dataset.select(plan.features))

    def trial_seconds(name: str, params: Mapping[str, Any] = MappingProxyType({})) -> float:
        return expected_trial_seconds(families[name], plan, n_rows, params, width)

    return Outlook(
        labels={name: family.label for name, family in families.items()},
        step_seconds=tuple(trial_seconds(step.family, step.params) for step in plan.steps),
        stack_seconds=tuple(trial_seconds(step.family, step.params) for step in plan.stacks),
        search_seconds={name: trial_seconds(name) for name in spaces},
        longest_seconds={name: longest_trial_seconds(plan, name) for name in families},
        self_limiting={
            name: FOREST_SHARE if name in FORESTS else OTHER_SHARE
            for name in families
            if name in BOOSTERS | FORESTS | {"mlp"} or getattr(families[name], "stacks", False)
        },
        step_bytes=tuple(memory(step.family, step.params) for step in plan.steps),
        stack_bytes=tuple(memory(step.family, step.params) + below for step in plan.stacks),
        search_bytes={name: memory(name) for name in spaces},
        base_bytes=WORKER_BYTES,
        worker_bytes=worker_bytes,
    )
