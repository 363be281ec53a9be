"""Free text as topics, telling words and lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.features.categories import FIRST_WORD, repeated_words
from jupyter_automl.features.lean import Lean
from jupyter_automl.features.made import Made, Names
from jupyter_automl.features.texts import Levels
from jupyter_automl.features.tfidf import FewDocuments
from jupyter_automl.features.values import texts

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.features.columns import Columns

MAX_TOPICS = 32
MAX_WORDS = 16
_MAX_VOCABULARY = 10_000
_LEAST_TOPICS = 4
_ROWS_A_TOPIC = 60
_LEAST_WORD_ROWS = 10
_LEAST_WORD_SHARE = 0.005
_CHANCE = 0.001
"""A word or topic that tells no more of the target than one in a thousand would by chance
is noise that small data are fitted to: without it a mean of seven models on 700 names has
a log loss of .398 instead of .405."""

_WORD_KINDS = {"first word": FIRST_WORD, "abbreviation": r"(?P<word>[\pL]+)\."}
"""Single words that make a category where they repeat; "Mr." in a name is one."""

_WORDS = re.compile(r"[^\t\n\f\r ]+")
"""What RE2 calls not a space."""

_FIT_ROWS = 20_000
_CHARACTERS = 3_000
_BATCH = 20_000
_SHOWN = 5


class TextMaker(Lean):
    """One column of free text: TF-IDF, its main directions, single telling words, lengths.

    Topics are a truncated SVD of the TF-IDF matrix (latent semantic analysis, Deerwester
    et al. 1990). The single words are those that tell most of the target in the training
    rows (share of its variance), or the most frequent ones where no target is given. Words
    and topics that tell no more than chance would (chi-squared test) are left out.
    """

    def __init__(self, source: str, random_state: int) -> None:
        self.source = source
        self.random_state = random_state
        self.names = Names()
        self.built = ""
        self._vectorizer: Any = None
        self._svd: Any = None
        self._topics = np.zeros(0, dtype=np.int64)
        self._words = np.zeros(0, dtype=np.int64)
        self._kinds: dict[str, pa.Array] = {}

    def fit(self, frame: pd.DataFrame, y: np.ndarray | None) -> TextMaker:
        """Learn vocabulary, topics and telling words from the training rows."""
        column = texts(frame[self.source])
        encoded = pc.dictionary_encode(column)
        rows = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        for what in ("characters", "words"):
            self.names.add_number(f"{self.source}: {what}", self.source, how="length of the text")
        for label, pattern in _WORD_KINDS.items():
            levels = repeated_words(column, pattern, len(encoded.dictionary))
            if levels is not None:
                self._kinds[label] = levels
                self.names.add_codes(
                    f"{self.source}: {label}",
                    self.source,
                    tuple(levels.to_pylist()),
                    how=f"{label} of the text",
                )
        matrix, used = self._fit_vocabulary(encoded.dictionary)
        if matrix is not None:
            self._fit_words(matrix, used, rows, y)
            self._fit_topics(matrix, used, rows, y)
        self.built = self._sentence()
        return self

    def _sentence(self) -> str:
        parts = ["its length", *(f"its {label}" for label in self._kinds)]
        if len(self._topics):
            parts.append("1 topic" if len(self._topics) == 1 else f"{len(self._topics)} topics")
        if len(self._words):
            vocabulary = self._vectorizer.get_feature_names_out()
            words = [repr(str(vocabulary[place])) for place in self._words]
            shown = ", ".join(words[:_SHOWN]) + (", ..." if len(words) > _SHOWN else "")
            count = "1 single word" if len(words) == 1 else f"{len(words)} single words"
            parts.append(f"{count} ({shown})")
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        return f"{self.source!r} became {listed}."

    def _fit_vocabulary(self, distinct: pa.Array) -> tuple[Any, np.ndarray]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        used = np.arange(len(distinct))
        if len(used) > _FIT_ROWS:
            random = np.random.default_rng(self.random_state)
            used = np.sort(random.choice(used, _FIT_ROWS, replace=False))
        documents = _documents(distinct.take(pa.array(used)))
        vectorizer = TfidfVectorizer(
            strip_accents="unicode",
            token_pattern=r"(?u)\b\w+\b",
            ngram_range=(1, 2) if len(documents) <= _FIT_ROWS // 2 else (1, 1),
            min_df=_least_documents(len(documents)),
            max_features=_MAX_VOCABULARY,
            sublinear_tf=True,
            dtype=np.float32,
        )
        try:
            matrix = vectorizer.fit_transform(documents)
        except ValueError:
            # No word occurs often enough; lengths are all there is.
            return None, used
        self._vectorizer = vectorizer
        return matrix, used

    def _fit_words(
        self, matrix: Any, used: np.ndarray, rows: np.ndarray, y: np.ndarray | None
    ) -> None:
        seen = (matrix > 0).astype(np.float32)
        shares = np.asarray(seen.mean(axis=0)).ravel()
        strength, chance = shares, 0.0
        if y is not None:
            strength, chance = _strength(seen, used, rows, y)
        least = max(_LEAST_WORD_SHARE, _LEAST_WORD_ROWS / max(1, matrix.shape[0]))
        usual = (shares >= least) & (shares <= 0.9)
        strength = np.where(usual & np.isfinite(strength), strength, -1.0)
        words = self._vectorizer.get_feature_names_out()
        single = np.array([len(word) > 1 and " " not in word for word in words])
        strength = np.where(single, strength, -1.0)
        best = np.argsort(-strength, kind="stable")[:MAX_WORDS]
        self._words = np.sort(best[strength[best] > chance])
        for position in self._words:
            label = f"{self.source} has {str(words[position])!r}"
            self.names.add_number(label, self.source, two_valued=True, how="word in the text")

    def _fit_topics(
        self, matrix: Any, used: np.ndarray, rows: np.ndarray, y: np.ndarray | None
    ) -> None:
        from sklearn.decomposition import TruncatedSVD

        few = max(_LEAST_TOPICS, matrix.shape[0] // _ROWS_A_TOPIC)
        n_topics = min(MAX_TOPICS, few, matrix.shape[1] - 1, matrix.shape[0] - 1)
        if n_topics < 1:
            return
        svd = TruncatedSVD(n_topics, n_iter=3, random_state=self.random_state)
        topics = svd.fit_transform(matrix)
        self._topics = np.arange(n_topics)
        if y is not None:
            strength, chance = _strength(topics, used, rows, y)
            self._topics = np.flatnonzero(strength > chance)
        self._svd = svd if len(self._topics) else None
        for number in range(1, len(self._topics) + 1):
            self.names.add_number(
                f"{self.source}: topic {number}", self.source, how="topic of the text"
            )

    def make(self, columns: Columns) -> Made:
        """Lengths, single words and topics; NaN where the text is missing."""
        column = columns.texts(self.source)
        if columns.few:
            distinct, rows = column.distinct()
            table = self._few(distinct)
        else:
            encoded = pc.dictionary_encode(column.array)
            rows = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            table = self._many(encoded.dictionary)
        table = np.vstack([table, np.full((1, table.shape[1]), np.nan)])
        made = Made(numbers=[table[rows]])
        for label, levels in self._levels.items():
            made.codes.append(column.extracted(_WORD_KINDS[label], "word").codes(levels))
        return made

    @cached_property
    def _levels(self) -> Mapping[str, Levels]:
        return {label: Levels(levels) for label, levels in self._kinds.items()}

    @cached_property
    def _few_documents(self) -> FewDocuments:
        return FewDocuments(self._vectorizer, self._words, self._svd, self._topics)

    def _few(self, distinct: Sequence[str]) -> np.ndarray:
        lengths = np.array([[len(text), len(_WORDS.findall(text))] for text in distinct])
        table = lengths.reshape(-1, 2).astype(np.float64)
        if self._vectorizer is None or not len(distinct):
            return np.hstack([table, np.zeros((len(distinct), self._width))])
        return np.hstack([table, self._few_documents([t[:_CHARACTERS] for t in distinct])])

    def _many(self, distinct: pa.Array) -> np.ndarray:
        lengths = pc.cast(pc.utf8_length(distinct), pa.float64())
        words = pc.cast(pc.count_substring_regex(distinct, r"[^\s]+"), pa.float64())
        blocks = [np.column_stack([lengths.to_numpy(), words.to_numpy()])]
        if self._vectorizer is not None:
            blocks.append(self._vectorized(distinct))
        return np.hstack(blocks)

    @property
    def _width(self) -> int:
        """Columns of words and topics."""
        return 0 if self._vectorizer is None else len(self._words) + len(self._topics)

    def _vectorized(self, distinct: pa.Array) -> np.ndarray:
        out = np.zeros((len(distinct), self._width))
        for start in range(0, len(distinct), _BATCH):
            matrix = self._vectorizer.transform(_documents(distinct.slice(start, _BATCH)))
            here = out[start : start + _BATCH]
            here[:, : len(self._words)] = (matrix[:, self._words] > 0).toarray()
            if self._svd is not None:
                here[:, len(self._words) :] = self._svd.transform(matrix)[:, self._topics]
        return out


def _least_documents(n_texts: int) -> int:
    """Texts that a word has to be in.

    On few texts, topics of words that hardly repeat are other topics in the rows to
    predict: with 10 instead of 2 on 700 names, the same seven models gain .003 accuracy.
    """
    return 5 if n_texts >= 2_000 else min(10, max(2, n_texts // 60))


def _documents(distinct: pa.Array) -> list[str]:
    return [text[:_CHARACTERS] for text in distinct.to_pylist()]


def _strength(
    values: Any, used: np.ndarray, rows: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, float]:
    """Share of the target's variance that each column explains, and what chance explains.

    Parameters
    ----------
    values : ndarray or sparse matrix of shape (n_texts, p)
        Of each distinct text that was used.
    used, rows : ndarray
        Numbers of those texts; the text of each row, -1 where it is missing.
    y : ndarray of shape (n,)
        Class codes or values.
    """
    from scipy.stats import chi2

    place = np.full(int(max(used.max(), rows.max())) + 2, -1)
    place[used] = np.arange(len(used))
    at = place[rows]
    kept = at >= 0
    target, there = np.asarray(y)[kept], values[at[kept]]
    mean = np.asarray(there.mean(axis=0), dtype=np.float64).ravel()
    square = there.multiply(there) if hasattr(there, "multiply") else there**2
    variance = np.asarray(square.mean(axis=0), dtype=np.float64).ravel() - mean**2
    spread = np.maximum(variance, 1e-12) * max(1, len(target))
    if target.dtype.kind in "iub":
        classes, codes, sizes = np.unique(target, return_inverse=True, return_counts=True)
        sums = np.vstack([there[codes == k].sum(axis=0) for k in range(len(classes))])
        means = np.asarray(sums, dtype=np.float64) / sizes[:, None]
        shares = (sizes[:, None] * (means - mean) ** 2).sum(axis=0) / spread
        freedom = max(1, len(classes) - 1)
    else:
        centred = target - target.mean()
        total = float(centred @ centred) or 1.0
        shares = np.asarray(there.T @ centred, dtype=np.float64).ravel() ** 2 / (spread * total)
        freedom = 1
    return np.asarray(shares).ravel(), float(chi2.isf(_CHANCE, freedom)) / max(1, len(target))
