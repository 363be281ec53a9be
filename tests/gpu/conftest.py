"""Findings of the real machine; without a GPU every test here is skipped with the reason."""

from __future__ import annotations

import pytest

from jupyter_automl.models.gpus import LIBRARIES, Findings, Library, find_gpus


@pytest.fixture(scope="session")
def machine() -> Findings:
    """What there is; skips where there is no GPU."""
    found = find_gpus(timeout_seconds=300.0)
    if not found.gpus:
        pytest.skip(f"No GPU: {found.reason}.")
    return found


@pytest.fixture(params=LIBRARIES)
def name(request: pytest.FixtureRequest, machine: Findings) -> str:
    """A family whose library works on this GPU."""
    family: str = request.param
    library = machine.libraries.get(family, Library(reason="it is not installed"))
    if library.device == "cpu":
        why = library.reason or "it is a build for the CPU"
        pytest.skip(f"{family} cannot use the GPU here: {why}.")
    return family
