"""Which metric a task gets when nobody names one."""

from __future__ import annotations

from jupyter_automl.core.task import TaskKind

RARE_SHARE = 0.05
"""Below this share of positives AUC looks good whatever the model does."""


def default_metric(task: TaskKind, y_stats: float | None = None) -> tuple[str, str]:
    """The metric's name and why, in one sentence.

    Parameters
    ----------
    task : TaskKind
        Regression and forecast give ``"rmse"``.
    y_stats : float, optional
        Binary: share of positive rows, 0 to 1. Multiclass: the number of classes.
    """
    if task == "binary":
        if y_stats is not None and y_stats < RARE_SHARE:
            return (
                "average_precision",
                f"Only {100 * y_stats:.2g} % of the rows are positive, and average precision "
                "says more than AUC on rare classes.",
            )
        return "roc_auc", "AUC compares two classes without a threshold."
    if task == "multiclass":
        classes = f"{int(y_stats)} classes" if y_stats else "several classes"
        return "log_loss", f"Log loss judges the probabilities of all {classes}."
    return "rmse", "RMSE is in units of the target and punishes large errors."
