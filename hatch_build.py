"""Build hook: the wheel and the sdist hold the built front end.

A source distribution already holds it, so installing from one needs no Node. A checkout builds it
with the system's Node, or with the Node wheel of the Python package index when there is none.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface):
    """Builds widget bundles and the JupyterLab extension before files are collected."""

    def dependencies(self) -> list[str]:
        frontend = _frontend(self.root)
        needed = frontend.is_stale() and frontend.system_node() is None
        return [frontend.NODE_WHEEL] if needed else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        frontend = _frontend(self.root)
        if frontend.is_stale():
            frontend.build()
        # An editable install finds the notebook in the checkout.
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"]["notebooks/dashboard.ipynb"] = (
                "jupyter_automl/notebooks/dashboard.ipynb"
            )


def _frontend(root: str) -> ModuleType:
    """The build script, loaded by its path: it is no part of the package."""
    path = Path(root) / "labextension" / "scripts" / "frontend.py"
    spec = importlib.util.spec_from_file_location("jupyter_automl_frontend", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
