"""A picture in a PDF, as vectors: the shapes of its SVG, and its words in the document's font."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from jupyter_automl.api.pictures import picture_svg
from jupyter_automl.api.report.fonts import Letters
from jupyter_automl.core.picture import Picture

if TYPE_CHECKING:
    from fpdf import FPDF

_WIDTH, _SQUARE = 620, 420
"""Pixels of a drawing; the first of them are as wide as the page's text."""
_FONT = 11.0
_POINTS_PER_MM = 72 / 25.4
_INK = "#222222"
_SVG = "{http://www.w3.org/2000/svg}"
_WORDS = {f"{_SVG}{name}" for name in ("text", "title", "desc")}
_HATCH = re.compile(r"url\(#(.+)\)")
_GREY, _BLACK = 90, 34


def height_of(picture: Picture, width: float) -> float:
    """Of the drawing, in the units of `width`, which is that of the page's text."""
    return width / _WIDTH * float(_parsed(picture).attrib["height"])


def draw(pdf: FPDF, letters: Letters, picture: Picture, width: float) -> None:
    """Draw the picture at the document's place, on a page `width` millimetres wide."""
    root = _parsed(picture)
    scale = width / _WIDTH
    left, top = float(pdf.x), float(pdf.y)
    words = list(_words(root, "start"))
    _shapes_only(root)
    pdf.image(
        io.BytesIO(ET.tostring(root)),
        x=left,
        y=top,
        w=scale * float(root.attrib["width"]),
        alt_text=letters.drawn(" ".join((picture.title, *picture.findings[:1]))),
    )
    for text, anchor in words:
        _write(pdf, letters, text, anchor, left, top, scale)
    pdf.set_text_color(_BLACK)
    pdf.set_xy(left, top + scale * float(root.attrib["height"]))


def _parsed(picture: Picture) -> ET.Element:
    # Our own drawing, a moment old: nothing of it comes from elsewhere but escaped text.
    ET.register_namespace("", _SVG[1:-1])
    width = _SQUARE if picture.square else _WIDTH
    return ET.fromstring(picture_svg(picture, width, theme="light"))


def _words(element: ET.Element, anchor: str) -> list[tuple[ET.Element, str]]:
    found = []
    for child in element:
        own = child.get("text-anchor", anchor)
        if child.tag == f"{_SVG}text":
            found.append((child, own))
        elif child.tag == f"{_SVG}g":
            found += _words(child, own)
    return found


def _shapes_only(root: ET.Element) -> None:
    """Leave what can be filled and stroked, in plain colours."""
    hatches = {
        pattern.attrib["id"]: pattern[0].attrib["fill"] for pattern in root.iter(f"{_SVG}pattern")
    }
    _without_words(root)
    for element in root.iter():
        attributes = element.attrib
        if element.tag in (f"{_SVG}path", f"{_SVG}circle") and "stroke" in attributes:
            attributes.setdefault("stroke-width", "1")
            attributes.setdefault("fill", "none")
        for key, value in list(attributes.items()):
            hatch = _HATCH.fullmatch(value) if key == "fill" else None
            if hatch is not None:
                # A hatched bar keeps its outline, and is paler than a plain one.
                attributes["fill"], attributes["fill-opacity"] = hatches[hatch[1]], "0.4"
            elif value == "currentColor":
                attributes[key] = _INK
            elif key == "d":
                # Readers draw nothing of a line without any length.
                attributes[key] = value.replace("h0", "h.01")


def _without_words(element: ET.Element) -> None:
    for child in list(element):
        if child.tag in _WORDS or child.tag == f"{_SVG}defs":
            element.remove(child)
        else:
            _without_words(child)


def _write(
    pdf: FPDF,
    letters: Letters,
    text: ET.Element,
    anchor: str,
    left: float,
    top: float,
    scale: float,
) -> None:
    said = letters.drawn(text.text or "")
    if not said.strip():
        return
    letters.use(_FONT * scale * _POINTS_PER_MM)
    pdf.set_text_color(_GREY if "fill-opacity" in text.attrib else _BLACK)
    x, y = left + scale * float(text.attrib["x"]), top + scale * float(text.attrib["y"])
    before = pdf.get_string_width(said) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    if "transform" in text.attrib:
        with pdf.rotation(90, x, y):
            pdf.text(x - before, y, said)
    else:
        pdf.text(x - before, y, said)
