"""What a report says, before anybody draws it: sections of paragraphs, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_automl.core.picture import Picture, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One or more sentences."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of sentences, with a sentence before it where there is one."""

    texts: tuple[str, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its name; a folded one opens on a click where that is possible."""

    caption: str
    table: Table
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines of Python."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture with its findings and the table behind it."""

    picture: Picture


Block = Paragraph | Points | Sheet | Code | Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a report.

    Attributes
    ----------
    key : str
        Short and of small letters, for links inside of a page.
    title : str
        As it is read.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report; `written` says when and by what."""

    title: str
    sections: tuple[Section, ...]
    written: str
