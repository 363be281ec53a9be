from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.core.errors import ArgumentError, TargetError
from jupyter_automl.evaluate import choose_positive, encode_target
from jupyter_automl.evaluate.target import known_rows, match_label


@pytest.mark.parametrize(
    ("labels", "counts", "positive"),
    [
        (["no", "yes"], [1, 99], "yes"),
        ([0, 1], [1, 99], 1),
        ([True, False], [50, 50], True),
        (["Y", "N"], [5, 5], "Y"),
        (["none", "sick"], [5, 50], "sick"),
        ([1, 2], [90, 10], 2),
        ([2, 1], [10, 90], 2),
        ([-1, 1], [10, 90], 1),
        (["<=50K", ">50K"], [75, 25], ">50K"),
        (["ham", "spam"], [80, 20], "spam"),
        (["b", "a"], [10, 10], "a"),
    ],
)
def test_positive_class(labels: list[object], counts: list[int], positive: object) -> None:
    chosen, reason = choose_positive(labels, counts)
    assert chosen == positive
    assert type(chosen) is type(positive)
    assert reason.endswith(".")


def test_binary_codes_put_the_positive_class_last() -> None:
    target = encode_target(pd.Series(["yes", "no", "no"], dtype="str", name="t"), "binary")
    assert target.classes == ("no", "yes")
    assert target.y.tolist() == [1, 0, 0]
    other = encode_target(pd.Series(["yes", "no", "no"], name="t"), "binary", "NO")
    assert other.classes == ("yes", "no")
    assert other.y.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("values", "classes", "labels"),
    [
        (pd.Series([1.0, 0.0, 1.0]), ("0", "1"), (0, 1)),
        (pd.Series([True, False, True]), ("False", "True"), (False, True)),
        (pd.Series(["a", "b", "a"], dtype="category"), ("a", "b"), ("a", "b")),
        (pd.Series([0.5, 1.5, 0.5]), ("0.5", "1.5"), (0.5, 1.5)),
    ],
)
def test_labels_are_plain_values(
    values: pd.Series, classes: tuple[str, ...], labels: tuple[object, ...]
) -> None:
    target = encode_target(values, "multiclass")
    assert target.classes == classes
    assert target.labels == labels
    assert [type(a) for a in target.labels] == [type(b) for b in labels]


def test_numbers_are_ordered_as_numbers() -> None:
    target = encode_target(pd.Series([10, 9, 100, 9]), "multiclass")
    assert target.classes == ("9", "10", "100")
    assert target.y.tolist() == [1, 0, 2, 0]


@given(st.lists(st.sampled_from(["a", "b", "1", "10", "9", "é", " "]), min_size=1, max_size=40))
def test_codes_lead_back_to_the_values(values: list[str]) -> None:
    target = encode_target(pd.Series(values, dtype="str"), "multiclass")
    assert [target.labels[code] for code in target.y] == values
    assert sorted(set(values)) == list(target.classes)


def test_regression_values() -> None:
    target = encode_target(pd.Series([1, 2, 3], dtype="int32"), "regression")
    assert target.y.dtype == np.float64
    assert target.classes == ()


def test_rows_without_a_target_and_infinities_are_not_known() -> None:
    values = pd.Series([1.0, np.nan, np.inf, 2.0])
    assert known_rows(values, "regression").tolist() == [True, False, False, True]
    assert known_rows(pd.Series(["a", None]), "multiclass").tolist() == [True, False]


@pytest.mark.parametrize("dtype", ["float64", "Float64", "object"])
def test_a_row_of_weight_0_is_not_known(dtype: str) -> None:
    weights = pd.Series([0, 2, 0.5, None], dtype=dtype)
    answers = pd.Series(["a", "b", None, "a"])
    # One that is missing is no 0: it is an error, said elsewhere.
    assert known_rows(answers, "multiclass", weights).tolist() == [False, True, False, True]


def test_text_is_no_regression_target() -> None:
    with pytest.raises(TargetError, match="must hold numbers"):
        encode_target(pd.Series(["a", "b"], name="t"), "regression")


def test_three_values_are_no_binary_target() -> None:
    with pytest.raises(TargetError, match="'t' has 3"):
        encode_target(pd.Series([1, 2, 3], name="t"), "binary")


@pytest.mark.parametrize("value", ["Yes", "YES ", "yes"])
def test_a_label_is_matched_in_any_case(value: str) -> None:
    assert match_label(value, ["no", "yes"]) == "yes"


def test_a_label_is_matched_as_number_or_text() -> None:
    assert match_label("1", [0, 1]) == 1
    assert match_label(1, ["0", "1"]) == "1"
    assert match_label(1.0, [0, 1]) == 1
    assert match_label("true", [False, True]) is True
    assert match_label("Yes", ["YES", "Yes"]) == "Yes"


def test_an_unknown_label_is_an_error_with_a_proposal() -> None:
    with pytest.raises(ArgumentError, match="Did you mean 'churned'") as caught:
        match_label("churnd", ["stayed", "churned"])
    assert caught.value.context["argument"] == "positive"
