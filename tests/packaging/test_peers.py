"""The benchmark against other systems: what they are given, and how they are watched."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from tests.benchmarks.peers import (
    environments,
    measuring,
    processes,
    sets,
    splits,
    systems,
)
from tests.benchmarks.peers.scoring import BadPredictionError, error_of
from tests.benchmarks.peers.sets import DataSet

ADAPTERS = measuring.SCRIPT.parent
REQUIREMENTS = sorted(environments.REQUIREMENTS.glob("*.txt"))


def data_set(**fields: object) -> DataSet:
    plain: dict[str, object] = {
        "name": "t",
        "path": Path("t.csv"),
        "target": "y",
        "task": "binary",
        "rows": 0,
    }
    return DataSet(**{**plain, **fields})  # type: ignore[arg-type]


# --- systems and environments -------------------------------------------------------------


def test_every_system_has_an_adapter_and_pins() -> None:
    for system in systems.SYSTEMS.values():
        assert (ADAPTERS / f"for_{system.adapter}.py").is_file()
        if system.environment is not None:
            assert (environments.REQUIREMENTS / f"{system.environment}.txt").is_file()
    assert [system.name for system in systems.systems()][:1] == ["ours"]
    with pytest.raises(ValueError, match="Got h2o"):
        systems.systems(["ours", "h2o"])


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pins_without_an_address(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[\w.!]+", line)] == []
    assert len(lines) == len({line.split("==")[0].lower() for line in lines}) > 10


def test_an_environment_is_made_again_when_its_pins_change(tmp_path: Path) -> None:
    pins, home = tmp_path / "some.txt", tmp_path / "env"
    pins.write_text("some==1\n")
    home.mkdir()
    assert not environments.is_made(home, environments.made_from(pins))
    (home / environments.STAMP).write_text(environments.made_from(pins))
    assert environments.is_made(home, environments.made_from(pins))
    pins.write_text("some==2\n")
    assert not environments.is_made(home, environments.made_from(pins))


# --- data and splits ----------------------------------------------------------------------


def test_a_table_is_read_as_its_record_says(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id;y;x\n1;1;a \n2;;b\n3;0;c\n")
    records = [
        {
            "name": "t",
            "file": "t.csv",
            "target": "y",
            "task": "binary",
            "rows": 3,
            "target_missing": 1,
            "drop": ["id"],
            "split": {"kind": "stratified"},
            "read": {"sep": ";", "strip": True},
        },
        {"name": "later", "file": "l.csv", "target": "y", "task": "forecast", "rows": 9},
    ]
    (tmp_path / "datasets.json").write_text(json.dumps(records))
    (found,) = sets.data_sets(tmp_path)
    frame = sets.load(found)
    assert (found.rows, found.metric, found.split) == (2, "roc_auc", "stratified")
    assert frame.to_dict("list") == {"y": [1, 0], "x": ["a", "c"]}
    with pytest.raises(ValueError, match="Got later"):
        sets.data_sets(tmp_path, ["later"])


def test_a_stratified_split_holds_a_quarter_of_each_class_and_never_the_last_row() -> None:
    labels = ["a"] * 40 + ["b"] * 8 + ["c"] * 2 + ["d"]
    frame = pd.DataFrame({"y": labels})
    data = data_set(task="multiclass", split="stratified")
    test = splits.held_out(frame, data, 0)
    assert frame["y"][test].value_counts().to_dict() == {"a": 10, "b": 2, "c": 1}
    assert (splits.held_out(frame, data, 0) == test).all()
    assert (splits.held_out(frame, data, 1) != test).any()


def test_a_random_split_holds_a_quarter() -> None:
    frame = pd.DataFrame({"y": np.arange(101.0)})
    test = splits.held_out(frame, data_set(task="regression", split="random"), 3)
    assert test.sum() == 25


def test_a_split_by_time_never_cuts_a_day_nor_tests_on_the_past() -> None:
    days = pd.date_range("2020-01-01", periods=10).astype(str).repeat(7)
    frame = pd.DataFrame({"day": np.random.default_rng(0).permutation(days), "y": 0})
    test = splits.held_out(frame, data_set(split="time", split_column="day"), 0)
    assert frame["day"][~test].max() < frame["day"][test].min()
    assert test.sum() == 21


def test_a_split_by_order_takes_the_end() -> None:
    test = splits.held_out(pd.DataFrame({"y": range(8)}), data_set(split="order"), 0)
    assert np.flatnonzero(test).tolist() == [6, 7]


def test_a_split_by_group_keeps_groups_whole() -> None:
    frame = pd.DataFrame({"who": np.arange(200) // 5, "y": 0})
    test = splits.held_out(frame, data_set(split="group", split_column="who"), 0)
    assert set(frame["who"][test]) & set(frame["who"][~test]) == set()
    assert test.sum() == 50


def test_a_split_that_cannot_be_made_says_so() -> None:
    frame = pd.DataFrame({"y": [0, 1]})
    with pytest.raises(ValueError, match="Got 'magic'"):
        splits.held_out(frame, data_set(split="magic"), 0)
    with pytest.raises(ValueError, match="must name a column"):
        splits.held_out(frame, data_set(split="time", split_column="day"), 0)


# --- errors -------------------------------------------------------------------------------


def test_errors_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 300)
    score = np.round(rng.random(300) + 0.3 * truth, 1)
    both = np.column_stack([1 - score, score])
    ours = error_of("binary", truth, both, ["0", "1"], "1")
    assert ours == pytest.approx(1 - roc_auc_score(truth, score))
    assert error_of("binary", truth, both[:, ::-1], ["1", "0"], "1") == pytest.approx(ours)

    names = np.array(["x", "y", "z"])
    chance = rng.dirichlet([1, 1, 1], 300)
    labels = names[rng.integers(0, 3, 300)]
    ours = error_of("multiclass", labels, chance, list(names))
    assert ours == pytest.approx(log_loss(labels, chance, labels=names))
    order = [2, 0, 1]
    same = error_of("multiclass", labels, chance[:, order], list(names[order]))
    assert same == pytest.approx(ours)

    values = np.array([1.0, 2.0])
    assert error_of("regression", values, np.array([4.0, 6.0])) == pytest.approx(12.5**0.5)


def test_a_label_that_was_never_predicted_costs_the_most() -> None:
    error = error_of("multiclass", np.array(["a", "b"]), np.ones((2, 1)), ["a"])
    assert error == pytest.approx(-np.log(1e-15) / 2)


@pytest.mark.parametrize(
    ("task", "predicted", "labels"),
    [
        ("regression", np.array([1.0]), None),
        ("regression", np.array([1.0, np.nan]), None),
        ("binary", np.zeros((2, 1)), ["0", "1"]),
        ("binary", np.zeros((2, 2)), ["0", "2"]),
        ("multiclass", np.array([[1.5, -0.5], [0.0, 1.0]]), ["0", "1"]),
        ("multiclass", np.zeros((2, 2)), ["0", "1"]),
    ],
)
def test_predictions_that_cannot_be_scored_are_a_failure(
    task: str, predicted: np.ndarray, labels: list[str] | None
) -> None:
    with pytest.raises(BadPredictionError):
        error_of(task, np.array([0, 1]), predicted, labels, "1")


# --- one run, watched ---------------------------------------------------------------------

HANGS = """
import subprocess, sys, threading
subprocess.Popen(
    [sys.executable, "-c", "import threading; threading.Event().wait()"], start_new_session=True
)
threading.Event().wait()
"""

CONSTANT = """
import json, pathlib

def version():
    return "7"

def fit(train, job):
    pathlib.Path(job.folder, "seen.json").write_text(json.dumps([list(train), job.left()]))
    return train[job.target].mean()

def predict(model, frame, job):
    assert list(frame) == ["x", "day"], list(frame)
    return [model] * len(frame), None

def first_model_at(model, job):
    return job.started + 0.25

def artefact_bytes(model, job):
    raise OSError("no room")
"""


def run(monkeypatch: pytest.MonkeyPatch, script: Path, *, budget: float) -> measuring.Measured:
    """The script in the place of an adapter's, in this interpreter."""
    monkeypatch.setattr(measuring, "SCRIPT", script)
    days = pd.Series(["2020-01-01", None, "2020-01-02"], dtype="str")
    train = pd.DataFrame({"x": [1, 2, 3], "day": days, "y": [1.0, 2.0, 6.0]})
    task = measuring.Task(
        train=train,
        test=train.drop(columns="y"),
        target="y",
        task="regression",
        metric="rmse",
        budget=budget,
        cores=1,
        seed=0,
    )
    system = systems.System(name="it", label="It", adapter="constant", environment=None)
    log = script.parent / "kept" / "log.txt"
    return measuring.measure(system, task, script.parent, keep=log)


def test_a_system_that_hangs_is_ended_with_everything_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "hangs.py"
    script.write_text(HANGS)
    families: list[processes.Family] = []

    class Remembered(processes.Family):
        def __init__(self) -> None:
            super().__init__()
            families.append(self)

    monkeypatch.setattr(measuring, "Family", Remembered)
    measured = run(monkeypatch, script, budget=1.0)
    assert measured.predicted is None
    assert measured.failure is not None
    assert "without a model" in measured.failure
    assert measured.figures["ended"]
    assert measured.figures["wall_seconds"] >= 3.0
    assert measured.figures["peak_mb"] > 5
    assert families[0].members() == []
    marks = [_mark(process) for process in psutil.process_iter()]
    assert families[0].mark not in marks


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(processes.MARK)
    except (psutil.Error, OSError):
        return None


def test_a_system_that_raises_is_a_failure_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "raises.py"
    script.write_text("raise ValueError('no such luck')")
    measured = run(monkeypatch, script, budget=60.0)
    assert measured.failure == "fitting: exit code 1: ValueError: no such luck"
    assert "wall_seconds" not in measured.figures
    assert "no such luck" in (tmp_path / "kept" / "log.txt").read_text()


def test_a_system_sees_no_target_of_the_test_part_and_is_told_what_time_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("fit_predict.py", "benchmark_job.py"):
        shutil.copy(ADAPTERS / name, tmp_path)
    seen = tmp_path / "seen.json"
    told = CONSTANT.replace('pathlib.Path(job.folder, "seen.json")', f"pathlib.Path({str(seen)!r})")
    (tmp_path / "for_constant.py").write_text(told)
    measured = run(monkeypatch, tmp_path / "fit_predict.py", budget=60.0)
    assert measured.failure is None
    assert measured.predicted is not None
    assert measured.predicted.tolist() == [3.0] * 3
    figures = measured.figures
    assert figures["version"] == "7"
    assert figures["first_model_seconds"] == pytest.approx(0.25)
    assert 0 < figures["fit_seconds"] < figures["wall_seconds"]
    assert figures["predict_ms"] >= 0
    # Its size could not be told, which is no reason to lose what it predicted.
    assert "artefact_mb" not in figures
    columns, left = json.loads(seen.read_text())
    assert columns == ["x", "day", "y"]
    assert left <= 60.0 - (figures["wall_seconds"] - figures["fit_seconds"]) + 0.1
