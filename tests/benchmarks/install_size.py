"""Megabytes that a user's installation takes: the package and what it needs, nothing else."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.benchmarks.tables import parser, show

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Install a built wheel into a fresh environment and add up its files."""
    arguments = parser(__doc__)
    arguments.add_argument("--most", type=int, default=12, help="rows of the largest packages")
    arguments.add_argument("--wheel", type=Path, help="a built wheel; default: build one")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or _build(Path(folder))
        home = Path(folder) / "venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
        python = home / "bin" / "python"
        command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*command, str(wheel)], check=True)
        sizes: Counter[str] = Counter()
        site = next(home.glob("lib/python*/site-packages"))
        for file in home.rglob("*"):
            if file.is_file() and not file.is_symlink():
                inside = file.is_relative_to(site)
                name = file.relative_to(site).parts[0] if inside else "outside site-packages"
                sizes[name] += file.stat().st_size
    total = sum(sizes.values())
    rows = [{"part": "all", "mb": total / 1e6}]
    rows += [{"part": name, "mb": size / 1e6} for name, size in sizes.most_common(options.most)]
    show(rows, options.json)


def _build(folder: Path) -> Path:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "-w",
            str(folder),
            str(ROOT),
        ],
        check=True,
    )
    return next(folder.glob("*.whl"))


if __name__ == "__main__":
    main()
