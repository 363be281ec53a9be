"""What a person looks at comes back: after a reload, a restarted kernel, on a second page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.accessibility import serious_findings
from tests.e2e.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]


def test_a_restarted_kernel_shows_the_run_again(page: Page, lab: Server) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    # A workspace of its own: other tests begin with the launcher of the default one.
    page.goto(lab.page("lab/workspaces/alive"))
    card = page.locator(".jp-LauncherCard", has_text="AutoML")
    card.scroll_into_view_if_needed()
    card.click()
    app = App(page)
    app.choose_sample("iris")
    app.go_to("Train")
    app.train("Predict species", target="species", budget="15 s")
    expect(app.headline).to_contain_text("is best with", timeout=120_000)
    app.wait_for_shap()
    models = app.compared()

    page.get_by_role("button", name="Restart the kernel", exact=True).first.click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    expect(app.root.locator(".ja-life")).to_contain_text("No kernel answers", timeout=60_000)

    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+Enter")
    expect(app.root.get_by_role("tab", name=re.compile("^Results"))).to_have_attribute(
        "aria-selected", "true", timeout=120_000
    )
    expect(app.root.locator(".ja-comparison tbody tr")).to_have_count(len(models), timeout=60_000)
    assert app.compared() == models


def test_a_voila_page_keeps_its_run_in_the_address(page: Page, voila: Server) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    page.goto(voila.url, timeout=120_000)
    app = App(page)
    app.choose_sample("iris")
    app.go_to("Train")
    app.train("Predict species", target="species", budget="15 s")
    expect(app.headline).to_contain_text("is best with", timeout=120_000)
    models = app.leaderboard()
    expect(page).to_have_url(re.compile(r"[?&]run="))

    page.reload(timeout=120_000)
    app.wait_for_rows(len(models))
    assert app.leaderboard() == models

    second = page.context.new_page()
    second.goto(page.url, timeout=120_000)
    other = App(second)
    other.wait_for_rows(len(models))
    assert other.leaderboard() == models
    second.close()

    # A visitor whose address names no run begins anew.
    page.goto(f"{voila.url}/?run=nobody-1", timeout=120_000)
    expect(app.root.locator(".ja-life")).to_contain_text("not here", timeout=120_000)
    assert serious_findings(page) == []
