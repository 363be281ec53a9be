"""How good a model is on rows whose truth is known: scores and pictures, with intervals."""

from __future__ import annotations

from jupyter_automl.evaluate.assess.catalog import PICTURES, available, draw
from jupyter_automl.evaluate.assess.compared import COMPARED, overlaid
from jupyter_automl.evaluate.assess.confusion import (
    least_cost_sentence,
    priced_classes,
    spread_costs,
)
from jupyter_automl.evaluate.assess.estimate import Estimate
from jupyter_automl.evaluate.assess.evaluation import Evaluation, assess
from jupyter_automl.evaluate.assess.fairness import Fairness, GroupRates, fairness_of
from jupyter_automl.evaluate.assess.groups import Grouping, grouping
from jupyter_automl.evaluate.assess.judged import (
    MOST_ROWS,
    Ends,
    Judged,
    Source,
    make_judged,
    sampled_places,
)
from jupyter_automl.evaluate.assess.learning import LearningPoint
from jupyter_automl.evaluate.assess.scores import score_estimates
from jupyter_automl.evaluate.assess.segments import Segment, worst_segments
from jupyter_automl.evaluate.assess.thresholds import Counts, Thresholds, thresholds_of
from jupyter_automl.evaluate.assess.worst import worst_rows

__all__ = [
    "COMPARED",
    "MOST_ROWS",
    "PICTURES",
    "Counts",
    "Ends",
    "Estimate",
    "Evaluation",
    "Fairness",
    "GroupRates",
    "Grouping",
    "Judged",
    "LearningPoint",
    "Segment",
    "Source",
    "Thresholds",
    "assess",
    "available",
    "draw",
    "fairness_of",
    "grouping",
    "least_cost_sentence",
    "make_judged",
    "overlaid",
    "priced_classes",
    "sampled_places",
    "score_estimates",
    "spread_costs",
    "thresholds_of",
    "worst_rows",
    "worst_segments",
]
