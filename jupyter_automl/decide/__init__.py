"""Decisions about a model after training, from its held-out predictions."""

from __future__ import annotations

from jupyter_automl.decide.costs import cost_table
from jupyter_automl.decide.deciding import (
    codes_of,
    crossed_decisions,
    decide,
    probabilities_of,
    undecided,
)
from jupyter_automl.decide.decisions import (
    HALF,
    Calibration,
    Choice,
    Cut,
    Decisions,
    Intervals,
    Levels,
)
from jupyter_automl.decide.evidence import Evidence, load_evidence, make_evidence
from jupyter_automl.decide.intervals import bounds
from jupyter_automl.decide.reliability import expected_calibration_error
from jupyter_automl.decide.stored import load_decisions, save_decisions

__all__ = [
    "HALF",
    "Calibration",
    "Choice",
    "Cut",
    "Decisions",
    "Evidence",
    "Intervals",
    "Levels",
    "bounds",
    "codes_of",
    "cost_table",
    "crossed_decisions",
    "decide",
    "expected_calibration_error",
    "load_decisions",
    "load_evidence",
    "make_evidence",
    "probabilities_of",
    "save_decisions",
    "undecided",
]
