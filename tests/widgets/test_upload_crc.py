"""The checksum of a whole from those of its slices."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.widgets.crc import combined


@given(st.binary(max_size=300), st.integers(1, 64))
def test_it_is_the_checksum_of_the_whole(content: bytes, slice_bytes: int) -> None:
    slices = [content[at : at + slice_bytes] for at in range(0, len(content), slice_bytes)]
    last = len(slices[-1]) if slices else 0
    whole = combined([zlib.crc32(part) for part in slices], slice_bytes, last)
    assert whole == zlib.crc32(content)


def test_slices_that_changed_places_have_another() -> None:
    crcs = [zlib.crc32(bytes([number]) * 8) for number in range(3)]
    assert combined(crcs, 8, 8) != combined([crcs[1], crcs[0], crcs[2]], 8, 8)


def test_lengths_beyond_32_bits() -> None:
    # Zeros of 8 GiB, by doubling; then their first byte is another one.
    size, crc = 1, zlib.crc32(b"\0")
    while size < 2**33:
        size, crc = 2 * size, combined([crc, crc], size, size)
    other = combined([zlib.crc32(b"a"), crc], 1, size)
    halves = combined([zlib.crc32(b"a"), combined([crc], size, size)], 1, size)
    assert other == halves
    # The same bytes cut in another place: 1 + 2^33 = (1 + 2^32) + 2^32.
    half = _zeros(2**32)
    front = combined([zlib.crc32(b"a"), half], 1, 2**32)
    assert other == combined([front, half], 2**32 + 1, 2**32)


def _zeros(wanted: int) -> int:
    size, crc = 1, zlib.crc32(b"\0")
    while size < wanted:
        size, crc = 2 * size, combined([crc, crc], size, size)
    return crc
