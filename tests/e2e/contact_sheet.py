"""Pictures of every screen, both themes, wide and narrow, into ``docs/contact``: one command.

Run from the repository's root: ``python -m tests.e2e.contact_sheet`` (about five minutes). It
trains on two samples, opens the dashboard in Voila and goes through the steps. What sticks out of
a screen, or goes wrong in a page, is printed, and the command then ends with an error; everything
else is for eyes.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.cli.dashboard import OPTIONS
from tests.e2e import servers
from tests.e2e.browser import FLAGS, find_browser
from tests.e2e.stage import watch
from tests.e2e.training import train

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.e2e.app import App

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "contact"
THEMES = ("light", "dark")
WIDTHS = (1600, 380)
MOST_BYTES = 120_000
COLOURS = (256, 128, 64, 32)

CLASSES = "Two classes: the churn sample"
NUMBER = "A number: the diabetes sample"
SAMPLES = {CLASSES: ("churn", "churn"), NUMBER: ("diabetes", "progression")}
SCREENS: dict[str, dict[str, str]] = {
    CLASSES: {
        "start": "Data, before a table is chosen",
        "data": "Data",
        "train": "Train",
        "results": "Results",
        "right": "Results: How often is it right?",
        "trust": "Results: Can I trust its probabilities?",
        "fails": "Results: Where does it fail?",
        "fair": "Results: Is it fair?",
        "matters": "Results: What matters",
        "predict": "Predict",
    },
    NUMBER: {
        "number-train": "Train",
        "number-results": "Results",
        "number-close": "Results: How close is it?",
        "number-sure": "Results: Can I trust its intervals?",
        "number-fails": "Results: Where does it fail?",
        "number-matters": "Results: What matters",
        "number-predict": "Predict",
    },
}
"""Names of pictures and what they show, by the kind of target."""


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One picture."""

    screen: str
    theme: str
    width: int

    @property
    def file(self) -> str:
        return f"{self.screen}-{self.theme}-{self.width}.png"


def shots() -> list[Shot]:
    """All pictures of the sheet."""
    return [
        Shot(screen=screen, theme=theme, width=width)
        for screens in SCREENS.values()
        for screen in screens
        for theme in THEMES
        for width in WIDTHS
    ]


def readme() -> str:
    """The table of all pictures."""
    lines = [
        "# Contact sheet",
        "",
        "Every screen in both themes, 1600 and 380 pixels wide, of runs that were really trained.",
        "`python -m tests.e2e.contact_sheet` makes it anew.",
    ]
    for title, screens in SCREENS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| screen | 1600 light | 1600 dark | 380 light | 380 dark |",
        ]
        lines.append("| --- | --- | --- | --- | --- |")
        for screen, said in screens.items():
            cells = [
                _image(Shot(screen=screen, theme=theme, width=width), said)
                for width in WIDTHS
                for theme in THEMES
            ]
            lines.append(f"| {said} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _image(shot: Shot, said: str) -> str:
    size = 320 if shot.width > 1000 else 120
    alt = f"{said}, {shot.theme}, {shot.width} pixels wide"
    return f'<a href="{shot.file}"><img src="{shot.file}" width="{size}" alt="{alt}"></a>'


def main() -> int:
    """Make every picture; 1 where something sticks out or went wrong."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = {
            title: train(folder / "store", f"sample:{sample}", target, sample).run_id
            for title, (sample, target) in SAMPLES.items()
        }
        notebook = ROOT / "notebooks" / "dashboard.ipynb"
        with (
            servers.voila(folder / "voila", notebook, *OPTIONS, store=folder / "store") as server,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            for title, run_id in runs.items():
                for theme in THEMES:
                    for width in WIDTHS:
                        place = Place(server.url, run_id, theme, width)
                        problems += place.take(browser, list(SCREENS[title]))
            browser.close()
    wanted = {shot.file for shot in shots()}
    for old in FOLDER.glob("*.png"):
        if old.name not in wanted:
            old.unlink()
    (FOLDER / "README.md").write_text(readme(), encoding="utf-8")
    print("\n".join(problems) or "Nothing sticks out and nothing went wrong.")
    return 1 if problems else 0


@dataclass(frozen=True)
class Place:
    """A run in a theme at a width."""

    url: str
    run_id: str
    theme: str
    width: int

    def take(self, browser: Browser, screens: Sequence[str]) -> list[str]:
        """Take pictures of these screens; what was wrong on them."""
        from tests.e2e.app import App

        context = browser.new_context(
            viewport={"width": self.width, "height": 1000},
            color_scheme=self.theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.set_default_timeout(120_000)
        page = context.new_page()
        wrong: list[str] = []
        found: list[str] = []
        watch(page, wrong)
        for screen in screens:
            run = "" if screen == "start" else f"&run={self.run_id}"
            address = f"{self.url}/?theme={self.theme}{run}"
            if page.url.split("?")[-1] != address.split("?")[-1]:
                page.goto(address)
            app = App(page)
            part = self._show(app, screen.removeprefix("number-"))
            shot = Shot(screen=screen, theme=self.theme, width=self.width)
            found += [f"{shot.file}: {said}" for said in self._look(app, part, shot)]
            print(shot.file, flush=True)
        context.close()
        return found + [f"{self.theme} {self.width}: {problem}" for problem in wrong]

    def _show(self, app: App, screen: str) -> Locator:
        """Go to a screen and wait for all of it; what to take a picture of."""
        if screen == "start":
            app.root.get_by_role("group", name="Samples").wait_for()
            return app.root
        if screen in ("data", "train", "predict"):
            app.go_to(screen.title())
            if screen == "predict":
                app.root.locator("figure.ja-picture").nth(1).wait_for()
            return app.root
        app.wait_for_shap()
        if screen == "results":
            return app.root
        if screen == "matters":
            return app.root.locator(".ja-explain")
        titles = [title for screens in SCREENS.values() for title in screens.items()]
        said = next(said for name, said in titles if name.removeprefix("number-") == screen)
        question = said.removeprefix("Results: ")
        app.root.get_by_role("group", name="Questions").get_by_role(
            "button", name=re.compile(f"^{re.escape(question)}$")
        ).click()
        if screen == "fair":
            app.wait_until_quiet()
            app.root.locator(".ja-evaluate select").last.select_option("contract")
            app.root.locator(".ja-evaluate figure.ja-picture").first.wait_for()
        return app.root.locator(".ja-evaluate")

    def _look(self, app: App, part: Locator, shot: Shot) -> Iterator[str]:
        app.wait_until_quiet()
        page = app.page
        tall = page.evaluate("() => document.documentElement.scrollHeight")
        box = app.root.bounding_box()
        page.set_viewport_size(
            {"width": self.width, "height": int(max(1000, tall, box["height"] + 200))}
        )  # type: ignore[index]
        app.wait_until_quiet()
        sideways = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        if sideways > 0:
            yield f"the page is {sideways} pixels too wide"
        for element in dict.fromkeys(app.too_wide()):
            yield f"{element} sticks out"
        save(self._taken(page, part, shot), FOLDER / shot.file)
        page.set_viewport_size({"width": self.width, "height": 1000})

    def _taken(self, page: Page, part: Locator, shot: Shot) -> bytes:
        """Of Results only what stands above its questions, which have pictures of their own."""
        if not shot.screen.endswith("results"):
            return part.screenshot()
        whole, below = part.bounding_box(), part.locator(".ja-evaluate").bounding_box()
        assert whole is not None
        assert below is not None
        clip = {**whole, "height": below["y"] - whole["y"]}
        return page.screenshot(clip=clip)  # type: ignore[arg-type]


def save(png: bytes, path: Path) -> None:
    """Write a picture with as many colours as the size allows."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        few = picture.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        packed = io.BytesIO()
        few.save(packed, "PNG", optimize=True)
        if len(packed.getvalue()) <= MOST_BYTES:
            path.write_bytes(packed.getvalue())
            return
    raise RuntimeError(f"{path.name} is larger than {MOST_BYTES} bytes in {COLOURS[-1]} colours")


if __name__ == "__main__":
    sys.exit(main())
