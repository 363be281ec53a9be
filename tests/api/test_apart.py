"""Explaining in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_automl as ja
from jupyter_automl.api.apart import explain_apart


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ja.Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_AUTOML_STORE", str(tmp_path_factory.mktemp("apart")))
        yield ja.fit("sample:iris", target="species", families=["dummy"], executor="inline")


def _forget(run: ja.Run) -> None:
    """Remove what the run itself has explained at its end."""
    for ready in run.experiment.explanations.values():
        Path(ready.path).unlink()


def test_another_process_stores_what_this_one_shows(run: ja.Run) -> None:
    model = run.model("Baseline")
    _forget(run)
    made = explain_apart(model, max_rows=20, time_limit_seconds=20)
    assert (made.model, made.n_rows) == ("Baseline", 20)
    ready = run.experiment.explanations["Baseline"]
    assert Path(ready.path).is_file()
    seq = run.experiment.seq
    assert explain_apart(model, max_rows=20, time_limit_seconds=20).n_rows == 20
    assert run.experiment.seq == seq


def test_a_failure_of_the_other_process_is_an_error_here(run: ja.Run) -> None:
    model = run.model("Baseline")
    _forget(run)
    for file in run.folder.glob("trials/*/model.joblib"):
        file.rename(file.with_suffix(".gone"))
    with pytest.raises(ja.AutoMLError) as caught:
        explain_apart(model, max_rows=20, time_limit_seconds=20)
    assert "Baseline" in str(caught.value) or "model.joblib" in str(caught.value)
