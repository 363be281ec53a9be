"""The shapes that extension points have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from jupyter_automl.core.space import Space
from jupyter_automl.core.task import TaskKind

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Encoding = Literal["native", "ordinal", "scaled"]


class Reader(Protocol):
    """Opens one file format.

    Attributes
    ----------
    name : str
        E.g. ``"csv"``.
    suffixes : tuple of str
        Lower case with the dot, e.g. ``(".csv", ".tsv")``.
    """

    name: str
    suffixes: tuple[str, ...]

    def matches(self, head: bytes, path: Path) -> bool:
        """Whether the first 64 KiB look like this format, whatever the name says."""

    def read(self, path: Path) -> pa.Table:
        """The table; raises `ReadError` with what was expected, what came, what to do."""


class Metric(Protocol):
    """How good predictions are.

    Attributes
    ----------
    name : str
        Canonical name, e.g. ``"roc_auc"``.
    label : str
        For people, e.g. ``"ROC AUC"``.
    aliases : tuple of str
        Other spellings people use in prompts and arguments.
    tasks : tuple of TaskKind
        Where it can be used.
    greater_is_better : bool
        Direction of the natural value.
    explanation : str
        One plain sentence.
    """

    name: str
    label: str
    aliases: tuple[str, ...]
    tasks: tuple[TaskKind, ...]
    greater_is_better: bool
    explanation: str

    def score(
        self, y: np.ndarray, prediction: np.ndarray, sample_weight: np.ndarray | None = None
    ) -> float:
        """The natural value.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Class codes 0 .. k-1 (binary: 1 is positive), or the values.
        prediction : ndarray
            Probabilities of shape (n, k), also for metrics of class labels (argmax
            is taken inside), or values of shape (n,).
        """


class Estimator(Protocol):
    """A fitted or fittable model on an encoded matrix; pickles with joblib.

    One of a family with ``leaves_rows_out`` has two things more: ``leave_out = True``, set
    before `fit`, keeps for each training row what the model says that has not learned from
    it, and ``left_out()`` gives these predictions once, in the shapes of `predict`.
    """

    info: Mapping[str, Any]

    def fit(
        self,
        X: Any,
        y: np.ndarray,
        *,
        X_valid: Any | None = None,
        y_valid: np.ndarray | None = None,
        sample_weight: np.ndarray | None = None,
        sample_weight_valid: np.ndarray | None = None,
        time_limit_seconds: float | None = None,
    ) -> Estimator:
        """Fit; what ends in ``_valid`` is for early stopping only.

        Parameters
        ----------
        sample_weight, sample_weight_valid : ndarray of shape (n,), optional
            Weights of the training and of the validation rows. The latter is given only where
            rows have weights.
        """

    def predict(self, X: Any) -> np.ndarray:
        """Probabilities (n, k) as float64 that sum to 1 a row, or values (n,)."""


class Family(Protocol):
    """A kind of model: its search space, its published good starts, how to build it.

    Attributes
    ----------
    name, label : str
        ``"lightgbm"`` and ``"LightGBM"``.
    tasks : tuple of TaskKind
        What it can do.
    encoding : Encoding
        What `features.Preprocessor` makes for it: ``"native"`` a DataFrame of float
        and category columns, missing values kept; ``"ordinal"`` a float32 matrix with
        codes, nothing missing; ``"scaled"`` a float32 matrix, one-hot, imputed, scaled.
    interpretable : bool
        Whether a person can read the fitted model.
    explanation : str
        One plain sentence.
    leaves_rows_out : bool, optional
        Whether one fit on all rows can also say of each what it would say without it.
        False where it is missing.
    stacks : bool, optional
        Whether it is made to be given what other trials say of each row as further numeric
        columns (`core.trial.STACKED_ON`). False where it is missing.
    left_out_fits : float, optional
        How many ordinary fits of as many rows take as long as that one. 1 where it is missing.
    """

    name: str
    label: str
    tasks: tuple[TaskKind, ...]
    encoding: Encoding
    interpretable: bool
    explanation: str

    def space(self, task: TaskKind, n_rows: int, n_columns: int) -> Space:
        """What the search may vary; empty when there is nothing to search."""

    def warm_starts(
        self, task: TaskKind, n_rows: int, n_columns: int
    ) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """``(label, params)`` of published good settings, the best first."""

    def cost(self, n_rows: int, n_columns: int) -> float:
        """Rough seconds of one fit on one core, to order the first trials."""

    def max_rows(self) -> int | None:
        """Rows beyond which it is not planned at all, or None."""

    def build(
        self,
        params: Mapping[str, Any],
        *,
        task: TaskKind,
        n_classes: int,
        metric: str,
        random_state: int,
        n_jobs: int,
    ) -> Estimator:
        """An unfitted estimator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a sampler proposes; give `token` back with the score."""

    params: Mapping[str, Any]
    token: Any


class Sampler(Protocol):
    """Ask/tell search over one family's space."""

    def ask(self) -> Suggestion: ...

    def tell(self, token: Any, score: float | None) -> None:
        """`score` in the metric's natural direction; None for a failed trial."""

    def add(self, params: Mapping[str, Any], score: float) -> None:
        """Learn from a trial that the sampler did not propose (a warm start)."""


Report = Callable[[int, int, "float | None"], None]
"""``report(fold, n_folds, score)`` after each fold."""
