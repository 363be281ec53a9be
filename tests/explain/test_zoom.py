"""What very many fields add to one prediction, for few questions to the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.explain.outlook import effects_of
from jupyter_automl.explain.sheet import Sheet
from jupyter_automl.features.columns import Columns
from tests.explain.sheets import Counting, numbers, sheet

FIELDS = 600
HEARD = ("f7", "f100", "f101", "f350", "f599")


@pytest.fixture(scope="module")
def rows() -> Sheet:
    names = [f"f{place}" for place in range(FIELDS)]
    return sheet(pd.DataFrame(np.random.default_rng(0).normal(size=(4, FIELDS)), columns=names))


def _orders(n: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.permuted(np.tile(np.arange(FIELDS), (n, 1)), axis=1)


def _few(columns: Columns) -> np.ndarray:
    """Hears five fields, two of which together."""
    a, b, c, d, e = (numbers(columns, name) for name in HEARD)
    return 3 * a + b * c - np.sin(d) + 0.01 * e


def _all(columns: Columns) -> np.ndarray:
    """Hears every field, a few of them loudly."""
    values = columns.numbers(list(columns.names))
    return values.sum(axis=1) / 100 + 50 * values[:, 3] - 40 * values[:, 400]


def test_fields_that_are_not_heard_cost_next_to_nothing(rows: Sheet) -> None:
    arguments = (rows.take([0]), rows.take([1, 2]), _orders(2))
    every, some = Counting(_few), Counting(_few)
    expected = effects_of(every, *arguments)
    found = effects_of(some, *arguments, 1_000)
    np.testing.assert_allclose(found.values, expected.values, atol=1e-12)
    assert found.error is not None
    assert expected.error is not None
    np.testing.assert_allclose(found.error, expected.error, atol=1e-12)
    assert not found.together
    assert sum(every.calls) == 4 * FIELDS - 1
    assert sum(some.calls) < sum(every.calls) / 3
    assert len(some.calls) <= 5


@pytest.mark.parametrize("most_rows", [3, 4, 50, 1_000])
def test_no_more_is_asked_than_may_be_and_nothing_is_lost(rows: Sheet, most_rows: int) -> None:
    ask = Counting(_all)
    found = effects_of(ask, rows.take([0]), rows.take([1, 2]), _orders(2), most_rows)
    assert sum(ask.calls) <= most_rows
    assert found.together
    assert found.base + found.values.sum() == pytest.approx(float(found.output))
    assert found.base == pytest.approx(_all(rows.take([1, 2]).asked()).mean())


def test_what_is_heard_most_is_found_first(rows: Sheet) -> None:
    found = effects_of(_all, rows.take([0]), rows.take([1]), _orders(1), 400)
    expected = effects_of(_all, rows.take([0]), rows.take([1]), _orders(1))
    loud = [3, 400]
    assert set(np.argsort(-np.abs(found.values))[:2]) == set(loud)
    np.testing.assert_allclose(found.values[loud], expected.values[loud], rtol=1e-6)


def test_classes_and_rows_that_are_alike(rows: Sheet) -> None:
    def shares(columns: Columns) -> np.ndarray:
        raw = np.exp(np.outer(_few(columns), [1.0, 0.0, -0.5]))
        return raw / raw.sum(axis=1, keepdims=True)

    arguments = (rows.take([0]), rows.take([1, 0]), _orders(2))
    found, again = (effects_of(shares, *arguments, 500) for _ in range(2))
    assert found.values.shape == (FIELDS, 3)
    np.testing.assert_array_equal(found.values, again.values)
    np.testing.assert_allclose(found.values, effects_of(shares, *arguments).values, atol=1e-12)
    same = effects_of(shares, rows.take([3]), rows.take([3]), _orders(1), 1)
    assert not same.values.any()
