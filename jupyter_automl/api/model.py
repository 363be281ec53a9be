"""A finished model of a run: predict, evaluate, explain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import labelling, scoring
from jupyter_automl.core.dataset import Dataset
from jupyter_automl.core.errors import RunError
from jupyter_automl.core.leaderboard import ENSEMBLE, LeaderboardRow
from jupyter_automl.core.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.run import Run
    from jupyter_automl.evaluate import Bag, Blend
    from jupyter_automl.explain import Explanation


class Model:
    """One row of a leaderboard, ready to use; its files are read on first use.

    Parameters
    ----------
    run : Run
        Where it comes from.
    row : LeaderboardRow
        A row with a score.

    Attributes
    ----------
    plan : Plan
        What was decided for the run.
    dataset : Dataset
        What it was trained on.
    """

    def __init__(self, run: Run, row: LeaderboardRow) -> None:
        self.run = run
        self._row = row
        state = run.experiment
        if state.plan is None or state.dataset is None:
            raise RunError(f"The run {run.id!r} has no plan.", run_id=run.id)
        self.plan: Plan = state.plan
        self.dataset: Dataset = state.dataset
        trials = row.members or ((row.trial, 1.0),)
        self._members = tuple(
            (state.results[number], weight) for number, weight in trials if number is not None
        )
        self._specs = state.specs

    def __repr__(self) -> str:
        return f"<Model {self.name!r} of run {self.run.id!r}: {self.plan.metric} {self.score:.4g}>"

    @property
    def name(self) -> str:
        """As on the leaderboard."""
        return self._row.model

    @property
    def family(self) -> str:
        """Name of the kind of model, or ``"ensemble"``."""
        return self._row.family

    @property
    def score(self) -> float:
        """Mean over the held-out folds, in the metric's own direction."""
        return float("nan") if self._row.score is None else self._row.score

    @property
    def score_std(self) -> float | None:
        """Standard deviation over the folds; None with one fold."""
        return self._row.score_std

    @property
    def trials(self) -> tuple[int, ...]:
        """Numbers of the trials behind it."""
        return tuple(result.number for result, _ in self._members)

    @property
    def members(self) -> tuple[tuple[int, float], ...]:
        """``(trial, weight)`` of each trial behind it; weights sum to 1."""
        return tuple((result.number, weight) for result, weight in self._members)

    @property
    def metric(self) -> str:
        """What `score` is."""
        return self.plan.metric

    @property
    def params(self) -> Mapping[str, Any]:
        """Parameters of the model; of an ensemble, its members with their weights."""
        if self.family != ENSEMBLE:
            return dict(self.predictor.params)
        return {
            f"{result.family} #{result.number}": {
                "weight": weight,
                "params": dict(self._specs[result.number].params),
            }
            for result, weight in self._members
        }

    @property
    def feature_names_in_(self) -> np.ndarray:
        """Columns that `predict` needs; array of str of shape (n_features,)."""
        import numpy as np

        return np.asarray(self.plan.features, dtype=object)

    @property
    def n_features_in_(self) -> int:
        """How many columns `predict` needs."""
        return len(self.plan.features)

    @property
    def has_classes(self) -> bool:
        """Whether it predicts classes; else it predicts a number."""
        return bool(self.plan.classes)

    @cached_property
    def classes_(self) -> np.ndarray:
        """The classes as they are in the target, in the order of `predict_proba`.

        Raises
        ------
        RunError
            If the target is a number.
        """
        import numpy as np

        self._need_classes("classes_")
        return np.asarray(self._labels)

    @cached_property
    def predictor(self) -> Bag | Blend:
        """What the engine fitted: takes frames of `feature_names_in_`."""
        from jupyter_automl.evaluate import Blend, load_bag

        if self.family != ENSEMBLE:
            return load_bag(self._members[0][0].model)
        return Blend(
            members=tuple((load_bag(result.model), weight) for result, weight in self._members)
        )

    def predict(self, X: Any) -> pd.Series:
        """The likeliest class, or the value, of each row.

        Parameters
        ----------
        X : table or path
            Anything that `fit` takes; extra columns are ignored.

        Returns
        -------
        Series of shape (n_rows,)
            With X's index (0 .. n-1 where it has none), named as the target, with the
            target's own labels and type.

        Raises
        ------
        PredictionError
            If a column is missing or does not fit.
        """
        import pandas as pd

        values, index = self._predict_array(X)
        if self.plan.classes:
            return self._labels.take(values.argmax(axis=1)).set_axis(index)
        return pd.Series(values, index=index, name=self.plan.target)

    def predict_proba(self, X: Any) -> pd.DataFrame:
        """The probability of each class.

        Returns
        -------
        DataFrame of shape (n_rows, n_classes)
            With X's index; columns are the classes; rows sum to 1.

        Raises
        ------
        RunError
            If the target is a number.
        PredictionError
            If a column is missing or does not fit.
        """
        import pandas as pd

        self._need_classes("predict_proba")
        values, index = self._predict_array(X)
        return pd.DataFrame(values, index=index, columns=list(self._labels))

    def evaluate(self, X: Any) -> pd.Series:
        """How good it is on rows whose target is known.

        Parameters
        ----------
        X : table or path
            With the target's column. Rows without a target are left out.

        Returns
        -------
        Series
            One value a metric of the task, by name, the run's metric first; each in its
            own direction.

        Raises
        ------
        PredictionError
            If the target's column is missing, holds nothing, or a class never seen.
        """
        return scoring.evaluate(self, self._table(X), self.plan)

    def held_out_scores(self) -> pd.Series:
        """Every metric of the task on the rows that each fold's model never saw.

        Returns
        -------
        Series
            One value a metric, by name, the run's metric first. It is computed over all
            rows at once, so it may differ a little from `score`, a mean over folds.
        """
        return scoring.held_out(self, self._members, self.plan, self.run.folder)

    def explain(
        self, X: Any = None, *, max_rows: int = 500, time_limit_seconds: float | None = 60.0
    ) -> Explanation:
        """SHAP values: how much each column moved each prediction.

        Parameters
        ----------
        X : table or path, optional
            Rows to explain; None takes rows of the training table, and the explanation
            that the run has stored where there is one.
        max_rows : int
            At most so many rows, drawn with the run's seed.
        time_limit_seconds : float or None
            For models that can only be explained by trying: fewer rows rather than more
            time. None sets no limit.
        """
        from jupyter_automl.api.explaining import explain

        return explain(self, X, max_rows=max_rows, time_limit_seconds=time_limit_seconds)

    @cached_property
    def _labels(self) -> pd.Series:
        return labelling.class_labels(self.dataset, self.plan)

    def _need_classes(self, what: str) -> None:
        if not self.plan.classes:
            raise RunError(
                f"{what} needs a target with classes. {self.plan.target!r} is a number.",
                hint="Use predict().",
            )

    def _table(self, X: Any) -> Any:
        """X as something with column names: a frame as it is, anything else opened."""
        import pandas as pd

        if isinstance(X, pd.DataFrame):
            return X
        from jupyter_automl.data import open_table

        return open_table(X).table

    def features_of(self, X: Any) -> pd.DataFrame:
        """The columns of `feature_names_in_` of any table, as the models want them.

        Raises
        ------
        PredictionError
            If a column is missing or does not fit.
        """
        from jupyter_automl.data import to_frame

        return to_frame(X, self.dataset.select(self.plan.features))

    def _predict_array(self, X: Any) -> tuple[np.ndarray, pd.Index]:
        import numpy as np
        import pandas as pd

        frame = self.features_of(X)
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(frame))
        if len(frame) == 0:
            return np.empty((0, n) if (n := len(self.plan.classes)) else 0), index
        return self.predictor.predict(frame), index
