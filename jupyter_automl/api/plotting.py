"""Every picture of a model by name: ``run.plot.roc()``, ``model.plot.waterfall(12)``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from jupyter_automl.api.model import Model
    from jupyter_automl.core.picture import Picture
    from jupyter_automl.explain import Explanation

Options = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture that shows itself as the last line of a cell.

    Attributes
    ----------
    picture : Picture
        What to draw, what it says, and the numbers behind.
    """

    picture: Picture

    @property
    def title(self) -> str:
        """What it shows."""
        return self.picture.title

    @property
    def findings(self) -> tuple[str, ...]:
        """What the numbers say, in sentences."""
        return self.picture.findings

    def to_svg(self, width: int = 640, *, theme: Literal["auto", "light", "dark"] = "light") -> str:
        """The drawing alone; see `api.pictures.picture_svg`."""
        from jupyter_automl.api.pictures import picture_svg

        return picture_svg(self.picture, width, theme=theme)

    def to_html(self, width: int = 640) -> str:
        """Findings, drawing, table and note, without script or style sheet."""
        from jupyter_automl.api.pictures import picture_html

        return picture_html(self.picture, width)

    def to_markdown(self) -> str:
        """Findings, table and note."""
        from jupyter_automl.api.pictures import picture_markdown

        return picture_markdown(self.picture)

    def to_frame(self) -> pd.DataFrame:
        """The numbers behind, as they are drawn: at most 200 rows."""
        import pandas as pd

        table = self.picture.table
        return pd.DataFrame(list(table.rows), columns=list(table.columns))

    def to_plotly(self) -> Figure:
        """The drawing as a plotly figure."""
        from jupyter_automl.api.pictures import figure_of

        return figure_of(self.picture)

    def __repr__(self) -> str:
        from jupyter_automl.api.pictures import picture_text

        return picture_text(self.picture)

    def _repr_html_(self) -> str:
        return self.to_html()


class Plot:
    """The pictures of one model; ``dir()`` lists those that its task has.

    Every method returns a `Shown`. Judging pictures speak of held-out rows: each row of the
    training table as models that had not seen it have it.

    Parameters
    ----------
    model_of : callable
        Gives the model when a picture is drawn: of a run that trains it is the best so far.

    Notes
    -----
    All methods raise `ArgumentError` where the rows or an argument's value do not allow the
    picture, `UnknownNameError` for a class or column that is not there, and `NoModelError`
    where there is no model yet or the run's files are gone.
    """

    def __init__(self, model_of: Callable[[], Model]) -> None:
        self._model_of = model_of

    def confusion(self, *, threshold: float | None = None, costs: Any = None) -> Shown:
        """Which class is taken for which.

        Parameters
        ----------
        threshold : float, optional
            Of two classes; None is the model's.
        costs : mapping, table or array, optional
            What errors cost, as `Model.decide` takes it.
        """
        return self._judged("confusion", threshold=threshold, costs=costs)

    def thresholds(self, *, threshold: float | None = None) -> Shown:
        """What each threshold brings; `threshold` is marked."""
        return self._judged("thresholds", threshold=threshold)

    def cost(self, costs: Any = None, *, threshold: float | None = None) -> Shown:
        """What errors cost at each threshold; None takes what the model was decided for."""
        return self._judged("cost", costs=costs, threshold=threshold)

    def roc(self, label: Any = None, *, others: Sequence[Model] = ()) -> Shown:
        """Found rows by false alarms.

        Parameters
        ----------
        label : object, optional
            The class that is looked for; None is the positive one, of more than two the most
            frequent one.
        others : sequence of Model, optional
            One or two more models of the run, drawn over this one.
        """
        return self._judged("roc", label=label, others=others)

    def precision_recall(self, label: Any = None, *, others: Sequence[Model] = ()) -> Shown:
        """Precision by recall; arguments as of `roc`."""
        return self._judged("precision_recall", label=label, others=others)

    def calibration(self, label: Any = None, *, others: Sequence[Model] = ()) -> Shown:
        """Whether probabilities can be trusted.

        Parameters
        ----------
        label : object, optional
            A class; None is the positive one, of more than two the likeliest one of each row.
        others : sequence of Model, optional
            As of `roc`.
        """
        return self._judged("calibration", label=label, others=others)

    def gain(self, label: Any = None, *, others: Sequence[Model] = ()) -> Shown:
        """How many rows of a class are found early; arguments as of `roc`."""
        return self._judged("gain", label=label, others=others)

    def lift(self, label: Any = None, *, others: Sequence[Model] = ()) -> Shown:
        """How much better than chance a class is found; arguments as of `roc`."""
        return self._judged("lift", label=label, others=others)

    def score_histogram(self, label: Any = None) -> Shown:
        """Probabilities by true class; `label` as of `roc`."""
        return self._judged("score_histogram", label=label)

    def predicted_vs_actual(self) -> Shown:
        """Predicted and true numbers."""
        return self._judged("predicted_vs_actual")

    def residuals(self) -> Shown:
        """What predicted numbers miss."""
        return self._judged("residuals")

    def interval_coverage(self) -> Shown:
        """Whether intervals hold what they promise."""
        return self._judged("interval_coverage")

    def interval_width(self) -> Shown:
        """How wide intervals are."""
        return self._judged("interval_width")

    def errors(self) -> Shown:
        """The worst rows by their numbers in the table."""
        return self._judged("errors")

    def error_by_segment(self) -> Shown:
        """Parts of the rows with the largest errors."""
        return self._judged("error_by_segment")

    def fairness(self, by: str) -> Shown:
        """Groups of the values of the column `by`, compared."""
        return self._judged("fairness", by=by)

    def learning_curve(self) -> Shown:
        """Whether more rows would help."""
        return self._judged("learning_curve")

    def importance(self, most: int = 15) -> Shown:
        """What matters most: mean sizes of the effects of at most `most` columns."""
        return self._explained(lambda made, draw: draw.importance(made, most))

    def swarm(self, label: str | None = None, *, most: int = 12) -> Shown:
        """A dot a row and column; `label` is a class, None the usual one."""
        return self._explained(lambda made, draw: draw.swarm(made, label, most))

    def dependence(self, column: str | None = None, label: str | None = None) -> Shown:
        """What each value of a column adds; None takes the strongest column."""
        return self._explained(
            lambda made, draw: draw.dependence(made, column or made.ranking(1)[0][0], label)
        )

    def pairs(self) -> Shown:
        """Which columns change each other's effect."""
        return self._explained(lambda made, draw: draw.pairs(made))

    def permutation(self) -> Shown:
        """What shuffling each column costs, beside the mean effects."""
        from jupyter_automl.api.explaining import permuted

        model = self._model_of()
        return self._explained(
            lambda made, draw: draw.permutation(made, permuted(model)), model=model
        )

    def waterfall(self, row: int, label: str | None = None) -> Shown:
        """How one prediction is made up.

        Parameters
        ----------
        row : int
            The number of a row of the training table, from 0.
        label : str, optional
            The class that is looked at; None is the usual one.
        """
        from jupyter_automl.explain import pictures

        return Shown(pictures.waterfall(self._row(row), 0, label))

    def lime(self, row: int, label: str | None = None) -> Shown:
        """One prediction by SHAP and by LIME; arguments as of `waterfall`.

        Raises
        ------
        UnavailableError
            If the package lime is not installed.
        """
        from jupyter_automl.api.explaining import lime, place_of_row
        from jupyter_automl.explain.lime_picture import beside_lime

        model = self._model_of()
        local = lime(model, place_of_row(model, row), label)
        if label is None and model.has_classes:
            # What LIME speaks of where nothing is asked for.
            label = str(model.plan.classes[-1])
        return Shown(beside_lime(self._row(row, model), local, 0, label))

    def __dir__(self) -> list[str]:
        try:
            task = self._model_of().plan.task
        except Exception:  # a completion must not fail
            return list(_OF_ALL)
        return sorted((*_OF_ALL, *_OF_TASK.get(task, ())))

    def __repr__(self) -> str:
        return f"Pictures, each a method: {', '.join(dir(self))}"

    def _judged(self, name: str, *, others: Sequence[Model] = (), **options: Any) -> Shown:
        from jupyter_automl.api.evaluation import picture

        asked = {key: value for key, value in options.items() if value is not None}
        return Shown(picture(self._model_of(), name, others=others, **asked))

    def _explained(
        self, draw: Callable[[Explanation, Any], Picture], *, model: Model | None = None
    ) -> Shown:
        from jupyter_automl.api.explaining import by_table
        from jupyter_automl.explain import pictures

        model = self._model_of() if model is None else model
        return Shown(draw(by_table(model, model.explain()), pictures))

    def _row(self, row: int, model: Model | None = None) -> Explanation:
        from jupyter_automl.api.explaining import by_table, explain_rows, place_of_row

        model = self._model_of() if model is None else model
        return by_table(model, explain_rows(model, [place_of_row(model, row)]))


_OF_ALL = (
    "dependence",
    "error_by_segment",
    "errors",
    "fairness",
    "importance",
    "learning_curve",
    "lime",
    "pairs",
    "permutation",
    "swarm",
    "waterfall",
)
_OF_CLASSES = (
    "calibration",
    "confusion",
    "gain",
    "lift",
    "precision_recall",
    "roc",
    "score_histogram",
)
_OF_TASK: Mapping[str, tuple[str, ...]] = {
    "binary": (*_OF_CLASSES, "cost", "thresholds"),
    "multiclass": _OF_CLASSES,
    "regression": (
        "interval_coverage",
        "interval_width",
        "predicted_vs_actual",
        "residuals",
    ),
}
