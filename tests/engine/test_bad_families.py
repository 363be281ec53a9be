"""Families that hang, raise, eat memory or predict nothing: the run ends well and says so."""

from __future__ import annotations

import dataclasses
import textwrap
from pathlib import Path

import pytest

from jupyter_automl import engine
from jupyter_automl.core import events as ev
from jupyter_automl.core.size import bytes_text
from jupyter_automl.plan import share_out
from tests.engine.conftest import Lab

_PLUGIN = """
import threading

import numpy as np

from jupyter_automl.core.registry import Entry
from jupyter_automl.models.estimator import TableEstimator
from jupyter_automl.models.family import TableFamily


class Constant(TableEstimator):
    def _predict(self, X):
        return np.full(len(X), 0.5)


class Hangs(Constant):
    def _fit(self, train, valid, deadline):
        threading.Event().wait()


class Raises(Constant):
    def _fit(self, train, valid, deadline):
        raise RuntimeError("it broke <img src=x>")


class Eats(Constant):
    def _fit(self, train, valid, deadline):
        raise MemoryError


class Swells(Constant):
    def _fit(self, train, valid, deadline):
        held = []
        while sum(map(len, held)) < 2**31:
            held.append(bytearray(b"1" * 2**24))
        threading.Event().wait()


class Nothing(Constant):
    def _fit(self, train, valid, deadline):
        pass

    def predict(self, X):
        return np.full((len(X), 2), np.nan)


def entry(kind):
    name = kind.__name__.lower()
    family = TableFamily(
        name=name,
        label=kind.__name__,
        encoding="ordinal",
        interpretable=False,
        explanation="For tests.",
        make=kind,
        starts=lambda task, n_rows, n_columns: [(str(n), {"n": n}) for n in range(4)],
        seconds=lambda n_rows, n_columns: 0.01,
    )
    return Entry(name=name, load=lambda: family)


hangs, raises, eats, swells, nothing = map(entry, (Hangs, Raises, Eats, Swells, Nothing))
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with these families, installed for every process that a test starts."""
    folder = tmp_path / "plugin"
    info = folder / "bad_families-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "bad_families.py").write_text(textwrap.dedent(_PLUGIN))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-families\nVersion: 1.0\n")
    points = "\n".join(f"{name} = bad_families:{name}" for name in FAMILIES)
    (info / "entry_points.txt").write_text(f"[jupyter_automl.families]\n{points}\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


FAMILIES = ("hangs", "raises", "eats", "swells", "nothing")


def _launch(
    lab: Lab, families: tuple[str, ...], budget: float, max_memory_bytes: int | None = None
) -> None:
    lab.create("r0", budget=budget)
    created = lab.bodies("r0", ev.RunCreated)[0]
    task = dataclasses.replace(created.task, families_only=families)
    created = dataclasses.replace(created, name="r1", task=task, max_memory_bytes=max_memory_bytes)
    lab.store.create_run("r1", created)
    lab.store.send_command("r0", "cancel")
    engine.launch(lab.store, "r0")
    engine.launch(lab.store, "r1")


def test_the_run_ends_well_and_says_so(lab: Lab, plugin: Path) -> None:
    _launch(lab, ("dummy", "linear", *FAMILIES), budget=25.0, max_memory_bytes=2**30)
    state = lab.wait_ended("r1")
    assert state.status == "finished"
    assert state.elapsed_seconds <= 26.0
    assert {result.family for result in state.results.values()} >= {"dummy", "linear"}
    failed = {body.family: body for body in lab.bodies("r1", ev.TrialFailed)}
    assert failed["raises"].reason == "error"
    assert "it broke <img src=x>" in failed["raises"].error["message"]
    assert failed["eats"].reason == "memory"
    assert failed["swells"].reason == "memory"
    limit = bytes_text(share_out(lab.dataset, 2, 2**30).worker_bytes)
    assert f"a worker may take {limit}" in failed["swells"].error["message"]
    assert "no finite number" in failed["nothing"].error["message"]
    hung = failed["hangs"]
    assert hung.reason == "time"
    assert hung.seconds < 10.0
    told = {
        notice.message.removeprefix("Further trials of ").split()[0]
        for notice in state.notices
        if notice.code in ("family_dropped", "memory_skipped")
    }
    assert told == {name.title() for name in FAMILIES}


def test_only_bad_families_is_a_failed_run_with_a_reason(lab: Lab, plugin: Path) -> None:
    _launch(lab, ("raises", "nothing"), budget=20.0)
    state = lab.wait_ended("r1")
    assert state.status == "failed"
    assert state.error is not None
    assert state.error["message"]
