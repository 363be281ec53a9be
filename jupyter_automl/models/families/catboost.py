"""CatBoost (optional): the best model without tuning, slower to fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.space import Choice, Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models import boosting
from jupyter_automl.models.catboost_gpu import fit_on_gpu
from jupyter_automl.models.codes import categorical_positions
from jupyter_automl.models.estimator import Growth, Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily

if TYPE_CHECKING:
    import catboost

_STOP_METRICS = {"roc_auc": ("AUC", "Logloss"), "average_precision": ("PRAUC", "Logloss")}
_LOSSES = {"squared": "RMSE", "absolute": "MAE", "poisson": "Poisson"}
_GREATER = ("AUC", "PRAUC", "Accuracy")
_FEW_ROWS = 64
"""For which a loop over the cells is quicker than making a frame."""


class CatBoostEstimator(TableEstimator):
    """`model` is a ``catboost.CatBoost`` cut to its best round."""

    kind = "catboost"
    takes_codes = True

    @classmethod
    def settled(
        cls, params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
    ) -> dict[str, Any]:
        """See `boosting.settled`."""
        return boosting.settled(params, infos, growth)

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        import catboost

        if self.classifies:
            self._present, train, valid = _seen_classes(train, valid)
        n_valid = 0 if valid is None else len(valid.y)
        metrics = self._metrics(n_valid)
        limit = None if deadline is None else deadline - self.clock()
        pool = self.pool(train.X, train.y, train.weight)
        held = None if valid is None else self.pool(valid.X, valid.y, valid.weight)
        if self.recipe.device != "cpu":
            settings = self._settings(metrics[-1:], held is not None, 1)
            self.model, facts = fit_on_gpu(settings, pool, held, limit, self.clock)
            self.info.update(facts, **boosting.fitted_on(self.recipe))
            return
        stopper = boosting.Stopper(boosting.min_patience(limit), deadline, self.clock)
        watched = boosting.stop_metric(self.recipe, n_valid)
        every = boosting.rounds_between_scores(n_valid, watched)
        model = catboost.CatBoost(self._settings(metrics, held is not None, every))
        model.fit(pool, eval_set=held, callbacks=[_Watch(stopper, metrics, every)])
        if self._symmetric and held is not None and self.keep_rounds:
            self._whole, self.curve = model.copy(), stopper.curve
        if self._symmetric and stopper.keep() < model.tree_count_:
            model.shrink(ntree_end=stopper.keep())
        self.info.update(stopper.info(), best_iteration=int(model.tree_count_))
        self.model = model

    def pool(
        self, X: Any, y: np.ndarray | None = None, weight: np.ndarray | None = None
    ) -> catboost.Pool:
        """What `model` predicts on, from a native frame."""
        import catboost

        categorical = categorical_positions(X)
        return catboost.Pool(
            _with_codes(X, categorical),
            label=y,
            weight=weight,
            cat_features=list(categorical),
            thread_count=self.recipe.n_jobs,
        )

    def _asked(self, X: Any) -> catboost.Pool:
        """The pool of a native frame, or of the same as codes."""
        import catboost

        if not isinstance(X, np.ndarray):
            return self.pool(X)
        n_numbers = X.shape[1] - len(self.model.get_cat_feature_indices())
        numbers, codes = X[:, :n_numbers], X[:, n_numbers:]
        codes = np.where(np.isnan(codes), -1, codes).astype(np.int32)
        if len(X) > _FEW_ROWS:
            return self.pool(_coded_frame(numbers, codes))
        texts = np.array([[b"%d" % code for code in row] for row in codes.tolist()], dtype=object)
        features = catboost.FeaturesData(
            num_feature_data=np.ascontiguousarray(numbers, np.float32) if numbers.size else None,
            cat_feature_data=texts if texts.size else None,
        )
        return catboost.Pool(features, thread_count=self.recipe.n_jobs)

    def _predict(self, X: Any) -> np.ndarray:
        return self._predicted(self.model, X)

    def _predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        return self._predicted(self._whole, X, ntree_end=n_rounds)

    def _predicted(self, model: catboost.CatBoost, X: Any, **part: int) -> np.ndarray:
        form = "Probability" if self.classifies else "RawFormulaVal"
        if not self.classifies and self.goal.loss == "poisson":
            form = "Exponent"
        raw: np.ndarray = np.asarray(
            model.predict(
                self._asked(X), prediction_type=form, thread_count=self.recipe.n_jobs, **part
            )
        )
        if self.classifies and len(self._present) < self.recipe.n_classes:
            raw = self._spread(self._present, raw)
        return raw

    def contributions(self, X: Any) -> np.ndarray:
        """Exact SHAP values on the fitting scale (log-odds, or the fitted target).

        Returns
        -------
        ndarray of shape (n, d + 1) or, for more than two classes, (n, k, d + 1)
            The last entry is the base value; a row's entries sum to the raw score.
            Classes that the training rows lack have zeros.
        """
        values = np.asarray(
            self.model.get_feature_importance(
                self.pool(X), type="ShapValues", thread_count=self.recipe.n_jobs
            )
        )
        if self.recipe.task != "multiclass":
            return values
        full = np.zeros((len(values), self.recipe.n_classes, values.shape[-1]))
        full[:, self._present] = values
        return full

    @property
    def _symmetric(self) -> bool:
        return bool(self.params.get("grow_policy", "SymmetricTree") == "SymmetricTree")

    def _metrics(self, n_valid: int) -> tuple[str, ...]:
        if not self.classifies:
            return (_LOSSES[self.goal.loss],)
        loss = "Logloss" if self.recipe.task == "binary" else "MultiClass"
        watched = boosting.stop_metric(self.recipe, n_valid)
        if watched == "accuracy":
            return ("Accuracy", loss)
        return _STOP_METRICS.get(watched, (loss,))

    def _settings(
        self, metrics: tuple[str, ...], early_stopping: bool, every: int
    ) -> dict[str, Any]:
        given = {key: value for key, value in self.params.items() if key != "n_rounds"}
        most = boosting.rounds_without_validation({"learning_rate": 0.05, **self.params})
        settings: dict[str, Any] = {
            "learning_rate": 0.05,
            "iterations": boosting.MAX_ROUNDS if early_stopping else most,
            "random_seed": self.recipe.random_state % (2**31),
            "thread_count": self.recipe.n_jobs,
            "allow_writing_files": False,
            "logging_level": "Silent",
            # Only symmetric trees can be cut afterwards, at the round of our own choice.
            "use_best_model": early_stopping and not self._symmetric,
            "metric_period": every,
            **given,
        }
        if not early_stopping and "n_rounds" in self.params:
            settings["iterations"] = most
        # The last metric is the loss itself, which CatBoost reports anyway.
        settings |= {"loss_function": metrics[-1], "eval_metric": metrics[0]}
        return settings


class _Watch:
    """Hands each round's losses to the stopper; CatBoost calls it."""

    def __init__(self, stopper: boosting.Stopper, metrics: tuple[str, ...], every: int) -> None:
        self.stopper = stopper
        self.metrics = metrics
        self.every = every

    def after_iteration(self, info: Any) -> bool:
        """True to go on."""
        held = (info.metrics or {}).get("validation")
        due = info.iteration == 1 or (info.iteration - 1) % self.every == 0
        if held is None or not due:
            return not self.stopper.done(None)
        last = [held[name][-1] for name in self.metrics]
        losses = [
            -value if name in _GREATER else value
            for name, value in zip(self.metrics, last, strict=True)
        ]
        return not self.stopper.done(losses)


def _seen_classes(train: Rows, valid: Rows | None) -> tuple[np.ndarray, Rows, Rows | None]:
    """Codes of the classes in training, and the rows with codes 0 .. of those alone.

    CatBoost writes to the terminal about classes that never occur.
    """
    present, codes = np.unique(train.y, return_inverse=True)
    train = Rows(X=train.X, y=codes, weight=train.weight)
    if valid is None:
        return present, train, None
    known = np.isin(valid.y, present)
    if not known.any():
        return present, train, None
    weight = None if valid.weight is None else valid.weight[known]
    held = Rows(X=valid.X[known], y=np.searchsorted(present, valid.y[known]), weight=weight)
    return present, train, held


def _with_codes(X: Any, categorical: Sequence[int]) -> Any:
    """Numbered columns; categories as whole numbers, as CatBoost wants them, missing -1."""
    import pandas as pd

    columns = {}
    for position in range(X.shape[1]):
        column = X.iloc[:, position]
        if position in categorical:
            columns[position] = column.cat.codes.to_numpy(dtype=np.int32)
        else:
            columns[position] = column.to_numpy()
    return pd.DataFrame(columns, copy=False)


def _coded_frame(numbers: np.ndarray, codes: np.ndarray) -> Any:
    """What `pool` makes the same of as of the native frame."""
    import pandas as pd

    frame = pd.DataFrame(numbers)
    for position, column in enumerate(codes.T, start=numbers.shape[1]):
        frame[position] = pd.Categorical.from_codes(column, categories=range(column.max() + 1))
    return frame


# pytabkit 1.7 default_params.py, Apache-2.0.
_TD_CLASS: Mapping[str, Any] = {
    "learning_rate": 0.08,
    "depth": 7,
    "l2_leaf_reg": 1e-5,
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "subsample": 0.9,
    "random_strength": 0.8,
    "one_hot_max_size": 15,
    "leaf_estimation_iterations": 1,
    "max_bin": 254,
    "iterations": 1000,
}
_TD_REGRESSION: Mapping[str, Any] = {
    "learning_rate": 0.09,
    "depth": 9,
    "l2_leaf_reg": 1e-5,
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "subsample": 0.9,
    "random_strength": 0.0,
    "one_hot_max_size": 20,
    "leaf_estimation_iterations": 20,
    "max_bin": 254,
    "iterations": 1000,
}


_QUICK: Mapping[str, Any] = {
    "learning_rate": 0.15,
    "depth": 6,
    "l2_leaf_reg": 1.0,
    "boosting_type": "Plain",
    "bootstrap_type": "Bernoulli",
    "subsample": 0.9,
    "one_hot_max_size": 15,
    "max_bin": 254,
    "iterations": 1000,
}
"""Half the time a round and half the rounds of the tuned defaults. Where each fold had 4 s: 1.7 %
less error than these on california_housing, 10 % on forest_cover, 2.7 % more on diamonds."""

_MANY_ROWS = 10_000


def _portfolio(
    depth: int, l2: float, rate: float, ctr: int, onehot: int, policy: str = "SymmetricTree"
) -> dict[str, Any]:
    return {
        "depth": depth,
        "l2_leaf_reg": l2,
        "learning_rate": rate,
        "max_ctr_complexity": ctr,
        "one_hot_max_size": onehot,
        "grow_policy": policy,
        "boosting_type": "Plain",
    }


# AutoGluon, portfolio zeroshot 2023, Apache-2.0, rounded to 4 digits.
_PUBLISHED: Mapping[str, Mapping[str, Any]] = {
    "c1": {"learning_rate": 0.05},
    "r177": _portfolio(6, 2.154, 0.06864, 4, 10),
    "r9": _portfolio(8, 2.8, 0.03138, 2, 3, "Depthwise"),
    "r137": _portfolio(4, 4.559, 0.0494, 3, 3),
    "r13": _portfolio(8, 3.327, 0.0173, 5, 10),
    "r50": _portfolio(4, 2.702, 0.07093, 1, 2, "Depthwise"),
}


_LARGE_ORDER = ("r177", "r137", "r50", "c1", "r9", "r13")
_LEAST_RATE = 0.08
_FAST = {"one_hot_max_size": 20, "max_ctr_complexity": 1}
"""Statistics of pairs of categories take most of the time on many rows: where each fold had 4 s,
the tuned defaults had 4.8 % less error without them on adult_census."""


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    tuned = _TD_REGRESSION if task == "regression" else _TD_CLASS
    first = [("TD", dict(tuned))]
    if task != "binary" and n_rows > _MANY_ROWS:
        first.insert(0, ("quick", dict(_QUICK)))
    if n_rows <= boosting.LARGE_ROWS:
        return (*first, *((label, dict(params)) for label, params in _PUBLISHED.items()))
    published = ((label, _for_many_rows(_PUBLISHED[label])) for label in _LARGE_ORDER)
    return (*((label, params | _FAST) for label, params in first), *published)


def _for_many_rows(params: Mapping[str, Any]) -> dict[str, Any]:
    """A published setting with its slow rate raised and without what takes long."""
    fast = boosting.fit_for_many_rows(params)
    rate = max(_LEAST_RATE, fast["learning_rate"])
    return {
        **fast,
        **_FAST,
        "learning_rate": rate,
        "boosting_type": "Plain",
        "leaf_estimation_iterations": 1,
    }


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """TabArena's space for CatBoost."""
    return {
        "learning_rate": Real(low=5e-3, high=0.1, log=True),
        "depth": Integer(low=4, high=8),
        "l2_leaf_reg": Real(low=1e-4, high=5.0, log=True),
        "rsm": Real(low=0.85, high=1.0),
        "leaf_estimation_iterations": Integer(low=1, high=20, log=True),
        "one_hot_max_size": Integer(low=8, high=100, log=True),
        "max_ctr_complexity": Integer(low=2, high=5),
        "grow_policy": Choice(values=("SymmetricTree", "Depthwise")),
    }


def _make(recipe: Recipe) -> CatBoostEstimator:
    return CatBoostEstimator(recipe)


FAMILY = TableFamily(
    name="catboost",
    label="CatBoost",
    encoding="native",
    interpretable=False,
    explanation="Boosted symmetric trees, made for categories; strong without tuning.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    gpu=True,
    # Measured on 2 cores, two threads: 1.1 s at 10,000, 10.9 s at 49,000 rows x 14.
    seconds=lambda n_rows, n_columns: 1.0 + 2.4e-5 * n_rows * n_columns,
)
