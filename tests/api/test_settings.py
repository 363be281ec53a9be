"""Settings: a file, then the environment, then arguments."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_automl.api import settings as module
from jupyter_automl.api.settings import parse_size, settings
from jupyter_automl.core.errors import SettingsError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store_dir: Path) -> Path:
    """The settings file, not written yet, in a folder of its own."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return tmp_path / module.FILE_NAME


def test_defaults(config: Path, store_dir: Path) -> None:
    found = settings()
    assert found.store == store_dir
    assert found.n_jobs is None
    assert found.budget_seconds == 300
    assert found.max_runs is None


def test_the_number_of_runs_at_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("max_runs = 3\n")
    assert settings().max_runs == 3
    monkeypatch.setenv("JUPYTER_AUTOML_MAX_RUNS", "-1")
    assert settings().max_runs is None
    assert settings(max_runs=2).max_runs == 2


def test_arguments_win_over_environment_over_file(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config.write_text('budget = "1m"\nn_jobs = 3\nmax_upload = "1GB"\n')
    assert (settings().budget_seconds, settings().n_jobs) == (60, 3)
    assert settings().max_upload_bytes == 1024**3
    monkeypatch.setenv("JUPYTER_AUTOML_BUDGET", "2m")
    assert settings().budget_seconds == 120
    assert settings(budget="3m", store=tmp_path / "x").budget_seconds == 180
    assert settings(store=tmp_path / "x").store == tmp_path / "x"


def test_the_file_can_name_the_store(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JUPYTER_AUTOML_STORE")
    config.write_text(f"store = {str(tmp_path / 'elsewhere')!r}\n")
    assert settings().store == tmp_path / "elsewhere"


def test_unknown_names_are_named_with_a_proposal(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_BUDGT", "1m")
    with pytest.raises(SettingsError, match=r"JUPYTER_AUTOML_BUDGT.*'JUPYTER_AUTOML_BUDGET'"):
        settings()
    monkeypatch.delenv("JUPYTER_AUTOML_BUDGT")
    config.write_text("n_job = 2\n")
    with pytest.raises(SettingsError, match=r"n_job in .*Did you mean 'n_jobs'"):
        settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BUDGET", "soon"),
        ("BUDGET", "0"),
        ("N_JOBS", "many"),
        ("N_JOBS", "0"),
        ("MAX_RUNS", "0"),
        ("MAX_RUNS", "some"),
        ("MAX_UPLOAD", "big"),
        ("MAX_MEMORY", "-1GB"),
    ],
)
def test_wrong_values_are_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"JUPYTER_AUTOML_{name}", value)
    with pytest.raises(SettingsError, match=f"JUPYTER_AUTOML_{name}.*{value}"):
        settings()


def test_a_broken_file_says_where_it_is(config: Path) -> None:
    config.write_text("budget = = 3")
    with pytest.raises(SettingsError, match=r"jupyter_automl\.toml"):
        settings()


def test_an_empty_variable_is_not_given(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_AUTOML_BUDGET", "")
    assert settings().budget_seconds == 300


@given(st.integers(1, 2**20), st.sampled_from(["", "k", "M", "GB", "TiB", " mb"]))
def test_sizes_scale_with_their_unit(number: int, unit: str) -> None:
    powers = {"k": 1, "m": 2, "g": 3, "t": 4}
    expected = number * 1024 ** powers.get(unit.strip()[:1].lower(), 0)
    assert parse_size(f"{number}{unit}") == expected


@given(st.text(max_size=12))
def test_any_text_is_a_size_or_none(text: str) -> None:
    size = parse_size(text)
    assert size is None or size > 0
