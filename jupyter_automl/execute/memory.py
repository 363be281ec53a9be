"""Bytes: what the machine has, and what a process takes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


DEFAULT_SHARE = 0.6
"""Of the machine's or the container's memory, for a run that was given no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Resident memory of a process in bytes.

    Attributes
    ----------
    own : int
        What goes when the process ends.
    shared : int
        Pages of files: libraries and the mapped table, which other workers have too and
        which the system takes back when it needs them. 0 where the system does not tell.
    """

    own: int
    shared: int


def held_by(process: psutil.Process) -> Held:
    """What a process holds, in one short read.

    Raises
    ------
    psutil.Error
        If it is gone.

    Notes
    -----
    The resident size counts a mapped table once in every worker. Its unique and proportional
    parts (``memory_full_info``) take a walk over all pages, a tenth of a second for some
    gigabytes; the sums that Linux keeps in ``/proc/<pid>/statm`` are as good here, because
    all that a worker shares are files.
    """
    info = process.memory_info()
    shared = int(getattr(info, "shared", 0))
    return Held(own=max(0, int(info.rss) - shared), shared=shared)


def machine_bytes(root: Path = Path("/")) -> int:
    """Memory of the machine, or less where a container or a job may use less.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` stand.
    """
    import psutil

    return min([int(psutil.virtual_memory().total), *_group_limits(root)])


def run_bytes(max_memory_bytes: int | None = None) -> int:
    """What a run may take, its runner and its workers together.

    Parameters
    ----------
    max_memory_bytes : int or None
        What a person allows, which counts up to what there is; None is 60 % of what there is.
    """
    there = machine_bytes()
    return int(DEFAULT_SHARE * there) if max_memory_bytes is None else min(max_memory_bytes, there)


def default_memory_limit(n_workers: int) -> int:
    """What a worker may take where nobody says: an even part of 60 % of what there is."""
    return run_bytes() // max(1, n_workers)


def _group_limits(root: Path) -> Iterator[int]:
    """Limits of the control groups (Linux) that this process is in, all levels of them."""
    for folder, name in _groups(root):
        for level in (folder, *folder.parents):
            try:
                limit = int((level / name).read_text())
            except (OSError, ValueError):
                # No such level in this container, or "max".
                limit = 0
            if limit > 0:
                yield limit
            if level == root / "sys/fs/cgroup":
                break


def _groups(root: Path) -> Iterator[tuple[Path, str]]:
    mounted = root / "sys/fs/cgroup"
    # In a container its own group is the root of what it sees, whatever the path says.
    yield mounted, "memory.max"
    yield mounted / "memory", "memory.limit_in_bytes"
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            yield mounted / path.lstrip("/"), "memory.max"
        elif "memory" in controllers.split(","):
            yield mounted / "memory" / path.lstrip("/"), "memory.limit_in_bytes"
