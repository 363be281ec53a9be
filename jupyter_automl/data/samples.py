"""Tables to try things with, from installed libraries or a generator; never the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from jupyter_automl.core.errors import UnknownNameError, did_you_mean


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: what it is, what to ask of it, how to make it."""

    description: str
    prompt: str
    make: Callable[[], pa.Table]


def names() -> tuple[str, ...]:
    """The names of all samples."""
    return tuple(_SAMPLES)


def table(name: str) -> pa.Table:
    """The sample called `name`; the same at every call.

    Raises
    ------
    UnknownNameError
        With a proposal where one is near.
    """
    return _made(_sample_name(name))


def description(name: str) -> str:
    """One sentence on what the sample is."""
    return _SAMPLES[_sample_name(name)].description


def sample_prompt(name: str) -> str:
    """A prompt that fits the sample."""
    return _SAMPLES[_sample_name(name)].prompt


def _sample_name(name: str) -> str:
    if name in _SAMPLES:
        return name
    raise UnknownNameError(
        f"The sample must be one of: {', '.join(_SAMPLES)}. Got {name!r}.",
        hint=did_you_mean(name, _SAMPLES),
        name=name,
        kind="sample",
    )


@lru_cache(maxsize=8)
def _made(name: str) -> pa.Table:
    return _SAMPLES[name].make()


def _churn() -> pa.Table:
    from jupyter_automl.data.churn import churn_table

    return churn_table()


def _from_sklearn(loader: str, target: str) -> Callable[[], pa.Table]:
    def make() -> pa.Table:
        from sklearn import datasets

        bunch = getattr(datasets, loader)()
        columns = {
            str(name).removesuffix(" (cm)").replace(" ", "_").replace("/", "_"): bunch.data[:, i]
            for i, name in enumerate(bunch.feature_names)
        }
        labels = getattr(bunch, "target_names", None)
        wanted = bunch.target if labels is None else [str(labels[code]) for code in bunch.target]
        return pa.table({**columns, target: pa.array(wanted)})

    return make


_SAMPLES: dict[str, Sample] = {
    "churn": Sample(
        "5,000 invented customers of a phone company, with dates, remarks and gaps: who left?",
        "Predict churn. Optimise for recall. Ignore customer_id.",
        _churn,
    ),
    "iris": Sample(
        "150 flowers of three species by the size of their leaves (Fisher, 1936).",
        "Predict the species.",
        _from_sklearn("load_iris", "species"),
    ),
    "wine": Sample(
        "178 Italian wines of three cultivars by chemical analysis (UCI).",
        "Predict the cultivar.",
        _from_sklearn("load_wine", "cultivar"),
    ),
    "breast_cancer": Sample(
        "569 tumours, malignant or benign, by measurements of cell nuclei (UCI, Wisconsin).",
        "Predict the diagnosis. Optimise ROC AUC.",
        _from_sklearn("load_breast_cancer", "diagnosis"),
    ),
    "diabetes": Sample(
        "442 patients and how far their diabetes had gone a year later (Efron et al., 2004).",
        "Predict progression. Optimise RMSE.",
        _from_sklearn("load_diabetes", "progression"),
    ),
}
