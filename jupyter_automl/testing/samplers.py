"""What every sampler must do: run ``check_sampler(make)`` over a maker of new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jupyter_automl.core.protocols import Sampler
from jupyter_automl.core.space import Choice, Integer, Real, Space

SPACE: Space = {
    "rate": Real(low=0.001, high=1.0, log=True),
    "share": Real(low=0.5, high=1.0),
    "leaves": Integer(low=2, high=256, log=True),
    "depth": Integer(low=1, high=8),
    "shape": Choice(values=((64,), (64, 64), None)),
    "kind": Choice(values=(1, True, "one")),
}
MakeSampler = Callable[..., Sampler]
"""``make(space, greater_is_better=..., random_state=..., name=...)``; equal names continue."""


def check_sampler(make: MakeSampler) -> None:
    """Run every check; raises `AssertionError` at the first that fails."""
    for check in (
        check_proposals_lie_inside,
        check_same_seed_same_proposals,
        check_several_open_questions,
        check_failures_are_taken,
        check_foreign_trials_are_taken,
        check_it_learns,
    ):
        check(make)


def check_proposals_lie_inside(make: MakeSampler) -> None:
    """Every proposal has every parameter, of its type, within its range."""
    sampler = make(SPACE, greater_is_better=True, random_state=1, name="inside")
    for number in range(12):
        suggestion = sampler.ask()
        assert_inside(SPACE, suggestion.params)
        sampler.tell(suggestion.token, float(number % 3))


def check_same_seed_same_proposals(make: MakeSampler) -> None:
    """The seed and the answers decide the proposals."""

    def proposals(name: str, seed: int) -> list[Mapping[str, Any]]:
        sampler = make(SPACE, greater_is_better=False, random_state=seed, name=name)
        found = []
        for _ in range(10):
            suggestion = sampler.ask()
            found.append(suggestion.params)
            sampler.tell(suggestion.token, _distance(suggestion.params))
        return found

    assert proposals("seed 7", 7) == proposals("seed 7 again", 7)
    assert proposals("seed 7 third", 7) != proposals("seed 8", 8)


def check_several_open_questions(make: MakeSampler) -> None:
    """Several proposals may be open at once, and be answered in any order."""
    sampler = make(SPACE, greater_is_better=True, random_state=2, name="open")
    asked = [sampler.ask() for _ in range(4)]
    assert len({str(suggestion.params) for suggestion in asked}) == len(asked)
    for suggestion in reversed(asked):
        sampler.tell(suggestion.token, 0.5)
    assert_inside(SPACE, sampler.ask().params)


def check_failures_are_taken(make: MakeSampler) -> None:
    """A failed trial, or a score that is no number, does not stop the search."""
    sampler = make(SPACE, greater_is_better=True, random_state=3, name="failures")
    for score in (None, float("nan"), float("inf"), None):
        sampler.tell(sampler.ask().token, score)
    assert_inside(SPACE, sampler.ask().params)


def check_foreign_trials_are_taken(make: MakeSampler) -> None:
    """Warm starts with missing, foreign and out-of-range parameters do no harm."""
    sampler = make(SPACE, greater_is_better=True, random_state=4, name="foreign")
    for params in (
        {},
        {"unknown": 3},
        {"rate": 50.0, "leaves": 1, "share": -1},
        {"kind": "two", "shape": [64], "depth": 3},
        {"rate": float("nan"), "leaves": "many"},
        {"rate": 0.1, "sample_rows": 10_000},
    ):
        sampler.add(params, 0.5)
    sampler.add({"rate": 0.1}, float("nan"))
    for _ in range(8):
        suggestion = sampler.ask()
        assert_inside(SPACE, suggestion.params)
        sampler.tell(suggestion.token, 0.1)


def check_it_learns(make: MakeSampler) -> None:
    """After thirty answers its proposals are better than its first ones, either way up."""
    space: Space = {name: SPACE[name] for name in ("rate", "depth")}
    for greater_is_better in (True, False):
        sign = -1.0 if greater_is_better else 1.0
        name = f"learns {greater_is_better}"
        sampler = make(space, greater_is_better=greater_is_better, random_state=5, name=name)
        distances = []
        for _ in range(40):
            suggestion = sampler.ask()
            distances.append(_distance(suggestion.params))
            sampler.tell(suggestion.token, sign * distances[-1])
        assert sum(distances[-10:]) < sum(distances[:10]), distances


def assert_inside(space: Space, params: Mapping[str, Any]) -> None:
    """Each parameter of `space` is there, with a value the space allows."""
    assert set(params) == set(space), params
    for name, dimension in space.items():
        value = params[name]
        if isinstance(dimension, Choice):
            assert any(type(value) is type(v) and value == v for v in dimension.values), value
            continue
        wanted = int if isinstance(dimension, Integer) else float
        assert type(value) is wanted, (name, value)
        assert dimension.low <= value <= dimension.high, (name, value)


def _distance(params: Mapping[str, Any]) -> float:
    return abs(params["rate"] - 0.05) + 0.1 * abs(params["depth"] - 6)
