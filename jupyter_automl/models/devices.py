"""Whether boosters are fitted on a GPU: a rule over what there is and how large the data are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_automl.core.plan import DeviceSetting, GpuUse
from jupyter_automl.models.gpus import LIBRARIES, Findings

LEAST_ROWS = 50_000
"""Training rows of a fit below which no GPU pays: CatBoost's documentation ("Speeding up the
training") puts the gain at "tens of thousands of objects", and starting CUDA takes 1 to 2 s."""

LEAST_CELLS: Mapping[str, int] = {
    "catboost": 250_000,
    "xgboost": 2_500_000,
    "lightgbm": 5_000_000,
}
"""Rows x columns from which a GPU is about twice as quick as the one thread that a worker has.
On a V100 100 rounds on 100,000 rows took 3.6 s (XGBoost), 7 s (LightGBM) and 1.8 s (CatBoost),
nearly all of it start-up and the launch of kernels (szilard/GBM-perf, January 2021; on 16 cores
.6, 2.6 and 3.8 s). Our own costs, measured with one thread, reach twice these seconds at 2.5 and
5.3 million cells, and for CatBoost below `LEAST_ROWS` x 5."""

BYTES_A_CELL = 4
"""Of GPU memory, roughly: a byte or two for the bins of the training and the held-out rows, and
as much again for histograms and gradients."""

MEMORY_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """What is fitted where.

    Attributes
    ----------
    gpu : Mapping
        Families that may use the GPU -> how; the others stay on the CPU.
    reason : str
        A sentence for the plan; empty where there was nothing to decide.
    notice : str
        What a person who asked for a GPU has to know; empty where they get it.
    """

    gpu: Mapping[str, GpuUse] = field(default_factory=dict)
    reason: str = ""
    notice: str = ""


def choose_devices(
    setting: DeviceSetting,
    families: Sequence[str],
    *,
    n_rows: int,
    n_columns: int,
    find: Callable[[], Findings],
    repeatable: bool = False,
) -> DeviceChoice:
    """Decide which families may be fitted on the GPU.

    Parameters
    ----------
    setting : DeviceSetting
        ``"auto"`` takes a GPU where it pays, ``"gpu"`` whatever the size of the data.
    n_rows : int
        Training rows of one fit.
    n_columns : int
        Encoded columns.
    find : callable
        What there is (`gpus.find_gpus`); asked only where it could matter.
    repeatable : bool
        The run has to give the same scores again, which fits on a GPU do not.
    """
    if setting == "cpu":
        return DeviceChoice()
    if repeatable:
        if setting == "auto":
            return DeviceChoice()
        return _refused("max_trials asks for a run that repeats exactly, and GPUs do not.")
    least = {name: _least_rows(setting, name, n_columns) for name in LIBRARIES}
    large = [name for name in families if name in least and n_rows >= least[name]]
    if not large:
        return DeviceChoice()
    findings = find()
    if not findings.gpus:
        if setting == "auto":
            return DeviceChoice()
        return _refused(f"There is no GPU that could be used: {findings.reason}.")
    gpu = findings.gpus[0]
    if BYTES_A_CELL * n_rows * n_columns > MEMORY_SHARE * gpu.memory_bytes:
        why = f"{n_rows:,} rows x {n_columns:,} columns are too many for the memory of {gpu.name}."
        return _refused(why) if setting == "gpu" else DeviceChoice(reason=why)
    working = {
        name: GpuUse(device=library.device, least_rows=least[name])
        for name in large
        if (library := findings.libraries.get(name)) and library.device != "cpu"
    }
    if working:
        return DeviceChoice(gpu=working, reason=_used(gpu.name, tuple(working), setting))
    why = (
        f"{gpu.name} is there, but {_joined(large)} cannot use it as installed. "
        "`jupyter automl doctor` says why."
    )
    return _refused(why) if setting == "gpu" else DeviceChoice(reason=why)


def _least_rows(setting: DeviceSetting, family: str, n_columns: int) -> int:
    if setting == "gpu":
        return 0
    return max(LEAST_ROWS, math.ceil(LEAST_CELLS[family] / max(1, n_columns)))


def _refused(why: str) -> DeviceChoice:
    text = f"{why} Everything is trained on the CPU."
    return DeviceChoice(reason=text, notice=text)


def _used(gpu: str, families: Sequence[str], setting: DeviceSetting) -> str:
    why = "as the setting asks" if setting == "gpu" else "the data are large enough to gain"
    return (
        f"One trial at a time of {_joined(families)} is fitted on {gpu}: {why}. "
        "All others, and all predictions, use the CPU."
    )


def _joined(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
