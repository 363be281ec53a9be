"""What a row of a leaderboard is, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import labelling
from jupyter_automl.core.dataset import ColumnSchema, Dataset
from jupyter_automl.core.errors import RunError
from jupyter_automl.core.leaderboard import ENSEMBLE, LeaderboardRow
from jupyter_automl.core.plan import Plan
from jupyter_automl.core.trial import STACKED_ON, TrialResult, TrialSpec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from jupyter_automl.api.run import Run
    from jupyter_automl.evaluate import Bag, Blend


class ModelFacts:
    """Name, score, members, columns and classes of a model; see `Model`."""

    refitted: bool = False
    """Whether it has one model a member, fitted on all rows, and not one a fold."""

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
        self.specs: Mapping[int, TrialSpec] = state.specs
        self._results: Mapping[int, TrialResult] = state.results

    def __repr__(self) -> str:
        form = ", refitted" if self.refitted else ""
        score = f"{self.plan.metric} {self.score:.4g}"
        return f"<Model {self.name!r} of run {self.run.id!r}{form}: {score}>"

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
        """Mean over the held-out folds, in the metric's own direction.

        A refitted model has seen all rows: for it this is an estimate, from the models of
        the folds.
        """
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
    def held_out_files(self) -> Sequence[tuple[str, float]]:
        """``(path, weight)`` of the out-of-fold predictions of each trial behind it."""
        return [(result.predictions, weight) for result, weight in self._members]

    @property
    def results(self) -> tuple[TrialResult, ...]:
        """The trials behind it."""
        return tuple(result for result, _ in self._members)

    @property
    def behind(self) -> tuple[TrialResult, ...]:
        """The trials behind it and those that they are stacked on, each once."""
        numbers = dict.fromkeys(self.trials)
        for number in self.trials:
            numbers |= dict.fromkeys(self.specs[number].params.get(STACKED_ON, ()))
        return tuple(self._results[number] for number in numbers)

    @property
    def model_files(self) -> Sequence[tuple[str, float]]:
        """``(path, weight)`` of the bag of each trial behind it."""
        if self.refitted:
            from jupyter_automl.api.refitting import refit_file

            return [(str(refit_file(self, result)), weight) for result, weight in self._members]
        return [(result.model, weight) for result, weight in self._members]

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
                "params": dict(self.specs[result.number].params),
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
        from jupyter_automl.evaluate import load_predictor

        return load_predictor(self.model_files, blends=self.family == ENSEMBLE)

    @cached_property
    def _columns(self) -> tuple[ColumnSchema, ...]:
        """What `predict` needs, as it was in the training table."""
        return self.dataset.select(self.plan.features)

    @cached_property
    def _labels(self) -> pd.Series:
        return labelling.class_labels(self.dataset, self.plan)

    def _need_classes(self, what: str) -> None:
        if not self.plan.classes:
            raise RunError(
                f"{what} needs a target with classes. {self.plan.target!r} is a number.",
                hint="Use predict().",
            )
