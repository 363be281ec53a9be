"""Several models in one picture: whose line is whose, and what is said of who is ahead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.picture import Dots, Line, Picture
from jupyter_automl.evaluate.assess import COMPARED, Judged, draw, make_judged, overlaid
from tests.evaluate.assess.samples import EVIL, groups_of, many_classes, two_classes, weights_of


def _worse(judged: Judged, noise: float) -> Judged:
    """The same rows by a model that knows less."""
    rng = np.random.default_rng(5)
    odds = np.log(judged.prediction) + noise * rng.normal(size=judged.prediction.shape)
    shares = np.exp(odds)
    return replace(judged, prediction=shares / shares.sum(axis=1, keepdims=True))


def _lines(picture: Picture) -> list[Line]:
    return [m for m in picture.marks if isinstance(m, Line) and m.tone.startswith("series")]


@pytest.mark.parametrize("name", COMPARED)
def test_each_model_has_its_own_line_and_column(name: str) -> None:
    good = two_classes(400)
    models = {"first": good, EVIL: _worse(good, 1.0), "third": _worse(good, 3.0)}
    picture = overlaid(models, name)
    lines = _lines(picture)
    assert [line.tone for line in lines] == ["series:0", "series:1", "series:2"]
    assert [line.name for line in lines] == list(models)
    for line, judged in zip(lines, models.values(), strict=True):
        (alone,) = [
            m for m in draw(judged, name).marks if isinstance(m, Line) and m.tone == "accent"
        ]
        assert (line.x, line.y, line.low) == (alone.x, alone.y, alone.low)
    dots = [mark for mark in picture.marks if isinstance(mark, Dots)]
    assert len(dots) == (3 if name == "calibration" else 0)
    assert len(picture.findings) == 2
    assert len(picture.table.rows) <= 200
    said = str(picture.table.columns) + str(picture.table.rows)
    assert all(model in said for model in models)
    assert picture.title == draw(good, name).title


def test_the_better_one_is_ahead_whichever_is_first() -> None:
    good = two_classes(2_000)
    bad = _worse(good, 4.0)
    for models in ({"good": good, "bad": bad}, {"bad": bad, "good": good}):
        for name in COMPARED:
            (said,) = overlaid(models, name).findings
            assert "good is ahead of bad" in said, name
        (said,) = overlaid(models, "roc").findings
        areas = [roc_auc_score(one.y, one.prediction[:, 1]) for one in (good, bad)]
        assert f"{areas[0]:.3g}"[:5] in said
        assert said.endswith("Their 95 % intervals do not overlap.")


def test_what_may_be_chance_is_said_to_be() -> None:
    good = two_classes(60)
    (said,) = overlaid({"a": good, "b": _worse(good, 0.3)}, "roc").findings
    assert said.endswith("Their 95 % intervals overlap, so it may be chance.")
    (said,) = overlaid({"a": good, "b": good}, "precision_recall").findings
    assert said.startswith("By the mean precision a and b are equal: ")


@pytest.mark.parametrize("name", COMPARED)
def test_rows_of_any_kind(name: str) -> None:
    n = 200
    for facts in ({"weights": weights_of(n)}, {"groups": groups_of(n)}):
        judged = many_classes(n, **facts)
        label = {"label": "c2"}
        assert overlaid({"a": judged, "b": _worse(judged, 1.0)}, name, label).findings
    one = make_judged(np.array([0, 1]), np.array([[0.8, 0.2], [0.4, 0.6]]), labels=("a", "b"))
    other = replace(one, prediction=one.prediction[::-1].copy())
    assert overlaid({"a": one, "b": other}, name).findings


def test_what_cannot_be_compared_is_named() -> None:
    judged = two_classes(50)
    with pytest.raises(ArgumentError, match="Models can be compared in: roc"):
        overlaid({"a": judged, "b": judged}, "confusion")
    for n in (1, 4):
        with pytest.raises(ArgumentError, match=f"Got {n}"):
            overlaid({str(i): judged for i in range(n)}, "roc")
