"""Jupyter Notebook 7: the same cell, the same app."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from tests.e2e import servers
from tests.e2e.accessibility import serious_findings
from tests.e2e.stage import NEW, run_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.e2e.servers import Server

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(find_spec("notebook") is None, reason="Notebook 7 is not installed"),
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.notebook(tmp_path_factory.mktemp("notebook")) as server:
        yield server


def test_the_app_paints_and_trains(page: Page, notebook: Server) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    notebook.write("flowers", NEW)
    run_notebook(page, notebook.page("notebooks/flowers.ipynb"))
    app = App(page)
    app.choose_sample("iris")
    app.go_to("Train")
    app.train("Predict species", target="species", budget="15 s")
    expect(app.headline).to_contain_text("is best with", timeout=120_000)
    assert serious_findings(page) == []
    app.wait_for_shap()
    assert serious_findings(page) == []
    expect(app.root.get_by_role("tab", name=re.compile("^Results"))).to_be_visible()
