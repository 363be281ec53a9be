"""AutoML as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from jupyter_automl.api.estimators import inputs, labels
from jupyter_automl.api.estimators.base import AutoMLEstimator, Target


class AutoMLClassifier(ClassifierMixin, AutoMLEstimator):
    """The best classifier that can be found within a time, as a scikit-learn estimator.

    Parameters
    ----------
    time_budget : float or str, default=60
        Wall-clock seconds of `fit`, or ``"90s"``, ``"5m"``, ``"1h"``. None leaves it to
        `max_trials`, else to the setting for runs.
    metric : str, optional
        A name of ``ja.metrics()``; None takes the default of the task. The positive one of
        two classes is the second of `classes_`, as everywhere in scikit-learn. For a metric
        of classes, such as ``"f1"``, the threshold of `predict` is chosen too.
    random_state : int, RandomState or None, default=0
        Seed of every random choice; None draws one.
    n_jobs : int, optional
        Worker processes; None or -1 is one a core.
    families : str or iterable of str, optional
        A subset of ``ja.families()``; None has them chosen for the data.
    max_trials : int, optional
        End after so many models. Then, and with a `time_budget` that is never reached, the
        same data and seed give the same model on the same machine.
    max_memory : int or str, optional
        Bytes, or ``"4GB"``, that training may take beside this process; None is its part of
        60 % of the machine or the container, a core's for each of `n_jobs`.
    executor : {"local", "inline"}, default="local"
        ``"local"`` trains in processes of its own that can be ended in time. ``"inline"``
        trains in this process, one model after the other: quicker on tiny data, but a fit
        that is under way is not cut short by the time budget.
    store : bool, default=False
        Whether the run stays in the history (``ja.runs()``). Else it is in a temporary
        folder, which goes when neither the estimator nor anybody else holds `run_`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted, of the type of y.
    n_features_in_ : int
        Columns of X in `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Their names; only there when all of them are text.
    leaderboard_ : DataFrame
        Of the run, best first; see `Run.leaderboard`.
    run_ : Run
        What was tried: explanations, events, other models.

    Notes
    -----
    X may be an array, or a frame (pandas, polars, pyarrow) with numbers, texts, dates,
    categories and missing cells. Pickles hold the model, so that they predict where there
    is no store. Not thread-safe while it fits.

    Examples
    --------
    >>> import jupyter_automl as ja
    >>> model = ja.AutoMLClassifier(time_budget="1m", metric="roc_auc")  # doctest: +SKIP
    >>> model.fit(X_train, y_train).score(X_test, y_test)  # doctest: +SKIP
    """

    classes_: np.ndarray
    _places: np.ndarray

    def _target(self, X: Any, y: Any, sample_weight: Any) -> Target:
        classes, codes = labels.classes_of(y, type(self).__name__)
        weights = inputs.row_weights(sample_weight, X, codes)
        kept = labels.learnable(classes, codes, weights)
        learned, codes = np.unique(codes[kept], return_inverse=True)
        known = labels.as_labels(classes[learned], codes)
        binary = len(learned) == 2
        return Target(
            column=labels.as_column(known, codes),
            kept=kept,
            weights=weights,
            task="binary" if binary else "multiclass",
            positive=known.values[1] if binary else None,
            classes=labels.Classes(every=classes, learned=learned, labels=known),
        )

    def _learned(self, target: Target) -> None:
        assert target.classes is not None
        self._places = target.classes.places(self._trained.classes)
        self.classes_ = target.classes.every

    def predict(self, X: Any) -> np.ndarray:
        """The class of each row: the likeliest one, or as decided for a metric of classes.

        Returns
        -------
        ndarray of shape (n_rows,)
            Of the type of `classes_`.
        """
        probabilities = self._predict_array(X)
        return self.classes_[self._places[self._trained.choose(probabilities)]]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class.

        Returns
        -------
        ndarray of shape (n_rows, n_classes)
            Columns in the order of `classes_`; rows sum to 1.
        """
        probabilities = self._predict_array(X)
        # Classes that could not be learned keep 0.
        spread = np.zeros((len(probabilities), len(self.classes_)))
        spread[:, self._places] = probabilities
        return spread
