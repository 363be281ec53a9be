"""What pages ask about how good a model is, over a run that was trained."""

from __future__ import annotations

import numpy as np
import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.picture import Picture
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import View, ViewContext
from jupyter_automl.widgets.views import VIEWS
from tests.widgets.conftest import Look


def test_the_overview_says_the_scores_and_what_can_be_drawn(look: Look, churn_run: ja.Run) -> None:
    view: schema.EvaluationView = look("evaluate.overview").value
    assert view.model == churn_run.best.name
    assert view.scores[0].metric == churn_run.best.metric
    for score in view.scores:
        assert score.value is None or score.low is None or score.low <= score.value <= score.high
    assert {"confusion", "roc", "calibration"} <= set(view.pictures)
    assert "churn" not in view.columns
    assert len(view.labels) == 2
    assert view.findings
    to_plain(view)


def test_every_picture_of_the_overview_can_be_drawn(look: Look) -> None:
    overview = look("evaluate.overview").value
    for name in overview.pictures:
        picture = look("evaluate.picture", name=name).value
        assert isinstance(picture, Picture)
        assert picture.name == name
        assert len(str(to_plain(picture))) < 200_000


def test_options_reach_the_picture(look: Look) -> None:
    plain = look("evaluate.picture", name="confusion").value
    moved = look("evaluate.picture", name="confusion", threshold=0.01).value
    assert plain.table != moved.table
    priced = look("evaluate.picture", name="cost", costs=(1.0, 5.0)).value
    assert priced.name == "cost"
    column = look("evaluate.overview").value.columns[0]
    fair = look("evaluate.picture", name="fairness", by=column).value
    assert fair.name == "fairness"


def test_a_picture_that_there_cannot_be_is_an_error(look: Look) -> None:
    with pytest.raises(AutoMLError):
        look("evaluate.picture", name="residuals")
    with pytest.raises(AutoMLError):
        look("evaluate.picture", name="fairness", by="nowhere")


def test_thresholds_count_every_row_at_every_place(look: Look, churn_run: ja.Run) -> None:
    answer = look("evaluate.thresholds")
    n = look("evaluate.overview").value.n_rows
    total = sum(answer.arrays[key] for key in ("tp", "fp", "fn", "tn"))
    assert total.shape == (101,)
    assert np.allclose(total, n)
    assert answer.value.current == pytest.approx(churn_run.best.threshold)


def test_the_same_question_has_the_same_etag_before_it_is_computed(
    look: Look, context: ViewContext
) -> None:
    for name, args in (
        ("evaluate.overview", {}),
        ("evaluate.picture", {"name": "roc"}),
        ("evaluate.thresholds", {}),
    ):
        view: View = VIEWS.get(name)
        known = view.etag(context, view.args(**args))
        assert known == look(name, **args).etag != ""
    view = VIEWS.get("evaluate.picture")
    tags = {view.etag(context, view.args(name=name)) for name in ("roc", "gain")}
    assert len(tags) == 2


def test_the_worst_rows_are_listed_by_their_numbers(look: Look) -> None:
    picture = look("evaluate.picture", name="errors").value
    (dots,) = picture.marks
    assert picture.picks == "row"
    assert [row[0] for row in picture.table.rows] == [str(row) for row in dots.rows]
    shown = look("explain.picture", name="waterfall", row=dots.rows[0]).value
    assert shown.title == f"Row {dots.rows[0]}"


def test_two_classes_have_no_table_of_costs_and_say_what_can_be_compared(look: Look) -> None:
    view: schema.EvaluationView = look("evaluate.overview").value
    assert view.priced == ()
    assert view.n_classes == 2
    assert set(view.compared) == {"roc", "precision_recall", "calibration", "gain", "lift"}


def test_models_that_are_drawn_over_belong_to_the_question(
    look: Look, context: ViewContext, churn_run: ja.Run
) -> None:
    best = churn_run.best.name
    alone = look("evaluate.picture", name="roc")
    # A model beside itself is the model.
    again = look("evaluate.picture", name="roc", models=(best,))
    assert alone.value == again.value
    view: View = VIEWS.get("evaluate.picture")
    assert view.etag(context, view.args(name="roc")) != again.etag
    with pytest.raises(AutoMLError):
        look("evaluate.picture", name="roc", models=("nobody",))
