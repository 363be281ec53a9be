"""What is said of rows to predict that are not like the training table."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.errors import PredictionError, did_you_mean
from jupyter_automl.data.schema import cell_texts
from jupyter_automl.data.settle import MISSING_MARKS

_CHARACTERS = 40


def missing_columns(missing: Sequence[str], names: Sequence[str]) -> PredictionError:
    """The error for rows without the columns `missing`; `names` are those they have."""
    shown = ", ".join(repr(name) for name in missing[:3]) + (", ..." if len(missing) > 3 else "")
    what = "column" if len(missing) == 1 else f"{len(missing)} columns"
    return PredictionError(
        f"The rows to predict must have the {what} {shown}, which the model was trained on. "
        f"Got {len(names)} columns without.",
        hint=did_you_mean(missing[0], names) or "Add it, with empty cells where it is unknown.",
        columns=tuple(missing[:20]),
    )


def misfit(column: ColumnSchema, given: pa.Array) -> PredictionError | None:
    """The error for a column of which no cell could be read; None where all are missing.

    Parameters
    ----------
    given : pyarrow.Array
        The cells as they came, of a stored type.
    """
    values = _known(given)
    if not len(values):
        return None
    wanted = _expected(column)
    example = cell_texts(values.slice(0, 1), _CHARACTERS)[0]
    came = f"Got {example!r}."
    if len(values) > 1:
        came = f"None of {len(values):,} values could be read so, for example {example!r}."
    known = f" such as {', '.join(column.examples)}" if column.examples else ""
    return PredictionError(
        f"The column {column.name!r} must hold {wanted}, as in training. {came}",
        hint=f"Give values{known}, and leave cells empty where the value is unknown.",
        column=column.name,
        expected=wanted,
        example=example,
    )


def _known(given: pa.Array) -> pa.Array:
    values = given.drop_null()
    if not pa.types.is_string(values.type):
        return values
    trimmed = pc.utf8_trim_whitespace(values)
    marked = pc.is_in(trimmed, value_set=pa.array(MISSING_MARKS, pa.string()))
    return trimmed.filter(pc.invert(marked))


def _expected(column: ColumnSchema) -> str:
    if column.dtype.startswith("timestamp"):
        written = column.written.replace("ISO8601", "")
        return f"dates ({written})" if written else "dates"
    if column.dtype == "bool":
        return "true or false"
    unit = column.written.partition(" ")[2]
    return f"numbers (of {unit})" if unit else "numbers"
