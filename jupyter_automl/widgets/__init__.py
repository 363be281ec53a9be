"""Widgets for notebooks and Voila: `App` and its parts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_automl.widgets.app import App
    from jupyter_automl.widgets.leaderboard import Leaderboard
    from jupyter_automl.widgets.profile import Profile
    from jupyter_automl.widgets.prompt import Prompt
    from jupyter_automl.widgets.shap import Shap
    from jupyter_automl.widgets.upload import Upload
    from jupyter_automl.widgets.whatif import WhatIf

__all__ = ["App", "Leaderboard", "Profile", "Prompt", "Shap", "Upload", "WhatIf"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{name.lower()}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
