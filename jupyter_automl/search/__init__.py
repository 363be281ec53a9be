"""Ask/tell search over a family's space."""

from __future__ import annotations

from pathlib import Path

from jupyter_automl.core.protocols import Sampler
from jupyter_automl.core.space import Space


def make_sampler(
    space: Space,
    *,
    storage: Path | str,
    study_name: str,
    greater_is_better: bool,
    random_state: int,
) -> Sampler:
    """A sampler that proposes parameters of `space`, better ones the more it is told.

    Parameters
    ----------
    space : Space
        Not empty.
    storage : path
        Journal of Optuna studies; made when it is not there, and readable by
        optuna-dashboard. One process at a time may write it.
    study_name : str
        One study a family; an existing one is continued.
    greater_is_better : bool
        Direction of the scores it will be told.

    Raises
    ------
    ArgumentError
        If `space` is empty.
    """
    from jupyter_automl.search.optuna_sampler import OptunaSampler

    return OptunaSampler(
        space,
        storage=storage,
        study_name=study_name,
        greater_is_better=greater_is_better,
        random_state=random_state,
    )


__all__ = ["make_sampler"]
