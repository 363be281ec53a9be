"""Runs whose events are written by hand, and one that the engine trained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from jupyter_automl.core import events as ev
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.experiment import Experiment, replay
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.core.trial import TrialResult, TrialSpec

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def trained_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store for the runs that the tests of a module share."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(folder))
        yield folder


def bodies_of(metric: str = "roc_auc", n_models: int = 3, target: str = "y") -> list[ev.Body]:
    """A run of `n_models` families that ended well, as events."""
    task = TaskSpec(target=target, task="binary", metric=metric, budget_seconds=60.0)
    columns = (ColumnSchema(name=target, kind="boolean", dtype="bool"),)
    data = Dataset(name="t", fingerprint="0" * 64, path="t.arrow", n_rows=9, columns=columns)
    plan = Plan(task="binary", target=target, metric=metric, greater_is_better=True)
    bodies: list[ev.Body] = [
        ev.RunCreated(name="t", dataset=data, task=task),
        ev.RunnerStarted(pid=1, n_workers=2),
        ev.PlanMade(plan=plan),
    ]
    for number in range(1, n_models + 1):
        family = f"family_{number}"
        spec = TrialSpec(number=number, family=family)
        result = TrialResult(number=number, family=family, score=0.5 + number / 100)
        bodies.append(ev.TrialStarted(trial=spec, family_label=family.title(), n_folds=5))
        bodies.append(ev.TrialFinished(result=result))
    bodies.append(
        ev.RunEnded(status="finished", reason="The budget is used up.", elapsed_seconds=60)
    )
    return bodies


def experiment_of(bodies: Sequence[ev.Body]) -> Experiment:
    """The state after these events, a second apart."""
    return replay(
        ev.Event(run_id="t-1", seq=seq, at=1000.0 + seq, body=body)
        for seq, body in enumerate(bodies, start=1)
    )


@pytest.fixture
def finished() -> Experiment:
    """A run of three families that is over."""
    return experiment_of(bodies_of())
