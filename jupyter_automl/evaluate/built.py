"""What the models of a trial were given besides the columns: a small file beside the bag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.core import codec

if TYPE_CHECKING:
    from jupyter_automl.evaluate.models import FoldModel

FILE = "features.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFeature:
    """A feature that was made of one or more columns.

    Attributes
    ----------
    columns : tuple of str
        What it is made from.
    how : str
        In words.
    share : float
        Part of the models that get it, in (0, 1]: folds differ in their words, levels and
        pairs, and families in what they need.
    """

    name: str
    columns: tuple[str, ...]
    how: str
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was built for a bag, or for a blend of several.

    Attributes
    ----------
    features : tuple of BuiltFeature
        In the order in which they were made.
    changed : Mapping
        Column -> part of the models, in (0, 1], that get it in other forms only. All
        other columns are used as they are.
    sentences : tuple of (subject, sentence)
        What was built, in words; one a subject.
    """

    features: tuple[BuiltFeature, ...] = ()
    changed: Mapping[str, float] = field(default_factory=dict)
    sentences: tuple[tuple[str, str], ...] = ()


def built_of(parts: Sequence[FoldModel]) -> Built:
    """What the preprocessors of fold models have built."""
    return merged((_of_one(part), 1.0 / len(parts)) for part in parts)


def merged(several: Iterable[tuple[Built, float]]) -> Built:
    """One for all, by weights that sum to 1; of two sentences on a subject the first stays."""
    shares: dict[tuple[str, tuple[str, ...], str], float] = {}
    changed: dict[str, float] = {}
    sentences: dict[str, str] = {}
    for built, weight in several:
        for one in built.features:
            key = (one.name, one.columns, one.how)
            shares[key] = shares.get(key, 0.0) + weight * one.share
        for column, share in built.changed.items():
            changed[column] = changed.get(column, 0.0) + weight * share
        for subject, sentence in built.sentences:
            sentences.setdefault(subject, sentence)
    return Built(
        features=tuple(
            BuiltFeature(name=name, columns=columns, how=how, share=_rounded(share))
            for (name, columns, how), share in shares.items()
        ),
        changed={column: _rounded(share) for column, share in changed.items()},
        sentences=tuple(sentences.items()),
    )


def save_built(built: Built, folder: Path) -> None:
    """Write it into the folder of a trial."""
    (folder / FILE).write_text(codec.to_json(built), encoding="utf-8")


def load_built(model: Path | str) -> Built:
    """What `save_built` wrote beside the bag at `model`; read from the bag where it did not.

    Raises
    ------
    RunError
        If the bag is needed and gone.
    """
    from jupyter_automl.evaluate.models import stored_bag

    path = Path(model).parent / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return built_of(stored_bag(model).parts)
    return codec.from_json(Built, text)


def _of_one(part: FoldModel) -> Built:
    made = part.preprocessor
    plain = {one.columns[0] for one in made.features if not one.how}
    columns = [one for one in made.columns if one.kind not in ("id", "constant")]
    return Built(
        features=tuple(
            BuiltFeature(name=one.name, columns=one.columns, how=one.how)
            for one in made.features
            if one.how
        ),
        changed={one.name: 1.0 for one in columns if one.name not in plain},
        sentences=tuple(zip(made.subjects, made.built, strict=True)),
    )


def _rounded(share: float) -> float:
    return round(min(1.0, share), 6)
