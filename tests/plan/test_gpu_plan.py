"""The GPU in a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.plan import DeviceSetting, GpuUse, Plan
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.data import open_table, save_dataset
from jupyter_automl.models.gpus import Findings, Gpu, Library
from jupyter_automl.plan import make_plan, resolve_task

FOUND = Findings(
    gpus=(Gpu(name="Big GPU", memory_bytes=2**36),),
    libraries={"xgboost": Library(builds=("cuda",), device="cuda")},
)
NONE = Findings(reason="no NVIDIA driver is installed")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{i}": rng.normal(size=300) for i in range(4)})
    frame["t"] = np.where(frame["x0"] + rng.normal(size=300) > 0, "yes", "no")
    return save_dataset(open_table(frame), tmp_path_factory.mktemp("data"))


def _never() -> Findings:
    raise AssertionError("A GPU was looked for.")


@pytest.fixture
def make(dataset: Dataset, tmp_path: Path) -> Callable[..., tuple[Plan, list[str]]]:
    def planned(
        device: DeviceSetting,
        find: Callable[[], Findings],
        *,
        families: tuple[str, ...] | None = None,
        repeatable: bool = False,
    ) -> tuple[Plan, list[str]]:
        task = resolve_task(TaskSpec(target="t", budget_seconds=60.0), dataset)
        plan, notices = make_plan(
            task,
            dataset,
            n_workers=2,
            families=families,
            device=device,
            repeatable=repeatable,
            find=find,
        )
        return plan, [notice.code for notice in notices]

    return planned


Make = Callable[..., tuple[Plan, list[str]]]


def test_small_data_stay_on_the_cpu_without_a_look(make: Make) -> None:
    for setting in ("auto", "cpu"):
        plan, notices = make(setting, _never)
        assert plan.gpu == {}
        assert "device" not in plan.reasons
        assert notices == []


def test_who_asks_gets_the_gpu_and_a_reason(make: Make) -> None:
    plan, notices = make("gpu", lambda: FOUND)
    assert plan.gpu == {"xgboost": GpuUse(device="cuda", least_rows=0)}
    assert "Big GPU" in plan.reasons["device"]
    assert notices == []


def test_who_asks_and_does_not_get_it_is_told(make: Make) -> None:
    plan, notices = make("gpu", lambda: NONE)
    assert plan.gpu == {}
    assert notices == ["gpu_not_used"]
    assert "driver" in plan.reasons["device"]
    assert make("gpu", _never, repeatable=True)[1] == ["gpu_not_used"]


def test_a_family_that_takes_no_part_needs_no_gpu(make: Make) -> None:
    assert make("gpu", _never, families=("linear",))[0].gpu == {}
