"""What people call families."""

from __future__ import annotations

import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.synonyms import SPELLINGS, families_called


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rf", {"random_forest"}),
        ("Random Forest", {"random_forest"}),
        ("ridge", {"linear"}),
        ("LogReg", {"linear"}),
        ("logistic_regression", {"linear"}),
        ("XGB", {"xgboost"}),
        (" lgbm ", {"lightgbm"}),
        ("neural net", {"mlp"}),
        ("k-nn", {"knn"}),
        ("SVC", {"svm"}),
        ("Linear", {"linear"}),
        ("forest", set()),
        ("", set()),
    ],
)
def test_one_word_for_one_family(text: str, names: set[str]) -> None:
    assert set(families_called(text)) == names


def test_a_word_for_several_means_those_that_are_installed() -> None:
    found = families_called("gbm")
    assert {"lightgbm", "xgboost"} <= set(found) <= set(FAMILIES.available())
    assert families_called("gradient boosting") == families_called("GBDT") == found


def test_a_name_means_itself_and_every_word_means_families_that_there_are() -> None:
    for name in FAMILIES.names():
        assert families_called(name) == (name,)
    assert {name for _, names in SPELLINGS for name in names} <= set(FAMILIES.names())
