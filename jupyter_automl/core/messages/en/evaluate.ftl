# How good a model is: pictures of judged rows, what they say, and why there is none.
# Shares are passed as hundredths ($share is 12 for 12 %), names as they are in the data.

## Small things

evaluate-number = { $value }
evaluate-count = { NUMBER($n, maximumFractionDigits: 0) }
evaluate-empty-name = (empty)
evaluate-rows = Rows
evaluate-low = Low
evaluate-high = High
evaluate-from = From
evaluate-to = To
evaluate-chance = By chance
evaluate-precision = Precision
evaluate-recall = Recall
evaluate-true-positives = True positives
evaluate-false-positives = False positives
evaluate-false-negatives = False negatives
evaluate-true-negatives = True negatives
evaluate-false-positive-rate = False positive rate
evaluate-true-positive-rate = True positive rate (recall)
evaluate-threshold = Threshold
evaluate-threshold-now = Threshold in use
evaluate-other-classes = Other classes
evaluate-predicted = Predicted { $target }
evaluate-actual = True { $target }
evaluate-taken = Rows looked at, the likeliest first

## Where the rows come from

evaluate-note-held-out =
    { $n ->
        [one] On one held-out row, judged by models that had not seen it.
       *[other] On { NUMBER($n) } held-out rows, each judged by models that had not seen it.
    }
evaluate-note-test =
    { $n ->
        [one] On one row that was kept apart from the start.
       *[other] On { NUMBER($n) } rows that were kept apart from the start.
    }
evaluate-note-given =
    { $n ->
        [one] On the one row given.
       *[other] On the { NUMBER($n) } rows given.
    }
evaluate-note-sample = They are a random sample of { NUMBER($all) }.
evaluate-note-dropped =
    { $n ->
        [one] One more row is left out: its prediction is not a number.
       *[other] { NUMBER($n) } more rows are left out: their predictions are not numbers.
    }
evaluate-note-weights = Rows count by their weights.
evaluate-one-vs-rest = One class against all others.
evaluate-dots-note =
    { NUMBER($n) } rows are drawn: the { NUMBER($worst) } largest errors and others at random.

## Why there is no number, no interval, no picture

evaluate-reason-no-rows = There is no row to judge.
evaluate-reason-one-row = One row says nothing about how far it can be trusted.
evaluate-reason-one-group = All rows belong to one group, so nothing says how another one would do.
evaluate-reason-one-class = All rows are of one class.
evaluate-reason-undefined = These rows do not allow it.
evaluate-reason-too-large = The errors are too large to be added up.
evaluate-reason-no-spread = It does not vary between samples of these rows.
evaluate-reason-few-rows =
    At least { NUMBER($n) } rows are needed. { $rows ->
        [one] There is one.
       *[other] There are { NUMBER($rows) }.
    }
evaluate-reason-few-groups = Fewer than two groups have { NUMBER($n) } rows or more and can be compared.
evaluate-reason-no-columns = There are no columns to look for parts in.
evaluate-reason-no-learning = The run has no model that was trained on different numbers of rows.
evaluate-reason-needs-classes = It needs a target with classes.
evaluate-reason-needs-two-classes = It needs a target with two classes.
evaluate-reason-needs-number = It needs a target that is a number.
evaluate-reason-needs-costs = It needs what errors cost.
evaluate-reason-needs-intervals = There are too few held-out rows for intervals.
evaluate-reason-needs-column = It needs a column to compare groups by.

## Groups

evaluate-group-first = up to { $high }
evaluate-group-middle = above { $low } to { $high }
evaluate-group-last = above { $low }
evaluate-group-other =
    { $n ->
        [one] one other value
       *[other] { NUMBER($n) } other values
    }
evaluate-group-missing = no value

## Scores

evaluate-score-held-out =
    { $metric } is { $value } (95 % interval { $low } to { $high }) on { NUMBER($n) } held-out rows.
evaluate-score-held-out-alone =
    { $metric } is { $value } on { $n ->
        [one] one held-out row.
       *[other] { NUMBER($n) } held-out rows.
    }
evaluate-score-test =
    { $metric } is { $value } (95 % interval { $low } to { $high }) on { NUMBER($n) } rows kept apart.
evaluate-score-test-alone =
    { $metric } is { $value } on { $n ->
        [one] one row kept apart.
       *[other] { NUMBER($n) } rows kept apart.
    }
evaluate-score-given =
    { $metric } is { $value } (95 % interval { $low } to { $high }) on the { NUMBER($n) } rows given.
evaluate-score-given-alone =
    { $metric } is { $value } on { $n ->
        [one] the one row given.
       *[other] the { NUMBER($n) } rows given.
    }
evaluate-score-honest =
    Chosen and judged on different rows, { $metric } is { $value } (95 % interval { $low } to { $high }).

## Confusion

evaluate-confusion-title = Predicted and true classes
evaluate-confusion-predicted = Predicted class
evaluate-confusion-true = True class
evaluate-confusion-share = Share of the true class
evaluate-confusion-at = Decided at the threshold { $at }.
evaluate-confusion-more =
    { $n ->
        [one] The classes that are confused most are drawn, and one more is not.
       *[other] The classes that are confused most are drawn, and { NUMBER($n) } more are not.
    }
evaluate-confusion-finds =
    It finds { $share } % of the rows that are { $label } (95 % interval { $low } to { $high } %).
evaluate-confusion-right =
    Of the rows that it calls { $label }, { $share } % are (95 % interval { $low } to { $high } %).
evaluate-confusion-no-positive = No row is { $label }.
evaluate-confusion-no-alarm = It calls no row { $label }.
evaluate-confusion-accuracy =
    It is right on { $share } % of the rows (95 % interval { $low } to { $high } %).
evaluate-confusion-most =
    Most often { $true } is taken for { $predicted }: { NUMBER($n) } of { NUMBER($all) } rows.
evaluate-confusion-cost = Errors cost { $cost } a row on average.
evaluate-confusion-least-same = What it decides is what costs least.
evaluate-confusion-least =
    Deciding by these costs would cost { $cost } a row instead of { $now }, with { $n ->
        [one] one row
       *[other] { NUMBER($n) } rows
    } called otherwise.

## Thresholds and costs

evaluate-thresholds-title = What each threshold for { $label } brings
evaluate-thresholds-at =
    At { $at } it finds { NUMBER($found) } of { NUMBER($all) } rows that are { $label }, with { $false ->
        [one] one false alarm.
       *[other] { NUMBER($false) } false alarms.
    }
evaluate-thresholds-lower =
    At { $at } it would find { $more } % of them, with { $false ->
        [one] one false alarm.
       *[other] { NUMBER($false) } false alarms.
    }
evaluate-cost = Cost
evaluate-cost-title = What errors cost at each threshold
evaluate-cost-axis = Expected cost of a row
evaluate-cost-best-at = Cheapest: { $at }
evaluate-cost-best = The threshold { $at } costs least on these rows: { $cost } a row.
evaluate-cost-is-best = None costs less than the threshold { $at } in use.
evaluate-cost-saved = It saves { $saved } a row against the threshold { $at } in use, which costs { $cost }.
evaluate-cost-hardly =
    The threshold { $at } in use costs { $cost }; the difference of { $saved } may be chance.
evaluate-cost-hindsight = The cheapest threshold was found on these very rows; on others it saves a little less.

## ROC, precision and recall

evaluate-roc-title = Found and false alarms for { $label }
evaluate-roc-area =
    The area under the curve for { $label } is { $value } (95 % interval { $low } to { $high }); 0.5 is chance.
evaluate-roc-area-alone = The area under the curve for { $label } is { $value }; 0.5 is chance.
evaluate-roc-at = With false alarms on { $false } % of the other rows it finds { $found } %.
evaluate-precision-recall-title = Precision by recall for { $label }
evaluate-precision-recall-mean =
    The mean precision for { $label } is { $value } (95 % interval { $low } to { $high }).
evaluate-precision-recall-mean-alone = The mean precision for { $label } is { $value }.
evaluate-precision-recall-at =
    When half of the rows that are { $label } are found, { $precision } % of the rows called so are right.
evaluate-precision-recall-share = All rows: { $share } %

## Calibration

evaluate-calibration-title = Whether probabilities of { $label } can be trusted
evaluate-calibration-title-top = Whether the model is as sure as it should be
evaluate-calibration-right = right
evaluate-calibration-said = Predicted probability
evaluate-calibration-seen = Share that is { $label }
evaluate-calibration-ideal = As predicted
evaluate-calibration-error =
    Probabilities are off by { $points } points on average; in { $inside } of { $bins ->
        [one] one bin
       *[other] { $bins } bins
    } what was predicted lies within the 95 % interval of what happened.
evaluate-calibration-too-high = Where it says { $said } %, it is { $seen } %: too high.
evaluate-calibration-too-low = Where it says { $said } %, it is { $seen } %: too low.
evaluate-calibration-note =
    Bins hold about equal numbers of rows; the mean distance over them is the expected calibration error.

## Gain and lift

evaluate-gain-title = How many rows that are { $label } are found early
evaluate-gain-axis = Share of { $label } found
evaluate-gain-perfect = Perfect order
evaluate-lift-title = How much better than chance { $label } is found
evaluate-lift-axis = Times as many as by chance
evaluate-lift-tenth =
    The likeliest 10 % of the rows hold { $found } % of those that are { $label }: { $times } times as many as by chance.

## Score histogram

evaluate-histogram-title = Probabilities of { $label } by true class
evaluate-histogram-score = Predicted probability of { $label }
evaluate-histogram-share = Share of the class
evaluate-histogram-overlap =
    The probabilities of rows that are { $label } and of { $rest } overlap by { $overlap } %; 0 would be a perfect split.

## Predicted numbers

evaluate-actual-title = Predicted and true { $target }
evaluate-actual-mean = Mean truth
evaluate-actual-right = Right
evaluate-actual-half = Half of the errors are below { $half }; their mean is { $mean }.
evaluate-actual-gain = That is { $share } % less than predicting the mean for every row.
evaluate-residuals-title = What predictions miss
evaluate-residuals-axis = True less predicted
evaluate-residuals-mean = Mean of true less predicted
evaluate-residuals-one = The truth less the prediction is { $value }.
evaluate-residuals-fair = Predictions are neither too high nor too low on average: the mean of true less predicted is { $value }.
evaluate-residuals-too-low =
    Predictions are too low by { $value } on average (95 % interval { $low } to { $high }).
evaluate-residuals-too-high =
    Predictions are too high by { $value } on average (95 % interval { $low } to { $high }).
evaluate-residuals-largest-low =
    The largest predictions ({ $n ->
        [one] one row
       *[other] { NUMBER($n) } rows
    }) are too low.
evaluate-residuals-largest-high =
    The largest predictions ({ $n ->
        [one] one row
       *[other] { NUMBER($n) } rows
    }) are too high.

## Prediction intervals

evaluate-coverage-title = Whether intervals hold what they promise
evaluate-coverage-promised = Promised share inside
evaluate-coverage-actual = Actual share inside
evaluate-coverage-ideal = As promised
evaluate-coverage-width = Median width
evaluate-coverage-holds =
    Intervals of { $promised } % hold { $actual } % of the values (95 % interval { $low } to { $high } %): as promised.
evaluate-coverage-less =
    Intervals of { $promised } % hold only { $actual } % of the values (95 % interval { $low } to { $high } %).
evaluate-coverage-more =
    Intervals of { $promised } % hold { $actual } % of the values (95 % interval { $low } to { $high } %): wider than needed.
evaluate-coverage-typical = Half of them are no wider than { $width }.
evaluate-width-title = Width of { $coverage } % intervals
evaluate-width-endless = Intervals are endless.
evaluate-width-same = Intervals are about equally wide for all predictions, { $width }.
evaluate-width-differs = Intervals are between { $low } and { $high } wide, by the size of the prediction.

## Models compared

evaluate-compared-model = Model
evaluate-compared-overlap =
    By { $measure } { $best } is ahead of { $other }, { $value } against { $less }. Their 95 % intervals overlap, so it may be chance.
evaluate-compared-apart =
    By { $measure } { $best } is ahead of { $other }, { $value } against { $less }. Their 95 % intervals do not overlap.
evaluate-compared-alone =
    By { $measure } { $best } is ahead of { $other }, { $value } against { $less }. How sure that is cannot be told.
evaluate-compared-equal = By { $measure } { $best } and { $other } are equal: { $value }.
evaluate-measure-roc = the area under the curve
evaluate-measure-precision_recall = the mean precision
evaluate-measure-gain = the share found in the likeliest 10 %
evaluate-measure-lift = the share found in the likeliest 10 %
evaluate-measure-calibration = the calibration error

## The worst rows

evaluate-errors-title = The worst errors
evaluate-errors-row = Row { $row }
evaluate-errors-number = Row
evaluate-errors-true = Truth
evaluate-errors-said = Predicted
evaluate-errors-probability = Probability of the truth
evaluate-errors-miss = True less predicted
evaluate-errors-none = No row is wrong.
evaluate-errors-surest =
    Row { $row } is { $true } and called { $predicted }; { $true } was given a probability of { $share } %.
evaluate-errors-listed =
    { $wrong ->
        [one] One row is wrong.
       *[other] { NUMBER($wrong) } rows are wrong; those come first whose truth was thought least likely.
    }
evaluate-errors-largest = Row { $row } is { $true } where { $predicted } was predicted, the largest error.
evaluate-errors-part =
    { $n ->
        [one] It makes up { $share } % of all errors.
       *[other] The { NUMBER($n) } largest make up { $share } % of all errors.
    }
evaluate-errors-right = Every prediction is exactly right.

## Parts with large errors

evaluate-segments-title = Where it errs most
evaluate-segments-part = Part of the rows
evaluate-segments-share = Share of wrong rows
evaluate-segments-size = Mean size of the error
evaluate-segments-chance = Likely by chance
evaluate-segments-all = All rows
evaluate-segments-worst =
    Where { $rule }, { $error } % are wrong against { $overall } % of all rows ({ NUMBER($n) } rows).
evaluate-segments-worst-size =
    Where { $rule }, the mean error is { $error } against { $overall } of all rows ({ NUMBER($n) } rows).
evaluate-segments-none = No part of the rows has larger errors than the rest beyond chance.
evaluate-segments-note =
    Parts were found on one half of the rows and their errors measured on the other; they hold 5 % of the rows or more.
evaluate-rule-at-most = { $column } ≤ { $value }
evaluate-rule-above = { $column } > { $value }
evaluate-rule-above-or-missing = { $column } > { $value } (or missing)
evaluate-rule-is = { $column } is { $value }
evaluate-rule-is-not = { $column } is not { $value }
evaluate-rule-missing = { $column } is missing
evaluate-rule-known = { $column } is known
evaluate-rule-and = { $first } and { $second }

## Fairness

evaluate-fairness-title = Groups by { $column }
evaluate-fairness-selection-rate = Share called { $label }
evaluate-fairness-true-positive-rate = Share found of { $label }
evaluate-fairness-false-positive-rate = False alarms of { $label }
evaluate-fairness-false-negative-rate = Share missed of { $label }
evaluate-fairness-accuracy = Share of right rows
evaluate-fairness-mean-error = Mean of predicted less true
evaluate-fairness-mae = Mean size of the error
evaluate-fairness-all = All rows
evaluate-fairness-few =
    { $name } ({ $n ->
        [one] one row
       *[other] { NUMBER($n) } rows
    }, too few)
evaluate-fairness-too-few = too few
evaluate-fairness-selected =
    By { $column }, { $label } is said of { $high } % in the group { $most } and of { $low } % in the group { $least }.
evaluate-fairness-errs =
    By { $column }, the mean error is { $high } in the group { $most } and { $low } in the group { $least }.
evaluate-fairness-odds =
    True or false positive rates differ by up to { $points } points between groups (95 % interval { $low } to { $high }).
evaluate-fairness-odds-alone = True or false positive rates differ by up to { $points } points between groups.
evaluate-fairness-note = Groups of fewer than { NUMBER($n) } rows are not compared.

## Learning curve

evaluate-learning-title = Whether more rows help
evaluate-learning-rows = Training rows
evaluate-learning-spread = Standard deviation over folds
evaluate-learning-helps =
    { $metric } goes from { $low } with { NUMBER($few) } rows to { $high } with { NUMBER($many) }: more rows help.
evaluate-learning-flat =
    { $metric } is { $low } with { NUMBER($few) } rows and { $high } with { NUMBER($many) }: more rows change little.
evaluate-learning-note = The same setting trained on samples and judged on the same rows; the band is one standard deviation over folds.
