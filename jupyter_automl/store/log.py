"""The append-only log: events in, numbered without gaps; events out, in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any

from jupyter_automl.core import codec
from jupyter_automl.core import events as ev
from jupyter_automl.store.standings import project


def append(
    db: sqlite3.Connection, run_id: str, bodies: Sequence[ev.Body], at: float
) -> list[ev.Event]:
    """Number and write `bodies`; the caller holds the write lock."""
    last_seq, last_at = db.execute(
        "SELECT last_seq, last_at FROM runs WHERE id = ?", (run_id,)
    ).fetchone()
    # A clock that was set back must not make a log run backwards.
    at = max(at, last_at)
    events = [
        ev.Event(run_id=run_id, seq=seq, at=at, body=body)
        for seq, body in enumerate(bodies, start=last_seq + 1)
    ]
    db.executemany(
        "INSERT INTO events (run_id, seq, at, body) VALUES (?, ?, ?, ?)",
        [(run_id, event.seq, at, _to_text(event.body)) for event in events],
    )
    for body in bodies:
        project(db, run_id, body)
    db.execute(
        "UPDATE runs SET last_seq = ?, last_at = ? WHERE id = ?",
        (last_seq + len(events), at, run_id),
    )
    return events


def _to_text(body: ev.Body) -> str:
    """JSON that reads back; what does not would make the whole log unreadable for ever."""
    text = codec.to_json(body)
    codec.from_json(_body_kind(), text)
    return text


def read(db: sqlite3.Connection, run_id: str, since: int, limit: int | None) -> list[ev.Event]:
    """Events with ``seq > since``, oldest first."""
    rows = db.execute(
        "SELECT seq, at, body FROM events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?",
        (run_id, since, -1 if limit is None else limit),
    ).fetchall()
    kind = _body_kind()
    return [
        ev.Event(run_id=run_id, seq=seq, at=at, body=codec.from_json(kind, body))
        for seq, at, body in rows
    ]


def _body_kind() -> Any:
    from pydantic import Field

    global _BODY
    if _BODY is None:
        # The discriminator makes reading pick the class at once instead of trying each.
        _BODY = Annotated[ev.Body, Field(discriminator="type")]
    return _BODY


_BODY: Any = None
