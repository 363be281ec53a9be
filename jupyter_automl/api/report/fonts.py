"""The letters of a PDF: a font that has most scripts where one is found, else Latin only."""

from __future__ import annotations

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY = "dejavu"
_FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf", "M": "DejaVuSansMono.ttf"}
_SYSTEM = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/TTF"),
    Path("/Library/Fonts"),
)
_BOX, _MARK = "\u25a1", "?"
_LATIN = {
    **{"–": "-", "—": "-", "−": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"'},
    **{"µ": "µ", "μ": "µ", "●": "*", "✕": "x", "•": "-"},
}
_RIGHT = frozenset(("R", "AL", "AN"))


@cache
def font_folder() -> Path | None:
    """Where DejaVu Sans is: in matplotlib, which brings it, or among the system's fonts."""
    folders = list(_SYSTEM)
    found = importlib.util.find_spec("matplotlib")
    for place in (found.submodule_search_locations or ()) if found is not None else ():
        folders.insert(0, Path(place) / "mpl-data" / "fonts" / "ttf")
    for folder in folders:
        if all((folder / name).is_file() for name in _FILES.values()):
            return folder
    return None


class Letters:
    """Sets the fonts of a document, and counts what they lack.

    Parameters
    ----------
    pdf : FPDF
        The document.
    folder : Path or None
        Where DejaVu Sans is; None takes Helvetica, which every reader has.
    """

    def __init__(self, pdf: FPDF, folder: Path | None) -> None:
        self._pdf = pdf
        self.full = folder is not None
        self.lacking: set[str] = set()
        self._known: dict[bool, frozenset[int]] = {}
        if folder is not None:
            for style in ("", "B"):
                pdf.add_font(_FAMILY, style, str(folder / _FILES[style]))
            pdf.add_font(f"{_FAMILY}mono", "", str(folder / _FILES["M"]))
            known = {key: frozenset(font.cmap) for key, font in pdf.fonts.items()}
            # What is in both can be drawn in either.
            self._known[False] = known[_FAMILY] & known[f"{_FAMILY}B"]
            self._known[True] = known[f"{_FAMILY}mono"]

    def use(self, size: float, style: str = "", *, mono: bool = False) -> None:
        """Write in this size, in points, from now on."""
        if self.full:
            family = f"{_FAMILY}mono" if mono else _FAMILY
            self._pdf.set_font(family, "" if mono else style, size)
        else:
            self._pdf.set_font("courier" if mono else "helvetica", "" if mono else style, size)

    def drawn(self, text: str, *, mono: bool = False) -> str:
        """`text` in letters that the font has, in the order in which they are drawn."""
        if any(unicodedata.bidirectional(letter) in _RIGHT for letter in text):
            text = _in_order(text)
        return "".join(self._letter(letter, mono) for letter in text)

    def _letter(self, letter: str, mono: bool) -> str:
        if unicodedata.category(letter) in ("Cf", "Cc", "Mn", "Me") and ord(letter) > 0x2FF:
            # Marks that join or turn letters; without shaping they would stand by themselves.
            return ""
        if self.full:
            if ord(letter) in self._known[mono]:
                return letter
        else:
            letter = _LATIN.get(letter, letter)
            if all(ord(one) < 256 for one in letter):
                return letter
        self.lacking.add(letter)
        return _BOX if self.full else _MARK


def _in_order(text: str) -> str:
    """From the order of reading to that of drawing (Unicode TR 9)."""
    from fpdf.bidi import BidiParagraph

    return str(BidiParagraph(text).get_reordered_string())
