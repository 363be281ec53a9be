"""What a person does with the app, by roles and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LONG_MS = 120_000

# What is wider than the widget, unless something around it scrolls or cuts it.
TOO_WIDE = """(root) => {
  const right = root.getBoundingClientRect().right + 1;
  const held = (element) => {
    for (let at = element.parentElement; at && at !== root; at = at.parentElement) {
      if (getComputedStyle(at).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...root.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > right && !held(element))
    .map((element) => `${element.tagName} ${element.getAttribute("class") ?? ""}`);
}"""

MOVING = """(root) => document.getAnimations()
  .map((animation) => animation.effect?.target)
  .filter((target) => target && root.contains(target))
  .map((target) => `${target.tagName} ${target.getAttribute("class") ?? ""}`)"""


@dataclass(frozen=True)
class App:
    """The app's widget in some page."""

    page: Page

    @property
    def root(self) -> Locator:
        return self.page.get_by_role("region", name="AutoML", exact=True)

    @property
    def board(self) -> Locator:
        return self.root.get_by_role("region", name="Leaderboard", exact=True)

    @property
    def rows(self) -> Locator:
        """Rows of the leaderboard that have a score."""
        return self.board.locator("tbody tr", has=self.page.locator(".ja-score-number"))

    @property
    def headline(self) -> Locator:
        return self.root.locator(".ja-run .ja-sentence").first

    @property
    def preview(self) -> Locator:
        return self.root.get_by_role("region", name="First rows")

    def button(self, name: str) -> Locator:
        """A button by how its name begins."""
        return self.root.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def choose_sample(self, name: str) -> None:
        samples = self.root.get_by_role("group", name="Samples")
        samples.get_by_role("button", name=re.compile(rf"^{name}\b")).click(timeout=LONG_MS)
        expect(self.preview.locator("tbody tr").first).to_be_visible(timeout=LONG_MS)

    def upload(self, path: Path) -> None:
        """Choose a file of this machine and wait until its first rows are there."""
        files = self.root.get_by_label("Files to upload")
        expect(files).to_be_enabled(timeout=LONG_MS)
        files.set_input_files(path)
        expect(self.preview.locator("tbody tr").first).to_be_visible(timeout=LONG_MS)

    def go_to(self, step: str) -> None:
        tab = self.root.get_by_role("tab", name=re.compile(rf"^{step}"))
        tab.click(timeout=LONG_MS)
        expect(tab).to_have_attribute("aria-selected", "true")

    def read(self, prompt: str, *, target: str, budget: str) -> None:
        """Type what to predict and check how it was read."""
        self.root.get_by_label("What should be predicted?").fill(prompt)
        expect(self.root.get_by_label("target", exact=True)).to_have_value(target)
        self.root.get_by_label("budget", exact=True).select_option(label=budget)

    def train(self, prompt: str, *, target: str, budget: str) -> None:
        """Type what to predict, check how it was read, start."""
        self.read(prompt, target=target, budget=budget)
        start = self.root.get_by_role("button", name="Train", exact=True)
        expect(start).to_be_enabled()
        start.click()

    def wait_for_rows(self, at_least: int) -> None:
        expect(self.rows.nth(at_least - 1)).to_be_visible(timeout=LONG_MS)

    def leaderboard(self) -> set[str]:
        """The names of the models that have a score."""
        return set(self.models())

    def models(self) -> list[str]:
        """The names of the models that have a score, as they stand."""
        return self.rows.locator(".ja-model-name").all_inner_texts()

    def compared(self) -> list[str]:
        """The names of the models on the Results screen, best first."""
        return self.root.locator(".ja-comparison .ja-model-name").all_inner_texts()

    def stop(self) -> None:
        self.root.get_by_role("button", name=re.compile("^Stop( and keep the best)?$")).click()
        expect(self.headline).to_contain_text("is best with", timeout=LONG_MS)

    def wait_for_shap(self) -> None:
        self.go_to("Results")
        chart = self.root.get_by_role("img", name=re.compile("^What matters most"))
        expect(chart).to_be_visible(timeout=LONG_MS)

    def picture(self, title: str | re.Pattern[str]) -> Locator:
        """A picture by its heading."""
        return self.root.locator("figure.ja-picture").filter(
            has=self.page.get_by_role("heading", name=title)
        )

    def wait_until_quiet(self) -> None:
        """Wait until nothing on the screen is being fetched or computed."""
        expect(self.root.locator(".ja-loading")).to_have_count(0, timeout=LONG_MS)
        busy = self.root.locator("figure[aria-busy=true], .ja-outlook[aria-busy=true]")
        expect(busy).to_have_count(0, timeout=LONG_MS)

    def too_wide(self) -> list[str]:
        """Elements that stick out of the widget at its right."""
        return list(self.root.evaluate(TOO_WIDE))

    def moving(self) -> list[str]:
        """Elements that an animation or a transition moves now."""
        return list(self.root.evaluate(MOVING))
