"""How differently a model treats groups of rows, by fairlearn's definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jupyter_automl.core.words import say
from jupyter_automl.evaluate.assess.bootstrap import N_RESAMPLES, Resamples
from jupyter_automl.evaluate.assess.estimate import Estimate, mean_estimate, rate
from jupyter_automl.evaluate.assess.groups import LEAST_ROWS, grouping_of
from jupyter_automl.evaluate.assess.judged import Judged
from jupyter_automl.evaluate.assess.telling import label_of

CLASS_RATES = (
    "selection_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "accuracy",
)
NUMBER_RATES = ("mean_error", "mae")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRates:
    """What happens to the rows of one group.

    Attributes
    ----------
    name : str
        As it is shown.
    n : int
        Rows.
    few : bool
        Fewer than 30: no rates, and no part in the gaps.
    rates : Mapping
        By name: `CLASS_RATES`, or `NUMBER_RATES` where the target is a number. A mean error
        above 0 says that predictions are too high.
    """

    name: str
    n: int
    few: bool
    rates: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Groups of rows compared.

    Attributes
    ----------
    column : str
        What the groups are made of.
    label : str
        The class that counts as selected; empty where the target is a number.
    groups : tuple of GroupRates
    gaps : Mapping
        ``demographic_parity_difference``, ``demographic_parity_ratio`` and
        ``equalized_odds_difference``; of a number ``mean_error_difference`` and
        ``mae_difference``.
    """

    column: str
    label: str
    groups: tuple[GroupRates, ...]
    gaps: Mapping[str, Estimate]


def fairness_of(judged: Judged, *, by: str | None = None, label: Any = None) -> Fairness:
    """Rates of each group and the largest differences between groups.

    Parameters
    ----------
    by : str, optional
        A column of the rows; the one of `judged` where none is given.
    label : object, optional
        The class that counts as selected; see `Judged.code_of`.

    Raises
    ------
    ArgumentError
        If there is no such column or class.

    Notes
    -----
    After fairlearn's ``demographic_parity_difference``, ``demographic_parity_ratio`` and
    ``equalized_odds_difference`` (between groups, worst case): the difference between the
    largest and the smallest selection rate over groups, the ratio of the smallest to the
    largest, and the larger one of the differences of true and of false positive rates. Unlike
    there a group of less than 30 rows takes no part, nor does, in a rate, a group without rows
    that the rate is of (fairlearn counts 0 for it). Of classes beyond two, one against the rest.

    The gap of many groups is large by chance alone, more so than its interval tells.
    """
    groups = grouping_of(judged, by)
    code = judged.code_of(label) if judged.has_classes else 0
    rates = _ClassRates(judged, code) if judged.has_classes else _NumberRates(judged)
    found = []
    for place, name in enumerate(groups.names):
        inside = groups.codes == place
        n = int(inside.sum())
        if n == 0:
            continue
        few = n < LEAST_ROWS
        found.append(
            (place, GroupRates(name=name, n=n, few=few, rates={} if few else rates.of(inside)))
        )
    compared = np.array([place for place, group in found if not group.few], dtype=np.int64)
    return Fairness(
        column=groups.column,
        label=label_of(judged, code) if judged.has_classes else "",
        groups=tuple(group for _, group in found),
        gaps=_gaps(judged, rates, groups.codes, len(groups.names), compared),
    )


def rates_of_all(judged: Judged, code: int) -> Mapping[str, Estimate]:
    """The rates of all rows together; `code` is the class that counts as selected."""
    rates = _ClassRates(judged, code) if judged.has_classes else _NumberRates(judged)
    return rates.of(np.ones(len(judged), dtype=bool))


class _ClassRates:
    """Rates of decisions for one class against the rest."""

    def __init__(self, judged: Judged, code: int) -> None:
        self.judged = judged
        codes = judged.decided()
        self.positive, self.chosen = judged.y == code, codes == code
        self.right = codes == judged.y

    def of(self, inside: np.ndarray) -> Mapping[str, Estimate]:
        positive, chosen = self.positive, self.chosen
        return {
            "selection_rate": self._rate(chosen, inside),
            "true_positive_rate": self._rate(chosen, inside & positive),
            "false_positive_rate": self._rate(chosen, inside & ~positive),
            "false_negative_rate": self._rate(~chosen, inside & positive),
            "accuracy": self._rate(self.right, inside),
        }

    def _rate(self, hits: np.ndarray, among: np.ndarray) -> Estimate:
        judged = self.judged
        return rate(
            hits[among],
            None if judged.weights is None else judged.weights[among],
            None if judged.groups is None else judged.groups[among],
        )

    def gaps(
        self, codes: np.ndarray, n_groups: int, compared: np.ndarray
    ) -> Mapping[str, tuple[float, np.ndarray | None]]:
        judged, resamples = self.judged, Resamples(self.judged)
        cells = (codes * 2 + self.positive) * 2 + self.chosen
        size = n_groups * 4
        masses = np.bincount(cells, weights=judged.masses, minlength=size)
        draws = None if resamples.reason else resamples.cells(cells, size)

        def both(of: Callable[[np.ndarray], np.ndarray]) -> tuple[float, np.ndarray | None]:
            parts = masses.reshape(n_groups, 2, 2)[compared]
            drawn = None if draws is None else draws.reshape(-1, n_groups, 2, 2)[:, compared]
            return float(of(parts)), None if drawn is None else of(drawn)

        return {
            "demographic_parity_difference": both(lambda m: _difference(_selected(m))),
            "demographic_parity_ratio": both(lambda m: _ratio(_selected(m))),
            "equalized_odds_difference": both(
                lambda m: np.fmax(_difference(_chosen_of(m, 1)), _difference(_chosen_of(m, 0)))
            ),
        }


class _NumberRates:
    """Errors of predicted numbers: the prediction less the truth."""

    def __init__(self, judged: Judged) -> None:
        self.judged = judged
        with np.errstate(over="ignore", invalid="ignore"):
            self.errors = judged.prediction - judged.y

    def of(self, inside: np.ndarray) -> Mapping[str, Estimate]:
        judged = self.judged
        weights = None if judged.weights is None else judged.weights[inside]
        groups = None if judged.groups is None else judged.groups[inside]
        return {
            "mean_error": mean_estimate(self.errors[inside], weights, groups),
            "mae": mean_estimate(np.abs(self.errors[inside]), weights, groups),
        }

    def gaps(
        self, codes: np.ndarray, n_groups: int, compared: np.ndarray
    ) -> Mapping[str, tuple[float, np.ndarray | None]]:
        resamples = Resamples(self.judged)
        brought = (np.ones(len(codes)), self.errors, np.abs(self.errors))
        masses = np.array(
            [
                np.bincount(codes, weights=self.judged.masses * values, minlength=n_groups)
                for values in brought
            ]
        )
        draws = None if resamples.reason else resamples.cells(codes, n_groups, brought)

        def both(which: int) -> tuple[float, np.ndarray | None]:
            def gap(sums: np.ndarray) -> np.ndarray:
                return _difference(_share(sums[..., which, :], sums[..., 0, :])[..., compared])

            return float(gap(masses)), None if draws is None else gap(draws)

        return {"mean_error_difference": both(1), "mae_difference": both(2)}


def _gaps(
    judged: Judged,
    rates: _ClassRates | _NumberRates,
    codes: np.ndarray,
    n_groups: int,
    compared: np.ndarray,
) -> Mapping[str, Estimate]:
    n = int(np.isin(codes, compared).sum())
    with np.errstate(invalid="ignore", over="ignore"):
        found = rates.gaps(codes, n_groups, compared)
    most = 1.0 if judged.has_classes else np.inf
    out = {}
    for name, (value, draws) in found.items():
        if len(compared) < 2 or not np.isfinite(value):
            out[name] = Estimate(n=n, reason=say("evaluate-reason-few-groups", n=LEAST_ROWS))
            continue
        half = None if draws is None else _half(draws, upper=not name.endswith("_ratio"))
        if half is None:
            reason = say("evaluate-reason-no-spread")
            out[name] = Estimate(value=value, n=n, reason=reason)
            continue
        low, high = max(value - half, 0.0), min(value + half, most)
        out[name] = Estimate(value=value, low=low, high=high, n=n)
    return out


def _half(draws: np.ndarray, *, upper: bool) -> float | None:
    """Half of an interval, by the side on which samples are not held back.

    A difference is never below 0 in a sample, nor a ratio above 1, whatever the truth.
    """
    draws = draws[np.isfinite(draws)]
    if 2 * len(draws) < N_RESAMPLES:
        return None
    low, middle, high = np.quantile(draws, (0.025, 0.5, 0.975))
    half = float(high - middle if upper else middle - low)
    return half if half > 0 else None


def _selected(masses: np.ndarray) -> np.ndarray:
    """Selection rates (..., g) from masses (..., g, positive, chosen)."""
    return _share(masses[..., 1].sum(axis=-1), masses.sum(axis=(-2, -1)))


def _chosen_of(masses: np.ndarray, positive: int) -> np.ndarray:
    """True (1) or false (0) positive rates (..., g)."""
    part = masses[..., positive, :]
    return _share(part[..., 1], part.sum(axis=-1))


def _difference(rates: np.ndarray) -> np.ndarray:
    """The largest less the smallest over groups (..., g); NaN where fewer than two have one."""
    known = np.isfinite(rates)
    largest = np.where(known, rates, -np.inf).max(axis=-1, initial=-np.inf)
    smallest = np.where(known, rates, np.inf).min(axis=-1, initial=np.inf)
    return np.where(known.sum(axis=-1) >= 2, largest - smallest, np.nan)


def _ratio(rates: np.ndarray) -> np.ndarray:
    """The smallest over the largest; NaN where all are 0."""
    known = np.isfinite(rates)
    largest = np.where(known, rates, -np.inf).max(axis=-1, initial=-np.inf)
    smallest = np.where(known, rates, np.inf).min(axis=-1, initial=np.inf)
    usable = (known.sum(axis=-1) >= 2) & (largest > 0)
    return np.where(usable, smallest / np.where(usable, largest, 1.0), np.nan)


def _share(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
