"""The results of a run as one file: a page, a PDF, a model card, or numbers for programs."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_automl.api.wording import cut
from jupyter_automl.core.errors import ArgumentError
from jupyter_automl.core.words import say

if TYPE_CHECKING:
    from jupyter_automl.api.run import Run


_MOST_LETTERS = 300


def write_report(run: Run, path: Path) -> Path:
    """Write the report of `run` to `path`, whole or not at all; the suffix says which form.

    Raises
    ------
    ArgumentError
        If there is no such form, or the file cannot be written.
    UnavailableError
        If it is to be a PDF and the package fpdf2 is not installed.
    """
    path = path.expanduser().absolute()
    made = FORMS.get(path.suffix.lower())
    if made is None:
        raise ArgumentError(
            say("report-suffix", suffixes=", ".join(FORMS), path=_shown(path)),
            hint=say("report-suffix-hint"),
            argument="path",
        )
    if not path.parent.is_dir() or path.is_dir():
        # Before the minute that the rest may take.
        raise _cannot_write(path, os.strerror(errno.EISDIR if path.is_dir() else errno.ENOENT))
    content = made(run)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except OSError as error:
        raise _cannot_write(path, str(error)) from error
    return path


def _cannot_write(path: Path, error: str) -> ArgumentError:
    return ArgumentError(
        say("report-cannot-write", path=_shown(path), error=cut(error, 300)),
        hint=say("report-cannot-write-hint"),
        argument="path",
    )


def _shown(path: Path) -> str:
    # Of a long one its end says most.
    text = repr(str(path))
    return text if len(text) <= _MOST_LETTERS else f"…{text[1 - _MOST_LETTERS :]}"


def _html(run: Run) -> bytes:
    from jupyter_automl.api.report.found import find
    from jupyter_automl.api.report.html import report_html
    from jupyter_automl.api.report.sections import report_of

    return report_html(report_of(find(run))).encode()


def _pdf(run: Run) -> bytes:
    from jupyter_automl.api.report.found import find
    from jupyter_automl.api.report.pdf import check_pdf, report_pdf
    from jupyter_automl.api.report.sections import report_of

    check_pdf()
    return report_pdf(report_of(find(run)))


def _markdown(run: Run) -> bytes:
    from jupyter_automl.api.report.found import find
    from jupyter_automl.api.report.markdown import model_card

    return model_card(find(run)).encode()


def _json(run: Run) -> bytes:
    from jupyter_automl.api.report.found import find
    from jupyter_automl.api.report.metrics import report_json

    return report_json(find(run, pictures=False)).encode()


def _csv(run: Run) -> bytes:
    from jupyter_automl.api.report.found import find
    from jupyter_automl.api.report.metrics import report_csv

    return report_csv(find(run, pictures=False)).encode()


FORMS: Mapping[str, Callable[[Run], bytes]] = {
    ".html": _html,
    ".pdf": _pdf,
    ".md": _markdown,
    ".json": _json,
    ".csv": _csv,
}
"""By suffix; each gives the bytes of the whole file."""
