"""What pages ask about why a model predicts what it predicts, over a run that was trained."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.picture import Picture
from jupyter_automl.execute.job import find_function
from jupyter_automl.widgets.asking import Answer, View, ViewContext
from jupyter_automl.widgets.views import VIEWS


class Inline:
    """A helper that does its jobs at once, here."""

    def run(self, function: str, payload: Any, *, on_part: Any = None, **rest: Any) -> Any:
        return find_function(function)(payload, on_part or (lambda part: None))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("explained")))
        yield ja.fit(
            "sample:churn",
            target="churn",
            exclude=["customer_id"],
            families=["linear"],
            max_trials=1,
            executor="inline",
        )


def look(run: ja.Run, name: str, /, **args: Any) -> Answer:
    view: View = VIEWS.get(name)
    context = ViewContext(run=run, helper=Inline(), stop=threading.Event())  # type: ignore[arg-type]
    answer = view.compute(context, view.args(**args), lambda done, part: None)
    assert view.etag(context, view.args(**args)) == answer.etag
    return answer


def test_the_overview_says_what_matters(run: ja.Run) -> None:
    view = look(run, "explain.overview").value
    assert view.model == run.best.name
    assert set(view.features) == set(run.best.feature_names_in_)
    assert view.n_rows > 0
    assert view.insights


@pytest.mark.parametrize(
    "name", ["importance", "swarm", "dependence", "waterfall", "pairs", "permutation"]
)
def test_every_picture_can_be_drawn(run: ja.Run, name: str) -> None:
    picture = look(run, "explain.picture", name=name).value
    assert isinstance(picture, Picture)
    assert picture.name == name
    assert len(str(to_plain(picture))) < 400_000


def test_a_feature_and_a_row_can_be_chosen(run: ja.Run) -> None:
    about = look(run, "explain.overview").value
    last = look(run, "explain.picture", name="dependence", feature=about.features[-1]).value
    first = look(run, "explain.picture", name="dependence").value
    assert last != first
    one = look(run, "explain.picture", name="waterfall", row=3).value
    other = look(run, "explain.picture", name="waterfall", row=4).value
    assert one != other
    with pytest.raises(AutoMLError):
        look(run, "explain.picture", name="waterfall", row=10**6)
    with pytest.raises(AutoMLError):
        look(run, "explain.picture", name="dependence", feature="nowhere")
