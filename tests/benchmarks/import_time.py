"""Seconds of ``import jupyter_automl`` over a bare interpreter."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.benchmarks.tables import parser, percentile, show

HEAVY = ("pandas", "sklearn", "numpy", "pyarrow", "pydantic", "ipywidgets", "optuna", "lightgbm")


def main() -> None:
    """Interleave bare and importing interpreters and print the difference."""
    arguments = parser(__doc__)
    arguments.add_argument("--repeat", type=int, default=15)
    options = arguments.parse_args()
    bare, full = [], []
    for _ in range(options.repeat):
        bare.append(_seconds("pass"))
        full.append(_seconds("import jupyter_automl"))
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, jupyter_automl; print(*[m for m in {HEAVY} if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    row = {
        "bare_median_s": percentile(bare, 50),
        "import_median_s": percentile(full, 50),
        "difference_s": percentile(full, 50) - percentile(bare, 50),
        "heavy_modules_loaded": loaded or "none",
    }
    show([row], options.json)


def _seconds(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
