"""Values on the wire between a widget and its page; TypeScript types are made from them.

Those of `whatif` are imported where they are used: they need what explains.
"""

from __future__ import annotations

from jupyter_automl.api.jobs.explain import ExplainFacts
from jupyter_automl.widgets.schema.asks import AnswerBody, ArrayView, AskCancel, AskRequest
from jupyter_automl.widgets.schema.batch import (
    BatchFileView,
    BatchPreview,
    BatchRead,
    BatchReady,
    BatchRef,
    BatchSave,
    BatchView,
)
from jupyter_automl.widgets.schema.common import ErrorView, Loading, NoticeView
from jupyter_automl.widgets.schema.data import (
    ColumnsArgs,
    ColumnsView,
    ColumnView,
    DataView,
    FrameView,
    MetricView,
    ReadingView,
    SampleView,
    SpreadView,
    SuspectsArgs,
    SuspectsView,
    TableView,
)
from jupyter_automl.widgets.schema.evaluation import (
    EvaluatePictureArgs,
    EvaluationView,
    ModelArgs,
    ScoreView,
    ThresholdsArgs,
    ThresholdsView,
)
from jupyter_automl.widgets.schema.explain import ExplainPictureArgs
from jupyter_automl.widgets.schema.late import CodeView, LateArgs
from jupyter_automl.widgets.schema.place import PlaceView
from jupyter_automl.widgets.schema.results import FeaturesView
from jupyter_automl.widgets.schema.run import (
    PlanView,
    Point,
    RowChange,
    RowView,
    RunDelta,
    RunView,
)
from jupyter_automl.widgets.schema.state import Delta, Same, WidgetState
from jupyter_automl.widgets.schema.trials import (
    DetailsArgs,
    DetailsView,
    DetailView,
    MemberView,
    ParallelArgs,
    ParallelAxis,
    ParallelView,
    TrialsArgs,
    TrialsView,
    VersusView,
)
from jupyter_automl.widgets.schema.words import WordsView
from jupyter_automl.widgets.upload_schema import UploadFileView, UploadView

__all__ = [
    "AnswerBody",
    "ArrayView",
    "AskCancel",
    "AskRequest",
    "BatchFileView",
    "BatchPreview",
    "BatchRead",
    "BatchReady",
    "BatchRef",
    "BatchSave",
    "BatchView",
    "CodeView",
    "ColumnView",
    "ColumnsArgs",
    "ColumnsView",
    "DataView",
    "Delta",
    "DetailView",
    "DetailsArgs",
    "DetailsView",
    "ErrorView",
    "EvaluatePictureArgs",
    "EvaluationView",
    "ExplainFacts",
    "ExplainPictureArgs",
    "FeaturesView",
    "FrameView",
    "LateArgs",
    "Loading",
    "MemberView",
    "MetricView",
    "ModelArgs",
    "NoticeView",
    "ParallelArgs",
    "ParallelAxis",
    "ParallelView",
    "PlaceView",
    "PlanView",
    "Point",
    "ReadingView",
    "RowChange",
    "RowView",
    "RunDelta",
    "RunView",
    "Same",
    "SampleView",
    "ScoreView",
    "SpreadView",
    "SuspectsArgs",
    "SuspectsView",
    "TableView",
    "ThresholdsArgs",
    "ThresholdsView",
    "TrialsArgs",
    "TrialsView",
    "UploadFileView",
    "UploadView",
    "VersusView",
    "WidgetState",
    "WordsView",
]
