"""Words about the future: "forecast sales for the next 12 weeks", "next month"."""

from __future__ import annotations

import re

from jupyter_automl.prompt.reading import Reading
from jupyter_automl.prompt.rules.cues import NUMBER, number

_STEP = r"(?:steps?|hours?|days?|weeks?|months?|quarters?|years?|periods?)\b"
_NEXT = re.compile(rf"\b(?:next|coming|following|upcoming)\s+(?:(?P<n>{NUMBER})\s+)?{_STEP}")
_AHEAD = re.compile(
    rf"(?P<n>{NUMBER})[\s-]+{_STEP}\s*(?:ahead|in\s+advance|into\s+the\s+future|out\b|from\s+now)"
)
_HORIZON = re.compile(rf"\bhorizon\s*(?:is|of|=|:)?\s*(?P<n>{NUMBER})(?:\s+{_STEP})?")
_FOR = re.compile(
    rf"\b(?:for|over|in)\s+(?:the\s+)?(?P<n>{NUMBER})\s+(?:days?|weeks?|months?|years?)\b"
)
_TOMORROW = re.compile(r"\btomorrow\b")
_FORECAST = re.compile(r"\bforecast(?:s|ing|ed|er)?\b")
_OVER_TIME = re.compile(r"\b(?:time[\s-]series|forecast\w*\b[^.;\n]{0,60}\bover\s+time)\b")


def read(reading: Reading) -> None:
    """Fill `horizon` and claim the words, so that they are not read as a budget."""
    view = reading.view
    forecasting = _FORECAST.search(view) is not None or _OVER_TIME.search(view) is not None
    for pattern in (_HORIZON, _AHEAD, _NEXT, _FOR, _TOMORROW):
        if pattern is _FOR and not forecasting:
            continue
        match = pattern.search(view)
        if match is None or reading.mention_over(match.start(), match.end()) is not None:
            continue
        steps = number(match["n"]) if "n" in match.re.groupindex and match["n"] else 1.0
        reading.claim(match.start(), match.end())
        # "churn next month" is a question about classes; it has no horizon.
        if steps >= 1 and steps == int(steps) and (forecasting or pattern in (_HORIZON, _AHEAD)):
            said = reading.words(match.start(), match.end())
            reading.set("horizon", int(steps), 0.8, f'"{said}" in the prompt.')
        return


def offer(reading: Reading) -> None:
    """Say that forecasting is offered as regression, and find the column of time."""
    series = _OVER_TIME.search(reading.view)
    if series is not None and "task" not in reading.fields:
        said = reading.words(series.start(), series.end())
        reading.set("task", "forecast", 0.8, f'"{said}" in the prompt.')
    spoken = _FORECAST.search(reading.view) is not None and "horizon" in reading.fields
    if not spoken and reading.fields.get("task") != "forecast":
        return
    _time_column(reading)
    reading.ask(
        "task",
        "Forecasting over time is offered as regression on the columns of each row. Go on so?",
        ("regression",),
    )
    target = reading.columns.get(reading.fields.get("target", ""))
    if "task" not in reading.fields and target is not None and target.kind == "numeric":
        reading.set("task", "regression", 0.6, "Forecasting is offered as regression.")


def _time_column(reading: Reading) -> None:
    if "time" in reading.fields:
        return
    dates = [
        name
        for name, column in reading.columns.items()
        if column.kind == "datetime" and name not in reading.fields.get("exclude", ())
    ]
    if len(dates) == 1:
        reading.set("time", dates[0], 0.7, f"{dates[0]} is the only column of dates.")
    elif dates:
        reading.ask("time", "Which column holds the time?", dates)
