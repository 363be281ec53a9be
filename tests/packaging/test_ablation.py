"""The ablation: each part is really off, and what a part is worth is counted rightly."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl import engine
from tests.benchmarks.ablation import hook, report, running
from tests.benchmarks.ablation import replacements as by
from tests.benchmarks.ablation.arms import ARMS, FULL
from tests.benchmarks.ablation.facts import Facts, facts_of, is_plain
from tests.benchmarks.ablation.hook import APPLIED, USED, ArmError, Patch
from tests.benchmarks.peers import measuring
from tests.benchmarks.peers.results import Key, Result
from tests.engine import conftest as runs
from tests.engine.conftest import Lab

lab = runs.lab
PATCHES = [patch for arm in ARMS.values() for patch in arm.patches]
OFF = [name for name in ARMS if name != FULL]

WHOLE = Facts(
    families=("dummy", "lightgbm", "linear"),
    starts={"lightgbm": 3, "linear": 2},
    n_trials=30,
    n_searched=20,
    n_stacked=3,
    n_sampled=1,
    n_pruned=2,
    n_ensembles=4,
    best_is_ensemble=True,
    held_rows=900,
    made=("name: topic 1",),
    n_models=3,
)
"""A run of the whole engine that made use of every part."""

BARE = Facts(families=("dummy", "lightgbm"), starts={"lightgbm": 1}, n_trials=9, n_models=1)


# --- what is replaced ---------------------------------------------------------------------


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.key)
def test_what_an_arm_replaces_is_there(patch: Patch) -> None:
    owner: Any = importlib.import_module(patch.module)
    for part in patch.attribute.split("."):
        owner = vars(owner)[part]
    assert callable(owner)
    assert callable(patch.replace(owner))


def _python(folder: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    paths = [str(folder), str(measuring.CHECKOUT), str(running.INSIDE)]
    return subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_module_is_patched_before_anything_copies_from_it(tmp_path: Path) -> None:
    package = tmp_path / "some_package"
    package.mkdir()
    (package / "__init__.py").write_text("from some_package.user import ask\n")
    (package / "source.py").write_text(
        "def answer():\n    return 1\n\n\nclass Box:\n    def open(self, n):\n        return n\n"
    )
    (package / "user.py").write_text(
        "from some_package.source import Box, answer\n"
        "def ask():\n    return answer(), Box().open(2)\n"
    )
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.benchmarks.ablation.hook import Patch, install\n"
        "changes = {'answer': lambda f: lambda: f() + 10,\n"
        "           'Box.open': lambda f: lambda self, n: -f(self, n),\n"
        "           EXTRA: lambda f: f}\n"
        "install([Patch(module='some_package.source', attribute=name, replace=change)\n"
        "         for name, change in changes.items()], Path(sys.path[0]))\n"
        "import some_package\n"
        "print(some_package.ask())\n"
    )
    done = _python(tmp_path, code.replace("EXTRA", "'Box.__init__'"))
    assert "must be something that can be called" in done.stderr
    assert done.returncode == 1
    done = _python(tmp_path, code.replace("           EXTRA: lambda f: f}", "}"))
    assert done.stdout.strip() == "(11, -2)", done.stderr
    trace = hook.read_trace(tmp_path)
    keys = {"some_package.source:answer", "some_package.source:Box.open"}
    assert trace == {APPLIED: keys, USED: keys}


@pytest.mark.parametrize(("arm", "starts"), [("no_such_arm", False), ("no_guard", True)])
def test_a_process_without_its_arm_does_not_start(tmp_path: Path, arm: str, starts: bool) -> None:
    done = _python(tmp_path, "print('here')", **{hook.ARM: arm, hook.TRACE: str(tmp_path)})
    assert (done.returncode == 0, "here" in done.stdout) == (starts, starts), done.stderr


def test_a_module_that_is_there_already_cannot_be_patched(tmp_path: Path) -> None:
    with pytest.raises(ArmError, match="must not be imported before"):
        hook.install([Patch(module="json", attribute="dumps", replace=lambda f: f)], tmp_path)


# --- what stands in its place ---------------------------------------------------------------


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """No features, in this process; what others have copied already is replaced there too."""
    from jupyter_automl.features import encoders, target_means

    for patch in ARMS["no_features"].patches:
        owner: Any = importlib.import_module(patch.module)
        *path, name = patch.attribute.split(".")
        for part in path:
            owner = getattr(owner, part)
        monkeypatch.setattr(owner, name, patch.replace(getattr(owner, name)))
    monkeypatch.setattr(encoders, "can_encode", target_means.can_encode)


def _table() -> tuple[pd.DataFrame, tuple[Any, ...], np.ndarray]:
    from jupyter_automl.core.dataset import ColumnSchema

    rng = np.random.default_rng(0)
    n = 300
    towns = [f"{deck}{number}" for deck in "ABC" for number in range(40)]
    frame = pd.DataFrame(
        {
            "size": rng.normal(size=n),
            "town": rng.choice(towns, n),
            "power": rng.choice([f"{number} bhp" for number in range(20, 80)], n),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, n), "D"),
            "other day": pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 9, n), "D"),
            "words": rng.choice(["a good day", "a bad day", "no day at all", "good or bad"], n),
        }
    )
    kinds = ("numeric", "categorical", "categorical", "datetime", "datetime", "text")
    columns = tuple(
        ColumnSchema(name=name, kind=kind, dtype=str(frame[name].dtype), n_missing=0, n_unique=50)
        for name, kind in zip(frame, kinds, strict=True)
    )
    return frame, columns, (frame["size"] > 0).to_numpy(dtype=int)


def _not_plain(encoding: Any, extra: Any) -> list[str]:
    from jupyter_automl.features import Preprocessor

    frame, columns, y = _table()
    made = Preprocessor(columns, encoding=encoding, extra=extra)
    matrix = made.fit_transform(frame, y)
    assert matrix.shape == (len(frame), len(made.feature_names))
    named = zip(made.feature_names, made.sources, strict=True)
    return [name for name, source in named if not is_plain(name, source)]


KINDS = [("native", "pairs"), ("ordinal", None), ("scaled", "interactions")]


@pytest.mark.parametrize(("encoding", "extra"), KINDS)
def test_no_features_are_made(patched: None, encoding: Any, extra: Any) -> None:
    assert _not_plain(encoding, extra) == []


@pytest.mark.parametrize(("encoding", "extra"), KINDS)
def test_the_engine_makes_features_of_these(encoding: Any, extra: Any) -> None:
    found = _not_plain(encoding, extra)
    assert len(found) > 10
    assert any("month" in name for name in found)


def test_one_warm_start_of_a_family_and_nothing_to_search() -> None:
    from jupyter_automl.models import FAMILIES
    from jupyter_automl.models.family import TableFamily

    family = FAMILIES.get("lightgbm")
    first = by.first_start(TableFamily.warm_starts)(family, "binary", 900, 10)
    every = family.warm_starts("binary", 900, 10)
    assert len(every) > 1
    assert tuple(first) == tuple(every)[:1]
    assert family.space("binary", 900, 10)
    assert by.no_space(TableFamily.space)(family, "binary", 900, 10) == {}


def test_lightgbm_and_the_baseline_are_left() -> None:
    chosen = {name: object() for name in ("dummy", "linear", "lightgbm", "xgboost")}
    left, notices = by.one_family(lambda task, asked, n_rows: (chosen, ("a",)))(None, (), 900)
    assert list(left) == ["dummy", "lightgbm"]
    assert notices == ("a",)


@pytest.mark.parametrize(
    ("family", "rows", "left"),
    [
        ("lightgbm", None, None),
        ("lightgbm", 20_000, None),
        ("lightgbm", 0, None),
        ("xgboost", 20_000, None),
        ("xgboost", 0, 0),
        ("catboost", 0, 0),
        ("mlp", None, None),
        ("mlp", 20_000, 0),
        ("dummy", 10_000, None),
    ],
)
def test_all_rows_or_none(family: str, rows: int | None, left: int | None) -> None:
    from jupyter_automl.models import FAMILIES

    assert by.no_sample(lambda family, room: rows)(FAMILIES.get(family), None) == left


def test_the_best_in_sample_ensemble_wins_without_the_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from jupyter_automl.ensemble import Selector, guard, selection
    from jupyter_automl.evaluate.metrics import find_metric

    rng = np.random.default_rng(0)
    n = 120
    y = rng.integers(0, 2, n)
    noise = [np.clip(0.5 + 0.2 * rng.normal(size=n), 0.01, 0.99) for _ in range(12)]

    def chosen() -> Any:
        selector = Selector(find_metric("accuracy", "binary"), y, np.arange(n) % 3)
        for number, values in enumerate(noise):
            selector.add(number, np.column_stack([1 - values, values]), str(number))
        return selector.select()

    guarded = chosen()
    off = by.no_checks(guard.n_checks)
    for module in (guard, selection):
        monkeypatch.setattr(module, "n_checks", off)
    plain = chosen()
    assert plain is not None
    assert guarded is None or plain.score > guarded.score
    monkeypatch.setattr(Selector, "select", by.no_selection(Selector.select))
    assert chosen() is None


# --- what shows that it is off --------------------------------------------------------------


def _trace(arm: str) -> Mapping[str, frozenset[str]]:
    keys = frozenset(patch.key for patch in ARMS[arm].patches)
    return {APPLIED: keys, USED: keys}


@pytest.mark.parametrize("arm", OFF)
def test_a_run_of_the_arm_passes_and_no_other(arm: str) -> None:
    ARMS[arm].check(BARE, _trace(arm))
    with pytest.raises(ArmError, match="Nothing imported it"):
        ARMS[arm].check(BARE, _trace(FULL))
    if always := [patch for patch in ARMS[arm].patches if patch.always]:
        with pytest.raises(ArmError, match="No process called it"):
            ARMS[arm].check(BARE, {**_trace(arm), USED: _trace(arm)[USED] - {always[0].key}})
    with pytest.raises(ArmError, match=r"must leave .* alone"):
        ARMS[FULL].check(WHOLE, _trace(arm))
    assert ARMS[arm].in_use(WHOLE)


@pytest.mark.parametrize("arm", [name for name in OFF if name != "no_guard"])
def test_what_is_left_of_a_part_is_told(arm: str) -> None:
    # The guard shows nowhere but in what was called.
    with pytest.raises(ArmError, match=f"{arm} must do without: .* The run has "):
        ARMS[arm].check(WHOLE, _trace(arm))
    assert not ARMS[arm].in_use(BARE)


def test_no_model_to_look_at_is_no_proof() -> None:
    with pytest.raises(ArmError, match="no model to look at"):
        ARMS["no_features"].check(replace(BARE, n_models=0), _trace("no_features"))


def test_a_part_is_off_in_the_processes_of_a_real_run(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    trace.mkdir()
    arm = "no_search"
    monkeypatch.setenv("PYTHONPATH", str(running.INSIDE))
    monkeypatch.setenv(hook.ARM, arm)
    monkeypatch.setenv(hook.TRACE, str(trace))
    engine.launch(lab.store, lab.create("r1", budget=60.0, families=("dummy", "linear")))
    state = lab.wait_ended("r1")
    facts = facts_of(lab.store.events("r1"), lab.store.run_folder("r1"))
    ARMS[arm].check(facts, hook.read_trace(trace))
    assert (facts.n_searched, facts.families) == (0, ("dummy", "linear"))
    assert facts.n_trials == 1 + facts.starts["linear"] > 4
    # Without a search there is nothing left to do, long before the end of the budget.
    assert state.reason == "Everything planned is done."
    with pytest.raises(ArmError, match="several warm starts of linear"):
        ARMS["no_portfolio"].check(facts, _trace("no_portfolio"))
    facts.write(trace / "facts.json")
    assert Facts.read(trace / "facts.json") == facts


# --- what a part is worth -------------------------------------------------------------------


def result(arm: str, table: str, error: float | None, **fields: Any) -> Result:
    plain: dict[str, Any] = {"budget": 60.0, "repeat": 0, "task": "regression", "rows": 500}
    failure = "it fell over" if error is None else None
    made = {**plain, "fingerprint": "f", "cores": 2, "failure": failure, **fields}
    return Result(system=arm, table=table, error=error, **made)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_worth_changes_its_sign_with_the_order(one: float, other: float) -> None:
    assert report.worth(one, other) == -report.worth(other, one)
    assert -1.0 <= report.worth(one, other) <= 1.0
    assert (report.worth(one, other) > 0) == (one < other)


def test_the_report_counts_what_can_be_compared() -> None:
    found = [
        *(result(FULL, table, 1.0) for table in "abcd"),
        result("no_search", "a", 2.0),
        result("no_search", "b", 0.8),
        result("no_search", "c", 1.0001),
        result("no_search", "d", None),
    ]
    searched = {"a", "c"}
    sections = report.report(
        found, lambda key: replace(WHOLE, n_searched=int(key.table in searched))
    )
    (row,) = sections[0].rows
    # Half of the error on a, a fifth more on b, nothing on c.
    assert row[2].startswith("+10.0%")
    assert row[3:8] == ("1", "1", "1", "3", "2")
    assert row[8].startswith("+25.0%")
    assert sections[1].rows[3][-1] == "failed"
    assert sections[2].rows == (("no_search", "d", "0", "it fell over"),)


def test_results_of_several_states_of_the_code_are_told() -> None:
    found = [result(FULL, "a", 1.0, code="x"), result("no_search", "a", 1.0, code="y")]
    assert "2 states of the code" in report.report(found, lambda key: None)[0].note


def test_keys_go_table_by_table_and_facts_have_a_place_each(tmp_path: Path) -> None:
    from tests.benchmarks.peers.sets import DataSet

    tables = [
        DataSet(name=name, path=tmp_path / name, target="y", task="binary", rows=9) for name in "ab"
    ]
    keys = running.keys_of([FULL, "no_guard"], tables, [60.0], [0, 1])
    assert [(key.repeat, key.table, key.system) for key in keys[:3]] == [
        (0, "a", FULL),
        (0, "a", "no_guard"),
        (0, "b", FULL),
    ]
    assert len({running.facts_path(key, tmp_path) for key in keys}) == len(keys) == 8
    one = Key(system=FULL, table="a", budget=60.0, repeat=0)
    assert running.facts_of(one, tmp_path) is None
