"""Settings: from a file, then the environment, then arguments; the last one wins."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from jupyter_automl.core.budget import parse_duration
from jupyter_automl.core.errors import ArgumentError, SettingsError, did_you_mean
from jupyter_automl.core.plan import DeviceSetting

PREFIX = "JUPYTER_AUTOML_"
FILE_NAME = "jupyter_automl.toml"

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds when a call does not say otherwise.

    Attributes
    ----------
    store : Path
        Folder of the database, the data and the models.
    n_jobs : int or None
        Worker processes of a run; None means one a core.
    budget_seconds : float
        Wall-clock seconds of a run.
    max_upload_bytes : int
        Largest file that `Upload` takes.
    max_memory_bytes : int or None
        What a run may take, runner and workers together; None means its part of 60 % of the
        machine or the container: a core's for each worker, or that of one of `max_runs`.
    max_runs : int or None
        Runs of a store that train at once, the others are queued; None means as many as
        have a core for each worker and enough free memory, and one at least.
    encrypt_uploads : bool
        Keep uploaded files encrypted on the disk (AES-256-GCM, the key in memory only); needs
        Linux and the extra ``secure``. The store's own copy of a table that was opened stays
        plain, in a folder of the user alone, because worker processes map it.
    visitors : bool
        Pages that Voila serves are for visitors: they see neither files of the server nor tables
        of the kernel, and runs only by their whole id, which cannot be guessed. False is for
        a page of one's own.
    device : DeviceSetting
        ``"auto"`` fits boosters on a GPU where the data are large enough to gain, ``"cpu"``
        never, ``"gpu"`` whatever the size of the data.
    """

    store: Path
    n_jobs: int | None = None
    budget_seconds: float = 300.0
    max_upload_bytes: int = 2 * 1024**3
    max_memory_bytes: int | None = None
    max_runs: int | None = None
    encrypt_uploads: bool = False
    visitors: bool = True
    device: DeviceSetting = "auto"


def settings(**arguments: Any) -> Settings:
    """The settings in force.

    Parameters
    ----------
    **arguments : Any
        Any of ``store``, ``n_jobs``, ``budget``, ``max_upload``, ``max_memory``,
        ``max_runs``, ``encrypt_uploads``, ``visitors``, ``device``; they win over the
        environment (``JUPYTER_AUTOML_STORE`` ...), which wins over ``jupyter_automl.toml`` in
        Jupyter's configuration folder. None is "not given".

    Raises
    ------
    SettingsError
        If a name is unknown or a value is wrong; it says which and where it stands.
    """
    values: dict[str, Any] = {}
    given = ((name, value, name) for name, value in arguments.items() if value is not None)
    for name, value, place in (*_from_file(), *_from_environment(), *given):
        reader = _READERS.get(name)
        if reader is None:
            raise _unknown(name, place)
        field, read = reader
        values[field] = read(value, place)
    if "store" not in values:
        from jupyter_automl.store import default_folder

        values["store"] = Path(default_folder())
    return Settings(**values)


def settings_file() -> Path:
    """Where the settings file is looked for; it need not exist."""
    from jupyter_core.paths import jupyter_config_dir

    return Path(jupyter_config_dir()) / FILE_NAME


def _from_file() -> Iterator[tuple[str, Any, str]]:
    path = settings_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The settings file {path} cannot be read: {error}.", hint="Correct or delete it."
        ) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"The settings file {path} must be TOML. {error}.",
            hint='A line looks like: budget = "5m"',
        ) from error
    for name, value in table.items():
        yield name, value, f"{name} in {path}"


def _from_environment() -> Iterator[tuple[str, Any, str]]:
    for variable, value in os.environ.items():
        if variable.startswith(PREFIX) and value != "":
            yield variable.removeprefix(PREFIX).lower(), value, variable


def _unknown(name: str, place: str) -> SettingsError:
    if place.startswith(PREFIX):
        allowed = [PREFIX + known.upper() for known in _READERS]
        hint = did_you_mean(place, allowed)
    else:
        allowed = list(_READERS)
        hint = did_you_mean(name, allowed)
    return SettingsError(
        f"A setting must be one of: {', '.join(allowed)}. Got {place!r}.", hint=hint, setting=name
    )


def _wrong(expected: str, value: object, place: str, hint: str) -> SettingsError:
    return SettingsError(
        f"The setting {place} must be {expected}. Got {value!r}.", hint=hint, setting=place
    )


def _folder(value: object, place: str) -> Path:
    if isinstance(value, (str, Path)) and str(value).strip():
        return Path(value).expanduser().absolute()
    raise _wrong("a folder", value, place, "Write a path.")


def _count(what: str, unlimited: str) -> Callable[[object, str], int | None]:
    """A reader of numbers from 1; -1 leaves the number to `unlimited`."""

    def read(value: object, place: str) -> int | None:
        text = str(value).strip()
        if not isinstance(value, bool) and re.fullmatch(r"\d{1,4}", text) and int(text) >= 1:
            return int(text)
        if text == "-1":
            return None
        hint = f"Write -1 for {unlimited}."
        raise _wrong(f"a number of {what}, 1 or more", value, place, hint)

    return read


def _duration(value: Any, place: str) -> float:
    try:
        return parse_duration(value)
    except ArgumentError as error:
        reason = error.message.replace("The budget", f"The setting {place}", 1)
        raise SettingsError(reason, hint=error.hint, setting=place) from None


def parse_size(value: object) -> int | None:
    """Bytes from ``1048576``, ``"512 MB"`` or ``"2GiB"`` (1024 based); None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value > 0 else None
    match = _SIZE.fullmatch(str(value))
    if match is None:
        return None
    size = int(float(match[1]) * 1024 ** _POWERS[match[2].lower()])
    return size if size > 0 else None


def _size(value: object, place: str) -> int:
    size = parse_size(value)
    if size is None:
        raise _wrong("a size", value, place, 'Write bytes or a text such as "512MB" or "2GB".')
    return size


def _switch(value: object, place: str) -> bool:
    text = str(value).strip().casefold()
    if text in _ON or text in _OFF:
        return text in _ON
    raise _wrong("true or false", value, place, 'Write "true" or "false".')


def _device(value: object, place: str) -> DeviceSetting:
    found = next((name for name in _DEVICES if str(value).strip().casefold() == name), None)
    if found is None:
        hint = did_you_mean(str(value), _DEVICES) or 'Write "cpu" to leave a GPU alone.'
        raise _wrong(f"one of: {', '.join(_DEVICES)}", value, place, hint)
    return found


_ON = frozenset({"true", "yes", "on", "1"})
_OFF = frozenset({"false", "no", "off", "0"})
_DEVICES: tuple[DeviceSetting, ...] = get_args(DeviceSetting)
_READERS: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "store": ("store", _folder),
    "n_jobs": ("n_jobs", _count("processes", "one a core")),
    "budget": ("budget_seconds", _duration),
    "max_upload": ("max_upload_bytes", _size),
    "max_memory": ("max_memory_bytes", _size),
    "max_runs": ("max_runs", _count("runs", "as many as cores and memory allow")),
    "encrypt_uploads": ("encrypt_uploads", _switch),
    "visitors": ("visitors", _switch),
    "device": ("device", _device),
}
