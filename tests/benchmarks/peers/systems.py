"""Who takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

US = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One column of the comparison.

    Attributes
    ----------
    label : str
        As a person reads it.
    adapter : str
        The module ``adapters/for_<adapter>.py``.
    environment : str or None
        The virtual environment, named as its file in ``requirements/``; None is the
        interpreter that runs the benchmark.
    options : Mapping
        Handed to the adapter.
    first_model : str or None
        Pattern, in the job's folder, of the file that a finished model leaves.
    extra : bool
        Whether it takes part only when it is named.
    variables : Mapping
        Environment variables of its processes.
    """

    name: str
    label: str
    adapter: str
    environment: str | None
    options: Mapping[str, Any] = field(default_factory=dict)
    first_model: str | None = None
    extra: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)


SYSTEMS = {
    system.name: system
    for system in (
        System(name=US, label="jupyter_automl", adapter="ours", environment=None),
        System(
            name="autogluon_medium",
            label="AutoGluon medium",
            adapter="autogluon",
            environment="autogluon",
            options={"presets": "medium_quality"},
            first_model="autogluon/models/*/model.pkl",
        ),
        # Its folds in parallel need Ray, whose start takes some 12 s of processor time: on two
        # cores one fold after another, on both, is the stronger AutoGluon.
        System(
            name="autogluon_best",
            label="AutoGluon best",
            adapter="autogluon",
            environment="autogluon",
            options={
                "presets": "best_quality",
                "ds_args": {"memory_safe_fits": False},
                "ag_args_ensemble": {"fold_fitting_strategy": "sequential_local"},
            },
            first_model="autogluon/models/*/model.pkl",
        ),
        System(
            name="autogluon_best_ray",
            label="AutoGluon best, Ray",
            adapter="autogluon",
            environment="autogluon",
            options={"presets": "best_quality"},
            first_model="autogluon/models/*/model.pkl",
            extra=True,
        ),
        System(name="flaml", label="FLAML", adapter="flaml", environment="flaml"),
        System(
            name="mljar",
            label="mljar Compete",
            adapter="mljar",
            environment="mljar",
            options={"mode": "Compete"},
            first_model="mljar/*/framework.json",
        ),
    )
}


def systems(names: Sequence[str] = ()) -> list[System]:
    """The systems of these names, in the order of the report; none picks all but the extra.

    Raises
    ------
    ValueError
        If a name is unknown.
    """
    if unknown := [name for name in names if name not in SYSTEMS]:
        raise ValueError(
            f"A system must be one of: {', '.join(SYSTEMS)}. Got {', '.join(unknown)}."
        )
    return [
        system
        for system in SYSTEMS.values()
        if (system.name in names if names else not system.extra)
    ]
