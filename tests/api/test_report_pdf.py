"""Reports as PDF: whole, small, drawn as vectors, and no name breaks them."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_automl.api.report import fonts
from jupyter_automl.api.report.blocks import (
    Code,
    Drawing,
    Paragraph,
    Points,
    Report,
    Section,
    Sheet,
)
from jupyter_automl.api.report.html import MOST_BYTES
from jupyter_automl.api.report.pdf import report_pdf
from jupyter_automl.core.picture import Picture, Table
from tests.api.record_pictures import NAMES, pictures

fpdf = pytest.importorskip("fpdf")

CASES = pictures()


def report(*blocks: object, title: str = "t") -> Report:
    section = Section(key="a", title=title, blocks=blocks)  # type: ignore[arg-type]
    return Report(title=title, sections=(section,), written="now")


def streams(pdf: bytes) -> bytes:
    """What is drawn, one stream after the other."""
    found = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(stream) for stream in found)


def n_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.fixture(params=["full", "latin"])
def font(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the font that has most scripts, and without it."""
    if request.param == "latin":
        monkeypatch.setattr("jupyter_automl.api.report.pdf.font_folder", lambda: None)
    elif fonts.font_folder() is None:
        pytest.skip("DejaVu Sans is not installed")
    return str(request.param)


@pytest.mark.parametrize("case", CASES)
def test_every_picture_is_drawn_without_pixels(case: str) -> None:
    pdf = report_pdf(report(Drawing(picture=CASES[case])))
    assert pdf.startswith(b"%PDF-")
    assert b"/Subtype /Image" not in pdf
    assert len(pdf) < 300_000
    assert not re.search(rb"\b(nan|inf)\b", streams(pdf))


def test_hostile_names_are_drawn_in_either_font(font: str) -> None:
    table = Table(columns=NAMES[:5], rows=tuple(tuple(NAMES[i : i + 5]) for i in range(8)))
    blocks = [Paragraph(text=name, strong=True) for name in NAMES]
    picture = Picture(name="n", title=NAMES[0], findings=NAMES[:3])
    pdf = report_pdf(
        report(
            *blocks,
            Points(texts=NAMES, lead=NAMES[6]),
            Sheet(caption=NAMES[1], table=table),
            Code(text="\n".join(NAMES)),
            Drawing(picture=picture),
            title=NAMES[6],
        )
    )
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) < MOST_BYTES
    assert (b"/FontFile2" in pdf) == (font == "full")


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters() | st.characters(categories=("Cc", "Cs", "Cn")), max_size=60))
def test_any_text_can_be_written(text: str) -> None:
    table = Table(columns=(text, "n"), rows=((text, 1.0),))
    blocks = (Paragraph(text=text), Sheet(caption=text, table=table), Code(text=text))
    assert report_pdf(report(*blocks, title=text)).startswith(b"%PDF-")


def test_a_long_table_breaks_across_pages_and_says_what_is_left_out() -> None:
    rows = tuple((f"row {number} " + "long words " * 9, float(number)) for number in range(60))
    pdf = report_pdf(report(Sheet(caption="c", table=Table(columns=("a", "b"), rows=rows))))
    assert n_pages(pdf) >= 2


def test_letters_that_the_font_lacks_become_boxes_and_are_counted() -> None:
    folder = fonts.font_folder()
    if folder is None:
        pytest.skip("DejaVu Sans is not installed")
    letters = fonts.Letters(fpdf.FPDF(), folder)
    assert letters.drawn("Straße Ωμέγα Жук") == "Straße Ωμέγα Жук"
    assert letters.lacking == set()
    assert letters.drawn("漢a") == "\u25a1a"
    assert letters.lacking == {"漢"}
    # From the right, and without the marks that only steer the order.
    assert letters.drawn("\u2068אבג\u2069") == "גבא"


def test_without_that_font_latin_letters_stay() -> None:
    letters = fonts.Letters(fpdf.FPDF(), None)
    assert letters.drawn("Café – 3 µs…") == "Café - 3 µs..."
    assert letters.drawn("Ж") == "?"


def test_the_font_is_found_where_matplotlib_is(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    folder = fonts.font_folder()
    assert folder is not None
    assert (folder / "DejaVuSans.ttf").is_file()
