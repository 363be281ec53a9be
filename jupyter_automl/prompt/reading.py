"""What the rules share while one prompt is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.task import Question, TaskSpec
from jupyter_automl.prompt import ground
from jupyter_automl.prompt import text as tx


@dataclass(slots=True)
class Reading:
    """The text, what its words mean, and the fields found so far.

    Attributes
    ----------
    view : str
        The text lowered, with quotations blanked; all offsets are into it.
    claims : list of (start, end)
        Spans that a rule has used; a column mention inside one is not a column any more.
    """

    text: str
    view: str
    columns: Mapping[str, ColumnSchema]
    index: ground.ColumnIndex
    values: Mapping[str, Sequence[str]]
    quoted: tuple[tx.Quotation, ...]
    mentions: tuple[ground.Mention, ...]
    sentences: tuple[tuple[int, int], ...]
    claims: list[tuple[int, int]] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    negative: bool = False

    def set(self, name: str, value: Any, confidence: float, reason: str) -> None:
        """Fill a field of the task."""
        self.fields[name] = value
        self.confidence[name] = round(min(1.0, max(0.0, confidence)), 2)
        self.reasons[name] = reason

    def ask(self, name: str, text: str, answers: Sequence[Any] = ()) -> None:
        """Raise a question about a field, once."""
        if all(question.field != name for question in self.questions):
            self.questions.append(Question(field=name, text=text, answers=tuple(answers)))

    def claim(self, start: int, end: int) -> None:
        """Mark a span as read."""
        self.claims.append((start, end))

    def claimed(self, start: int, end: int) -> bool:
        """Whether the span overlaps one that is read already."""
        return any(start < right and end > left for left, right in self.claims)

    def between(self, start: int, end: int) -> list[ground.Mention]:
        """Mentions inside a span that no other rule has used."""
        return [
            m
            for m in self.mentions
            if start <= m.start and m.end <= end and not self.claimed(m.start, m.end)
        ]

    def mention_at(self, position: int) -> ground.Mention | None:
        """The mention that starts here."""
        return next((m for m in self.mentions if m.start == position), None)

    def mention_over(self, start: int, end: int) -> ground.Mention | None:
        """A mention that covers the span."""
        return next((m for m in self.mentions if m.start <= start and m.end >= end), None)

    def quotation_at(self, position: int) -> tx.Quotation | None:
        """The quotation that starts here."""
        return next((q for q in self.quoted if q.start == position), None)

    def sentence(self, position: int) -> tuple[int, int]:
        """The span of the sentence around a position."""
        for start, end in self.sentences:
            if start <= position < end:
                return start, end
        return position, len(self.view)

    def words(self, start: int, end: int) -> str:
        """The words of a span as written, for a reason; cut at 60 characters."""
        said = " ".join(self.text[start:end].split())
        return said if len(said) <= 60 else said[:59] + "…"

    def spec(self) -> TaskSpec:
        """The fields as a task; each one set says that the prompt did."""
        return TaskSpec(
            **self.fields,
            questions=tuple(self.questions),
            origin=dict.fromkeys(self.fields, "prompt"),
            confidence=dict(self.confidence),
            reasons=dict(self.reasons),
        )
