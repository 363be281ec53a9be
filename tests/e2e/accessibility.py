"""axe-core over the widgets of a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"


def serious_findings(page: Page) -> list[str]:
    """Findings that keep somebody from using our part of the page."""
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(_axe())
    found = page.evaluate("() => axe.run('section.ja', {resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {finding['help']}; {node['html'][:200]}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")
