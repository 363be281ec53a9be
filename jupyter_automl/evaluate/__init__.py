"""One trial, end to end: target, folds, fitting, out-of-fold predictions, score."""

from __future__ import annotations

from jupyter_automl.evaluate.honest import HonestEstimate, honest_estimate
from jupyter_automl.evaluate.honest_blend import honest_blend_estimate
from jupyter_automl.evaluate.limits import BOOSTERS, FORESTS, longest_trial_seconds, trial_share
from jupyter_automl.evaluate.models import Bag, Blend, bags_behind, load_bag, load_predictor
from jupyter_automl.evaluate.target import EncodedTarget, choose_positive, encode_target
from jupyter_automl.evaluate.trial import run_trial
from jupyter_automl.evaluate.trial_data import (
    TargetArrays,
    TrialData,
    load_arrays,
    prepare,
    stored_arrays,
    stored_data,
)
from jupyter_automl.evaluate.validation import holdout_fraction_for, make_folds, training_rows
from jupyter_automl.evaluate.warm import warm_up

__all__ = [
    "BOOSTERS",
    "FORESTS",
    "Bag",
    "Blend",
    "EncodedTarget",
    "HonestEstimate",
    "TargetArrays",
    "TrialData",
    "bags_behind",
    "choose_positive",
    "encode_target",
    "holdout_fraction_for",
    "honest_blend_estimate",
    "honest_estimate",
    "load_arrays",
    "load_bag",
    "load_predictor",
    "longest_trial_seconds",
    "make_folds",
    "prepare",
    "run_trial",
    "stored_arrays",
    "stored_data",
    "training_rows",
    "trial_share",
    "warm_up",
]
