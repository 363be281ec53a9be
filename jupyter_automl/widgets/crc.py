"""CRC-32 of a whole from the CRC-32 of its slices, without reading it again."""

from __future__ import annotations

from collections.abc import Sequence

_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
"""The polynomial 1; coefficients are stored with the highest power in the lowest bit."""


def combined(crcs: Sequence[int], slice_bytes: int, last_bytes: int) -> int:
    """The CRC-32 of slices of equal size, of which only the last may be shorter.

    Parameters
    ----------
    crcs : sequence of int
        CRC-32 of each slice, in order.
    slice_bytes, last_bytes : int
        Bytes of every slice but the last, and of the last.

    Notes
    -----
    The CRC of A followed by B is CRC(A) x^(8 |B|) + CRC(B) over GF(2), modulo the polynomial:
    what zlib's ``crc32_combine`` computes.
    """
    if not crcs:
        return 0
    *most, last = crcs
    step = _power(8 * slice_bytes)
    whole = 0
    for crc in most:
        whole = _product(step, whole) ^ crc
    return _product(_power(8 * last_bytes), whole) ^ last


def _product(a: int, b: int) -> int:
    """``a b`` modulo the polynomial."""
    result = 0
    bit = _ONE
    while bit:
        if a & bit:
            result ^= b
        b = (b >> 1) ^ (_POLYNOMIAL if b & 1 else 0)
        bit >>= 1
    return result


def _power(n: int) -> int:
    """x^n modulo the polynomial, by squaring."""
    result, square = _ONE, _ONE >> 1
    while n:
        if n & 1:
            result = _product(square, result)
        square = _product(square, square)
        n >>= 1
    return result
