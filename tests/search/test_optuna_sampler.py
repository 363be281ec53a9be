from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.space import Choice, Integer, Real, Space
from jupyter_automl.search import make_sampler
from jupyter_automl.search.distributions import to_params, to_stored

SPACE: Space = {
    "rate": Real(low=0.01, high=1.0, log=True),
    "leaves": Integer(low=2, high=64),
    "hidden": Choice(values=((64, 64), None, 1, True)),
}


def _make(folder: Path, **options: object):
    settings = {"study_name": "lightgbm", "greater_is_better": True, "random_state": 0}
    return make_sampler(SPACE, storage=folder / "optuna.journal", **(settings | options))


def _as_others_open_it(folder: Path) -> JournalStorage:
    return JournalStorage(JournalFileBackend(str(folder / "optuna.journal")))


def test_a_study_can_be_opened_by_others_and_is_continued(tmp_path: Path) -> None:
    import optuna

    sampler = _make(tmp_path)
    sampler.add({"rate": 0.1, "leaves": 31}, 0.8)
    suggestion = sampler.ask()
    sampler.tell(suggestion.token, 0.9)
    assert _make(tmp_path).ask().token == 2
    study = optuna.load_study(study_name="lightgbm", storage=_as_others_open_it(tmp_path))
    assert [trial.value for trial in study.trials] == [0.8, 0.9, None]
    assert study.best_value == 0.9


def test_the_direction_is_the_metrics(tmp_path: Path) -> None:
    import optuna

    _make(tmp_path, study_name="rmse", greater_is_better=False)
    study = optuna.load_study(study_name="rmse", storage=_as_others_open_it(tmp_path))
    assert study.direction.name == "MINIMIZE"


def test_an_empty_space_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="nothing to search for 'dummy'"):
        make_sampler(
            {},
            storage=tmp_path / "optuna.journal",
            study_name="dummy",
            greater_is_better=True,
            random_state=0,
        )


def test_foreign_parameters_are_fitted_to_the_space() -> None:
    stored = to_stored(SPACE, {"rate": 7.0, "leaves": 1, "hidden": [64, 64], "other": 3})
    assert stored["rate"] == 1.0
    assert stored["leaves"] == 2
    assert set(stored) == {"rate", "leaves", "hidden"}
    assert to_params(SPACE, stored)["hidden"] == (64, 64)
    assert to_stored(SPACE, {"hidden": "huge", "rate": True, "leaves": "all"}) == {}


def test_trials_on_a_sample_of_the_rows_are_passed_over(tmp_path: Path) -> None:
    sampler = _make(tmp_path)
    sampler.add({"rate": 0.1, "sample_rows": 10_000}, 0.8)
    assert sampler.ask().token == 0


def test_paths_with_blanks_and_braces(tmp_path: Path) -> None:
    folder = tmp_path / "a run {1}"
    folder.mkdir()
    _make(folder).ask()
    assert (folder / "optuna.journal").exists()


def test_nothing_is_logged_and_the_logger_is_left_as_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import optuna

    level = logging.getLogger("optuna").level
    sampler = _make(tmp_path)
    sampler.tell(sampler.ask().token, 0.5)
    _make(tmp_path)
    captured = capfd.readouterr()
    assert captured.out + captured.err == ""
    assert logging.getLogger("optuna").level == level
    assert optuna.logging.get_verbosity() == level


def test_optuna_is_imported_by_the_first_sampler_only() -> None:
    code = "import sys, jupyter_automl.search as s; assert s; print('optuna' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
