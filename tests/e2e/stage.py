"""A place to try the app in: a host in a theme, whose pages all journeys share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tests.e2e.servers import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.e2e.app import App

Host = Literal["lab", "voila"]
Theme = Literal["light", "dark"]
_ALL = ("lab light", "lab dark", "voila light", "voila dark")
STAGES = _ALL if os.environ.get("JUPYTER_AUTOML_ALL_STAGES") else ("lab light", "voila dark")
"""Both places and both themes; the variable adds the other two pairs."""
WIDE = {"width": 1280, "height": 1000}
OPEN = "import jupyter_automl as ja\n\nja.App(run=ja.open({run!r}))"
NEW = "import jupyter_automl as ja\n\nja.App()"


def watch(page: Page, wrong: list[str]) -> None:
    """Note what goes wrong in a page from now on: errors of its code, and dialogs."""

    def on_error(error: object) -> None:
        stack = str(getattr(error, "stack", "") or error)
        # Notebook 7 looks for the settings of plugins that it has not loaded.
        if not ("'schema'" in stack and "/static/notebook/notebook_core" in stack):
            wrong.append(f"error: {stack}")

    page.on("pageerror", on_error)

    def on_dialog(dialog: object) -> None:
        # Leaving a page with unsaved changes asks; nothing else may.
        if dialog.type != "beforeunload":  # type: ignore[attr-defined]
            wrong.append(f"dialog: {dialog.message}")  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", on_dialog)


@dataclass(kw_only=True)
class Stage:
    """A host in a theme.

    Attributes
    ----------
    wrong : list of str
        What has gone wrong in any of its pages.
    """

    host: Host
    theme: Theme
    server: Server
    context: BrowserContext
    run_id: str
    wrong: list[str] = field(default_factory=list)
    _shown: App | None = None

    @classmethod
    @contextmanager
    def of(
        cls, host: Host, theme: Theme, server: Server, browser: Browser, run_id: str
    ) -> Iterator[Stage]:
        """Make one; its pages and kernels end with it."""
        context = browser.new_context(viewport=WIDE, color_scheme=theme)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        if host == "lab":
            server.use_theme(f"JupyterLab {theme.title()}")
        try:
            yield cls(host=host, theme=theme, server=server, context=context, run_id=run_id)
        finally:
            context.close()
            if host == "lab":
                server.end_kernels()
                server.use_theme("JupyterLab Light")

    @property
    def shown(self) -> App:
        """The app with the finished run; the same page at every call."""
        if self._shown is None:
            self._shown = self._open(self.run_id)
        return self._shown

    def fresh(self) -> App:
        """An app on a page of its own, without a run."""
        return self._open("")

    def _open(self, run_id: str) -> App:
        from tests.e2e.app import App

        page = self.context.new_page()
        watch(page, self.wrong)
        if self.host == "voila":
            address = f"{self.server.url}/?theme={self.theme}"
            page.goto(f"{address}&run={run_id}" if run_id else address, timeout=120_000)
        else:
            name = f"{'shown' if run_id else 'fresh'}-{self.theme}"
            self.server.write(name, OPEN.format(run=run_id) if run_id else NEW)
            run_notebook(page, self.server.page(f"lab/workspaces/{name}/tree/{name}.ipynb"))
        app = App(page)
        app.root.get_by_role("tab").first.wait_for(timeout=120_000)
        return app


def run_notebook(page: Page, address: str) -> None:
    """Open a notebook in JupyterLab or Notebook and run its first cell."""
    page.goto(address, timeout=120_000)
    page.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").first.click()
    # What is run while the kernel starts can get lost.
    page.locator(".jp-NotebookPanel:visible [data-status=idle]").first.wait_for(state="attached")
    page.keyboard.press("Control+Enter")
