"""Names of encoded training rows: equal names, equal preprocessing."""

from __future__ import annotations

ALL_ROWS = "all"
"""Stands for the number of a fit in the name of what was learned from every row."""


def matrix_key(encoding: str, fit: int | str, n_rows: int, extra: str | None = None) -> str:
    """The name of a fit's training rows in an encoding, with further features.

    Parameters
    ----------
    fit : int or str
        Number among all folds of all repeats, or `ALL_ROWS`.
    n_rows : int
        Training rows, perhaps a sample of them.
    """
    return f"{encoding}-{fit}-{n_rows}" + (f"-{extra}" if extra else "")


def rows_of(key: str) -> str:
    """The part of a name that says which rows they are, in whatever encoding."""
    return "-".join(key.split("-")[1:3])
