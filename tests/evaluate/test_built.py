"""What was built for the models of a trial, one value for bags and blends."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import RunError
from jupyter_automl.evaluate.built import Built, BuiltFeature, built_of, load_built, merged
from jupyter_automl.evaluate.built import save_built as save
from jupyter_automl.evaluate.models import Bag, FoldModel
from jupyter_automl.features import Preprocessor

COLUMNS = (
    ColumnSchema(name="x", kind="numeric", dtype="double"),
    ColumnSchema(name="day", kind="datetime", dtype="timestamp"),
    ColumnSchema(name="key", kind="id", dtype="string"),
)


def part(encoding: Any, n_rows: int = 40, *, gaps: bool = False) -> FoldModel:
    rng = np.random.default_rng(n_rows)
    x = rng.normal(size=n_rows)
    if gaps:
        x[::5] = np.nan
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n_rows) % 25, "D")
    frame = pd.DataFrame({"x": x, "day": days, "key": "k"})
    preprocessor = Preprocessor(COLUMNS, encoding=encoding).fit(frame, np.zeros(n_rows))
    return FoldModel(preprocessor=preprocessor, estimator=SimpleNamespace(), fallback=np.zeros(1))


def test_a_bag_tells_how_many_of_its_models_get_a_feature() -> None:
    built = built_of([part("scaled"), part("scaled", gaps=True)])
    shares = {one.name: (one.columns, one.how, one.share) for one in built.features}
    assert shares["day: day"] == (("day",), "part of the date", 1.0)
    assert shares["x is missing"] == (("x",), "whether it is missing", 0.5)
    assert built.changed == {"day": 1.0}
    assert sum(subject.startswith("Date") for subject, _ in built.sentences) == 1


def test_a_blend_weighs_its_members_and_the_first_speaks() -> None:
    first = Built(
        features=(BuiltFeature(name="a + b", columns=("a", "b"), how="sum"),),
        sentences=(("pairs", "Added 'a + b'."),),
    )
    second = Built(
        features=(BuiltFeature(name="a + b", columns=("a", "b"), how="sum", share=0.5),),
        changed={"c": 1.0},
        sentences=(("pairs", "Added 'a - b'."), ("c", "'c' became its length.")),
    )
    both = merged([(first, 0.75), (second, 0.25)])
    assert [one.share for one in both.features] == [0.875]
    assert both.changed == {"c": 0.25}
    assert [text for _, text in both.sentences] == ["Added 'a + b'.", "'c' became its length."]


def test_it_is_kept_beside_the_bag_and_read_from_it_otherwise(tmp_path: Path) -> None:
    import joblib

    parts = (part("native"), part("native", gaps=True))
    model = tmp_path / "model.joblib"
    with pytest.raises(RunError, match="gone"):
        load_built(model)
    joblib.dump(Bag(family="linear", parts=parts), model)
    expected = built_of(parts)
    assert load_built(model) == expected
    other = merged([(expected, 0.5)])
    save(other, tmp_path)
    assert load_built(str(model)) == other != expected
