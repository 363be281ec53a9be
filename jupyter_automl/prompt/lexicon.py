"""Words the rules share: stop words, numbers, opposites."""

from __future__ import annotations

from collections.abc import Mapping

_STOP = """
    a an and any are as at be been being but by can could did do does doing each for from get
    had has have he her his how i if in into is it its just let like many may me might more most
    much must my no nor not of off on one only or our out please s shall she should so some such
    t than that the their them then there these they this those to too under us very was we were
    what when where whether which while who whom whose why will with within without would you
    your am we'd it's via per yes ok re ll d m"""
STOP_WORDS = frozenset(_STOP.split())
"""Never taken for a column unless it stands in quotes or after the word "column"."""

_COMMON = """
    predict predicts predicted predicting prediction forecast forecasts classify classification
    classifier regression estimate model models modelling training train trained optimise optimize
    maximise maximize minimise minimize ignore ignoring exclude excluding excluded without column
    columns field fields feature features variable variables target label outcome metric score
    recall precision accuracy accurate quickly quick minute minutes second seconds hour hours data
    table dataset validation cross holdout split please should would could based using people
    person customers customer passengers passenger patients patient users clients houses which
    after before about every other these those there their where while family families random
    forest linear logistic neural network boosting only never always possible catch find class
    classes positive negative group groups weight weights order ordered except drop remove skip
    leave keep house home tests test it binary multiclass task time series forecasting horizon step
    steps validate budget linear lightgbm xgboost catboost extra trees knn mlp dummy f1 macro auc
    roc rmse mae r2 mape mse log loss brier mcc average balanced medae mase rmsle poisson deviance 1
    day days"""
COMMON_WORDS = frozenset(_COMMON.split())
"""Everyday words of prompts; none of them is a misspelt column."""

_COUNTS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty"""
NUMBERS: Mapping[str, float] = {
    word: float(value) for value, word in enumerate(_COUNTS.split())
} | {
    "twenty-five": 25.0,
    "thirty": 30.0,
    "forty": 40.0,
    "forty-five": 45.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "ninety": 90.0,
    "hundred": 100.0,
}

CONCEPTS: tuple[tuple[str, str], ...] = (
    (
        "survive survived survivor survivors survival survives alive live lived",
        "die died dies dying death deaths dead deceased perish perished mortality",
    ),
    (
        "churn churned churner churners attrition exit exited leave leaves leaving left quit"
        " cancel cancels cancelled canceled unsubscribe unsubscribed lapse lapsed",
        "stay stays stayed retain retained retention loyal remain remained renew renewed",
    ),
    (
        "default defaults defaulted defaulter delinquent delinquency",
        "repay repays repaid paid solvent",
    ),
    ("fraud frauds fraudulent scam", "legitimate legit genuine"),
    ("approve approved approval accept accepted", "reject rejected rejection deny denied refuse"),
    ("pass passed passes", "fail failed fails failure failures"),
    ("win wins won winner", "lose loses lost loser"),
    ("spam", "ham"),
    ("hired hire promoted promotion", ""),
    ("buy buys bought buyer purchase purchased purchases order converts converted conversion", ""),
    ("click clicked clicks", ""),
    ("price prices cost costs value val worth pay amount", ""),
    ("income salary earn earns earning earnings wage wages", ""),
    ("sales revenue turnover", ""),
    ("sick ill disease diseased diagnosis", "healthy"),
    ("species variety", ""),
    ("count counts cnt number", ""),
    ("rain rains rainfall", ""),
    ("late delayed delay delays", "punctual"),
)
"""Pairs of words that mean one outcome, and words that mean its opposite."""

YES = frozenset(("1", "yes", "y", "true", "t", "positive", "pos", "1.0"))
NO = frozenset(("0", "no", "n", "false", "f", "negative", "neg", "none", "-1", "0.0", "-1.0"))

_TARGETS = """
    target label class outcome y response result churn churned exited attrition price saleprice
    survived default fraud species diagnosis income salary quality status sales revenue converted
    purchased clicked approved medv cnt count rating score"""
TARGET_NAMES = frozenset(_TARGETS.split())
"""Names that tables often give to what is to be predicted."""
