"""Confusion, thresholds and costs, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Cells, Line, Rule
from jupyter_automl.evaluate.assess import draw, grouping, make_judged, thresholds_of
from jupyter_automl.evaluate.assess.confusion import (
    MOST_PRICED,
    confusion_table,
    least_cost_sentence,
    mean_cost,
    priced_classes,
    spread_costs,
)
from jupyter_automl.evaluate.assess.costs import cost_matrix
from tests.evaluate.assess.samples import many_classes, two_classes, weights_of

COSTS = {"false_positive": 1, "false_negative": 5}


@pytest.mark.parametrize("weighted", [False, True])
def test_the_table_is_that_of_scikit_learn(weighted: bool) -> None:
    for judged in (
        two_classes(400, weights=weights_of(400) if weighted else None, threshold=0.3),
        many_classes(400, weights=weights_of(400) if weighted else None),
    ):
        expected = confusion_matrix(
            judged.y,
            judged.decided(),
            labels=range(judged.n_classes),
            sample_weight=judged.weights,
        )
        np.testing.assert_allclose(confusion_table(judged), expected)


def test_a_picture_of_two_classes_by_hand() -> None:
    shares = np.array([0.9, 0.8, 0.4, 0.3, 0.7, 0.1, 0.1, 0.1, 0.2, 0.1])
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    judged = make_judged(
        y, np.column_stack([1 - shares, shares]), labels=("no", "yes"), threshold=0.5
    )
    picture = draw(judged, "confusion")
    (cells,) = picture.marks
    assert isinstance(cells, Cells)
    assert cells.text == (("5", "1"), ("2", "2"))
    assert cells.shade[1] == (0.5, 0.5)
    assert picture.y.names == picture.x.names == ("no", "yes")
    assert picture.findings[0].startswith("It finds 50 % of the rows that are yes (95 % interval")
    assert "67 % are" in picture.findings[1]
    lower = draw(judged, "confusion", {"threshold": 0.35, "costs": COSTS})
    assert lower.marks[0].text == (("5", "1"), ("1", "3"))  # type: ignore[union-attr]
    assert lower.findings[-1] == "Errors cost 0.6 a row on average."
    assert "threshold 0.35" in lower.note


def test_of_many_classes_the_confused_ones_are_drawn() -> None:
    judged = many_classes(4_000, k=200)
    picture = draw(judged, "confusion")
    (cells,) = picture.marks
    assert isinstance(cells, Cells)
    assert len(cells.shade) == len(picture.x.names) == 15
    assert "185 more are not" in picture.note
    table = confusion_table(judged)
    wrong = table - np.diag(np.diag(table))
    drawn = [int(name[1:]) for name in picture.x.names]
    confused = wrong.sum(axis=0) + wrong.sum(axis=1)
    assert confused[drawn].min() >= np.delete(confused, drawn).max()
    assert len(picture.table.rows) == 200
    assert picture.table.more == np.count_nonzero(table) - 200
    assert picture.table.rows[0][2] == wrong.max()


def test_a_class_without_rows_has_no_shade_and_no_recall() -> None:
    judged = make_judged(np.zeros(9, dtype=int), np.full((9, 2), [0.8, 0.2]), labels=("a", "b"))
    picture = draw(judged, "confusion")
    assert picture.marks[0].shade[1] == (None, None)  # type: ignore[union-attr]
    assert picture.findings == ("No row is b.", "It calls no row b.")


@pytest.mark.parametrize("weighted", [False, True])
def test_counts_at_each_threshold_are_those_of_its_decision(weighted: bool) -> None:
    judged = two_classes(300, weights=weights_of(300) if weighted else None)
    found = thresholds_of(judged)
    for place, at in enumerate(found.at):
        table = confusion_table(judged, judged.codes_at(float(at)))
        counts = found.counts
        got = [[counts.tn[place], counts.fp[place]], [counts.fn[place], counts.tp[place]]]
        np.testing.assert_allclose(got, table, atol=1e-9)
        cost = mean_cost(table, cost_matrix(COSTS, 2))
        assert counts.cost(cost_matrix(COSTS, 2))[place] == pytest.approx(cost)


def test_thresholds_on_the_hundredths_are_exclusive() -> None:
    shares = np.linspace(0, 1, 101)
    y = (np.arange(101) % 2).astype(int)
    judged = make_judged(y, np.column_stack([1 - shares, shares]), labels=("a", "b"))
    counts = thresholds_of(judged).counts
    called = counts.tp + counts.fp
    assert called.tolist() == [float((shares > at).sum()) for at in shares]


def test_counts_of_groups_add_up() -> None:
    n = 400
    column = pd.Series(np.random.default_rng(0).choice(["f", "m", None], n), name="sex")
    judged = two_classes(n, weights=weights_of(n), by=grouping(column))
    found = thresholds_of(judged)
    assert found.by == "sex"
    assert sorted(found.group_names) == ["f", "m", "no value"]
    assert found.group_counts is not None
    for name in ("tp", "fp", "fn", "tn"):
        of_groups = getattr(found.group_counts, name)
        assert of_groups.shape == (3, 101)
        np.testing.assert_allclose(of_groups.sum(axis=0), getattr(found.counts, name), atol=1e-9)
    assert found.by == thresholds_of(judged, by="sex").by
    with pytest.raises(ArgumentError, match="'sax'"):
        thresholds_of(judged, by="sax")


def test_rates_are_missing_where_there_is_nothing_to_share() -> None:
    judged = make_judged(np.zeros(5, dtype=int), np.full((5, 2), [0.7, 0.3]), labels=("a", "b"))
    counts = thresholds_of(judged).counts
    assert np.isnan(counts.recall).all()
    assert np.isnan(counts.precision[40:]).all()
    assert counts.precision[0] == 0.0
    picture = draw(judged, "thresholds")
    assert picture.findings == ("No row is b.",)
    recall = picture.marks[1]
    assert isinstance(recall, Line)
    assert set(recall.y) == {None}


def test_the_cheapest_threshold_is_near_the_one_that_theory_says() -> None:
    judged = two_classes(20_000, threshold=0.5)
    picture = draw(judged, "cost", {"costs": COSTS})
    best = next(mark for mark in picture.marks if isinstance(mark, Rule) and mark.tone == "good")
    assert best.at == pytest.approx(1 / 6, abs=0.06)
    counts = thresholds_of(judged).counts
    curve = counts.cost(cost_matrix(COSTS, 2))
    assert curve[round(best.at * 100)] == pytest.approx(curve.min())
    assert "It saves" in picture.findings[1]
    assert "these very rows" in picture.note
    same = draw(judged, "cost", {"costs": COSTS, "threshold": best.at})
    assert same.findings[1].startswith("None costs less")


@pytest.mark.parametrize(
    "costs", [[1, 2], {"false_positive": 1}, [[0, "a"], [1, 0]], [[0, np.nan], [1, 0]], "dear"]
)
def test_costs_that_do_not_fit_are_named(costs: object) -> None:
    with pytest.raises(ArgumentError, match="2 x 2"):
        draw(two_classes(), "confusion", {"costs": costs})


@pytest.mark.parametrize("threshold", [-0.1, 1.5, "half", True, float("nan")])
def test_thresholds_that_do_not_fit_are_named(threshold: object) -> None:
    for name in ("confusion", "thresholds", "cost"):
        with pytest.raises(ArgumentError, match="number from 0 to 1"):
            draw(two_classes(costs=np.eye(2)), name, {"threshold": threshold})
    with pytest.raises(ArgumentError, match="two classes"):
        draw(many_classes(), "confusion", {"threshold": 0.5})


def test_errors_of_few_classes_are_all_priced_and_of_many_the_confused_ones() -> None:
    assert priced_classes(many_classes(300, k=4)) == (0, 1, 2, 3)
    judged = many_classes(4_000, k=200)
    priced = priced_classes(judged)
    assert len(priced) == MOST_PRICED
    assert list(priced) == sorted(set(priced))
    wrong = confusion_table(judged)
    np.fill_diagonal(wrong, 0.0)
    confused = wrong.sum(axis=0) + wrong.sum(axis=1)
    left = np.setdiff1d(np.arange(200), priced)
    assert confused[list(priced)].min() >= confused[left].max()


def test_what_is_not_priced_costs_one() -> None:
    costs = spread_costs([9.0, 2.0, 3.0, 9.0], (1, 3), 5)
    expected = 1.0 - np.eye(5)
    expected[1, 3], expected[3, 1] = 2.0, 3.0
    np.testing.assert_array_equal(costs, expected)
    with pytest.raises(ArgumentError, match="are 4 numbers"):
        spread_costs([1.0], (1, 3), 5)


def test_what_another_decision_costs_is_said() -> None:
    judged = many_classes(400, k=3)
    costs = spread_costs([0, 1, 1, 9, 0, 1, 9, 1, 0], (0, 1, 2), 3)
    cheap = (judged.prediction @ costs).argmin(axis=1)
    now = mean_cost(confusion_table(judged), costs)
    then = mean_cost(confusion_table(judged, cheap), costs)
    assert then < now
    said = least_cost_sentence(judged, cheap, costs)
    changed = int((cheap != judged.decided()).sum())
    cost = float(said.removeprefix("Deciding by these costs would cost ").split()[0])
    assert cost == pytest.approx(then, abs=0.001)
    assert f"with {changed} rows called otherwise." in said
    same = least_cost_sentence(judged, judged.decided(), costs)
    assert same == "What it decides is what costs least."
