"""scikit-learn's own suite for estimators, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import jupyter_automl as ja

QUICK = {"time_budget": None, "families": "linear", "max_trials": 1, "executor": "inline"}

FOLDS = (
    "Candidates are judged on folds of rows. The copies of a repeated row fall into different "
    "folds, a row with a weight into one, and the check's 9 weighted rows are fewer than the 10 "
    "that a run needs. Rows of weight 0 do equal rows left out: see test_estimators.py."
)

ARRAY_API = """
import sys
import jupyter_automl as ja
from sklearn.utils.estimator_checks import check_array_api_input
kind = getattr(ja, sys.argv[1])
quick = kind(time_budget=None, families="linear", max_trials=1, executor="inline")
check_array_api_input(sys.argv[1], quick, array_namespace="numpy", expect_only_array_outputs=False)
"""


def expected_to_fail(estimator: Any) -> Mapping[str, str]:
    """Checks that cannot pass, with the reason."""
    return {"check_sample_weight_equivalence_on_dense_data": FOLDS}


# Rounded to whole numbers, as for estimators of categories, some targets have a class of one row.
@pytest.mark.filterwarnings("ignore:Classes of a single row:UserWarning")
@parametrize_with_checks(
    [ja.AutoMLClassifier(**QUICK), ja.AutoMLRegressor(**QUICK)],
    expected_failed_checks=expected_to_fail,
)
def test_scikit_learns_check(estimator: Any, check: Callable[[Any], None]) -> None:
    if _name(check) == "check_array_api_input":
        _check_array_api(type(estimator).__name__)
    else:
        check(estimator)


def _name(check: Any) -> str:
    while isinstance(check, partial):
        check = check.func
    return check.__name__


def _check_array_api(estimator: str) -> None:
    """It wants a setting that SciPy reads when it is imported, else it skips itself."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ARRAY_API, estimator],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
