"""Classes or numbers, where the prompt says so itself."""

from __future__ import annotations

import re

from jupyter_automl.core.task import TaskKind
from jupyter_automl.prompt.reading import Reading

_WORDS: tuple[tuple[TaskKind, re.Pattern[str]], ...] = (
    ("multiclass", re.compile(r"\bmulti[\s-]?class\b(?:\s+(?:classification|problem|task))?")),
    ("binary", re.compile(
        r"\b(?:binary|two[\s-]class|2[\s-]class|yes[\s/-]+(?:or[\s-]+)?no)\b"
        r"(?:\s+(?:classification|question|problem|task|target|outcome))?")),
    ("regression", re.compile(r"\b(?:regression|regress|regressor)\b")),
)  # fmt: skip
_CLASSIFY = re.compile(r"\bclassif(?:y|ies|ying|ication|ier)\b")
_MOST_CLASSES = 50


def read(reading: Reading) -> None:
    """Fill `task`; a task that does not fit the target raises a question."""
    column = reading.columns.get(reading.fields.get("target", ""))
    found: list[tuple[TaskKind, str]] = []
    for task, pattern in _WORDS:
        for match in pattern.finditer(reading.view):
            if not reading.claimed(*match.span()) and reading.mention_over(*match.span()) is None:
                found.append((task, reading.words(*match.span())))
                break
    if len({task for task, _ in found}) > 1:
        reading.ask("task", "Which task?", [task for task, _ in found])
        return
    if found:
        task, said = found[0]
        if column is not None and column.n_unique and not _fits(task, column.kind, column.n_unique):
            text = f"The prompt says {said}, but {column.name} does not look like it. Which task?"
            likely = "binary" if column.n_unique == 2 else "multiclass"
            reading.ask("task", text, ("regression",) if column.kind == "numeric" else (likely,))
            return
        reading.set("task", task, 0.95, f'"{said}" in the prompt.')
        return
    _classify(reading)


def _fits(task: TaskKind, kind: str, n_unique: int) -> bool:
    if task == "regression":
        return kind not in ("categorical", "text", "boolean")
    return n_unique == 2 if task == "binary" else n_unique > 2


def _classify(reading: Reading) -> None:
    match = _CLASSIFY.search(reading.view)
    column = reading.columns.get(reading.fields.get("target", ""))
    if match is None or column is None or not column.n_unique:
        return
    said = reading.words(*match.span())
    if column.kind == "numeric" and column.n_unique > _MOST_CLASSES:
        text = f'"{said}" speaks of classes, but {column.name} has {column.n_unique:,} numbers.'
        reading.ask("task", f"{text} Which task?", ("regression",))
        return
    task: TaskKind = "binary" if column.n_unique == 2 else "multiclass"
    if column.n_unique >= 2:
        reading.set("task", task, 0.85, f'"{said}" in the prompt.')
