# The prompt and the fields that it is read as.

ui-reading-label = What should be predicted?
ui-reading-example = Predict which customers will churn. Optimise for recall. Ignore customer_id.
ui-reading-keys =
    { $starts ->
        [yes] Enter reads the text, Ctrl+Enter starts training.
       *[no] Enter reads the text.
    }
ui-reading-start-key = Ctrl+Enter
ui-reading-starting = Starting …
ui-reading-target-first = Choose the target first
ui-reading-edited = Fields set by hand win over the text.
ui-reading-text-alone = Use the text alone
ui-reading-by-hand = set by hand

ui-reading-target = target
ui-reading-target-none = choose a column
ui-reading-task = task
ui-reading-task-none = from the data
# The first word is what Python calls it, and stays as it is.
ui-reading-task-binary = binary (two classes)
ui-reading-task-multiclass = multiclass (several classes)
ui-reading-task-regression = regression (a number)
ui-reading-metric = metric
ui-reading-metric-none = best for the task
ui-reading-validation = validation
ui-reading-validation-none = chosen for the data
ui-reading-validation-cv = cross-validation
ui-reading-validation-holdout = one hold-out part
ui-reading-validation-time = by time
ui-reading-validation-group = by group
ui-reading-budget = budget
ui-reading-hours = { NUMBER($n) } h
ui-reading-minutes = { NUMBER($n) } min

ui-reading-ignored = ignored columns
ui-reading-ignoring = ignoring
ui-reading-ignore-undo = Use { $name } again
ui-reading-ignore-stop = Stop ignoring { $name }
ui-reading-ignore-other = Ignore another column
ui-reading-ignore-more = + column
ui-reading-ignore-none = no column
