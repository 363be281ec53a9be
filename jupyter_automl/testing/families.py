"""Does a family of models keep its promises? For built-ins and plug-ins alike."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.protocols import Encoding, Estimator, Family
from jupyter_automl.core.space import Choice, Integer, Real
from jupyter_automl.core.task import TASKS, TaskKind

if TYPE_CHECKING:
    import pandas as pd

_N_ROWS = 160
_N_CLASSES: Mapping[TaskKind, int] = {"binary": 2, "multiclass": 4, "regression": 0}
_METRIC: Mapping[TaskKind, str] = {
    "binary": "roc_auc",
    "multiclass": "log_loss",
    "regression": "rmse",
}
_KINDS = ("lightgbm", "xgboost", "catboost", "sklearn_tree", "linear", "other")


def check_family(family: Family) -> None:
    """Run every check; an `AssertionError` says which promise is broken.

    Parameters
    ----------
    family : Family
        Any implementation of `core.protocols.Family`.
    """
    check_family_words(family)
    for task in family.tasks:
        if task in TASKS:
            check_plans(family, task)
            check_fit_and_predict(family, task)
            check_repeats(family, task)
            check_pickles(family, task)
            check_weights(family, task)
            check_without_validation(family, task)
            check_constant_target(family, task)
            check_rounds(family, task)
            check_left_out(family, task)
            if task == "multiclass":
                check_lost_class(family)


def check_family_words(family: Family) -> None:
    """It has a name, a label, a sentence, an encoding and tasks."""
    assert family.name.isidentifier(), f"The name {family.name!r} is not an identifier."
    assert family.label.strip(), f"{family.name} has no label."
    assert family.explanation.strip().endswith("."), f"{family.name} has no sentence."
    assert family.encoding in ("native", "ordinal", "scaled"), f"{family.name}: encoding."
    assert family.tasks, f"{family.name} has no task."
    most = family.max_rows()
    assert most is None or most > 0, f"{family.name} plans for {most} rows."


def check_plans(family: Family, task: TaskKind) -> None:
    """Good starts come first, fit into JSON; the space is sound; the cost grows."""
    for n_rows in (100, 100_000):
        starts = family.warm_starts(task, n_rows, 10)
        assert starts, f"{family.name} has no warm start for {task}."
        labels = [label for label, _ in starts]
        assert len(set(labels)) == len(labels), f"{family.name} repeats a label: {labels}."
        for label, params in starts:
            assert json.loads(json.dumps(params)) == dict(params), f"{family.name} {label}: JSON."
        for name, dimension in family.space(task, n_rows, 10).items():
            if isinstance(dimension, Choice):
                assert dimension.values, f"{family.name} {name} has no values."
            else:
                assert isinstance(dimension, (Real, Integer)), f"{family.name} {name}: type."
                assert dimension.low < dimension.high, f"{family.name} {name} is empty."
                assert dimension.low > 0 or not dimension.log, f"{family.name} {name}: log."
    small, large = family.cost(1_000, 10), family.cost(100_000, 10)
    assert 0 < small <= large < math.inf, f"{family.name} costs {small} s, then {large} s."


def check_fit_and_predict(family: Family, task: TaskKind) -> None:
    """Every warm start learns: right shape, right sums, better than knowing nothing."""
    X, y = example(family.encoding, task)
    for label, params in family.warm_starts(task, _N_ROWS, 4):
        estimator = fitted(family, task, X, y, params)
        prediction = estimator.predict(rows(X, slice(120, None)))
        _check_shape(family, task, prediction, 40)
        json.dumps(dict(estimator.info))
        assert getattr(estimator, "kind", "other") in _KINDS, f"{family.name} {label}: kind."
        one = estimator.predict(rows(X, slice(120, 121)))
        assert np.allclose(one, prediction[:1], atol=1e-5), f"{family.name}: a row alone differs."


def check_repeats(family: Family, task: TaskKind) -> None:
    """The same random state gives the same predictions."""
    X, y = example(family.encoding, task)
    label, params = family.warm_starts(task, _N_ROWS, 4)[0]
    first = fitted(family, task, X, y, params).predict(X)
    second = fitted(family, task, X, y, params).predict(X)
    assert np.array_equal(first, second), f"{family.name} {label} does not repeat."


def check_pickles(family: Family, task: TaskKind) -> None:
    """A fitted estimator goes through joblib's pickle and predicts the same."""
    import pickle

    X, y = example(family.encoding, task)
    estimator = fitted(family, task, X, y)
    again = pickle.loads(pickle.dumps(estimator))
    same = np.array_equal(again.predict(X), estimator.predict(X))
    assert same, f"{family.name} predicts differently after pickling."


def check_weights(family: Family, task: TaskKind) -> None:
    """Row weights are taken."""
    X, y = example(family.encoding, task)
    estimator = _built(family, task)
    estimator.fit(X, y, sample_weight=np.linspace(0.1, 2.0, len(y)))
    _check_shape(family, task, estimator.predict(X), len(y))


def check_without_validation(family: Family, task: TaskKind) -> None:
    """It fits without validation rows, and within hardly any time still gives a model."""
    X, y = example(family.encoding, task)
    estimator = _built(family, task)
    estimator.fit(X, y)
    _check_shape(family, task, estimator.predict(X), len(y))
    hurried = _built(family, task)
    hurried.fit(X, y, X_valid=X, y_valid=y, time_limit_seconds=0.01)
    _check_shape(family, task, hurried.predict(X), len(y))


def check_rounds(family: Family, task: TaskKind) -> None:
    """Where it keeps its rounds, it predicts at each of them, and at its own as it does."""
    X, y = example(family.encoding, task)
    held = slice(120, None)
    estimator = _built(family, task)
    if not hasattr(estimator, "keep_rounds"):
        return
    estimator.keep_rounds = True
    estimator.fit(rows(X, slice(0, 120)), y[:120], X_valid=rows(X, held), y_valid=y[held])
    if estimator.curve is None:
        return
    curve, kept = estimator.curve, int(estimator.info["best_iteration"])
    assert curve.rounds == sorted(set(curve.rounds)), f"{family.name}: rounds are not in order."
    assert np.isfinite(curve.losses).all(), f"{family.name}: losses."
    expected = estimator.predict(X)
    for n_rounds in {curve.rounds[0], kept, curve.rounds[-1]}:
        _check_shape(family, task, estimator.predict_at(X, n_rounds), len(y))
    same = np.allclose(estimator.predict_at(X, kept), expected, atol=1e-6)
    assert same, f"{family.name} predicts differently at the round that it keeps."
    estimator.forget_rounds()
    assert np.array_equal(estimator.predict(X), expected), f"{family.name}: rounds were needed."


def check_left_out(family: Family, task: TaskKind) -> None:
    """Where it leaves rows out, what it says of a row does not change with the row's target."""
    if not getattr(family, "leaves_rows_out", False):
        return
    X, y = example(family.encoding, task)
    others = y.copy()
    others[0] = y[y != y[0]][0]
    said = []
    for target in (y, y, others):
        estimator: Any = _built(family, task)
        estimator.leave_out = True
        estimator.fit(X, target)
        said.append(estimator.left_out())
        _check_shape(family, task, said[-1], len(y))
    assert np.array_equal(said[0], said[1]), f"{family.name} says something else of the same."
    assert np.allclose(said[0][0], said[2][0], atol=1e-9), f"{family.name} knew the row."
    assert not np.allclose(said[0], said[2], atol=1e-9), f"{family.name}: nobody knew the row."


def check_constant_target(family: Family, task: TaskKind) -> None:
    """A training fold of one class or one value gives a model all the same."""
    X, y = example(family.encoding, task)
    code = 1 if task != "regression" else 3.5
    estimator = _built(family, task)
    estimator.fit(X, np.full_like(y, code), X_valid=X, y_valid=y)
    prediction = estimator.predict(X)
    _check_shape(family, task, prediction, len(y))
    if task == "regression":
        assert np.allclose(prediction, 3.5, atol=1e-3), f"{family.name} misses a constant."
    else:
        likeliest = prediction.argmax(axis=1)
        assert (likeliest == 1).all(), f"{family.name} misses the only class."


def check_lost_class(family: Family) -> None:
    """A class that the training fold lacks has a column, and codes stay in place."""
    X, y = example(family.encoding, "multiclass")
    known = np.flatnonzero(y[:120] != 1)
    held = slice(120, None)
    estimator = _built(family, "multiclass")
    estimator.fit(rows(X, known), y[known], X_valid=rows(X, held), y_valid=y[held])
    prediction = estimator.predict(X)
    _check_shape(family, "multiclass", prediction, len(y))
    if family.name != "dummy":
        lost, last = prediction[:, 1].mean(), prediction[y == 3, 3].mean()
        assert lost < last, f"{family.name} moved the columns of the classes."


def example(encoding: Encoding, task: TaskKind) -> tuple[Any, np.ndarray]:
    """A small table in the family's encoding and a target that follows from it.

    Returns
    -------
    X : DataFrame or ndarray of shape (160, d)
        Native: two numbers (one with gaps), two categories (one level never seen, one
        column all missing), names that libraries dislike.
    y : ndarray of shape (160,)
    """
    rng = np.random.default_rng(7)
    numbers = rng.normal(size=(_N_ROWS, 2)).astype(np.float32)
    codes = rng.integers(0, 3, size=_N_ROWS)
    signal = numbers[:, 0] + 2.0 * (codes == 2) + 0.3 * rng.normal(size=_N_ROWS)
    if task == "regression":
        y = np.exp(0.5 * signal)
    else:
        edges = np.quantile(signal, np.linspace(0, 1, _N_CLASSES[task] + 1)[1:-1])
        y = np.digitize(signal, edges).astype(np.int64)
    if encoding == "native":
        return _native(numbers, codes), y
    if encoding == "ordinal":
        return np.column_stack([numbers, codes]).astype(np.float32), y
    return np.column_stack([numbers, np.eye(3)[codes]]).astype(np.float32), y


def _native(numbers: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    gaps = numbers[:, 1].copy()
    gaps[::9] = np.nan
    levels = np.array(["a", "b", "c"])
    return pd.DataFrame(
        {
            "plain": numbers[:, 0],
            'odd, "name"': gaps,
            "level[0] <b>": pd.Categorical(levels[codes], categories=["a", "b", "c", "d"]),
            "empty": pd.Categorical([None] * len(codes), categories=["x"]),
        }
    )


def rows(X: Any, which: slice | np.ndarray) -> Any:
    """Rows of a DataFrame or an ndarray."""
    return X[which] if isinstance(X, np.ndarray) else X.iloc[which]


def fitted(
    family: Family, task: TaskKind, X: Any, y: np.ndarray, params: Mapping[str, Any] | None = None
) -> Estimator:
    """An estimator fitted on the first 120 rows, stopped early on the rest."""
    estimator = _built(family, task, params)
    returned = estimator.fit(
        rows(X, slice(0, 120)), y[:120], X_valid=rows(X, slice(120, None)), y_valid=y[120:]
    )
    assert returned is estimator, f"{family.name}.fit gives something else than the estimator."
    return estimator


def _built(family: Family, task: TaskKind, params: Mapping[str, Any] | None = None) -> Estimator:
    if params is None:
        params = family.warm_starts(task, _N_ROWS, 4)[0][1]
    return family.build(
        params,
        task=task,
        n_classes=_N_CLASSES[task],
        metric=_METRIC[task],
        random_state=11,
        n_jobs=1,
    )


def _check_shape(family: Family, task: TaskKind, prediction: np.ndarray, n_rows: int) -> None:
    shape = (n_rows,) if task == "regression" else (n_rows, _N_CLASSES[task])
    assert prediction.shape == shape, f"{family.name}: {prediction.shape}, not {shape}."
    assert prediction.dtype == np.float64, f"{family.name}: {prediction.dtype}, not float64."
    assert np.isfinite(prediction).all(), f"{family.name} predicts numbers that are not finite."
    if task != "regression":
        assert (prediction >= 0).all(), f"{family.name} has negative probabilities."
        sums = np.allclose(prediction.sum(axis=1), 1.0, atol=1e-9)
        assert sums, f"{family.name}: probabilities do not sum to 1."
