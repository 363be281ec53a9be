"""What people call families: "rf", "XGB", "gradient boosting"."""

from __future__ import annotations

import re

_BOOSTERS = ("lightgbm", "xgboost", "catboost", "hist_gradient_boosting", "adaboost")
_TREES = (*_BOOSTERS, "random_forest", "extra_trees", "decision_tree")
SPELLINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"light[\s_-]?gbm|lgbm?", ("lightgbm",)),
    (r"xg[\s_-]?boost(?:ing)?|xgb", ("xgboost",)),
    (r"cat[\s_-]?boost", ("catboost",)),
    (r"random[\s_-]?forests?|rf", ("random_forest",)),
    (r"extra[\s_-]?trees?|extremely\s+randomi[sz]ed\s+trees?", ("extra_trees",)),
    (r"decision[\s_-]?trees?", ("decision_tree",)),
    (r"hist[\s_-]?gradient[\s_-]?boosting", ("hist_gradient_boosting",)),
    (r"ada[\s_-]?boost", ("adaboost",)),
    (r"(?:gradient[\s_-]?)?boost(?:ed|ing)(?:[\s_-]?trees?)?|gbms?|gbdt|gbrt", _BOOSTERS),
    (r"tree(?:[\s-]based)?[\s-](?:models?|methods?|algorithms?|ensembles?)|trees", _TREES),
    (r"k?[\s_-]?nearest[\s_-]?neighbou?rs?|k[\s-]?nn", ("knn",)),
    (r"svms?|svc|svr|support[\s_-]?vector[\s_-]?machines?", ("svm",)),
    (r"naive[\s_-]?bayes", ("naive_bayes",)),
    (r"mlps?|neural[\s_-]?net(?:work)?s?|multi[\s-]?layer[\s-]?perceptrons?|deep[\s-]?learning",
     ("mlp",)),
    (r"ebms?|explainable\s+boosting(?:\s+machines?)?", ("ebm",)),
    (r"(?:logistic|linear|ridge|lasso|elastic[\s_-]?net)(?:[\s_-]*regressions?)?(?:\s+models?)?"
     r"|log[\s_-]?reg|glms?|generali[sz]ed\s+linear\s+models?", ("linear",)),
    (r"dumm(?:y|ies)(?:\s+(?:model|baseline)s?)?|baseline\s+models?", ("dummy",)),
)  # fmt: skip
"""Patterns over lower-case text, and the names of families in the registry that each means;
of two that fit at one place the first counts."""


def families_called(text: str) -> tuple[str, ...]:
    """Names of the families that people call `text`; empty where nobody does.

    A name in the registry means itself, whatever else it might mean. Of a word for several,
    such as "gbm", those that are not installed are left out.
    """
    from jupyter_automl.models import FAMILIES

    if text in FAMILIES:
        return (text,)
    word = text.strip().casefold()
    if word in FAMILIES:
        return (word,)
    for spelling, names in SPELLINGS:
        if re.fullmatch(spelling, word):
            return installed(names)
    return ()


def installed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of several families that can be used; all where that is none, or it is one."""
    from jupyter_automl.models import FAMILIES

    usable = set(FAMILIES.available())
    kept = tuple(name for name in names if name in usable)
    return kept if len(names) > 1 and kept else names
