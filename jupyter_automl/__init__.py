"""Automated machine learning that one can watch, in Jupyter, in Voila and in the shell.

Every public name is found on first use, so that importing the package costs nothing:
no pandas, no scikit-learn, no process and no file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_automl.api.catalog import families as families
    from jupyter_automl.api.catalog import metrics as metrics
    from jupyter_automl.api.catalog import parse as parse
    from jupyter_automl.api.catalog import read as read
    from jupyter_automl.api.catalog import sample as sample
    from jupyter_automl.api.estimators import AutoMLClassifier as AutoMLClassifier
    from jupyter_automl.api.estimators import AutoMLRegressor as AutoMLRegressor
    from jupyter_automl.api.fitting import fit as fit
    from jupyter_automl.api.history import last as last
    from jupyter_automl.api.history import open_run as open  # noqa: F401
    from jupyter_automl.api.history import runs as runs
    from jupyter_automl.api.model import Model as Model
    from jupyter_automl.api.profiling import profile as profile
    from jupyter_automl.api.run import Run as Run
    from jupyter_automl.api.settings import Settings as Settings
    from jupyter_automl.api.settings import settings as settings
    from jupyter_automl.core.errors import AutoMLError as AutoMLError
    from jupyter_automl.core.task import TaskSpec as TaskSpec
    from jupyter_automl.explain import Explanation as Explanation
    from jupyter_automl.widgets import App as App
    from jupyter_automl.widgets import Leaderboard as Leaderboard
    from jupyter_automl.widgets import Profile as Profile
    from jupyter_automl.widgets import Prompt as Prompt
    from jupyter_automl.widgets import Shap as Shap
    from jupyter_automl.widgets import Upload as Upload
    from jupyter_automl.widgets import WhatIf as WhatIf

    __version__: str

_NAMES = {
    "App": "widgets:App",
    "AutoMLClassifier": "api.estimators:AutoMLClassifier",
    "AutoMLError": "core.errors:AutoMLError",
    "AutoMLRegressor": "api.estimators:AutoMLRegressor",
    "Explanation": "explain:Explanation",
    "Leaderboard": "widgets:Leaderboard",
    "Model": "api.model:Model",
    "Profile": "widgets:Profile",
    "Prompt": "widgets:Prompt",
    "Run": "api.run:Run",
    "Settings": "api.settings:Settings",
    "Shap": "widgets:Shap",
    "TaskSpec": "core.task:TaskSpec",
    "Upload": "widgets:Upload",
    "WhatIf": "widgets:WhatIf",
    "families": "api.catalog:families",
    "fit": "api.fitting:fit",
    "last": "api.history:last",
    "metrics": "api.catalog:metrics",
    "open": "api.history:open_run",
    "parse": "api.catalog:parse",
    "profile": "api.profiling:profile",
    "read": "api.catalog:read",
    "runs": "api.history:runs",
    "sample": "api.catalog:sample",
    "settings": "api.settings:settings",
}


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%automl`` and ``%%automl``; called by ``%load_ext jupyter_automl``."""
    ipython.register_magics(_load("magics:AutoMLMagics"))


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _NAMES:
        value = _load(_NAMES[name])
    else:
        raise AttributeError(_unknown(name), name=name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_NAMES, "__version__", "load_ipython_extension"])


def _load(place: str) -> Any:
    # By name: the root stands in every layer's way and must import none of them itself.
    from importlib import import_module

    module, _, attribute = place.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), attribute)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(__name__)
    except PackageNotFoundError:
        return "0+source"


def _unknown(name: str) -> str:
    message = f"module {__name__!r} has no attribute {name!r}."
    if name.startswith("_"):
        return message
    from jupyter_automl.core.errors import did_you_mean

    return f"{message} {did_you_mean(name, _NAMES, most=2)}".strip()
