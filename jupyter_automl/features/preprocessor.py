"""Everything that is learned from training rows before a model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import ArgumentError, PredictionError, did_you_mean
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.features.categories import CategoryMaker
from jupyter_automl.features.dates import DateMaker
from jupyter_automl.features.encoders import (
    Encoder,
    NativeEncoder,
    OrdinalEncoder,
    ScaledEncoder,
)
from jupyter_automl.features.made import Maker, Names
from jupyter_automl.features.numeric import NumericMaker
from jupyter_automl.features.text import TextMaker

if TYPE_CHECKING:
    import pandas as pd

ENCODINGS: tuple[Encoding, ...] = ("native", "ordinal", "scaled")


class Preprocessor:
    """Columns of a table to the matrix that a family of models takes.

    Fit on the training rows of a fold only. `transform` changes nothing, so threads may
    share a fitted one; it pickles.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        The features; ids and constants among them are left out.
    encoding : {"native", "ordinal", "scaled"}
        ``"native"``: DataFrame of float and category columns, missing values kept.
        ``"ordinal"``: float32 matrix of numbers and codes, nothing missing.
        ``"scaled"``: float32 matrix, one-hot, imputed, unskewed, scaled.
    random_state : int
        Seed of the text topics and of the folds of target means.

    Attributes
    ----------
    feature_names : tuple of str
        Names of the output columns, for people. (A native frame calls them f0, f1, ...)
    sources : tuple of str
        The column each output column comes from; same length.
    categorical : tuple of str
        Those of `feature_names` that hold categories.
    built : tuple of str
        Sentences on what was built.
    """

    def __init__(
        self, columns: Sequence[ColumnSchema], *, encoding: Encoding, random_state: int = 0
    ) -> None:
        if encoding not in ENCODINGS:
            raise ArgumentError(
                f"The encoding must be one of: {', '.join(ENCODINGS)}. Got {encoding!r}.",
                hint=did_you_mean(encoding, ENCODINGS),
                argument="encoding",
            )
        self.columns = tuple(columns)
        self.encoding: Encoding = encoding
        self.random_state = random_state
        self.feature_names: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        self.categorical: tuple[str, ...] = ()
        self.built: tuple[str, ...] = ()
        self._makers: list[Maker] = []
        self._encoder: Encoder | None = None

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None = None) -> Preprocessor:
        """Learn from training rows; see `fit_transform`."""
        self.fit_transform(frame, y)
        return self

    def fit_transform(self, frame: pd.DataFrame, y: np.ndarray | None = None) -> Any:
        """Learn from training rows and give their matrix.

        Target means of the training rows themselves come from other folds of them, so the
        result differs there from `transform`, on purpose.

        Parameters
        ----------
        frame : DataFrame of shape (n, number of columns)
            As `data.load_frame` gives it; further columns are ignored.
        y : ndarray of shape (n,), optional
            Class codes (integers) or values (floats); used for target means and words.
        """
        target = None if y is None else np.asarray(y)
        self._check(frame)
        self._makers = [maker.fit(frame, target) for maker in self._planned()]
        names = Names()
        for maker in self._makers:
            names.extend(maker.names)
        encoder = self._make_encoder(names)
        numbers, codes = self._made(frame)
        matrix = encoder.fit_transform(numbers, codes, target)
        self._encoder = encoder
        self.feature_names = tuple(name for name, _ in encoder.features)
        self.sources = tuple(source for _, source in encoder.features)
        self.categorical = tuple(encoder.categorical)
        self.built = tuple(m.built for m in self._makers if m.built) + tuple(encoder.built)
        return matrix

    def transform(self, frame: pd.DataFrame) -> Any:
        """The matrix of any rows.

        Raises
        ------
        PredictionError
            If a column is missing.
        """
        if self._encoder is None:
            raise ArgumentError(
                "The preprocessor must be fitted before it transforms. It is not.",
                hint="Call fit or fit_transform first.",
            )
        self._check(frame)
        return self._encoder.transform(*self._made(frame))

    def _planned(self) -> list[Maker]:
        numeric = [c for c in self.columns if c.kind in ("numeric", "boolean")]
        makers: list[Maker] = [NumericMaker(numeric)]
        for column in self.columns:
            if column.kind == "datetime":
                makers.append(DateMaker(column.name, cyclic=self.encoding == "scaled"))
            elif column.kind == "text":
                makers.append(TextMaker(column.name, self.random_state))
            elif column.kind == "categorical":
                makers.append(CategoryMaker(column.name))
        return makers

    def _make_encoder(self, names: Names) -> Encoder:
        if self.encoding == "native":
            return NativeEncoder(names)
        if self.encoding == "ordinal":
            return OrdinalEncoder(names, self.random_state)
        return ScaledEncoder(names, self.random_state)

    def _made(self, frame: pd.DataFrame) -> tuple[np.ndarray, list[np.ndarray]]:
        blocks: list[np.ndarray] = []
        codes: list[np.ndarray] = []
        for maker in self._makers:
            made = maker.make(frame)
            blocks += [b if b.ndim == 2 else b[:, None] for b in made.numbers]
            codes += made.codes
        if len(blocks) == 1:
            return blocks[0], codes
        return np.hstack(blocks), codes

    def _check(self, frame: pd.DataFrame) -> None:
        used = [c.name for c in self.columns if c.kind not in ("id", "constant")]
        present = set(frame.columns)
        missing = [name for name in used if name not in present]
        if missing:
            raise PredictionError(
                f"The rows must have the column {missing[0]!r}. Got {len(present)} columns "
                "without it.",
                hint=did_you_mean(missing[0], present),
                columns=tuple(missing[:20]),
            )
