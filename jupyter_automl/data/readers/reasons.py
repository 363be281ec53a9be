"""What a library says is wrong with a file, fit for the inside of a sentence."""

from __future__ import annotations

_MOST = 200


def reason_of(error: BaseException) -> str:
    """The message of `error` as one line of at most 200 characters that ends in a full stop."""
    line = " ".join(str(error).split())
    cut = line if len(line) <= _MOST else line[: _MOST - 1] + "…"
    return f"{cut.rstrip('.:')}."
