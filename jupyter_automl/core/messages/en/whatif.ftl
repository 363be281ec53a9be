# What a model says of one row, what makes it up, and what would change it.
# Names of fields, classes and values come as they are in the table, cut where they are long.

whatif-missing = missing
whatif-cell = { $field } = { $value }
whatif-percent = { NUMBER($percent, maximumFractionDigits: 1) } %
whatif-others = { $count ->
    [one] 1 other field
   *[other] { NUMBER($count) } other fields
}
whatif-axis-class = Chance of { $label }
whatif-axis-value = Predicted { $target }

## Waterfall

whatif-waterfall-title = What makes up this prediction
whatif-waterfall-class =
    The chance of { $label } is { NUMBER($chance, maximumFractionDigits: 1) } %; { $rows ->
        [1] for a typical row it is
       *[other] on average over { NUMBER($rows) } rows of the table it is
    } { NUMBER($base, maximumFractionDigits: 1) } %.
whatif-waterfall-value =
    The prediction is { $value }; { $rows ->
        [1] for a typical row it is
       *[other] on average over { NUMBER($rows) } rows of the table it is
    } { $base }.
whatif-interval = Nine in ten such rows lie between { $low } and { $high }.
whatif-waterfall-up-class =
    { $cell } raises it most, by { NUMBER($points, maximumSignificantDigits: 2) } points.
whatif-waterfall-down-class =
    { $cell } lowers it most, by { NUMBER($points, maximumSignificantDigits: 2) } points.
whatif-waterfall-up-value = { $cell } raises it most, by { $amount }.
whatif-waterfall-down-value = { $cell } lowers it most, by { $amount }.
whatif-waterfall-none = No field moves it away from there.
whatif-rule-base = { $rows ->
    [1] typical row
   *[other] mean of { NUMBER($rows) } rows
}
whatif-rule-now = now
whatif-table-field = Field
whatif-table-value = Value
whatif-table-points = Points
whatif-table-amount = Effect

## What is approximate

whatif-approximate-quick =
    The effects are a quick estimate: the row is compared with one typical row.
whatif-approximate-sampled =
    The effects are sampled: the row is compared with { NUMBER($rows) } rows of the table. The standard error of an effect is { $error } at most.
whatif-approximate-sampled-one =
    The effects are a rough estimate: the row is compared with the one row of the table.
whatif-approximate-together =
    There are very many fields: those that change little share evenly what they change together.
whatif-approximate-refitted =
    The predictions are those of the model that was fitted once more, on all rows.
whatif-points = { NUMBER($points, maximumSignificantDigits: 2) } points

## Dependence

whatif-dependence-title = What { $field } does
whatif-dependence-mean-class =
    On average over { $rows ->
        [one] 1 row
       *[other] { NUMBER($rows) } rows
    }, the chance of { $label } is lowest, { $least }, where { $field } is { $lowest }, and highest, { $most }, where it is { $highest }.
whatif-dependence-mean-value =
    On average over { $rows ->
        [one] 1 row
       *[other] { NUMBER($rows) } rows
    }, the prediction is lowest, { $least }, where { $field } is { $lowest }, and highest, { $most }, where it is { $highest }.
whatif-dependence-flat =
    On average over { $rows ->
        [one] 1 row
       *[other] { NUMBER($rows) } rows
    }, { $field } hardly moves the prediction: it stays near { $level }.
whatif-dependence-row =
    For this row it is { $now } at { $value }; it would be lowest, { $least }, at { $lowest }, and highest, { $most }, at { $highest }.
whatif-dependence-mean = { $rows ->
    [one] 1 row
   *[other] mean of { NUMBER($rows) } rows
}
whatif-dependence-this = this row
whatif-dependence-note =
    { $field } is given other values in { $rows ->
        [one] 1 row
       *[other] { NUMBER($rows) } rows
    } of the table while the other fields stay as they are (partial dependence). Some of these rows may be unlikely. The table has the middle 80 % of the rows.
whatif-table-mean = Mean
whatif-table-low = 10 % below
whatif-table-high = 10 % above

## Counterfactual

whatif-flip-change = { $field } from { $before } to { $after }
whatif-flip-class =
    { $changes }: the prediction becomes { $label } ({ NUMBER($chance, maximumFractionDigits: 1) } %).
whatif-flip-value = { $changes }: the prediction becomes { $value }.
whatif-flip-none-class =
    No change of up to { $most ->
        [one] 1 field
       *[other] { NUMBER($most) } fields
    } was found that makes it { $label }; the nearest reaches { NUMBER($chance, maximumFractionDigits: 1) } %.
whatif-flip-none-any =
    No change of up to { $most ->
        [one] 1 field
       *[other] { NUMBER($most) } fields
    } was found that makes it another class than { $label }; the nearest leaves it at { NUMBER($chance, maximumFractionDigits: 1) } %.
whatif-flip-none-value =
    No change of up to { $most ->
        [one] 1 field
       *[other] { NUMBER($most) } fields
    } was found that takes it to { $bound }; the nearest reaches { $value }.
whatif-flip-already-class = The prediction is { $label } already.
whatif-flip-already-value = The prediction is { $value } already.
whatif-flip-fixed = No field is left that may change.

## Errors

whatif-error-row = The row must be a whole number from 0 to { NUMBER($last) }. Got { $got }.
whatif-error-record = A row must be a mapping of fields to values. Got { $got }.
whatif-error-record-hint = WhatIf.row(0) and WhatIf.typical() give one.
whatif-error-number = The field '{ $field }' must hold a finite number. Got '{ $value }'.
whatif-error-number-hint = Leave it empty where the value is unknown.
whatif-error-date = The field '{ $field }' must hold a date. Got '{ $value }'.
whatif-error-truth = The field '{ $field }' must hold true or false. Got '{ $value }'.
whatif-error-field = The field must be a column that the model uses. Got '{ $field }'.
whatif-error-text = '{ $field }' holds free text, which has no values to go through.
whatif-error-text-hint = Choose another field.
whatif-error-class = The class must be one of: { $classes }. Got '{ $label }'.
whatif-error-label = '{ $target }' is a number and has no classes. Got the class '{ $label }'.
whatif-error-bound = '{ $target }' is a number: say which one the prediction is to reach.
whatif-error-bound-got = The number to reach must be finite. Got '{ $got }'.
whatif-error-count = { $what } must be a whole number from { NUMBER($low) } to { NUMBER($high) }. Got { $got }.

## Batch

whatif-batch-suffix = The predictions can be written as .csv or .parquet. Got '{ $path }'.
whatif-batch-same = The predictions must go into a file of their own. Got the file that is read.
whatif-batch-same-hint = Choose another name.
whatif-batch-stopped = The prediction was stopped after { NUMBER($done) } of { NUMBER($total) } rows. No file was written.
whatif-batch-write = The predictions must be written to '{ $path }'. That failed: { $reason }.
whatif-batch-write-hint = Choose a folder that you may write to and that has room.
whatif-batch-rows = Rows { NUMBER($first) } to { NUMBER($last) }: { $reason }
