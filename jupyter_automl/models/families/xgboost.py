"""XGBoost (hist) with native categories, early stopping on the metric and a deadline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.errors import TrialError
from jupyter_automl.core.space import Choice, Integer, Real, Space
from jupyter_automl.core.task import TaskKind
from jupyter_automl.models import boosting, few_rows
from jupyter_automl.models.codes import as_codes, categorical_positions
from jupyter_automl.models.estimator import Growth, Recipe, Rows, TableEstimator
from jupyter_automl.models.family import Starts, TableFamily

if TYPE_CHECKING:
    import xgboost as xgb

_STOP_METRICS = {"roc_auc": ("auc", "logloss"), "average_precision": ("aucpr", "logloss")}
_GREATER = ("auc", "aucpr")
_OBJECTIVES = {
    "squared": ("reg:squarederror", "rmse"),
    "absolute": ("reg:absoluteerror", "mae"),
    "poisson": ("count:poisson", "poisson-nloglik"),
}


class XGBoostEstimator(TableEstimator):
    """One booster; `model` is a ``xgboost.Booster`` cut to its best round."""

    kind = "xgboost"
    takes_codes = True

    @classmethod
    def settled(
        cls, params: Mapping[str, Any], infos: Sequence[Mapping[str, Any]], growth: Growth
    ) -> dict[str, Any]:
        """See `boosting.settled`."""
        return boosting.settled(params, infos, growth)

    def _fit(self, train: Rows, valid: Rows | None, deadline: float | None) -> None:
        import xgboost as xgb

        started = self.clock()
        n_valid = 0 if valid is None else len(valid.y)
        metrics = self._metrics(n_valid)
        self._types = _types(train.X)
        data = self._quantiles(train, None)
        held = None if valid is None else self._quantiles(valid, data)
        booster = xgb.Booster(
            params=self._settings(metrics), cache=[data] if held is None else [data, held]
        )
        rounds = 0

        def update() -> bool:
            nonlocal rounds
            booster.update(data, rounds)
            if rounds == 0 and self.recipe.device != "cpu":
                _check_device(booster)
            rounds += 1
            return False

        limit = None if deadline is None else deadline - started
        stopper = boosting.Stopper(boosting.min_patience(limit), deadline, self.clock)
        boosting.grow(
            stopper,
            update,
            None if held is None else lambda: _losses(booster.eval(held, "v"), metrics),
            max_rounds=self._most_rounds(held is not None),
            every=boosting.rounds_between_scores(
                n_valid, boosting.stop_metric(self.recipe, n_valid)
            ),
        )
        self.info.update(stopper.info(), **boosting.fitted_on(self.recipe))
        self.model = self._cut(booster, stopper.keep())
        if held is not None and self.keep_rounds:
            self._whole, self.curve = self._cut(booster, stopper.n_rounds), stopper.curve

    def _cut(self, booster: xgb.Booster, n_rounds: int) -> xgb.Booster:
        cut = booster[:n_rounds]
        # What is stored must not look for a GPU where it predicts.
        cut.set_param({"nthread": self.recipe.n_jobs, "device": "cpu"})
        return cut

    def _most_rounds(self, early_stopping: bool) -> int:
        if early_stopping:
            return boosting.MAX_ROUNDS
        return boosting.rounds_without_validation(self.params)

    def matrix(self, X: Any) -> xgb.DMatrix:
        """What `model` predicts on, from a native frame."""
        import xgboost as xgb

        return xgb.DMatrix(
            as_codes(X),
            feature_types=self._types,
            enable_categorical=True,
            nthread=self.recipe.n_jobs,
        )

    def _predict(self, X: Any) -> np.ndarray:
        # No DMatrix: to make one takes longer than to predict a row.
        codes = as_codes(X)
        few = few_rows.of_xgboost(self.model, codes) if len(codes) <= few_rows.MOST_ROWS else None
        if few is not None:
            return few
        raw: np.ndarray = self.model.inplace_predict(codes, validate_features=False)
        return raw

    def _predict_at(self, X: Any, n_rounds: int) -> np.ndarray:
        raw: np.ndarray = self._whole.predict(self.matrix(X), iteration_range=(0, n_rounds))
        return raw

    def contributions(self, X: Any) -> np.ndarray:
        """Exact SHAP values on the fitting scale (log-odds, or the fitted target).

        Returns
        -------
        ndarray of shape (n, d + 1) or, for more than two classes, (n, k, d + 1)
            The last entry is the base value; a row's entries sum to the raw score.
        """
        return np.asarray(self.model.predict(self.matrix(X), pred_contribs=True), dtype=np.float64)

    def _quantiles(self, rows: Rows, reference: Any) -> xgb.QuantileDMatrix:
        import xgboost as xgb

        return xgb.QuantileDMatrix(
            as_codes(rows.X),
            rows.y,
            weight=rows.weight,
            ref=reference,
            feature_types=self._types,
            enable_categorical=True,
            max_bin=int(self.params.get("max_bin", 256)),
            nthread=self.recipe.n_jobs,
        )

    def _metrics(self, n_valid: int) -> tuple[str, ...]:
        if not self.classifies:
            return (_OBJECTIVES[self.goal.loss][1],)
        binary = self.recipe.task == "binary"
        loss = "logloss" if binary else "mlogloss"
        watched = boosting.stop_metric(self.recipe, n_valid)
        if watched == "accuracy":
            return ("error" if binary else "merror", loss)
        return _STOP_METRICS.get(watched, (loss,))

    def _settings(self, metrics: tuple[str, ...]) -> dict[str, Any]:
        given = {key: value for key, value in self.params.items() if key != "n_rounds"}
        settings: dict[str, Any] = {
            "learning_rate": 0.1,
            "tree_method": "hist",
            "device": self.recipe.device,
            "seed": self.recipe.random_state % (2**31),
            "nthread": self.recipe.n_jobs,
            "verbosity": 0,
            "eval_metric": list(metrics),
            **given,
        }
        if not self.classifies:
            return settings | {"objective": _OBJECTIVES[self.goal.loss][0]}
        if self.recipe.task == "binary":
            return settings | {"objective": "binary:logistic"}
        return settings | {"objective": "multi:softprob", "num_class": self.recipe.n_classes}


def _check_device(booster: xgb.Booster) -> None:
    """XGBoost goes on on the CPU where it finds no GPU, and only warns of it."""
    used = json.loads(booster.save_config())["learner"]["generic_param"]["device"]
    if not used.startswith("cuda"):
        raise TrialError(
            f"XGBoost was to fit on the GPU and found none that it can use. It took {used!r}.",
            hint="See: jupyter automl doctor",
            family="xgboost",
        )


def _types(X: Any) -> list[str]:
    categorical = frozenset(categorical_positions(X))
    return ["c" if position in categorical else "q" for position in range(X.shape[1])]


def _losses(line: str, metrics: tuple[str, ...]) -> list[float]:
    """Losses from ``"[0]\\tv-auc:0.9\\tv-logloss:0.3"``, in that order."""
    values = [float(part.rpartition(":")[2]) for part in line.split("\t")[1:]]
    return [-v if name in _GREATER else v for name, v in zip(metrics, values, strict=True)]


def _portfolio(rate: float, depth: int, child: float, columns: float) -> dict[str, Any]:
    return {
        "learning_rate": rate,
        "max_depth": depth,
        "min_child_weight": child,
        "colsample_bytree": columns,
    }


# AutoGluon, portfolios zeroshot 2023 and tabfm, Apache-2.0, rounded to 4 digits.
_PUBLISHED: Mapping[str, Mapping[str, Any]] = {
    "r33": _portfolio(0.01806, 10, 0.6029, 0.6917),
    "r89": _portfolio(0.08776, 5, 0.6294, 0.6628),
    "r194": _portfolio(0.0929, 7, 0.8042, 0.9092),
    "r98": _portfolio(0.00716, 9, 0.8567, 0.5167),
    "r171": {
        "grow_policy": "lossguide",
        "learning_rate": 0.00682,
        "max_depth": 6,
        "max_leaves": 10,
        "min_child_weight": 0.0507,
        "reg_alpha": 4.245,
        "reg_lambda": 1.48,
        "subsample": 0.9656,
        "colsample_bylevel": 0.9214,
        "colsample_bynode": 0.6444,
    },
    "default": {"learning_rate": 0.1},
}
# pytabkit 1.7 default_params.py, Apache-2.0.
_TD_CLASS: Mapping[str, Any] = {
    "learning_rate": 0.08,
    "max_depth": 6,
    "min_child_weight": 5e-6,
    "reg_lambda": 0.0,
    "subsample": 0.65,
    "colsample_bylevel": 0.9,
}
_TD_REGRESSION: Mapping[str, Any] = {
    "learning_rate": 0.05,
    "max_depth": 9,
    "min_child_weight": 2.0,
    "reg_lambda": 0.0,
    "subsample": 0.7,
}
# Of few rows by what a second gained on seven tables: r89 is quick and at most 9 % behind the best
# of them on each, TD some 20 % on two.
_SMALL_ORDER = ("r89", "r33", "TD", "r194", "default", "r98", "r171")
_LARGE_ORDER = ("TD", "r33", "r89", "r194", "default", "r98", "r171")


def _published(label: str, task: TaskKind) -> Mapping[str, Any]:
    if label == "TD":
        return _TD_REGRESSION if task == "regression" else _TD_CLASS
    return _PUBLISHED[label]


def _starts(task: TaskKind, n_rows: int, n_columns: int) -> Starts:
    if n_rows <= boosting.LARGE_ROWS:
        return [(label, dict(_published(label, task))) for label in _SMALL_ORDER]
    return [(label, boosting.fit_for_many_rows(_published(label, task))) for label in _LARGE_ORDER]


def _space(task: TaskKind, n_rows: int, n_columns: int) -> Space:
    """TabArena's space for XGBoost; slow rates are left out where rows are many."""
    return {
        "learning_rate": Real(low=boosting.slowest_rate(n_rows), high=0.1, log=True),
        "max_depth": Integer(low=4, high=10, log=True),
        "min_child_weight": Real(low=1e-3, high=5.0, log=True),
        "subsample": Real(low=0.6, high=1.0),
        "colsample_bylevel": Real(low=0.6, high=1.0),
        "colsample_bynode": Real(low=0.6, high=1.0),
        "reg_alpha": Real(low=1e-4, high=5.0, log=True),
        "reg_lambda": Real(low=1e-4, high=5.0, log=True),
        "grow_policy": Choice(values=("depthwise", "lossguide")),
        "max_leaves": Integer(low=8, high=1024, log=True),
        "max_cat_to_onehot": Integer(low=8, high=100, log=True),
    }


def _make(recipe: Recipe) -> XGBoostEstimator:
    return XGBoostEstimator(recipe)


FAMILY = TableFamily(
    name="xgboost",
    label="XGBoost",
    encoding="native",
    interpretable=False,
    explanation="Boosted decision trees, regularised; a strong second opinion to LightGBM.",
    make=_make,
    starts=_starts,
    dimensions=_space,
    gpu=True,
    # Measured on 2 cores, two threads: .2 s at 10,000, 1.2 s at 49,000 rows x 14; one is 1.6x.
    seconds=lambda n_rows, n_columns: 0.2 + 2.8e-6 * n_rows * n_columns,
)
