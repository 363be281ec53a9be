"""What pages ask about how good a model is, over a run that was trained."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.picture import Picture
from jupyter_automl.execute.job import find_function
from jupyter_automl.widgets import schema
from jupyter_automl.widgets.asking import Answer, View, ViewContext
from jupyter_automl.widgets.views import VIEWS


class Inline:
    """A helper that does its jobs at once, here."""

    def run(self, function: str, payload: Any, **rest: Any) -> Any:
        return find_function(function)(payload, lambda part: None)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("judged")))
        yield ja.fit(
            "sample:churn",
            target="churn",
            exclude=["customer_id"],
            families=["linear"],
            max_trials=1,
            executor="inline",
        )


def context_of(run: ja.Run) -> ViewContext:
    return ViewContext(run=run, helper=Inline(), stop=threading.Event())  # type: ignore[arg-type]


def look(run: ja.Run, name: str, /, **args: Any) -> Answer:
    view: View = VIEWS.get(name)
    return view.compute(context_of(run), view.args(**args), lambda done, answer: None)


def test_the_overview_says_the_scores_and_what_can_be_drawn(run: ja.Run) -> None:
    view: schema.EvaluationView = look(run, "evaluate.overview").value
    assert view.model == run.best.name
    assert view.scores[0].metric == run.best.metric
    for score in view.scores:
        assert score.value is None or score.low is None or score.low <= score.value <= score.high
    assert {"confusion", "roc", "calibration"} <= set(view.pictures)
    assert "churn" not in view.columns
    assert len(view.labels) == 2
    assert view.findings
    to_plain(view)


def test_every_picture_of_the_overview_can_be_drawn(run: ja.Run) -> None:
    overview = look(run, "evaluate.overview").value
    for name in overview.pictures:
        picture = look(run, "evaluate.picture", name=name).value
        assert isinstance(picture, Picture)
        assert picture.name == name
        assert len(str(to_plain(picture))) < 200_000


def test_options_reach_the_picture(run: ja.Run) -> None:
    plain = look(run, "evaluate.picture", name="confusion").value
    moved = look(run, "evaluate.picture", name="confusion", threshold=0.01).value
    assert plain.table != moved.table
    priced = look(run, "evaluate.picture", name="cost", costs=(1.0, 5.0)).value
    assert priced.name == "cost"
    column = look(run, "evaluate.overview").value.columns[0]
    fair = look(run, "evaluate.picture", name="fairness", by=column).value
    assert fair.name == "fairness"


def test_a_picture_that_there_cannot_be_is_an_error(run: ja.Run) -> None:
    with pytest.raises(AutoMLError):
        look(run, "evaluate.picture", name="residuals")
    with pytest.raises(AutoMLError):
        look(run, "evaluate.picture", name="fairness", by="nowhere")


def test_thresholds_count_every_row_at_every_place(run: ja.Run) -> None:
    answer = look(run, "evaluate.thresholds")
    n = look(run, "evaluate.overview").value.n_rows
    total = sum(answer.arrays[key] for key in ("tp", "fp", "fn", "tn"))
    assert total.shape == (101,)
    assert np.allclose(total, n)
    assert answer.value.current == pytest.approx(run.best.threshold)


def test_the_same_question_has_the_same_etag_before_it_is_computed(run: ja.Run) -> None:
    for name, args in (
        ("evaluate.overview", {}),
        ("evaluate.picture", {"name": "roc"}),
        ("evaluate.thresholds", {}),
    ):
        view: View = VIEWS.get(name)
        known = view.etag(context_of(run), view.args(**args))
        assert known == look(run, name, **args).etag != ""
    view = VIEWS.get("evaluate.picture")
    tags = {view.etag(context_of(run), view.args(name=name)) for name in ("roc", "gain")}
    assert len(tags) == 2
