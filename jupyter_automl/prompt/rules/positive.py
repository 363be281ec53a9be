"""Which class counts as positive: "which passengers died?", "treat 'yes' as positive"."""

from __future__ import annotations

import re
from typing import Any

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.prompt.lexicon import CONCEPTS, NO, YES
from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.text import stem

_IS = re.compile(
    r"\bpositive(?:\s+(?:class|label|value|outcome|case))?\s*(?:is|=|:|means|should\s+be)\s*(?:the\s+)?"
    r"(?:class\s+|value\s+)?(?P<value>[\x02]+|-?\w+(?:[.-]\w+)*)"
)
_COUNTS = re.compile(
    r"(?:\b(?:treat|take|use|count|consider|with)\s+)?(?:(?:class|value)\s+)?"
    r"(?P<value>[\x02]+|(?<![\w.])-?\w+(?:[.-]\w+)*)\s+"
    r"(?:is|as|counts\s+as|to\s+be)\s+(?:the\s+)?positives?(?:\s+(?:class|label|outcome))?\b"
)
_EQUALS = re.compile(
    r"\s*(?:=|==|\bis\b|\bequals?\b|:)\s*(?P<value>[\x02]+|-?\w+(?:[.-]\w+)*)(?=\W|$)"
)


def claim_class(reading: Reading) -> None:
    """Read the class said to be positive, before its words are taken for something else."""
    for pattern in (_IS, _COUNTS):
        match = pattern.search(reading.view)
        if match is None:
            continue
        start, end = match.span("value")
        quoted = reading.quotation_at(start)
        text = quoted.text if quoted is not None else reading.text[start:end]
        reading.claim(match.start(), quoted.end if quoted is not None else end)
        reading.set("positive", text, 0.95, f'"{reading.words(*match.span())}" in the prompt.')
        return


def read(reading: Reading) -> None:
    """Fill `positive` as a value of the target, and check it against the known values."""
    column = reading.columns.get(reading.fields.get("target", ""))
    if "positive" not in reading.fields:
        if column is not None and reading.negative:
            _from_opposite(reading, column)
        return
    said = str(reading.fields["positive"])
    if column is None:
        return
    known = [str(value) for value in reading.values.get(column.name, ())]
    spelt = _spelt(said, known) if known else said
    if spelt is None:
        for table in (reading.fields, reading.confidence, reading.reasons):
            table.pop("positive")
        text = f"{column.name} has no class {said!r}. Which class is positive?"
        reading.ask("positive", text, [typed(value, column) for value in known[:6]])
        return
    reading.fields["positive"] = typed(spelt, column)


def _spelt(said: str, known: list[str]) -> str | None:
    if said in known:
        return said
    return next((value for value in known if value.casefold() == said.casefold()), None)


def equals(reading: Reading, position: int) -> tuple[str, int] | None:
    """The value in ``= yes`` or ``is "yes"`` right after a position, and where it ends."""
    match = _EQUALS.match(reading.view, position)
    if match is None:
        return None
    start, end = match.span("value")
    quoted = reading.quotation_at(start)
    return (quoted.text, quoted.end) if quoted is not None else (reading.text[start:end], end)


def _from_opposite(reading: Reading, column: ColumnSchema) -> None:
    """The prompt asks for the opposite of the column's name, e.g. died for Survived."""
    value = opposite_value(reading, column)
    if value is None:
        known = [typed(str(v), column) for v in _known(reading, column)]
        reading.ask("positive", f"Which class of {column.name} do you ask for?", known)
        return
    reason = f"The prompt asks for the opposite of {column.name}."
    reading.set("positive", typed(value, column), 0.8, reason)


def opposite_value(reading: Reading, column: ColumnSchema) -> str | None:
    """The class that says no, as text; None where the values do not tell."""
    known = _known(reading, column)
    if column.dtype == "bool":
        return "false"
    for value in known:
        if value.casefold().strip() in NO:
            return value
    yes = [value for value in known if value.casefold().strip() in YES]
    if len(known) == 2 and len(yes) == 1:
        return next(value for value in known if value not in yes)
    opposite = {stem(w) for _, line in CONCEPTS for w in line.split()}
    told = [value for value in known if stem(value.casefold()) in opposite]
    return told[0] if len(told) == 1 else None


def _known(reading: Reading, column: ColumnSchema) -> list[str]:
    values = [str(value) for value in reading.values.get(column.name, ())]
    if values:
        return values
    return list(column.examples) if column.n_unique == 2 else []


def typed(text: str, column: ColumnSchema) -> Any:
    """A class in the type of its column: ``"0"`` of an int64 column is 0."""
    try:
        if column.dtype.startswith(("int", "uint")):
            return int(text)
        if column.dtype.startswith(("float", "double", "halffloat")):
            return float(text)
    except ValueError:
        return text
    if column.dtype == "bool":
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
            text.casefold(), text
        )
    return text
