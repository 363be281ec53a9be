"""The peak of a trial, apart from what came before it."""

from __future__ import annotations

import mmap
import sys

import pytest

from jupyter_automl.evaluate.memory import PeakMemory, give_back

MIB = 2**20


def _hold(n_bytes: int) -> None:
    """Take memory for a moment, not from the heap, which may have room already."""
    with mmap.mmap(-1, n_bytes) as held:
        held[:: mmap.PAGESIZE] = b"1" * len(held[:: mmap.PAGESIZE])


def test_the_peak_counts_what_was_let_go_again() -> None:
    before = PeakMemory().bytes()
    peak = PeakMemory()
    _hold(48 * MIB)
    assert peak.bytes() >= before + 40 * MIB


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak cannot be reset")
def test_the_peak_starts_anew() -> None:
    first = PeakMemory()
    _hold(64 * MIB)
    large = first.bytes()
    assert PeakMemory().bytes() <= large - 40 * MIB
    # An earlier one cannot know more than the latest: there is one counter.
    assert first.bytes() < large


def test_giving_back_changes_nothing_else() -> None:
    held = bytearray(b"1" * MIB)
    give_back(0)
    give_back(2**40)
    assert held == b"1" * MIB
