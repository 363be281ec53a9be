"""Held-out predictions that are made up, with the truth they were drawn from."""

from __future__ import annotations

import numpy as np

from jupyter_automl.decide import Evidence, make_evidence

FOLDS = 5


def two_classes(n: int, seed: int, *, bias: float = -2.0, sureness: float = 1.0) -> Evidence:
    """A model of two classes whose log-odds are `sureness` times the right ones."""
    rng = np.random.default_rng(seed)
    odds = 1.5 * rng.normal(size=n) + bias
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    shares = 1 / (1 + np.exp(-sureness * odds))
    return _dealt(y, np.column_stack([1 - shares, shares]), rng)


def many_classes(n: int, seed: int, *, rarest: float = 0.05, sureness: float = 1.0) -> Evidence:
    """A model of three classes of which one is rare."""
    rng = np.random.default_rng(seed)
    logs = rng.normal(size=(n, 3)) + np.log([0.6, 0.4 - rarest, rarest])
    shares = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    y = (rng.random((n, 1)) > shares.cumsum(axis=1)[:, :2]).sum(axis=1).astype(np.int64)
    told = shares**sureness
    return _dealt(y, told / told.sum(axis=1, keepdims=True), rng)


def numbers(n: int, seed: int, kind: str = "even") -> Evidence:
    """Predictions of positive numbers; errors that are ``"even"``, grow, or multiply."""
    rng = np.random.default_rng(seed)
    center = rng.gamma(2.0, 2.0, size=n) + 0.5
    noise = rng.normal(size=n)
    y = {
        "even": center + noise,
        "growing": center + 0.3 * center * noise,
        "relative": center * np.exp(0.4 * noise),
        "skewed": center + np.exp(noise) - np.exp(0.5),
    }[kind]
    return _dealt(y, center, rng)


def _dealt(y: np.ndarray, prediction: np.ndarray, rng: np.random.Generator) -> Evidence:
    return make_evidence(y, prediction, rng.permutation(len(y)) % FOLDS)
