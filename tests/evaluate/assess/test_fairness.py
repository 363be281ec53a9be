"""Groups compared by fairlearn's definitions, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Bars
from jupyter_automl.evaluate.assess import (
    Judged,
    draw,
    fairness_of,
    grouping,
    make_judged,
)
from tests.evaluate.assess.samples import (
    HOSTILE,
    columns_of,
    groups_of,
    many_classes,
    numbers,
    two_classes,
    weights_of,
)

# By group: true positives, false negatives, false positives, true negatives.
COUNTS = {"a": (20, 10, 10, 60), "b": (15, 25, 5, 45), "c": (10, 0, 20, 10)}


def _by_hand(weights: bool = False) -> Judged:
    y, said, group = [], [], []
    for name, counts in COUNTS.items():
        for (truth, word), n in zip(((1, 1), (1, 0), (0, 1), (0, 0)), counts, strict=True):
            y += [truth] * n
            said += [word] * n
            group += [name] * n
    codes = np.array(said)
    return make_judged(
        np.array(y),
        np.eye(2)[codes] * 0.8 + 0.1,
        codes=codes,
        labels=("no", "yes"),
        weights=np.full(len(y), 2.0) if weights else None,
        by=grouping(pd.Series(group, name="group")),
    )


@pytest.mark.parametrize("weights", [False, True])
def test_rates_and_gaps_by_hand(weights: bool) -> None:
    fairness = fairness_of(_by_hand(weights))
    assert (fairness.column, fairness.label) == ("group", "yes")
    by_name = {group.name: group for group in fairness.groups}
    for name, (tp, fn, fp, tn) in COUNTS.items():
        n, rates = tp + fn + fp + tn, by_name[name].rates
        expected = {
            "selection_rate": (tp + fp) / n,
            "true_positive_rate": tp / (tp + fn),
            "false_positive_rate": fp / (fp + tn),
            "false_negative_rate": fn / (tp + fn),
            "accuracy": (tp + tn) / n,
        }
        assert by_name[name].n == n
        assert {key: one.value for key, one in rates.items()} == pytest.approx(expected)
        assert all(one.low <= one.value <= one.high for one in rates.values())  # type: ignore[operator]
    gaps = {key: one.value for key, one in fairness.gaps.items()}
    # Selected: 0.3, 20/90, 0.75. Found: 2/3, 0.375, 1. False alarms: 1/7, 0.1, 2/3.
    assert gaps == pytest.approx(
        {
            "demographic_parity_difference": 0.75 - 20 / 90,
            "demographic_parity_ratio": (20 / 90) / 0.75,
            "equalized_odds_difference": max(1 - 0.375, 2 / 3 - 0.1),
        }
    )
    for gap in fairness.gaps.values():
        assert gap.low is not None
        assert gap.high is not None
        assert gap.low < gap.value < gap.high  # type: ignore[operator]


def test_a_group_without_positives_has_no_true_positive_rate() -> None:
    y = np.array([1] * 20 + [0] * 60)
    codes = np.array([1] * 10 + [0] * 70)
    judged = make_judged(
        y,
        np.eye(2)[codes],
        codes=codes,
        labels=("no", "yes"),
        by=grouping(pd.Series(["a"] * 40 + ["b"] * 40, name="g")),
    )
    fairness = fairness_of(judged)
    b = next(group for group in fairness.groups if group.name == "b")
    assert b.rates["true_positive_rate"].value is None
    assert b.rates["true_positive_rate"].reason
    # What is left of the odds: false alarms, 0 in both.
    assert fairness.gaps["equalized_odds_difference"].value == 0.0


def test_small_groups_are_shown_and_never_compared() -> None:
    n = 400
    names = np.where(np.arange(n) < 25, "tiny", np.where(np.arange(n) < 200, "a", "b"))
    judged = two_classes(n, by=grouping(pd.Series(names, name="g")), threshold=0.5)
    fairness = fairness_of(judged)
    tiny = next(group for group in fairness.groups if group.name == "tiny")
    assert (tiny.few, dict(tiny.rates), tiny.n) == (True, {}, 25)
    without = fairness_of(judged.part(names != "tiny"))
    for key, gap in fairness.gaps.items():
        assert gap.value == without.gaps[key].value
    picture = draw(judged, "fairness")
    assert "tiny (25 rows, too few)" in picture.y.names
    (bars, _) = picture.marks
    assert isinstance(bars, Bars)
    assert len(bars.value) == 2
    assert "tiny" not in picture.findings[0]
    assert "too few" in next(row for row in picture.table.rows if row[0] == "tiny")
    alone = fairness_of(judged.part(names != "a"))
    assert alone.gaps["demographic_parity_ratio"].value is None
    assert "Fewer than two groups" in draw(judged.part(names != "a"), "fairness").findings[0]


def test_gaps_of_chance_have_intervals_that_hold_little() -> None:
    lows = []
    for seed in range(20):
        judged = two_classes(2_000, seed, threshold=0.5)
        column = pd.Series(np.random.default_rng(seed + 99).choice(["a", "b"], 2_000), name="g")
        gap = fairness_of(
            make_judged(
                judged.y,
                judged.prediction,
                labels=judged.labels,
                threshold=0.5,
                by=grouping(column),
            )
        ).gaps["demographic_parity_difference"]
        assert gap.low is not None
        assert gap.value is not None
        assert gap.value < 0.08
        lows.append(gap.low)
    assert np.mean(np.array(lows) == 0.0) >= 0.85


def test_numbers_are_compared_by_their_errors() -> None:
    n = 600
    group = np.arange(n) % 2
    rng = np.random.default_rng(0)
    y = rng.normal(size=n)
    prediction = y + np.where(group == 1, 2.0, 0.0) + 0.1 * rng.normal(size=n)
    weights = weights_of(n)
    judged = make_judged(
        y, prediction, weights=weights, by=grouping(pd.Series(group, name="g")), target="t"
    )
    fairness = fairness_of(judged)
    errors = prediction - y
    means = [np.average(errors[group == g], weights=weights[group == g]) for g in (0, 1)]
    assert fairness.groups[1].rates["mean_error"].value == pytest.approx(means[1])
    assert fairness.gaps["mean_error_difference"].value == pytest.approx(means[1] - means[0])
    gap = fairness.gaps["mae_difference"]
    assert gap.low is not None
    assert gap.high is not None
    assert 1.8 < gap.low < gap.high < 2.0
    assert "in the group 1 and" in draw(judged, "fairness", {"metric": "mae"}).findings[0]


def test_more_classes_are_compared_one_against_the_rest() -> None:
    judged = many_classes(by=grouping(columns_of(600)["member"]))
    fairness = fairness_of(judged, label="c1")
    inside = judged.by.codes == 0  # type: ignore[union-attr]
    chosen = judged.decided() == 1
    assert fairness.label == "c1"
    rate = fairness.groups[0].rates
    assert rate["selection_rate"].value == pytest.approx(chosen[inside].mean())
    right = judged.decided() == judged.y
    assert rate["accuracy"].value == pytest.approx(right[inside].mean())


def test_groups_of_rows_widen_the_intervals() -> None:
    first = two_classes(120, threshold=0.5)
    place = np.repeat(np.arange(120), 8)
    column = pd.Series(np.where(np.arange(120) % 2, "a", "b"), name="g")[place]
    facts = {"labels": first.labels, "threshold": 0.5}
    widths = []
    for groups in (None, place):
        gap = fairness_of(
            make_judged(
                first.y[place],
                first.prediction[place],
                groups=groups,
                by=grouping(column.reset_index(drop=True)),
                **facts,
            )
        ).gaps["demographic_parity_difference"]
        widths.append(gap.high - gap.low)  # type: ignore[operator]
    assert widths[1] > 1.5 * widths[0]


def test_a_column_of_numbers_is_cut_at_its_quartiles() -> None:
    values = pd.Series(np.arange(200.0), name="age")
    values[::10] = np.nan
    values[5] = np.inf
    found = grouping(values)
    known = values[np.isfinite(values)]
    assert len(found.names) == 5
    assert found.names[-1] == "no value"
    assert (found.codes == 4).sum() == 21
    sizes = np.bincount(found.codes)[:4]
    assert (np.abs(sizes - len(known) / 4) <= 1).all()
    assert found.names[0].startswith("up to ")
    assert found.names[3].startswith("above ")
    first = float(found.names[0].removeprefix("up to "))
    assert (found.codes[(values <= first).to_numpy()] == 0).all()


def test_few_numbers_dates_booleans_and_texts_are_groups() -> None:
    assert grouping(pd.Series([2, 1, 2, 3])).names == ("1", "2", "3")
    assert grouping(pd.Series([2, 1, 2, 3])).codes.tolist() == [1, 0, 1, 2]
    assert grouping(pd.Series([True, False, True])).names == ("True", "False")
    masked = grouping(pd.Series([True, None, False], dtype="boolean"))
    assert masked.names[masked.codes[1]] == "no value"
    dates = grouping(pd.Series(pd.date_range("2024-01-01", periods=100)))
    assert dates.names[0] == "up to 2024-01-25"
    many = grouping(pd.Series([f"v{i % 60}" for i in range(300)]))
    assert len(many.names) == 21
    assert many.names[-1] == "40 other values"
    assert (many.codes == 20).sum() == 200
    nothing = grouping(pd.Series([None, None], dtype=object))
    assert (nothing.names, nothing.codes.tolist()) == (("no value",), [0, 0])
    assert len(grouping(pd.Series([0.0] * 90 + list(range(10)))).names) >= 1


def test_names_are_data() -> None:
    n = 40 * len(HOSTILE)
    column = pd.Series([HOSTILE[i % len(HOSTILE)] for i in range(n)], name=HOSTILE[0])
    judged = two_classes(n, labels=(HOSTILE[4], HOSTILE[0]), by=grouping(column))
    picture = draw(judged, "fairness")
    assert len(picture.y.names) == len(HOSTILE)
    assert all(0 < len(name) <= 125 for name in picture.y.names)
    assert HOSTILE[0] in picture.title
    assert any(name.startswith("xxx") for name in picture.y.names)


def test_what_does_not_fit_is_named() -> None:
    frame = columns_of(400)
    judged = two_classes(frame=frame, groups=groups_of(400))
    assert fairness_of(judged, by="plan").column == "plan"
    assert draw(judged, "fairness", {"by": "age"}).y.label == "age"
    with pytest.raises(ArgumentError, match=r"'plans'.*Did you mean 'plan'"):
        fairness_of(judged, by="plans")
    with pytest.raises(ArgumentError, match="selection_rate"):
        draw(judged, "fairness", {"by": "plan", "metric": "auc"})
    with pytest.raises(ArgumentError, match="column"):
        draw(judged, "fairness")
    with pytest.raises(ArgumentError, match="mean_error, mae"):
        draw(numbers(frame=columns_of(500)), "fairness", {"by": "plan", "metric": "accuracy"})
