"""The database's schema as a list of steps; ``PRAGMA user_version`` counts those taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from jupyter_automl.core.errors import StoreError

MIGRATIONS: Sequence[Sequence[str]] = (
    (
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            dataset TEXT NOT NULL,
            task TEXT,
            metric TEXT,
            greater_is_better INTEGER NOT NULL DEFAULT 1,
            best_model TEXT,
            best_score REAL,
            status TEXT NOT NULL DEFAULT 'queued',
            started REAL NOT NULL,
            seconds REAL NOT NULL DEFAULT 0,
            pid INTEGER,
            heartbeat REAL,
            last_seq INTEGER NOT NULL DEFAULT 0,
            last_at REAL NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX runs_started ON runs (started DESC)",
        """CREATE TABLE events (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at REAL NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run_id, seq)
        ) WITHOUT ROWID""",
        """CREATE TABLE standings (
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            family TEXT NOT NULL,
            model TEXT NOT NULL,
            score REAL,
            PRIMARY KEY (run_id, family)
        ) WITHOUT ROWID""",
        """CREATE TABLE commands (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            command TEXT NOT NULL,
            argument REAL,
            sent REAL NOT NULL,
            taken REAL
        )""",
        "CREATE INDEX commands_waiting ON commands (run_id) WHERE taken IS NULL",
    ),
    # Runs queue up: `turn` since when a run may train, `began` since when its clock runs.
    (
        "ALTER TABLE runs ADD COLUMN n_workers INTEGER",
        "ALTER TABLE runs ADD COLUMN max_runs INTEGER",
        "ALTER TABLE runs ADD COLUMN turn REAL",
        "ALTER TABLE runs ADD COLUMN began REAL",
        "ALTER TABLE runs ADD COLUMN queue_place INTEGER",
        "UPDATE runs SET began = started WHERE status <> 'queued'",
        "UPDATE runs SET turn = started WHERE status = 'running'",
        """CREATE INDEX runs_going_on ON runs (status)
            WHERE status IN ('queued', 'running', 'paused')""",
    ),
    # Commands about one family of models.
    ("ALTER TABLE commands ADD COLUMN family TEXT NOT NULL DEFAULT ''",),
    # What a run may take, so that those that train at once do not take more than there is.
    ("ALTER TABLE runs ADD COLUMN memory_bytes INTEGER",),
)


def migrate(db: sqlite3.Connection) -> None:
    """Bring the schema up to date, at once or not at all.

    Raises
    ------
    StoreError
        If the store was written by a newer version of this package.
    """
    if _version(db) == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        # Read again under the lock: another process may have migrated meanwhile.
        for steps in MIGRATIONS[_version(db) :]:
            for statement in steps:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            f"The store has schema {version}, this version of jupyter_automl knows up to "
            f"{len(MIGRATIONS)}.",
            hint="A newer jupyter_automl wrote it: upgrade, or set JUPYTER_AUTOML_STORE to "
            "another folder.",
            found=version,
            known=len(MIGRATIONS),
        )
    return version
