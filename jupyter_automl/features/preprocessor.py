"""Everything that is learned from training rows before a model sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import ArgumentError, PredictionError, did_you_mean
from jupyter_automl.core.protocols import Encoding
from jupyter_automl.features.categories import CategoryMaker
from jupyter_automl.features.columns import Columns, columns_of
from jupyter_automl.features.dates import DateGapMaker, DateMaker
from jupyter_automl.features.encoders import (
    Encoder,
    NativeEncoder,
    OrdinalEncoder,
    ScaledEncoder,
)
from jupyter_automl.features.interactions import Interactions
from jupyter_automl.features.lean import Lean
from jupyter_automl.features.made import Feature, Maker, Names
from jupyter_automl.features.numeric import NumericMaker
from jupyter_automl.features.pairs import PairMaker
from jupyter_automl.features.text import TextMaker
from jupyter_automl.features.training import Training

if TYPE_CHECKING:
    import pandas as pd

Extra = Literal["pairs", "interactions"]

ENCODINGS: tuple[Encoding, ...] = ("native", "ordinal", "scaled")
EXTRAS: tuple[Extra, ...] = ("pairs", "interactions")


class Preprocessor(Lean):
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
        Seed of the text topics, of samples of rows and of the folds of target means.
    extra : {"pairs", "interactions"}, optional
        ``"pairs"``: arithmetic of two numbers and target means of two crossed categories, as
        far as they lower the out-of-fold loss of a small booster within the training rows.
        ``"interactions"``: squares, products and bends of columns for weighted sums; needs
        the encoding ``"scaled"``. Both need a target.

    Attributes
    ----------
    feature_names : tuple of str
        Names of the output columns, for people. (A native frame calls them f0, f1, ...)
    sources : tuple of str
        The column each output column comes from (the first of them); same length.
    parents : tuple of tuple of str
        All the columns each output column comes from; same length.
    categorical : tuple of str
        Those of `feature_names` that hold categories.
    built : tuple of str
        Sentences on what was built.
    subjects : tuple of str
        What each of these sentences is about; two preprocessors of the same columns have
        the same subjects where they built the same kind of thing.
    features : tuple of Feature
        What the matrix was made of, with how each was made.
    """

    def __init__(
        self,
        columns: Sequence[ColumnSchema],
        *,
        encoding: Encoding,
        random_state: int = 0,
        extra: Extra | None = None,
    ) -> None:
        _check_choice("encoding", encoding, ENCODINGS)
        if extra is not None:
            _check_choice("extra", extra, EXTRAS)
        if extra == "interactions" and encoding != "scaled":
            raise ArgumentError(
                f"Interactions are made of the encoding 'scaled'. Got {encoding!r}.",
                hint="Choose extra='pairs' for trees.",
                argument="extra",
            )
        self.columns = tuple(columns)
        self.encoding: Encoding = encoding
        self.random_state = random_state
        self.extra: Extra | None = extra
        self.feature_names: tuple[str, ...] = ()
        self.sources: tuple[str, ...] = ()
        self.parents: tuple[tuple[str, ...], ...] = ()
        self.categorical: tuple[str, ...] = ()
        self.built: tuple[str, ...] = ()
        self.subjects: tuple[str, ...] = ()
        self.features: tuple[Feature, ...] = ()
        self._makers: list[Maker] = []
        self._encoder: Encoder | None = None
        self._pairs: PairMaker | None = None
        self._interactions: Interactions | None = None

    def fit(
        self,
        frame: pd.DataFrame,
        y: np.ndarray | None = None,
        *,
        weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
        time_limit_seconds: float | None = None,
    ) -> Preprocessor:
        """Learn from training rows; see `fit_transform`."""
        self.fit_transform(
            frame, y, weights=weights, groups=groups, time_limit_seconds=time_limit_seconds
        )
        return self

    def fit_transform(
        self,
        frame: pd.DataFrame,
        y: np.ndarray | None = None,
        *,
        weights: np.ndarray | None = None,
        groups: np.ndarray | None = None,
        time_limit_seconds: float | None = None,
    ) -> Any:
        """Learn from training rows and give their matrix.

        Target means of the training rows themselves come from other folds of them, so the
        result differs there from `transform`, on purpose.

        Parameters
        ----------
        frame : DataFrame of shape (n, number of columns)
            As `data.load_frame` gives it; further columns are ignored.
        y : ndarray of shape (n,), optional
            Class codes (integers) or values (floats); used for target means and words.
        weights : ndarray of shape (n,), optional
            Weights of rows for target means and pairs.
        groups : ndarray of shape (n,), optional
            Codes of groups: a row gets no target mean that its own group is part of.
        time_limit_seconds : float, optional
            After which no more pairs are looked for.
        """
        target = None if y is None else np.asarray(y)
        training = None
        if target is not None:
            training = Training(y=target, weights=weights, groups=groups)
        self._check(frozenset(frame.columns))
        self._makers = [maker.fit(frame, target) for maker in self._planned()]
        names = Names()
        for maker in self._makers:
            names.extend(maker.names)
        numbers, codes = self._made(columns_of(frame))
        if self.extra == "pairs":
            self._pairs = PairMaker(self.random_state, time_limit_seconds=time_limit_seconds)
            more = self._pairs.fit_make(numbers, codes, names, training)
            numbers = np.hstack([numbers, more])
            names.extend(self._pairs.names)
        encoder = self._make_encoder(names)
        matrix = encoder.fit_transform(numbers, codes, training)
        features = list(encoder.features)
        if self.extra == "interactions":
            self._interactions = Interactions(self.random_state).fit(
                matrix, target, features, names.parents
            )
            matrix = self._interactions.add(matrix)
            features += self._interactions.features
        self._encoder = encoder
        self._tell(features, names, encoder)
        return matrix

    def _tell(self, features: Sequence[tuple[str, str]], names: Names, encoder: Encoder) -> None:
        self.feature_names = tuple(name for name, _ in features)
        self.sources = tuple(source for _, source in features)
        several = dict(names.parents)
        made = [(*one, names.how.get(one, "")) for one in (*names.numbers, *names.codes)]
        made += encoder.added
        built = [(_subject(maker), maker.built) for maker in self._makers if maker.built]
        built += encoder.built
        if self._pairs is not None:
            built += self._pairs.built
        if self._interactions is not None:
            terms = self._interactions
            several |= terms.parents
            built += terms.built
            made += [(*one, how) for one, how in zip(terms.features, terms.how, strict=True)]
        self.parents = tuple(several.get(name, (source,)) for name, source in features)
        self.categorical = tuple(encoder.categorical)
        self.subjects = tuple(subject for subject, _ in built)
        self.built = tuple(sentence for _, sentence in built)
        self.features = tuple(
            Feature(name=name, columns=several.get(name, (source,)), how=how)
            for name, source, how in made
        )

    def transform(self, frame: pd.DataFrame | Columns, *, coded: bool = False) -> Any:
        """The matrix of any rows.

        Parameters
        ----------
        frame : DataFrame or Columns of shape (n, number of columns)
            Columns are read once, however many preprocessors they are given to.
        coded : bool
            Of the encoding ``"native"``: give the numbers and the codes of categories as a
            matrix of floats, missing cells as NaN, and not as a DataFrame.

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
        columns = columns_of(frame)
        self._check(columns.names)
        numbers, codes = self._made(columns)
        if self._pairs is not None:
            numbers = np.hstack([numbers, self._pairs.make(numbers, codes)])
        if coded and isinstance(self._encoder, NativeEncoder):
            return self._encoder.coded(numbers, codes)
        matrix = self._encoder.transform(numbers, codes)
        return matrix if self._interactions is None else self._interactions.add(matrix)

    def share_makers(self, other: Preprocessor) -> None:
        """Take the makers of another preprocessor of the same training rows and columns.

        They learned the same; one of each is smaller, and makes its features once for both.
        """
        known = {_sameness(maker): maker for maker in other._makers}
        self._makers = [
            known[same] if _is_alike(known.get(same := _sameness(maker)), maker) else maker
            for maker in self._makers
        ]

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
        dates = [column.name for column in self.columns if column.kind == "datetime"]
        if len(dates) > 1:
            makers.append(DateGapMaker(dates))
        return makers

    def _make_encoder(self, names: Names) -> Encoder:
        if self.encoding == "native":
            return NativeEncoder(names, self.random_state)
        if self.encoding == "ordinal":
            return OrdinalEncoder(names, self.random_state)
        return ScaledEncoder(names, self.random_state)

    def _made(self, columns: Columns) -> tuple[np.ndarray, list[np.ndarray]]:
        blocks: list[np.ndarray] = []
        codes: list[np.ndarray] = []
        for maker in self._makers:
            # Preprocessors of one fold may share makers; see `share_makers`.
            made = columns.kept(id(maker), partial(maker.make, columns))
            blocks += [b if b.ndim == 2 else b[:, None] for b in made.numbers]
            codes += made.codes
        if len(blocks) == 1:
            return blocks[0], codes
        return np.hstack(blocks), codes

    @cached_property
    def _used(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.kind not in ("id", "constant"))

    def _check(self, present: Collection[str]) -> None:
        missing = [name for name in self._used if name not in present]
        if missing:
            raise PredictionError(
                f"The rows must have the column {missing[0]!r}. Got {len(present)} columns "
                "without it.",
                hint=did_you_mean(missing[0], present),
                columns=tuple(missing[:20]),
            )


def _sameness(maker: Maker) -> tuple[str, bool]:
    return _subject(maker), getattr(maker, "cyclic", False)


def _is_alike(one: Maker | None, other: Maker) -> bool:
    if one is None:
        return False
    ours, theirs = one.names, other.names
    return (ours.numbers, ours.codes, ours.levels) == (theirs.numbers, theirs.codes, theirs.levels)


def _subject(maker: Maker) -> str:
    columns = dict.fromkeys(source for _, source in (*maker.names.numbers, *maker.names.codes))
    return f"{type(maker).__name__} {', '.join(columns)}"


def _check_choice(argument: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ArgumentError(
            f"The {argument} must be one of: {', '.join(choices)}. Got {value!r}.",
            hint=did_you_mean(value, choices),
            argument=argument,
        )
