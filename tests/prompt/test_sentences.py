"""Sentences as people write them, and what is read from them."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_automl.core.dataset import ColumnSchema
from jupyter_automl.core.task import TaskSpec
from jupyter_automl.prompt import parse


def column(name: str, kind: Any = "numeric", dtype: str = "int64", n_unique: int = 100,
           examples: tuple[str, ...] = ()) -> ColumnSchema:  # fmt: skip
    return ColumnSchema(name=name, kind=kind, dtype=dtype, n_unique=n_unique, examples=examples)


TITANIC = (
    column("PassengerId", "id", n_unique=891),
    column("Survived", n_unique=2, examples=("0", "1")),
    column("Pclass", n_unique=3),
    column("Name", "text", "string", 891),
    column("Sex", "categorical", "string", 2),
    column("Age", dtype="double"),
    column("SibSp", n_unique=7),
    column("Parch", n_unique=7),
    column("Ticket", "categorical", "string", 681),
    column("Fare", dtype="double", n_unique=248),
    column("Cabin", "categorical", "string", 147),
    column("Embarked", "categorical", "string", 3),
)
CHURN = (
    column("customer_id", "id", "string", 5000),
    column("signup_date", "datetime", "timestamp[ms]", 1000),
    column("plan", "categorical", "string", 3),
    column("monthly_charges", dtype="double", n_unique=900),
    column("tenure_months", n_unique=72),
    column("support_notes", "text", "string", 4000),
    column("churn", "categorical", "string", 2, ("no", "yes")),
)
HOUSES = (
    column("Id", "id", n_unique=1460),
    column("Neighborhood", "categorical", "string", 25),
    column("LotArea", n_unique=1000),
    column("YearBuilt", n_unique=112),
    column("SalePrice", n_unique=663),
)
IRIS = (
    *(
        column(f"{part} {size} (cm)", dtype="double")
        for part in ("sepal", "petal")
        for size in ("length", "width")
    ),
    column("species", "categorical", "string", 3),
)

CASES: tuple[tuple[tuple[ColumnSchema, ...], str, dict[str, Any]], ...] = (
    (TITANIC, "Predict who survived. Optimise for recall. Ignore PassengerId",
     {"target": "Survived", "metric": "recall", "exclude": ("PassengerId",)}),
    (CHURN, "Predict which customers will churn. Optimise for recall to catch as many churners as "
     "possible. Exclude customer_id and signup_date.",
     {"target": "churn", "metric": "recall", "exclude": ("customer_id", "signup_date")}),
    (CHURN, "predict churn, optimise recall, ignore customer_id",
     {"target": "churn", "metric": "recall", "exclude": ("customer_id",)}),
    (HOUSES, "What will the house price be? use RMSE, 2 minutes, without Id and the neighbourhood "
     "column", {"target": "SalePrice", "metric": "rmse", "budget_seconds": 120.0,
                "exclude": ("Id", "Neighborhood")}),
    (IRIS, "classify species", {"target": "species", "task": "multiclass"}),
    (TITANIC, "I want to forecast fare", {"target": "Fare"}),
    (TITANIC, "which passengers died?", {"target": "Survived", "positive": 0}),
    (TITANIC, "which passengers did not survive", {"target": "Survived", "positive": 0}),
    (TITANIC, "Predict survival, but don't use xgboost",
     {"target": "Survived", "families_avoid": ("xgboost",)}),
    (CHURN, "predict churn with only linear models",
     {"target": "churn", "families_only": ("linear",)}),
    (CHURN, "predict churn with an svm", {"target": "churn", "families_only": ("svm",)}),
    (CHURN, "predict churn, train for 90 seconds", {"target": "churn", "budget_seconds": 90.0}),
    (CHURN, "churn, 5-fold cross validation", {"target": "churn", "validation": "cv"}),
    (CHURN, "predict churn as accurate as possible", {"target": "churn", "metric": "accuracy"}),
    (HOUSES, "SalePrice: minimise the mean absolute error",
     {"target": "SalePrice", "metric": "mae"}),
    (TITANIC, "Survived is the target; drop the name, ticket and cabin columns",
     {"target": "Survived", "exclude": ("Name", "Ticket", "Cabin")}),
    (TITANIC, "Predict Survived from sex, age and fare", {
        "target": "Survived",
        "exclude": ("PassengerId", "Pclass", "Name", "SibSp", "Parch", "Ticket", "Cabin",
                    "Embarked")}),
    (TITANIC, "predict survived using all columns except name and ticket",
     {"target": "Survived", "exclude": ("Name", "Ticket")}),
    (HOUSES, "Drop everything but year built and lot area. Target: sale price",
     {"target": "SalePrice", "exclude": ("Id", "Neighborhood")}),
    (CHURN, "drop the id columns except customer_id and predict churn", {"target": "churn"}),
    (TITANIC, "don't ignore the name, predict survived", {"target": "Survived"}),
    (TITANIC, "Name and Ticket should not be used. Which passengers survived?",
     {"target": "Survived", "exclude": ("Name", "Ticket")}),
    (HOUSES, "Leave lot area and year built out when you estimate the sale price",
     {"target": "SalePrice", "exclude": ("LotArea", "YearBuilt")}),
    (TITANIC, "Predict Survivd, ignore PasengerId",
     {"target": "Survived", "exclude": ("PassengerId",)}),
    (CHURN, "who will leave us?", {"target": "churn"}),
    (CHURN, "I'd like to know if a customer will churn; don't use the plan or the notes.",
     {"target": "churn", "exclude": ("plan", "support_notes")}),
    (CHURN, "churn prediction, half an hour, no neural networks",
     {"target": "churn", "budget_seconds": 1800.0, "families_avoid": ("mlp",)}),
    (CHURN, "Predict churn. 15 seconds", {"target": "churn", "budget_seconds": 15.0}),
    (CHURN, "quickly predict churn", {"target": "churn", "budget_seconds": 60.0}),
    (HOUSES, "I only have two and a half minutes, so predict SalePrice",
     {"target": "SalePrice", "budget_seconds": 150.0}),
    (HOUSES, "Predict SalePrice. Budget: 1h 30m",
     {"target": "SalePrice", "budget_seconds": 5400.0}),
    (HOUSES, "Predict SalePrice with 10-fold CV and R²",
     {"target": "SalePrice", "metric": "r2", "validation": "cv"}),
    (CHURN, "positive class is 'no', predict churn, group by plan",
     {"target": "churn", "positive": "no", "group": "plan"}),
    (CHURN, "predict churn = yes", {"target": "churn", "positive": "yes"}),
    (CHURN, "don't optimise for accuracy but for F1, predict churn",
     {"target": "churn", "metric": "f1"}),
    (CHURN, "avoid false alarms when predicting churn", {"target": "churn", "metric": "precision"}),
    (CHURN, "ROC-AUC for churn prediction, weighted by tenure months",
     {"target": "churn", "metric": "roc_auc", "weight": "tenure_months"}),
    (CHURN, "which customers churn next month?", {"target": "churn"}),
    (TITANIC, "use a random forest for 5 min to predict the fare",
     {"target": "Fare", "families_only": ("random_forest",), "budget_seconds": 300.0}),
    (CHURN, "predict churn, time split, order by signup date",
     {"target": "churn", "validation": "time", "time": "signup_date"}),
    (HOUSES, "What is the sale price of a house with a large lot area?", {"target": "SalePrice"}),
    (TITANIC, "predict sex, not age", {"target": "Sex"}),
    (TITANIC, "predict the fare of a passenger with a given age and sex", {"target": "Fare"}),
    (HOUSES, "predict the price with a given lot area", {"target": "SalePrice"}),
)  # fmt: skip


def fields(spec: TaskSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spec.origin}


@pytest.mark.parametrize(("columns", "text", "expected"), CASES, ids=[case[1] for case in CASES])
def test_reads(columns: tuple[ColumnSchema, ...], text: str, expected: dict[str, Any]) -> None:
    spec = parse(text, columns)
    assert fields(spec) == expected
    assert set(spec.origin.values()) == {"prompt"}
    assert all(spec.reasons[name] and 0 < spec.confidence[name] <= 1 for name in expected)
    assert not spec.questions


def test_a_value_names_the_target_and_its_positive_class() -> None:
    columns = (
        column("radius", dtype="double"),
        column("diagnosis", "categorical", "string", 2),
    )
    values = {"diagnosis": ("benign", "malignant")}
    spec = parse("Find malignant tumours", columns, values=values)
    assert (spec.target, spec.positive) == ("diagnosis", "malignant")
    spec = parse("positive class is Malignant; predict diagnosis", columns, values=values)
    assert spec.positive == "malignant"


def test_two_named_classes_leave_the_positive_one_open() -> None:
    columns = (column("amount"), column("class", "categorical", "string", 2))
    spec = parse("is it a good or a bad risk?", columns, values={"class": ("good", "bad")})
    assert (spec.target, spec.positive) == ("class", None)


def test_an_unknown_positive_class_is_a_question() -> None:
    spec = parse("predict churn, positive class is maybe", CHURN, values={"churn": ("no", "yes")})
    assert spec.positive is None
    (question,) = spec.questions
    assert (question.field, question.answers) == ("positive", ("no", "yes"))


@pytest.mark.parametrize("text", ["", "hello", "train for 90 seconds", "predict a", "in"])
def test_without_a_target_likely_ones_are_offered(text: str) -> None:
    (question,) = parse(text, TITANIC).questions
    assert question.field == "target"
    assert question.answers[0] == "Survived"
    assert "PassengerId" not in question.answers


@pytest.mark.parametrize(
    ("text", "field", "answers"),
    [
        ("predict churn and tenure months", "target", ("churn", "tenure_months")),
        ("optimise precision and recall, predict churn", "metric", ("precision", "recall")),
        ("predict churn in 2 minutes, no, for 5 minutes", "budget_seconds", (120.0, 300.0)),
        ("predict churn for 0 seconds", "budget_seconds", (60.0, 300.0, 3600.0)),
        ("regression on churn", "task", ("binary",)),
        ("predict churn, exclude churn", "target", ("churn",)),
        ("predict churn, exclude rows where tenure_months < 3", "filters", ()),
        ("predict tenure_months, optimise recall", "metric", ("rmse", "mae", "r2")),
        ("forecast monthly charges for the next 12 weeks", "task", ("regression",)),
        ("predict tenure months, optimise MASE", "metric", ("mae", "rmse", "r2")),
        ("predict tenure months, mean absolute scaled error", "metric", ("mae", "rmse", "r2")),
    ],
)
def test_contradictions_are_questions(text: str, field: str, answers: Any) -> None:
    spec = parse(text, CHURN)
    (question,) = spec.questions
    assert question.field == field
    assert answers is None or question.answers == answers


def test_the_error_of_forecasts_is_told_and_becomes_the_absolute_one() -> None:
    spec = parse("Predict SalePrice. Optimise MASE.", HOUSES)
    assert fields(spec) == {"target": "SalePrice", "metric": "mae"}
    assert spec.reasons["metric"].startswith('"MASE" judges forecasts, which are not offered.')
    assert spec.confidence["metric"] <= 0.5
    both = parse("Predict SalePrice. Optimise MASE and RMSE.", HOUSES)
    assert both.questions[0].answers == ("mae", "rmse")
    assert parse("Predict SalePrice, do not use MASE", HOUSES).metric is None


def test_forecast_words_give_horizon_and_time_but_stay_regression() -> None:
    spec = parse("forecast monthly charges for the next 12 weeks, run for 1 minute", CHURN)
    assert fields(spec) == {
        "target": "monthly_charges",
        "horizon": 12,
        "time": "signup_date",
        "task": "regression",
        "budget_seconds": 60.0,
    }


def test_excluding_rows_does_not_exclude_a_column() -> None:
    assert parse("predict fare, ignore passengers younger than 18 by age", TITANIC).exclude == ()


@pytest.mark.parametrize("text", ["predict flights delayed by more than 15 minutes",
                                  "which trains arrive 10 minutes late"])  # fmt: skip
def test_durations_in_the_data_are_no_budget(text: str) -> None:
    assert parse(text, CHURN).budget_seconds is None


def test_stop_words_are_columns_only_when_quoted_or_called_so() -> None:
    columns = (column("in"), column("a"), column("y"))
    assert parse("predict y in a minute", columns).exclude == ()
    assert parse("predict y, drop `in`", columns).exclude == ("in",)
    assert parse("predict y, drop column a", columns).exclude == ("a",)


def test_quoted_names_are_taken_letter_for_letter() -> None:
    columns = (column("Age"), column("age"), column("<img src=x onerror=alert(1)>"), column("x`y"))
    assert parse("predict `age`", columns).target == "age"
    assert parse("predict <img src=x onerror=alert(1)>", columns).target == columns[2].name
    assert parse("predict `x``y`, ignore 'Age'", columns).exclude == ("Age",)
    assert parse("predict AGE", columns).questions[0].answers == ("Age", "age")


def test_digits_are_never_a_typo() -> None:
    columns = (column("feature12"), column("feature13"), column("target"))
    spec = parse("predict target, drop feature14", columns)
    assert spec.exclude == ()


def test_names_without_spaces_between_words_are_found() -> None:
    columns = (column("価格"), column("地域"))
    assert parse("価格を予測, predict 価格", columns).target == "価格"


def test_a_long_text_is_cut_and_a_wide_table_is_read() -> None:
    columns = (*(column(f"col_{i}") for i in range(5000)), column("churn"))
    assert parse("predict churn, ignore col 7. " + "word " * 5000, columns).target == "churn"
