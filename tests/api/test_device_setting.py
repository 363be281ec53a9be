"""The setting that says what a GPU is used for, on its way into a run."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_automl as ja
from jupyter_automl.api.settings import settings
from jupyter_automl.core import events as ev
from jupyter_automl.core.errors import SettingsError
from jupyter_automl.models.gpus import Findings, Gpu, Library


@pytest.mark.parametrize(("written", "read"), [("gpu", "gpu"), (" CPU", "cpu"), ("Auto", "auto")])
def test_it_is_read_in_any_case(
    monkeypatch: pytest.MonkeyPatch, store_dir: Path, written: str, read: str
) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", written)
    assert settings().device == read


def test_the_gpu_is_used_where_it_pays_unless_somebody_says_otherwise(store_dir: Path) -> None:
    assert settings().device == "auto"
    assert settings(device="cpu").device == "cpu"


@pytest.mark.parametrize("wrong", ["cuda", "yes", "gpu0"])
def test_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch, store_dir: Path, wrong: str) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", wrong)
    with pytest.raises(SettingsError, match=rf"JUPYTER_AUTOML_DEVICE.*auto, cpu, gpu.*{wrong}"):
        settings()


def test_a_run_is_created_with_it(monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", "cpu")
    run = ja.fit("sample:iris", target="species", families="dummy", executor="inline", max_trials=1)
    created = next(event.body for event in run.events() if isinstance(event.body, ev.RunCreated))
    assert created.device == "cpu"
    assert run.plan is not None
    assert run.plan.gpu == {}


def test_a_gpu_that_fails_costs_a_notice_and_no_model(
    monkeypatch: pytest.MonkeyPatch, store_dir: Path
) -> None:
    xgboost = pytest.importorskip("xgboost")
    if xgboost.build_info().get("USE_CUDA"):
        pytest.skip("This build of XGBoost may find a GPU; the test is about one that does not.")
    from jupyter_automl.engine import planning

    found = Findings(
        gpus=(Gpu(name="Big GPU", memory_bytes=2**36),),
        libraries={"xgboost": Library(builds=("cuda",), device="cuda")},
    )
    monkeypatch.setattr(planning, "find_gpus", lambda **_: found)
    monkeypatch.setenv("JUPYTER_AUTOML_DEVICE", "gpu")
    run = ja.fit(
        "sample:iris", target="species", families="xgboost", budget="4s", executor="inline"
    )
    assert run.status == "finished"
    bodies = [event.body for event in run.events()]
    started = [body.trial.device for body in bodies if isinstance(body, ev.TrialStarted)]
    assert started[0] == "cuda"
    assert set(started[1:]) <= {"cpu"}
    codes = [body.code for body in bodies if isinstance(body, ev.NoticeRaised)]
    assert codes.count("gpu_failed") == 1
    results = [body.result for body in bodies if isinstance(body, ev.TrialFinished)]
    assert "gpu_error" in results[0].info
    assert len(run.leaderboard()) >= 1
