"""Seconds of exact SHAP values, ours and `shap.TreeExplainer`'s, on the same model and rows."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.tables import parser, show

COLUMNS, ROWS = 50, 20_000


def main() -> None:
    """In this process, all cores each; the ratio is TreeExplainer's seconds over ours."""
    arguments = parser(__doc__)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--trees", type=int, nargs="*", default=[100, 300])
    arguments.add_argument("--leaves", type=int, nargs="*", default=[31, 127])
    arguments.add_argument("--kinds", nargs="*", default=["lightgbm", "xgboost", "forest"])
    options = arguments.parse_args()
    from jupyter_automl.execute import usable_cores
    from jupyter_automl.explain.fast_trees import seconds_to_load

    threads = usable_cores()
    X, y = _table(options.rows)
    rows: list[dict[str, Any]] = []
    for kind in options.kinds:
        for leaves in options.leaves:
            for trees in options.trees:
                model, tables = _fitted(kind, X, y, trees, leaves, threads)
                rows.append(
                    {
                        "model": kind,
                        "trees": trees,
                        "leaves": leaves,
                        "load_s": round(seconds_to_load(), 1),
                        **_compared(kind, model, tables, X, threads),
                    }
                )
    show(rows, options.json)
    print()
    show([_first_part(X, y, trees, threads) for trees in options.trees])


def _table(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, COLUMNS)).astype(np.float32)
    X[rng.random(X.shape) < 0.02] = np.nan
    score = np.nan_to_num(X) @ rng.normal(size=COLUMNS) + 2 * np.nan_to_num(X[:, 0] * X[:, 1])
    return X, (score + rng.logistic(size=n) > 0).astype(np.int64)


def _fitted(
    kind: str, X: np.ndarray, y: np.ndarray, trees: int, leaves: int, threads: int
) -> tuple[Any, Callable[[], Any]]:
    """A fitted model, and what reads its trees."""
    from jupyter_automl.explain import tree_tables

    if kind == "lightgbm":
        import lightgbm as lgb

        given = {"objective": "binary", "num_leaves": leaves, "verbosity": -1}
        data = lgb.Dataset(X, y)
        booster = lgb.train({**given, "num_threads": threads}, data, num_boost_round=trees)
        return booster, lambda: tree_tables.of_lightgbm(booster)
    if kind == "xgboost":
        import xgboost as xgb

        settings = {
            "objective": "binary:logistic",
            "grow_policy": "lossguide",
            "max_leaves": leaves,
            "max_depth": 0,
            "nthread": threads,
        }
        grown = xgb.train(settings, xgb.DMatrix(X, y), num_boost_round=trees)
        return grown, lambda: tree_tables.of_xgboost(grown)
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        n_estimators=trees, max_leaf_nodes=leaves, n_jobs=threads, random_state=0
    ).fit(np.nan_to_num(X), y)
    flat = [tree.tree_ for tree in forest.estimators_]
    return forest, lambda: tree_tables.of_sklearn(flat, [1])


def _compared(
    kind: str, model: Any, tables: Callable[[], Any], X: np.ndarray, threads: int
) -> dict[str, Any]:
    from jupyter_automl.explain.fast_trees import FastTrees

    started = time.perf_counter()
    fast = FastTrees(tables())
    reading = time.perf_counter() - started
    ours, values = _timed(lambda: fast.values(X, threads))
    # shap's own loop for forests is too slow for all rows; it takes as long for each.
    n = len(X) if kind != "forest" else min(len(X), 500)
    cells = np.nan_to_num(X[:n]) if kind == "forest" else X[:n]
    if kind == "forest":
        ours, values = _timed(lambda: fast.values(np.nan_to_num(X), threads))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        explainer = shap.TreeExplainer(model)
        theirs, expected = _timed(lambda: explainer.shap_values(cells, check_additivity=False))
    theirs *= len(X) / n
    expected = expected[:, :, 1] if np.ndim(expected) == 3 else expected
    return {
        "read_s": round(reading, 2),
        "ours_s": round(ours, 2),
        "shap_s": round(theirs, 2),
        "ratio": round(theirs / ours, 1),
        "with_reading": round(theirs / (ours + reading), 1),
        "largest_difference": float(f"{np.abs(values[:n, :, 0] - expected).max():.1e}"),
    }


def _first_part(X: np.ndarray, y: np.ndarray, trees: int, threads: int) -> dict[str, Any]:
    """`explain_run` of a bag of one LightGBM: seconds to the first part and to the end."""
    from jupyter_automl.core.dataset import ColumnSchema
    from jupyter_automl.evaluate.models import Bag, FoldModel
    from jupyter_automl.explain import explain_run
    from jupyter_automl.features import Preprocessor
    from jupyter_automl.models import FAMILIES

    frame = pd.DataFrame(X.astype(np.float64), columns=[f"x{i}" for i in range(COLUMNS)])
    columns = [ColumnSchema(name=n, kind="numeric", dtype="double") for n in frame.columns]
    family = FAMILIES.get("lightgbm")
    preprocessor = Preprocessor(columns, encoding=family.encoding)
    estimator = family.build(
        {"n_rounds": trees, "num_leaves": 31},
        task="binary", n_classes=2, metric="log_loss", random_state=0, n_jobs=threads,
    )  # fmt: skip
    estimator.fit(preprocessor.fit_transform(frame, y), y)
    part = FoldModel(preprocessor=preprocessor, estimator=estimator, fallback=np.array([0.5, 0.5]))
    bag = Bag(family="lightgbm", task="binary", parts=(part,))
    first: list[float] = []
    started = time.perf_counter()
    explain_run(
        bag, frame, task="binary", classes=("no", "yes"), max_rows=len(frame), n_jobs=threads,
        on_part=lambda made, done: first.append(time.perf_counter() - started),
    )  # fmt: skip
    whole = time.perf_counter() - started
    return {
        "model": "explain_run, lightgbm",
        "trees": trees,
        "leaves": 31,
        "first_part_s": round(first[0], 2),
        "ours_s": round(whole, 2),
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


if __name__ == "__main__":
    main()
