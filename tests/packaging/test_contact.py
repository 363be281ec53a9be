"""The contact sheet holds every screen, and nothing that nobody looks at."""

from __future__ import annotations

import re

from tests.e2e.contact_sheet import FOLDER, MOST_BYTES, SCREENS, THEMES, WIDTHS, readme, shots

PALETTE = 3
"""Colour type of a PNG whose pixels are numbers of a list of colours."""


def test_every_screen_is_there_in_both_themes_and_widths() -> None:
    there = {path.name for path in FOLDER.glob("*.png")}
    assert there == {shot.file for shot in shots()}
    assert len(there) == len(THEMES) * len(WIDTHS) * sum(map(len, SCREENS.values()))


def test_the_pictures_are_small() -> None:
    for path in FOLDER.glob("*.png"):
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG"), path.name
        assert len(data) <= MOST_BYTES, path.name
        assert data[25] == PALETTE, path.name


def test_the_page_shows_each_picture_and_says_what_it_is() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert text == readme(), "run python -m tests.e2e.contact_sheet"
    shown = re.findall(r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', text)
    assert [file for file, _ in shown] == list(dict.fromkeys(file for file, _ in shown))
    assert {file for file, _ in shown} == {shot.file for shot in shots()}
    assert all(said for _, said in shown)
