"""What each feature adds to each prediction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from jupyter_automl.explain.effects import Change
    from jupyter_automl.explain.interactions import Pair

N_RESAMPLES = 500
COVERAGE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """SHAP values of a model on some rows.

    A row's values and the base value sum to the model's output for the row, in the
    units that `space` names.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features[, n_classes])
        Float64. The last axis is there for three or more classes; for two classes the
        values speak of the positive class, ``classes[-1]``.
    base_values : ndarray of shape () or (n_classes,)
        The mean output, from which the values count.
    data : DataFrame of shape (n_rows, n_features)
        The rows as they are in the table; the index holds their positions.
    classes : tuple of str
        Labels in code order; empty for regression.
    model : str
        Name of the model, for titles.
    method : str
        ``"tree"``, ``"linear"`` (exact), ``"members, linearised"`` (a blend by its members) or
        ``"permutation"`` (sampled).
    space : str
        Units of the values: ``"probability"``, ``"log-odds"``, ``"target"`` or
        ``"log of the target"``.
    random_state : int
        Seed of the bootstrap.
    error : ndarray of the shape of `values` or None
        Standard error of each value, where they were sampled; not a number where a value was
        sampled once. None where there is nothing to sample.
    gap : float or None
        Mean distance of the sums from the predictions, where the method does not make it 0.
    interactions : tuple of Pair
        Exact SHAP interactions of the strongest features, the strongest pair first, where the
        model's trees gave them.
    """

    values: np.ndarray
    base_values: np.ndarray
    data: pd.DataFrame
    classes: tuple[str, ...] = ()
    model: str = ""
    method: str = ""
    space: str = "target"
    random_state: int = 0
    error: np.ndarray | None = None
    gap: float | None = None
    interactions: tuple[Pair, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns, in table order."""
        return tuple(str(name) for name in self.data.columns)

    @property
    def n_rows(self) -> int:
        """Rows explained."""
        return len(self.values)

    def importance(self) -> pd.DataFrame:
        """Mean absolute SHAP value of each feature, largest first.

        Returns
        -------
        DataFrame
            Columns ``feature, importance, lower, upper``. The interval covers 95 % of
            `N_RESAMPLES` bootstrap resamples of the rows: it says how much the choice
            of rows matters, not how much the model does. With three or more classes the
            mean is over the classes too.
        """
        import pandas as pd

        size = self._sizes()
        rng = np.random.default_rng(self.random_state)
        n = max(1, len(size))
        counts = rng.multinomial(n, np.full(n, 1.0 / n), size=N_RESAMPLES)
        means = counts @ size / n if len(size) else np.zeros((1, size.shape[1]))
        tail = (1.0 - COVERAGE) / 2.0
        lower, upper = np.quantile(means, (tail, 1.0 - tail), axis=0)
        table = pd.DataFrame(
            {
                "feature": list(self.feature_names),
                "importance": size.mean(axis=0) if len(size) else means[0],
                "lower": lower,
                "upper": upper,
            }
        )
        return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)

    def ranking(self, most: int | None = None) -> list[tuple[str, float]]:
        """``(feature, importance)`` pairs, largest first."""
        mean = self._sizes().mean(axis=0) if self.n_rows else np.zeros(len(self.feature_names))
        order = np.argsort(-mean, kind="stable")[:most]
        return [(self.feature_names[place], float(mean[place])) for place in order]

    def for_class(self, label: str | None = None) -> tuple[np.ndarray, str]:
        """Values of shape (n_rows, n_features) that speak of one class, and its label.

        Parameters
        ----------
        label : str, optional
            One of `classes`; None takes the positive one of two, or of several the
            class whose values are largest. Two classes: the other one's values are
            the negated ones.

        Raises
        ------
        UnknownNameError
            If there is no such class.
        """
        if label is not None:
            self._check_class(label)
        if self.values.ndim == 2:
            positive = self.classes[-1] if self.classes else ""
            if label is None or label == positive:
                return self.values, positive
            return -self.values, label
        if label is None:
            largest = int(np.argmax(np.abs(self.values).mean(axis=(0, 1)))) if self.n_rows else 0
            return self.values[:, :, largest], self.classes[largest]
        return self.values[:, :, self.classes.index(label)], label

    def _check_class(self, label: str) -> None:
        from jupyter_automl.core.errors import UnknownNameError, did_you_mean

        if label not in self.classes:
            raise UnknownNameError(
                f"The class must be one of: {', '.join(self.classes) or 'none'}. Got {label!r}.",
                hint=did_you_mean(label, self.classes),
                label=label,
            )

    def _sizes(self) -> np.ndarray:
        size = np.abs(self.values)
        return size if size.ndim == 2 else size.mean(axis=2)

    @property
    def is_exact(self) -> bool:
        """Whether a value is the model's Shapley value, and not an estimate of it."""
        return self.method in ("tree", "linear")

    @property
    def points(self) -> np.ndarray | None:
        """Values in points of probability (0 to 100), of the shape of `values`.

        Log-odds are carried over along the line from the base to each row, so that a row's
        points sum to the change of its probability. None for a regression.
        """
        from jupyter_automl.explain.effects import in_points

        return in_points(self)

    def value_error(self, feature: str | None = None) -> float | None:
        """Standard error of a value, on the mean of the rows and of the classes.

        Parameters
        ----------
        feature : str, optional
            None takes all features.

        Returns
        -------
        float or None
            0 of exact values; None where it is not known, as of linearised members: `gap` says
            how far their sums are off, not how well they share them out.

        Raises
        ------
        UnknownNameError
            If there is no such feature.
        """
        if self.is_exact:
            return 0.0
        if self.error is None:
            return None
        chosen = self.error if feature is None else self.error[:, self.place_of(feature)]
        known = chosen[np.isfinite(chosen)]
        return float(known.mean()) if len(known) else None

    def change(self, feature: str, label: str | None = None) -> Change | None:
        """What a feature does to predictions: its most telling level, or high against low.

        Returns
        -------
        Change or None
            In points of probability, or of a regression in units of `space`. None where the
            rows are too few to tell.

        Raises
        ------
        UnknownNameError
            If there is no such feature or class.
        """
        from jupyter_automl.explain.effects import change

        self.place_of(feature)
        return change(self, feature, label)

    def interacting(self, feature: str, label: str | None = None) -> tuple[str, float] | None:
        """The feature that changes the effect of `feature` most, and how much.

        By `interactions` where these hold the feature, else by how much of the spread of its
        values at alike values of its own the other feature explains. The strength is in the
        units of the values; None where no feature does.

        Raises
        ------
        UnknownNameError
            If there is no such feature or class.
        """
        from jupyter_automl.explain.interactions import partner

        self.place_of(feature)
        return partner(self, feature, label)

    def pairs(self, most: int = 10) -> tuple[Pair, ...]:
        """The strongest pairs among the strongest features, see `interactions`.

        Exact where `interactions` is filled, else estimated from the values.
        """
        from jupyter_automl.explain.interactions import estimated

        return (self.interactions or estimated(self))[:most]

    def place_of(self, feature: str) -> int:
        """Its place among the columns; raises `UnknownNameError`."""
        from jupyter_automl.core.errors import UnknownNameError, did_you_mean

        names = self.feature_names
        if feature not in names:
            raise UnknownNameError(
                f"The feature must be one of the explained columns. Got {feature!r}.",
                hint=did_you_mean(feature, names),
                feature=str(feature),
            )
        return names.index(feature)

    def insights(self) -> tuple[str, ...]:
        """One or two findings in plain words; see `sentences.insights`."""
        from jupyter_automl.explain.sentences import insights

        return insights(self)

    def bar(self, max_features: int = 15) -> Figure:
        """Importance of the features with its interval."""
        from jupyter_automl.explain import figures

        return figures.bar(self, max_features)

    def beeswarm(self, max_features: int = 12, label: str | None = None) -> Figure:
        """A point for each row and feature, coloured by the feature's value."""
        from jupyter_automl.explain import figures

        return figures.beeswarm(self, max_features, label)

    def dependence(self, feature: str, label: str | None = None) -> Figure:
        """SHAP values of a feature over its values; raises `UnknownNameError`."""
        from jupyter_automl.explain import figures

        return figures.dependence(self, feature, label)

    def waterfall(self, row: int = 0, label: str | None = None, max_features: int = 12) -> Figure:
        """How one row's prediction is made up.

        Parameters
        ----------
        row : int
            Counts from 0 among the rows explained; negative counts from the end.
        """
        from jupyter_automl.explain import figures

        return figures.waterfall(self, row, label, max_features)

    def save(self, path: Path | str) -> None:
        """Write to an npz file without pickle; see `load_explanation`."""
        from jupyter_automl.explain.stored import save

        save(self, Path(path))
