"""The score by rows that had no say in choosing the model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import NoModelError


def _table(n: int, signal: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 5)), columns=list("abcde"))
    frame["y"] = np.where(signal * frame.a + rng.normal(size=n) > 0, "yes", "no")
    return frame


def _fit(frame: pd.DataFrame, **asked: object) -> ja.Run:
    families = ["linear", "lightgbm", "knn"]
    return ja.fit(frame, target="y", families=families, budget=8, executor="inline", **asked)


def test_noise_is_told_to_be_noise(store_dir: Path) -> None:
    run = _fit(_table(150, 0.0, seed=3))
    honest = run.honest_score()
    assert honest is not None
    assert honest.low < 0.55
    best = run.experiment.leaderboard.best
    assert best is not None
    assert best.score is not None
    assert honest.score < best.score
    assert 2 < honest.n_candidates <= run.experiment.n_done


def test_a_real_signal_keeps_its_score(store_dir: Path, tmp_path: Path) -> None:
    run = _fit(_table(600, 2.0, seed=4))
    honest = run.honest_score()
    assert honest is not None
    best = run.experiment.leaderboard.best
    assert best is not None
    assert best.score == pytest.approx(honest.score, abs=0.03)
    assert honest.low < best.score < honest.high
    report = run.report(tmp_path / "report.html").read_text()
    assert "no say in choosing it: roc_auc" in report
    shutil.rmtree(run.folder / "trials")
    with pytest.raises(NoModelError, match="are gone"):
        run.honest_score()
