"""The part of the page that is sent when it is first needed."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.widgets import base, schema
from jupyter_automl.widgets.asking import ViewContext
from jupyter_automl.widgets.views import VIEWS


def late() -> schema.CodeView:
    view = VIEWS.get("page.late")
    helper: Any = SimpleNamespace()
    context = ViewContext(run=None, helper=helper, stop=threading.Event())
    code: schema.CodeView = view.compute(context, schema.LateArgs(), lambda *_: None).value
    return code


def test_it_is_of_the_same_build_as_every_widget() -> None:
    found = late()
    assert found.code.startswith("export default (require, module) => {")
    for name in ("app", "leaderboard", "shap", "whatif"):
        assert f'"{found.build}"' in base.bundle(f"{name}.js")


def test_a_front_end_that_was_not_built_is_a_clear_error(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "STATIC", tmp_path)
    with pytest.raises(UnavailableError, match=r"late\.js"):
        late()
