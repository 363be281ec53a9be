"""Which model a job is about, and the models that the process has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model

N_KEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """A model of a run, by names that hold in every process.

    Attributes
    ----------
    store : str
        The store's folder.
    run, name : str
        The run's id, the name on its leaderboard.
    trials : tuple of int
        The trials behind it: a row may have moved on.
    refitted : bool
        One model a member, instead of one a fold.
    """

    store: str
    run: str
    name: str
    trials: tuple[int, ...]
    refitted: bool = False


def ref_of(model: Model) -> ModelRef:
    """What names `model` in another process."""
    return ModelRef(
        store=str(model.run.store.folder),
        run=model.run.id,
        name=model.name,
        trials=model.trials,
        refitted=model.refitted,
    )


@lru_cache(maxsize=N_KEPT)
def model_of(ref: ModelRef) -> Model:
    """The model, read once.

    Raises
    ------
    RunNotFoundError, NoModelError
        If the run or the model is gone.
    """
    from jupyter_automl.api.run import Run
    from jupyter_automl.store import Store

    model = Run(ref.run, Store(Path(ref.store))).model(ref.name)
    return model.refit() if ref.refitted else model
