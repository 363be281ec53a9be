// Made by scripts/generate_types.py from the Python values; do not edit.

export const ENGLISH = `ui-board-label = Leaderboard
ui-board-caption =
    { $better ->
        [larger] Models, best first, by { $metric }; larger is better
       *[smaller] Models, best first, by { $metric }; smaller is better
    }
ui-board-caption-trials = Trials of the run, by { $metric }
ui-board-rows = Rows
ui-board-models = Models
ui-board-trials = All trials
ui-board-search = Search models
ui-board-families = Families
ui-board-families-some = Families ({ NUMBER($shown) } of { NUMBER($all) })
ui-board-columns = Columns
ui-board-all = Show all
ui-board-compare =
    { $n ->
        [0] Compare
       *[other] Compare { NUMBER($n) }
    }
ui-board-compare-hint = Choose two to five rows with their boxes, or with the space bar
ui-board-clear = Clear the choice
ui-board-pick = Compare { $name }
ui-board-hidden = { $name } leads, and is hidden by the filter.
ui-board-none = No row fits the search and the filter.
ui-board-count =
    { $n ->
        [one] 1 trial
       *[other] { NUMBER($n) } trials
    }
ui-board-sort-first = sorted, best or largest first; press to turn it round
ui-board-sort-last = sorted, smallest first; press for the order of the ranks
ui-board-sort-none = press to sort
ui-board-close = Close
ui-board-loading = Asking for the trials.
ui-board-col-rank = #
ui-board-col-rank-hint = Rank
ui-board-col-number = trial
ui-board-col-number-hint = Number of the trial
ui-board-col-model = model
ui-board-col-std = ±
ui-board-col-std-hint = Standard deviation over the folds
ui-board-col-score-hint =
    { $better ->
        [larger] { $metric }: larger is better
       *[smaller] { $metric }: smaller is better
    }
ui-board-col-fit = fit
ui-board-col-fit-hint = Seconds to fit all folds
ui-board-col-predict = predict
ui-board-col-predict-hint = Time to predict one row
ui-board-col-memory = memory
ui-board-col-memory-hint = Peak memory of the worker
ui-board-col-trials = trials
ui-board-col-trials-hint = Settings tried
ui-board-col-history = course
ui-board-col-history-hint = Scores of the latest trials
ui-board-col-end = outcome
ui-board-col-end-hint = How the trial ended
ui-board-running = running
ui-board-no-score = no score
ui-board-no-reason = no reason was given
ui-board-failed = no score: { $reason }
ui-board-end-done = done
ui-board-end-failed = failed
ui-board-end-pruned = given up early: far behind
ui-board-end-stopped = stopped
ui-board-spark = { NUMBER($n) } trials; the latest from { $first } to { $last }
ui-detail-title-trial = { $model }, trial { $number }
ui-detail-title-best = { $model }, its best trial ({ $number })
ui-detail-title = { $model }
ui-detail-params = Settings
ui-detail-no-params = It has no settings.
ui-detail-folds = Scores of the folds
ui-detail-folds-said = { $scores }; mean { $mean }
ui-detail-costs = What it takes
ui-detail-fit = to fit all folds
ui-detail-predict = to predict a row
ui-detail-memory = peak memory of its worker
ui-detail-info = What the fit tells
ui-detail-members = Made of
ui-detail-weight = weight
ui-detail-error = Why there is no model
ui-detail-traceback = Traceback
ui-detail-gone = There is nothing more to tell of this row yet.
ui-detail-search = How the settings of { $model } did
ui-detail-search-note =
    { $shown ->
        [all] Each line is a trial ({ NUMBER($n) }); the best are drawn darkest.
       *[some] Each line is a trial: the best and some of the others, { NUMBER($drawn) } of { NUMBER($n) }; the best are drawn darkest.
    }
ui-detail-search-same = The same in all trials: { $list }.
ui-detail-search-few = Its trials do not differ in their settings.
ui-compare-title = { NUMBER($n) } rows side by side
ui-compare-best = best
ui-compare-behind = behind the best by
ui-compare-interval = { $low } to { $high }
ui-compare-note = Intervals are 95 % over the folds, by the corrected resampled t-test; with few folds they are wide.
ui-compare-settings = Settings that differ
ui-board-col-score-name = score
ui-data-spread-numbers = From { $low } to { $high }; most values in the { $place } of the range.
ui-data-spread-one = All values are { $low }.
ui-data-spread-levels = Most frequent: { $list }.
ui-data-spread-level = { $name } ({ $share })
ui-data-spread-other = others ({ $share })
ui-data-spread-sampled = Counted on a part of the rows.
ui-data-place-low = lower third
ui-data-place-middle = middle third
ui-data-place-high = upper third
ui-data-first-rows = First rows
ui-data-columns-shown = Columns { NUMBER($first) } to { NUMBER($last) } of { NUMBER($all) }
ui-data-columns-next = Next columns
ui-data-columns-before = Columns before
ui-data-act-exclude = Leave it out
ui-data-act-excluded = Left out
ui-data-act-include = Take it in again
ui-data-act-repeats = Open without the repeats
ui-data-suspects = With { $target } as the target:
ui-data-suspects-looking = Looking for what gives { $target } away.
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
ui-slider-at = { $at }
ui-slider-own = the model's own, { $at }
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
ui-explain-title = What matters
ui-explain-model = model
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
ui-picture-table = The numbers behind
ui-picture-more =
    { $more ->
        [one] One more row is left out.
       *[other] { NUMBER($more) } more rows are left out.
    }
ui-picture-more-columns =
    { $more ->
        [one] One more column is left out.
       *[other] { NUMBER($more) } more columns are left out.
    }
ui-picture-nothing = There is nothing to draw.
ui-picture-no-name = (no name)
ui-picture-low = low
ui-picture-high = high
ui-picture-row = row { $row }
ui-picture-values = Values of: { $title }
ui-picture-busy = More rows are being computed
ui-upload-files = Files to upload
ui-upload-choose = Upload files
ui-upload-drop = or drop them here; up to { $most } each.
ui-upload-sealed = They are kept encrypted.
ui-upload-list = Uploads
ui-upload-nameless = (no name)
ui-upload-path = A file on the server
ui-upload-path-take = Take it
ui-upload-waiting = { $size }, waits for its turn
ui-upload-sending = { $sent } of { $size }
ui-upload-sending-left = { $sent } of { $size }, { $left } left
ui-upload-stalled = { $sent } of { $size }; waiting for the kernel, then it goes on by itself
ui-upload-elsewhere = { $sent } of { $size } arrived. To go on with it here, choose the same file again.
ui-upload-done = { $size }, all there
ui-upload-spoken = { $name }: { NUMBER($percent) } % sent
ui-upload-cancel = Cancel
ui-upload-remove = Remove
ui-upload-discard = Discard
ui-upload-too-large = At most { $most } can be uploaded. “{ $name }” has { $size }.
ui-upload-too-large-hint = Put it on the server and open its path, or set JUPYTER_AUTOML_MAX_UPLOAD.
ui-upload-empty = “{ $name }” is empty.
ui-upload-empty-hint = Check that it was saved, then choose it again.
ui-upload-folder = “{ $name }” is a folder.
ui-upload-folder-hint = Choose the files in it, or pack them into one .zip.
ui-upload-changed = “{ $name }” changed while it was being sent.
ui-upload-unreadable = “{ $name }” cannot be read any more; it may have been moved or removed.
ui-upload-again = Choose it again.
ui-whatif-title = What if
ui-whatif-loading = Reading { $model } and the table.
ui-whatif-none = There is no model to ask yet. The first one is there moments after the training starts.
ui-whatif-start = Begin with
ui-whatif-start-typical = a typical row
ui-whatif-start-row = row { $row }
ui-whatif-row-number = row number of the table
ui-whatif-row-go = Take it
ui-whatif-row-wrong = A row number is from 0 to { NUMBER($last) }.
ui-whatif-reset = Undo all { NUMBER($n) } changes
ui-whatif-search = Search fields
ui-whatif-more = Show { NUMBER($n) } more fields
ui-whatif-fewer = Show fewer fields
ui-whatif-hidden = { NUMBER($n) } further fields keep the values of the row.
ui-whatif-undo = Undo
ui-whatif-was = was { $value }
ui-whatif-missing = missing
ui-whatif-set-missing = Set as missing
ui-whatif-other = other …
ui-whatif-typical-value = typical: { $value }
ui-outlook-title = Prediction
ui-outlook-class = { $target } is predicted to be { $label }.
ui-outlook-value = { $target } is predicted to be { $value }.
ui-outlook-between = Nine in ten such values lie between { $low } and { $high }.
ui-outlook-chance = probability of { $label }
ui-outlook-more = The { NUMBER($n) } likeliest of { NUMBER($all) } classes.
ui-outlook-waiting = Asking the model.
ui-outlook-before = before the changes: { $value }
ui-dependence-title = What { $field } does
ui-dependence-pick = Choose a field of the form to see what it does.
ui-nearest-title = Rows most like this one
ui-nearest-row = row
ui-nearest-distance = distance
ui-nearest-target = truth
ui-nearest-differs = differs in
ui-nearest-same = nothing
ui-nearest-difference = { $field } { $there }
ui-nearest-take = Take row { $row }
ui-flip-title = What would change it
ui-flip-ask = Find the smallest change
ui-flip-to = that leads to
ui-flip-any = another class
ui-flip-value = the value
ui-flip-wrong = Write the number that it should reach.
ui-flip-working = Trying changes of up to three fields.
ui-flip-apply = Make this change
ui-flip-fixed = Fields that must stay
ui-flip-others = Other changes that do the same
ui-flip-change = { $field }: { $before } → { $after }
ui-app-title = AutoML
ui-app-steps = Steps
ui-app-lost = The run that this address names is not here. Start a new one below.
ui-app-run = run “{ $name }”
ui-life-busy =
    { $since ->
        [never] The kernel is busy with another cell. It goes on by itself.
       *[other] The kernel is busy with another cell. This is the state from { $since }; it goes on by itself.
    }
ui-life-gone =
    { $since ->
        [never] No kernel answers. Run the cell again to continue; a run that was started is kept.
       *[other] No kernel answers. This is a snapshot from { $since }. Run the cell again to continue; a run that was started is kept.
    }
ui-life-again = Look again
ui-life-waiting = Waiting for the kernel.
ui-error = Error:
ui-ask-again = Try again
ui-ask-slow = No answer came within { NUMBER($seconds) } s: the kernel or its helper is busy.
ui-ask-slow-hint = Try again in a moment.
ui-no-kernel = No kernel answers.
ui-no-kernel-hint = Run the cell again to continue; the run itself is kept.
`;
