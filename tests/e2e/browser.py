"""Finds a Chromium and, run as a script, installs one where there is none and that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
"""Options of a Chromium that draws for tests alone."""


def find_browser() -> str | None:
    """The path of a Chromium: one of the system first, then Playwright's own."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install() -> None:
    """Install a Chromium from the system's packages, or else Playwright's."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        update = ["apt-get", "update", "-qq"]
        add = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        if _succeeds(update, environment) and _succeeds(add, environment):
            return
    _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def _succeeds(command: Sequence[str], environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}", file=sys.stderr)
        return False
    return done.returncode == 0


if __name__ == "__main__":
    if find_browser() is None:
        install()
    print(find_browser() or "No Chromium could be installed; the tests in a browser cannot run.")
