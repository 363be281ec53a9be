"""What would not fit into a worker is not started, by what trials took here so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyter_automl import engine
from jupyter_automl.core import events as ev
from jupyter_automl.core.size import bytes_text
from jupyter_automl.core.trial import TrialResult
from jupyter_automl.engine import commands as do
from jupyter_automl.engine import machine
from jupyter_automl.engine import stimuli as got
from jupyter_automl.engine.weighing import TELLING_SHARE
from jupyter_automl.plan import share_out
from tests.engine.conftest import Lab
from tests.engine.test_machine import Play, bodies, of, plan, submitted

MIB = 2**20
BASE = 200 * MIB
LIMIT = 1_200 * MIB


def _played(
    steps: dict[str, list[int]], search: dict[str, int] | None = None, **fields: Any
) -> Play:
    """A run with one worker; predicted MiB beyond the base a step, by family."""
    play = Play(machine.start(n_workers=1, budget_seconds=1000.0, **fields))
    names = [name for name, sizes in steps.items() for _ in sizes]
    sizes = [BASE + size * MIB for found in steps.values() for size in found]
    outlook = got.Outlook(
        labels={name: name.title() for name in names},
        step_seconds=(1.0,) * len(names),
        search_seconds=dict.fromkeys(search or {}, 1.0),
        step_bytes=tuple(sizes),
        search_bytes={name: BASE + size * MIB for name, size in (search or {}).items()},
        base_bytes=BASE,
        worker_bytes=LIMIT,
    )
    made = plan(*names, budget_seconds=1000.0)
    play.tell(got.PlanReady(plan=made, outlook=outlook))
    return play


def _done(play: Play, number: int, mib: int) -> list[do.Command]:
    """A trial that took so much beyond the base."""
    play.begin(number)
    family = play.state.running[number].spec.family
    size = BASE + mib * MIB if mib else 0
    result = TrialResult(number=number, family=family, score=0.7, memory_bytes=size)
    return play.tell(got.TrialDone(result=result))


def _notices(commands: list[do.Command]) -> list[str]:
    return [n.message for n in bodies(commands, ev.NoticeRaised) if n.code == "memory_skipped"]


def test_a_trial_that_took_more_than_predicted_speaks_for_the_next() -> None:
    play = _played({"mlp": [500, 700, 900, 400], "linear": [300]})
    # It took half as much again: 700 would take 1050, and there are 1000.
    commands = _done(play, 1, 750)
    (message,) = _notices(commands)
    assert message.startswith("Further trials of Mlp are left out")
    assert "would take 1.5 GiB of memory, and a worker may take 1.2 GiB." in message
    assert submitted(commands) == ["mlp"]
    assert play.state.running[2].predicted_bytes == BASE + 400 * MIB
    assert submitted(_done(play, 2, 600)) == ["linear"]
    # It is told once, and then the run is over.
    commands = _done(play, 3, 0)
    assert not _notices(play.commands[len(play.commands) - len(commands) :])
    assert bodies(commands, ev.StageChanged)[-1].stage == "finishing"
    assert play.state.ending is not None
    assert play.state.ending[1] == "Everything planned is done."


def test_a_trial_that_took_less_lets_larger_ones_in() -> None:
    play = _played({"mlp": [500, 600]}, {"mlp": 1_500})
    commands = _done(play, 1, 250)
    assert submitted(commands) == ["mlp"]
    # 1500 are 750 by what was measured.
    assert [c.family for c in of(do.AskSampler, commands)] == ["mlp"]


def test_a_search_that_would_not_fit_is_not_begun() -> None:
    play = _played({"mlp": [100], "linear": [100]}, {"mlp": 1_001, "linear": 1_000})
    _done(play, 1, 0)
    _done(play, 2, 0)
    assert [c.family for c in of(do.AskSampler, play.commands)] == ["linear"]


@pytest.mark.parametrize("mib", [0, 2_000])
def test_small_trials_and_unknown_sizes_say_nothing_of_large_ones(mib: int) -> None:
    small = int(TELLING_SHARE * (LIMIT - BASE) / MIB) - 1
    play = _played({"mlp": [small, 900]})
    commands = _done(play, 1, mib)
    assert submitted(commands) == ["mlp"]
    assert play.state.record("mlp").memory_ratio is None


def test_after_too_much_only_smaller_ones_are_tried() -> None:
    play = _played({"mlp": [800, 900, 300], "linear": [900]}, {"mlp": 900})
    play.begin(1)
    commands = play.fail(1, "memory")
    (failed,) = bodies(commands, ev.TrialFailed)
    assert failed.reason == "memory"
    (message,) = _notices(commands)
    assert message.startswith("Further trials of Mlp are left out")
    assert play.state.running[2].predicted_bytes == BASE + 300 * MIB
    assert submitted(_done(play, 2, 0)) == ["linear"]
    assert of(do.AskSampler, _done(play, 3, 0)) == []


def test_a_run_of_so_many_trials_does_not_depend_on_what_was_measured() -> None:
    play = _played({"mlp": [500, 900]}, max_trials=2)
    assert submitted(_done(play, 1, 2_000)) == ["mlp"]
    assert play.state.record("mlp").memory_ratio is None


def test_without_a_limit_everything_fits() -> None:
    play = _played({"mlp": [500, 900]})
    play.state = replace(play.state, outlook=replace(play.state.outlook, worker_bytes=None))
    assert submitted(_done(play, 1, 5_000)) == ["mlp"]


def test_a_run_with_little_memory_leaves_out_what_would_not_fit(lab: Lab) -> None:
    families = ("dummy", "linear", "lightgbm", "random_forest")
    lab.create("r0", families=families, n_workers=1)
    created = lab.bodies("r0", ev.RunCreated)[0]
    lab.store.send_command("r0", "cancel")
    little = replace(created, name="r1", max_memory_bytes=360 * MIB, max_trials=3)
    lab.store.create_run("r1", little)
    engine.run_inline(lab.store, "r1")
    state = lab.experiment("r1")
    assert state.status == "finished"
    assert {result.family for result in state.results.values()} == {"dummy", "linear", "lightgbm"}
    messages = [notice.message for notice in state.notices if notice.code == "memory_skipped"]
    (message,) = (text for text in messages if text.startswith("Random forest is left out"))
    limit = bytes_text(share_out(lab.dataset, 1, 360 * MIB).worker_bytes)
    assert f"of memory, and a worker may take {limit}." in message
