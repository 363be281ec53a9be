# Reports, model cards and what a notebook keeps of a run. Names are as they are in the data.

## Files

report-suffix = The report must end in one of { $suffixes }. Got { $path }.
report-suffix-hint = Choose report.html to read, report.json or report.csv for programs.
report-cannot-write = The report must go to a file that can be written. Got { $path }: { $error }.
report-cannot-write-hint = Choose a folder that exists.
report-pdf-missing = A report as PDF needs the package fpdf2, which is not installed.
report-pdf-hint = Run pip install "jupyter-automl[pdf]", or write report.html and print it.

## Titles

report-title = AutoML run { $name }
report-contents = Contents
report-summary = Summary
report-data = Data
report-plan = How it was decided
report-board = Leaderboard
report-evaluation = How good it is
report-explanation = What moves the predictions
report-built = Features that were built
report-limits = Limits
report-reproduce = Do it again
report-table = Table
report-written = Written { $at } by jupyter_automl { $version }, Python { $python }.

## Summary

report-going-on = The run goes on. This is how it stood when the report was written.
report-no-model = There is no model yet, so there is nothing to judge or to explain.
report-gone = What the run kept on disk cannot be read, so this part is left out: { $error }

## Data

report-data-size =
    { $name }: { $rows ->
        [one] one row
       *[other] { NUMBER($rows) } rows
    } and { $columns ->
        [one] one column.
       *[other] { NUMBER($columns) } columns.
    }
report-data-source = Read from { $source }.
report-no-data = The run has no table yet.
report-columns = Columns
report-column-name = Column
report-column-kind = Kind
report-column-missing = Missing
report-column-distinct = Different values
report-column-use = Use
report-column-remark = Remark
report-use-target = target
report-use-feature = feature
report-use-out = left out
report-notices = Found in the data and on the way
report-class-counts = Classes of the held-out rows
report-class = Class
report-rows = Rows

## Plan

report-no-plan = There is no plan yet.
report-decisions = Decisions, each with its reason
report-decision = Decision
report-decision-value = Value
report-decision-why = Why
report-plan-target = target
report-plan-task = task
report-plan-metric = metric
report-plan-validation = validation
report-plan-budget = budget
report-plan-features = columns used
report-plan-exclude = columns left out by request
report-plan-models = models
report-plan-seed = seed
report-prompt = Asked for: { $prompt }
report-and-more =
    { $n ->
        [one] and one more
       *[other] and { NUMBER($n) } more
    }

## Leaderboard

report-models = Models, the best first
report-no-rows = No model has been tried yet.
report-best-title = Best { $metric } so far
report-best-finding = The best { $metric } is { $score }, reached after { $seconds } s.
report-best-seconds = Seconds
report-best-time = After

## Evaluation

report-scores = Scores of { $model }
report-score = Metric
report-value = Value
report-low = From
report-high = To
report-scores-note = The interval holds the true score with a probability of 95 %.
report-honest = By rows that had no say in choosing it: { $metric } { $score }, from { $low } to { $high } (95 %, { NUMBER($candidates) } candidates).
report-threshold = It predicts { $label } where the probability is above { $threshold }.
report-segments = Parts of the rows with larger errors than the rest
report-segment = Rows
report-segment-rule = Where
report-segment-error = Error
report-omitted =
    { $n ->
        [one] One picture is left out to keep this file small.
       *[other] { NUMBER($n) } pictures are left out to keep this file small.
    }

## Explanation

report-explained = Of { $model }: SHAP values, which say how much each column moved each prediction.
report-not-explained = No model of this run has been explained. run.explain() does it.
report-importance-finding = { $first } matters most.

## Built features

report-built-of = For { $model }, of the rows it was trained on:
report-built-nothing = { $model } uses the columns as they are.

## Limits

report-limit-running = The run was not over: what it finds later may be better.
report-limit-cut = The run ended early ({ $status }), so some models may not have been tried.
report-limit-few-rows =
    { $rows ->
        [one] There is one row only: every score here is rough.
       *[other] There are { NUMBER($rows) } rows only: every score here is rough.
    }
report-limit-rare =
    Too few held-out rows to say much about { $n ->
        [one] the class { $classes } (fewer than { NUMBER($least) } rows).
       *[other] the classes { $classes } (fewer than { NUMBER($least) } rows each).
    }
report-limit-wide = The score is known roughly: its interval goes from { $low } to { $high }.
report-limit-groups =
    { $n ->
        [one] All held-out rows are of one group of { $column }, so nothing says how another one would do.
       *[other] The held-out rows are of { NUMBER($n) } groups of { $column }: few to say how another one would do.
    }
report-limit-sample = Scores and pictures are of { NUMBER($rows) } rows drawn at random from { NUMBER($all) }.
report-limit-chosen = The model was chosen by these same rows, so its score is a little too good.
report-limit-failed =
    { $n ->
        [one] One trial failed and could not compete.
       *[other] { NUMBER($n) } trials failed and could not compete.
    }
report-limit-missing =
    { $n ->
        [one] In the column { $columns } more than half of the cells are missing.
       *[other] In { NUMBER($n) } columns more than half of the cells are missing: { $columns }.
    }
report-limit-stands-out = It errs more than elsewhere where { $rule }.
report-limit-approximate = The explanations are estimates: { $how }
report-limit-explained-other = What is explained is { $model }, which is not the best model.
report-limit-explained-rows =
    { $rows ->
        [one] The explanation is of one row of the training table.
       *[other] The explanation is of { NUMBER($rows) } rows of the training table.
    }
report-limit-time = The table has dates, but the rows were not split by time: on later rows it may be worse.
report-limit-unchecked = Not checked:
report-unchecked-shift = whether rows to come are like the ones it learned from.
report-unchecked-groups = how it treats groups of people. run.best.evaluation(by=...) compares them.
report-unchecked-cause = what causes what. A column that moves a prediction need not move the world.
report-unchecked-test = rows that were kept apart from the start. run.best.evaluation(X) judges such rows.
report-unchecked-explained = what moves the predictions, since nothing has been explained.

## How to reproduce

report-reproduce-how = The same call on the same table makes the same random choices. How many models are tried depends on the time that the machine needs.
report-fingerprint = The table's SHA-256, as Arrow: { $fingerprint }
report-in-memory = The table was in memory; df stands for it.
report-versions = Versions where this report was written
report-package = Package
report-version = Version

## Model card

report-card-description = Model description
report-card-intended = Intended use
report-card-training = Training data
report-card-evaluation = Evaluation
report-card-limitations = Limitations
report-card-use = How to use
report-card-what =
    { $kind ->
        [classes] A model that predicts the class { $target } from { $n ->
            [one] one column.
           *[other] { NUMBER($n) } columns.
        }
       *[number] A model that predicts the number { $target } from { $n ->
            [one] one column.
           *[other] { NUMBER($n) } columns.
        }
    }
report-card-model = The best of the run is { $model }.
report-card-classes = Classes: { $classes }.
report-card-intended-text = For rows of the same kind and from the same source as the training data. It was made by an automatic search: a person who knows the data should read the limits before it decides anything.
report-card-not-intended = Not for rows of another kind or time, nor for decisions about people without a look at how it treats their groups.

## PDF

report-pdf-plain-font = This file has only Latin letters: no other font was found. { $n ->
        [one] One letter is replaced by a question mark.
       *[other] { NUMBER($n) } letters are replaced by question marks.
    }
report-pdf-missing-letters =
    { $n ->
        [one] One letter is not in the font and is replaced by a box.
       *[other] { NUMBER($n) } letters are not in the font and are replaced by boxes.
    }
report-pdf-more-rows =
    { $n ->
        [one] One more row is in the HTML report.
       *[other] { NUMBER($n) } more rows are in the HTML report.
    }

## Stills: what a notebook keeps of a widget

report-still-app = AutoML
report-still-no-run = No run has been started here.
report-still-kernel = This view needs its kernel. Run the cell again to bring it to life.
report-still-upload =
    { $n ->
        [0] No file has been uploaded.
        [one] One file has been uploaded: { $names }.
       *[other] { NUMBER($n) } files have been uploaded: { $names }.
    }
report-still-prompt = Asked for: { $prompt }
report-still-target = It predicts { $target }, judged by { $metric }.
report-still-no-prompt = Nothing has been asked for yet.
