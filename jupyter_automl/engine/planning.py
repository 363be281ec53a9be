"""From a created run to a plan, the data of its trials and an outlook on their cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.core import codec
from jupyter_automl.core.events import NoticeRaised, RunCreated
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.space import Space
from jupyter_automl.core.trial import SAMPLE_ROWS
from jupyter_automl.engine.stimuli import Outlook

if TYPE_CHECKING:
    from jupyter_automl.core.protocols import Family
    from jupyter_automl.evaluate import TrialData

SCAN_SECONDS = 1.0
"""Most that the leak scan takes; 50,000 x 14 need a tenth of it."""

SCAN_SHARE = 0.02
"""The same as a share of the budget."""


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
    from jupyter_automl.plan import make_plan

    plan, notices = make_plan(
        created.task, created.dataset, n_workers=n_workers, random_state=created.random_state
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
    return Prepared(
        plan=plan,
        notices=(*notices, *found),
        data=data,
        outlook=_outlook(plan, families, n_rows, spaces),
        spaces=spaces,
    )


def _guarded(created: RunCreated, plan: Plan) -> tuple[Plan, tuple[NoticeRaised, ...]]:
    """The plan without copied columns, and what makes its scores too good to be true."""
    from jupyter_automl.data import load_table
    from jupyter_automl.profile import guarded

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

    names = dict.fromkeys([*plan.families, *(step.family for step in plan.steps)])
    return {name: FAMILIES.get(name) for name in names}


def _training_rows(data: TrialData) -> int:
    """Rows that a fold's model is fitted on."""
    import numpy as np

    folds = np.load(data.folds_path, mmap_mode="r")
    held_out = int((folds >= 0).sum())
    return max(1, len(folds) - held_out // max(1, data.plan.n_folds))


def _outlook(
    plan: Plan, families: Mapping[str, Family], n_rows: int, spaces: Mapping[str, Space]
) -> Outlook:
    from jupyter_automl.evaluate import BOOSTERS, longest_trial_seconds
    from jupyter_automl.plan.budget import expected_trial_seconds

    def trial_seconds(name: str, sample: int | None = None) -> float:
        return expected_trial_seconds(families[name], plan, n_rows, sample)

    return Outlook(
        labels={name: family.label for name, family in families.items()},
        step_seconds=tuple(
            trial_seconds(step.family, step.params.get(SAMPLE_ROWS)) for step in plan.steps
        ),
        search_seconds={name: trial_seconds(name) for name in spaces},
        longest_seconds={name: longest_trial_seconds(plan, name) for name in families},
        self_limiting=BOOSTERS & frozenset(families),
    )
