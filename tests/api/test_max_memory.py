"""`max_memory`: what a run may take, from the keyword, the setting or the estimator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import jupyter_automl as ja
from jupyter_automl import execute, plan
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import ArgumentError, SettingsError

pytestmark = pytest.mark.usefixtures("store_dir")
QUICK: dict[str, Any] = {
    "target": "species",
    "families": "dummy",
    "executor": "inline",
    "max_trials": 1,
}


def _created(run: ja.Run) -> ev.RunCreated:
    body = run.events()[0].body
    assert isinstance(body, ev.RunCreated)
    return body


@pytest.mark.parametrize(
    ("given", "size"),
    [(2**30, 2**30), ("2GB", 2**31), ("1.5 gib", 3 * 2**29), (np.int64(2**30), 2**30)],
)
def test_it_stands_in_the_run(given: Any, size: int) -> None:
    assert _created(ja.fit("sample:iris", max_memory=given, **QUICK)).max_memory_bytes == size


def test_the_keyword_wins_over_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _created(ja.fit("sample:iris", **QUICK)).max_memory_bytes is None
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_MEMORY", "3GB")
    assert _created(ja.fit("sample:iris", **QUICK)).max_memory_bytes == 3 * 2**30
    run = ja.fit("sample:iris", max_memory="1GB", **QUICK)
    assert _created(run).max_memory_bytes == 2**30


def test_too_little_is_refused_with_the_least_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArgumentError, match=r"max_memory must be at least \d+ MiB") as caught:
        ja.fit("sample:iris", max_memory="50MB", **QUICK)
    assert "Got 50 MiB" in caught.value.message
    least = caught.value.context["least_bytes"]
    assert _created(ja.fit("sample:iris", max_memory=least, **QUICK)).max_memory_bytes == least
    assert len(ja.runs()) == 1
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_MEMORY", "50MB")
    with pytest.raises(ArgumentError, match="Got 50 MiB"):
        ja.fit("sample:iris", **QUICK)
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_MEMORY", "little")
    with pytest.raises(SettingsError, match="JUPYTER_AUTOML_MAX_MEMORY"):
        ja.fit("sample:iris", **QUICK)


def _part(**arguments: Any) -> int:
    """What a run may take that nobody gave a limit."""
    size = _created(ja.fit("sample:iris", **QUICK | arguments)).memory_bytes
    assert size is not None
    return size


def test_as_many_runs_as_cores_take_no_more_together_than_one_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An inline run is one of one worker.
    monkeypatch.setattr(execute, "usable_cores", lambda: 4)
    monkeypatch.setattr(execute, "run_bytes", lambda most=None: most or 8 * 2**30 + 3)
    assert _part() == 2 * 2**30
    assert _part(max_memory="3GB") == 3 * 2**30
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_RUNS", "3")
    assert _part() == (8 * 2**30 + 3) // 3
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_RUNS", "1")
    assert _part() == 8 * 2**30 + 3
    # Less than one model takes would be of use to nobody.
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_RUNS", "9999")
    assert 2**27 < _part() < 2**30


def test_a_table_that_needs_more_takes_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "usable_cores", lambda: 64)
    monkeypatch.setattr(execute, "run_bytes", lambda most=None: most or 2**30)
    assert 2**30 // 64 < _part() < 2**30


def test_a_run_plans_with_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    shared = plan.share_out

    def noted(dataset: Any, n_workers: int, total_bytes: int) -> Any:
        seen.append(total_bytes)
        return shared(dataset, n_workers, total_bytes)

    monkeypatch.setattr(execute, "usable_cores", lambda: 8)
    monkeypatch.setattr(plan, "share_out", noted)
    part = _part()
    assert seen == [part]


def test_an_estimator_takes_it() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    model = ja.AutoMLRegressor(
        families="dummy", max_trials=1, executor="inline", max_memory="1GB", store=True
    )
    assert _created(model.fit(X, X[:, 0]).run_).max_memory_bytes == 2**30
    with pytest.raises(ArgumentError, match="max_memory must be a size"):
        model.set_params(max_memory="much").fit(X, X[:, 0])
