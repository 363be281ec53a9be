"""A finished model of a run: predict, evaluate, explain."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_automl.api import deciding, scoring
from jupyter_automl.api.facts import ModelFacts
from jupyter_automl.core.errors import RunError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from plotly.graph_objects import Figure

    from jupyter_automl.api.plotting import Plot
    from jupyter_automl.decide import Decisions
    from jupyter_automl.evaluate.assess import Evaluation
    from jupyter_automl.explain import Explanation


class Model(ModelFacts):
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

    @cached_property
    def decisions(self) -> Decisions:
        """Calibration, threshold and intervals, with reasons; see `decide`.

        They are made from the held-out predictions when they are first needed, which takes
        milliseconds, and kept with the run.
        """
        return deciding.decisions_of(self)

    @property
    def threshold(self) -> float | None:
        """`predict` gives the positive class, ``classes_[1]``, where its probability is above.

        None unless there are two classes.
        """
        return None if self.decisions.cut is None else self.decisions.cut.threshold

    def decide(
        self, *, metric: str | None = None, costs: Any = None, calibrate: bool | None = None
    ) -> Model:
        """The same model with decisions for another metric, or for what errors cost.

        Parameters
        ----------
        metric : str, optional
            A metric of the task, e.g. ``"f1"``: of two classes, the threshold is searched
            that is best for it; of more, rare classes may count more.
        costs : mapping, table or array of shape (n_classes, n_classes), optional
            ``{"false_positive": 1, "false_negative": 5}`` for two classes; else what it
            costs to predict a class (column) when another one is true (row), labelled or
            in the order of `classes_`. What costs least is predicted, and probabilities
            are calibrated where that helps.
        calibrate : bool, optional
            Whether probabilities are calibrated; None does so for log loss and Brier score.

        Returns
        -------
        Model
            It predicts and evaluates as decided; this one stays as it is.

        Raises
        ------
        RunError
            If the target is a number, or there are too few rows to calibrate on.
        UnknownNameError, ArgumentError
            If the metric or the costs do not fit.
        """
        self._need_classes("decide")
        decided = deciding.decided(self, metric=metric, costs=costs, calibrate=calibrate)
        other = copy.copy(self)
        other.__dict__["decisions"] = decided
        other.__dict__.pop("_refit", None)
        return other

    def predict(self, X: Any, *, threshold: float | None = None) -> pd.Series:
        """The class, as decided, or the value, of each row.

        Parameters
        ----------
        X : table or path
            Anything that `fit` takes; extra columns are ignored. Each cell is read by itself,
            as the type that its column had in training and as numbers and dates were written
            there. A category may be new; a cell that cannot be read counts as missing.
        threshold : float, optional
            Of two classes: predict the positive one, ``classes_[1]``, where its probability
            is above this, in [0, 1]; None takes `threshold` of the model.

        Returns
        -------
        Series of shape (n_rows,)
            With X's index (0 .. n-1 where it has none), named as the target, with the
            target's own labels and type.

        Raises
        ------
        PredictionError
            If a column is missing, or has values of which none can be read as its type, such
            as words where numbers were.
        ArgumentError
            If there are not two classes for the threshold, or it is outside.
        """
        import pandas as pd

        threshold = deciding.checked_threshold(self, threshold)
        values, index = self._predict_array(X)
        if self.plan.classes:
            codes = self._codes(self._decided(values), threshold)
            labels = self._labels.array.take(codes)
            return pd.Series(labels, index=index, name=self.plan.target, copy=False)
        return pd.Series(values, index=index, name=self.plan.target)

    def predict_proba(self, X: Any) -> pd.DataFrame:
        """The probability of each class, calibrated where that was decided.

        Returns
        -------
        DataFrame of shape (n_rows, n_classes)
            With X's index; columns are the classes; rows sum to 1.

        Raises
        ------
        RunError
            If the target is a number.
        PredictionError
            As `predict`.
        """
        import pandas as pd

        self._need_classes("predict_proba")
        values, index = self._predict_array(X)
        return pd.DataFrame(self._decided(values), index=index, columns=list(self._labels))

    def predict_interval(self, X: Any, coverage: float = 0.9) -> pd.DataFrame:
        """Where the value of each row lies, with a probability of `coverage`.

        Parameters
        ----------
        X : table or path
            As `predict` takes it.
        coverage : float
            In (0, 1): the share of rows, of the same kind as the training rows, whose
            value lies inside.

        Returns
        -------
        DataFrame of shape (n_rows, 2)
            ``lower`` and ``upper``, with X's index; the prediction lies between them.

        Raises
        ------
        RunError
            If the target has classes.
        ArgumentError
            If `coverage` is outside, or there are too few held-out rows for it.
        PredictionError
            As `predict`.

        Notes
        -----
        The ends come from the errors on held-out rows (see `decisions`), after Barber et
        al. (2021), "Predictive inference with the jackknife+".
        """
        import pandas as pd

        if self.plan.classes:
            raise RunError(
                f"predict_interval needs a target that is a number. {self.plan.target!r} has "
                "classes.",
                hint="Use predict_proba().",
            )
        values, index = self._predict_array(X)
        lower, upper = deciding.interval_ends(self, values, coverage)
        return pd.DataFrame({"lower": lower, "upper": upper}, index=index)

    def evaluate(self, X: Any, *, threshold: float | None = None) -> pd.Series:
        """How good it is on rows whose target is known.

        Parameters
        ----------
        X : table or path
            With the target's column, read as in training: rows without a target are left out,
            also those whose number is infinite or cannot be read. Where X has the run's weight
            column, rows count by it; otherwise they count the same.
        threshold : float, optional
            As for `predict`.

        Returns
        -------
        Series
            One value a metric of the task, by name, the run's metric first; each in its
            own direction. They judge what `predict` and `predict_proba` give. Where that is
            not simply the likelier class, each metric of classes follows once more for the
            likelier class, as ``"f1 at 0.5"`` (``"f1_macro of the likeliest class"`` where
            there are more than two).

        Raises
        ------
        PredictionError
            If the target's column is missing, holds nothing, or a class never seen; else as
            `predict`.
        ArgumentError
            As `predict`, and if a weight is missing, negative or no number, or all are 0.
        """
        threshold = deciding.checked_threshold(self, threshold)
        return scoring.evaluate(self, X, threshold)

    def held_out_scores(self) -> pd.Series:
        """Every metric of the task on the rows that each fold's model never saw.

        Returns
        -------
        Series
            As `evaluate` gives it, each fold by a threshold and a calibration found on the
            others, and rows counted by the run's weight column where it has one. It is computed
            over all rows at once, so it may differ a little from `score`, a mean over folds that
            knows of neither threshold nor calibration.
        """
        return scoring.held_out(self)

    def evaluation(
        self,
        X: Any = None,
        *,
        threshold: float | None = None,
        costs: Any = None,
        by: str | None = None,
        honest: bool = False,
    ) -> Evaluation:
        """How good it is: scores with intervals, parts with large errors, groups compared.

        Parameters
        ----------
        X : table or path, optional
            Rows with the target, as `evaluate` takes them. None takes the rows of the training
            table, each judged by models that had not seen it, with decisions found on others.
        threshold, costs
            As for `predict` and `decide`: judge what follows from them.
        by : str, optional
            A column whose groups are compared.
        honest : bool
            Also what the choice of this model among many is worth on other rows; seconds.

        Returns
        -------
        Evaluation
            ``findings`` in sentences, ``scores``, ``segments``, ``fairness``, and
            ``picture(name)`` of each of ``pictures``.

        Raises
        ------
        ArgumentError, PredictionError, NoModelError
            As `evaluate`; and if a column is not there, or the run's files are gone.
        """
        from jupyter_automl.api.evaluation import evaluation

        return evaluation(self, X, threshold=threshold, costs=costs, by=by, honest=honest)

    @property
    def plot(self) -> Plot:
        """Every picture of it by name: ``plot.roc()``, ``plot.waterfall(12)``; see `Plot`."""
        from jupyter_automl.api.plotting import Plot

        return Plot(lambda: self)

    def picture(self, name: str, *, X: Any = None, **options: Any) -> Figure:
        """One picture of how good it is.

        Parameters
        ----------
        name : str
            E.g. ``"confusion"``, ``"roc"``, ``"calibration"``, ``"residuals"``.
        X : table or path, optional
            As for `evaluation`.
        **options
            As the picture takes them: ``label``, ``threshold``, ``costs``, ``by``, and
            ``others``, up to two further models to lay over it ...

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        UnknownNameError, UnknownArgumentError
            If there is no such picture, or it has no such option.
        ArgumentError
            If the rows, or an option's value, do not allow it.
        """
        from jupyter_automl.api.evaluation import picture
        from jupyter_automl.api.pictures import figure_of

        return figure_of(picture(self, name, X=X, **options))

    def refit(
        self,
        *,
        time_limit_seconds: float | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        executor: str = "local",
    ) -> Model:
        """The same with one model a member, fitted on all rows, instead of one a fold.

        It takes a fraction of the disk and of the time to predict, and it has seen every
        row: also those that a hold-out kept back, and the latest ones where the run was
        validated over time. It is kept with the run, so a second call, here or in another
        process, trains nothing.

        Parameters
        ----------
        time_limit_seconds : float, optional
            After which it is given up; members that are done by then are kept.
        on_progress : callable, optional
            ``on_progress(n_done, n_models)``, in the thread that called.
        executor : {"local", "inline"}
            ``"inline"`` trains in this process, for debugging; it cannot be interrupted.

        Returns
        -------
        Model
            Its threshold, calibration and intervals are those of the folds' models, made
            from held-out predictions. Itself it has none, and no held-out score: `score`
            and `held_out_scores` are estimates for it.

        Raises
        ------
        RunError
            If a member cannot be fitted, or the time is over.
        NoModelError
            If the run's files are gone.

        Notes
        -----
        Boosters and neural networks get the mean number of rounds that was best in the
        folds, more in proportion to the rows, and are not stopped early (as AutoGluon's
        ``refit_full``); anything else is fitted as it was.
        """
        if self.refitted:
            return self
        from jupyter_automl.api.refitting import refitted

        if "_refit" not in self.__dict__:
            self.__dict__["_refit"] = refitted(
                self,
                time_limit_seconds=time_limit_seconds,
                on_progress=on_progress,
                executor=executor,
            )
        found: Model = self.__dict__["_refit"]
        return found

    @property
    def has_refit(self) -> bool:
        """Whether `refit` has been done, here or elsewhere, and costs nothing any more."""
        from jupyter_automl.api.refitting import refit_file

        return all(refit_file(self, result).is_file() for result in self.behind)

    def footprint(self) -> pd.DataFrame:
        """What it costs to use, measured now, in this process.

        Returns
        -------
        DataFrame
            A row ``"one model a fold"`` and, once there is a `refit`, a row ``"one model a
            member"``; columns ``n_models``; ``row_ms``, milliseconds of `predict` on a
            DataFrame of one row (median of up to 100); ``thousand_rows_ms``, the same of
            1,000 rows; ``size_mb``, megabytes on disk (1 MB is a million bytes).
        """
        from jupyter_automl.api.footprint import footprint

        return footprint(self)

    def features(self) -> pd.DataFrame:
        """What the models behind it get: the columns as they are, and what was made of them.

        Returns
        -------
        DataFrame
            One row a feature, by the order of the columns: ``feature``, its name;
            ``made_from``, a tuple of columns; ``how`` in words, ``"as it is"`` for a column
            that is used unchanged; ``share``, in (0, 1], of the fitted models that get it, by
            their weights. A category counts as one feature, whatever number of columns a
            model makes of it.

        Raises
        ------
        RunError
            If the run's files are gone.
        """
        from jupyter_automl.api.built import feature_table

        return feature_table(self)

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

    def features_of(self, X: Any) -> pd.DataFrame:
        """The columns of `feature_names_in_` of any table, as the models want them.

        Raises
        ------
        PredictionError
            As `predict`.
        """
        from jupyter_automl.data import to_frame

        return to_frame(X, self._columns)

    def _predict_array(self, X: Any) -> tuple[np.ndarray, pd.Index]:
        import numpy as np
        import pandas as pd

        from jupyter_automl.features.columns import read_rows

        rows = read_rows(X, self._columns)
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(rows))
        if len(rows) == 0:
            return np.empty((0, n) if (n := len(self.plan.classes)) else 0), index
        return self.predictor.predict(rows), index

    def _decided(self, values: np.ndarray) -> np.ndarray:
        from jupyter_automl.decide import probabilities_of

        return probabilities_of(self.decisions, values)

    def _codes(self, probabilities: np.ndarray, threshold: float | None = None) -> np.ndarray:
        from jupyter_automl.decide import codes_of

        return codes_of(self.decisions, probabilities, threshold)
