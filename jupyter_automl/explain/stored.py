"""Explanations on disk: one npz of plain arrays and a JSON text; no pickle."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from jupyter_automl.core.errors import StoreError
from jupyter_automl.explain.explanation import Explanation
from jupyter_automl.explain.interactions import Pair

if TYPE_CHECKING:
    import pandas as pd

VERSION = 2
READ = (1, 2)
"""Versions that can be read; 1 had no errors and no interactions."""
MAX_TEXT = 200
"""Characters of a text value that are kept: enough to read it in a chart."""


def save(explanation: Explanation, path: Path) -> None:
    """Write atomically; a reader sees the old file or the whole new one."""
    arrays: dict[str, np.ndarray] = {
        "values": explanation.values.astype(np.float32),
        "base_values": np.asarray(explanation.base_values, dtype=np.float64),
        "rows": np.asarray(explanation.data.index),
    }
    if arrays["rows"].dtype == object or arrays["rows"].dtype.kind not in "iu":
        arrays["rows"] = np.arange(explanation.n_rows)
    columns = []
    for place, name in enumerate(explanation.feature_names):
        array, about = _column(explanation.data.iloc[:, place])
        arrays[f"column_{place}"] = array
        columns.append({"name": name, **about})
    about = {
        "version": VERSION,
        "classes": list(explanation.classes),
        "model": explanation.model,
        "method": explanation.method,
        "space": explanation.space,
        "random_state": explanation.random_state,
        "columns": columns,
        "gap": explanation.gap,
        "interactions": [
            [pair.first, pair.second, pair.strength] for pair in explanation.interactions
        ],
    }
    if explanation.error is not None:
        arrays["error"] = explanation.error.astype(np.float32)
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    part.write_bytes(buffer.getvalue())
    part.replace(path)


def load_explanation(path: Path | str) -> Explanation:
    """Read what `Explanation.save` wrote.

    Raises
    ------
    StoreError
        If the file is missing, damaged, or of a later version.
    """
    try:
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["version"] not in READ:
                raise StoreError(
                    f"The explanation must be of version {VERSION}. Got {about['version']!r}.",
                    hint="Explain the model again.",
                    path=str(path),
                )
            return _explanation(arrays, about)
    except (OSError, BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            f"The explanation at {str(path)!r} cannot be read: {error}",
            hint="Explain the model again.",
            path=str(path),
        ) from error


def _explanation(arrays: Any, about: dict[str, Any]) -> Explanation:
    import pandas as pd

    names = [column["name"] for column in about["columns"]]
    series = [
        _series(arrays[f"column_{place}"], column) for place, column in enumerate(about["columns"])
    ]
    data = pd.DataFrame(dict(enumerate(series)), index=pd.Index(arrays["rows"]))
    data.columns = pd.Index(names)
    return Explanation(
        values=arrays["values"].astype(np.float64),
        base_values=arrays["base_values"],
        data=data,
        classes=tuple(about["classes"]),
        model=about["model"],
        method=about["method"],
        space=about["space"],
        random_state=about["random_state"],
        error=arrays["error"].astype(np.float64) if "error" in arrays else None,
        gap=about.get("gap"),
        interactions=tuple(
            Pair(first=first, second=second, strength=float(strength))
            for first, second, strength in about.get("interactions", ())
        ),
    )


def _column(series: pd.Series) -> tuple[np.ndarray, dict[str, Any]]:
    """A column as one array of numbers, and what the numbers mean."""
    import pandas as pd

    kind = series.dtype
    if isinstance(kind, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(kind):
        times = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz else series
        return times.to_numpy("datetime64[ns]").view(np.int64), {"kind": "datetime"}
    if pd.api.types.is_bool_dtype(kind):
        return series.to_numpy(np.float64, na_value=np.nan), {"kind": "boolean"}
    if pd.api.types.is_integer_dtype(kind) and not series.isna().any():
        whole = series.to_numpy()
        return whole.astype(np.uint64 if whole.dtype.kind == "u" else np.int64), {"kind": "number"}
    if pd.api.types.is_numeric_dtype(kind):
        return series.to_numpy(np.float64, na_value=np.nan), {"kind": "number"}
    missing = series.isna().to_numpy()
    texts = [str(value)[:MAX_TEXT] for value in series[~missing]]
    levels, codes = np.unique(np.array(texts, dtype=object), return_inverse=True)
    full = np.full(len(series), -1, dtype=np.int64)
    full[~missing] = codes
    return full, {"kind": "text", "levels": [str(level) for level in levels]}


def _series(array: np.ndarray, about: dict[str, Any]) -> Any:
    import pandas as pd

    if about["kind"] == "datetime":
        return array.view("datetime64[ns]")
    if about["kind"] == "boolean":
        return pd.array([None if np.isnan(v) else bool(v) for v in array], dtype="boolean")
    if about["kind"] == "text":
        levels = about["levels"]
        return pd.array([levels[code] if code >= 0 else None for code in array], dtype="str")
    return array
