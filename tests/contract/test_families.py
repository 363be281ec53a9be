"""Every family that is installed keeps the promises of the suite that ships."""

from __future__ import annotations

import pytest

from jupyter_automl.core.errors import UnknownNameError
from jupyter_automl.models import FAMILIES
from jupyter_automl.testing import families as suite

AVAILABLE = FAMILIES.available()
CAN_DO = [(name, task) for name in AVAILABLE for task in FAMILIES.get(name).tasks]
CHECKS = (
    suite.check_plans,
    suite.check_fit_and_predict,
    suite.check_repeats,
    suite.check_pickles,
    suite.check_weights,
    suite.check_without_validation,
    suite.check_constant_target,
    suite.check_rounds,
    suite.check_left_out,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("name", "task"), CAN_DO)
def test_family_keeps_its_promise(name, check, task):
    check(FAMILIES.get(name), task)


@pytest.mark.parametrize("name", AVAILABLE)
def test_family_describes_itself_under_its_registered_name(name):
    family = FAMILIES.get(name)
    suite.check_family_words(family)
    assert family.name == name


@pytest.mark.parametrize("name", AVAILABLE)
def test_family_keeps_a_column_for_a_class_that_training_lacks(name):
    suite.check_lost_class(FAMILIES.get(name))


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost", "mlp"])
def test_what_stops_early_keeps_its_rounds_when_asked(name):
    if name not in AVAILABLE:
        pytest.skip("not installed")
    family = FAMILIES.get(name)
    X, y = suite.example(family.encoding, "binary")
    curves = []
    for keep in (False, True):
        estimator = family.build(
            {}, task="binary", n_classes=2, metric="roc_auc", random_state=0, n_jobs=1
        )
        estimator.keep_rounds = keep
        estimator.fit(
            suite.rows(X, slice(0, 120)),
            y[:120],
            X_valid=suite.rows(X, slice(120, None)),
            y_valid=y[120:],
        )
        curves.append(estimator.curve)
    assert curves[0] is None
    assert len(curves[1].rounds) > 1


def test_the_whole_suite_runs_as_one_call():
    suite.check_family(FAMILIES.get("dummy"))


def test_every_name_of_the_contract_is_there():
    promised = {
        *("dummy", "linear", "lightgbm", "xgboost", "catboost", "random_forest", "extra_trees"),
        *("decision_tree", "hist_gradient_boosting", "adaboost", "knn", "svm", "naive_bayes"),
        *("mlp", "ebm", "stacked_lightgbm"),
    }
    assert promised <= set(FAMILIES.names())


def test_a_typing_error_is_answered_with_a_proposal():
    with pytest.raises(UnknownNameError, match="Did you mean 'lightgbm'"):
        FAMILIES.get("lightgmb")


def test_an_absent_package_makes_a_family_unavailable_with_the_line_that_installs_it():
    entry = FAMILIES.entry("catboost")
    assert "pip install" in entry.install
    assert ("catboost" in AVAILABLE) == (entry.reason == "")
