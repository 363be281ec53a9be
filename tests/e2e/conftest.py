"""A real Chromium, a real JupyterLab, a real Voila and a run that both know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_automl.cli.dashboard import OPTIONS
from tests.e2e import servers
from tests.e2e.browser import FLAGS, find_browser
from tests.e2e.servers import Server
from tests.e2e.stage import STAGES, Stage, watch
from tests.e2e.training import Trained, train

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        reason = "no Chromium: install one, for example with `apt-get install chromium`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that reaches nothing but this machine; an error or a dialog in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    wrong: list[str] = []
    watch(page, wrong)
    yield page
    context.close()
    assert not wrong, wrong


@pytest.fixture(scope="package")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """One finished run on the churn sample, which both servers have in their stores."""
    store = tmp_path_factory.mktemp("trained") / "store"
    return train(store, "sample:churn", "churn", "churn")


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory, trained: Trained) -> Iterator[Server]:
    with servers.lab(tmp_path_factory.mktemp("lab"), store=trained.store) as server:
        yield server


@pytest.fixture(scope="package")
def voila(tmp_path_factory: pytest.TempPathFactory, trained: Trained) -> Iterator[Server]:
    notebook = ROOT / "notebooks" / "dashboard.ipynb"
    folder = tmp_path_factory.mktemp("voila")
    with servers.voila(folder, notebook, *OPTIONS, store=trained.store) as server:
        yield server


@pytest.fixture(scope="module", params=STAGES)
def stage(request: pytest.FixtureRequest, browser: Browser, trained: Trained) -> Iterator[Stage]:
    """A host in a theme, with a page that shows the finished run."""
    host, theme = request.param.split()
    server: Server = request.getfixturevalue(host)
    with Stage.of(host, theme, server, browser, trained.run_id) as made:
        yield made


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    return folder
