"""Searches whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.explain.counterfactual import MOST_PREDICTIONS, Search, Searched
from jupyter_automl.explain.fields import grid_of, spread_of
from jupyter_automl.explain.goals import BoundGoal, ClassGoal
from jupyter_automl.explain.sheet import Sheet
from jupyter_automl.features.columns import Columns
from tests.explain.sheets import EVIL, Counting, numbers, sheet, texts


def _rows(n: int = 300) -> Sheet:
    rng = np.random.default_rng(0)
    return sheet(
        pd.DataFrame(
            {
                "x": rng.normal(size=n),
                "z": rng.normal(size=n),
                "c": rng.choice(["a", "b", EVIL], n),
                "flag": rng.random(n) < 0.5,
            }
        )
    )


def _sum(columns: Columns) -> np.ndarray:
    bonus = (texts(columns, "c") == EVIL) + (numbers(columns, "flag") > 0)
    return 2 * numbers(columns, "x") + numbers(columns, "z") + bonus


def _at_least(bound: float) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    return lambda outputs: (outputs >= bound, outputs - bound)


def _search(
    rows: Sheet,
    bound: float,
    *,
    ask: Callable[[Columns], np.ndarray] = _sum,
    fields: Sequence[int] = (0, 1, 2, 3),
    most: int = 3,
    start: Sheet | None = None,
) -> Searched:
    spreads = [spread_of(array) for array in rows.arrays]
    row = rows.take([5]) if start is None else start
    return Search(ask, _at_least(bound), row, rows, spreads).run(fields, most)


def test_what_is_found_reaches_the_goal_with_values_that_occur() -> None:
    rows = _rows()
    row = rows.take([5])
    for gap in (0.3, 1.5, 6.0):
        bound = float(_sum(row.asked())[0]) + gap
        searched = _search(rows, bound)
        assert searched.found
        for found in searched.found:
            changed = row.variants([found.changed])
            assert _sum(changed.asked())[0] >= bound
            assert found.output == _sum(changed.asked())[0]
            for place, value in found.changed.items():
                assert value in set(rows.arrays[place].tolist())


def test_the_change_of_one_number_is_the_smallest_there_is() -> None:
    rows = _rows()
    row = rows.take([5])
    bound = float(_sum(row.asked())[0]) + 1.0
    found = _search(rows, bound, fields=(0,)).found[0]
    x = np.sort(rows.arrays[0])
    enough = x[2 * (x - row.arrays[0][0]) >= 1.0].min()
    assert found.changed[0] == enough
    assert found.distance == pytest.approx(
        (found.changed[0] - row.arrays[0][0]) / spread_of(rows.arrays[0])
    )


def test_fewer_fields_come_first_then_the_smaller_change() -> None:
    rows = _rows()
    row = rows.take([5])
    searched = _search(rows, float(_sum(row.asked())[0]) + 0.5)
    assert all(len(found.changed) == 1 for found in searched.found)
    distances = [found.distance for found in searched.found]
    assert distances == sorted(distances)
    fields = [frozenset(found.changed) for found in searched.found]
    assert len(set(fields)) == len(fields) > 1


def test_fields_that_are_fixed_stay() -> None:
    rows = _rows()
    row = rows.take([5])
    searched = _search(rows, float(_sum(row.asked())[0]) + 1.0, fields=(1,))
    assert {place for found in searched.found for place in found.changed} == {1}


def test_two_fields_where_one_is_not_enough() -> None:
    rows = _rows()

    def both(columns: Columns) -> np.ndarray:
        there = (texts(columns, "c") == EVIL) & (numbers(columns, "x") > 1.0)
        return (
            there * 1.0 + 0.1 * (numbers(columns, "x") > 1.0) + 0.1 * (texts(columns, "c") == EVIL)
        )

    place = int(np.flatnonzero((rows.arrays[2] != EVIL) & (rows.arrays[0] < 1.0))[0])
    start = rows.take([place])
    found = _search(rows, 1.0, ask=both, start=start).found[0]
    assert set(found.changed) == {0, 2}
    assert found.changed[2] == EVIL
    above = rows.arrays[0][rows.arrays[0] > 1.0]
    assert found.changed[0] == above.min()
    assert not _search(rows, 1.0, ask=both, start=start, most=1).found


def test_that_nothing_helps_is_an_answer() -> None:
    rows = _rows()
    searched = _search(rows, 1e9)
    assert searched.found == ()
    assert searched.nearest is not None
    top = {place: grid_of(rows.columns[place], rows.arrays[place], 20)[-1] for place in (0, 1)}
    best = rows.take([5]).variants([{**top, 2: EVIL}, {**top, 3: 1.0}])
    assert float(searched.nearest) == pytest.approx(_sum(best.asked()).max())


def test_no_step_asks_for_more_than_it_may() -> None:
    rng = np.random.default_rng(0)
    wide = sheet(
        pd.DataFrame(rng.normal(size=(40, 1_500)), columns=[f"f{i}" for i in range(1_500)])
    )

    def last(columns: Columns) -> np.ndarray:
        return numbers(columns, "f900")

    ask = Counting(last)
    spreads = [spread_of(array) for array in wide.arrays]
    start = wide.take([int(np.argmin(wide.arrays[900]))])
    search = Search(ask, _at_least(0.5), start, wide, spreads)
    found = search.run(range(1_500), 3)
    assert {place for one in found.found for place in one.changed} == {900}
    assert found.n_predictions == sum(ask.calls) <= MOST_PREDICTIONS + 100


def test_a_missing_value_may_be_filled() -> None:
    rows = sheet({"x": [1.0, 2.0, 3.0, 4.0, None], "c": ["a", "b", "a", "b", "a"]})

    def known(columns: Columns) -> np.ndarray:
        return ~np.isnan(columns.numbers(["x"])[:, 0]) * 1.0

    found = _search(rows, 1.0, ask=known, fields=(0, 1), start=rows.take([4])).found[0]
    assert list(found.changed) == [0]
    assert found.distance == 1.0


def test_goals_for_classes() -> None:
    def likeliest(outputs: np.ndarray) -> np.ndarray:
        return outputs.argmax(axis=1)

    outputs = np.array([[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4]])
    done, progress = ClassGoal(likeliest, ("a", "b", EVIL), 0, None).judge(outputs)
    assert done.tolist() == [False, True, True]
    np.testing.assert_allclose(progress, [-0.3, 0.5, 0.1])
    wanted = ClassGoal(likeliest, ("a", "b", EVIL), 0, 2)
    assert wanted.judge(outputs)[0].tolist() == [False, False, True]
    assert wanted.missed(outputs[0], 3) == (
        f"No change of up to 3 fields was found that makes it {EVIL}; the nearest reaches 10 %."
    )
    assert wanted.already(outputs[0]) == "The prediction is a already."


def test_goals_for_numbers() -> None:
    up, down = BoundGoal("price", "12.5", 10.0), BoundGoal("price", 8, 10.0)
    values = np.array([7.0, 12.5, 13.0])
    assert up.judge(values)[0].tolist() == [False, True, True]
    assert down.judge(values)[0].tolist() == [True, False, False]
    assert down.missed(np.array(9.25), 1) == (
        "No change of up to 1 field was found that takes it to 8; the nearest reaches 9.25."
    )
    for bad in (None, "much", float("nan"), float("inf")):
        with pytest.raises(ArgumentError, match="number"):
            BoundGoal("price", bad, 10.0)
