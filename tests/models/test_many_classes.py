"""More classes than a sample has rows, or than machines for each two could be held."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pytest

from jupyter_automl.models import FAMILIES
from jupyter_automl.models.calibration import fit_calibration
from jupyter_automl.models.families.svm import MOST_CURVED_CLASSES


def svm(n_classes: int, **params: Any) -> Any:
    """One whose clock goes on by a tenth of a second at every look."""
    made = FAMILIES.get("svm").build(
        params,
        task="multiclass",
        n_classes=n_classes,
        metric="log_loss",
        random_state=0,
        n_jobs=1,
    )
    ticks = count()
    made.clock = lambda: 0.1 * next(ticks)  # type: ignore[attr-defined]
    return made


def places(n_classes: int, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes at places of their own, each at least once."""
    rng = np.random.default_rng(0)
    y = np.arange(n_rows) % n_classes
    X = rng.normal(size=(n_classes, 8))[y] + 0.2 * rng.normal(size=(n_rows, 8))
    return X.astype(np.float32), y


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
@pytest.mark.parametrize("n_rows", [520, 700, 1_300])
def test_more_than_500_classes(kernel: str, n_rows: int) -> None:
    X, y = places(520, n_rows)
    model = svm(520, kernel=kernel).fit(X, y, time_limit_seconds=8.0)
    p = model.predict(X)
    assert p.shape == (n_rows, 520)
    assert np.allclose(p.sum(axis=1), 1.0)
    assert (p.argmax(axis=1) == y).mean() > 0.5
    assert model.info.get("kernel") == (None if kernel == "linear" else "linear")


def test_the_curved_machine_has_as_many_classes_as_it_can_hold() -> None:
    for n_classes, kernel in ((20, None), (MOST_CURVED_CLASSES + 1, "linear")):
        X, y = places(n_classes, 4 * n_classes)
        model = svm(n_classes, kernel="rbf").fit(X, y, time_limit_seconds=8.0)
        assert model.info.get("kernel") == kernel


def test_scores_of_many_classes_become_probabilities_that_hold() -> None:
    rng = np.random.default_rng(0)
    n, k = 3_000, 60
    scores = rng.normal(size=(n, k))
    odds = np.exp(3.0 * scores + np.linspace(-1.0, 1.0, k))
    truth = odds / odds.sum(axis=1, keepdims=True)
    y = (truth.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    found = fit_calibration(scores[:2_000], y[:2_000], None, k)
    held, rows = y[2_000:], np.arange(n - 2_000)
    loss = -np.log(found.predict(scores[2_000:])[rows, held]).mean()
    best = -np.log(truth[2_000:][rows, held]).mean()
    assert loss < 1.05 * best
    none = fit_calibration(scores, y, None, k, deadline=0.0, clock=lambda: 1.0)
    assert none.n_passes < found.n_passes
