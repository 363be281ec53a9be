"""Which words of a prompt mean which column, and which value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.prompt import text as tx
from jupyter_automl.prompt.lexicon import COMMON_WORDS, CONCEPTS, STOP_WORDS

How = Literal["quoted", "exact", "stem", "typo"]
_GAP = re.compile(r"^(?:[ ]{1,3}|[-_./:]|[ ]?\([ ]?|\)[ ]?)$")
_COLUMN_BEFORE = re.compile(r"\b(?:columns?|fields?|variables?|features?)\s+$")
_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the prompt that stands for a column.

    Attributes
    ----------
    columns : tuple of str
        Names it may mean; more than one where the spelling does not tell.
    score : float
        How sure, 0 to 1.
    """

    start: int
    end: int
    columns: tuple[str, ...]
    score: float
    how: How

    @property
    def column(self) -> str:
        """The first of `columns`."""
        return self.columns[0]


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """Names of a table, ready to be looked up by key, stem and single word."""

    names: tuple[str, ...]
    by_key: Mapping[str, tuple[str, ...]]
    by_stem: Mapping[str, tuple[str, ...]]
    by_head: Mapping[str, tuple[str, ...]]
    by_word: Mapping[str, tuple[str, ...]]
    longest: int
    odd: tuple[str, ...] = field(default=())

    def part(self, word: str) -> tuple[str, ...]:
        """Columns whose last word is `word`, else columns with that word in them."""
        root = tx.stem(word)
        return self.by_head.get(root) or self.by_word.get(root, ())

    def head(self, word: str) -> tuple[str, ...]:
        """Columns whose last word is `word`."""
        return self.by_head.get(tx.stem(word), ())

    def concept(self, word: str) -> tuple[tuple[str, ...], bool]:
        """Columns that mean the same outcome as `word`, or its opposite.

        Returns
        -------
        columns : tuple of str
        same : bool
            False where the columns mean the opposite.
        """
        for group, opposite in _concepts():
            for own, other in ((group, opposite), (opposite, group)):
                if word not in own and tx.stem(word) not in own:
                    continue
                same = self._any_word(own)
                if same:
                    return same, True
                return self._any_word(other), False
        return (), True

    def _any_word(self, wanted: frozenset[str]) -> tuple[str, ...]:
        found = {name for word in wanted for name in self.by_word.get(word, ())}
        return tuple(name for name in self.names if name in found)


@lru_cache(maxsize=1)
def _concepts() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    def both(line: str) -> frozenset[str]:
        return frozenset(line.split()) | frozenset(map(tx.stem, line.split()))

    return tuple((both(group), both(opposite)) for group, opposite in CONCEPTS)


@lru_cache(maxsize=16)
def index_columns(names: tuple[str, ...]) -> ColumnIndex:
    """The lookup tables of a list of names."""
    by_key: dict[str, list[str]] = {}
    by_stem: dict[str, list[str]] = {}
    by_head: dict[str, list[str]] = {}
    by_word: dict[str, list[str]] = {}
    longest, odd = 1, []
    for name in names:
        parts = tx.split_name(name)
        joined = tx.key(name)
        if joined:
            _put(by_key, joined, name)
            _put(by_stem, "".join(map(tx.stem, parts)), name)
            _put(by_stem, tx.stem(joined), name)
        if parts:
            _put(by_head, tx.stem(parts[-1]), name)
        for part in parts:
            _put(by_word, tx.stem(part), name)
        longest = max(longest, min(len(parts), _MAX_WORDS))
        if _is_odd(name):
            odd.append(name)
    key, stem, head, word = (
        {k: tuple(v) for k, v in table.items()} for table in (by_key, by_stem, by_head, by_word)
    )
    return ColumnIndex(names, key, stem, head, word, longest=longest + 1, odd=tuple(odd))


def _put(table: dict[str, list[str]], word: str, name: str) -> None:
    held = table.setdefault(word, [])
    if name not in held:
        held.append(name)


def _is_odd(name: str) -> bool:
    """Names that no run of words can spell: with signs in them, or of a script without spaces."""
    signs = any(not (c.isalnum() or c in " _-.") for c in name)
    return (len(name) >= 3 and signs) or any(ord(c) >= 0x2E80 for c in name)


def find_mentions(
    text: str, view: str, quoted: Sequence[tx.Quotation], columns: Sequence[ColumnSchema]
) -> tuple[Mention, ...]:
    """Spans that mean columns, in order, without overlaps; the longest wins.

    Parameters
    ----------
    text : str
        As written.
    view : str
        `text.plain` of it, same offsets.
    quoted : sequence of Quotation
        Its quotations.
    columns : sequence of ColumnSchema
        Of the table; no other name can come out.
    """
    index = index_columns(tuple(column.name for column in columns))
    found = [m for q in quoted if (m := _quoted_mention(q, index)) is not None]
    taken = [(m.start, m.end) for m in found]
    for name in index.odd:
        for match in re.finditer(re.escape(name), text):
            if _free(match.start(), match.end(), taken):
                found.append(Mention(match.start(), match.end(), (name,), 1.0, "exact"))
                taken.append((match.start(), match.end()))
    unquoted = _word_mentions(text, view, index, taken)
    if any(mention.how == "quoted" for mention in found):
        # Who puts columns in quotes means the everyday words outside them as words.
        unquoted = [m for m in unquoted if not _is_everyday(view[m.start : m.end])]
    found.extend(unquoted)
    return tuple(sorted(found, key=lambda m: m.start))


def _free(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return all(end <= left or start >= right for left, right in taken)


def _is_everyday(said: str) -> bool:
    return all(w.key in STOP_WORDS or w.key in COMMON_WORDS for w in tx.words(said))


def _quoted_mention(quotation: tx.Quotation, index: ColumnIndex) -> Mention | None:
    span = (quotation.start, quotation.end)
    inner = quotation.text
    if inner in index.names:
        return Mention(*span, (inner,), 1.0, "quoted")
    joined = tx.key(inner)
    if not joined:
        return None
    names = index.by_key.get(joined)
    if names:
        return Mention(*span, _sharpen(inner, names), 0.97, "quoted")
    return None


def _sharpen(written: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The name written letter for letter, where several differ only in case or signs."""
    return (written,) if written in names else names


def _word_mentions(
    text: str, view: str, index: ColumnIndex, taken: Sequence[tuple[int, int]]
) -> list[Mention]:
    tokens = [w for w in tx.words(view) if _free(w.start, w.end, taken)]
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        mention, used = _at(text, view, tokens, place, index)
        if mention is not None:
            found.append(mention)
        place += used
    return found


def _at(
    text: str, view: str, tokens: Sequence[tx.Word], place: int, index: ColumnIndex
) -> tuple[Mention | None, int]:
    run = _run(view, tokens, place, index.longest)
    for size in range(len(run), 0, -1):
        window = run[:size]
        hit = _lookup(text, view, window, index)
        if hit is not None:
            return hit, size
    for size in range(min(3, len(run)), 0, -1):
        hit = _typo(run[:size], index)
        if hit is not None:
            return hit, size
    return None, 1


def _run(view: str, tokens: Sequence[tx.Word], place: int, most: int) -> list[tx.Word]:
    run = [tokens[place]]
    for token in tokens[place + 1 : place + most]:
        if not _GAP.match(view[run[-1].end : token.start]):
            break
        run.append(token)
    return run


def _lookup(text: str, view: str, window: Sequence[tx.Word], index: ColumnIndex) -> Mention | None:
    start, end = window[0].start, window[-1].end
    stops = [word.key in STOP_WORDS for word in window]
    if all(stops) and not (len(window) == 1 and _COLUMN_BEFORE.search(view[:start])):
        return None
    joined = "".join(word.key for word in window)
    names = index.by_key.get(joined)
    score, how = 0.98, "exact"
    if not names:
        names = index.by_stem.get("".join(tx.stem(word.key) for word in window))
        names = names or index.by_stem.get(tx.stem(joined))
        score, how = 0.9, "stem"
        if not names or len(joined) < 3:
            return None
    if any(stops):
        names = tuple(n for n in names if len(tx.split_name(n)) == len(window))
        if not names:
            return None
    names = _sharpen(text[start:end], names)
    score = 1.0 if names == (text[start:end],) else score
    return Mention(start, end, names, score, how)  # type: ignore[arg-type]


def _typo(window: Sequence[tx.Word], index: ColumnIndex) -> Mention | None:
    """A misspelt name: one slip, two in long names, never in digits or the first letter."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    joined = "".join(word.key for word in window)
    if len(joined) < 5 or any(_is_known(word.key, index) for word in window):
        return None
    limit = 1 if len(joined) < 9 else 2
    found = process.extract(
        joined, index.by_key.keys(), scorer=OSA.distance, score_cutoff=limit, limit=3
    )
    near = [(str(name), int(slips)) for name, slips, _ in found if _may_be(joined, str(name))]
    if not near or (len(near) > 1 and near[0][1] == near[1][1]):
        return None
    name, slips = near[0]
    start, end = window[0].start, window[-1].end
    return Mention(start, end, index.by_key[name], 0.85 - 0.07 * slips, "typo")


def _is_known(word: str, index: ColumnIndex) -> bool:
    """Everyday words and whole words of a name are spelt as meant."""
    return word in STOP_WORDS or word in COMMON_WORDS or tx.stem(word) in index.by_word


def _may_be(written: str, name: str) -> bool:
    if len(name) < 5 or written[0] != name[0]:
        return False
    if [c for c in written if c.isdigit()] != [c for c in name if c.isdigit()]:
        return False
    # In short words one other letter often makes another word: price, pride, prime.
    return len(name) > 5 or len(written) != len(name) or sorted(written) == sorted(name)


def find_value(
    word: str, values: Mapping[str, Sequence[str]], columns: Sequence[str]
) -> tuple[str, str] | None:
    """The only column that holds `word` as a value, and the value as the table spells it."""
    wanted, root = word.casefold().strip(), tx.stem(word.casefold().strip())
    if len(wanted) < 3 or wanted in STOP_WORDS:
        return None
    hits = []
    for name in columns:
        for value in values.get(name, ()):
            spelt = str(value).casefold().strip()
            if spelt == wanted or (len(root) > 3 and tx.stem(spelt) == root):
                hits.append((name, str(value)))
                break
    return hits[0] if len(hits) == 1 else None
