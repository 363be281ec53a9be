"""What was built of the columns, as the Results screen gets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import jupyter_automl as ja
from jupyter_automl.core.errors import RunError
from jupyter_automl.widgets.controller import Controller, plain
from jupyter_automl.widgets.parts.features import FeaturesPart
from jupyter_automl.widgets.requests import check_body
from tests.widgets.events import MARKUP

N_ROWS = 80


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    """One linear model on a date of an odd name and a number."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=N_ROWS)})
    frame[MARKUP] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, N_ROWS), "D")
    frame["y"] = np.where(frame["x"] > 0, "yes", "no")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("store")))
        yield ja.fit(
            frame, target="y", families="linear", max_trials=1, n_jobs=1, executor="inline"
        )


def ask(part: FeaturesPart, **body: Any) -> Any:
    """A request of the page, checked and answered, and the section after it."""
    request = Controller([part]).requests["features"]
    request.answer(check_body(request, "features", body), ())
    return plain(part.view())


def test_sentences_of_the_best_model_as_plain_text(run: ja.Run) -> None:
    part = FeaturesPart(lambda: run)
    assert plain(part.view())["status"] == "empty"
    view = ask(part)
    assert (view["status"], view["model"], view["error"]) == ("ready", "Linear", None)
    assert any(repr(MARKUP) in sentence for sentence in view["sentences"])
    assert part.take() == {"set": {"features": view}}
    part.forget()
    assert plain(part.view())["sentences"] == []


def test_an_answer_about_another_run_than_the_one_shown_is_dropped(run: ja.Run) -> None:
    shown = iter([run, None])
    part = FeaturesPart(lambda: next(shown))
    assert ask(part, model="Linear")["status"] == "empty"


def test_what_is_missing_is_said_to_the_page(run: ja.Run) -> None:
    part = FeaturesPart(lambda: None)
    with pytest.raises(RunError, match="no run"):
        ask(part)
    part = FeaturesPart(lambda: run)
    with pytest.raises(ja.AutoMLError, match="Linear"):
        ask(part, model="Linaer")
    view = part.view()
    assert view.status == "failed"
    assert view.error is not None
    assert "Linaer" in view.error.message
