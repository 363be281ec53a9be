"""The benchmark against other systems: what it remembers, counts and shows."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.peers import aggregate, report, results
from tests.benchmarks.peers.rendering import as_markdown, as_text
from tests.benchmarks.peers.results import Key, Result


def result(system: str = "ours", table: str = "a", **fields: object) -> Result:
    """A run that went well unless fields say otherwise."""
    plain: dict[str, object] = {
        "system": system,
        "table": table,
        "budget": 60.0,
        "repeat": 0,
        "task": "regression",
        "rows": 500,
        "fingerprint": "f",
        "cores": 2,
        "error": 1.0,
        "wall_seconds": 60.5,
    }
    return Result(**{**plain, **fields})  # type: ignore[arg-type]


# --- the results file ---------------------------------------------------------------------


def test_results_survive_an_interrupted_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "results.jsonl"
    first, second = result(table="a"), result(table="b", failure="it fell over", error=None)
    results.append(path, first)
    with path.open("a") as file:
        file.write('{"system": "ou')
    assert results.read(path) == [first]
    results.append(path, second)
    assert results.read(path) == [first, second]


def test_the_latest_result_of_a_run_counts(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    for error in (1.0, 2.0):
        results.append(path, result(error=error))
    assert [found.error for found in results.read(path)] == [2.0]
    path.write_text("no result\n" + path.read_text())
    with pytest.raises(ValueError, match="line 1"):
        results.read(path)
    assert results.read(tmp_path / "none.jsonl") == []


def test_what_is_pending() -> None:
    keys = [Key(system=name, table="a", budget=60.0, repeat=0) for name in ("ours", "x", "y")]
    done = [result("ours", code="old"), result("x", failure="why", error=None)]
    prints = {"a": "f"}

    def left(**options: object) -> list[str]:
        found = results.pending(keys, done, prints, **options)  # type: ignore[arg-type]
        return [key.system for key in found]

    assert left() == ["y"]
    assert left(retry_failed=True) == ["x", "y"]
    assert left(renew={"ours": "old"}) == ["y"]
    assert left(renew={"ours": "new"}) == ["ours", "y"]
    prints["a"] = "other data"
    assert left() == ["ours", "x", "y"]


# --- the verdict --------------------------------------------------------------------------


def test_improvability_and_outcome() -> None:
    infinite = float("inf")
    assert aggregate.improvability(2.0, 1.0) == 0.5
    assert aggregate.improvability(0.0, 0.0) == 0.0
    assert aggregate.improvability(1.0, 0.0) == 1.0
    assert aggregate.improvability(infinite, 1.0) == 1.0
    assert aggregate.improvability(infinite, infinite) == 0.0
    assert aggregate.outcome(1.0, 2.0) == 1.0
    assert aggregate.outcome(2.0, 1.0) == 0.0
    assert aggregate.outcome(1.0, 1.0009) == 0.5
    assert aggregate.outcome(1.0, 1.0011) == 1.0
    assert aggregate.outcome(0.0, 0.0) == aggregate.outcome(infinite, infinite) == 0.5
    assert aggregate.outcome(infinite, 1.0) == 0.0


def test_equal_errors_share_their_ranks() -> None:
    found = aggregate.ranks({"a": 2.0, "b": 1.0, "c": 2.0, "d": float("inf")})
    assert found == {"a": 2.5, "b": 1.0, "c": 2.5, "d": 4.0}


def test_only_what_all_have_is_compared_and_a_failure_is_infinite() -> None:
    done = [
        result("ours", "a"),
        result("flaml", "a", error=None, failure="why"),
        result("ours", "b"),
        result("mljar", "b"),
    ]
    units = aggregate.errors_by_unit(done, ["ours", "flaml"])
    assert units == {("a", 0): {"ours": 1.0, "flaml": float("inf")}}


def test_repeats_are_averaged_before_data_sets_are() -> None:
    units = {
        ("a", 0): {"ours": 1.0, "x": 2.0},
        ("a", 1): {"ours": 1.0, "x": 2.0},
        ("a", 2): {"ours": 3.0, "x": 2.0},
        ("b", 0): {"ours": 3.0, "x": 2.0},
    }
    found = aggregate.win_rate(units, "ours", "x")
    assert found is not None
    assert found.mean == pytest.approx(1 / 3)
    assert (found.low, found.high) == pytest.approx((0.0, 2 / 3))
    assert aggregate.win_rate(units, "ours", "x") == found
    assert aggregate.win_rate({}, "ours", "x") is None


def test_the_interval_of_many_data_sets_is_that_of_the_mean() -> None:
    units = {
        (f"t{number}", 0): {"ours": 1.0, "x": 1.5 if number % 4 else 0.5} for number in range(400)
    }
    found = aggregate.win_rate(units, "ours", "x")
    assert found is not None
    assert found.mean == 0.75
    error = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.75 - error, 0.75 + error), abs=0.01)


def test_the_budget_is_kept_within_a_second_or_two_percent() -> None:
    kept = [(60.0, 61.1), (60.0, 61.3), (300.0, 306.0), (300.0, 306.5), (60.0, 20.0)]
    found = [aggregate.kept_budget(result(budget=b, wall_seconds=w)) for b, w in kept]
    assert found == [True, False, True, False, True]
    assert not aggregate.kept_budget(result(wall_seconds=None))


def test_the_report_shows_losses_failures_and_sizes() -> None:
    done = []
    for number, (table, rows) in enumerate((("small", 900), ("mid", 20_000), ("big", 50_000))):
        done.append(result("ours", table, rows=rows, error=1.0 + number))
        done.append(result("flaml", table, rows=rows, error=1.5, wall_seconds=64.0))
    ended = {"error": None, "failure": "ended | after 180 s", "wall_seconds": 180.0, "ended": True}
    done[-1] = replace(done[-1], **ended)  # type: ignore[arg-type]
    done.append(result("mljar", "small", budget=300.0))
    sections = report.report(done)
    titles = [section.title for section in sections]
    assert [title for title in titles if title.startswith("60 s, 2 cores: quality")]
    assert sum("rows" in title for title in titles) == 3
    assert titles[-1] == "300 s, 2 cores: errors"
    text, markdown = as_text(sections), as_markdown(sections)
    assert re.search(r"FLAML +44\.4% .* 66\.7%", text)
    assert re.search(r"\| FLAML \| \+4\.0 \| \+120\.0 \| \+120\.0 \(ended\) \| 0 of 3 \|", markdown)
    assert "| small | 900 | RMSE | 1 * | 1.5 |" in markdown
    assert "ended \\| after 180 s" in markdown
    assert report.report(done, ["mljar"])[0].title.startswith("300 s")
    assert report.report([]) == []
