"""SHAP beside LIME."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.picture import Bars
from jupyter_automl.explain import Explanation, Local, lime_extra, local
from jupyter_automl.explain.lime_picture import beside_lime


def explanation(values: list[float]) -> Explanation:
    names = [f"f{i}" for i in range(len(values))]
    return Explanation(
        values=np.array([values]),
        base_values=np.asarray(0.0),
        data=pd.DataFrame([range(len(values))], columns=names, index=[7]),
        classes=("no", "yes"),
        space="log-odds",
        method="tree",
    )


def of_lime(effects: dict[str, float], fit: float = 0.8) -> Local:
    pairs = tuple(effects.items())
    return Local(weights=pairs, effects=pairs, fit=fit, prediction=0.5)


def test_agreement_is_counted_by_hand() -> None:
    made = explanation([3.0, -2.0, 1.0, 0.5, 0.25, 0.1])
    found = of_lime({"f0": 0.3, "f1": 0.2, "f5": 0.1, "f2": 0.05, "f3": 0.01, "f4": 0.0})
    picture = beside_lime(made, found)
    assert picture.title == "Row 7 by SHAP and by LIME"
    assert picture.findings[0] == (
        "Of the 5 features that move this row most, LIME has 4 among its strongest too, 3 of "
        "them in the same direction."
    )
    assert "explains 80 % of" in picture.findings[1]
    ours, theirs = picture.marks
    assert isinstance(ours, Bars)
    assert isinstance(theirs, Bars)
    assert ours.value[:2] == (1.0, -0.66667)
    assert theirs.value[:2] == (1.0, 0.66667)
    assert picture.table.rows[1] == ("f1", -2.0, 0.2)
    other = beside_lime(made, found, label="no")
    assert other.table.rows[0][1] == -3.0


def test_a_straight_line_that_fits_badly_says_little() -> None:
    made = explanation([1.0, 2.0])
    for fit in (0.2, -3.0):
        assert "say little" in beside_lime(made, of_lime({"f0": 1.0}, fit)).findings[1]
    assert len(beside_lime(made, of_lime({"f0": 1.0}, float("nan"))).findings) == 1


def test_rows_that_nothing_moves() -> None:
    picture = beside_lime(explanation([0.0, 0.0]), of_lime({"f0": 0.0, "f1": 1e-320}))
    assert picture.findings[0] == "By SHAP no feature moves this row."
    one = beside_lime(explanation([1.0, 0.0]), of_lime({"f0": -1.0}))
    assert one.findings[0].endswith("in the other direction.")
    none = beside_lime(explanation([1.0]), of_lime({}))
    assert none.findings[0].endswith("does not name it among its strongest five.")
    flat = replace(explanation([0.0]), base_values=np.asarray(-1.0986122886))
    assert beside_lime(flat, of_lime({})).marks
    # What is left of a constant after rounding is no effect.
    constant = replace(flat, values=np.array([[3e-17]]))
    picture = beside_lime(constant, of_lime({"f0": 1e-17}))
    assert picture.findings[0] == "By SHAP no feature moves this row."
    assert [mark.value for mark in picture.marks if isinstance(mark, Bars)] == [(0.0,), (0.0,)]


@pytest.mark.skipif(not lime_extra.is_installed(), reason="The package lime is an extra.")
def test_effects_of_lime_are_those_of_a_straight_model() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(5, 2, 500), "b": rng.normal(size=500)})

    def predict(rows: pd.DataFrame) -> np.ndarray:
        return 3 * rows["a"].to_numpy() - rows["b"].to_numpy()

    row = pd.DataFrame({"a": [9.0], "b": [1.0]})
    found = local(predict, frame, row, class_place=None)
    effects = dict(found.effects)
    assert effects["a"] == pytest.approx(3 * (9 - frame["a"].mean()), rel=0.15)
    assert effects["b"] == pytest.approx(-(1 - frame["b"].mean()), rel=0.15)
