from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_automl.core.protocols import Sampler
from jupyter_automl.core.space import Space
from jupyter_automl.search import make_sampler
from jupyter_automl.testing.samplers import check_sampler


def test_the_optuna_sampler_conforms(tmp_path: Path) -> None:
    def make(space: Space, *, name: str, **options: Any) -> Sampler:
        return make_sampler(space, storage=tmp_path / "optuna.journal", study_name=name, **options)

    check_sampler(make)
