"""Bytes of the front-end bundles as they travel to the page."""

from __future__ import annotations

import gzip
from importlib.resources import files

from tests.benchmarks.tables import parser, show


def main() -> None:
    """Every file of the built widgets, plain and as gzip would send it."""
    options = parser(__doc__).parse_args()
    rows = []
    for file in sorted(files("jupyter_automl.widgets").joinpath("static").iterdir(), key=str):
        data = file.read_bytes()
        rows.append({"file": file.name, "bytes": len(data), "gzip": len(gzip.compress(data))})
    show(rows, options.json)


if __name__ == "__main__":
    main()
