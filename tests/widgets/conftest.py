"""A trained run that pages ask about, and a helper that works here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import jupyter_automl as ja
from jupyter_automl.core.codec import to_plain
from jupyter_automl.execute.job import find_function
from jupyter_automl.widgets.asking import Answer, View, ViewContext
from jupyter_automl.widgets.views import VIEWS

Look = Callable[..., Answer]


class Inline:
    """A helper that does its jobs at once, in this process."""

    def run(self, function: str, payload: Any, *, on_part: Any = None, **rest: Any) -> Any:
        return find_function(function)(payload, on_part or (lambda part: None))


@pytest.fixture(scope="package")
def churn_run(tmp_path_factory: pytest.TempPathFactory) -> ja.Run:
    """One linear model of the churn table."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("churn")))
        run = ja.fit(
            "sample:churn",
            target="churn",
            exclude=["customer_id"],
            families=["linear"],
            max_trials=1,
            executor="inline",
        )
    # It knows its store; other tests of the package have their own.
    return run


@pytest.fixture
def context(churn_run: ja.Run) -> ViewContext:
    """What views of that run may look at."""
    return ViewContext(run=churn_run, helper=Inline(), stop=threading.Event())  # type: ignore[arg-type]


@pytest.fixture
def look(context: ViewContext) -> Look:
    """``look("topic.thing", **args)``: what a page would be answered."""

    def look(name: str, /, **args: Any) -> Answer:
        view: View = VIEWS.get(name)
        answer = view.compute(context, view.args(**args), lambda done, part: None)
        to_plain(answer.value)
        assert view.etag(context, view.args(**args)) == answer.etag
        return answer

    return look
