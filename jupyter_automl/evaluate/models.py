"""Fitted models as the rest of the package sees them: a bag of folds, a blend of bags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.errors import RunError
from jupyter_automl.core.leaderboard import ENSEMBLE
from jupyter_automl.evaluate.keys import rows_of
from jupyter_automl.evaluate.stacking import beside, columns_of_predictions
from jupyter_automl.features.columns import Columns, columns_of

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.core.protocols import Estimator

_CHUNK_ROWS = 50_000
Matrices = dict[tuple[str, bool], Any]
Said = dict[int, np.ndarray]
"""What bags have said of the rows, by their identity."""


@dataclass(slots=True, kw_only=True)
class FoldModel:
    """One fold's preprocessing and estimator.

    Attributes
    ----------
    preprocessor : features.Preprocessor
        Fitted on the fold's training rows only.
    fallback : ndarray of shape (k,) or (1,)
        Class shares, or the mean, of the training rows: stands in for a row whose
        prediction is not finite.
    matrix_key : str
        Equal for two fold models that make the same matrix of the same rows.
    """

    preprocessor: Any
    estimator: Estimator
    fallback: np.ndarray
    matrix_key: str = ""

    def predict(
        self,
        frame: pd.DataFrame | Columns,
        matrices: Matrices | None = None,
        below: np.ndarray | None = None,
    ) -> np.ndarray:
        """Probabilities (n, k) or values (n,), always finite, as float64.

        Parameters
        ----------
        matrices : dict or None
            Matrices already made of `frame`, by `matrix_key` and whether they are codes;
            this one is added.
        below : ndarray of shape (n, m) or None
            What other models say of the rows, where it is stacked on them.
        """
        coded = bool(getattr(self.estimator, "takes_codes", False))
        key = (self.matrix_key, coded)
        matrix = None if matrices is None else matrices.get(key)
        if matrix is None:
            matrix = self.preprocessor.transform(frame, coded=coded)
            if matrices is not None and self.matrix_key:
                matrices[key] = matrix
        return self.predict_matrix(matrix if below is None else beside(matrix, below))

    def predict_matrix(self, matrix: Any) -> np.ndarray:
        """As `predict`, on rows that were preprocessed already."""
        return finite(self.estimator.predict(matrix), self.fallback)


@dataclass(slots=True, kw_only=True)
class Bag:
    """The models of a trial's folds; predicts their mean.

    Attributes
    ----------
    family : str
        Name in the family registry.
    params : Mapping
        What the estimators were built with.
    classes : tuple of str
        Labels in code order; empty for regression.
    stacked_on : tuple of int
        Numbers of the trials whose predictions are further columns of its matrices.
    below : tuple of Bag
        Their bags in that order. They are not stored with it: see `load_bag`.
    """

    family: str
    params: Mapping[str, Any] = field(default_factory=dict)
    task: str = "regression"
    classes: tuple[str, ...] = ()
    parts: tuple[FoldModel, ...] = ()
    stacked_on: tuple[int, ...] = ()
    below: tuple[Bag, ...] = ()

    def predict(self, frame: pd.DataFrame | Columns) -> np.ndarray:
        """Probabilities (n, k), rows sum to 1, or values (n,); float64."""
        return _in_chunks(frame, self._predict)

    def _predict(
        self, columns: Columns, matrices: Matrices | None = None, said: Said | None = None
    ) -> np.ndarray:
        if said is not None and id(self) in said:
            return said[id(self)]
        below = None
        if self.stacked_on:
            matrices = {} if matrices is None else matrices
            others = [bag._predict(columns, matrices, said) for bag in self.below]
            below = columns_of_predictions(others)
        total = self.parts[0].predict(columns, matrices, below)
        for part in self.parts[1:]:
            total = total + part.predict(columns, matrices, below)
        mean: np.ndarray = total / len(self.parts)
        if said is not None:
            said[id(self)] = mean
        return mean


@dataclass(slots=True, kw_only=True)
class Blend:
    """A weighted mean of bags.

    Attributes
    ----------
    members : tuple of (Bag, weight)
        Weights are positive; they are scaled to sum to 1.
    """

    members: tuple[tuple[Bag, float], ...]
    family: str = ENSEMBLE
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        total = sum(weight for _, weight in self.members)
        if not self.members or not total > 0:
            raise RunError("A blend must have members with positive weights. It has none.")
        self.members = tuple((bag, weight / total) for bag, weight in self.members)
        _share_preprocessing(bag for bag, _ in self.members)

    @property
    def task(self) -> str:
        """The task of its members."""
        return self.members[0][0].task

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels in code order; empty for regression."""
        return self.members[0][0].classes

    @property
    def parts(self) -> tuple[FoldModel, ...]:
        """The fold models of all members, without those that members are stacked on."""
        return tuple(part for bag, _ in self.members for part in bag.parts)

    def predict(self, frame: pd.DataFrame | Columns) -> np.ndarray:
        """Probabilities (n, k), rows sum to 1, or values (n,); float64."""
        return _in_chunks(frame, self._predict)

    def _predict(self, columns: Columns) -> np.ndarray:
        # Members of a run share their folds, so most matrices are needed many times.
        matrices: Matrices = {}
        said: Said = {}
        return np.sum(
            [weight * bag._predict(columns, matrices, said) for bag, weight in self.members],
            axis=0,
        )


def bags_behind(bags: Iterable[Bag]) -> list[Bag]:
    """These bags and those that they are stacked on, each once."""
    behind: dict[int, Bag] = {}
    for bag in bags:
        for one in (bag, *bags_behind(bag.below)):
            behind.setdefault(id(one), one)
    return list(behind.values())


def load_bag(path: Path | str, known: dict[str, Bag] | None = None) -> Bag:
    """The bag that a trial stored, with those that it is stacked on.

    Only for files that this package wrote on this machine: loading runs code.

    Parameters
    ----------
    known : dict or None
        Bags that were read already, by path; those read now are added.

    Raises
    ------
    RunError
        If a file is gone or is no bag.
    """
    known = {} if known is None else known
    if str(path) not in known:
        bag = known[str(path)] = stored_bag(path)
        bag.below = load_below(bag, path, known)
    return known[str(path)]


def stored_bag(path: Path | str) -> Bag:
    """As `load_bag`, without those below: its parts can be looked at, it cannot predict."""
    import joblib

    if not Path(path).is_file():
        raise RunError(
            f"The model file {str(path)!r} is gone.",
            hint="The run's folder was deleted or moved; train again.",
            path=str(path),
        )
    bag = joblib.load(path)
    if not isinstance(bag, Bag):
        raise RunError(f"{str(path)!r} holds a {type(bag).__name__}, not a model of a trial.")
    return bag


def load_below(bag: Bag, path: Path | str, known: dict[str, Bag] | None = None) -> tuple[Bag, ...]:
    """What a bag at `path` is stacked on: bags of the trials beside its own."""
    folder, name = Path(path).parent.parent, Path(path).name
    known = {} if known is None else known
    return tuple(load_bag(folder / str(number) / name, known) for number in bag.stacked_on)


def load_predictor(files: Sequence[tuple[Path | str, float]], *, blends: bool) -> Bag | Blend:
    """The bag of ``(path, weight)``, or the blend of several; each file is read once.

    Parameters
    ----------
    blends : bool
        Whether it is a blend also where it has one member.
    """
    known: dict[str, Bag] = {}
    if not blends:
        bag = load_bag(files[0][0], known)
        _share_preprocessing((bag,))
        return bag
    return Blend(members=tuple((load_bag(path, known), weight) for path, weight in files))


def finite(prediction: np.ndarray, fallback: np.ndarray) -> np.ndarray:
    """`prediction` as float64 with `fallback` in rows that hold a non-finite number."""
    values = np.asarray(prediction, dtype=np.float64)
    whole = np.isfinite(values)
    if whole.all():
        return values
    bad = ~whole if values.ndim == 1 else ~whole.all(axis=1)
    values = values.copy()
    values[bad] = fallback if values.ndim == 2 else fallback[0]
    return values


def _share_preprocessing(bags: Iterable[Bag]) -> None:
    """Let fold models of the same training rows share what they learned of the columns.

    Each was loaded from a file of its own. One of each is smaller, and is asked once.
    """
    by_key: dict[str, Any] = {}
    by_rows: dict[str, Any] = {}
    for part in (part for bag in bags_behind(bags) for part in bag.parts):
        if not part.matrix_key:
            continue
        kept = by_key.setdefault(part.matrix_key, part.preprocessor)
        if kept is not part.preprocessor:
            part.preprocessor = kept
            continue
        first = by_rows.setdefault(rows_of(part.matrix_key), kept)
        if first is not kept:
            kept.share_makers(first)


def _in_chunks(frame: pd.DataFrame | Columns, predict: Any) -> np.ndarray:
    if isinstance(frame, Columns) or len(frame) <= _CHUNK_ROWS:
        return predict(columns_of(frame))
    starts = range(0, len(frame), _CHUNK_ROWS)
    parts = (columns_of(frame.iloc[start : start + _CHUNK_ROWS]) for start in starts)
    return np.concatenate([predict(part) for part in parts])
