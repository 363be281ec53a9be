"""Voila: the same notebook code as an app."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.accessibility import serious_findings
from tests.e2e.servers import Server
from tests.e2e.training import Trained

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

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


@pytest.mark.parametrize(("query", "system"), [("?theme=dark", "light"), ("", "dark")])
def test_the_page_has_a_title_and_a_theme_and_words_while_it_starts(
    page: Page, voila: Server, query: str, system: str
) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.emulate_media(color_scheme=system, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(f"{voila.url}/{query}", timeout=120_000, wait_until="commit")
    steps = page.locator("#automl-steps li")
    expect(steps).to_have_count(3)
    expect(page.locator("#automl-steps li[aria-current=step]")).to_be_visible()
    expect(page.get_by_role("region", name="AutoML", exact=True)).to_be_visible(timeout=120_000)
    expect(page.locator("#loading")).to_have_count(0)
    expect(page).to_have_title("AutoML")
    assert page.evaluate("document.querySelector('meta[name=referrer]').content") == "no-referrer"
    assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
    back = "getComputedStyle(document.querySelector('.ja')).backgroundColor"
    assert page.evaluate(back) == "rgb(33, 33, 33)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    assert "import jupyter_automl" not in page.locator("body").inner_text()
    App(page).root.get_by_role("group", name="Samples").wait_for()
    assert [url for url in elsewhere if not url.startswith((voila.url, "data:", "blob:"))] == []
    assert serious_findings(page) == []


def test_a_page_that_does_not_come_says_what_to_do(page: Page, voila: Server) -> None:
    from playwright.sync_api import expect

    def cut(route: Route) -> None:
        # What the server had sent when its kernel died.
        whole = route.fetch().text()
        route.fulfill(content_type="text/html", body=whole[: whole.index("jupyter-config-data")])

    page.route(f"{voila.url}/", cut)
    page.goto(f"{voila.url}/", timeout=120_000)
    expect(page.get_by_role("alert")).to_contain_text("could not be started")
    expect(page.get_by_role("button", name="Load again")).to_be_visible()


def test_two_visitors_do_not_see_each_other(
    browser: Browser, voila: Server, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    from tests.e2e.app import App

    contexts = [browser.new_context() for _ in range(2)]
    apps: list[App] = []
    for number, context in enumerate(contexts):
        context.set_default_timeout(120_000)
        page = context.new_page()
        page.goto(voila.url, timeout=120_000)
        app = App(page)
        app.upload(_table(tmp_path / f"table{number}.csv", f"target{number}"))
        app.go_to("Train")
        app.train(f"Predict target{number}", target=f"target{number}", budget="15 s")
        expect(app.headline).to_be_visible()
        apps.append(app)
    first, second = apps
    # One run has all cores; the other waits and says so, and not for whom.
    expect(second.headline).to_contain_text("in line")
    first.wait_for_rows(1)
    ids = [re.search(r"run=([\w-]+)", app.page.url) for app in apps]
    assert ids[0] is not None
    assert ids[1] is not None
    assert ids[0][1] != ids[1][1]
    for app, other, foreign in ((first, "target1", ids[1][1]), (second, "target0", ids[0][1])):
        text = app.page.locator("body").inner_text()
        assert other not in text
        assert foreign not in text
        expect(app.root.locator(".ja-problem")).to_have_count(0)
    for app in (second, first):
        app.root.get_by_role("button", name=re.compile("^(Cancel|Stop)")).first.click()
    for context in contexts:
        context.close()


def test_a_file_comes_back_with_predictions(
    page: Page, voila: Server, trained: Trained, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    import jupyter_automl as ja
    from tests.e2e.app import App

    rows = tmp_path / "new.csv"
    ja.sample("churn").drop(columns="churn").to_csv(rows, index=False)
    page.goto(f"{voila.url}/?run={trained.run_id}", timeout=120_000)
    app = App(page)
    app.go_to("Predict")
    batch = app.root.get_by_role("region", name="Predict a whole file")
    batch.get_by_label("Files to upload").set_input_files(rows, timeout=120_000)
    expect(batch).to_contain_text("5,000 rows, predicted by", timeout=120_000)
    first = batch.get_by_role("region", name="First rows of new.csv")
    expect(first.get_by_role("row")).to_have_count(11)
    expect(first.get_by_role("columnheader").first).to_contain_text("churn_predicted")
    with page.expect_download() as waiting:
        batch.get_by_role("button", name="Save as CSV").click()
    saved = tmp_path / "saved.csv"
    waiting.value.save_as(saved)
    assert waiting.value.suggested_filename == "new-predicted.csv"
    with saved.open(newline="") as back, rows.open(newline="") as sent:
        got, given = list(csv.DictReader(back)), list(csv.DictReader(sent))
    assert [row["customer_id"] for row in got] == [row["customer_id"] for row in given]
    assert {row["churn_predicted"] for row in got} == {"yes", "no"}
    assert serious_findings(page) == []
    # The table that was learned from is the one that is shown.
    app.go_to("Data")
    expect(app.root).to_contain_text("churn")
    expect(app.root).not_to_contain_text("new.csv")


def _table(path: Path, target: str) -> Path:
    """A CSV file of two numbers and what they decide."""
    lines = [f"a,b,{target}"]
    for number in range(300):
        a, b = number * 7 % 101, number * 13 % 103
        lines.append(f"{a},{b},{'yes' if a > b else 'no'}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
