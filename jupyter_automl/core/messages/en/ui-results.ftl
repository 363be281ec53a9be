ui-results-none = There are no results yet.
ui-results-first = No model has finished yet. The first results come with the first model.
ui-results-watch = Watch the run
ui-results-train = Train a model

# $score has its spread with it: 0.861 ± 0.012.
ui-results-sentence =
    { $matters ->
        [yes] { $model } predicts { $target } with { $metric } { $score }; { $strongest } matters most.
       *[no] { $model } predicts { $target } with { $metric } { $score }.
    }
ui-results-target = the target
ui-results-score = score
ui-results-judged =
    { $folds ->
        [0] Judged on a hold-out part of rows that the model did not see while it learned.
       *[other] Judged on { NUMBER($folds) } folds of rows that the model did not see while it learned.
    }
ui-results-tried =
    { $n ->
        [one] 1 model tried.
       *[other] { NUMBER($n) } models tried.
    }
ui-results-tried-so-far =
    { $n ->
        [one] 1 model tried so far.
       *[other] { NUMBER($n) } models tried so far.
    }

ui-results-guessing = guessing scores
ui-results-spread = over the folds
ui-results-fit = time to fit
ui-results-predict = time to predict a row

ui-results-compared = Models compared
ui-results-bar =
    { $better ->
        [smaller] from zero, ± one standard deviation, smaller is better
       *[larger] from zero, ± one standard deviation
    }

ui-results-built =
    { $none ->
        [yes] Features that were built (none)
       *[no] Features that were built
    }
ui-results-built-none = { $model } uses the columns as they are.
ui-results-built-note = For { $model }; what is learned from the rows may differ a little between the folds.
