"""What pages ask about why a model predicts what it predicts, over a run that was trained."""

from __future__ import annotations

import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.core.errors import AutoMLError
from jupyter_automl.core.picture import Picture
from jupyter_automl.explain import lime_extra
from tests.widgets.conftest import Look


def test_the_overview_says_what_matters(look: Look, churn_run: ja.Run) -> None:
    view = look("explain.overview").value
    assert view.model == churn_run.best.name
    assert set(view.features) == set(churn_run.best.feature_names_in_)
    assert view.n_rows > 0
    assert view.insights


@pytest.mark.parametrize(
    "name", ["importance", "swarm", "dependence", "waterfall", "pairs", "permutation"]
)
def test_every_picture_can_be_drawn(look: Look, name: str) -> None:
    picture = look("explain.picture", name=name).value
    assert isinstance(picture, Picture)
    assert picture.name == name
    assert len(str(to_plain(picture))) < 400_000


def test_a_feature_and_a_row_can_be_chosen(look: Look) -> None:
    about = look("explain.overview").value
    last = look("explain.picture", name="dependence", feature=about.features[-1]).value
    first = look("explain.picture", name="dependence").value
    assert last != first
    one = look("explain.picture", name="waterfall", row=3).value
    other = look("explain.picture", name="waterfall", row=4).value
    assert one != other
    with pytest.raises(AutoMLError):
        look("explain.picture", name="waterfall", row=10**6)
    with pytest.raises(AutoMLError):
        look("explain.picture", name="dependence", feature="nowhere")


def test_lime_is_drawn_or_the_line_that_installs_it_is_said(look: Look) -> None:
    about = look("explain.overview").value
    if lime_extra.is_installed():
        assert about.lime == ""
        picture = look("explain.picture", name="lime", row=3).value
        assert picture.name == "lime"
        assert picture.title.startswith("Row 3 ")
        return
    assert about.lime == lime_extra.INSTALL
    with pytest.raises(AutoMLError, match="not installed"):
        look("explain.picture", name="lime", row=3)
