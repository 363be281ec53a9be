"""What is optimised: names of metrics, and what people say instead of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules.cues import NEGATED_BEFORE, OPTIMISE, joined

NAMES: dict[str, tuple[str, ...]] = {
    "accuracy": ("accuracy", "percent correct", "percentage correct", "error rate", "hit rate"),
    "balanced_accuracy": ("balanced accuracy", "mean class accuracy"),
    "roc_auc": (
        "roc auc", "auc roc", "auroc", "auc", "area under the curve", "area under the roc curve",
        "area under curve", "roc", "gini", "c statistic",
    ),
    "average_precision": (
        "average precision", "pr auc", "auc pr", "auprc", "area under the precision recall curve",
        "precision recall auc", "precision recall curve",
    ),
    "f1": ("f1", "f1 score", "f score", "f measure"),
    "f1_macro": ("f1 macro", "macro f1", "macro f1 score", "macro averaged f1"),
    "precision": ("precision", "positive predictive value", "ppv"),
    "recall": ("recall", "sensitivity", "true positive rate", "tpr"),
    "log_loss": ("log loss", "logloss", "cross entropy", "binary cross entropy", "logistic loss"),
    "mcc": ("mcc", "matthews correlation coefficient", "matthews correlation", "matthews"),
    "r2": ("r2", "r 2", "r^2", "r squared", "r2 score", "coefficient of determination",
           "explained variance", "variance explained"),
    "brier": ("brier", "brier score"),
    "rmse": ("rmse", "root mean squared error", "root mean square error", "mse",
             "mean squared error", "mean square error", "squared error", "rms error"),
    "rmsle": ("rmsle", "root mean squared log error", "root mean squared logarithmic error",
              "squared log error"),
    "mae": ("mae", "mean absolute error", "mean absolute deviation", "average absolute error",
            "absolute error", "average error", "mean error"),
    "medae": ("medae", "median absolute error", "median error", "typical error"),
    "mape": ("mape", "mean absolute percentage error", "percentage error", "percent error",
             "relative error"),
    "poisson_deviance": ("poisson deviance", "mean poisson deviance", "poisson loss"),
}  # fmt: skip
"""Canonical names with their spellings; spaces stand for any of space, hyphen, underscore."""

_SCALED = "scaled by a naive forecast"
_OF_FORECASTS = ("mase", "mean absolute scaled error")
"""Spellings of what only forecasts have; the absolute error is the same but for a constant."""

_SAYINGS: tuple[tuple[str, str, float], ...] = (
    ("recall", r"(?:catch|find|detect|identify|flag|spot|get)\w*\s+as\s+many\b[^.;,\n]{0,60}?"
               r"\bas\s+(?:possible|you\s+can|we\s+can)", 0.9),
    ("recall", r"(?:catch|find|detect|identify|flag|spot)\w*\s+(?:all|every|most)\b", 0.75),
    ("recall", r"(?:miss|overlook)\w*\s+(?:as\s+few|none|no\b|any|very\s+few)", 0.85),
    ("recall", r"(?:false|missed)\s+negatives|missed\s+(?:cases|positives)", 0.85),
    ("precision", r"false\s+(?:alarms?|positives?|alerts?)", 0.85),
    ("precision", r"only\s+(?:flag|alert|say)\b[^.;\n]{0,40}\b(?:sure|certain|confident)", 0.8),
    ("f1", r"(?:balance|trade[\s-]?off|compromise)\s+(?:between\s+|of\s+)?"
           r"(?:precision\s+and\s+recall|recall\s+and\s+precision)", 0.85),
    ("f1", r"both\s+(?:precision\s+and\s+recall|recall\s+and\s+precision)", 0.8),
    ("log_loss", r"(?:good|accurate|calibrated|honest|reliable)\s+probabilities", 0.75),
    ("roc_auc", r"(?:rank|order)\s+(?:the\s+)?\w+\s+by\s+(?:risk|probability|likelihood)", 0.7),
    ("accuracy", r"as\s+(?:accurate|precise)(?:ly)?\s+as\s+possible|most\s+accurate"
                 r"|as\s+(?:few\s+mistakes|many\s+right)\s+as\s+possible", 0.6),
)  # fmt: skip

_CLASSES = """
    accuracy balanced_accuracy roc_auc average_precision f1 f1_macro precision recall log_loss
    mcc brier"""
CLASS_METRICS = frozenset(_CLASSES.split())
_CUE = re.compile(
    rf"\b(?:{OPTIMISE}|metric|score[ds]?|judge[ds]?|measure[ds]?|evaluat\w*|use|using|improve|best"
    r"|highest|lowest|good|high|low|focus(?:ing)?|prioriti[sz]\w*|favou?r|maximum|minimum|target"
    r"|reduce|avoid|few|fewer|no|report)\b[^.;,\n]{0,30}$"
)
_STRONG_CUE = re.compile(rf"\b(?:{OPTIMISE}|metric)\b[^.;\n]{{0,40}}$")
_INSTEAD = re.compile(
    r"\b(?:instead\s+of|rather\s+than|not|over|more\s+than)\s+(?:the\s+|for\s+)?$"
)


@dataclass(frozen=True, slots=True)
class _Hit:
    name: str
    start: int
    end: int
    confidence: float


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all spellings, the longest first, and what each spelling means."""
    meaning: dict[str, str] = {}
    for name, spellings in (*NAMES.items(), *_registered(), (_SCALED, _OF_FORECASTS)):
        for spelling in (name.replace("_", " "), *spellings):
            meaning.setdefault(_fold(spelling), name)
    ordered = sorted((s for s in meaning if s), key=len, reverse=True)
    parts = [re.escape(s).replace(r"\ ", r"[\s_-]*") for s in ordered]
    return re.compile(rf"(?<![\w^])(?:{'|'.join(parts)})(?![\w^])"), meaning


def _registered() -> list[tuple[str, tuple[str, ...]]]:
    """Names and aliases of the metrics registered, plug-ins among them."""
    from jupyter_automl.evaluate.metrics import METRICS

    return [(name, METRICS.get(name).aliases) for name in METRICS.available()]


def _fold(spelling: str) -> str:
    return " ".join(re.split(r"[\s_-]+", spelling.casefold().strip()))


def read(reading: Reading) -> None:
    """Fill `metric`; several at once raise a question."""
    hits = [hit for hit in _hits(reading) if not _negated(reading.view, hit)]
    for hit in hits:
        reading.claim(hit.start, hit.end)
    if not hits:
        return
    best = max(hits, key=lambda hit: (hit.confidence, -hit.start))
    near = [hit.name for hit in hits if hit.confidence >= best.confidence - 0.04]
    rivals = list(dict.fromkeys("mae" if name == _SCALED else name for name in near))
    said = reading.words(best.start, best.end)
    if len(rivals) > 1:
        reading.ask("metric", f"Which one is to be optimised: {joined(rivals)}?", rivals)
        reading.set("metric", rivals[0], 0.4, f"The first of {joined(rivals)} in the prompt.")
        return
    if best.name == _SCALED:
        why = (
            f'"{said}" judges forecasts, which are not offered. MAE is the same but for its scale.'
        )
        reading.ask("metric", f"{why} Optimise MAE?", ("mae", "rmse", "r2"))
        reading.set("metric", "mae", 0.5, why)
        return
    reading.set("metric", best.name, best.confidence, f'"{said}" in the prompt.')


def check(reading: Reading) -> None:
    """Leave out a metric of classes where the target is plainly a number."""
    name = reading.fields.get("metric")
    target = reading.columns.get(reading.fields.get("target", ""))
    task = reading.fields.get("task")
    if name not in CLASS_METRICS or target is None or task in ("binary", "multiclass"):
        return
    numbers = task == "regression" or (target.kind == "numeric" and target.n_unique > 50)
    if not numbers:
        return
    sure = reading.confidence["metric"]
    for table in (reading.fields, reading.confidence, reading.reasons):
        table.pop("metric")
    if sure > 0.6:
        text = f"{name} judges classes, but {target.name} is a number. Which metric instead?"
        reading.ask("metric", text, ("rmse", "mae", "r2"))


def _hits(reading: Reading) -> Iterator[_Hit]:
    view = reading.view
    taken: list[tuple[int, int]] = []
    for name, saying, confidence in _SAYINGS:
        for match in re.finditer(rf"\b(?:{saying})", view):
            if all(match.end() <= a or match.start() >= b for a, b in taken):
                taken.append(match.span())
                yield _Hit(name, *_trimmed(reading, match), confidence)
    pattern, meaning = _pattern()
    for match in pattern.finditer(view):
        if any(match.start() < b and match.end() > a for a, b in taken):
            continue
        start, _ = reading.sentence(match.start())
        before = view[start : match.start()]
        if reading.claimed(*match.span()) or _is_column(reading, match, before):
            continue
        strong = _STRONG_CUE.search(before) is not None
        yield _Hit(meaning[_fold(match[0])], *match.span(), 0.97 if strong else 0.85)


def _trimmed(reading: Reading, match: re.Match[str]) -> tuple[int, int]:
    """The span of a saying; it ends before a column in it, which other rules may need."""
    inside = [m.start for m in reading.mentions if match.start() < m.start < match.end()]
    return match.start(), min([match.end(), *inside])


def _is_column(reading: Reading, match: re.Match[str], before: str) -> bool:
    """Whether the words are (part of) a column's name; then only a cue makes a metric of them."""
    mention = reading.mention_over(*match.span())
    if mention is None:
        return False
    longer = (mention.start, mention.end) != match.span()
    return longer or _CUE.search(before) is None


def _negated(view: str, hit: _Hit) -> bool:
    before = view[max(0, hit.start - 40) : hit.start]
    if _INSTEAD.search(before):
        return True
    cue = re.search(rf"(?:{OPTIMISE}|care\s+about|use)\s+(?:for\s+|the\s+)?$", before)
    return cue is not None and NEGATED_BEFORE.search(before[: cue.start()]) is not None
