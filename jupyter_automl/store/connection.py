"""Opening the database: one connection a thread, WAL where the file system allows it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_automl.core.errors import StoreError
from jupyter_automl.store.migrations import migrate

BUSY_SECONDS = 10.0
NETWORK_FILE_SYSTEMS = frozenset(
    ("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "afpfs", "lustre")
) | {"beegfs", "gpfs", "glusterfs", "ceph", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph"}


class Connection(sqlite3.Connection):
    """A connection that closes when nobody has it any more."""

    def __del__(self) -> None:
        self.close()


def connect(path: Path) -> Connection:
    """A connection with the schema in place.

    Raises
    ------
    StoreError
        If the file cannot be opened, is no database, or is newer than this package.
    """
    with store_errors(path):
        db = sqlite3.connect(
            path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=Connection,
        )
        try:
            _configure(db, path)
            migrate(db)
        except BaseException:
            db.close()
            raise
    return db


def _configure(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    mode = str(db.execute("PRAGMA journal_mode").fetchone()[0]).lower()
    if mode != "wal" and not on_network(path.parent):
        _ask_for_wal(db)
    # In WAL a commit needs no fsync to stay consistent; with a journal NORMAL is as safe as FULL
    # on all but very old file systems.
    db.execute("PRAGMA synchronous = NORMAL")


def _ask_for_wal(db: sqlite3.Connection) -> None:
    # Where shared memory is missing SQLite keeps the rollback journal. Two processes that make
    # the store at the same time can meet here, and the busy timeout does not cover the switch.
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.01)


def on_network(folder: Path) -> bool:
    """Whether a folder is on a network file system, where WAL's shared memory breaks."""
    import psutil

    where = os.path.realpath(folder)
    best, kind = "", ""
    for part in psutil.disk_partitions(all=True):
        inside = where == part.mountpoint or where.startswith(
            part.mountpoint.rstrip(os.sep) + os.sep
        )
        if inside and len(part.mountpoint) >= len(best):
            best, kind = part.mountpoint, part.fstype.lower()
    return kind in NETWORK_FILE_SYSTEMS


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `StoreError` that names the file and says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        hint = "Check that the folder exists, is writable and has space."
        if "locked" in str(error) or "busy" in str(error):
            hint = "Another process holds it for long; try again."
        raise StoreError(
            f"The store must be readable and writable. Got {error} at {str(path)!r}.", hint=hint
        ) from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # a bug of ours, not a broken file
            raise
        raise StoreError(
            f"The store must be a SQLite database. Got {error} at {str(path)!r}.",
            hint="Move the file away and a new store is made.",
        ) from error


class Connections:
    """One connection a thread and process, opened on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def get(self) -> Connection:
        """This thread's connection; a forked child opens its own."""
        local = self._local
        db: Connection | None = getattr(local, "db", None)
        if db is None or local.pid != os.getpid():
            db = connect(self.path)
            local.db, local.pid = db, os.getpid()
        return db

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is written at once or not at all, one writer at a time."""
        with store_errors(self.path):
            db = self.get()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the connections of all threads; one in use closes at the end of that.

        To close it under a thread that reads would end the process: SQLite frees what is read.
        """
        self._local = threading.local()
