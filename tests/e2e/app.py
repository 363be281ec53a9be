"""What a person does with the app, by roles and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LONG_MS = 120_000


@dataclass(frozen=True)
class App:
    """The app's widget in some page."""

    page: Page

    @property
    def root(self) -> Locator:
        return self.page.get_by_role("region", name="AutoML", exact=True)

    @property
    def rows(self) -> Locator:
        """Rows of the leaderboard that have a score."""
        board = self.root.get_by_role("region", name="Leaderboard")
        return board.locator("tbody tr", has=self.page.locator(".ja-score-number"))

    @property
    def headline(self) -> Locator:
        return self.root.locator(".ja-run .ja-sentence").first

    def choose_sample(self, name: str) -> None:
        samples = self.root.get_by_role("group", name="Samples")
        samples.get_by_role("button", name=re.compile(rf"^{name}\b")).click(timeout=LONG_MS)
        preview = self.root.get_by_role("region", name="First rows")
        expect(preview.locator("tbody tr").first).to_be_visible(timeout=LONG_MS)

    def go_to(self, step: str) -> None:
        self.root.get_by_role("tab", name=re.compile(rf"^{step}")).click()

    def train(self, prompt: str, *, target: str, budget: str) -> None:
        """Type what to predict, check how it was read, start."""
        self.root.get_by_label("What should be predicted?").fill(prompt)
        expect(self.root.get_by_label("target", exact=True)).to_have_value(target)
        self.root.get_by_label("budget", exact=True).select_option(label=budget)
        start = self.root.get_by_role("button", name="Train", exact=True)
        expect(start).to_be_enabled()
        start.click()

    def wait_for_rows(self, at_least: int) -> None:
        expect(self.rows.nth(at_least - 1)).to_be_visible(timeout=LONG_MS)

    def leaderboard(self) -> set[str]:
        """The names of the models that have a score."""
        return set(self.rows.locator(".ja-model-name").all_inner_texts())

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
