"""The one file that kernel, runner, server and shell agree on."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import (
    ArgumentError,
    RunError,
    RunNotFoundError,
    StoreError,
    did_you_mean,
)
from jupyter_automl.core.events import CommandName
from jupyter_automl.store import log, turns
from jupyter_automl.store.connection import Connections, connect, store_errors
from jupyter_automl.store.location import default_folder
from jupyter_automl.store.standings import FIELDS, RunSummary
from jupyter_automl.store.turns import QueueEntry, Rule

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a person asked of a run; the fields are those of `core.events.CommandTaken`."""

    command: CommandName
    argument: float | None = None
    family: str = ""


class Store:
    """Runs, their events and commands in SQLite, and the folders of their files.

    Parameters
    ----------
    folder : path, optional
        Made with mode 0700 where missing; `default_folder` when None.

    Raises
    ------
    StoreError
        If the folder or the database cannot be opened, or is newer than this package.

    Notes
    -----
    Any thread may use it; each gets a connection of its own. An event is on disk before a
    method returns.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(folder).expanduser().absolute() if folder else default_folder()
        _make_private(self.folder)
        self.path = self.folder / "store.db"
        self._connections = Connections(self.path)
        self._connections.get()

    def __repr__(self) -> str:
        return f"Store({str(self.folder)!r})"

    # Runs

    def create_run(self, run_id: str, body: ev.RunCreated) -> ev.Event:
        """Enter a run with its first event and make its folder.

        Raises
        ------
        ArgumentError
            If `run_id` cannot be the name of a folder.
        RunError
            If there is a run with that id.
        """
        self.run_folder(run_id)
        now = time.time()
        with self._connections.transaction() as db:
            if db.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone():
                raise RunError(f"There is a run {run_id!r} already.", run_id=run_id)
            db.execute(
                "INSERT INTO runs (id, name, dataset, task, metric, started, last_at, n_workers, "
                "max_runs, memory_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(run_id, body.name, body.dataset.name, body.task.task, body.task.metric),
                    *(now, now, body.n_workers, body.max_runs, body.memory_bytes),
                ),
            )
            event = log.append(db, run_id, [body], now)[0]
        _make_private(self.run_folder(run_id))
        return event

    def runs(self) -> list[RunSummary]:
        """All runs, newest first."""
        with store_errors(self.path):
            rows = self._connections.get().execute(
                f"SELECT {FIELDS} FROM runs ORDER BY started DESC, rowid DESC"
            )
            return [_summary(row) for row in rows]

    def run(self, run_id: str) -> RunSummary:
        """One run; raises `RunNotFoundError` with a proposal where an id is near."""
        with store_errors(self.path):
            db = self._connections.get()
            row = db.execute(f"SELECT {FIELDS} FROM runs WHERE id = ?", (str(run_id),)).fetchone()
            if row is None:
                raise _not_found(run_id, [r[0] for r in db.execute("SELECT id FROM runs")])
        return _summary(row)

    def delete_run(self, run_id: str) -> None:
        """Forget a run that is over, and remove its files.

        Raises
        ------
        RunNotFoundError
            If there is no such run.
        RunError
            If it is still going on.
        """
        summary = self.run(run_id)
        if not summary.ended:
            raise RunError(
                f"The run {run_id!r} is still {summary.status}.",
                hint="Cancel it first.",
                run_id=run_id,
            )
        with self._connections.transaction() as db:
            db.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        folder = self.run_folder(run_id)
        if folder.exists():
            shutil.rmtree(folder)

    def claim(
        self, run_id: str, pid: int, n_workers: int | None = None, *, waiting: bool = False
    ) -> bool:
        """Make `pid` the runner of a queued run; False when it has one or is over already.

        Parameters
        ----------
        n_workers : int, optional
            With how many worker processes; None leaves what the run asks for.
        waiting : bool
            Take it also from another runner, as long as it has not had its turn.

        Raises
        ------
        RunNotFoundError
            If there is no such run.
        """
        self.run(run_id)
        free = "turn IS NULL AND began IS NULL" if waiting else "pid IS NULL"
        with self._connections.transaction() as db:
            taken = db.execute(
                "UPDATE runs SET pid = ?, heartbeat = ?, n_workers = COALESCE(?, n_workers) "
                f"WHERE id = ? AND status = 'queued' AND {free}",
                (pid, time.time(), n_workers, run_id),
            )
        return taken.rowcount == 1

    def heartbeat(self, run_id: str, pid: int) -> None:
        """The runner `pid` of a run lives; nothing when the run has another one."""
        with self._connections.transaction() as db:
            db.execute(
                "UPDATE runs SET pid = ?1, heartbeat = ?2 "
                "WHERE id = ?3 AND (pid IS NULL OR pid = ?1)",
                (pid, time.time(), run_id),
            )

    # Turns

    def queue(self) -> list[QueueEntry]:
        """Runs that are not over, in the order in which they were created."""
        with store_errors(self.path):
            return turns.read(self._connections.get())

    def take_turn(self, run_id: str, pid: int, may: Rule) -> float | None:
        """Let the run of runner `pid` train, if `may` says so of all that go on.

        Nobody else can take a turn while `may` decides.

        Returns
        -------
        float or None
            Unix seconds since when it has the turn; None where it may not, is over, or has
            another runner.
        """
        with self._connections.transaction() as db:
            return turns.take(db, run_id, pid, may)

    def append_waiting(self, run_id: str, pid: int | None, *bodies: ev.Body) -> list[ev.Event]:
        """Like `append`, as long as the run waits for its turn with this runner.

        Where it was taken over, has the turn or is over, nothing is written and the list is
        empty. `pid` is None before anybody has claimed it.
        """
        with self._connections.transaction() as db:
            if not turns.still_waits(db, run_id, pid):
                return []
            return log.append(db, run_id, bodies, time.time())

    # Events

    def append(self, run_id: str, *bodies: ev.Body, unless_ended: bool = False) -> list[ev.Event]:
        """Write events in one transaction and give them back numbered.

        Parameters
        ----------
        unless_ended : bool
            Write nothing, and return an empty list, when the run is over. Two processes
            that both want to end a run thereby end it once.

        Raises
        ------
        RunNotFoundError
            If there is no such run.
        """
        if not bodies:
            return []
        with self._connections.transaction() as db:
            row = db.execute("SELECT status FROM runs WHERE id = ?", (run_id,)).fetchone()
            if row is None:
                raise _not_found(run_id, [r[0] for r in db.execute("SELECT id FROM runs")])
            if unless_ended and row[0] in ev.ENDED:
                return []
            return log.append(db, run_id, bodies, time.time())

    def events(self, run_id: str, since: int = 0, limit: int | None = None) -> list[ev.Event]:
        """Events of a run with ``seq > since``, oldest first; empty for an unknown run."""
        with store_errors(self.path):
            return log.read(self._connections.get(), run_id, since, limit)

    def data_version(self) -> int:
        """A number that changes when another connection commits."""
        with store_errors(self.path):
            return int(self._connections.get().execute("PRAGMA data_version").fetchone()[0])

    # Commands

    def send_command(
        self,
        run_id: str,
        command: CommandName,
        argument: float | None = None,
        *,
        family: str = "",
    ) -> bool:
        """Leave a command for the runner; False when the run is over and nobody will take it.

        Parameters
        ----------
        argument : float, optional
            Seconds of ``"extend"``.
        family : str
            Of ``"drop"``, ``"boost"`` and ``"restore"``.

        Raises
        ------
        RunNotFoundError
            If there is no such run.
        """
        if self.run(run_id).ended:
            return False
        with self._connections.transaction() as db:
            db.execute(
                "INSERT INTO commands (run_id, command, argument, family, sent) "
                "VALUES (?, ?, ?, ?, ?)",
                (run_id, command, argument, family, time.time()),
            )
        return True

    def take_commands(self, run_id: str) -> list[Command]:
        """Commands not taken yet, oldest first; each is given out once."""
        waiting = "FROM commands WHERE run_id = ? AND taken IS NULL"
        with store_errors(self.path):
            # Asked many times a second: the lock is taken only when there is something.
            if (
                not self._connections.get()
                .execute(f"SELECT 1 {waiting} LIMIT 1", (run_id,))
                .fetchone()
            ):
                return []
        with self._connections.transaction() as db:
            rows = db.execute(
                f"SELECT id, command, argument, family {waiting} ORDER BY id", (run_id,)
            ).fetchall()
            db.executemany(
                "UPDATE commands SET taken = ? WHERE id = ?",
                [(time.time(), row[0]) for row in rows],
            )
        return [Command(command=row[1], argument=row[2], family=row[3]) for row in rows]

    # Files

    @property
    def data_folder(self) -> Path:
        """Where converted tables are, by content; made when missing."""
        return _make_private(self.folder / "data")

    def run_folder(self, run_id: str) -> Path:
        """The folder of a run's files.

        Raises
        ------
        ArgumentError
            If `run_id` is not made of letters, digits, ``-`` and ``_``.
        """
        if not _RUN_ID.fullmatch(run_id):
            raise ArgumentError(
                f"A run id must be 1 to 64 letters, digits, '-' or '_'. Got {run_id!r}."
            )
        return self.folder / "runs" / run_id

    def watcher(self) -> StoreWatcher:
        """A connection of its own that notices commits of all others, also of this thread."""
        return StoreWatcher(self.path)

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._connections.close()


class StoreWatcher:
    """Tells whether anything was committed since the last time it was asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)
        self._version: int | None = None

    def changed(self) -> bool:
        """True on the first call and after each commit of another connection."""
        with store_errors(self._path):
            version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
        changed, self._version = version != self._version, version
        return changed

    def events(self, run_id: str, since: int) -> list[ev.Event]:
        """Like `Store.events`."""
        with store_errors(self._path):
            return log.read(self._db, run_id, since, None)

    def close(self) -> None:
        self._db.close()


def _summary(row: tuple[object, ...]) -> RunSummary:
    return RunSummary(**dict(zip(RunSummary.__dataclass_fields__, row, strict=True)))  # type: ignore[arg-type]


def _not_found(run_id: object, ids: list[str]) -> RunNotFoundError:
    return RunNotFoundError(
        f"The run must be one in the store. Got {run_id!r}.",
        hint=did_you_mean(run_id, ids) or "ja.runs() lists them.",
        run_id=str(run_id),
    )


def _make_private(folder: Path) -> Path:
    if folder.is_dir():
        return folder
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The store's folder must be one that can be made. Got {str(folder)!r}: {error}.",
            hint="Set JUPYTER_AUTOML_STORE to a folder that is writable.",
        ) from error
    return folder
