"""What a page asks of a run under way: families, fits, curves and older lines of the log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_automl.api.run import Run
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import AutoMLError, RunError
from jupyter_automl.core.trial import FitCurve, LiveFit, TrialResult, TrialSpec
from jupyter_automl.store import Store, write_fits
from jupyter_automl.widgets.controller import Controller
from jupyter_automl.widgets.parts.training import TrainingPart
from jupyter_automl.widgets.requests import check_body
from jupyter_automl.widgets.run_feed import LOG_LINES
from tests.widgets.events import DATASET, LABELS, MARKUP, PLAN

FAMILIES = ("dummy", "linear", "lightgbm", "xgboost")


class Shown:
    """A run in a store, and the part that a page talks to."""

    def __init__(self, folder: Path) -> None:
        from dataclasses import replace

        from jupyter_automl.core.task import TaskSpec

        self.store = Store(folder)
        task = TaskSpec(target="churn", budget_seconds=60.0)
        self.store.create_run("r1", ev.RunCreated(name="churn", dataset=DATASET, task=task))
        self.add(
            ev.RunnerStarted(pid=1, n_workers=2),
            ev.PlanMade(plan=replace(PLAN, families=FAMILIES)),
        )
        self.run = Run("r1", self.store)
        self.part = TrainingPart()
        self.controller = Controller([self.part])

    def add(self, *bodies: ev.Body) -> None:
        self.store.append("r1", *bodies)

    def start(self, number: int, family: str) -> None:
        spec = TrialSpec(number=number, family=family)
        self.add(ev.TrialStarted(trial=spec, family_label=LABELS[family], n_folds=5))

    def finish(self, number: int, family: str, **facts: Any) -> None:
        result = TrialResult(number=number, family=family, score=0.5, **facts)
        self.add(ev.TrialFinished(result=result))

    def follow(self) -> None:
        """As the page is opened, without waiting for the thread that follows."""
        self.part.follow(self.run)

    def ask(self, kind: str, /, **body: Any) -> Any:
        request = self.controller.requests[kind]
        assert request.answer is not None
        return request.answer(check_body(request, kind, body), ())


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    made = Shown(tmp_path / "store")
    yield made
    made.controller.close()
    made.store.close()


def test_families_come_once_and_then_only_those_that_changed(shown: Shown) -> None:
    shown.start(1, "lightgbm")
    shown.follow()
    first = shown.ask("monitor")
    assert [one["family"] for one in first["families"]] == list(FAMILIES)
    found = {one["family"]: one for one in first["families"]}
    assert (found["lightgbm"]["running"], found["lightgbm"]["label"]) == (1, "LightGBM")
    assert found["xgboost"]["label"] == "xgboost"
    assert shown.ask("monitor", seq=first["seq"])["families"] == []
    error = {"code": "x", "message": MARKUP, "hint": "", "context": {}}
    shown.finish(1, "lightgbm")
    shown.start(2, "xgboost")
    shown.add(
        ev.TrialFailed(number=2, family="xgboost", reason="pruned", error=error),
        ev.CommandTaken(command="drop", family="xgboost"),
        ev.CommandTaken(command="boost", family="linear"),
    )
    shown.follow()
    later = {one["family"]: one for one in shown.ask("monitor", seq=first["seq"])["families"]}
    assert set(later) == {"lightgbm", "xgboost", "linear"}
    assert (later["lightgbm"]["done"], later["lightgbm"]["running"]) == (1, 0)
    assert (later["xgboost"]["pruned"], later["xgboost"]["wish"]) == (1, "dropped")
    assert (later["linear"]["done"], later["linear"]["wish"]) == (0, "boosted")


def test_a_page_hears_of_lines_that_went_on_and_of_no_trial_that_is_over(shown: Shown) -> None:
    for number in (1, 2):
        shown.start(number, "lightgbm")
    shown.follow()
    rounds, losses = tuple(range(1, 17)), tuple(0.6234 - 0.001 * at for at in range(16))
    curves = tuple(
        FitCurve(fit=fit, loss="log_loss", rounds=rounds, losses=losses, best=16) for fit in (1, 2)
    )
    fits = [
        LiveFit(number=number, family="lightgbm", n_fits=5, curves=curves) for number in (1, 2, 3)
    ]
    write_fits(shown.run.folder, fits)
    seen = shown.ask("monitor")
    assert [line["key"] for line in seen["lines"]] == ["1.1", "1.2", "2.1", "2.2"]
    assert seen["trials"] == [1, 2]
    have = {"1.1": 16, "1.2": 9, "2.1": 16, "2.2": 16}
    rest = shown.ask("monitor", seq=seen["seq"], have=have)
    assert [line["key"] for line in rest["lines"]] == ["1.2"]
    # An update of two workers is a few hundred bytes.
    assert len(json.dumps(rest)) <= 450
    shown.add(ev.RunEnded(status="stopped", reason="x", elapsed_seconds=1.0))
    shown.follow()
    assert shown.ask("monitor")["lines"] == []


def test_the_kept_curve_of_a_trial_is_given_as_it_is_or_not_at_all(shown: Shown) -> None:
    kept = {"loss": "log_loss", "lines": [[[1, 9], [0.5, 0.25], 9]]}
    strange = [None, 5, {}, {"loss": "x", "lines": 3}, {"loss": "x", "lines": [[1, 2]]}]
    for number, curve in enumerate([kept, *strange], start=1):
        shown.start(number, "lightgbm")
        shown.finish(number, "lightgbm", info={"curve": curve})
    shown.follow()
    assert shown.ask("curve", number=1) == kept
    for number in range(2, 9):
        assert shown.ask("curve", number=number)["lines"] == []


def test_older_lines_come_in_parts_without_a_gap(shown: Shown) -> None:
    n_lines = 3 * LOG_LINES + 55
    for first in range(0, n_lines, 100):
        shown.add(
            *(
                ev.NoticeRaised(code="x", message=f"{MARKUP} {number}")
                for number in range(first, min(n_lines, first + 100))
            )
        )
    shown.follow()
    view = shown.part.view()
    assert view is not None
    lines, start = [text for _, _, text in view.log], view.log_start
    assert len(lines) == LOG_LINES
    while start > 0:
        older = shown.ask("log", before=start)
        assert older["start"] + len(older["lines"]) == start
        lines = [text for _, _, text in older["lines"]] + lines
        start = older["start"]
    assert lines[-n_lines:] == [f"{MARKUP} {number}" for number in range(n_lines)]
    assert lines[0].startswith("customers: 7,043 rows")
    assert shown.ask("log", before=0)["lines"] == []
    assert len(shown.ask("log", before=10**9)["lines"]) == LOG_LINES
    assert shown.ask("log", before=-5)["lines"] == []


def test_orders_reach_the_store_as_they_were_given(shown: Shown) -> None:
    shown.follow()
    for kind in ("pause", "resume", "stop", "cancel"):
        assert shown.ask(kind) == {}
    shown.ask("extend", seconds=300)
    shown.ask("drop", family="xgboost")
    shown.ask("boost", family="lightgbm")
    shown.ask("restore", family="xgboost")
    sent = [(one.command, one.argument, one.family) for one in shown.store.take_commands("r1")]
    assert sent == [
        ("pause", None, ""),
        ("resume", None, ""),
        ("stop", None, ""),
        ("cancel", None, ""),
        ("extend", 300.0, ""),
        ("drop", None, "xgboost"),
        ("boost", None, "lightgbm"),
        ("restore", None, "xgboost"),
    ]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("extend", {"seconds": -1}),
        ("extend", {"seconds": "soon"}),
        ("extend", {}),
        ("drop", {"family": "nothing"}),
        ("boost", {"family": ""}),
        ("drop", {"family": MARKUP * 1000}),
        ("restore", {}),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    shown: Shown, kind: str, body: dict[str, Any]
) -> None:
    shown.follow()
    with pytest.raises(AutoMLError):
        shown.ask(kind, **body)
    assert shown.store.take_commands("r1") == []


def test_the_last_family_cannot_be_dropped(shown: Shown) -> None:
    shown.add(
        ev.CommandTaken(command="drop", family="linear"),
        ev.CommandTaken(command="drop", family="xgboost"),
    )
    shown.follow()
    with pytest.raises(RunError, match="last family"):
        shown.ask("drop", family="lightgbm")
    assert shown.store.take_commands("r1") == []


def test_a_run_that_is_over_takes_no_orders(shown: Shown) -> None:
    shown.add(ev.RunEnded(status="stopped", reason="x", elapsed_seconds=1.0))
    shown.follow()
    orders: dict[str, dict[str, Any]] = {
        "pause": {},
        "resume": {},
        "extend": {"seconds": 60},
        "drop": {"family": "linear"},
        "boost": {"family": "linear"},
        "restore": {"family": "linear"},
    }
    for kind, body in orders.items():
        with pytest.raises(RunError, match="over"):
            shown.ask(kind, **body)
    assert [one["running"] for one in shown.ask("monitor")["families"]] == [0] * 4


def test_without_a_run_there_is_nothing_to_ask() -> None:
    part = TrainingPart()
    for kind in ("pause", "monitor", "log", "curve", "drop"):
        request = part.requests[kind]
        assert request.answer is not None
        body = {"log": {"before": 1}, "curve": {"number": 1}, "drop": {"family": "x"}}
        with pytest.raises(RunError, match="no run"):
            request.answer(check_body(request, kind, body.get(kind, {})), ())


def test_a_gpu_is_shown_where_there_is_one(shown: Shown) -> None:
    sample = ev.ResourcesSampled(
        elapsed_seconds=1.0, cpu_percent=50.4, memory_bytes=2**21, memory_total_bytes=2**31
    )
    shown.add(sample)
    shown.follow()
    view = shown.part.view()
    assert view is not None
    assert view.resources == (50.0, 2, 2048)
    from dataclasses import replace

    gpu = ev.GpuSample(percent=None, memory_bytes=2**20, memory_total_bytes=2**30)
    shown.add(replace(sample, gpu=gpu))
    shown.follow()
    view = shown.part.view()
    assert view is not None
    assert view.resources == (50.0, 2, 2048, None, 1, 1024)
