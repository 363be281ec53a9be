"""Two quiet charts as inline SVG, without script and in the colour of the text around."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jupyter_automl.core.experiment import format_score

_MOST_POINTS = 200
# The first colour of Okabe and Ito's palette that reads on light and dark.
_ACCENT = "#0072B2"


def step_line(
    points: Sequence[tuple[float, float]], end: float, *, label: str, width: int = 420
) -> str:
    """A line that holds each value until the next one: the best score over time.

    Parameters
    ----------
    points : sequence of (seconds, value)
        In the order of time; fewer than one draws nothing.
    end : float
        Seconds where the line ends.
    label : str
        What a screen reader says; text.
    """
    if not points:
        return ""
    points = _thin(points)
    height, left, right, top, bottom = 84, 8, 64, 10, 16
    start, end = points[0][0], max(end, points[-1][0], points[0][0] + 1e-9)
    low, high = min(v for _, v in points), max(v for _, v in points)
    span = (high - low) or 1.0

    def x(at: float) -> float:
        return left + (width - left - right) * (at - start) / (end - start)

    def y(value: float) -> float:
        share = (value - low) / span if high > low else 0.5
        return height - bottom - (height - top - bottom) * share

    path = [f"M{x(points[0][0]):.1f} {y(points[0][1]):.1f}"]
    for at, value in points[1:]:
        path.append(f"H{x(at):.1f}V{y(value):.1f}")
    path.append(f"H{x(end):.1f}")
    last = points[-1][1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="11" fill="currentColor">'
        f'<path d="{"".join(path)}" fill="none" stroke="{_ACCENT}" stroke-width="2"/>'
        f'<text x="{x(end) + 6:.1f}" y="{y(last) + 4:.1f}">{format_score(last)}</text>'
        f'<text x="{left}" y="{height - 2}" opacity="0.7">{start:.0f} s</text>'
        f'<text x="{x(end):.1f}" y="{height - 2}" opacity="0.7" text-anchor="end">'
        f"{end:.0f} s</text></svg>"
    )


def bars(values: Sequence[tuple[str, float]], *, label: str, width: int = 560) -> str:
    """Horizontal bars with their names and numbers, from zero, largest first as given.

    Parameters
    ----------
    values : sequence of (name, value)
        Values are 0 or more; names are text.
    label : str
        What a screen reader says.
    """
    if not values:
        return ""
    names, step = 200, 20
    longest = max(value for _, value in values) or 1.0
    lines = []
    for place, (name, value) in enumerate(values):
        y = place * step
        length = max(1.0, (width - names - 70) * value / longest)
        short = name if len(name) <= 30 else name[:29] + "…"
        lines.append(
            f'<text x="{names - 8}" y="{y + 14}" text-anchor="end">{escape(short)}'
            f"<title>{escape(name[:200])}</title></text>"
            f'<rect x="{names}" y="{y + 4}" width="{length:.1f}" height="12" fill="{_ACCENT}"/>'
            f'<text x="{names + length + 6:.1f}" y="{y + 14}">{format_score(value)}</text>'
        )
    height = len(values) * step + 4
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="currentColor">{"".join(lines)}</svg>'
    )


def _thin(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    if len(points) <= _MOST_POINTS:
        return points
    step = (len(points) - 1) / (_MOST_POINTS - 1)
    return [points[round(i * step)] for i in range(_MOST_POINTS)]
