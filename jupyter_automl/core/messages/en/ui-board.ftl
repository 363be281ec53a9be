ui-board-label = Leaderboard
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
