"""Which model a job is about, and the models that the process has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_automl.api.model import Model

N_KEPT = 2
"""Models of which one job keeps what it has made."""
MOST_MODELS = 4
"""At hand: three that are compared, and one that is explained."""


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


def model_of(ref: ModelRef) -> Model:
    """The model, read once.

    Where the row has moved on since `ref` was made, it is the row's newer model: what is kept
    of it must be kept by `ref_of` of it, not by `ref`.

    Raises
    ------
    RunNotFoundError, NoModelError
        If the run or the model is gone.
    """
    from jupyter_automl.api.run import Run
    from jupyter_automl.store import Store

    found = _kept.pop(ref, None)
    if found is not None:
        _kept[ref] = found
        return found
    model = Run(ref.run, Store(Path(ref.store))).model(ref.name)
    if ref.refitted:
        model = model.refit()
    found = _kept.setdefault(ref_of(model), model)
    while len(_kept) > MOST_MODELS:
        del _kept[next(iter(_kept))]
    return found


_kept: dict[ModelRef, Model] = {}
"""By what they really are, the last one that was asked for at the end."""
