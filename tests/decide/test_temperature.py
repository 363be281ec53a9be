"""Calibration: an overconfident model is corrected, few rows are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from jupyter_automl.decide import decide, expected_calibration_error, probabilities_of
from jupyter_automl.decide.temperature import best_temperature, corrected
from jupyter_automl.evaluate.metrics import find_metric
from tests.decide.samples import many_classes, two_classes


@pytest.mark.parametrize("sureness", [0.5, 1.0, 2.5])
def test_the_temperature_undoes_what_was_done(sureness: float) -> None:
    assert best_temperature(two_classes(20_000, 0, sureness=sureness)) == pytest.approx(
        sureness, rel=0.06
    )
    assert best_temperature(many_classes(20_000, 0, sureness=sureness)) == pytest.approx(
        sureness, rel=0.06
    )


def test_an_overconfident_model_is_corrected_on_unseen_rows() -> None:
    rows, fresh = (two_classes(4_000, seed, sureness=2.5) for seed in (0, 1))
    decisions = decide(rows, "log_loss")
    calibration = decisions.calibration
    assert calibration is not None
    assert calibration.used
    assert "less extreme" in calibration.reason
    for record in (calibration.log_loss, calibration.brier, calibration.ece):
        assert record is not None
        assert record[1] < record[0]
    better = probabilities_of(decisions, fresh.prediction)
    log_loss = find_metric("log_loss")
    assert log_loss.score(fresh.y, better) < log_loss.score(fresh.y, fresh.prediction) - 0.05
    assert expected_calibration_error(fresh.y, better) < 0.02


@pytest.mark.parametrize(("n", "fitted"), [(2_999, False), (3_000, True)])
def test_two_classes_need_rows(n: int, fitted: bool) -> None:
    calibration = decide(two_classes(n, 0, sureness=2.0), "brier").calibration
    assert calibration is not None
    assert calibration.fitted is fitted
    assert calibration.used is fitted
    assert fitted or "3,000" in calibration.reason


@pytest.mark.parametrize(("n", "fitted"), [(499, False), (500, True)])
def test_more_classes_need_fewer(n: int, fitted: bool) -> None:
    calibration = decide(many_classes(n, 0, sureness=3.0), "log_loss").calibration
    assert calibration is not None
    assert calibration.fitted is fitted


def test_other_metrics_are_corrected_on_request_only() -> None:
    rows = two_classes(4_000, 0, sureness=2.0)
    plain = decide(rows, "roc_auc").calibration
    asked = decide(rows, "roc_auc", calibrate=True).calibration
    refused = decide(rows, "log_loss", calibrate=False).calibration
    assert plain is not None
    assert asked is not None
    assert refused is not None
    assert (plain.used, asked.used, refused.used) == (False, True, False)
    assert plain.temperature == asked.temperature
    assert "ROC AUC" in plain.reason
    assert "as asked" in refused.reason


def test_a_calibrated_model_is_left_as_it_is_or_hardly_changed() -> None:
    calibration = decide(two_classes(5_000, 2), "log_loss").calibration
    assert calibration is not None
    assert not calibration.used or calibration.temperature == pytest.approx(1.0, abs=0.1)


def test_impossible_probabilities_stay_finite() -> None:
    sure = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    soft = corrected(sure, 3.0)
    assert np.isfinite(soft).all()
    np.testing.assert_allclose(soft.sum(axis=1), 1.0)
    assert soft[0, 1] < 1.0


def test_calibration_error_of_known_rows() -> None:
    # Three of four are right where 0.9 was said: an error of 0.15 for these, 0 for the others.
    shares = np.array([0.9, 0.9, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0])
    y = np.array([1, 1, 1, 0, 0, 0, 0, 0])
    error = expected_calibration_error(y, np.column_stack([1 - shares, shares]))
    assert error == pytest.approx(0.075)
    several = np.tile([0.5, 0.3, 0.2], (4, 1))
    assert expected_calibration_error(np.array([0, 0, 0, 1]), several) == pytest.approx(0.25)
