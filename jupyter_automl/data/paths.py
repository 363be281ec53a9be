"""From what a person typed to a file on this machine."""

from __future__ import annotations

import contextlib
import difflib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jupyter_automl.core.errors import DataNotFoundError, ReadError

_TIMEOUT_SECONDS = 60.0
_BLOCK_BYTES = 1 << 20
_PACKED = (".gz", ".bz2", ".xz", ".zip")


def is_url(text: str) -> bool:
    """Whether it is an address that can be downloaded."""
    return text.lower().startswith(("http://", "https://"))


def local_file(source: str | Path) -> Path:
    """The absolute path of an existing file; ``~`` is the home folder.

    Raises
    ------
    DataNotFoundError
        If there is nothing, or a folder; the hint names what is near.
    """
    path = Path(source)
    try:
        # An unknown user's home is a RuntimeError.
        path = path.expanduser().absolute()
        if path.is_file():
            return path
        is_folder = path.is_dir()
    except (OSError, ValueError, RuntimeError):
        is_folder = False
    if is_folder:
        raise DataNotFoundError(
            f"The data must be a file. Got the folder {str(source)!r}.",
            hint=_files_of(path),
            path=str(path),
        )
    raise DataNotFoundError(
        f"The data must be a file that exists. Got {str(source)!r}.",
        hint=_near(path),
        path=str(path),
    )


def _files_of(folder: Path) -> str:
    names = sorted(_names(folder, files_only=True))
    if not names:
        return "It holds no files."
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"Name one of its files: {', '.join(map(repr, names[:5]))}{more}."


def _near(path: Path) -> str:
    folder = path.parent
    if not _is_folder(folder):
        return f"The folder {str(folder)!r} does not exist either."
    # Without the suffix: that two files are both .csv does not make their names near.
    stems = {short_name(Path(name)).casefold(): name for name in _names(folder, files_only=True)}
    near = difflib.get_close_matches(short_name(path).casefold(), stems, n=1, cutoff=0.6)
    return (
        f"Did you mean {stems[near[0]]!r}?"
        if near
        else "Check the spelling and the folder you are in."
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _names(folder: Path, *, files_only: bool) -> list[str]:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return []
    return [
        e.name for e in entries if not e.name.startswith(".") and (not files_only or e.is_file())
    ]


def short_name(path: Path) -> str:
    """``"adult.csv.gz"`` -> ``"adult"``."""
    stem = path.name
    for suffix in _PACKED:
        stem = stem.removesuffix(suffix)
    head, dot, _ = stem.rpartition(".")
    return head if dot and head else stem


@contextlib.contextmanager
def downloaded(url: str) -> Iterator[Path]:
    """The address as a temporary file that is gone when the block ends.

    Raises
    ------
    ReadError
        If the address does not answer with a file.
    """
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    name = unquote(Path(urlsplit(url).path).name) or "data"
    with tempfile.TemporaryDirectory(prefix="jupyter_automl_") as folder:
        path = Path(folder) / name
        try:
            request = Request(url, headers={"User-Agent": "jupyter_automl"})
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer, path.open("wb") as file:
                while block := answer.read(_BLOCK_BYTES):
                    file.write(block)
        except HTTPError as error:
            error.close()
            raise ReadError(
                f"The address must give a file. Got HTTP status {error.code} from {url!r}.",
                hint="Open it in a browser to see whether it needs a login.",
                url=url,
            ) from error
        except (OSError, ValueError) as error:
            raise ReadError(
                f"The address must give a file. {url!r} could not be reached: {error}.",
                hint="Check the address and the network, or download the file yourself.",
                url=url,
            ) from error
        yield path
