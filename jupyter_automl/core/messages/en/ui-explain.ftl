ui-explain-title = What matters
ui-explain-model = model
ui-explain-which = model to explain
ui-explain-class = class
ui-explain-feature = column
ui-explain-row = row of the table
ui-explain-row-go = Explain this row
ui-explain-row-wrong = A row number is 0 or more.
ui-explain-loading = Explaining { $model }; the first rows come at once. Everything else can be used meanwhile.
ui-explain-now = Explain the best model so far
ui-explain-competes = It competes with the training for the processor.
ui-explain-refining =
    { $n ->
        [one] 1 row is explained so far.
       *[other] { NUMBER($n) } rows are explained so far.
    }
ui-explain-pairs = Which columns act together
ui-explain-permutation = What shuffling each column costs
ui-explain-lime = This row by LIME too
ui-explain-lime-install = LIME is not installed where the kernel runs. To have it:
