ui-evaluate-title = How good it is
ui-evaluate-loading = Judging { $model } on rows that it had not seen.
ui-evaluate-now = Judge the best model so far
ui-evaluate-competes = It competes with the training for the processor.
ui-evaluate-model = model to judge
ui-evaluate-questions = Questions
ui-evaluate-q-right = How often is it right?
ui-evaluate-q-close = How close is it?
ui-evaluate-q-trust = Can I trust its probabilities?
ui-evaluate-q-sure = Can I trust its intervals?
ui-evaluate-q-fails = Where does it fail?
ui-evaluate-q-fair = Is it fair?
ui-evaluate-class = class
ui-evaluate-class-none = none in particular
ui-evaluate-compare = compare with
ui-evaluate-compare-none = choose a model
ui-evaluate-compare-less = Compare no longer with { $model }
ui-evaluate-errors-hint = A row’s number opens its explanation below.
ui-evaluate-by = compare the groups of
ui-evaluate-by-none = choose a column
ui-evaluate-by-hint = Rates of each group of a column's values, with their intervals and the gaps between them.
ui-evaluate-none = There is no picture for this question: the rows do not allow one.
ui-evaluate-scores = All scores
ui-evaluate-score = score
ui-evaluate-value = value
ui-evaluate-interval = 95 % interval
ui-evaluate-between = { $low } to { $high }

ui-slider-title = What another threshold would do
ui-slider-threshold = Threshold for “{ $label }”
ui-slider-own-go = Back to the model's own
ui-slider-best = Cheapest: { $at }
ui-slider-true = truly { $label }
ui-slider-said = called { $label }
ui-slider-precision = precision
ui-slider-recall = recall
ui-slider-f1 = F1
ui-slider-accuracy = accuracy
ui-slider-costs = What errors cost
ui-slider-cost-fp = a false “{ $label }”
ui-slider-cost-fn = a missed “{ $label }”
ui-slider-cost = expected cost of a row
ui-slider-wrong-cost = A cost is a number above 0.
ui-slider-code = To predict like this:
ui-slider-said-now = At { $at }: { $found } of { $positive } found, { $false } called so wrongly.
ui-costs-cell = cost of “{ $label }” called “{ $said }”
ui-costs-rest =
    { $n ->
        [one] Errors with one other class cost 1.
       *[other] Errors with { NUMBER($n) } other classes cost 1.
    }
ui-costs-code = To decide by these costs:
