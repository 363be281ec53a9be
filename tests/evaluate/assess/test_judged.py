"""Which rows are judged, and what is decided of them."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.evaluate.assess import draw, make_judged
from tests.evaluate.assess.samples import columns_of, many_classes, numbers, two_classes


def test_rows_that_cannot_be_judged_are_left_out_and_counted() -> None:
    y = np.array([0, 1, 1, 0, 1])
    shares = np.array([0.1, np.nan, 0.7, 0.4, 0.9])
    judged = make_judged(
        y,
        np.column_stack([1 - shares, shares]),
        labels=("a", "b"),
        weights=np.array([1.0, 1.0, 0.0, 2.0, 1.0]),
        codes=np.array([0, 0, 0, 0, 1]),
        frame=columns_of(5),
    )
    assert judged.rows.tolist() == [0, 3, 4]
    assert judged.y.tolist() == [0, 0, 1]
    assert judged.decided().tolist() == [0, 0, 1]
    assert (judged.n_dropped, judged.n_all) == (1, 3)
    assert judged.frame is not None
    assert judged.frame["age"].iloc[2] == columns_of(5)["age"].iloc[4]
    assert "One more row is left out" in draw(judged, "confusion").note


def test_values_that_are_no_numbers_are_left_out() -> None:
    y = np.array([1.0, 2.0, np.nan, 4.0])
    judged = make_judged(y, np.array([1.0, np.inf, 3.0, 4.5]), rows=np.array([7, 8, 9, 10]))
    assert judged.rows.tolist() == [7, 10]
    assert judged.n_dropped == 1


def test_very_many_rows_are_sampled_and_the_note_says_so() -> None:
    judged = two_classes(3_000, most_rows=1_000)
    assert (len(judged), judged.n_all) == (1_000, 3_000)
    assert len(np.unique(judged.rows)) == 1_000
    assert judged.rows.tolist() == two_classes(3_000, most_rows=1_000).rows.tolist()
    note = draw(judged, "roc").note
    assert "1,000 held-out rows" in note
    assert "random sample of 3,000" in note


def test_many_classes_are_sampled_by_cells() -> None:
    n, k = 11_000, 200
    judged = make_judged(np.arange(n) % k, np.full((n, k), 1 / k), labels=tuple(map(str, range(k))))
    assert len(judged) == 10_000


def test_the_likelier_class_is_above_one_half() -> None:
    prediction = np.array([[0.5, 0.5], [0.49999999, 0.5], [0.5, 0.49999999], [0.2, 0.8]])
    judged = make_judged(np.array([0, 1, 0, 1]), prediction, labels=("a", "b"), threshold=0.5)
    assert judged.decided().tolist() == [0, 1, 0, 1]
    assert judged.codes_at(0.5).tolist() == [0, 1, 0, 1]
    assert judged.codes_at(0.8).tolist() == [0, 0, 0, 0]
    assert judged.codes_at(0.0).tolist() == [1, 1, 1, 1]


def test_a_label_is_found_as_text_and_a_strange_one_is_named() -> None:
    judged = many_classes(labels=("0", "1", "2.5", "True"))
    assert [judged.code_of(one) for one in (0, np.int64(1), 1.0, 2.5, True)] == [0, 1, 1, 2, 3]
    assert two_classes().code_of() == 1
    with pytest.raises(ArgumentError, match=r"'yess'.*Did you mean 'yes'"):
        two_classes().code_of("yess")


def test_a_part_keeps_what_stands_beside() -> None:
    judged = numbers(50, frame=columns_of(50), weights=np.arange(1.0, 51))
    part = judged.part(judged.y > np.median(judged.y))
    assert len(part) == 25
    for ends, whole in zip(part.intervals, judged.intervals, strict=True):
        assert ends.lower.tolist() == whole.lower[part.rows].tolist()
    assert part.frame is not None
    assert len(part.frame) == 25
    assert part.weights is not None
    assert part.weights.tolist() == (part.rows + 1.0).tolist()


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="3 rows"):
        make_judged(np.array([0, 1, 0]), np.ones((2, 2)))
