"""All sections together, and what changed in them."""

from __future__ import annotations

from typing_extensions import TypedDict

from jupyter_automl.widgets.schema.batch import BatchView
from jupyter_automl.widgets.schema.data import DataView, ReadingView
from jupyter_automl.widgets.schema.place import PlaceView
from jupyter_automl.widgets.schema.results import FeaturesView
from jupyter_automl.widgets.schema.run import RunDelta, RunView
from jupyter_automl.widgets.schema.words import WordsView
from jupyter_automl.widgets.upload_schema import UploadView


class WidgetState(TypedDict, total=False):
    """Everything a page needs to draw itself.

    ``at`` is Unix seconds, ``n`` the number of the last delta of ``channel``, which is another
    one for each widget that a kernel makes.
    """

    n: int
    at: float
    channel: str
    data: DataView
    reading: ReadingView
    run: RunView | None
    features: FeaturesView
    upload: UploadView
    batch: BatchView
    words: WordsView
    place: PlaceView


class Same(TypedDict):
    """The answer to ``hello`` where the page knows all: only the number and the time."""

    n: int
    at: float
    same: bool


class Delta(TypedDict, total=False):
    """Sections that changed whole, and what changed in the run."""

    n: int
    set: WidgetState
    run: RunDelta
