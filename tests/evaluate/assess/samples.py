"""Judged rows that are made up, with the truth they were drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jupyter_automl.evaluate.assess import Ends, Judged, make_judged

EVIL = "<img src=x onerror=alert(1)>"
HOSTILE = (EVIL, "\u202egnol", "x" * 10_000, "", "{ $n }", "😀 \u05d0\u05d1", "a\nb", "%{x}")


def two_classes(n: int = 400, seed: int = 0, **facts: Any) -> Judged:
    """Log-odds that are right, and a positive class of about a third."""
    rng = np.random.default_rng(seed)
    odds = 1.5 * rng.normal(size=n) - 0.8
    shares = 1 / (1 + np.exp(-odds))
    y = (rng.random(n) < shares).astype(np.int64)
    facts = {"labels": ("no", "yes"), "metric": "roc_auc", "target": "sick", **facts}
    return make_judged(y, np.column_stack([1 - shares, shares]), **facts)


def many_classes(n: int = 600, k: int = 4, seed: int = 0, **facts: Any) -> Judged:
    """Probabilities that are right, of k classes."""
    rng = np.random.default_rng(seed)
    odds = 1.5 * rng.normal(size=(n, k))
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > shares.cumsum(axis=1)[:, :-1]).sum(axis=1)
    facts = {"labels": tuple(f"c{i}" for i in range(k)), "metric": "log_loss", **facts}
    return make_judged(y, shares, **facts)


def numbers(n: int = 500, seed: int = 0, *, bias: float = 0.0, **facts: Any) -> Judged:
    """Numbers with errors of standard deviation 1, and intervals that are right."""
    rng = np.random.default_rng(seed)
    prediction = rng.normal(10, 3, n)
    y = prediction + bias + rng.normal(size=n)
    intervals = tuple(
        Ends(coverage=coverage, lower=prediction - reach, upper=prediction + reach)
        for coverage, reach in ((0.5, 0.6745), (0.9, 1.6449))
    )
    facts = {"metric": "rmse", "target": "size", "intervals": intervals, **facts}
    return make_judged(y, prediction, **facts)


def weights_of(n: int, seed: int = 1) -> np.ndarray:
    """Uneven weights of mean 1."""
    weights = np.random.default_rng(seed).gamma(1.0, size=n) + 0.05
    return weights / weights.mean()


def groups_of(n: int, size: int = 5, seed: int = 2) -> np.ndarray:
    """Groups of about so many rows, their codes in no order."""
    return np.random.default_rng(seed).integers(0, max(2, n // size), n) * 7


def columns_of(n: int, seed: int = 3) -> pd.DataFrame:
    """A number with gaps, a date, a category with gaps, a boolean and a constant."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, n), "D")
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 12, n).round(1),
            "since": days,
            "plan": pd.Series(rng.choice(["monthly", "yearly", "gift"], n), dtype="str"),
            "member": rng.random(n) < 0.5,
            "same": 1,
        }
    )
    frame.loc[::11, "age"] = np.nan
    frame.loc[::13, "plan"] = None
    return frame
