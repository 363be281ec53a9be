"""Columns that make up the target: ``cnt = casual + registered``, ``price = rate * hours``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

_MOST_COLUMNS = 60
_MOST_PARTS = 5
_ROWS = 500
_LARGEST = 1e100
_NEARLY_ALL = 0.95

_EXACT = 1e-6
"""Largest error of an exact sum, in standard deviations of the target."""

_WHOLE = 1e-3
"""How near to 1 or -1 the coefficients are."""


def parts_of(target: np.ndarray, columns: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The target as a sum or product of two to five columns.

    Parameters
    ----------
    target : ndarray of float64, shape (n,)
        Finite.
    columns : Mapping of str to ndarray of float64, shape (n,)
        NaN where missing.

    Returns
    -------
    tuple of str
        Names, and the signs between them: ``("a", "+", "b", "-", "c")``; empty if it is none.

    Notes
    -----
    Least squares on 500 rows, then column after column is left out for as long as the rest
    still gives the target exactly. Every coefficient has to be 1 or -1, with nothing added:
    anything freer would be found wherever a formula made the data, which is no leak.
    """
    if np.abs(target).max() > _LARGEST:
        return ()
    names, x, y = _complete(target, columns)
    signs = _unit_sum(x, y)
    if signs:
        return _written(names, signs, "+", "-")
    kept = np.flatnonzero((x > 0).all(axis=0))
    if not (y > 0).all() or len(kept) < 2:
        return ()
    signs = _unit_sum(np.log(x[:, kept]), np.log(y))
    return _written([names[column] for column in kept], signs, "*", "/")


def _complete(
    target: np.ndarray, columns: Mapping[str, np.ndarray]
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The columns nearest to the target, and rows where all of them are known."""
    nearness = {
        name: abs(_correlation(values, target))
        for name, values in columns.items()
        if np.isfinite(values).mean() >= _NEARLY_ALL and np.nanmax(np.abs(values)) <= _LARGEST
    }
    most = min(_MOST_COLUMNS, len(target) // 10)
    nearest = set(sorted(nearness, key=lambda name: -nearness[name])[:most])
    names = [name for name in columns if name in nearest]
    if not names:
        return [], np.empty((0, 0)), np.empty(0)
    x = np.column_stack([columns[name] for name in names])
    rows = np.flatnonzero(np.isfinite(x).all(axis=1))
    # From all over the table: its head may be all of one kind.
    rows = rows[np.linspace(0, len(rows) - 1, min(_ROWS, len(rows))).astype(np.int64)]
    return names, x[rows], target[rows]


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    known = np.isfinite(x)
    a, b = x[known] - x[known].mean(), y[known] - y[known].mean()
    length = np.sqrt(a @ a) * np.sqrt(b @ b)
    return float(a @ b / length) if length > 0 else 0.0


def _unit_sum(x: np.ndarray, y: np.ndarray) -> dict[int, int]:
    """Column -> 1 or -1 of the sum that `y` is exactly; empty if it is none."""
    if len(y) < 20 or y.std() == 0:
        return {}
    spreads = x.std(axis=0)
    kept = [int(column) for column in np.flatnonzero(spreads > 0)]
    weights = _weights(x, y, kept)
    if weights is None:
        return {}
    reach = {column: abs(weight) * spreads[column] for column, weight in weights.items()}
    # The least telling first, so that what is left is the plainest sum.
    for column in sorted(kept, key=reach.__getitem__):
        rest = [other for other in kept if other != column]
        without = _weights(x, y, rest)
        if without is not None:
            kept, weights = rest, without
    if not 2 <= len(kept) <= _MOST_PARTS:
        return {}
    signs = {column: round(weights[column]) for column in kept}
    whole = all(abs(sign) == 1 and abs(weights[c] - sign) < _WHOLE for c, sign in signs.items())
    left = y - sum(sign * x[:, column] for column, sign in signs.items())
    return signs if whole and np.abs(left).max() <= 1e3 * _EXACT * y.std() else {}


def _weights(x: np.ndarray, y: np.ndarray, kept: Sequence[int]) -> dict[int, float] | None:
    """Coefficients of the exact linear fit on the columns `kept`; None where none is exact."""
    if not kept:
        return None
    part = x[:, kept]
    spreads = part.std(axis=0)
    centred = (part - part.mean(axis=0)) / spreads
    goal = (y - y.mean()) / y.std()
    solution = np.linalg.lstsq(centred, goal, rcond=1e-10)[0]
    if np.abs(centred @ solution - goal).max() > _EXACT:
        return None
    return dict(zip(kept, (solution / spreads * y.std()).tolist(), strict=True))


def _written(
    names: Sequence[str], signs: Mapping[int, int], plus: str, minus: str
) -> tuple[str, ...]:
    """Positive parts first, joined by `plus` and `minus`."""
    ordered = sorted(signs.items(), key=lambda item: (-item[1], item[0]))
    if not ordered or ordered[0][1] < 0:
        return ()
    words = [names[ordered[0][0]]]
    for column, sign in ordered[1:]:
        words += [plus if sign > 0 else minus, names[column]]
    return tuple(words)
