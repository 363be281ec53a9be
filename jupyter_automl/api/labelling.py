"""The classes of a run as values of the target's own type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


def class_labels(dataset: Dataset, plan: Plan) -> pd.Series:
    """The classes in code order, as values of the target's own type.

    Returns
    -------
    Series of shape (n_classes,)
        Named as the target. Whole numbers stay whole although the column had gaps.
    """
    import pandas as pd

    from jupyter_automl.data import load_frame
    from jupyter_automl.evaluate.target import plain_label

    column = load_frame(dataset, [plan.target])[plan.target].dropna()
    by_text = {str(plain_label(value)): value for value in column.unique()}
    values = [by_text[text] for text in plan.classes]
    labels = pd.Series(values, name=plan.target, dtype=column.dtype)
    stored = dataset.column(plan.target).dtype
    return labels.astype(stored) if stored.startswith(("int", "uint", "bool")) else labels
