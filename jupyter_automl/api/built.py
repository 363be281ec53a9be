"""What was made of the columns before the models saw them, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_automl.api.facts import ModelFacts
    from jupyter_automl.evaluate.built import Built

AS_IT_IS = "as it is"


def feature_table(model: ModelFacts) -> pd.DataFrame:
    """Every feature of a model with what it is made from; see `Model.features`."""
    import pandas as pd

    built = _built(model)
    place = {column: number for number, column in enumerate(model.plan.features)}
    rows = [
        (place[column], -1, column, (column,), AS_IT_IS, 1.0 - built.changed.get(column, 0.0))
        for column in place
        if built.changed.get(column, 0.0) < 1.0
    ]
    rows += [
        (place.get(one.columns[0], len(place)), number, one.name, one.columns, one.how, one.share)
        for number, one in enumerate(built.features)
    ]
    names = ["feature", "made_from", "how", "share"]
    frame = pd.DataFrame([row[2:] for row in sorted(rows, key=lambda r: r[:2])], columns=names)
    return frame.astype({"feature": "str", "how": "str", "share": "float64"})


def built_sentences(model: ModelFacts) -> tuple[str, ...]:
    """What was built, in sentences; empty where all columns are used as they are."""
    return tuple(sentence for _, sentence in _built(model).sentences)


def _built(model: ModelFacts) -> Built:
    from jupyter_automl.evaluate.built import load_built, merged

    # The member that counts most speaks first.
    members = sorted(model.model_files, key=lambda member: -member[1])
    total = sum(weight for _, weight in members)
    return merged((load_built(path), weight / total) for path, weight in members)
