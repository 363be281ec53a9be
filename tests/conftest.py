"""Shared by all tests: a store of their own, one thread per library."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_pool, "1")


@pytest.fixture
def store_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh store folder that every process of the test uses."""
    folder = tmp_path / "store"
    monkeypatch.setenv("JUPYTER_AUTOML_STORE", str(folder))
    return folder
