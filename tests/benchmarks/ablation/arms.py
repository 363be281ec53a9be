"""The engine, and the engine with one of its parts switched off.

One more arm: an entry here, with what it replaces, how a run shows that it did, and how a run of
the whole engine shows that the part was in use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.ablation import replacements as by
from tests.benchmarks.ablation.facts import Facts
from tests.benchmarks.ablation.hook import APPLIED, USED, ArmError, Patch

FULL = "full"
CHECKED_BELOW = 5_000
"""Held-out rows from which ensembles are not checked on halves (`ensemble.guard.n_checks`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One column of the ablation.

    Attributes
    ----------
    part : str
        What is switched off, as a person reads it.
    off : str
        What is done instead.
    patches : tuple of Patch
        What is replaced.
    left : callable
        Facts of a run of this arm to what is left of the part, in words; empty where nothing
        is, as it must be.
    in_use : callable
        Facts of a run of the whole engine to whether it made use of the part.
    """

    name: str
    part: str
    off: str
    patches: tuple[Patch, ...] = ()
    left: Callable[[Facts], str] = lambda facts: ""
    in_use: Callable[[Facts], bool] = lambda facts: True

    def check(self, facts: Facts, trace: Mapping[str, frozenset[str]]) -> None:
        """See that a run was one of this arm.

        Raises
        ------
        ArmError
            If a patch was not applied or never called, or something of the part is left.
        """
        keys = {patch.key for patch in self.patches}
        if strange := trace[APPLIED] - keys:
            raise ArmError(f"{self.name} must leave {sorted(strange)[0]} alone. It replaced it.")
        if missing := keys - trace[APPLIED]:
            raise ArmError(f"{self.name} must replace {sorted(missing)[0]}. Nothing imported it.")
        always = {patch.key for patch in self.patches if patch.always}
        if missing := always - trace[USED]:
            raise ArmError(
                f"{self.name} must do without {sorted(missing)[0]}. No process called it, so the "
                "part is somewhere else now."
            )
        if left := self.left(facts):
            raise ArmError(f"{self.name} must do without: {self.part}. The run has {left}.")


def _patch(place: str, replace: Any, *, always: bool = True) -> Patch:
    module, _, attribute = place.partition(":")
    module = f"jupyter_automl.{module}"
    return Patch(module=module, attribute=attribute, replace=replace, always=always)


def _said(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def _further_starts(facts: Facts) -> str:
    several = [family for family, number in facts.starts.items() if number > 1]
    return f"several warm starts of {', '.join(several)}" if several else ""


def _other_families(facts: Facts) -> str:
    return ", ".join(family for family in facts.families if family not in by.ONE_FAMILY)


def _ensembles(facts: Facts) -> str:
    return "an ensemble" if facts.best_is_ensemble else _said(facts.n_ensembles, "ensembles")


def _made(facts: Facts) -> str:
    return "no model to look at" if not facts.n_models else ", ".join(map(repr, facts.made[:3]))


def _short_trials(facts: Facts) -> str:
    sampled, pruned = (
        _said(facts.n_sampled, "trials on a sample"),
        _said(facts.n_pruned, "trials that were given up"),
    )
    return " and ".join(part for part in (sampled, pruned) if part)


_ALL = (
    Arm(name=FULL, part="nothing", off="the engine as it is"),
    Arm(
        name="no_portfolio",
        part="portfolio",
        off="one warm start of each family, then the search",
        patches=(_patch("models.family:TableFamily.warm_starts", by.first_start),),
        left=_further_starts,
        in_use=lambda facts: any(number > 1 for number in facts.starts.values()),
    ),
    Arm(
        name="no_diversity",
        part="diversity",
        off="LightGBM only",
        patches=(_patch("plan.choose:choose_families", by.one_family),),
        left=_other_families,
        in_use=lambda facts: bool(_other_families(facts)),
    ),
    Arm(
        name="no_ensemble",
        part="ensemble",
        off="the best single trial predicts",
        patches=(_patch("ensemble.selection:Selector.select", by.no_selection, always=False),),
        left=_ensembles,
        in_use=lambda facts: facts.best_is_ensemble,
    ),
    Arm(
        name="no_search",
        part="search",
        off="warm starts only, all that fit",
        patches=(
            _patch("models.family:TableFamily.space", by.no_space),
            _patch("plan.order:starts_share", by.all_the_time),
        ),
        left=lambda facts: _said(facts.n_searched, "trials of a search"),
        in_use=lambda facts: facts.n_searched > 0,
    ),
    Arm(
        name="no_stacking",
        part="stacking",
        off="no model is given what others say of a row",
        patches=(_patch("plan.stacking:plan_stacks", by.no_stacks),),
        left=lambda facts: _said(facts.n_stacked, "stacked trials"),
        in_use=lambda facts: facts.n_stacked > 0,
    ),
    Arm(
        name="no_features",
        part="features",
        off="numbers and categories as they are, a date as one number, a text as a category",
        patches=(
            _patch("features.preprocessor:Preprocessor.__init__", by.no_extra),
            _patch("features.preprocessor:Preprocessor._planned", by.plain_makers),
            _patch("features.target_means:can_encode", by.no_target_means, always=False),
        ),
        left=_made,
        in_use=lambda facts: bool(facts.made),
    ),
    Arm(
        name="no_multi_fidelity",
        part="multi-fidelity",
        off="every trial on all rows and all folds",
        patches=(
            _patch("plan.order:_affordable_rows", by.no_sample),
            _patch("plan.order:_quick_rows", by.no_quick_start),
            _patch("engine.pruning:least_scores", by.no_pruning),
        ),
        left=_short_trials,
        in_use=lambda facts: facts.n_sampled + facts.n_pruned > 0,
    ),
    Arm(
        name="no_guard",
        part="ensemble guard",
        off="ensembles by the metric itself, on the rows that they were chosen on",
        patches=(_patch("ensemble.guard:n_checks", by.no_checks),),
        in_use=lambda facts: facts.held_rows < CHECKED_BELOW and facts.n_ensembles > 0,
    ),
)
ARMS: Mapping[str, Arm] = {arm.name: arm for arm in _ALL}
