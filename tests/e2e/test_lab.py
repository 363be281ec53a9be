"""JupyterLab: from the launcher to the explanation, with the kernel free all the way."""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.accessibility import serious_findings
from tests.e2e.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

HOSTILE = "<img src=x onerror=alert(1)>"


def test_from_the_launcher_to_the_explanation(page: Page, lab: Server, screenshots: Path) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    lab.use_theme("JupyterLab Light")
    page.goto(lab.page("lab"))
    card = page.locator(".jp-LauncherCard", has_text="AutoML")
    card.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "lab-launcher-light.png")
    card.click()
    app = App(page)
    app.choose_sample("churn")
    assert serious_findings(page) == []
    page.screenshot(path=screenshots / "lab-data-light.png")

    app.go_to("Train")
    app.train("Predict churn. Ignore customer_id.", target="churn", budget="10 min")
    app.wait_for_rows(1)

    # Rows go on to appear while another cell is run again and again.
    before = len(app.leaderboard())
    seconds = [_run_in_a_new_cell(page, number) for number in range(5)]
    assert statistics.median(seconds) < 1, seconds
    app.wait_for_rows(before + 1)
    assert serious_findings(page) == []
    page.screenshot(path=screenshots / "lab-train-light.png")

    # A page that is loaded again shows the same models, and the run is still going.
    models = app.leaderboard()
    lab.use_theme("JupyterLab Dark")
    page.reload()
    app.wait_for_rows(len(models))
    assert models <= app.leaderboard()
    expect(
        app.root.get_by_role("button", name=re.compile("^Stop( and keep the best)?$"))
    ).to_be_enabled()
    page.screenshot(path=screenshots / "lab-train-dark.png")

    app.stop()
    app.wait_for_shap()
    assert serious_findings(page) == []
    app.root.get_by_role("heading", name="What matters", exact=True).scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "lab-results-dark.png")
    lab.use_theme("JupyterLab Light")


def test_a_data_file_has_a_menu_item_that_trains_on_it(page: Page, lab: Server) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    _write_hostile_table(lab.work / "visits.csv")
    (lab.work / "notes.txt").write_text("no table", encoding="utf-8")
    page.goto(lab.page("lab") + "&reset")
    item = page.get_by_role("menuitem", name="Train a model on this file")

    page.locator(".jp-DirListing-item", has_text="notes.txt").click(button="right")
    expect(page.get_by_role("menuitem", name=re.compile("^Rename")).first).to_be_visible()
    expect(item).to_have_count(0)
    page.keyboard.press("Escape")

    page.locator(".jp-DirListing-item", has_text="visits.csv").click(button="right")
    item.click()
    app = App(page)
    header = app.root.get_by_role("columnheader").filter(has_text=HOSTILE)
    expect(header).to_be_visible(timeout=120_000)
    expect(page.locator(".jp-Notebook .cm-content").first).to_contain_text('ja.App("visits.csv")')

    # A name is text on every screen: as a field, in the run and in its explanation.
    app.go_to("Train")
    app.train("Predict visits", target="visits", budget="15 s")
    app.wait_for_rows(1)
    expect(app.headline).to_contain_text("is best with", timeout=120_000)
    app.wait_for_shap()
    # The page fixture fails the test if anything in it ran.
    assert app.root.locator("img[src='x']").count() == 0


def _run_in_a_new_cell(page: Page, number: int) -> float:
    """Run a sum in a cell below the last one; returns the seconds until its result shows."""
    from playwright.sync_api import expect

    notebook = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
    page.locator(".jp-NotebookPanel:visible .jp-NotebookPanel-toolbar").click(
        position={"x": 2, "y": 2}
    )
    page.keyboard.press("Escape")
    count = notebook.locator(".jp-CodeCell").count()
    page.get_by_role("button", name="Insert a cell below").first.click()
    expect(notebook.locator(".jp-CodeCell")).to_have_count(count + 1)
    cell = notebook.locator(".jp-CodeCell").nth(count)
    cell.locator(".cm-content").click()
    page.keyboard.type(f"sum(range({100 + number}))")
    begin = time.perf_counter()
    page.keyboard.press("Control+Enter")
    answer = str(sum(range(100 + number)))
    expect(cell.locator(".jp-OutputArea-output")).to_have_text(re.compile(answer))
    return time.perf_counter() - begin


def _write_hostile_table(path: Path) -> None:
    lines = [f"visits,{HOSTILE},city"]
    cities = ("Oslo", "<b>Rome</b>", "Quito")
    lines += [f"{3 * n % 97 + n % 5},{n % 97},{cities[n % 3]}" for n in range(400)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
