"""Numbers as reasons tell them."""

from __future__ import annotations


def number(value: float) -> str:
    """Three significant digits, without an exponent where it can be read."""
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        digits = 3 if abs(value) < 100 else 0
        text = f"{value:.{digits}g}" if digits else f"{value:,.0f}"
        return text
    return f"{value:.2e}"
