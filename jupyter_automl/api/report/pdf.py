"""A report as a PDF, drawn by fpdf2: text that can be searched, pictures as vectors."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from jupyter_automl.api.report.blocks import (
    Block,
    Code,
    Drawing,
    Paragraph,
    Points,
    Report,
    Section,
    Sheet,
)
from jupyter_automl.api.report.fonts import Letters, font_folder
from jupyter_automl.api.report.html import cells, numeric_columns, one_line
from jupyter_automl.api.report.vectors import draw, height_of
from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.core.picture import Picture, Table
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN = 18.0
"""Millimetres, as all lengths here; sizes of letters are points."""
_SIZE, _SMALL, _LINE = 9.5, 8.0, 5.0
_MOST_ROWS = 40
_CELL, _WIDE_CELL = 60, 200
"""Letters of a cell, in tables of many columns and of few."""
_FEW_COLUMNS = 3
_SENTENCE = 600
_CODE_LINE = 400
_LEAST_SHARE = 0.06


def check_pdf() -> None:
    """Make sure that a PDF can be made here; raises `UnavailableError`."""
    if importlib.util.find_spec("fpdf") is None:
        raise UnavailableError(say("report-pdf-missing"), hint=say("report-pdf-hint"))


def report_pdf(report: Report) -> bytes:
    """The whole report, A4, with outline and page numbers.

    Notes
    -----
    The font is DejaVu Sans, where it is found, of which only the letters in use are embedded.
    Letters that it lacks (most of Chinese, Japanese, Korean and emoji) are drawn as boxes, and
    the last page says so. Arabic is drawn in its order, without joining.
    """
    return _Document(report).made()


class _Document:
    """Writes blocks one below the other."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._pdf = _new_pdf()
        self._letters = Letters(self._pdf, font_folder())

    def made(self) -> bytes:
        pdf, report = self._pdf, self._report
        title = self._text(report.title)
        pdf.set_title(title)
        pdf.set_lang("en")
        pdf.set_creator("jupyter_automl")
        pdf.add_page()
        self._paragraph(report.title, size=16, style="B", after=3.0)
        links = [(section, pdf.add_link()) for section in report.sections]
        for section, link in links:
            self._letters.use(_SIZE)
            pdf.cell(0, _LINE, self._text(section.title), link=link, new_x="LMARGIN", new_y="NEXT")
        for section, link in links:
            self._section(section, link)
        pdf.ln(4)
        self._paragraph(report.written, size=_SMALL)
        n = len(self._letters.lacking)
        if n:
            key = "report-pdf-missing-letters" if self._letters.full else "report-pdf-plain-font"
            self._paragraph(say(key, n=n), size=_SMALL)
        return bytes(pdf.output())

    def _section(self, section: Section, link: int) -> None:
        pdf = self._pdf
        self._room(30.0)
        pdf.ln(5)
        pdf.set_link(link, y=pdf.y)
        pdf.start_section(self._text(section.title))
        self._paragraph(section.title, size=13, style="B", after=1.5)
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block.text, style="B" if block.strong else "")
            case Points():
                if block.lead:
                    self._paragraph(block.lead)
                for text in block.texts:
                    self._paragraph(f"- {text}", indent=4.0, after=0.5)
                self._pdf.ln(1.5)
            case Sheet():
                self._table(block.table, block.caption)
            case Code():
                for line in block.text.splitlines():
                    self._paragraph(line, size=_SMALL, mono=True, after=0.0, most=_CODE_LINE)
                self._pdf.ln(1.5)
            case Drawing():
                self._picture(block.picture)

    def _paragraph(
        self,
        text: str,
        *,
        size: float = _SIZE,
        style: str = "",
        indent: float = 0.0,
        after: float = 1.5,
        mono: bool = False,
        most: int = _SENTENCE,
    ) -> None:
        line = self._text(text, most, mono=mono)
        if not line.strip():
            return
        pdf = self._pdf
        self._letters.use(size, style, mono=mono)
        pdf.set_x(_MARGIN + indent)
        pdf.multi_cell(0, size * 0.53, line, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(after)

    def _picture(self, picture: Picture) -> None:
        pdf = self._pdf
        width = pdf.epw
        self._room(min(height_of(picture, width) + 24.0, pdf.eph))
        self._paragraph(picture.title, style="B", after=0.5)
        for text in picture.findings:
            self._paragraph(text, after=0.5)
        high = height_of(picture, width)
        left = pdf.h - pdf.b_margin - pdf.y
        if high > left:
            # A very tall one is made narrower rather than cut.
            if high <= pdf.eph:
                pdf.add_page()
            else:
                width *= left / high
        draw(pdf, self._letters, picture, width)
        pdf.ln(1)
        if picture.note:
            self._paragraph(picture.note, size=_SMALL)
        pdf.ln(2)

    def _table(self, table: Table, caption: str) -> None:
        if not table.columns:
            return
        from fpdf.fonts import FontFace

        pdf = self._pdf
        self._room(25.0)
        self._paragraph(caption, style="B", after=0.5)
        most = _CELL if len(table.columns) > _FEW_COLUMNS else _WIDE_CELL
        shown = table.rows[:_MOST_ROWS]
        rows = [[self._text(cell) for cell in cells(row, most)] for row in shown]
        head = [self._text(column, most) for column in table.columns]
        self._letters.use(_SMALL)
        with pdf.table(
            borders_layout="HORIZONTAL_LINES",
            col_widths=self._widths(head, rows),
            headings_style=FontFace(emphasis="BOLD"),
            line_height=4.2,
            padding=(0.6, 1.5),
            text_align=tuple("RIGHT" if right else "LEFT" for right in numeric_columns(table)),
            v_align="TOP",
        ) as drawn:
            for texts in (head, *rows):
                row = drawn.row()
                for text in texts:
                    row.cell(text)
        pdf.ln(1.5)
        more = table.more + max(0, len(table.rows) - _MOST_ROWS)
        if more > 0:
            self._paragraph(say("report-pdf-more-rows", n=more), size=_SMALL)

    def _widths(self, head: list[str], rows: list[list[str]]) -> tuple[float, ...]:
        """Shares of the page by the longest cell of each column; none is too narrow to read."""
        pdf = self._pdf
        widest = [0.0] * len(head)
        for lines, style in ((rows, ""), ([head], "B")):
            self._letters.use(_SMALL, style)
            for line in lines:
                widest = [
                    max(old, pdf.get_string_width(text))
                    for old, text in zip(widest, line, strict=True)
                ]
        self._letters.use(_SMALL)
        widest = [min(width + 4.0, pdf.epw / 2) for width in widest]
        total = sum(widest)
        return tuple(max(width / total, _LEAST_SHARE) for width in widest)

    def _room(self, height: float) -> None:
        """Go to the next page unless so much is left on this one."""
        pdf = self._pdf
        if pdf.y + height > pdf.h - pdf.b_margin:
            pdf.add_page()

    def _text(self, text: str, most: int = _SENTENCE, *, mono: bool = False) -> str:
        return self._letters.drawn(one_line(text, most, keep=mono), mono=mono)


def _new_pdf() -> FPDF:
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            # The letters 0 to 9 are the same in every font.
            self.set_font("helvetica", "", 8)
            self.cell(0, 5, str(self.page_no()), align="R")

    made: Any = Numbered(unit="mm", format="A4")
    made.set_margins(_MARGIN, _MARGIN, _MARGIN)
    made.set_auto_page_break(True, margin=_MARGIN)
    return made  # type: ignore[no-any-return]
