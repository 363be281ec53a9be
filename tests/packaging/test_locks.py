"""The lock files: hashes for everything, addresses and paths for nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
FRONT_END_LOCK = ROOT / "labextension" / "package-lock.json"
ADDRESS = re.compile(r"[a-z+]+://|--(extra-)?index-url|--find-links|^/|\s/[a-z]+/", re.MULTILINE)


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_a_python_lock_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not ADDRESS.search(text)
    entries = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_everything_that_runs_is_locked_to_the_version_that_is_tested() -> None:
    pinned = [_pins(ROOT / "requirements" / name) for name in ("runtime.txt", "dev.txt")]
    assert pinned[0].items() <= pinned[1].items()


def test_the_front_end_lock_has_hashes_and_no_address() -> None:
    packages = _front_end_packages()
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity")] == []


def test_the_front_end_lock_holds_the_native_parts_of_every_platform() -> None:
    packages = _front_end_packages()
    names = {name.rpartition("node_modules/")[2] for name in packages}
    wanted = {part for entry in packages.values() for part in entry.get("optionalDependencies", {})}
    assert wanted - names == set()


def _pins(lock: Path) -> dict[str, str]:
    found = re.findall(r"^(\S+)==(\S+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(found)


def _front_end_packages() -> dict[str, dict]:
    lock = json.loads(FRONT_END_LOCK.read_text(encoding="utf-8"))
    return {name: entry for name, entry in lock["packages"].items() if name}
