"""What people come for, from a file to an answer, in JupyterLab and Voila, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.accessibility import serious_findings
from tests.e2e.stage import STAGES, WIDE, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.app import App

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=alert(1)>"
N_ROWS = 480
ONE_THEME = pytest.mark.parametrize(
    "stage", [stage for stage in STAGES if stage.endswith("light")], indirect=True
)
NARROW = pytest.mark.parametrize(
    "stage", [stage for stage in STAGES if stage.startswith("voila")], indirect=True
)
STEPS = ("Data", "Train", "Results", "Predict")


@pytest.fixture(autouse=True)
def _nothing_went_wrong(stage: Stage) -> Iterator[None]:
    """An error or a dialog in any page of the stage fails the test in which it came."""
    stage.wrong.clear()
    yield
    assert not stage.wrong, stage.wrong


def test_a_file_is_uploaded_and_the_run_is_watched(stage: Stage, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    file = tmp_path / f"{stage.theme} visits.csv"
    _write_table(file)
    app = stage.fresh()
    app.upload(file)
    expect(app.root).to_contain_text(f"{N_ROWS} rows, 3 columns")
    expect(app.preview.get_by_role("columnheader").filter(has_text=HOSTILE)).to_be_visible()
    # A small picture of its values stands in each header.
    expect(app.preview.locator("thead svg")).to_have_count(3)
    assert serious_findings(app.page) == []

    app.go_to("Train")
    app.read("Predict visits", target="visits", budget="10 min")
    app.wait_until_quiet()
    assert serious_findings(app.page) == []
    app.root.get_by_role("button", name="Train", exact=True).click()
    app.wait_for_rows(1)
    expect(app.headline).to_contain_text(re.compile(r"leads with .* left\.$"))
    budget = app.root.get_by_role("progressbar", name="Budget in use")
    expect(budget).to_have_attribute("max", "600")
    expect(app.root.get_by_label("CPU in use by the run")).to_be_visible(timeout=60_000)
    app.wait_for_rows(2)
    assert serious_findings(app.page) == []
    log = app.root.locator("details", has_text=re.compile("^Log"))
    log.locator("summary").click()
    expect(log.locator("li").first).to_be_visible()

    # Something moves while models train, and nothing where motion is not wanted.
    expect(app.root.locator(".ja-pulse").first).to_be_attached()
    assert app.moving() != []
    app.page.emulate_media(reduced_motion="reduce", color_scheme=stage.theme)
    assert app.moving() == []

    app.stop()
    assert serious_findings(app.page) == []
    # What a column is called never runs, and is never drawn as anything but text.
    assert app.root.locator("img[src='x']").count() == 0
    app.page.close()


def test_the_board_is_explored(stage: Stage) -> None:
    from playwright.sync_api import expect

    app = stage.shown
    app.go_to("Train")
    app.wait_for_rows(3)
    # What comes below moves the whole cell in Lab: a click in that moment hits nothing.
    app.wait_until_quiet()
    ranked = app.models()
    assert serious_findings(app.page) == []

    # Sorted by what a model took to fit, turned round, and as ranked again.
    head = app.board.locator("th.ja-col-fit")
    for state, turn in (("ascending", 1), ("descending", -1)):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", state)
        seconds = [_seconds(text) for text in app.rows.locator("td.ja-col-fit").all_inner_texts()]
        assert seconds == sorted(seconds, reverse=turn < 0)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "none")
    assert app.models() == ranked

    search = app.root.get_by_label("Search models")
    search.fill(ranked[-1].upper())
    expect(app.rows).to_have_count(sum(ranked[-1] in name for name in ranked))
    expect(app.root.get_by_text(f"{ranked[0]} leads, and is hidden")).to_be_visible()
    search.fill("")
    expect(app.rows).to_have_count(len(ranked))

    menu = app.button("Families")
    menu.click()
    families = app.root.get_by_role("group", name="Families")
    families.get_by_label(ranked[1], exact=True).uncheck()
    expect(app.rows).to_have_count(len(ranked) - 1)
    assert ranked[1] not in app.models()
    assert serious_findings(app.page) == []
    families.get_by_role("button", name="Show all").click()
    menu.click()
    assert app.models() == ranked

    menu = app.button("Columns")
    menu.click()
    columns = app.root.get_by_role("group", name="Columns")
    columns.get_by_label("trials", exact=True).uncheck()
    expect(app.board.locator("th.ja-col-trials")).to_have_count(0)
    columns.get_by_role("button", name="Show all").click()
    menu.click()
    expect(app.board.locator("th.ja-col-trials")).to_be_visible()

    for name in ranked[1:3]:
        app.board.get_by_label(f"Compare {name}", exact=True).check()
    app.button("Compare 2").click()
    both = app.root.get_by_role("region", name="2 rows side by side")
    for name in ranked[1:3]:
        expect(both.get_by_role("columnheader", name=name)).to_be_visible()
    expect(both.get_by_text("best", exact=True).first).to_be_visible()
    assert serious_findings(app.page) == []
    both.get_by_role("button", name="Close").click()
    app.button("Clear the choice").click()

    app.rows.nth(1).locator(".ja-model-name").click()
    detail = app.root.get_by_role("region", name=re.compile(f"^{re.escape(ranked[1])}, "))
    expect(detail.get_by_role("heading", name="Settings")).to_be_visible()
    expect(detail.get_by_role("img").first).to_be_visible()
    app.wait_until_quiet()
    assert serious_findings(app.page) == []
    detail.get_by_role("button", name="Close").click()

    app.button("All trials").click()
    expect(app.board.locator("td.ja-col-number").first).to_be_visible()
    best = app.board.locator("td.ja-col-score .ja-score-number").all_inner_texts()
    assert best == sorted(best, reverse=True)
    assert serious_findings(app.page) == []
    app.button("Models").click()
    expect(app.rows).to_have_count(len(ranked))


def test_results_answer_questions(stage: Stage) -> None:
    from playwright.sync_api import expect

    app = stage.shown
    app.wait_for_shap()
    app.wait_until_quiet()
    assert serious_findings(app.page) == []

    # The threshold moves on the page alone; every row stays counted.
    slider = app.root.get_by_role("slider", name=re.compile("^Threshold"))
    counted = _counts(app)
    slider.press("End")
    expect(app.root.locator(".ja-slider output")).to_have_text("1.00")
    moved = _counts(app)
    assert sum(moved) == sum(counted)
    # Columns are what is called negative and positive: now nearly all are called negative.
    assert moved[1] + moved[3] < counted[1] + counted[3]
    slider.press("ArrowLeft")
    expect(app.root.locator(".ja-slider output")).to_have_text("0.99")
    expect(app.root.locator(".ja-slider code")).to_have_text("predict(X, threshold=0.99)")
    app.button("Back to the model's own").click()
    assert _counts(app) == counted

    questions = app.root.get_by_role("group", name="Questions")
    asked = questions.get_by_role("button").all_inner_texts()
    assert len(asked) >= 3
    for question in asked:
        button = questions.get_by_role("button", name=question, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        app.wait_until_quiet()
        assert serious_findings(app.page) == [], question
    fair = app.root.locator(".ja-evaluate select").last
    fair.select_option(index=1)
    expect(app.root.locator(".ja-evaluate figure.ja-picture").first).to_be_visible(timeout=60_000)
    assert serious_findings(app.page) == []
    questions.get_by_role("button").first.click()
    app.wait_until_quiet()

    # A name of what matters most leads to its dependence, a point to the waterfall of its row.
    names = app.picture(re.compile("^What matters most")).get_by_role("option")
    _click(names.nth(1))
    column = app.root.get_by_label("column", exact=True)
    wanted = (names.nth(1).get_attribute("aria-label") or "").split(":")[0]
    expect(column).to_have_value(re.compile(re.escape(_plain(wanted))))
    expect(app.picture(_plain(wanted))).to_be_visible(timeout=60_000)
    row = app.root.get_by_label("row of the table")
    before = row.input_value()
    points = app.picture("What raises and what lowers").get_by_role("option")
    points.first.focus()
    app.page.keyboard.press("End")
    app.page.keyboard.press("Enter")
    expect(row).not_to_have_value(before)
    expect(app.picture(f"Row {row.input_value()}")).to_be_visible(timeout=60_000)
    app.wait_until_quiet()
    assert serious_findings(app.page) == []


def test_a_changed_field_changes_the_answer(stage: Stage) -> None:
    from playwright.sync_api import expect

    app = stage.shown
    app.go_to("Predict")
    outlook = app.root.get_by_role("region", name="Prediction")
    expect(outlook.locator("figure.ja-picture").first).to_be_visible(timeout=120_000)
    app.wait_until_quiet()
    assert serious_findings(app.page) == []

    typical = _shares(app)
    form = app.root.get_by_role("region", name="What if")
    slider = form.get_by_role("slider").first
    seen = set()
    for key in ("End", "Home"):
        slider.press(key)
        expect(app.button("Undo all 1 change")).to_be_visible()
        app.wait_until_quiet()
        seen.add(tuple(_shares(app)))
    assert seen - {tuple(typical)}, "no value of the strongest field changes the prediction"
    field = slider.get_attribute("aria-label")
    expect(outlook.locator("figure.ja-picture").nth(1)).to_be_visible(timeout=60_000)
    assert serious_findings(app.page) == []

    app.button("Rows most like this one").click()
    like = app.root.get_by_role("region", name="Rows most like this one")
    expect(like.locator("tbody tr").first).to_be_visible(timeout=60_000)
    assert serious_findings(app.page) == []
    app.button("What would change it").click()
    app.button("Find the smallest change").click()
    app.wait_until_quiet()
    expect(app.root.locator(".ja-flip > p").nth(1)).not_to_be_empty()
    assert serious_findings(app.page) == []

    app.root.get_by_role("button", name=f"Undo: {field}").click()
    expect(app.button("Undo all")).to_have_count(0)
    app.wait_until_quiet()
    assert _shares(app) == typical


@NARROW
def test_a_telephone_shows_every_step_without_scrolling_sideways(stage: Stage) -> None:
    app = stage.shown
    app.page.set_viewport_size({"width": 380, "height": 800})
    for step in STEPS:
        app.go_to(step)
        app.wait_until_quiet()
        width = app.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, step
        assert app.too_wide() == [], step
        assert serious_findings(app.page) == [], step
    app.page.set_viewport_size(WIDE)  # type: ignore[arg-type]


@ONE_THEME
def test_the_keyboard_is_enough(stage: Stage) -> None:
    from playwright.sync_api import expect

    app = stage.shown
    page = app.page
    app.go_to("Data")
    app.wait_until_quiet()
    cells = page.locator(".jp-Notebook .jp-Cell").count()

    # From the steps by arrow keys, then by Tab into the table.
    app.root.get_by_role("tab", name=re.compile("^Data")).focus()
    page.keyboard.press("ArrowRight")
    expect(app.root.get_by_role("tab", name=re.compile("^Train"))).to_be_focused()
    app.wait_for_rows(2)
    _tab_to(app, "tr[data-id]")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(app.rows.nth(1)).to_be_focused()
    page.keyboard.press("Space")
    expect(app.rows.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    detail = app.root.locator("section.ja-detail")
    expect(detail).to_be_visible()
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)
    # Letters that are commands of a notebook do nothing to it from inside the widget.
    for letter in ("x", "a", "b", "d", "d"):
        page.keyboard.press(letter)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    expect(app.root).to_be_visible()
    _tab_to(app, "button", backwards=True, text="Clear the choice")
    page.keyboard.press("Enter")
    expect(app.rows.nth(1)).to_have_attribute("aria-selected", "false")

    app.root.get_by_role("tab", name=re.compile("^Train")).focus()
    page.keyboard.press("ArrowRight")
    expect(app.root.get_by_role("tab", name=re.compile("^Results"))).to_be_focused()
    app.wait_until_quiet()
    _tab_to(app, ".ja-slider input[type=range]")
    output = app.root.locator(".ja-slider output")
    before = output.inner_text()
    page.keyboard.press("ArrowRight")
    expect(output).not_to_have_text(before)
    page.keyboard.press("ArrowLeft")
    expect(output).to_have_text(before)
    _tab_to(app, ".ja-pic-target")
    page.keyboard.press("ArrowRight")
    expect(app.root.locator(".ja-pic-target:focus")).to_have_count(1)


def _tab_to(app: App, selector: str, *, backwards: bool = False, text: str = "") -> None:
    """Press Tab until something that fits has the focus, which every stop has to show."""
    code = """([selector, text]) => {
      const at = document.activeElement;
      if (!at?.closest("section.ja")) return "outside";
      const style = getComputedStyle(at);
      const shown = style.outlineStyle !== "none" || style.boxShadow !== "none"
        || at.matches(".ja-pic-target");
      if (!shown) return `no focus on ${at.outerHTML.slice(0, 200)}`;
      return at.matches(selector) && at.textContent.includes(text) ? "there" : "";
    }"""
    for _ in range(80):
        app.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        found = app.page.evaluate(code, [selector, text])
        if found == "there":
            return
        assert found == "", f"{found}, on the way to {selector}"
    raise AssertionError(f"80 tabs do not lead to {selector}")


def _click(target: Locator) -> None:
    """Click where something is drawn; the pointer goes through it to what is below."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    target.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _counts(app: App) -> list[int]:
    """True and false, negative and positive: the four cells of the slider's table."""
    cells = app.root.locator(".ja-slider .ja-matrix td.ja-num").all_inner_texts()
    return [int(cell.split()[0].replace(",", "")) for cell in cells]


def _shares(app: App) -> list[str]:
    """What the classes of the prediction get."""
    return app.root.locator(".ja-classes .ja-num").all_inner_texts()


def _seconds(text: str) -> float:
    """Seconds of `"1.9 s"` and `"12:05"`."""
    if ":" in text:
        minutes, seconds = text.split(":")
        return 60 * int(minutes) + int(seconds)
    return float(text.removesuffix(" s"))


def _plain(text: str) -> str:
    """Without the marks that keep a name's direction to itself."""
    return re.sub("[\u2066-\u2069]", "", text)


def _write_table(path: Path) -> None:
    lines = [f"visits,{HOSTILE},city"]
    cities = ("Oslo", "<b>Rome</b>", "Quito")
    lines += [f"{3 * n % 97 + n % 5},{n % 97},{cities[n % 3]}" for n in range(N_ROWS)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
