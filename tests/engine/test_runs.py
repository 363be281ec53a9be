"""Runs from the call to the end, in processes that are killed now and then."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from jupyter_automl import engine
from jupyter_automl.core import events as ev
from jupyter_automl.core.experiment import Experiment

from .conftest import Lab, gone, runners, tree, wait_for


def workers(lab: Lab) -> list[psutil.Process]:
    """The worker processes of all runners."""
    found = []
    for runner in runners(lab.store.folder):
        for child in runner.children():
            with contextlib.suppress(psutil.Error):
                if "resource_tracker" not in " ".join(child.cmdline()):
                    found.append(child)
    return found


def has_model(state: Experiment) -> bool:
    return any(result.family != "dummy" for result in state.results.values())


def test_a_run_from_call_to_stop(lab: Lab) -> None:
    lab.launch("r1")
    lab.wait("r1", lambda state: has_model(state) and state.n_done > 2)
    assert lab.store.send_command("r1", "stop")
    state = lab.wait_ended("r1")
    assert (state.status, state.reason) == ("stopped", "Stopped by you; the best model is kept.")
    assert {f.reason for f in lab.bodies("r1", ev.TrialFailed)} <= {"stopped", "time"}
    best = state.leaderboard.best
    assert best is not None
    assert best.score is not None
    assert 0.6 < best.score < 1.0
    for result in state.results.values():
        assert Path(result.model).is_file()
        oof = np.load(result.predictions)
        assert (oof.dtype, len(oof)) == (np.float32, 1_000)
    folder = lab.store.run_folder("r1")
    assert {"y.npy", "folds.npy", "plan.json", "runner.log"} <= {p.name for p in folder.iterdir()}
    assert lab.bodies("r1", ev.ResourcesSampled)
    assert lab.store.run("r1").heartbeat is not None
    taken = next(e for e in lab.store.events("r1") if isinstance(e.body, ev.CommandTaken))
    ended = next(e for e in lab.store.events("r1") if isinstance(e.body, ev.RunEnded))
    assert taken.seq < ended.seq


def test_a_run_with_nothing_left_to_do_ends_early(lab: Lab) -> None:
    lab.launch("r1", families=("dummy",))
    state = lab.wait_ended("r1")
    assert (state.status, state.reason) == ("finished", "Everything planned is done.")
    assert state.elapsed_seconds < 50


def test_a_killed_worker_costs_one_trial(lab: Lab) -> None:
    lab.launch("r1")
    lab.wait("r1", has_model)

    def strike() -> bool:
        for process in workers(lab):
            process.kill()
        return any(n.code == "worker_lost" for n in lab.experiment("r1").notices)

    wait_for(strike)
    n_done = lab.experiment("r1").n_done
    state = lab.wait("r1", lambda now: now.n_done > n_done + 1)
    assert state.status == "running"
    lost = [f for f in lab.bodies("r1", ev.TrialFailed) if f.reason == "lost"]
    assert lost
    assert "signal 9" in lost[0].error["message"]


def test_cancel_ends_everything(lab: Lab) -> None:
    lab.launch("r1")
    lab.wait("r1", lambda state: bool(state.running))
    lab.store.send_command("r1", "cancel")
    assert lab.wait_ended("r1").status == "cancelled"


def test_cancel_before_the_plan(lab: Lab) -> None:
    lab.create("r1")
    lab.store.send_command("r1", "cancel")
    engine.launch(lab.store, "r1")
    assert lab.wait_ended("r1").status == "cancelled"


def test_a_runner_that_is_told_to_terminate_keeps_the_best(lab: Lab) -> None:
    lab.launch("r1")
    lab.wait("r1", has_model)
    runners(lab.store.folder)[0].terminate()
    assert lab.wait_ended("r1").status == "stopped"


def test_a_run_outlives_the_process_that_started_it(lab: Lab) -> None:
    lab.create("r1")
    script = (
        "import sys\n"
        "from jupyter_automl import engine\n"
        "from jupyter_automl.store import Store\n"
        "engine.launch(Store(sys.argv[1]), 'r1')\n"
        "print('launched', flush=True)\n"
        "import threading; threading.Event().wait()\n"
    )
    command = [sys.executable, "-c", script, str(lab.store.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline() == "launched\n"
        lab.wait("r1", lambda state: state.status == "running")
        os.kill(launcher.pid, signal.SIGKILL)
    assert lab.wait("r1", has_model).status == "running"


def test_a_dead_runner_is_noticed_once(lab: Lab) -> None:
    lab.launch("r1")
    state = lab.wait("r1", lambda now: now.n_done > 0)
    runner = runners(lab.store.folder)[0]
    pids = tree(runner)
    assert not engine.reconcile(lab.store, "r1")
    runner.kill()
    # The workers see that nobody listens any more.
    wait_for(lambda: all(gone(pid) for pid in pids))
    marked: list[bool] = []

    def look() -> bool:
        marked.append(engine.reconcile(lab.store, "r1"))
        return lab.store.run("r1").ended

    wait_for(look)
    assert marked.count(True) == 1
    assert not engine.reconcile(lab.store, "r1")
    after = lab.experiment("r1")
    assert after.status == "interrupted"
    assert after.n_done >= state.n_done
    assert len(lab.bodies("r1", ev.RunEnded)) == 1


def test_two_runs_at_once(lab: Lab) -> None:
    for run_id in ("r1", "r2"):
        lab.launch(run_id, n_workers=1, max_runs=2)
    for run_id in ("r1", "r2"):
        assert lab.wait(run_id, has_model).status == "running"
    lab.store.send_command("r1", "cancel")
    assert lab.wait_ended("r1").status == "cancelled"
    assert lab.experiment("r2").status == "running"


def test_one_run_has_one_runner(lab: Lab) -> None:
    lab.create("r1")
    for _ in range(2):
        engine.launch(lab.store, "r1")
    lab.wait("r1", lambda state: state.n_done > 0)
    (started,) = lab.bodies("r1", ev.RunnerStarted)

    def others() -> list[psutil.Process]:
        # The first launch's process stays for the next run, whichever of the two won this one.
        found = [p for p in runners(lab.store.folder) if p.pid != started.pid]
        return [p for p in found if "--standby" not in p.cmdline()]

    wait_for(lambda: not others())
    assert len(lab.bodies("r1", ev.RunnerStarted)) == 1


def test_the_first_run_leaves_warm_workers_for_the_next(lab: Lab) -> None:
    for run_id, warm in (("r1", False), ("r2", True)):
        lab.launch(run_id, families=("dummy",))
        lab.wait_ended(run_id)
        assert lab.bodies(run_id, ev.RunnerStarted)[0].warm is warm
        assert engine.wait_for_standby(60)
    assert len(runners(lab.store.folder)) == 1


def test_a_run_that_cannot_be_planned_says_why(lab: Lab) -> None:
    lab.create("r1")
    os.remove(lab.dataset.path)
    engine.launch(lab.store, "r1")
    state = lab.wait_ended("r1")
    assert state.status == "failed"
    assert state.error is not None
    assert state.error["message"]


def test_a_standby_takes_runs_one_after_the_other(lab: Lab) -> None:
    engine.prepare_standby(lab.store.folder, 2)
    engine.prepare_standby(lab.store.folder, 2)
    assert engine.wait_for_standby(60)
    assert len(runners(lab.store.folder)) == 1
    for run_id in ("r1", "r2"):
        assert engine.wait_for_standby(60)
        lab.launch(run_id, families=("dummy",))
        lab.wait_ended(run_id)
        assert lab.bodies(run_id, ev.RunnerStarted)[0].warm
    assert len(runners(lab.store.folder)) == 1
    lab.note_processes()
    engine.dismiss_standby()
    wait_for(lambda: not runners(lab.store.folder))


def test_a_standby_that_died_is_no_loss(lab: Lab) -> None:
    engine.prepare_standby(lab.store.folder, 2)
    assert engine.wait_for_standby(60)
    runners(lab.store.folder)[0].kill()
    lab.launch("r1", families=("dummy",))
    assert lab.wait_ended("r1").status == "finished"


@pytest.mark.parametrize("budget", [1.0, 2.5])
def test_a_tiny_budget_is_kept(lab: Lab, budget: float) -> None:
    lab.launch("r1", budget=budget)
    state = lab.wait_ended("r1")
    assert state.status in ("finished", "failed")
    if state.status == "failed":
        assert state.error is not None
        assert state.error["hint"]


def test_inline(lab: Lab) -> None:
    lab.create("r1", budget=6, families=("dummy", "linear"))
    before = threading.active_count()
    engine.run_inline(lab.store, "r1")
    state = lab.experiment("r1")
    assert state.status == "finished"
    assert has_model(state)
    assert state.plan is not None
    ready = state.explanations["Linear"]
    assert Path(ready.path).is_file()
    assert {name for name, _ in ready.importance} == set(state.plan.features)
    assert threading.active_count() == before
    # A run that is over is not run again.
    engine.run_inline(lab.store, "r1")
    assert len(lab.bodies("r1", ev.RunEnded)) == 1
