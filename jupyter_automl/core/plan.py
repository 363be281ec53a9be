"""What a run will do, decided before it starts, with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_automl.core.task import TaskKind

TrialSource = Literal["baseline", "warm_start", "search", "stack"]

Device = Literal["cpu", "cuda", "opencl"]
"""What a model is fitted on; the last two are ways to a GPU."""

DeviceSetting = Literal["auto", "cpu", "gpu"]
"""What a person wishes: the GPU where it pays, never, or wherever it can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuUse:
    """How a family is fitted on the GPU.

    Attributes
    ----------
    device : Device
        ``"cuda"`` or ``"opencl"``.
    least_rows : int
        Training rows of a fit below which it stays on the CPU.
    """

    device: Device
    least_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One warm start in the order of work.

    Attributes
    ----------
    family : str
        Name in the family registry.
    params : Mapping
        JSON-able parameters of that family.
    source : TrialSource
        ``"baseline"``, ``"warm_start"`` or ``"stack"``.
    label : str
        Short name of the setting, e.g. ``"r177"``.
    """

    family: str
    params: Mapping[str, Any] = field(default_factory=dict)
    source: TrialSource = "warm_start"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The resolved task and the order of work.

    Attributes
    ----------
    classes : tuple of str
        Labels of the classes as text, in code order (0 .. k-1); empty for regression.
        A binary target's positive class is the last one.
    features : tuple of str
        Columns that models get, in table order.
    validation : str
        ``"cv"``, ``"holdout"``, ``"time"`` or ``"group"``.
    n_folds : int
        Parts of the rows that are held out in turn; 1 for holdout.
    n_repeats : int
        How often the rows are dealt out anew into folds; a trial fits
        ``n_folds * n_repeats`` models (see `n_fits`).
    budget_seconds : float
        Of the whole run, this plan's making included.
    reserve_seconds : float
        Kept at the end of the budget for the ensemble and the explanation.
    n_workers : int
        Processes that fit models side by side.
    random_state : int
        The run's seed, from which those of its trials are derived.
    families : tuple of str
        Families that take part, searched after the steps are done.
    steps : tuple of PlanStep
        More than there will be time for.
    starts_share : float
        Part of the time for training that goes to the steps, before the search has the rest.
        Every family has its first step whatever that takes.
    stacks : tuple of PlanStep
        Models that are also given what others say of each row, tried once there are some;
        empty where nothing can be stacked.
    reasons : Mapping
        A sentence a decision: keys such as ``"task"``, ``"metric"``, ``"validation"``.
    fitted_once : tuple of str
        Families whose trials are one fit on all rows; each row is judged by what has not
        learned from it, such as the trees of a forest that did not draw it. See
        `core.trial.fits_of`.
    gpu : Mapping
        Families that may be fitted on the GPU -> how; empty where none is used.
    """

    task: TaskKind
    target: str
    metric: str
    greater_is_better: bool
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    validation: str = "cv"
    n_folds: int = 5
    n_repeats: int = 1
    budget_seconds: float = 300.0
    reserve_seconds: float = 5.0
    n_workers: int = 2
    random_state: int = 0
    families: tuple[str, ...] = ()
    steps: tuple[PlanStep, ...] = ()
    starts_share: float = 1.0
    stacks: tuple[PlanStep, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    fitted_once: tuple[str, ...] = ()
    gpu: Mapping[str, GpuUse] = field(default_factory=dict)

    @property
    def n_fits(self) -> int:
        """Models fitted a trial, but for those `fitted_once`: every fold of every repeat."""
        return self.n_folds * self.n_repeats

    @property
    def folds_text(self) -> str:
        """What trials are judged on: ``"5 folds"``, ``"2 times 5 folds"``."""
        if self.n_folds <= 1:
            return "one hold-out part"
        times = f"{self.n_repeats} times " if self.n_repeats > 1 else ""
        return f"{times}{self.n_folds} folds"
