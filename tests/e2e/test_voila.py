"""Voila: the same notebook code as an app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.accessibility import serious_findings
from tests.e2e.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]


def test_from_data_to_the_explanation(page: Page, voila: Server, screenshots: Path) -> None:
    from tests.e2e.app import App

    page.goto(voila.url, timeout=120_000)
    app = App(page)
    app.choose_sample("churn")
    app.go_to("Train")
    app.train("Predict churn. Ignore customer_id.", target="churn", budget="10 min")
    app.wait_for_rows(2)
    assert serious_findings(page) == []
    page.screenshot(path=screenshots / "voila-train.png", full_page=True)
    app.stop()
    app.wait_for_shap()
    assert serious_findings(page) == []
    page.screenshot(path=screenshots / "voila-results.png", full_page=True)
