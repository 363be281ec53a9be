"""Whoever waits in a line gets its turn, whatever becomes of those before it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_automl.execute import line
from jupyter_automl.execute.line import Place

HOLD = """
import sys
from pathlib import Path
from jupyter_automl.execute.line import Place

place = Place(Path(sys.argv[1]), lambda n_going: n_going < 1)
print(place.take(), place.number, flush=True)
sys.stdin.read()
"""
"""A process that takes a place and keeps it until its input ends."""


@contextmanager
def another_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process with a place in the line, and what it was told."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    made: list[Place] = []

    def make(most: int = 1) -> Place:
        made.append(Place(tmp_path / "line", lambda n_going: n_going < most))
        return made[-1]

    yield make
    for place in made:
        place.leave()


def test_as_many_have_their_turn_as_may_and_the_others_wait_in_order(
    make: Callable[..., Place],
) -> None:
    places = [make(2) for _ in range(4)]
    assert [(place.take(), place.number) for place in places] == [
        (True, 0),
        (True, 0),
        (False, 1),
        (False, 2),
    ]
    # Who has its turn keeps it, and who asks often is not sooner.
    assert places[0].take()
    assert not places[3].take()
    places[0].leave()
    assert not places[3].take()
    assert places[2].take()
    places[1].leave()
    assert (places[3].take(), places[3].number) == (True, 0)


def test_a_place_that_is_given_up_is_closed_up(make: Callable[..., Place], tmp_path: Path) -> None:
    first, second, third = (make() for _ in range(3))
    assert first.take()
    assert not second.take()
    assert not third.take()
    assert first.others_wait()
    second.leave()
    assert (third.take(), third.number) == (False, 1)
    # Who comes back begins at the end.
    assert (second.take(), second.number) == (False, 2)
    for place in (first, second, third):
        place.leave()
        place.leave()
    assert list((tmp_path / "line").glob("*.place")) == []
    assert not first.others_wait()


@pytest.mark.parametrize("had_its_turn", [True, False])
def test_a_process_that_dies_leaves_the_line(
    make: Callable[..., Place], tmp_path: Path, had_its_turn: bool
) -> None:
    first, last = make(), make()
    if not had_its_turn:
        assert first.take()
    with another_process(tmp_path / "line") as (process, told):
        assert told == ("True 0" if had_its_turn else "False 1")
        assert not last.take()
        assert last.number == (1 if had_its_turn else 2)
        process.kill()
        process.wait()
        if not had_its_turn:
            assert (last.take(), last.number) == (False, 1)
            first.leave()
        assert last.take()


def test_who_does_not_ask_any_more_is_passed_and_not_forgotten(
    make: Callable[..., Place], tmp_path: Path
) -> None:
    first, stuck, last = (make() for _ in range(3))
    assert first.take()
    assert not stuck.take()
    _, its = sorted((tmp_path / "line").glob("*.place"))
    assert not last.take()
    past = time.time() - line.SILENT_SECONDS - 60
    os.utime(its, (past, past))
    assert (last.take(), last.number) == (False, 1)
    first.leave()
    assert last.take()
    # It asks again, and has to wait like everybody.
    assert (stuck.take(), stuck.number) == (False, 1)
    last.leave()
    assert stuck.take()


def test_never_more_than_may(make: Callable[..., Place]) -> None:
    going: list[int] = []
    most = 0
    guard = threading.Lock()

    def work(place: Place) -> None:
        nonlocal most
        while not place.take():
            pass
        with guard:
            going.append(1)
            most = max(most, len(going))
        with guard:
            going.pop()
        place.leave()

    threads = [threading.Thread(target=work, args=(make(2),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert 1 <= most <= 2


def test_a_folder_that_cannot_be_written_to_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = Place(tmp_path / "file" / "line", lambda n_going: True)
    with pytest.raises(OSError, match="file"):
        place.take()
    place.leave()
