"""LIME beside SHAP, for those who have it: a line through perturbed rows (Ribeiro et al. 2016)."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from jupyter_automl.core.errors import UnavailableError
from jupyter_automl.explain.sentences import as_numbers

if TYPE_CHECKING:
    import pandas as pd

INSTALL = 'pip install "jupyter_automl[lime]"'
SAMPLES = 2_000
_MOST_LEVELS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A straight model of the predictions around one row.

    Attributes
    ----------
    weights : tuple of (feature, weight)
        Largest first, in units of probability or the target: what a level does, or what a
        number does that is one standard deviation higher.
    effects : tuple of (feature, effect)
        In the same order: a weight times how far the row's number lies from the mean. These,
        and not the weights, say what SHAP values say.
    fit : float
        R^2 of the straight model on the perturbed rows: near 0 it says nothing.
    prediction : float
        Of the straight model at the row.
    """

    weights: tuple[tuple[str, float], ...]
    effects: tuple[tuple[str, float], ...]
    fit: float
    prediction: float


def is_installed() -> bool:
    """Whether `local` can be used."""
    from importlib.util import find_spec

    return find_spec("lime") is not None


def local(
    predict: Callable[[pd.DataFrame], np.ndarray],
    frame: pd.DataFrame,
    row: pd.DataFrame,
    *,
    class_place: int | None,
    samples: int = SAMPLES,
    random_state: int = 0,
) -> Local:
    """LIME's weights of one row.

    Parameters
    ----------
    predict : callable
        Rows to probabilities (n, k) or values (n,).
    frame : DataFrame
        Rows that say how columns are distributed.
    row : DataFrame of one row
        With the columns of `frame`.
    class_place : int or None
        Column of the probabilities that is explained; None of a regression.

    Notes
    -----
    LIME takes numbers only. Missing numbers stand at the median, levels beyond the 200 most
    frequent count as one, texts and dates as levels and numbers.

    Raises
    ------
    UnavailableError
        If lime is not installed.
    """
    try:
        from lime.lime_tabular import LimeTabularExplainer
    except ImportError:
        raise UnavailableError(
            "LIME needs the package lime, which is not installed.", hint=f"Install it: {INSTALL}"
        ) from None
    codec = _Codec(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        explainer = LimeTabularExplainer(
            codec.encode(frame),
            mode="regression" if class_place is None else "classification",
            feature_names=[f"f{place}" for place in range(frame.shape[1])],
            categorical_features=codec.categorical,
            categorical_names={p: codec.level_names(p) for p in codec.categorical},
            discretize_continuous=False,
            random_state=random_state,
        )
        found = explainer.explain_instance(
            codec.encode(row)[0],
            lambda cells: np.asarray(predict(codec.decode(cells))),
            labels=(0 if class_place is None else class_place,),
            num_features=frame.shape[1],
            num_samples=samples,
        )
    # lime keeps what it says of a regression under the label 1.
    key = 1 if class_place is None else class_place
    # lime counts numbers from their mean in standard deviations, and levels as 0 or 1.
    reach = (codec.encode(row)[0] - explainer.scaler.mean_) / explainer.scaler.scale_
    reach[codec.categorical] = 1.0
    ranked = sorted(found.as_map()[key], key=lambda pair: -abs(pair[1]))
    names = [str(frame.columns[place]) for place, _ in ranked]
    straight = found.local_pred
    return Local(
        weights=tuple((name, float(w)) for name, (_, w) in zip(names, ranked, strict=True)),
        effects=tuple(
            (name, float(w * reach[p])) for name, (p, w) in zip(names, ranked, strict=True)
        ),
        fit=float(found.score if np.isscalar(found.score) else found.score[key]),
        prediction=float(
            np.ravel(straight if not isinstance(straight, dict) else straight[key])[0]
        ),
    )


class _Codec:
    """Columns as numbers and back."""

    def __init__(self, frame: pd.DataFrame) -> None:
        import pandas as pd

        self.columns = list(frame.columns)
        self.kinds = [frame.iloc[:, place].dtype for place in range(len(self.columns))]
        self.levels: dict[int, Any] = {}
        self.middles = np.zeros(len(self.columns))
        for place in range(len(self.columns)):
            numbers = as_numbers(frame.iloc[:, place])
            if numbers is None:
                counts = frame.iloc[:, place].value_counts(dropna=False)
                self.levels[place] = pd.Index(counts.index[:_MOST_LEVELS])
            elif np.isfinite(numbers).any():
                self.middles[place] = float(np.median(numbers[np.isfinite(numbers)]))
        self.categorical = sorted(self.levels)

    def level_names(self, place: int) -> list[str]:
        return [f"l{code}" for code in range(len(self.levels[place]))]

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        cells = np.zeros(frame.shape)
        for place in range(frame.shape[1]):
            column = frame.iloc[:, place]
            if place in self.levels:
                codes = self.levels[place].get_indexer(column)
                cells[:, place] = np.where(codes < 0, len(self.levels[place]) - 1, codes)
            else:
                numbers = as_numbers(column)
                assert numbers is not None
                cells[:, place] = np.where(np.isfinite(numbers), numbers, self.middles[place])
        return cells

    def decode(self, cells: np.ndarray) -> pd.DataFrame:
        import pandas as pd

        columns = {}
        for place, kind in enumerate(self.kinds):
            given = cells[:, place]
            if place in self.levels:
                codes = np.clip(np.rint(given).astype(int), 0, len(self.levels[place]) - 1)
                columns[place] = pd.Series(self.levels[place].take(codes)).astype(kind)
            elif pd.api.types.is_datetime64_any_dtype(kind):
                times = pd.Series(given.astype(np.int64).view("datetime64[ns]"))
                zone = getattr(kind, "tz", None)
                local = times if zone is None else times.dt.tz_localize(zone)
                columns[place] = local.astype(kind)
            elif pd.api.types.is_integer_dtype(kind):
                columns[place] = pd.Series(np.rint(given)).astype(kind)
            else:
                columns[place] = pd.Series(given).astype(kind)
        frame = pd.DataFrame(columns)
        frame.columns = pd.Index(self.columns)
        return frame
