"""A sentence to a task, by rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.prompt import ground
from jupyter_automl.prompt import text as tx
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules import RULES


def parse(
    text: str,
    columns: Sequence[ColumnSchema],
    *,
    values: Mapping[str, Sequence[str]] | None = None,
) -> TaskSpec:
    """Read what is to be predicted, and how, from plain English.

    Parameters
    ----------
    text : str
        Any text, also an empty one. Only the first 4,000 characters are read.
    columns : sequence of ColumnSchema
        Of the table. Every column in the answer is one of them.
    values : Mapping of str to sequence of str, optional
        Distinct values, as text, of columns with few; they tell which class
        "malignant" or "died" means.

    Returns
    -------
    TaskSpec
        Fields the text does not speak of stay None or empty. Each set field has
        origin ``"prompt"``, a confidence and a reason with the words it came from;
        what is unclear stands in `questions`.

    Notes
    -----
    Never raises for any text, and never calls a model of language.
    """
    reading = read(text, columns, values=values)
    for rule in RULES:
        rule(reading)
    return reading.spec()


def read(
    text: str,
    columns: Sequence[ColumnSchema],
    *,
    values: Mapping[str, Sequence[str]] | None = None,
) -> Reading:
    """The text with its words, sentences and column mentions found, before any rule."""
    said = str(text)[: tx.MAX_CHARACTERS]
    quoted = tx.quotations(said)
    view = tx.plain(said, quoted)
    return Reading(
        text=said,
        view=view,
        columns={column.name: column for column in columns},
        index=ground.index_columns(tuple(column.name for column in columns)),
        values=values or {},
        quoted=quoted,
        mentions=ground.find_mentions(said, view, quoted, columns),
        sentences=tx.sentences(view),
    )
