"""What an estimator keeps of a run: enough to predict when the run is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import NoModelError

if TYPE_CHECKING:
    import pyarrow as pa

    from jupyter_automl.api.run import Run
    from jupyter_automl.decide import Decisions
    from jupyter_automl.evaluate import Bag, Blend


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The best model of a run, in memory; pickles.

    Attributes
    ----------
    names : tuple of str
        All columns of X as the run called them.
    columns : tuple of ColumnSchema
        Those that the model uses.
    classes : tuple of str
        Labels as text, in the order of the predictor; empty for regression.
    decisions : Decisions or None
        What the run decided about probabilities and classes; None for regression.
    """

    predictor: Bag | Blend
    names: tuple[str, ...]
    columns: tuple[ColumnSchema, ...]
    classes: tuple[str, ...] = ()
    decisions: Decisions | None = None

    def predict(self, X: pa.Table) -> np.ndarray:
        """Probabilities of `classes` (n, k), or values (n,); X has all columns, in order."""
        from jupyter_automl.data import to_frame

        frame = to_frame(X.rename_columns(list(self.names)), self.columns)
        prediction = self.predictor.predict(frame)
        if self.decisions is None:
            return prediction
        from jupyter_automl.decide import probabilities_of

        return probabilities_of(self.decisions, prediction)

    def choose(self, probabilities: np.ndarray) -> np.ndarray:
        """The place in `classes` that each row of `predict` gets; int64 of shape (n,)."""
        from jupyter_automl.decide import codes_of

        assert self.decisions is not None
        return codes_of(self.decisions, probabilities)


def best_of(run: Run, names: tuple[str, ...]) -> Trained:
    """The best model of a run that is over.

    Raises
    ------
    RunError
        If no model was trained; with the reason.
    """
    from jupyter_automl.api.model import Model

    row = run.experiment.leaderboard.best
    if row is None:
        raise run.error or NoModelError(
            f"No model was trained. The run is {run.status}.", hint="Give it a larger time_budget."
        )
    # Not run.best: the run would hold it, and neither would go before a collection of cycles.
    model = Model(run, row)
    return Trained(
        predictor=model.predictor,
        names=names,
        columns=model.dataset.select(model.plan.features),
        classes=model.plan.classes,
        decisions=model.decisions if model.has_classes else None,
    )
