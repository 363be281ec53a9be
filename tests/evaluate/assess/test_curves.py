"""ROC, precision-recall, gain, lift and calibration, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Line
from jupyter_automl.evaluate.assess import Judged, draw, make_judged
from jupyter_automl.evaluate.assess.calibration import reliability
from jupyter_automl.evaluate.assess.curves import (
    FALSE_ALARMS,
    RECALLS,
    area,
    average_precision,
    precision_at,
    roc_at,
)
from jupyter_automl.evaluate.assess.histograms import score_shares
from jupyter_automl.evaluate.assess.lift import TAKEN, gain_at
from jupyter_automl.evaluate.assess.ranked import ranked, ranked_draws
from tests.evaluate.assess.samples import groups_of, many_classes, two_classes, weights_of


def _coarse(n: int, seed: int, weighted: bool) -> Judged:
    """With many equal scores."""
    rng = np.random.default_rng(seed)
    shares = rng.integers(0, 8, n) / 7
    y = (rng.random(n) < 0.2 + 0.6 * shares).astype(int)
    y[:2] = (0, 1)
    return make_judged(
        y,
        np.column_stack([1 - shares, shares]),
        labels=("a", "b"),
        weights=weights_of(n, seed) if weighted else None,
    )


@settings(deadline=None, max_examples=60)
@given(n=st.integers(2, 200), seed=st.integers(0, 10_000), weighted=st.booleans())
def test_areas_and_points_are_those_of_scikit_learn(n: int, seed: int, weighted: bool) -> None:
    judged = _coarse(n, seed, weighted)
    y, shares, weights = judged.y, judged.shares(1), judged.weights
    curve = ranked(judged, 1)
    assert area(curve) == pytest.approx(roc_auc_score(y, shares, sample_weight=weights))
    expected = average_precision_score(y, shares, sample_weight=weights)
    assert average_precision(curve) == pytest.approx(expected)
    x, up, _ = roc_curve(y, shares, sample_weight=weights, drop_intermediate=False)
    highest = np.append(np.diff(x) > 1e-12, True)
    np.testing.assert_allclose(roc_at(curve, x[highest]), up[highest], rtol=1e-6, atol=1e-9)
    precision, recall, _ = precision_recall_curve(y, shares, sample_weight=weights)
    for wanted in (0.01, 0.5, 1.0):
        # The fewest rows from the top: the last threshold that still reaches the recall.
        place = np.flatnonzero(recall >= wanted - 1e-9)[-1]
        assert precision_at(curve, np.array([wanted]))[0] == pytest.approx(precision[place])


def test_a_band_holds_the_curve_of_other_rows() -> None:
    truth = roc_at(ranked(two_classes(200_000, seed=99), 1))
    inside = []
    for seed in range(40):
        (_, line) = draw(two_classes(500, seed=seed), "roc").marks
        assert isinstance(line, Line)
        assert line.low is not None
        assert line.high is not None
        low, high = (np.array(end[1:], dtype=float) for end in (line.low, line.high))
        middle = (FALSE_ALARMS > 0.05) & (FALSE_ALARMS < 0.9)
        inside.append(((low <= truth) & (truth <= high))[middle].mean())
    assert np.mean(inside) > 0.88


@pytest.mark.parametrize("kind", ["plain", "weights", "groups"])
def test_curves_of_samples_scatter_around_that_of_the_rows(kind: str) -> None:
    n = 1_500
    judged = two_classes(
        n,
        weights=weights_of(n) if kind == "weights" else None,
        groups=groups_of(n) if kind == "groups" else None,
    )
    draws = ranked_draws(judged, 1)
    assert draws is not None
    areas = draws.each(area)
    assert areas.shape == (200,)
    assert areas.mean() == pytest.approx(area(ranked(judged, 1)), abs=0.006)
    assert draws.each(roc_at).shape == (200, len(FALSE_ALARMS))
    assert draws.each(precision_at).shape == (200, len(RECALLS))


def test_a_class_of_many_is_judged_against_the_rest() -> None:
    judged = many_classes(500)
    picture = draw(judged, "roc", {"label": "c2"})
    auc = roc_auc_score(judged.y == 2, judged.prediction[:, 2])
    assert f"{auc:.3f}".rstrip("0") in picture.findings[0]
    assert "c2" in picture.title
    assert "One class against all others." in picture.note
    most = np.bincount(judged.y).argmax()
    assert f"c{most}" in draw(judged, "precision_recall").title


def test_equal_scores_are_chance() -> None:
    judged = make_judged(
        np.array([0, 1] * 20), np.full((40, 2), 0.5), labels=("a", "b"), metric="roc_auc"
    )
    assert area(ranked(judged, 1)) == pytest.approx(0.5)
    line = draw(judged, "roc").marks[1]
    assert isinstance(line, Line)
    np.testing.assert_allclose(line.y, line.x, atol=1e-4)
    np.testing.assert_allclose(gain_at(ranked(judged, 1)), TAKEN)
    assert draw(judged, "lift").findings[0].endswith("1 times as many as by chance.")


def test_a_curve_needs_both_sides() -> None:
    judged = many_classes(300, k=3)
    two = judged.part(judged.y < 2)
    with pytest.raises(ArgumentError, match="There are 0 and"):
        draw(two, "roc", {"label": "c2"})
    with pytest.raises(ArgumentError, match="one class"):
        draw(judged.part(judged.y == 1), "roc")


def test_gain_and_lift_by_hand() -> None:
    shares = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1])
    y = np.array([1, 1, 0, 1, 0, 0, 0, 1, 0, 0])
    judged = make_judged(y, np.column_stack([1 - shares, shares]), labels=("no", "yes"))
    gain = gain_at(ranked(judged, 1))
    assert gain[[10, 20, 30, 40, 80, 100]].tolist() == pytest.approx([0.25, 0.5, 0.5, 0.75, 1, 1])
    lift = draw(judged, "lift").marks[1]
    assert isinstance(lift, Line)
    assert lift.y[9] == pytest.approx(2.5)
    assert "25 %" in draw(judged, "gain").findings[0]


def test_bins_of_calibration_are_those_of_scikit_learn() -> None:
    judged = two_classes(700)
    found = reliability(judged.y == 1, judged.shares(1), n_bins=8)
    seen, said = calibration_curve(judged.y, judged.shares(1), n_bins=8, strategy="quantile")
    np.testing.assert_allclose(found.happened, seen)
    np.testing.assert_allclose(found.said, said)
    assert found.masses.sum() == 700
    gaps = np.abs(found.happened - found.said)
    assert found.error == pytest.approx(np.average(gaps, weights=found.masses))


def test_weights_count_in_calibration_as_repeated_rows_do() -> None:
    judged = two_classes(300)
    times = np.random.default_rng(0).integers(1, 4, 300)
    place = np.repeat(np.arange(300), times)
    by_weight = reliability(judged.y == 1, judged.shares(1), times.astype(float), n_bins=6)
    by_rows = reliability((judged.y == 1)[place], judged.shares(1)[place], n_bins=6)
    assert by_weight.error == pytest.approx(by_rows.error, abs=0.02)
    assert by_weight.masses.sum() == by_rows.masses.sum()
    assert (by_weight.low <= by_weight.happened).all()


def test_right_probabilities_look_right_and_others_too_sure() -> None:
    good = draw(two_classes(4_000, seed=3), "calibration")
    assert "of 10 bins" in good.findings[0]
    judged = two_classes(4_000, seed=3)
    odds = 2.5 * np.log(judged.prediction[:, 1] / judged.prediction[:, 0])
    shares = 1 / (1 + np.exp(-odds))
    sure = make_judged(judged.y, np.column_stack([1 - shares, shares]), labels=("no", "yes"))
    assert reliability(sure.y == 1, sure.shares(1)).error > 0.05
    assert reliability(judged.y == 1, judged.shares(1)).error < 0.03
    assert len(draw(sure, "calibration").findings) == 2
    many = draw(many_classes(), "calibration")
    assert many.y.label == "Share that is right"


def test_equal_probabilities_are_one_bin() -> None:
    found = reliability(np.arange(100) < 30, np.full(100, 0.3))
    assert found.said.tolist() == pytest.approx([0.3])
    assert found.happened.tolist() == pytest.approx([0.3])


def test_shares_of_scores_by_class() -> None:
    judged = two_classes(500, weights=weights_of(500))
    shares = score_shares(judged, 1)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    expected, _ = np.histogram(
        judged.shares(1)[judged.y == 1],
        bins=20,
        range=(0, 1),
        weights=judged.masses[judged.y == 1],
    )
    np.testing.assert_allclose(shares[1], expected / expected.sum())
    edge = make_judged(np.array([0, 1]), np.array([[1.0, 0.0], [0.0, 1.0]]), labels=("a", "b"))
    assert score_shares(edge, 1)[0, 0] == score_shares(edge, 1)[1, 19] == 1.0
    assert "overlap by 0 %" in draw(edge, "score_histogram").findings[0]
