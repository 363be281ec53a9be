"""Where a widget stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """What a page does with its address, and what it says of a run that is not there.

    Attributes
    ----------
    host : {"notebook", "voila", "other"}
        A Voila page keeps the run's id in its address.
    run : str
        The id to keep; empty while there is no run.
    lost : str
        The id that the address named and that no run of this store has.
    """

    host: Literal["notebook", "voila", "other"]
    run: str = ""
    lost: str = ""
