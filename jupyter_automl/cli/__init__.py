"""``jupyter automl`` and ``jupyter-automl``: the product without a browser."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; None takes the process's own.

    Returns
    -------
    int
        0 done, 1 failed, 2 wrong arguments or data, 130 interrupted.
    """
    from jupyter_automl.cli.app import run

    return run(arguments)
